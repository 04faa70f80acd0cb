/* SPDX-License-Identifier: MIT */
/*
 * What the operations of a network mean, written down from their definitions: plain loops, double
 * precision, nothing clever and nothing shared with the engine. The tests hold the engine against
 * it. Pictures are (images, rows, columns, channels).
 *
 * Convolution weights are [filter][row][column][channel of the filter's group] here.
 * The *_back functions set what the name of their first arguments says; dw and db too.
 */
#ifndef NAIVE_H
#define NAIVE_H

#include <math.h>
#include <stddef.h>

struct naive {
	int n, h, w, c;                         /* input */
	int filters, size, stride, pad, groups; /* pad: pixels on each side; maxpool: in all */
	int oh, ow, oc;                         /* output */
};

enum naive_act { NAIVE_LINEAR, NAIVE_RELU, NAIVE_LEAKY, NAIVE_SILU };

static inline size_t naive_at(int i, int y, int x, int k, int h, int w, int c)
{
	return (((size_t)i * (size_t)h + (size_t)y) * (size_t)w + (size_t)x) * (size_t)c + (size_t)k;
}

/* ---- convolution: every output pixel looks at every pixel of its window that exists ---- */

static inline void naive_conv_shape(struct naive *d)
{
	d->oh = (d->h + 2 * d->pad - d->size) / d->stride + 1;
	d->ow = (d->w + 2 * d->pad - d->size) / d->stride + 1;
	d->oc = d->filters;
}

/*
 * Calls for each multiplication of a convolution: the output, the input and the weight that meet.
 * A macro, so that forward and backward can each say what they do with the three indexes.
 */
#define NAIVE_CONV_EACH(d, o, i, k, body)                                                          \
	do {                                                                                       \
		int in_group = (d)->c / (d)->groups, out_group = (d)->filters / (d)->groups;       \
		for (int b_ = 0; b_ < (d)->n; b_++)                                                \
		for (int oy_ = 0; oy_ < (d)->oh; oy_++)                                            \
		for (int ox_ = 0; ox_ < (d)->ow; ox_++)                                            \
		for (int f_ = 0; f_ < (d)->filters; f_++)                                          \
		for (int r_ = 0; r_ < (d)->size; r_++)                                             \
		for (int s_ = 0; s_ < (d)->size; s_++)                                             \
		for (int j_ = 0; j_ < in_group; j_++) {                                            \
			int y_ = oy_ * (d)->stride + r_ - (d)->pad;                                \
			int x_ = ox_ * (d)->stride + s_ - (d)->pad;                                \
			size_t o, i, k;                                                            \
			if (y_ < 0 || y_ >= (d)->h || x_ < 0 || x_ >= (d)->w)                      \
				continue;                                                          \
			o = naive_at(b_, oy_, ox_, f_, (d)->oh, (d)->ow, (d)->oc);                 \
			i = naive_at(b_, y_, x_, f_ / out_group * in_group + j_, (d)->h, (d)->w,   \
				     (d)->c);                                                      \
			k = naive_at(f_, r_, s_, j_, (d)->size, (d)->size, in_group);              \
			body;                                                                      \
		}                                                                                  \
	} while (0)

static inline void naive_conv(double *y, const double *x, const double *w, const struct naive *d)
{
	for (size_t o = 0; o < naive_at(d->n, 0, 0, 0, d->oh, d->ow, d->oc); o++)
		y[o] = 0;
	NAIVE_CONV_EACH(d, o, i, k, y[o] += x[i] * w[k]);
}

static inline void naive_conv_back(double *dx, double *dw, const double *dy, const double *x,
				   const double *w, const struct naive *d)
{
	for (size_t i = 0; i < naive_at(d->n, 0, 0, 0, d->h, d->w, d->c); i++)
		dx[i] = 0;
	for (size_t k = 0; k < naive_at(d->filters, 0, 0, 0, d->size, d->size, d->c / d->groups); k++)
		dw[k] = 0;
	NAIVE_CONV_EACH(d, o, i, k, (dx[i] += dy[o] * w[k], dw[k] += dy[o] * x[i]));
}

