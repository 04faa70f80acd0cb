/* SPDX-License-Identifier: MIT */
/*
 * Internal: the arithmetic. kern.c is compiled once for each instruction set; emo_kern() picks the
 * best that this CPU has, or what EMO_CPU names (generic, avx2, avx512, neon; a name that is unknown
 * or beyond this CPU is passed over). Kernels know arrays and sizes, neither layers nor images. All
 * arrays are float, row-major, and may be unaligned.
 */
#ifndef EMO_NN_KERN_H
#define EMO_NN_KERN_H

#include <stddef.h>
#include <stdint.h>

enum emo_act { EMO_LINEAR, EMO_RELU, EMO_LEAKY, EMO_SILU };

/*
 * C (m, n) = A (m, k) B (k, n), where A is not stored as a matrix: row i is `nruns` runs of `run`
 * consecutive floats, run t at a + row_at[i] + run_at[t]. So the windows of a convolution are read
 * where they lie in the picture, and no im2col copy is made.
 */
struct emo_product {
	int m, n;
	int nruns, run; /* k = nruns * run */
	const float *a;
	const int *row_at; /* [m] */
	const int *run_at; /* [nruns] */
	const float *b;    /* packed by emo_pack_b */
	float *c;          /* (m, n), row i at c + i * ldc */
	int ldc;
	const float *bias; /* [n], NULL for none */
	float slope;       /* then negative values are multiplied by this: 1 linear, 0 ReLU */
};

/*
 * G (nruns * run, n) += the transposed A times D (m, n): the weight gradient of the product above.
 */
struct emo_outer {
	int m, n;
	int nruns, run;
	const float *a;
	const int *row_at, *run_at;
	const float *d; /* (m, n), row i at d + i * ldd */
	int ldd;
	float *g;
	int ldg;
};

/* Where B's elements lie: row (t, i), column j at b[t * run_step + i * row_step + j * col_step]. */
struct emo_pack {
	int nruns, run, n;
	size_t run_step, row_step, col_step;
};

/*
 * A 3x3 convolution, stride 1, of one channel: rows of y, (rows, w, k), are made of rows + 2 rows of
 * x, w + 2 floats that begin ldx apart.
 */
struct emo_thin {
	int rows, w, k;
	const float *x;
	int ldx;
	float *y;
	const float *dy;   /* for thin_grad: the gradient by y */
	const float *b;    /* (9, k) packed by pack_b */
	const float *bias; /* [k], NULL for none */
	float slope;       /* as in emo_product */
};

/* Batch norm over the m rows of (m, c): what forward saves for backward, one value a channel. */
struct emo_norm {
	const float *mean, *istd, *scale, *shift;
	enum emo_act act;
};

/* Sizes of a picture, (h, w, c). */
struct emo_shape {
	int h, w, c;
};

/* Windows of size x size, cut off at the edges of x: that of (0, 0) begins at (-before, -before). */
struct emo_windows_of {
	struct emo_shape x, y;
	int size, stride, before;
};

struct emo_kern {
	const char *name;

	void (*product)(const struct emo_product *p);
	void (*outer)(const struct emo_outer *p);

	/* Floats that B (k, n) takes when packed: panels of a few registers' width, zero-padded. */
	size_t (*packed_size)(int k, int n);
	void (*pack_b)(float *out, const float *b, const struct emo_pack *p);

	void (*thin)(const struct emo_thin *p);
	void (*thin_grad)(float *g, const struct emo_thin *p); /* g (9, k) += */

	/*
	 * Winograd's transforms for tiles of o x o outputs, o = 2, 3 or 4 (kern_columns.h); t = o + 2.
	 * A tile begins at pixel (y0, x0) of its picture; what lies outside is zero, or not written.
	 * Places of the t x t transformed tile are v_step (m_step, z_step, u_step) floats apart.
	 */
	void (*wino_input)(float *v, size_t v_step, const float *x, struct emo_shape s, int y0,
			   int x0, int o);
	/* The first k of the channels at y and bias. */
	void (*wino_output)(float *y, struct emo_shape s, int k, int y0, int x0, const float *m,
			    size_t m_step, int o, const float *bias, float slope);
	void (*wino_spread)(float *z, size_t z_step, const float *dy, struct emo_shape s, int y0,
			    int x0, int o);
	/* 3x3 weights to t x t packed matrices; p as for pack_b, of 9 runs; turned: taps reversed. */
	void (*wino_weights)(float *u, size_t u_step, const float *w, const struct emo_pack *p,
			     int turned, int o);
	/* dw += G' du G for n weights of each tap; tap i, and place i of du, are at i * step. */
	void (*wino_weights_back)(float *dw, const float *du, size_t step, int n, int o);

	/* x (m, c): mean[c] and the sum of squared differences from it, m2[c]. */
	void (*moments)(float *mean, float *m2, const float *x, int m, int c);
	/* y = act(scale * (x - mean) * istd + shift); y may be x. */
	void (*norm)(float *y, const float *x, int m, int c, const struct emo_norm *p);
	/* g = dy * act'(…): sum_g[c] = Σ g, sum_gx[c] = Σ g * xhat, over the m rows. */
	void (*norm_sums)(float *sum_g, float *sum_gx, const float *dy, const float *x, int m, int c,
			  const struct emo_norm *p);
	/* dx = scale * istd * (g - mean_g - xhat * mean_gx); dx may be dy. */
	void (*norm_back)(float *dx, const float *dy, const float *x, int m, int c,
			  const struct emo_norm *p, const float *mean_g, const float *mean_gx);

	/* y = act(x); dx = dy * act'(x); in place is fine. */
	void (*act)(float *y, const float *x, size_t n, enum emo_act act);
	void (*act_back)(float *dx, const float *dy, const float *x, size_t n, enum emo_act act);
	/* sum[c] = Σ over the m rows of x (m, c) */
	void (*column_sums)(float *sum, const float *x, int m, int c);

	void (*add)(float *y, const float *a, const float *b, size_t n);       /* y = a + b */
	void (*scale_add)(float *y, float s, const float *x, size_t n);        /* y += s x */
	void (*multiply_add)(float *y, const float *a, const float *b, int n); /* y += a b */

	/* y = maxima of x, rows from .. to-1 of y. */
	void (*max_pool)(float *y, const float *x, const struct emo_windows_of *how, int from,
			 int to);
	/* dx = dy where the window's first maximum was, else zero. */
	void (*max_pool_back)(float *dx, const float *dy, const float *x, const float *y,
			      const struct emo_windows_of *how);

	/* v = mu v - rate (g + decay w); w += nesterov ? mu v - rate (g + decay w) : v */
	void (*sgd)(float *w, float *v, const float *g, size_t n, float rate, float mu, float decay,
		    int nesterov);
	void (*lerp)(float *y, const float *x, size_t n, float t); /* y += t (x - y) */
	/* Returns whether all are finite. */
	int (*from_half)(float *y, const uint16_t *half, size_t n);
};

const struct emo_kern *emo_kern(void);

/* The table of one instruction set; NULL when this build or this CPU lacks it. */
const struct emo_kern *emo_kern_named(const char *name);

#endif
