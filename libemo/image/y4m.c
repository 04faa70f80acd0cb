/* SPDX-License-Identifier: MIT */
/* The header of YUV4MPEG2: "YUV4MPEG2 W640 H480 F30:1 Ip A1:1 C420jpeg XCOLORRANGE=LIMITED". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limit.h"
#include "base/num.h"
#include "image/feed.h"
#include "image/image.h"

/* Bytes of colour for w x h pixels; -1 for a layout that is not 8 bits of brightness, then colour. */
static long chroma_of(const char *layout, size_t w, size_t h)
{
	size_t halves = (w + 1) / 2;

	if (strcmp(layout, "mono") == 0)
		return 0;
	if (strcmp(layout, "420") == 0 || strcmp(layout, "420jpeg") == 0 ||
	    strcmp(layout, "420mpeg2") == 0 || strcmp(layout, "420paldv") == 0)
		return (long)(2 * halves * ((h + 1) / 2));
	if (strcmp(layout, "422") == 0)
		return (long)(2 * halves * h);
	return strcmp(layout, "444") == 0 ? (long)(2 * w * h) : -1;
}

static double ratio(const char *text)
{
	char first[16];
	const char *colon = strchr(text, ':');
	double a, b = 1;

	snprintf(first, sizeof first, "%.*s", (int)(colon ? colon - text : 15), text);
	if (emo_parse_double(&a, first) < 0 || (colon && emo_parse_double(&b, colon + 1) < 0))
		return 0;
	return a > 0 && b > 0 && a / b < 1e6 ? a / b : 0;
}

int emo_y4m_header(struct emo_y4m *y, char *line, const char *name)
{
	const char *layout = "420";
	long w = 0, h = 0, chroma;
	char *word, *rest;

	*y = (struct emo_y4m){0};
	for (word = strtok_r(line, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		switch (*word) {
		case 'W':
			if (emo_parse_long(&w, word + 1) < 0)
				w = 0;
			break;
		case 'H':
			if (emo_parse_long(&h, word + 1) < 0)
				h = 0;
			break;
		case 'F':
			y->rate = ratio(word + 1);
			break;
		case 'C':
			layout = word + 1;
			break;
		case 'X':
			if (strcmp(word, "XCOLORRANGE=FULL") == 0)
				y->full_range = 1;
			break;
		}
	if (w < 1 || h < 1 || w > (long)emo_limit(EMO_LIMIT_PICTURE) / 4 / h)
		return emo_fail("%s: the YUV4MPEG2 header has no usable width and height", name);
	if ((chroma = chroma_of(layout, (size_t)w, (size_t)h)) < 0)
		return emo_fail("%s: YUV4MPEG2 of the kind C%.20s is not supported; ask ffmpeg for "
				"-pix_fmt gray or yuv420p", name, layout);
	y->w = (int)w;
	y->h = (int)h;
	y->chroma = (size_t)chroma;
	return 0;
}

void emo_y4m_expand(uint8_t *px, size_t n)
{
	uint8_t table[256];

	for (int v = 0; v < 256; v++)
		table[v] = (uint8_t)(v <= 16 ? 0 : v >= 235 ? 255 : ((v - 16) * 255 + 109) / 219);
	for (size_t i = 0; i < n; i++)
		px[i] = table[px[i]];
}
