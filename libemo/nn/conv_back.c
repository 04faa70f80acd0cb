/* SPDX-License-Identifier: MIT */
/*
 * Convolution, backward. By the data: dy, spread apart by the stride inside a frame of zeros, is
 * convolved with the turned-round weights, by the same product as forward. By the weights: the
 * windows of x times dy, summed over a fixed number of shards of the batch, which are then added in
 * order, so that the bits do not depend on the number of threads.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "nn/conv.h"

#define SHARDS       8
#define GROUP_FLOATS ((size_t)1 << 17) /* padded pictures read together: half a megabyte */
#define CHUNK        4096              /* floats of a weight gradient added by one task */

static int make_data_windows(struct emo_windows *win, const struct emo_layer *l,
			     struct emo_room *room)
{
	int c = l->y.c;
	double floats;

	win->h = l->x.h + l->size - 1;
	win->w = l->x.w + l->size - 1;
	floats = (double)win->h * win->w * c;
	if (floats > INT_MAX / 2)
		return emo_fail("a padded picture of %d x %d x %d is too large", win->w, win->h, c);
	win->floats = (size_t)floats;
	win->m = l->x.h * l->x.w;
	win->nruns = l->size * l->size;
	win->run = c / l->groups;
	win->row_at = emo_take(room, (size_t)win->m, sizeof *win->row_at);
	win->run_at = emo_take(room, (size_t)win->nruns, sizeof *win->run_at);
	if (!win->row_at || !win->run_at)
		return -1;
	for (int i = 0; i < win->m; i++)
		win->row_at[i] = (i / l->x.w * win->w + i % l->x.w) * c;
	for (int t = 0; t < win->nruns; t++) { /* the tap (r, s) of w meets the turned-round place */
		int r = l->size - 1 - t / l->size, s = l->size - 1 - t % l->size;

		win->run_at[t] = (r * win->w + s) * c;
	}
	return 0;
}

/* fwd.row_at repeated for as many padded pictures as are multiplied together. */
static int make_rows(struct emo_conv *conv, struct emo_room *room)
{
	const struct emo_windows *win = &conv->fwd;
	size_t images = GROUP_FLOATS / win->floats;

	conv->images = images < 1 ? 1 : images > (size_t)room->n ? room->n : (int)images;
	conv->rows = emo_take(room, (size_t)win->m * (size_t)conv->images, sizeof *conv->rows);
	if (!conv->rows)
		return -1;
	for (int i = 0; i < conv->images; i++)
		for (int k = 0; k < win->m; k++)
			conv->rows[i * win->m + k] = i * (int)win->floats + win->row_at[k];
	return 0;
}

static size_t largest(size_t a, size_t b)
{
	return a > b ? a : b;
}

int emo_conv_prepare_back(struct emo_layer *l, struct emo_room *room)
{
	struct emo_conv *conv = l->aux;
	int xg = l->x.c / l->groups, yg = l->y.c / l->groups;
	size_t threads = (size_t)room->threads, data, weights, biases = (size_t)room->n * l->bias.n;

	if (conv->wino) {
		weights = emo_wino_grad_scratch(&conv->wino_fwd, room->n, room->threads);
		l->scratch = largest(l->scratch, largest(weights, biases));
		return emo_wino_prepare(&conv->wino_data, l, 1, room, &l->scratch);
	}
	if (make_data_windows(&conv->data, l, room) < 0 || make_rows(conv, room) < 0)
		return -1;
	conv->data.group_floats = room->kern->packed_size(l->size * l->size * yg, xg);
	if (emo_conv_depthwise(l))
		conv->data.group_floats = (size_t)l->size * (size_t)l->size;
	conv->data.packed = emo_take(room, conv->data.group_floats * (size_t)l->groups,
				     sizeof *conv->data.packed);
	if (!conv->data.packed)
		return -1;
	data = threads * conv->data.floats;
	weights = threads * (size_t)conv->images * conv->fwd.floats + SHARDS * l->weight.n;
	l->scratch = largest(l->scratch, largest(data, largest(weights, biases)));
	return 0;
}

