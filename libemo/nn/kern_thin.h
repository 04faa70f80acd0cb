/* SPDX-License-Identifier: MIT */
/*
 * Part of kern.c and included by it alone: 3x3 convolutions, stride 1, of pictures with a single
 * channel, which is what a network of this kind begins with. Nine multiply-adds an output are too few
 * for the general product, which spends as long on finding the windows. Here neighbouring windows
 * are neighbouring floats:
 *
 *	row 0   x0 x1 x2 x3 ...        output i of a tile takes x[i], x[i + 1], x[i + 2] of each
 *	row 1   x0 x1 x2 x3 ...        row, and the nine weights of NV registers' width of
 *	row 2   x0 x1 x2 x3 ...        outputs stay in the nearest cache
 */
#ifndef EMO_NN_KERN_THIN_H
#define EMO_NN_KERN_THIN_H

#include "nn/kern.h"

/* `mr` outputs beside each other, channels j0 .. */
INLINE void thin_tile(const struct emo_thin *p, const float *x, float *y, const float *b, int j0,
		      int mr, int nv)
{
	vf acc[MR][NV] = {{{0}}};

	ROLLED
	for (const float *end = x + 3 * p->ldx; x < end; x += p->ldx)
		ROLLED
		for (int s = 0; s < 3; s++, b += NR) {
			vf bv[NV];

			UNROLL
			for (int v = 0; v < nv; v++)
				bv[v] = load(b + v * VEC);
			UNROLL
			for (int i = 0; i < mr; i++) {
				vf a = splat(x[s + i]);

				UNROLL
				for (int v = 0; v < nv; v++)
					acc[i][v] += a * bv[v];
			}
		}
	finish_tile(y + j0, (size_t)p->k, acc, mr, nv, p->k - j0, p->bias ? p->bias + j0 : NULL,
		    p->slope);
}

static void thin(const struct emo_thin *p)
{
	int tiles = (p->w + MR - 1) / MR;

	for (int row = 0; row < p->rows; row++)
		for (int j0 = 0; j0 < p->k; j0 += NR)
			for (int t = 0; t < tiles; t++) {
				int i = cut(p->w, t, tiles), height = cut(p->w, t + 1, tiles) - i;
				const float *x = p->x + (size_t)row * (size_t)p->ldx + i;
				float *y = p->y + ((size_t)row * (size_t)p->w + (size_t)i) *
							  (size_t)p->k;
				const float *b = p->b + (size_t)j0 * 9;

				if (p->k - j0 > VEC)
					BY_HEIGHT(height, thin_tile(p, x, y, b, j0, MR_NOW, NV));
				else
					BY_HEIGHT(height, thin_tile(p, x, y, b, j0, MR_NOW, 1));
			}
}

/* g (9, k) += ...: the nine taps' sums of `nv` registers' width stay in registers. */
INLINE void thin_grad_part(float *g, const struct emo_thin *p, int j0, int nv)
{
	vf acc[9][NV] = {{{0}}};
	int left = p->k - j0;
	const float *dy = p->dy + j0;

	for (int row = 0; row < p->rows; row++)
		for (int i = 0; i < p->w; i++, dy += p->k) {
			const float *x = p->x + (size_t)row * (size_t)p->ldx + i;
			vf d[NV];

			UNROLL
			for (int v = 0; v < nv; v++)
				d[v] = left >= (v + 1) * VEC ? load(dy + v * VEC)
							     : load_part(dy + v * VEC, left - v * VEC);
			UNROLL
			for (int t = 0; t < 9; t++) {
				vf a = splat(x[t / 3 * p->ldx + t % 3]);

				UNROLL
				for (int v = 0; v < nv; v++)
					acc[t][v] += a * d[v];
			}
		}
	UNROLL
	for (int t = 0; t < 9; t++)
		UNROLL
		for (int v = 0; v < nv; v++) {
			float *to = g + t * p->k + j0 + v * VEC;

			store_part(to, load_part(to, left - v * VEC) + acc[t][v], left - v * VEC);
		}
}

static void thin_grad(float *g, const struct emo_thin *p)
{
	enum { WIDE = MR == 12 ? NV : 1 }; /* as wide as 9 sums of it fit into the registers */

	for (int j0 = 0; j0 < p->k; j0 += WIDE * VEC)
		thin_grad_part(g, p, j0, WIDE);
}

#endif
