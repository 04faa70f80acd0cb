/* SPDX-License-Identifier: MIT */
/*
 * The kernels, in the compiler's vector extensions: one source for every instruction set. The build
 * compiles this file once for each, with -DKERN=avx512 and the like.
 *
 * Both matrix products keep a tile of C, MR rows by NV registers, in registers:
 *
 *	            NV registers of B
 *	           [b0..b15][b16..b31]
 *	  a[0] --> [acc 0,0][acc 0,1]     for each k: load NV registers of B, and for each of the
 *	  a[1] --> [acc 1,0][acc 1,1]     MR rows one float of A, spread over a register: MR * NV
 *	   ...                            multiply-adds for MR + NV loads.
 *	  a[11]--> [acc11,0][acc11,1]
 *
 * 12 x 2 tiles fill the 32 registers of AVX-512 and NEON, 6 x 2 the 16 of AVX2 and SSE.
 * Every element of C is summed in the order of k by one accumulator, so its bits do not depend on
 * where in a tile, or in which thread, it was computed.
 */
#include "nn/kern.h"

#include <math.h>
#include <string.h>

#if defined __AVX512F__
#define VEC 16
#define MR  12
#elif defined __AVX2__
#define VEC 8
#define MR  6
#elif defined __aarch64__
#define VEC 4
#define MR  12
#else
#define VEC 4
#define MR  6
#endif
#define NV 2
#define NR (NV * VEC)

/* For loops over a tile, whose sums are in registers only when no loop is left. */
#if defined __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 12")
#endif

#define INLINE static inline __attribute__((always_inline))

typedef float vf __attribute__((vector_size(VEC * 4)));
typedef int vi __attribute__((vector_size(VEC * 4)));
typedef float vf_unaligned __attribute__((vector_size(VEC * 4), aligned(4), may_alias));

INLINE vf load(const float *p)
{
	return *(const vf_unaligned *)p;
}

INLINE void store(float *p, vf v)
{
	*(vf_unaligned *)p = v;
}

INLINE vf splat(float x)
{
	return x - (vf){0}; /* the compiler's spelling of a broadcast */
}

/* Stores the first n of a register's floats. */
INLINE void store_part(float *p, vf v, int n)
{
	if (n >= VEC)
		store(p, v);
	else if (n > 0)
		memcpy(p, &v, (size_t)n * sizeof *p);
}

INLINE vf load_part(const float *p, int n)
{
	vf v = {0};

	if (n >= VEC)
		return load(p);
	if (n > 0)
		memcpy(&v, p, (size_t)n * sizeof *p);
	return v;
}

INLINE vf slope_below_zero(vf v, float slope)
{
	vi positive = v > 0;
	vf low = v * splat(slope);

	return (vf)(((vi)v & positive) | ((vi)low & ~positive));
}

/* ---- C = A B ---- */

static size_t packed_size(int k, int n)
{
	return (size_t)k * (size_t)((n + NR - 1) / NR * NR);
}

static void pack_b(float *out, const float *b, const struct emo_pack *p)
{
	for (int j0 = 0; j0 < p->n; j0 += NR)
		for (int t = 0; t < p->nruns; t++)
			for (int i = 0; i < p->run; i++, out += NR) {
				const float *row = b + (size_t)t * p->run_step + (size_t)i * p->row_step;
				int left = p->n - j0;

				for (int j = 0; j < NR; j++)
					out[j] = j < left ? row[(size_t)(j0 + j) * p->col_step] : 0;
			}
}

INLINE void finish_row(const struct emo_product *p, int i, int j0, int nv, const vf *acc)
{
	float *c = p->c + (size_t)i * (size_t)p->ldc + j0;

	UNROLL
	for (int v = 0; v < nv; v++) {
		int left = p->n - j0 - v * VEC;
		vf u = acc[v];

		if (left <= 0)
			break;
		if (p->bias)
			u += load_part(p->bias + j0 + v * VEC, left);
		store_part(c + v * VEC, slope_below_zero(u, p->slope), left);
	}
}

/* Rows i0 .. i0+mr-1 of the panel of columns that starts at j0. */
INLINE void product_tile(const struct emo_product *p, int i0, int j0, const float *b, int mr, int nv)
{
	const float *a[MR];
	vf acc[MR][NV] = {{{0}}};

	for (int t = 0; t < p->nruns; t++) {
		UNROLL
		for (int i = 0; i < mr; i++)
			a[i] = p->a + p->row_at[i0 + i] + p->run_at[t];
		for (int k = 0; k < p->run; k++, b += NR) {
			vf bv[NV];

			UNROLL
			for (int v = 0; v < nv; v++)
				bv[v] = load(b + v * VEC);
			UNROLL
			for (int i = 0; i < mr; i++) {
				vf ai = splat(a[i][k]);

				UNROLL
				for (int v = 0; v < nv; v++)
					acc[i][v] += ai * bv[v];
			}
		}
	}
	UNROLL
	for (int i = 0; i < mr; i++)
		finish_row(p, i0 + i, j0, nv, acc[i]);
}

/* The last rows, fewer than MR: halves, quarters and single rows keep the tiles unrolled. */
INLINE void product_rest(const struct emo_product *p, int i, int j0, const float *b, int nv)
{
	for (; i + MR / 2 <= p->m; i += MR / 2)
		product_tile(p, i, j0, b, MR / 2, nv);
	for (; i + 2 <= p->m; i += 2)
		product_tile(p, i, j0, b, 2, nv);
	for (; i < p->m; i++)
		product_tile(p, i, j0, b, 1, nv);
}