struct backward {
	const struct emo_layer *l;
	const struct emo_pass *p;
	float *shards; /* (SHARDS, weight.n) */
};

/* ---- dx ---- */

static void pack_data(struct emo_windows *win, const struct emo_layer *l, const struct emo_pass *p)
{
	int xg = l->x.c / l->groups, yg = l->y.c / l->groups, taps = l->size * l->size;
	size_t per_tap = (size_t)xg * (size_t)yg;
	struct emo_pack how = {taps, yg, xg, per_tap, 1, (size_t)yg};

	if (win->version == p->version)
		return;
	for (int g = 0; g < l->groups; g++) {
		const float *w = p->weight + (size_t)g * (size_t)taps * per_tap;

		if (emo_conv_depthwise(l))
			for (int t = 0; t < taps; t++)
				win->packed[t * l->groups + g] = w[t];
		else
			p->kern->pack_b(win->packed + (size_t)g * win->group_floats, w, &how);
	}
	win->version = p->version;
}

static int data_task(void *ctx, int image, int thread)
{
	const struct backward *b = ctx;
	const struct emo_layer *l = b->l;
	const struct emo_conv *conv = l->aux;
	const struct emo_windows *win = &conv->data;
	float *padded = b->p->scratch + (size_t)thread * win->floats;
	float *dx = b->p->dx[0] + (size_t)image * emo_shape_size(l->x);
	const float *dy = b->p->dy + (size_t)image * emo_shape_size(l->y);
	int edge = l->size - 1 - l->pad;

	emo_spread(padded, win->h, win->w, dy, l->y, edge, edge, l->stride);
	emo_conv_rows(b->p->kern, win, l, dx, l->x.c, padded, l->y.c, win->m, NULL, 1);
	return 0;
}

/* ---- dw ---- */

static void add_thin(const struct backward *b, float *g, const float *padded, const float *dy,
		     int images)
{
	const struct emo_layer *l = b->l;
	const struct emo_conv *conv = l->aux;

	for (int i = 0; i < images; i++, padded += conv->fwd.floats, dy += emo_shape_size(l->y)) {
		struct emo_thin job = {.rows = l->y.h, .w = l->y.w, .k = l->y.c, .x = padded,
				       .ldx = conv->fwd.w, .dy = dy};

		b->p->kern->thin_grad(g, &job);
	}
}

/* g += windows times dy, for some images whose padded pictures lie in a row. */
static void add_outer(const struct backward *b, float *g, const float *padded, const float *dy,
		      int images)
{
	const struct emo_layer *l = b->l;
	const struct emo_conv *conv = l->aux;
	const struct emo_windows *win = &conv->fwd;
	int xg = l->x.c / l->groups, yg = l->y.c / l->groups, m = images * win->m;

	if (emo_conv_depthwise(l)) { /* here g is (tap, channel) */
		for (int i = 0; i < m; i++)
			for (int t = 0; t < win->nruns; t++)
				b->p->kern->multiply_add(g + t * l->y.c,
							 padded + conv->rows[i] + win->run_at[t],
							 dy + (size_t)i * (size_t)l->y.c, l->y.c);
		return;
	}
	if (emo_conv_thin(l)) {
		add_thin(b, g, padded, dy, images);
		return;
	}
	for (int k = 0; k < l->groups; k++) {
		struct emo_outer job = {
			.m = m,
			.n = yg,
			.nruns = win->nruns,
			.run = win->run,
			.a = padded + (size_t)k * (size_t)xg,
			.row_at = conv->rows,
			.run_at = win->run_at,
			.d = dy + (size_t)k * (size_t)yg,
			.ldd = l->y.c,
			.g = g + (size_t)k * (l->weight.n / (size_t)l->groups),
			.ldg = yg,
		};
		b->p->kern->outer(&job);
	}
}

