/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* strtod_l, uselocale */
#include "base/num.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static locale_t c_locale;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_locale(void)
{
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static locale_t the_c_locale(void)
{
	pthread_once(&once, make_locale);
	return c_locale;
}

static const char *skip_blanks(const char *s)
{
	return s + strspn(s, " \t\r\n\v\f");
}

int emo_parse_double(double *out, const char *s)
{
	char *end;
	double v;

	s = skip_blanks(s);
	if (strspn(s, "+-.0123456789eE") != strcspn(s, " \t\r\n\v\f"))
		return -1; /* keeps out hex, inf, nan and anything strtod would stop at */
	v = strtod_l(s, &end, the_c_locale());
	if (end == s || *skip_blanks(end) || !isfinite(v))
		return -1;
	*out = v;
	return 0;
}

int emo_parse_long(long *out, const char *s)
{
	char *end;
	long v;

	errno = 0;
	v = strtol(s, &end, 10);
	if (end == s || *skip_blanks(end) || errno)
		return -1;
	*out = v;
	return 0;
}

static int print(char *buf, size_t size, const char *fmt, va_list ap)
{
	locale_t old = uselocale(the_c_locale());
	int n = vsnprintf(buf, size, fmt, ap);

	uselocale(old);
	return n;
}

int emo_snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = print(buf, size, fmt, ap);
	va_end(ap);
	return n;
}

char *emo_asprintf(const char *fmt, ...)
{
	va_list ap;
	char *text;
	int n;

	va_start(ap, fmt);
	n = print(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || !(text = emo_calloc((size_t)n + 1, 1)))
		return NULL;
	va_start(ap, fmt);
	print(text, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return text;
}
