/* SPDX-License-Identifier: MIT */
/*
 * Convolution, forward, with Darknet's meaning of size, stride, pad and groups. Weights are stored
 * (group, row, column, input channel, output channel). A picture is copied, band by band, into a
 * frame of zeros; then the rows of a window are consecutive floats, and the convolution is a matrix
 * product that reads them in place (kern.h).
 */
#include "nn/conv.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

#define BAND_FLOATS ((size_t)1 << 16) /* of a padded band, which is to stay in a core's cache */

static int shape(struct emo_layer *l, const struct emo_shape *second)
{
	long h = l->x.h + 2L * l->pad - l->size, w = l->x.w + 2L * l->pad - l->size;
	size_t per_group;

	(void)second;
	if (h < 0 || w < 0)
		return emo_fail("a %dx%d window does not fit a %dx%d picture padded by %d", l->size,
				l->size, l->x.w, l->x.h, l->pad);
	if (l->pad >= l->size)
		return emo_fail("pad %d must be less than size %d", l->pad, l->size);
	if (l->x.c % l->groups || l->filters % l->groups)
		return emo_fail("%d channels and %d filters do not divide into %d groups", l->x.c,
				l->filters, l->groups);
	l->y = (struct emo_shape){(int)(h / l->stride) + 1, (int)(w / l->stride) + 1, l->filters};
	per_group = (size_t)l->size * (size_t)l->size * (size_t)(l->x.c / l->groups);
	if (emo_size_mul(&l->weight.n, per_group, (size_t)l->filters) < 0)
		return -1;
	l->bias.n = (size_t)l->filters;
	return 0;
}

/* emo_spread with step 1: only what the picture does not cover is zeroed. */
static void spread_rows(float *out, int out_h, int out_w, const float *in, struct emo_shape s,
			int top, int left)
{
	size_t row = (size_t)out_w * (size_t)s.c, n = (size_t)s.w * (size_t)s.c;
	size_t before = (size_t)left * (size_t)s.c, after = row - n - before;

	for (int y = -top; y < out_h - top; y++, out += row) {
		if (y < 0 || y >= s.h) {
			memset(out, 0, row * sizeof *out);
			continue;
		}
		memset(out, 0, before * sizeof *out);
		memcpy(out + before, in + (size_t)y * n, n * sizeof *out);
		memset(out + before + n, 0, after * sizeof *out);
	}
}

void emo_spread(float *out, int out_h, int out_w, const float *in, struct emo_shape s, int top,
		int left, int step)
{
	size_t row = (size_t)out_w * (size_t)s.c, c = (size_t)s.c;

	if (step == 1) {
		spread_rows(out, out_h, out_w, in, s, top, left);
		return;
	}
	memset(out, 0, (size_t)out_h * row * sizeof *out);
	for (int y = 0; y < s.h; y++) {
		float *to = out + (size_t)(top + y * step) * row + (size_t)left * c;
		const float *from = in + (size_t)y * (size_t)s.w * c;

		for (int x = 0; x < s.w; x++)
			memcpy(to + (size_t)(x * step) * c, from + (size_t)x * c, c * sizeof *to);
	}
}

/* The windows of x. With one group a window's row is one run; with more, each pixel is. */
static int make_windows(struct emo_windows *win, const struct emo_layer *l, struct emo_room *room)
{
	int c = l->x.c, per_group = c / l->groups;
	int whole_rows = l->groups == 1;
	double floats;

	win->h = l->x.h + 2 * l->pad;
	win->w = l->x.w + 2 * l->pad;
	floats = (double)win->h * win->w * c;
	if (floats > INT_MAX / 2)
		return emo_fail("a padded picture of %d x %d x %d is too large", win->w, win->h, c);
	win->floats = (size_t)floats;
	win->m = l->y.h * l->y.w;
	win->nruns = whole_rows ? l->size : l->size * l->size;
	win->run = whole_rows ? l->size * c : per_group;
	win->row_at = emo_take(room, (size_t)win->m, sizeof *win->row_at);
	win->run_at = emo_take(room, (size_t)win->nruns, sizeof *win->run_at);
	if (!win->row_at || !win->run_at)
		return -1;
	for (int i = 0; i < win->m; i++)
		win->row_at[i] = (i / l->y.w * win->w + i % l->y.w) * l->stride * c;
	for (int t = 0; t < win->nruns; t++)
		win->run_at[t] = whole_rows ? t * win->w * c
					    : (t / l->size * win->w + t % l->size) * c;
	return 0;
}

/* Rows of a padded picture that so many rows of y are made of. */
static int rows_read(const struct emo_layer *l, int rows)
{
	return (rows - 1) * l->stride + l->size;
}

