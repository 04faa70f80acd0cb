/* SPDX-License-Identifier: MIT */
/* Which picture of an album is for what. */
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "face/compose.h"

static void sort_photo(struct emo_composer *c, uint32_t i)
{
	const struct emo_photo *p = c->album->photos + i;

	if (p->held_out)
		return;
	if (!p->n && !p->others)
		c->backs[c->nbacks++] = i;
	else if (!p->others)
		c->scenes[c->nscenes++] = i;
	for (size_t k = p->first; k < p->first + p->n; k++)
		if (emo_mark_is_face(c->album->marks + k))
			c->cuts[c->ncuts++] = (uint32_t)k;
}

int emo_composer_init(struct emo_composer *c, const struct emo_album *album, int side)
{
	*c = (struct emo_composer){.album = album, .side = side};
	c->cuts = emo_calloc(album->nmarks, sizeof *c->cuts);
	c->scenes = emo_calloc(album->nphotos, sizeof *c->scenes);
	c->backs = emo_calloc(album->nphotos, sizeof *c->backs);
	if (!c->cuts || !c->scenes || !c->backs)
		goto fail;
	for (uint32_t i = 0; i < album->nphotos; i++)
		sort_photo(c, i);
	if (!c->ncuts) {
		emo_fail("there are no faces to learn from");
		goto fail;
	}
	if (!c->nbacks) {
		emo_fail("there are no pictures without faces to learn from");
		goto fail;
	}
	return 0;
fail:
	emo_composer_done(c);
	return -1;
}

void emo_composer_done(struct emo_composer *c)
{
	free(c->cuts);
	free(c->scenes);
	free(c->backs);
	*c = (struct emo_composer){0};
}

const struct emo_photo *emo_photo_of(const struct emo_album *a, size_t mark)
{
	size_t low = 0, high = a->nphotos;

	while (high - low > 1) {
		size_t mid = (low + high) / 2;

		if (a->photos[mid].first <= mark)
			low = mid;
		else
			high = mid;
	}
	return a->photos + low;
}
