/* SPDX-License-Identifier: MIT */
/*
 * Errors. A function of libemo that can fail returns 0 or -1, or a pointer or NULL, and leaves a
 * complete sentence (what, where, why) for the caller to show. The library itself never prints and
 * never exits.
 *
 *	if (emo_image_load(&img, path) < 0)
 *		fprintf(stderr, "%s\n", emo_error());
 */
#ifndef EMO_BASE_ERR_H
#define EMO_BASE_ERR_H

#include "api.h"

#define EMO_ERROR_MAX 4608 /* bytes of a message: the longest path and a reason */

/*
 * Sets the calling thread's message and returns -1. A format that ends in ':' gets a space and the
 * text of errno appended. emo_error() may be among the arguments, to put a place before a reason.
 */
EMO_API int emo_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
#ifdef __clang_analyzer__ /* which cannot see that it always returns -1 */
#define emo_fail(...) (emo_fail(__VA_ARGS__), -1)
#endif

/* The calling thread's last message; borrowed until its next failure. Never NULL. */
EMO_API const char *emo_error(void);

#endif
