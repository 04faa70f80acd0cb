/* SPDX-License-Identifier: MIT */
/*
 * Part of kern.c and included by it alone: Winograd's transforms of pictures and weights, by the
 * matrices of kern_columns.h. A register holds VEC channels of one place.
 */
#ifndef EMO_NN_KERN_WINOGRAD_H
#define EMO_NN_KERN_WINOGRAD_H

#include "nn/kern.h"
#include "nn/kern_columns.h"

/*
 * ---- pictures ----
 *
 * The _part functions transform n channels, n = VEC but for the last few: as constants, o and n make
 * code without branches.
 */

INLINE int within(struct emo_shape s, int y, int x)
{
	return y >= 0 && y < s.h && x >= 0 && x < s.w;
}

INLINE size_t pixel(struct emo_shape s, int y, int x)
{
	return ((size_t)y * (size_t)s.w + (size_t)x) * (size_t)s.c;
}

/* Whether all of a square of so many pixels lies in the picture. */
INLINE int all_within(struct emo_shape s, int y, int x, int side)
{
	return within(s, y, x) && within(s, y + side - 1, x + side - 1);
}

INLINE void input_part(float *v, size_t v_step, const float *x, struct emo_shape s, int y0, int x0,
		       int inside, int o, int n)
{
	int t = o + 2;
	vf half[36], line[6];

	UNROLL
	for (int j = 0; j < t; j++) {
		UNROLL
		for (int i = 0; i < t; i++)
			line[i] = inside || within(s, y0 + i, x0 + j)
					  ? load_part(x + pixel(s, y0 + i, x0 + j), n)
					  : splat(0);
		down(half, line, j, t, t, o, INPUT);
	}
	UNROLL
	for (int i = 0; i < t; i++) {
		across(line, half, i, t, o, INPUT);
		UNROLL
		for (int j = 0; j < t; j++)
			store_part(v + (size_t)(i * t + j) * v_step, line[j], n);
	}
}

INLINE void output_part(float *y, struct emo_shape s, int y0, int x0, int inside, const float *m,
			size_t m_step, int o, const float *bias, float slope, int n)
{
	int t = o + 2;
	vf half[24], line[6], b = bias ? load_part(bias, n) : splat(0);

	UNROLL
	for (int j = 0; j < t; j++) {
		UNROLL
		for (int i = 0; i < t; i++)
			line[i] = load_part(m + (size_t)(i * t + j) * m_step, n);
		down(half, line, j, t, o, o, OUTPUT);
	}
	UNROLL
	for (int i = 0; i < o; i++) {
		across(line, half, i, t, o, OUTPUT);
		UNROLL
		for (int j = 0; j < o; j++)
			if (inside || within(s, y0 + i, x0 + j))
				store_part(y + pixel(s, y0 + i, x0 + j),
					   slope_below_zero(line[j] + b, slope), n);
	}
}

INLINE void spread_part(float *z, size_t z_step, const float *dy, struct emo_shape s, int y0,
			int x0, int inside, int o, int n)
{
	int t = o + 2;
	vf half[24], line[6];

	UNROLL
	for (int j = 0; j < o; j++) {
		UNROLL
		for (int i = 0; i < o; i++)
			line[i] = inside || within(s, y0 + i, x0 + j)
					  ? load_part(dy + pixel(s, y0 + i, x0 + j), n)
					  : splat(0);
		down(half, line, j, o, t, o, SPREAD);
	}
	UNROLL
	for (int i = 0; i < t; i++) {
		across(line, half, i, o, o, SPREAD);
		UNROLL
		for (int j = 0; j < t; j++)
			store_part(z + (size_t)(i * t + j) * z_step, line[j], n);
	}
}

/* Makes the call for o a constant and for channels at .. at+n-1, n a constant VEC while it can be. */
#define BY_PARTS(c, side_of_tile, call)                                                            \
	do {                                                                                       \
		int at = 0;                                                                        \
		if ((side_of_tile) == 4) {                                                         \
			enum { O = 4 };                                                            \
			BY_VECTORS(c, call);                                                       \
		} else if ((side_of_tile) == 3) {                                                  \
			enum { O = 3 };                                                            \
			BY_VECTORS(c, call);                                                       \
		} else {                                                                           \
			enum { O = 2 };                                                            \
			BY_VECTORS(c, call);                                                       \
		}                                                                                  \
	} while (0)

