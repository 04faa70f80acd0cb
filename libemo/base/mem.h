/* SPDX-License-Identifier: MIT */
/*
 * Memory. Every size that comes from outside goes through these, so that a product can never wrap
 * around and a failed allocation has a message.
 */
#ifndef EMO_BASE_MEM_H
#define EMO_BASE_MEM_H

#include <stddef.h>

#include "api.h"

/* Where vectors start: a cache line, and the widest vector of any instruction set in use. */
#define EMO_ALIGN 64

/* *out = a * b; -1 with a message when that does not fit. */
EMO_API int emo_size_mul(size_t *out, size_t a, size_t b);

/* n * size zeroed bytes; NULL with a message. Caller frees with free(). n or size may be 0. */
EMO_API void *emo_calloc(size_t n, size_t size);

/* The same, starting at a multiple of EMO_ALIGN. */
EMO_API void *emo_calloc_aligned(size_t n, size_t size);

/* The same, not zeroed: for memory that is written before it is read. */
EMO_API void *emo_alloc_aligned(size_t n, size_t size);

/*
 * Makes room for at least `need` items of `size` bytes in *array, whose capacity is *cap, by
 * doubling. New items are not zeroed. On failure returns -1 and leaves *array as it was.
 */
EMO_API int emo_grow(void *array, size_t *cap, size_t need, size_t size);

/* A copy of the string; NULL with a message. Caller frees with free(). */
EMO_API char *emo_strdup(const char *s);

#endif