/* ---- connected: weights are [output][input] ---- */

static inline void naive_dense(double *y, const double *x, const double *w, int n, int in, int out)
{
	for (int b = 0; b < n; b++)
		for (int o = 0; o < out; o++) {
			y[b * out + o] = 0;
			for (int i = 0; i < in; i++)
				y[b * out + o] += w[o * in + i] * x[b * in + i];
		}
}

static inline void naive_dense_back(double *dx, double *dw, const double *dy, const double *x,
				    const double *w, int n, int in, int out)
{
	for (int i = 0; i < n * in; i++)
		dx[i] = 0;
	for (int i = 0; i < out * in; i++)
		dw[i] = 0;
	for (int b = 0; b < n; b++)
		for (int o = 0; o < out; o++)
			for (int i = 0; i < in; i++) {
				dx[b * in + i] += dy[b * out + o] * w[o * in + i];
				dw[o * in + i] += dy[b * out + o] * x[b * in + i];
			}
}

/* ---- bias, and batch norm: m rows of c channels ---- */

static inline void naive_bias(double *y, const double *bias, int m, int c)
{
	for (int i = 0; i < m * c; i++)
		y[i] += bias[i % c];
}

static inline void naive_bias_back(double *db, const double *dy, int m, int c)
{
	for (int j = 0; j < c; j++)
		db[j] = 0;
	for (int i = 0; i < m * c; i++)
		db[i % c] += dy[i];
}

/* Mean, and the mean squared difference from it. */
static inline void naive_moments(double *mean, double *var, const double *x, int m, int c)
{
	for (int j = 0; j < c; j++) {
		mean[j] = var[j] = 0;
		for (int i = 0; i < m; i++)
			mean[j] += x[i * c + j] / m;
		for (int i = 0; i < m; i++)
			var[j] += (x[i * c + j] - mean[j]) * (x[i * c + j] - mean[j]) / m;
	}
}

static inline void naive_norm(double *y, const double *x, const double *mean, const double *var,
			      const double *scale, const double *shift, int m, int c)
{
	for (int i = 0; i < m * c; i++) {
		int j = i % c;

		y[i] = scale[j] * (x[i] - mean[j]) / sqrt(var[j] + 1e-5) + shift[j];
	}
}

/*
 * By the chain rule, one path after the other: dxhat = dy scale; then what reaches x directly,
 * through the variance and through the mean.
 */
static inline void naive_norm_back(double *dx, double *dscale, double *dshift, const double *dy,
				   const double *x, const double *scale, int m, int c)
{
	for (int j = 0; j < c; j++) {
		double mean = 0, var = 0, sd, dvar = 0, dmean = 0, off = 0;

		for (int i = 0; i < m; i++)
			mean += x[i * c + j] / m;
		for (int i = 0; i < m; i++)
			var += (x[i * c + j] - mean) * (x[i * c + j] - mean) / m;
		sd = sqrt(var + 1e-5);
		dscale[j] = dshift[j] = 0;
		for (int i = 0; i < m; i++) {
			double dxhat = dy[i * c + j] * scale[j], diff = x[i * c + j] - mean;

			dscale[j] += dy[i * c + j] * diff / sd;
			dshift[j] += dy[i * c + j];
			dvar += dxhat * diff * -.5 / (sd * sd * sd);
			dmean += -dxhat / sd;
			off += -2 * diff / m;
		}
		dmean += dvar * off;
		for (int i = 0; i < m; i++)
			dx[i * c + j] = dy[i * c + j] * scale[j] / sd +
					dvar * 2 * (x[i * c + j] - mean) / m + dmean / m;
	}
}

/* ---- activations ---- */

