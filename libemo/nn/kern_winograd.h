/* SPDX-License-Identifier: MIT */
/*
 * Part of kern.c and included by it alone: the transforms of Winograd's convolution. A 3x3
 * convolution of a tile of o x o outputs (o = 2 or 4) needs t x t products a channel, t = o + 2,
 * instead of 9 o x o:
 *
 *	y = A' [ (G g G') * (B' d B) ] A      d: t x t inputs, g: 3 x 3 weights, *: element by element
 *
 * Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016; points 0, 1, -1
 * and, for o = 4, 2, -2. Backward takes the transposes: A dy A' of the gradient by the output, and
 * G' (...) G for the gradient by the weights. Each matrix is a function of one column below;
 * both_ways applies it to the columns and then to the rows. A register holds VEC channels of one
 * place.
 */
#ifndef EMO_NN_KERN_WINOGRAD_H
#define EMO_NN_KERN_WINOGRAD_H

#include "nn/kern.h"

enum side { INPUT, OUTPUT, SPREAD, WEIGHT, BACK }; /* which matrix: B', A', A, G, G' */

/* One column for tiles of 2x2 outputs. */
INLINE void column2(vf *y, const vf *x, enum side side)
{
	if (side == INPUT) {
		y[0] = x[0] - x[2];
		y[1] = x[1] + x[2];
		y[2] = x[2] - x[1];
		y[3] = x[1] - x[3];
	} else if (side == OUTPUT) {
		y[0] = x[0] + x[1] + x[2];
		y[1] = x[1] - x[2] - x[3];
	} else if (side == SPREAD) {
		y[0] = x[0];
		y[1] = x[0] + x[1];
		y[2] = x[0] - x[1];
		y[3] = -x[1];
	} else if (side == WEIGHT) {
		y[0] = x[0];
		y[1] = .5f * (x[0] + x[1] + x[2]);
		y[2] = .5f * (x[0] - x[1] + x[2]);
		y[3] = x[2];
	} else {
		y[0] = x[0] + .5f * (x[1] + x[2]);
		y[1] = .5f * (x[1] - x[2]);
		y[2] = .5f * (x[1] + x[2]) + x[3];
	}
}

/* For tiles of 4x4: each matrix by the sums and differences that its rows share. */
INLINE void input4(vf *y, const vf *x)
{
	vf even = x[4] - 4 * x[2], odd = x[3] - 4 * x[1];
	vf even2 = x[4] - x[2], odd2 = 2 * (x[3] - x[1]);

	y[0] = 4 * x[0] - 5 * x[2] + x[4];
	y[1] = even + odd;
	y[2] = even - odd;
	y[3] = even2 + odd2;
	y[4] = even2 - odd2;
	y[5] = 4 * x[1] - 5 * x[3] + x[5];
}

INLINE void output4(vf *y, const vf *x)
{
	vf sum = x[1] + x[2], dif = x[1] - x[2], sum2 = x[3] + x[4], dif2 = x[3] - x[4];

	y[0] = x[0] + sum + sum2;
	y[1] = dif + 2 * dif2;
	y[2] = sum + 4 * sum2;
	y[3] = dif + 8 * dif2 + x[5];
}

INLINE void spread4(vf *y, const vf *x)
{
	vf even = x[0] + x[2], odd = x[1] + x[3];
	vf even2 = x[0] + 4 * x[2], odd2 = 2 * x[1] + 8 * x[3];

	y[0] = x[0];
	y[1] = even + odd;
	y[2] = even - odd;
	y[3] = even2 + odd2;
	y[4] = even2 - odd2;
	y[5] = x[3];
}

INLINE void weight4(vf *y, const vf *x)
{
	vf even = (x[0] + x[2]) * (-1 / 6.f), odd = x[1] * (-1 / 6.f);
	vf even2 = (x[0] + 4 * x[2]) * (1 / 24.f), odd2 = x[1] * (1 / 12.f);

	y[0] = .25f * x[0];
	y[1] = even + odd;
	y[2] = even - odd;
	y[3] = even2 + odd2;
	y[4] = even2 - odd2;
	y[5] = x[2];
}

INLINE void back4(vf *y, const vf *x)
{
	vf sum = x[1] + x[2], sum2 = x[3] + x[4];

	y[0] = .25f * x[0] - sum * (1 / 6.f) + sum2 * (1 / 24.f);
	y[1] = (x[2] - x[1]) * (1 / 6.f) + (x[3] - x[4]) * (1 / 12.f);
	y[2] = (sum2 - sum) * (1 / 6.f) + x[5];
}

INLINE void column(vf *y, const vf *x, int o, enum side side)
{
	if (o == 2)
		column2(y, x, side);
	else if (side == INPUT)
		input4(y, x);
	else if (side == OUTPUT)
		output4(y, x);
	else if (side == SPREAD)
		spread4(y, x);
	else if (side == WEIGHT)
		weight4(y, x);
	else
		back4(y, x);
}

/*
 * F in F', F being the (m, n) matrix of `side`: `down` puts F times column j of `in` into half
 * (m, n); `across` makes row i of the result of row i of half.
 */
INLINE void down(vf *half, const vf *in, int j, int n, int m, int o, enum side side)
{
	vf out[6];

	column(out, in, o, side);
	UNROLL
	for (int i = 0; i < m; i++)
		half[i * n + j] = out[i];
}

INLINE void across(vf *out, const vf *half, int i, int n, int o, enum side side)
{
	column(out, half + i * n, o, side);
}

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

static void wino_output(float *y, struct emo_shape s, int y0, int x0, const float *m,
			size_t m_step, int o, const float *bias, float slope)
{
	if (all_within(s, y0, x0, o))
		BY_PARTS(s.c, o, output_part(y + at, s, y0, x0, 1, m + at, m_step, O,
					     bias ? bias + at : NULL, slope, N));
	else
		BY_PARTS(s.c, o, output_part(y + at, s, y0, x0, 0, m + at, m_step, O,
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