/* As many rows of y as keep what is read for them in the cache. */
static int choose_band(const struct emo_layer *l, const struct emo_windows *win)
{
	size_t row = (size_t)win->w * (size_t)l->x.c;
	int band = 1;

	while (band < l->y.h && (size_t)rows_read(l, band + 1) * row <= BAND_FLOATS)
		band++;
	return band;
}

static int prepare(struct emo_layer *l, struct emo_room *room)
{
	int k = l->size * l->size * (l->x.c / l->groups);
	struct emo_conv *conv = emo_calloc(1, sizeof *conv);

	if (!(l->aux = conv))
		return -1;
	if (emo_wino_fits(l) && !room->direct) {
		conv->wino = 1;
		if (emo_wino_prepare(&conv->wino_fwd, l, 0, room, &l->scratch) < 0)
			return -1;
		return room->train ? emo_conv_prepare_back(l, room) : 0;
	}
	if (make_windows(&conv->fwd, l, room) < 0)
		return -1;
	conv->fwd.group_floats = emo_conv_depthwise(l)
					 ? (size_t)k
					 : room->kern->packed_size(k, l->filters / l->groups);
	conv->fwd.packed = emo_take(room, conv->fwd.group_floats * (size_t)l->groups,
				    sizeof *conv->fwd.packed);
	if (!conv->fwd.packed)
		return -1;
	conv->band = choose_band(l, &conv->fwd);
	conv->band_floats = (size_t)rows_read(l, conv->band) * (size_t)conv->fwd.w * (size_t)l->x.c;
	l->scratch = (size_t)room->threads * conv->band_floats;
	return room->train ? emo_conv_prepare_back(l, room) : 0;
}

static void free_windows(struct emo_windows *win)
{
	free(win->row_at);
	free(win->run_at);
	free(win->packed);
}

static void done(struct emo_layer *l)
{
	struct emo_conv *conv = l->aux;

	if (!conv)
		return;
	free_windows(&conv->fwd);
	free_windows(&conv->data);
	emo_wino_done(&conv->wino_fwd);
	emo_wino_done(&conv->wino_data);
	free(conv->rows);
	free(conv);
	l->aux = NULL;
}

/* He et al., "Delving deep into rectifiers", ICCV 2015: keeps the variance through ReLUs. */
static void init(const struct emo_layer *l, float *weight, float *bias, float *state,
		 struct emo_rng *rng)
{
	int fan_in = l->size * l->size * (l->x.c / l->groups);
	float scale = sqrtf(2 / (float)fan_in);

	(void)state;
	for (size_t i = 0; i < l->weight.n; i++)
		weight[i] = scale * emo_rng_normal(rng);
	memset(bias, 0, l->bias.n * sizeof *bias);
}

static void pack(struct emo_windows *win, const struct emo_layer *l, const struct emo_pass *p)
{
	int per_group = l->filters / l->groups, k = win->nruns * win->run;

	if (win->version == p->version)
		return;
	if (emo_conv_depthwise(l)) { /* (channel, tap) to (tap, channel) */
		for (int c = 0; c < l->groups; c++)
			for (int t = 0; t < k; t++)
				win->packed[t * l->groups + c] = p->weight[c * k + t];
	} else {
		struct emo_pack how = {1, k, per_group, 0, (size_t)per_group, 1};

		for (int g = 0; g < l->groups; g++)
			p->kern->pack_b(win->packed + (size_t)g * win->group_floats,
					p->weight + (size_t)g * (size_t)k * (size_t)per_group, &how);
	}
	win->version = p->version;
}

/* One pixel at a time, all channels side by side. */
static void depthwise_rows(const struct emo_kern *kern, const struct emo_windows *win,
			   const struct emo_layer *l, float *y, const float *padded, int count,
			   const float *bias, float slope)
{
	int c = l->groups;

	for (int i = 0; i < count; i++) {
		float *out = y + (size_t)i * (size_t)c;

		if (bias)
			memcpy(out, bias, (size_t)c * sizeof *out);
		else
			memset(out, 0, (size_t)c * sizeof *out);
		for (int t = 0; t < win->nruns; t++)
			kern->multiply_add(out, padded + win->row_at[i] + win->run_at[t],
					   win->packed + (size_t)t * (size_t)c, c);
		for (int j = 0; j < c && slope != 1; j++)
			out[j] = out[j] > 0 ? out[j] : slope * out[j];
	}
}