static int shard_task(void *ctx, int shard, int thread)
{
	const struct backward *b = ctx;
	const struct emo_layer *l = b->l;
	const struct emo_conv *conv = l->aux;
	const struct emo_windows *win = &conv->fwd;
	int n = b->p->n, from = n * shard / SHARDS, to = n * (shard + 1) / SHARDS;
	float *padded = b->p->scratch + (size_t)thread * (size_t)conv->images * win->floats;
	float *g = b->shards + (size_t)shard * l->weight.n;
	size_t x_size = emo_shape_size(l->x), y_size = emo_shape_size(l->y);

	memset(g, 0, l->weight.n * sizeof *g);
	for (int i = from; i < to; i += conv->images) {
		int images = to - i < conv->images ? to - i : conv->images;
		const float *x = b->p->x[0] + (size_t)i * x_size;

		for (int k = 0; k < images && l->pad; k++)
			emo_spread(padded + (size_t)k * win->floats, win->h, win->w,
				   x + (size_t)k * x_size, l->x, l->pad, l->pad, 1);
		add_outer(b, g, l->pad ? padded : x, b->p->dy + (size_t)i * y_size, images);
	}
	return 0;
}

static int add_shards_task(void *ctx, int chunk, int thread)
{
	const struct backward *b = ctx;
	const struct emo_layer *l = b->l;
	size_t at = (size_t)chunk * CHUNK, n = l->weight.n;
	size_t count = n - at < CHUNK ? n - at : CHUNK;

	(void)thread;
	for (int s = 0; s < SHARDS; s++) {
		const float *shard = b->shards + (size_t)s * n;

		if (!emo_conv_depthwise(l)) {
			b->p->kern->scale_add(b->p->dweight + at, 1, shard + at, count);
			continue;
		}
		for (size_t i = at; i < at + count; i++) { /* (tap, channel) to (channel, tap) */
			size_t c = (size_t)l->y.c, taps = n / c;

			b->p->dweight[i % c * taps + i / c] += shard[i];
		}
	}
	return 0;
}

/* ---- db ---- */

static int bias_task(void *ctx, int image, int thread)
{
	const struct backward *b = ctx;
	const struct emo_layer *l = b->l;

	(void)thread;
	b->p->kern->column_sums(b->p->scratch + (size_t)image * (size_t)l->y.c,
				b->p->dy + (size_t)image * emo_shape_size(l->y), l->y.h * l->y.w,
				l->y.c);
	return 0;
}

static int back_direct(struct emo_layer *l, const struct emo_pass *p)
{
	struct emo_conv *conv = l->aux;
	struct backward b = {l, p, NULL};
	int threads = emo_pool_size(p->pool), chunks = (int)((l->weight.n + CHUNK - 1) / CHUNK);

	if (p->dx[0]) {
		pack_data(&conv->data, l, p);
		if (emo_for(p->pool, p->n, data_task, &b) < 0)
			return -1;
	}
	b.shards = p->scratch + (size_t)threads * (size_t)conv->images * conv->fwd.floats;
	if (emo_for(p->pool, SHARDS, shard_task, &b) < 0)
		return -1;
	return emo_for(p->pool, chunks, add_shards_task, &b);
}

static int back_wino(struct emo_layer *l, const struct emo_pass *p)
{
	struct emo_conv *conv = l->aux;

	if (p->dx[0] && emo_wino_run(&conv->wino_data, p, p->dx[0], p->dy, NULL, 1) < 0)
		return -1;
	return emo_wino_grad(&conv->wino_fwd, p);
}

int emo_conv_back(struct emo_layer *l, const struct emo_pass *p)
{
	const struct emo_conv *conv = l->aux;
	struct backward b = {l, p, NULL};

	if ((conv->wino ? back_wino(l, p) : back_direct(l, p)) < 0)
		return -1;
	if (!l->bias.n)
		return 0;
	if (emo_for(p->pool, p->n, bias_task, &b) < 0)
		return -1;
	for (int i = 0; i < p->n; i++)
		p->kern->scale_add(p->dbias, 1, p->scratch + (size_t)i * l->bias.n, l->bias.n);
	return 0;
}
