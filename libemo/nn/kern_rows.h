/* SPDX-License-Identifier: MIT */
/*
 * Part of kern.c and included by it alone: the kernels that pass over arrays once and leave their
 * vectors to the compiler. Loops over channels, or over whole arrays, are what it vectorises.
 */
#ifndef EMO_NN_KERN_ROWS_H
#define EMO_NN_KERN_ROWS_H

#include <math.h>
#include <string.h>

#include "nn/kern.h"

#define INLINE   static inline __attribute__((always_inline))
#define NOINLINE __attribute__((noinline)) /* what is seldom needed, kept out of what is unrolled */

/* ---- activations ---- */

INLINE float sigmoid(float x)
{
	return 1 / (1 + expf(-x));
}

INLINE float act_value(float x, enum emo_act act)
{
	switch (act) {
	case EMO_RELU:
		return x < 0 ? 0 : x; /* keeps NaN */
	case EMO_LEAKY:
		return x > 0 ? x : .1f * x;
	case EMO_SILU:
		return x * sigmoid(x);
	default:
		return x;
	}
}

INLINE float act_slope(float x, enum emo_act act)
{
	float s;

	switch (act) {
	case EMO_RELU:
		return x > 0 ? 1 : 0;
	case EMO_LEAKY:
		return x > 0 ? 1 : .1f;
	case EMO_SILU:
		s = sigmoid(x);
		return s * (1 + x * (1 - s));
	default:
		return 1;
	}
}

/* Makes the call with A a constant, so that each activation gets its own vectorised loop. */
#define FOR_ACT(kind, call)                                                                        \
	do {                                                                                       \
		enum emo_act A = kind;                                                             \
		if (A == EMO_RELU) {                                                               \
			A = EMO_RELU;                                                              \
			call;                                                                      \
		} else if (A == EMO_LEAKY) {                                                       \
			A = EMO_LEAKY;                                                             \
			call;                                                                      \
		} else if (A == EMO_SILU) {                                                        \
			A = EMO_SILU;                                                              \
			call;                                                                      \
		} else {                                                                           \
			A = EMO_LINEAR;                                                            \
			call;                                                                      \
		}                                                                                  \
	} while (0)

INLINE void act_loop(float *y, const float *x, size_t n, enum emo_act kind)
{
	for (size_t i = 0; i < n; i++)
		y[i] = act_value(x[i], kind);
}

static void act(float *y, const float *x, size_t n, enum emo_act kind)
{
	FOR_ACT(kind, act_loop(y, x, n, A));
}

INLINE void act_back_loop(float *dx, const float *dy, const float *x, size_t n, enum emo_act kind)
{
	for (size_t i = 0; i < n; i++)
		dx[i] = dy[i] * act_slope(x[i], kind);
}

static void act_back(float *dx, const float *dy, const float *x, size_t n, enum emo_act kind)
{
	FOR_ACT(kind, act_back_loop(dx, dy, x, n, A));
}

/* ---- sums over rows, in blocks of columns whose sums stay in registers ---- */

#define COLS 64

/* Makes the call for columns at .. at+cols-1; cols is a constant 64, 32 or 16 until the last few. */
#define BY_COLUMNS(c, call)                                                                        \
	for (int at = 0, cols; at < (c); at += cols) {                                             \
		if ((c) - at >= 64) {                                                              \
			cols = 64;                                                                 \
			call;                                                                      \
		} else if ((c) - at >= 32) {                                                       \
			cols = 32;                                                                 \
			call;                                                                      \
		} else if ((c) - at >= 16) {                                                       \
			cols = 16;                                                                 \
			call;                                                                      \
		} else {                                                                           \
			cols = (c) - at;                                                           \
			call;                                                                      \
		}                                                                                  \
	}

INLINE void column_sums_block(float *out, const float *x, int m, int c, int cols)
{
	float sum[COLS] = {0};

	for (int i = 0; i < m; i++, x += c)
		for (int j = 0; j < cols; j++)
			sum[j] += x[j];
	memcpy(out, sum, (size_t)cols * sizeof *out);
}

static void column_sums(float *sum, const float *x, int m, int c)
{
	BY_COLUMNS(c, column_sums_block(sum + at, x + at, m, c, cols));
}

INLINE void moments_block(float *mean, float *m2, const float *x, int m, int c, int cols)
{
	float mid[COLS], sum[COLS] = {0};

	column_sums_block(mean, x, m, c, cols);
	for (int j = 0; j < cols; j++)
		mid[j] = mean[j] /= (float)m;
	for (int i = 0; i < m; i++, x += c)
		for (int j = 0; j < cols; j++)
			sum[j] += (x[j] - mid[j]) * (x[j] - mid[j]);
	memcpy(m2, sum, (size_t)cols * sizeof *m2);
}

