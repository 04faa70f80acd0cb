/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* madvise */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/err.h"

/* Large blocks begin at one, so that the system can give whole ones: fewer faults, fewer misses. */
#define HUGE_PAGE ((size_t)2 << 20)

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

void *emo_alloc_aligned(size_t n, size_t size)
{
	size_t bytes, align;
	void *p;

	if (emo_size_mul(&bytes, n, size) < 0)
		return NULL;
	align = bytes < HUGE_PAGE ? EMO_ALIGN : HUGE_PAGE;
	if (bytes > SIZE_MAX - align || posix_memalign(&p, align, bytes ? bytes : 1)) {
		emo_fail("out of memory: %zu bytes", bytes);
		return NULL;
	}
#ifdef MADV_HUGEPAGE
	if (bytes >= HUGE_PAGE)
		madvise(p, bytes, MADV_HUGEPAGE); /* a wish: nothing is lost when it is not met */
#endif
	return p;
}

void *emo_calloc_aligned(size_t n, size_t size)
{
	void *p = emo_alloc_aligned(n, size);

	return p ? memset(p, 0, n * size) : NULL;
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
