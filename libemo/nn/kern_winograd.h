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

/* out (m, m) = F in (n, n) F', F being the (m, n) matrix of `side`. */
INLINE void both_ways(vf *out, const vf *in, int n, int m, int o, enum side side)
{
	vf half[36], from[6], to[6];

	UNROLL
	for (int j = 0; j < n; j++) {
		UNROLL
		for (int i = 0; i < n; i++)
			from[i] = in[i * n + j];
		column(to, from, o, side);
		UNROLL
		for (int i = 0; i < m; i++)
			half[i * n + j] = to[i];
	}
	UNROLL
	for (int i = 0; i < m; i++)
		column(out + i * m, half + i * n, o, side);
}

/* ---- pictures ---- */

INLINE void wino_input_tiles(float *v, size_t v_step, const float *x, size_t row, int c, int o)
{
	int t = o + 2;

	for (int j = 0; j < c; j += VEC) {
		vf d[36], out[36];

		for (int i = 0; i < t * t; i++)
			d[i] = load_part(x + (size_t)(i / t) * row + (size_t)(i % t) * (size_t)c + j,
					 c - j);
		both_ways(out, d, t, t, o, INPUT);
		for (int i = 0; i < t * t; i++)
			store_part(v + (size_t)i * v_step + j, out[i], c - j);
	}
}

static void wino_input(float *v, size_t v_step, const float *x, size_t row, int c, int o)
{
	if (o == 2)
		wino_input_tiles(v, v_step, x, row, c, 2);
	else
		wino_input_tiles(v, v_step, x, row, c, 4);
}

INLINE void wino_output_tiles(float *y, size_t row, int h, int w, const float *m, size_t m_step,
			      int c, int o, const float *bias, float slope)
{
	int t = o + 2;

	for (int j = 0; j < c; j += VEC) {
		vf in[36], out[16], b = bias ? load_part(bias + j, c - j) : splat(0);

		for (int i = 0; i < t * t; i++)
			in[i] = load_part(m + (size_t)i * m_step + j, c - j);
		both_ways(out, in, t, o, o, OUTPUT);
		for (int i = 0; i < h; i++)
			for (int k = 0; k < w; k++)
				store_part(y + (size_t)i * row + (size_t)k * (size_t)c + j,
					   slope_below_zero(out[i * o + k] + b, slope), c - j);
	}
}

static void wino_output(float *y, size_t row, int h, int w, const float *m, size_t m_step, int c,
			int o, const float *bias, float slope)
{
	if (o == 2)
		wino_output_tiles(y, row, h, w, m, m_step, c, 2, bias, slope);
	else if (h == 4 && w == 4)
		wino_output_tiles(y, row, 4, 4, m, m_step, c, 4, bias, slope);
	else
		wino_output_tiles(y, row, h, w, m, m_step, c, 4, bias, slope);
}

INLINE void wino_spread_tiles(float *z, size_t z_step, const float *dy, size_t row, int h, int w,
			      int c, int o)
{
	int t = o + 2;

	for (int j = 0; j < c; j += VEC) {
		vf in[16], out[36];

		for (int i = 0; i < o * o; i++) {
			size_t at = (size_t)(i / o) * row + (size_t)(i % o) * (size_t)c + (size_t)j;

			in[i] = i / o < h && i % o < w ? load_part(dy + at, c - j) : splat(0);
		}
		both_ways(out, in, o, t, o, SPREAD);
		for (int i = 0; i < t * t; i++)
			store_part(z + (size_t)i * z_step + j, out[i], c - j);
	}
}

static void wino_spread(float *z, size_t z_step, const float *dy, size_t row, int h, int w, int c,
			int o)
{
	if (o == 2)
		wino_spread_tiles(z, z_step, dy, row, h, w, c, 2);
	else if (h == 4 && w == 4)
		wino_spread_tiles(z, z_step, dy, row, 4, 4, c, 4);
	else
		wino_spread_tiles(z, z_step, dy, row, h, w, c, 4);
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

INLINE void wino_weights_panels(float *u, size_t u_step, const float *w, const struct emo_pack *p,
				int turned, int o)
{
	int t = o + 2;

	for (int j0 = 0; j0 < p->n; j0 += NR)
		for (int i = 0; i < p->run; i++)
			for (int j = j0; j < j0 + NR; j += VEC, u += VEC) {
				vf g[9], out[36];

				for (int tap = 0; tap < 9; tap++)
					g[tap] = gather(w + (size_t)(turned ? 8 - tap : tap) * p->run_step +
								(size_t)i * p->row_step +
								(size_t)j * p->col_step,
							p->col_step, p->n - j);
				both_ways(out, g, 3, t, o, WEIGHT);
				for (int q = 0; q < t * t; q++)
					store(u + (size_t)q * u_step, out[q]);
			}
}

static void wino_weights(float *u, size_t u_step, const float *w, const struct emo_pack *p,
			 int turned, int o)
{
	if (o == 2)
		wino_weights_panels(u, u_step, w, p, turned, 2);
	else
		wino_weights_panels(u, u_step, w, p, turned, 4);
}

INLINE void wino_weights_back_part(float *dw, const float *du, size_t step, size_t n, int o)
{
	int t = o + 2;

	for (size_t j = 0; j < n; j += VEC) {
		int left = n - j < VEC ? (int)(n - j) : VEC;
		vf in[36], out[9];

		for (int i = 0; i < t * t; i++)
			in[i] = load_part(du + (size_t)i * step + j, left);
		both_ways(out, in, t, 3, o, BACK);
		for (int i = 0; i < 9; i++) {
			float *to = dw + (size_t)i * step + j;

			store_part(to, load_part(to, left) + out[i], left);
		}
	}
}

static void wino_weights_back(float *dw, const float *du, size_t step, size_t n, int o)
{
	if (o == 2)
		wino_weights_back_part(dw, du, step, n, 2);
	else
		wino_weights_back_part(dw, du, step, n, 4);
}

#endif