static void product(const struct emo_product *p)
{
	size_t panel = (size_t)p->nruns * (size_t)p->run * NR;
	const float *b = p->b;

	for (int j0 = 0; j0 < p->n; j0 += NR, b += panel) {
		int i = 0;

		if (p->n - j0 > VEC) {
			for (; i + MR <= p->m; i += MR)
				product_tile(p, i, j0, b, MR, NV);
			product_rest(p, i, j0, b, NV);
		} else {
			for (; i + MR <= p->m; i += MR)
				product_tile(p, i, j0, b, MR, 1);
			product_rest(p, i, j0, b, 1);
		}
	}
}

/* ---- G += A' D ---- */

INLINE void outer_tile(const struct emo_outer *p, const float *a, float *g, int j0, int mr, int nv)
{
	vf acc[MR][NV] = {{{0}}};
	const float *d = p->d + j0;
	int left = p->n - j0;

	for (int k = 0; k < p->m; k++, d += p->ldd) {
		const float *ak = a + p->row_at[k];
		vf dv[NV];

		UNROLL
		for (int v = 0; v < nv; v++)
			dv[v] = left >= (v + 1) * VEC ? load(d + v * VEC)
						      : load_part(d + v * VEC, left - v * VEC);
		UNROLL
		for (int i = 0; i < mr; i++) {
			vf ai = splat(ak[i]);

			UNROLL
			for (int v = 0; v < nv; v++)
				acc[i][v] += ai * dv[v];
		}
	}
	UNROLL
	for (int i = 0; i < mr; i++) {
		float *row = g + (size_t)i * (size_t)p->ldg + j0;

		UNROLL
		for (int v = 0; v < nv; v++)
			store_part(row + v * VEC,
				   load_part(row + v * VEC, left - v * VEC) + acc[i][v],
				   left - v * VEC);
	}
}

INLINE void outer_panel(const struct emo_outer *p, int t, int j0, int nv)
{
	const float *a = p->a + p->run_at[t];
	float *g = p->g + (size_t)t * (size_t)p->run * (size_t)p->ldg;
	size_t ldg = (size_t)p->ldg;
	int i = 0;

	for (; i + MR <= p->run; i += MR)
		outer_tile(p, a + i, g + (size_t)i * ldg, j0, MR, nv);
	for (; i + 4 <= p->run; i += 4)
		outer_tile(p, a + i, g + (size_t)i * ldg, j0, 4, nv);
	for (; i < p->run; i++)
		outer_tile(p, a + i, g + (size_t)i * ldg, j0, 1, nv);
}

static void outer(const struct emo_outer *p)
{
	for (int t = 0; t < p->nruns; t++)
		for (int j0 = 0; j0 < p->n; j0 += NR)
			if (p->n - j0 > VEC)
				outer_panel(p, t, j0, NV);
			else
				outer_panel(p, t, j0, 1);
}

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

INLINE void bias_act_rows(float *y, const float *x, const float *bias, int m, int c,
			  enum emo_act kind)
{
	for (int i = 0; i < m; i++, x += c, y += c)
		for (int j = 0; j < c; j++)
			y[j] = act_value(x[j] + bias[j], kind);
}

static void bias_act(float *y, const float *x, const float *bias, int m, int c, enum emo_act kind)
{
	FOR_ACT(kind, bias_act_rows(y, x, bias, m, c, A));
}

/* ---- sums over rows, in blocks of columns whose sums stay in registers ---- */

#define COLS 64

/* Makes the call for columns at .. at+cols-1; cols is a constant 64 or 16 until the last few. */
#define BY_COLUMNS(c, call)                                                                        \
	for (int at = 0, cols; at < (c); at += cols) {                                             \
		if ((c) - at >= 64) {                                                              \
			cols = 64;                                                                 \
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

static void maximum(float *restrict y, const float *x, int n)
{
	for (int i = 0; i < n; i++)
		y[i] = x[i] > y[i] ? x[i] : y[i];
}

static void route(float *restrict dx, float *restrict g, const float *x, const float *y, int n)
{
	for (int i = 0; i < n; i++) {
		float hit = x[i] == y[i] ? g[i] : 0;

		dx[i] += hit;
		g[i] -= hit;
	}
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

#define PASTE(a, b) a##b
#define TABLE(isa)  PASTE(emo_kern_, isa)
#define STRING(a)   #a
#define NAME(isa)   STRING(isa)

extern const struct emo_kern TABLE(KERN);
const struct emo_kern TABLE(KERN) = {
	.name = NAME(KERN),
	.vector = VEC,
	.product = product,
	.outer = outer,
	.packed_size = packed_size,
	.pack_b = pack_b,
	.moments = moments,
	.norm = norm,
	.norm_sums = norm_sums,
	.norm_back = norm_back,
	.act = act,
	.act_back = act_back,
	.bias_act = bias_act,
	.column_sums = column_sums,
	.add = add,
	.scale_add = scale_add,
	.multiply_add = multiply_add,
	.maximum = maximum,
	.route = route,
	.sgd = sgd,
	.lerp = lerp,
};
