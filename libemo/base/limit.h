/* SPDX-License-Identifier: MIT */
/*
 * How much of what a file promises is believed. Each limit has a default that real files stay far
 * below; whoever trusts larger ones raises it, before threads are started:
 *
 *	if (emo_limit_parse("pixels=1G,row=64M") < 0) ...
 */
#ifndef EMO_BASE_LIMIT_H
#define EMO_BASE_LIMIT_H

#include <stddef.h>

#include "api.h"

enum emo_limit {
	EMO_LIMIT_PIXELS,     /* of a picture */
	EMO_LIMIT_PICTURE,    /* bytes of a picture's file, or of a frame */
	EMO_LIMIT_SCANS,      /* of a JPEG */
	EMO_LIMIT_GROWTH,     /* how many times its size a gzip file unpacks to */
	EMO_LIMIT_ROW,	      /* bytes of a row of CSV */
	EMO_LIMIT_LINE,	      /* bytes of a line of records */
	EMO_LIMIT_LAYERS,     /* of a network */
	EMO_LIMIT_PARAMETERS, /* of a network */
	EMO_LIMIT_BATCH,      /* bytes a network needs to run, weights apart */
	EMO_LIMIT_MEMORY,     /* bytes of a process; kept by the tools, not by the library */
	EMO_LIMITS
};

EMO_API size_t emo_limit(enum emo_limit which);
EMO_API const char *emo_limit_name(enum emo_limit which);

/* "name=value,...": a value is a whole number, K, M and G behind it meaning 2^10, 2^20 and 2^30. */
EMO_API int emo_limit_parse(const char *text);

#endif
