/* SPDX-License-Identifier: MIT */
#include "image/codec.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { TAG_ORIENTATION = 0x0112, TYPE_SHORT = 3, ENTRY = 12 };

static uint32_t number(const uint8_t *p, int bytes, int big)
{
	uint32_t v = 0;

	for (int i = 0; i < bytes; i++)
		v = v << 8 | p[big ? i : bytes - 1 - i];
	return v;
}

/* TIFF header: byte order, 42, offset of the first directory; a directory: count, entries. */
int emo_exif_orientation(const uint8_t *data, size_t len)
{
	int big;
	size_t at;
	uint32_t n, v;

	if (len < 8)
		return 1;
	big = memcmp(data, "MM\0*", 4) == 0;
	if (!big && memcmp(data, "II*\0", 4) != 0)
		return 1;
	at = number(data + 4, 4, big);
	if (at > len - 2)
		return 1;
	n = number(data + at, 2, big);
	for (at += 2; n > 0 && len - at >= ENTRY; at += ENTRY, n--) {
		const uint8_t *entry = data + at;

		if (number(entry, 2, big) != TAG_ORIENTATION)
			continue;
		v = number(entry + 8, 2, big);
		return number(entry + 2, 2, big) == TYPE_SHORT && v >= 1 && v <= 8 ? (int)v : 1;
	}
	return 1;
}

/*
 * Orientations 5 .. 8 swap the axes. Where the stored pixel (x, y) of (w, h) belongs:
 *
 *	1  x, y            5  y, x
 *	2  w-1-x, y        6  h-1-y, x
 *	3  w-1-x, h-1-y    7  h-1-y, w-1-x
 *	4  x, h-1-y        8  y, w-1-x
 */
int emo_exif_upright(struct emo_image *img, int orientation)
{
	int swap = orientation >= 5;
	int flip_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
	int flip_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
	size_t w = (size_t)img->w, h = (size_t)img->h, c = (size_t)img->c;
	const uint8_t *from = img->px;
	uint8_t *px;

	if (orientation <= 1 || orientation > 8)
		return 0;
	if (!(px = emo_calloc(w * h, c)))
		return -1;
	for (size_t y = 0; y < h; y++)
		for (size_t x = 0; x < w; x++, from += c) {
			size_t a = flip_x ? w - 1 - x : x;
			size_t b = flip_y ? h - 1 - y : y;
			uint8_t *to = px + (swap ? a * h + b : b * w + a) * c;

			for (size_t k = 0; k < c; k++)
				to[k] = from[k];
		}
	free(img->px);
	*img = (struct emo_image){swap ? img->h : img->w, swap ? img->w : img->h, img->c, px};
	return 0;
}
