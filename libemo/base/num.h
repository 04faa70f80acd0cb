/* SPDX-License-Identifier: MIT */
/* Numbers in text, read and written in the C locale whatever locale the process is in. */
#ifndef EMO_BASE_NUM_H
#define EMO_BASE_NUM_H

#include <stddef.h>

#include "api.h"

/*
 * The whole string as a number, blanks around it allowed; hex, inf and nan are not. 0, or -1
 * without a message, because only the caller knows what the text was meant to be.
 */
EMO_API int emo_parse_double(double *out, const char *s);
EMO_API int emo_parse_long(long *out, const char *s); /* base 10 */

/* snprintf in the C locale. */
EMO_API int emo_snprintf(char *buf, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The text that emo_snprintf would write, as long as it is. NULL on failure; freed with free(). */
EMO_API char *emo_asprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
