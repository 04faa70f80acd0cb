/* SPDX-License-Identifier: MIT */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

int emo_size_mul(size_t *out, size_t a, size_t b)
{
	if (__builtin_mul_overflow(a, b, out))
		return emo_fail("size overflow: %zu * %zu bytes", a, b);
	return 0;
}

void *emo_calloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		emo_fail("out of memory: %zu * %zu bytes", n, size);
	return p;
}

void *emo_calloc_aligned(size_t n, size_t size)
{
	size_t bytes;
	void *p;

	if (emo_size_mul(&bytes, n, size) < 0)
		return NULL;
	if (bytes > SIZE_MAX - EMO_ALIGN || posix_memalign(&p, EMO_ALIGN, bytes ? bytes : 1)) {
		emo_fail("out of memory: %zu bytes", bytes);
		return NULL;
	}
	return memset(p, 0, bytes);
}

int emo_grow(void *array, size_t *cap, size_t need, size_t size)
{
	size_t room = *cap ? *cap : 16, bytes;
	void *old, *p;

	if (need <= *cap)
		return 0;
	while (room < need)
		room = room > SIZE_MAX / 2 ? need : room * 2;
	if (emo_size_mul(&bytes, room, size) < 0)
		return -1;
	memcpy(&old, array, sizeof old); /* array is the address of a T *, whatever T is */
	if (!(p = realloc(old, bytes)))
		return emo_fail("out of memory: %zu bytes", bytes);
	memcpy(array, &p, sizeof p);
	*cap = room;
	return 0;
}

char *emo_strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	char *p = emo_calloc(n, 1);

	return p ? memcpy(p, s, n) : NULL;
}