static void moments(float *mean, float *m2, const float *x, int m, int c)
{
	BY_COLUMNS(c, moments_block(mean + at, m2 + at, x + at, m, c, cols));
}

/* ---- batch norm ---- */

INLINE void norm_rows(float *y, const float *x, int m, int c, const struct emo_norm *p,
		      enum emo_act kind)
{
	const float *mean = p->mean, *istd = p->istd, *scale = p->scale, *shift = p->shift;

	for (int i = 0; i < m; i++, x += c, y += c)
		for (int j = 0; j < c; j++)
			y[j] = act_value((x[j] - mean[j]) * istd[j] * scale[j] + shift[j], kind);
}

static void norm(float *y, const float *x, int m, int c, const struct emo_norm *p)
{
	FOR_ACT(p->act, norm_rows(y, x, m, c, p, A));
}

INLINE void norm_sums_block(float *sum_g, float *sum_gx, const float *dy, const float *x, int m,
			    int c, const struct emo_norm *p, int at, int cols, enum emo_act kind)
{
	const float *mean = p->mean + at, *istd = p->istd + at;
	const float *scale = p->scale + at, *shift = p->shift + at;
	float sg[COLS] = {0}, sgx[COLS] = {0};

	x += at;
	dy += at;
	for (int i = 0; i < m; i++, x += c, dy += c)
		for (int j = 0; j < cols; j++) {
			float xhat = (x[j] - mean[j]) * istd[j];
			float g = dy[j] * act_slope(xhat * scale[j] + shift[j], kind);

			sg[j] += g;
			sgx[j] += g * xhat;
		}
	memcpy(sum_g + at, sg, (size_t)cols * sizeof *sum_g);
	memcpy(sum_gx + at, sgx, (size_t)cols * sizeof *sum_gx);
}

static void norm_sums(float *sum_g, float *sum_gx, const float *dy, const float *x, int m, int c,
		      const struct emo_norm *p)
{
	BY_COLUMNS(c, FOR_ACT(p->act, norm_sums_block(sum_g, sum_gx, dy, x, m, c, p, at, cols, A)));
}

INLINE void norm_back_rows(float *dx, const float *dy, const float *x, int m, int c,
			   const struct emo_norm *p, const float *mean_g, const float *mean_gx,
			   enum emo_act kind)
{
	const float *mean = p->mean, *istd = p->istd, *scale = p->scale, *shift = p->shift;

	for (int i = 0; i < m; i++, x += c, dy += c, dx += c)
		for (int j = 0; j < c; j++) {
			float xhat = (x[j] - mean[j]) * istd[j];
			float g = dy[j] * act_slope(xhat * scale[j] + shift[j], kind);

			dx[j] = scale[j] * istd[j] * (g - mean_g[j] - xhat * mean_gx[j]);
		}
}

static void norm_back(float *dx, const float *dy, const float *x, int m, int c,
		      const struct emo_norm *p, const float *mean_g, const float *mean_gx)
{
	FOR_ACT(p->act, norm_back_rows(dx, dy, x, m, c, p, mean_g, mean_gx, A));
}

/* ---- one pass over arrays ---- */

static void add(float *y, const float *a, const float *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		y[i] = a[i] + b[i];
}

static void scale_add(float *y, float s, const float *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		y[i] += s * x[i];
}

static void multiply_add(float *restrict y, const float *a, const float *b, int n)
{
	for (int i = 0; i < n; i++)
		y[i] += a[i] * b[i];
}

static void sgd(float *restrict w, float *restrict v, const float *g, size_t n, float rate,
		float mu, float decay, int nesterov)
{
	for (size_t i = 0; i < n; i++) {
		float step = rate * (g[i] + decay * w[i]);

		v[i] = mu * v[i] - step;
		w[i] += nesterov ? mu * v[i] - step : v[i];
	}
}

static void lerp(float *restrict y, const float *x, size_t n, float t)
{
	for (size_t i = 0; i < n; i++)
		y[i] += t * (x[i] - y[i]);
}

/* Half's exponent is 112 less: put the bits in a float's place and multiply, subnormals included. */
static int from_half(float *restrict y, const uint16_t *half, size_t n)
{
	uint32_t beyond = 0; /* infinity and NaN have all bits of the exponent, so one more carries */

	for (size_t i = 0; i < n; i++) {
		uint32_t magnitude = (uint32_t)(half[i] & 0x7fff) << 13;
		uint32_t sign = (uint32_t)(half[i] & 0x8000) << 16;
		float x;

		beyond |= magnitude + (1u << 23);
		memcpy(&x, &magnitude, sizeof x);
		x *= 0x1p112f;
		memcpy(&magnitude, &x, sizeof magnitude);
		magnitude |= sign;
		memcpy(y + i, &magnitude, sizeof magnitude);
	}
	return beyond < 1u << 28;
}

#endif
