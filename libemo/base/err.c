/* SPDX-License-Identifier: MIT */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Thread_local char message[EMO_ERROR_MAX] = "no error";

int(emo_fail)(const char *fmt, ...)
{
	int cause = errno;
	char text[sizeof message]; /* apart from message, which may be an argument */
	size_t n = strlen(fmt);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (n > 0 && fmt[n - 1] == ':') {
		size_t used = strlen(text);
		snprintf(text + used, sizeof text - used, " %s", strerror(cause));
	}
	memcpy(message, text, sizeof message);
	return -1;
}

const char *emo_error(void)
{
	return message;
}