static inline double naive_act(double x, enum naive_act act)
{
	switch (act) {
	case NAIVE_RELU:
		return x > 0 ? x : 0;
	case NAIVE_LEAKY:
		return x > 0 ? x : x / 10;
	case NAIVE_SILU:
		return x / (1 + exp(-x));
	default:
		return x;
	}
}

static inline double naive_act_slope(double x, enum naive_act act)
{
	double e = exp(-x);

	switch (act) {
	case NAIVE_RELU:
		return x > 0;
	case NAIVE_LEAKY:
		return x > 0 ? 1 : .1;
	case NAIVE_SILU:
		return (1 + e + x * e) / ((1 + e) * (1 + e)); /* the quotient rule */
	default:
		return 1;
	}
}

/* ---- pooling ---- */

/* Darknet's: `pad` in all, half of it (rounded down) before the picture. */
static inline void naive_maxpool_shape(struct naive *d)
{
	d->oh = (d->h + d->pad - d->size) / d->stride + 1;
	d->ow = (d->w + d->pad - d->size) / d->stride + 1;
	d->oc = d->c;
}

/* Where the largest value of a window is: the first of equals, in the order of rows and columns. */
static inline size_t naive_maxpool_at(const double *x, const struct naive *d, int b, int oy, int ox,
				      int k)
{
	size_t best = (size_t)-1;

	for (int r = 0; r < d->size; r++)
		for (int s = 0; s < d->size; s++) {
			int y = oy * d->stride - d->pad / 2 + r, xx = ox * d->stride - d->pad / 2 + s;
			size_t i = naive_at(b, y, xx, k, d->h, d->w, d->c);

			if (y >= 0 && y < d->h && xx >= 0 && xx < d->w &&
			    (best == (size_t)-1 || x[i] > x[best]))
				best = i;
		}
	return best;
}

static inline void naive_maxpool(double *y, const double *x, const struct naive *d)
{
	for (int b = 0; b < d->n; b++)
		for (int oy = 0; oy < d->oh; oy++)
			for (int ox = 0; ox < d->ow; ox++)
				for (int k = 0; k < d->c; k++)
					*y++ = x[naive_maxpool_at(x, d, b, oy, ox, k)];
}

static inline void naive_maxpool_back(double *dx, const double *dy, const double *x,
				      const struct naive *d)
{
	for (size_t i = 0; i < naive_at(d->n, 0, 0, 0, d->h, d->w, d->c); i++)
		dx[i] = 0;
	for (int b = 0; b < d->n; b++)
		for (int oy = 0; oy < d->oh; oy++)
			for (int ox = 0; ox < d->ow; ox++)
				for (int k = 0; k < d->c; k++)
					dx[naive_maxpool_at(x, d, b, oy, ox, k)] += *dy++;
}

static inline void naive_avgpool(double *y, const double *x, const struct naive *d)
{
	int m = d->h * d->w;

	for (int i = 0; i < d->n * d->c; i++)
		y[i] = 0;
	for (int i = 0; i < d->n * m * d->c; i++)
		y[i / (m * d->c) * d->c + i % d->c] += x[i] / m;
}

static inline void naive_avgpool_back(double *dx, const double *dy, const struct naive *d)
{
	int m = d->h * d->w;

	for (int i = 0; i < d->n * m * d->c; i++)
		dx[i] = dy[i / (m * d->c) * d->c + i % d->c] / m;
}

/* ---- softmax and cross-entropy: n rows of c ---- */

static inline void naive_softmax(double *y, const double *x, int n, int c, double temperature)
{
	for (int i = 0; i < n; i++) {
		double sum = 0;

		for (int j = 0; j < c; j++)
			sum += exp(x[i * c + j] / temperature);
		for (int j = 0; j < c; j++)
			y[i * c + j] = exp(x[i * c + j] / temperature) / sum;
	}
}

static inline double naive_cross_entropy(const double *y, const double *target, int n, int c)
{
	double sum = 0;

	for (int i = 0; i < n * c; i++)
		sum -= target[i] * log(y[i]);
	return sum / n;
}

#endif
