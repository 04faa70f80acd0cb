/* SPDX-License-Identifier: MIT */
#include "fer/persons.h"

#include <string.h>

#include "base/mem.h"

void *emo_persons_get(const struct emo_persons *p, size_t i)
{
	return p->entry + i * p->size;
}

static int number(const struct emo_persons *p, size_t i)
{
	int face;

	memcpy(&face, emo_persons_get(p, i), sizeof face);
	return face;
}

void *emo_persons_at(struct emo_persons *p, int face)
{
	size_t low = 0, high = p->n;
	char *at;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (number(p, mid) < face)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < p->n && number(p, low) == face)
		return emo_persons_get(p, low);
	if (emo_grow(&p->entry, &p->cap, p->n + 1, p->size) < 0)
		return NULL;
	at = emo_persons_get(p, low);
	memmove(at + p->size, at, (p->n - low) * p->size);
	memset(at, 0, p->size);
	memcpy(at, &face, sizeof face);
	p->n++;
	return at;
}

void emo_persons_drop(struct emo_persons *p, size_t i)
{
	char *at = emo_persons_get(p, i);

	p->n--;
	memmove(at, at + p->size, (p->n - i) * p->size);
}