void emo_conv_rows(const struct emo_kern *kern, const struct emo_windows *win,
		   const struct emo_layer *l, float *y, int y_channels, const float *padded,
		   int x_channels, int count, const float *bias, float slope)
{
	int yg = y_channels / l->groups, xg = x_channels / l->groups;

	if (emo_conv_depthwise(l)) {
		depthwise_rows(kern, win, l, y, padded, count, bias, slope);
		return;
	}
	for (int g = 0; g < l->groups; g++) {
		struct emo_product job = {
			.m = count,
			.n = yg,
			.nruns = win->nruns,
			.run = win->run,
			.a = padded + (size_t)g * (size_t)xg,
			.row_at = win->row_at,
			.run_at = win->run_at,
			.b = win->packed + (size_t)g * win->group_floats,
			.c = y + (size_t)g * (size_t)yg,
			.ldc = y_channels,
			.bias = bias ? bias + (size_t)g * (size_t)yg : NULL,
			.slope = slope,
		};
		kern->product(&job);
	}
}

/* Some rows of y, of a padded band with a single channel. */
static void thin_rows(const struct emo_pass *p, const struct emo_layer *l, float *y,
		      const float *padded, int rows)
{
	const struct emo_conv *conv = l->aux;
	struct emo_thin job = {
		.rows = rows,
		.w = l->y.w,
		.k = l->y.c,
		.x = padded,
		.ldx = conv->fwd.w,
		.y = y,
		.b = conv->fwd.packed,
		.bias = l->bias.n ? p->bias : NULL,
		.slope = emo_act_below_zero(l->act),
	};

	p->kern->thin(&job);
}

struct forward {
	const struct emo_layer *l;
	const struct emo_pass *p;
	int bands; /* pieces that each picture is cut into */
};

/* What rows from .. to-1 of y are made of. */
static const float *padded_band(const struct forward *f, int image, int from, int to, int thread)
{
	const struct emo_layer *l = f->l;
	const struct emo_conv *conv = l->aux;
	const float *x = f->p->x[0] + (size_t)image * emo_shape_size(l->x);
	float *out = f->p->scratch + (size_t)thread * conv->band_floats;
	int first = from * l->stride;

	if (l->pad == 0)
		return x + (size_t)first * (size_t)l->x.w * (size_t)l->x.c;
	spread_rows(out, rows_read(l, to - from), conv->fwd.w, x, l->x, l->pad - first, l->pad);
	return out;
}

static int forward_task(void *ctx, int index, int thread)
{
	const struct forward *f = ctx;
	const struct emo_layer *l = f->l;
	const struct emo_conv *conv = l->aux;
	int image = index / f->bands, band = index % f->bands;
	int from = l->y.h * band / f->bands, to = l->y.h * (band + 1) / f->bands;
	const float *padded = padded_band(f, image, from, to, thread);
	float *y = f->p->y + (size_t)image * emo_shape_size(l->y) +
		   (size_t)from * (size_t)l->y.w * (size_t)l->y.c;

	if (emo_conv_thin(l))
		thin_rows(f->p, l, y, padded, to - from);
	else
		emo_conv_rows(f->p->kern, &conv->fwd, l, y, l->y.c, padded, l->x.c,
			      (to - from) * l->y.w, l->bias.n ? f->p->bias : NULL,
			      emo_act_below_zero(l->act));
	return 0;
}

static int silu_task(void *ctx, int image, int thread)
{
	const struct forward *f = ctx;
	size_t n = emo_shape_size(f->l->y);
	float *y = f->p->y + (size_t)image * n;

	(void)thread;
	f->p->kern->act(y, y, n, EMO_SILU);
	return 0;
}

/* Small enough for the cache, and enough of them for all threads. */
static int count_bands(const struct emo_layer *l, int n, int threads)
{
	const struct emo_conv *conv = l->aux;
	int bands = (l->y.h + conv->band - 1) / conv->band;

	if (n < 2 * threads && bands < threads)
		bands = threads < l->y.h ? threads : l->y.h;
	return bands;
}

static int forward(struct emo_layer *l, const struct emo_pass *p)
{
	struct emo_conv *conv = l->aux;
	int status;

	if (conv->wino) {
		status = emo_wino_run(&conv->wino_fwd, p, p->y, p->x[0],
				      l->bias.n ? p->bias : NULL, emo_act_below_zero(l->act));
	} else {
		struct forward f = {l, p, count_bands(l, p->n, emo_pool_size(p->pool))};

		pack(&conv->fwd, l, p);
		status = emo_for(p->pool, p->n * f.bands, forward_task, &f);
	}
	if (status == 0 && l->act == EMO_SILU)
		status = emo_for(p->pool, p->n, silu_task, &(struct forward){l, p, 1});
	return status;
}

const struct emo_op emo_op_conv = {
	.name = "convolutional",
	.shape = shape,
	.prepare = prepare,
	.init = init,
	.forward = forward,
	.backward = emo_conv_back,
	.done = done,
};