#define BY_VECTORS(c, call)                                                                        \
	for (; at + VEC <= (c); at += VEC) {                                                       \
		enum { N = VEC };                                                                  \
		call;                                                                              \
	}                                                                                          \
	if (at < (c)) {                                                                            \
		int N = (c) - at;                                                                  \
		call;                                                                              \
	}

static void wino_input(float *v, size_t v_step, const float *x, struct emo_shape s, int y0, int x0,
		       int o)
{
	if (all_within(s, y0, x0, o + 2))
		BY_PARTS(s.c, o, input_part(v + at, v_step, x + at, s, y0, x0, 1, O, N));
	else
		BY_PARTS(s.c, o, input_part(v + at, v_step, x + at, s, y0, x0, 0, O, N));
}

static void wino_output(float *y, struct emo_shape s, int k, int y0, int x0, const float *m,
			size_t m_step, int o, const float *bias, float slope)
{
	if (all_within(s, y0, x0, o))
		BY_PARTS(k, o, output_part(y + at, s, y0, x0, 1, m + at, m_step, O,
					     bias ? bias + at : NULL, slope, N));
	else
		BY_PARTS(k, o, output_part(y + at, s, y0, x0, 0, m + at, m_step, O,
					     bias ? bias + at : NULL, slope, N));
}

static void wino_spread(float *z, size_t z_step, const float *dy, struct emo_shape s, int y0,
			int x0, int o)
{
	if (all_within(s, y0, x0, o))
		BY_PARTS(s.c, o, spread_part(z + at, z_step, dy + at, s, y0, x0, 1, O, N));
	else
		BY_PARTS(s.c, o, spread_part(z + at, z_step, dy + at, s, y0, x0, 0, O, N));
}

/* ---- weights ---- */

INLINE vf gather(const float *p, size_t step, int n)
{
	float x[VEC] = {0};

	if (step == 1)
		return load_part(p, n);
	for (int i = 0; i < VEC && i < n; i++)
		x[i] = p[(size_t)i * step];
	return load(x);
}

/* One register's width of outputs: 3x3 weights, `tap` floats apart, to t x t places of u. */
INLINE void weights_part(float *u, size_t u_step, const float *w, ptrdiff_t tap, size_t col, int left,
			 int o)
{
	int t = o + 2;
	vf half[18], line[6];

	UNROLL
	for (int j = 0; j < 3; j++) {
		UNROLL
		for (int i = 0; i < 3; i++)
			line[i] = gather(w + (i * 3 + j) * tap, col, left);
		down(half, line, j, 3, t, o, WEIGHT);
	}
	UNROLL
	for (int i = 0; i < t; i++) {
		across(line, half, i, 3, o, WEIGHT);
		UNROLL
		for (int j = 0; j < t; j++)
			store(u + (size_t)(i * t + j) * u_step, line[j]);
	}
}

static void wino_weights(float *u, size_t u_step, const float *w, const struct emo_pack *p,
			 int turned, int o)
{
	ptrdiff_t tap = turned ? -(ptrdiff_t)p->run_step : (ptrdiff_t)p->run_step;

	if (turned)
		w += 8 * p->run_step;
	for (int j0 = 0; j0 < p->n; j0 += NR)
		for (int i = 0; i < p->run; i++)
			for (int j = j0; j < j0 + NR; j += VEC, u += VEC) {
				const float *from = w + (size_t)i * p->row_step;
				int left = p->n - j;

				if (left > 0)
					from += (size_t)j * p->col_step;
				if (o == 4)
					weights_part(u, u_step, from, tap, p->col_step, left, 4);
				else if (o == 3)
					weights_part(u, u_step, from, tap, p->col_step, left, 3);
				else
					weights_part(u, u_step, from, tap, p->col_step, left, 2);
			}
}

INLINE void back_part(float *dw, const float *du, size_t step, int o, int n)
{
	int t = o + 2;
	vf half[18], line[6];

	UNROLL
	for (int j = 0; j < t; j++) {
		UNROLL
		for (int i = 0; i < t; i++)
			line[i] = load_part(du + (size_t)(i * t + j) * step, n);
		down(half, line, j, t, 3, o, BACK);
	}
	UNROLL
	for (int i = 0; i < 3; i++) {
		across(line, half, i, t, o, BACK);
		UNROLL
		for (int j = 0; j < 3; j++) {
			float *to = dw + (size_t)(i * 3 + j) * step;

			store_part(to, load_part(to, n) + line[j], n);
		}
	}
}

static void wino_weights_back(float *dw, const float *du, size_t step, int n, int o)
{
	BY_PARTS(n, o, back_part(dw + at, du + at, step, O, N));
}

#endif
