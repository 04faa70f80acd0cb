/* SPDX-License-Identifier: MIT */
/* Part of kern.c and included by it alone: max pooling. A register holds VEC channels of one place. */
#ifndef EMO_NN_KERN_POOL_H
#define EMO_NN_KERN_POOL_H

#include "nn/kern.h"

struct window {
	int y0, y1, x0, x1; /* rows y0 .. y1-1, columns x0 .. x1-1 of the input */
};

INLINE struct window window(const struct emo_windows_of *how, int y, int x)
{
	struct window v = {y * how->stride - how->before, 0, x * how->stride - how->before, 0};

	v.y1 = v.y0 + how->size < how->x.h ? v.y0 + how->size : how->x.h;
	v.x1 = v.x0 + how->size < how->x.w ? v.x0 + how->size : how->x.w;
	v.y0 = v.y0 > 0 ? v.y0 : 0;
	v.x0 = v.x0 > 0 ? v.x0 : 0;
	return v;
}

INLINE vf choose(vi mask, vf yes, vf no)
{
	return (vf)(((vi)yes & mask) | ((vi)no & ~mask));
}

/* The first n channels of one window; how's channels lie between one pixel and the next. */
INLINE void max_part(float *y, const float *x, const struct emo_windows_of *how, struct window v, int n)
{
	size_t c = (size_t)how->x.c, row = (size_t)how->x.w * c;
	vf most = load_part(x + (size_t)v.y0 * row + (size_t)v.x0 * c, n);

	for (int i = v.y0; i < v.y1; i++)
		for (int j = v.x0; j < v.x1; j++) {
			vf here = load_part(x + (size_t)i * row + (size_t)j * c, n);

			most = choose(here > most, here, most);
		}
	store_part(y, most, n);
}

static void max_pool(float *y, const float *x, const struct emo_windows_of *how, int from, int to)
{
	int c = how->x.c;

	for (int i = from; i < to; i++)
		for (int j = 0; j < how->y.w; j++) {
			struct window v = window(how, i, j);
			float *out = y + ((size_t)i * (size_t)how->y.w + (size_t)j) * (size_t)c;
			int at = 0;

			for (; at + VEC <= c; at += VEC)
				max_part(out + at, x + at, how, v, VEC);
			if (at < c)
				max_part(out + at, x + at, how, v, c - at);
		}
}

/* g is what has not yet found its maximum. */
INLINE void max_back_part(float *dx, const float *dy, const float *x, const float *y,
			  const struct emo_windows_of *how, struct window v, int n)
{
	size_t c = (size_t)how->x.c, row = (size_t)how->x.w * c;
	vf g = load_part(dy, n), most = load_part(y, n);

	for (int i = v.y0; i < v.y1; i++)
		for (int j = v.x0; j < v.x1; j++) {
			size_t at = (size_t)i * row + (size_t)j * c;
			vf hit = (vf)((vi)g & (load_part(x + at, n) == most));

			store_part(dx + at, load_part(dx + at, n) + hit, n);
			g -= hit;
		}
}

static void max_pool_back(float *dx, const float *dy, const float *x, const float *y,
			  const struct emo_windows_of *how)
{
	int c = how->x.c;

	memset(dx, 0, (size_t)how->x.h * (size_t)how->x.w * (size_t)c * sizeof *dx);
	for (int i = 0; i < how->y.h; i++)
		for (int j = 0; j < how->y.w; j++, y += c, dy += c) {
			struct window v = window(how, i, j);
			int at = 0;

			for (; at + VEC <= c; at += VEC)
				max_back_part(dx + at, dy + at, x + at, y + at, how, v, VEC);
			if (at < c)
				max_back_part(dx + at, dy + at, x + at, y + at, how, v, c - at);
		}
}

#endif
