/* SPDX-License-Identifier: MIT */
/*
 * The shapes that every operation is tried with, and what one row means: the text of its cfg and,
 * by naive.h, its result and gradients. A new operation needs a kind here and some rows.
 */
#ifndef OP_ROWS_H
#define OP_ROWS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "naive.h"

enum kind { CONV, DENSE, MAX, AVG, SUM };
enum { BIAS, NORM }; /* what follows a product */

struct row {
	enum kind kind;
	struct naive d;
	int finish;
	enum naive_act act;
	int ties; /* inputs from few values, so that windows have several maxima */
};

#define C(n, h, w, c, filters, size, stride, pad, groups, finish, act)                             \
	{CONV, {n, h, w, c, filters, size, stride, pad, groups, 0, 0, 0}, finish, NAIVE_##act, 0}
#define D(n, h, w, c, outputs, finish, act)                                                        \
	{DENSE, {n, h, w, c, outputs, 0, 0, 0, 1, 0, 0, 0}, finish, NAIVE_##act, 0}
#define M(n, h, w, c, size, stride, pad, ties)                                                     \
	{MAX, {n, h, w, c, 0, size, stride, pad, 1, 0, 0, 0}, BIAS, NAIVE_LINEAR, ties}
#define A(n, h, w, c) {AVG, {n, h, w, c, 0, 0, 0, 0, 1, 0, 0, 0}, BIAS, NAIVE_LINEAR, 0}
#define S(n, h, w, c, act) {SUM, {n, h, w, c, 0, 0, 0, 0, 1, 0, 0, 0}, BIAS, NAIVE_##act, 0}

static const struct row rows[] = {
	/* n  h  w   c  f  k s p  g */
	C(1, 4, 4, 1, 1, 3, 1, 1, 1, BIAS, LINEAR),
	C(2, 5, 7, 3, 5, 3, 1, 1, 1, BIAS, LINEAR),
	C(3, 7, 5, 5, 17, 3, 2, 1, 1, BIAS, SILU),
	C(1, 1, 1, 1, 1, 1, 1, 0, 1, BIAS, LINEAR), /* a single pixel */
	C(1, 1, 1, 33, 33, 3, 1, 1, 1, BIAS, LEAKY),
	C(2, 1, 1, 3, 4, 5, 1, 2, 1, BIAS, LINEAR), /* a picture smaller than the window */
	C(2, 2, 3, 3, 4, 7, 1, 3, 1, BIAS, SILU),
	C(2, 6, 6, 3, 31, 1, 1, 0, 1, BIAS, LINEAR),
	C(2, 6, 5, 17, 32, 1, 2, 0, 1, BIAS, RELU),
	C(1, 9, 8, 1, 33, 5, 1, 2, 1, BIAS, LEAKY),
	C(2, 4, 4, 33, 48, 3, 1, 1, 1, BIAS, LINEAR),
	C(1, 3, 3, 48, 100, 3, 1, 1, 1, BIAS, SILU),
	C(4, 3, 3, 16, 16, 3, 1, 1, 1, NORM, RELU),
	C(1, 9, 9, 3, 6, 7, 2, 3, 1, BIAS, LINEAR),
	C(2, 6, 6, 2, 3, 2, 2, 0, 1, BIAS, LINEAR), /* even windows */
	C(2, 5, 5, 2, 3, 2, 1, 1, 1, BIAS, LINEAR),
	C(1, 7, 6, 3, 3, 4, 1, 2, 1, BIAS, SILU),
	C(1, 7, 6, 3, 3, 4, 3, 1, 1, BIAS, LINEAR), /* padding= apart from pad=1 */
	C(2, 6, 6, 3, 4, 3, 1, 2, 1, BIAS, LINEAR),
	C(2, 6, 6, 3, 4, 5, 1, 1, 1, BIAS, SILU),
	C(1, 8, 8, 3, 4, 5, 2, 4, 1, BIAS, LINEAR),
	C(1, 11, 10, 3, 4, 3, 4, 0, 1, BIAS, LINEAR), /* strides over the window's size */
	C(2, 9, 9, 2, 3, 1, 3, 0, 1, BIAS, LINEAR),
	C(1, 40, 40, 3, 4, 3, 1, 1, 1, NORM, SILU), /* more rows than a tile */
	C(9, 4, 4, 2, 3, 3, 1, 1, 1, BIAS, LINEAR), /* more pictures than shards */
	C(17, 2, 2, 5, 3, 3, 1, 1, 1, NORM, LINEAR),
	C(2, 5, 5, 4, 6, 3, 1, 1, 2, BIAS, LINEAR), /* groups */
	C(2, 5, 4, 6, 9, 3, 2, 1, 3, BIAS, SILU),
	C(1, 4, 4, 34, 66, 3, 1, 1, 2, NORM, LEAKY),
	C(2, 4, 4, 4, 8, 1, 1, 0, 4, BIAS, LINEAR),
	C(2, 4, 5, 3, 6, 3, 1, 1, 3, BIAS, LINEAR), /* groups of one channel, more filters */
	C(2, 5, 6, 3, 3, 3, 1, 1, 3, BIAS, LINEAR), /* depthwise */
	C(1, 7, 7, 17, 17, 3, 2, 1, 17, NORM, RELU),
	C(2, 6, 6, 33, 33, 5, 1, 2, 33, BIAS, LEAKY),
	C(9, 4, 4, 5, 5, 3, 1, 1, 5, BIAS, SILU),
	C(2, 5, 5, 8, 8, 3, 1, 0, 8, NORM, SILU),
	C(1, 4, 4, 16, 16, 3, 1, 1, 1, BIAS, LINEAR), /* 3x3, stride 1, many channels */
	C(1, 1, 2, 16, 16, 3, 1, 1, 1, BIAS, LINEAR),
	C(2, 5, 6, 17, 19, 3, 1, 1, 1, BIAS, SILU),
	C(3, 7, 9, 16, 33, 3, 1, 0, 1, BIAS, LEAKY),
	C(1, 3, 3, 16, 16, 3, 1, 0, 1, BIAS, LINEAR),
	C(2, 6, 6, 20, 16, 3, 1, 2, 1, BIAS, RELU),
	C(20, 2, 2, 16, 17, 3, 1, 1, 1, NORM, LINEAR),
	C(1, 3, 3, 130, 132, 3, 1, 1, 1, BIAS, LINEAR),
	C(5, 9, 10, 16, 17, 3, 1, 1, 1, NORM, SILU),
	C(1, 25, 30, 16, 16, 3, 1, 1, 1, BIAS, LINEAR),
	C(1, 8, 8, 17, 33, 3, 1, 1, 1, BIAS, LINEAR), /* tiles of 4x4: whole, and cut by 1, 2, 3 */
	C(2, 11, 10, 16, 20, 3, 1, 1, 1, BIAS, LEAKY),
	C(1, 13, 9, 18, 16, 3, 1, 2, 1, NORM, RELU),
	C(1, 7, 8, 130, 132, 3, 1, 1, 1, BIAS, LINEAR), /* a gradient too large for shards */
	C(3, 40, 44, 16, 16, 3, 1, 1, 1, BIAS, LINEAR), /* more tiles than a chunk */
	C(2, 13, 29, 1, 32, 3, 1, 1, 1, NORM, RELU), /* one channel: rows in several tiles */
	C(9, 5, 14, 1, 37, 3, 1, 0, 1, BIAS, LEAKY),
	C(1, 3, 26, 1, 70, 3, 1, 2, 1, BIAS, SILU),
	C(1, 6, 1, 1, 16, 3, 1, 1, 1, BIAS, LINEAR),
	D(1, 1, 1, 1, 1, BIAS, LINEAR),
	D(1, 1, 1, 33, 7, BIAS, LINEAR),
	D(3, 2, 3, 5, 31, BIAS, SILU),
	D(13, 1, 1, 17, 32, BIAS, LINEAR),
	D(25, 1, 1, 5, 33, NORM, RELU),
	D(12, 3, 3, 11, 48, NORM, SILU),
	D(2, 1, 1, 100, 100, BIAS, LEAKY),
	M(1, 4, 4, 1, 2, 2, 1, 0),
	M(2, 5, 5, 3, 2, 2, 1, 0), /* odd: the last window is cut off */
	M(2, 6, 7, 17, 3, 2, 2, 0),
	M(2, 6, 7, 5, 3, 2, 0, 0),
	M(1, 5, 5, 33, 3, 1, 2, 0), /* overlapping */
	M(2, 7, 7, 2, 5, 3, 4, 1),
	M(1, 1, 1, 4, 2, 2, 1, 0),
	M(2, 6, 6, 3, 2, 1, 1, 1),
	M(2, 8, 8, 16, 2, 2, 0, 1),
	M(1, 9, 4, 3, 1, 3, 0, 0),
	A(1, 1, 1, 1),
	A(2, 3, 5, 17),
	A(3, 6, 6, 70),
	S(2, 3, 3, 5, LINEAR),
	S(1, 4, 5, 17, RELU),
	S(3, 2, 2, 33, SILU),
};

static inline size_t row_inputs(const struct row *r)
{
	return (size_t)(r->d.n * r->d.h * r->d.w * r->d.c);
}

static inline size_t row_outputs(const struct row *r)
{
	return (size_t)(r->d.n * r->d.oh * r->d.ow * r->d.oc);
}

/* Values on either side of one channel's bias, scale or shift. */
static inline int row_rows(const struct row *r)
{
	return r->d.n * r->d.oh * r->d.ow;
}

static inline size_t row_weights(const struct row *r)
{
	const struct naive *d = &r->d;

	if (r->kind == CONV)
		return (size_t)(d->filters * d->size * d->size * (d->c / d->groups));
	return r->kind == DENSE ? (size_t)(d->filters * d->h * d->w * d->c) : 0;
}

static inline void row_shape(struct row *r)
{
	struct naive *d = &r->d;

	if (r->kind == CONV) {
		naive_conv_shape(d);
	} else if (r->kind == MAX) {
		naive_maxpool_shape(d);
	} else {
		d->oh = r->kind == SUM ? d->h : 1;
		d->ow = r->kind == SUM ? d->w : 1;
		d->oc = r->kind == DENSE ? d->filters : d->c;
	}
}

/* The row's network; the section that is meant comes last. */
static inline void row_cfg(char *text, size_t size, const struct row *r)
{
	static const char *const acts[] = {"linear", "relu", "leaky", "silu"};
	const struct naive *d = &r->d;
	int n = snprintf(text, size, "[net]\nheight=%d\nwidth=%d\nchannels=%d\n", d->h, d->w, d->c);

	text += n;
	size -= (size_t)n;
	if (r->kind == CONV)
		snprintf(text, size, "[convolutional]\nfilters=%d\nsize=%d\nstride=%d\n%s=%d\n"
			 "groups=%d\nbatch_normalize=%d\nactivation=%s\n", d->filters, d->size,
			 d->stride, d->pad && d->pad == d->size / 2 ? "pad" : "padding",
			 d->pad && d->pad == d->size / 2 ? 1 : d->pad, d->groups,
			 r->finish == NORM, acts[r->act]);
	else if (r->kind == DENSE)
		snprintf(text, size, "[connected]\noutput=%d\nbatch_normalize=%d\nactivation=%s\n",
			 d->filters, r->finish == NORM, acts[r->act]);
	else if (r->kind == MAX)
		snprintf(text, size, "[maxpool]\nsize=%d\nstride=%d\npadding=%d\n", d->size,
			 d->stride, d->pad);
	else if (r->kind == AVG)
		snprintf(text, size, "[avgpool]\n");
	else
		snprintf(text, size, "[dropout]\n[dropout]\n[shortcut]\nfrom=-2\nactivation=%s\n",
			 acts[r->act]);
}

#endif
