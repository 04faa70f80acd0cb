/* SPDX-License-Identifier: MIT */
/*
 * The kernels, in the compiler's vector extensions: one source for every instruction set. The build
 * compiles this file, with the parts that it includes, once for each, with -DKERN=avx512 and the like.
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

#include <string.h>

#include "nn/kern_rows.h"

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

/*
 * For loops over a tile, whose sums are in registers only when no loop is left; and for loops around
 * them, which the compiler had better leave: it would spill what they keep in registers.
 */
#if defined __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#define ROLLED _Pragma("clang loop unroll(disable)")
#else
#define UNROLL _Pragma("GCC unroll 12")
#define ROLLED _Pragma("GCC unroll 1")
#endif

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

/* The larger of v and slope v, slope <= 1; NaN stays NaN. */
INLINE vf slope_below_zero(vf v, float slope)
{
	vf low = v * splat(slope);
	vi below = low > v;

	return (vf)(((vi)low & below) | ((vi)v & ~below));
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

/* What is left of the last panel: seldom, and it need not be quick. */
static NOINLINE void store_left(float *c, size_t ldc, const float *tile, int mr, int left)
{
	for (int i = 0; i < mr; i++)
		memcpy(c + (size_t)i * ldc, tile + i * NR, (size_t)left * sizeof *c);
}

/* Stores a tile; `left` is how many outputs there are from c on; bias is from there on, too. */
INLINE void finish_tile(float *c, size_t ldc, vf acc[MR][NV], int mr, int nv, int left,
			const float *bias, float slope)
{
	int whole = left >= nv * VEC;

	if (bias) {
		UNROLL
		for (int v = 0; v < nv; v++) {
			vf b = load_part(bias + v * VEC, left - v * VEC);

			UNROLL
			for (int i = 0; i < mr; i++)
				acc[i][v] += b;
		}
	}
	if (slope != 1) {
		UNROLL
		for (int i = 0; i < mr; i++)
			UNROLL
			for (int v = 0; v < nv; v++)
				acc[i][v] = slope_below_zero(acc[i][v], slope);
	}
	if (whole) {
		UNROLL
		for (int i = 0; i < mr; i++)
			UNROLL
			for (int v = 0; v < nv; v++)
				store(c + (size_t)i * ldc + v * VEC, acc[i][v]);
	} else {
		float tile[MR * NR];

		UNROLL
		for (int i = 0; i < mr; i++)
			UNROLL
			for (int v = 0; v < nv; v++)
				store(tile + i * NR + v * VEC, acc[i][v]);
		store_left(c, ldc, tile, mr, left);
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
	finish_tile(p->c + (size_t)i0 * (size_t)p->ldc + j0, (size_t)p->ldc, acc, mr, nv, p->n - j0,
		    p->bias ? p->bias + j0 : NULL, p->slope);
}

/* Calls with MR_NOW a constant, 1 .. MR, so that every height of a tile is unrolled. */
#define HEIGHT(n, call)                                                                            \
	case n:                                                                                    \
		if (n <= MR) {                                                                     \
			enum { MR_NOW = n <= MR ? n : 1 };                                         \
			call;                                                                      \
		}                                                                                  \
		break
#define BY_HEIGHT(height, call)                                                                    \
	do {                                                                                       \
		switch (height) {                                                                  \
			HEIGHT(1, call);                                                           \
			HEIGHT(2, call);                                                           \
			HEIGHT(3, call);                                                           \
			HEIGHT(4, call);                                                           \
			HEIGHT(5, call);                                                           \
			HEIGHT(6, call);                                                           \
			HEIGHT(7, call);                                                           \
			HEIGHT(8, call);                                                           \
			HEIGHT(9, call);                                                           \
			HEIGHT(10, call);                                                          \
			HEIGHT(11, call);                                                          \
			HEIGHT(12, call);                                                          \
		}                                                                                  \
	} while (0)

/*
 * Rows are cut into as few tiles as possible, of nearly equal heights: 25 rows are 9 + 8 + 8 and not
 * 12 + 12 + 1, for a low tile has too few sums in flight to keep the multipliers busy.
 */
INLINE int cut(int rows, int tile, int tiles)
{
	return (int)((long)rows * tile / tiles);
}

INLINE void product_panel(const struct emo_product *p, int j0, const float *b, int nv)
{
	int tiles = (p->m + MR - 1) / MR;

	for (int t = 0; t < tiles; t++) {
		int i = cut(p->m, t, tiles), height = cut(p->m, t + 1, tiles) - i;

		BY_HEIGHT(height, product_tile(p, i, j0, b, MR_NOW, nv));
	}
}

static void product(const struct emo_product *p)
{
	size_t panel = (size_t)p->nruns * (size_t)p->run * NR;
	const float *b = p->b;

	for (int j0 = 0; j0 < p->n; j0 += NR, b += panel)
		if (p->n - j0 > VEC)
			product_panel(p, j0, b, NV);
		else
			product_panel(p, j0, b, 1);
}

/* ---- G += A' D ---- */

/* g[0 .. left-1] of each row += the tile's, where a register's width would be too much. */
static NOINLINE void add_left(float *g, size_t ldg, const float *tile, int mr, int left)
{
	for (int i = 0; i < mr; i++)
		for (int j = 0; j < left; j++)
			g[(size_t)i * ldg + (size_t)j] += tile[i * VEC + j];
}

/* Columns j0 .. of nv registers' width; of one register's when there are not `whole` ones left. */
INLINE void outer_tile(const struct emo_outer *p, const float *a, float *g, int j0, int mr, int nv,
		       int whole)
{
	vf acc[MR][NV] = {{{0}}};
	const float *d = p->d + j0;
	int left = p->n - j0;

	for (int k = 0; k < p->m; k++, d += p->ldd) {
		const float *ak = a + p->row_at[k];
		vf dv[NV];

		UNROLL
		for (int v = 0; v < nv; v++)
			dv[v] = whole ? load(d + v * VEC) : load_part(d, left);
		UNROLL
		for (int i = 0; i < mr; i++) {
			vf ai = splat(ak[i]);

			UNROLL
			for (int v = 0; v < nv; v++)
				acc[i][v] += ai * dv[v];
		}
	}
	if (whole) {
		UNROLL
		for (int i = 0; i < mr; i++) {
			float *row = g + (size_t)i * (size_t)p->ldg + j0;

			UNROLL
			for (int v = 0; v < nv; v++)
				store(row + v * VEC, load(row + v * VEC) + acc[i][v]);
		}
	} else {
		float tile[MR * VEC];

		UNROLL
		for (int i = 0; i < mr; i++)
			store(tile + i * VEC, acc[i][0]);
		add_left(g + j0, (size_t)p->ldg, tile, mr, left);
	}
}

INLINE void outer_panel(const struct emo_outer *p, int t, int j0, int nv, int whole)
{
	const float *a = p->a + p->run_at[t];
	float *g = p->g + (size_t)t * (size_t)p->run * (size_t)p->ldg;
	size_t ldg = (size_t)p->ldg;
	int tiles = (p->run + MR - 1) / MR;

	for (int k = 0; k < tiles; k++) {
		int i = cut(p->run, k, tiles), height = cut(p->run, k + 1, tiles) - i;

		BY_HEIGHT(height,
			  outer_tile(p, a + i, g + (size_t)i * ldg, j0, MR_NOW, nv, whole));
	}
}

static void outer(const struct emo_outer *p)
{
	for (int t = 0; t < p->nruns; t++) {
		int j0 = 0;

		for (; j0 + NR <= p->n; j0 += NR)
			outer_panel(p, t, j0, NV, 1);
		for (; j0 + VEC <= p->n; j0 += VEC)
			outer_panel(p, t, j0, 1, 1);
		if (j0 < p->n)
			outer_panel(p, t, j0, 1, 0);
	}
}

#include "nn/kern_pool.h"
#include "nn/kern_thin.h"
#include "nn/kern_winograd.h"

#define PASTE(a, b) a##b
#define TABLE(isa)  PASTE(emo_kern_, isa)
#define STRING(a)   #a
#define NAME(isa)   STRING(isa)

extern const struct emo_kern TABLE(KERN);
const struct emo_kern TABLE(KERN) = {
	.name = NAME(KERN),
	.product = product,
	.outer = outer,
	.packed_size = packed_size,
	.pack_b = pack_b,
	.thin = thin,
	.thin_grad = thin_grad,
	.wino_input = wino_input,
	.wino_output = wino_output,
	.wino_spread = wino_spread,
	.wino_weights = wino_weights,
	.wino_weights_back = wino_weights_back,
	.moments = moments,
	.norm = norm,
	.norm_sums = norm_sums,
	.norm_back = norm_back,
	.act = act,
	.act_back = act_back,
	.column_sums = column_sums,
	.add = add,
	.scale_add = scale_add,
	.multiply_add = multiply_add,
	.max_pool = max_pool,
	.max_pool_back = max_pool_back,
	.sgd = sgd,
	.lerp = lerp,
	.from_half = from_half,
};
