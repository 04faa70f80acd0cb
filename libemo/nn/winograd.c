/* SPDX-License-Identifier: MIT */
#include "nn/winograd.h"

#include <limits.h>
#include <stdlib.h>

#include "base/err.h"
#include "nn/conv.h"

#define MIN_CHANNELS 16                /* fewer, and the transforms cost more than they save */
#define CHUNK_FLOATS ((size_t)1 << 18) /* of transformed input and output: a megabyte */

int emo_wino_fits(const struct emo_layer *l)
{
	return l->size == 3 && l->stride == 1 && l->groups == 1 && l->x.c >= MIN_CHANNELS &&
	       l->y.c >= MIN_CHANNELS;
}

static int tiles_along(int n, int o)
{
	return (n + o - 1) / o;
}

/* Products a channel for a picture with tiles of o x o. */
static long cost(const struct emo_wino *w, int o)
{
	return (long)tiles_along(w->out_h, o) * tiles_along(w->out_w, o) * (o + 2) * (o + 2);
}

static void choose_tiles(struct emo_wino *w)
{
	w->o = cost(w, 4) < cost(w, 2) ? 4 : 2;
	w->t = w->o + 2;
	w->places = w->t * w->t;
	w->down = tiles_along(w->out_h, w->o);
	w->across = tiles_along(w->out_w, w->o);
	w->tiles = w->down * w->across;
	w->padded_h = w->down * w->o + 2;
	w->padded_w = w->across * w->o + 2;
}

static int at_least(int v, int low)
{
	return v > low ? v : low;
}

static int at_most(int v, int high)
{
	return v < high ? v : high;
}

/* Chunks are multiples of 12, a whole number of register tiles. */
static void choose_chunk(struct emo_wino *w, int n)
{
	size_t per_tile = (size_t)w->places * (size_t)(w->c + w->k);
	int fit = (int)(CHUNK_FLOATS / per_tile);

	w->chunk = at_most(at_least(fit / 12 * 12, 24), 240);
	w->group = at_most(at_least(w->chunk / w->tiles, 1), n);
}

/* Floats of one task: padded pictures, transformed inputs and products of a chunk. */
static size_t task_floats(const struct emo_wino *w)
{
	return (size_t)w->group * w->floats +
	       (size_t)w->places * (size_t)w->chunk * (size_t)(w->c + w->k);
}

/* Floats of one picture when few pictures are worked on by all threads together. */
static size_t picture_floats(const struct emo_wino *w)
{
	return w->floats + (size_t)w->places * (size_t)w->tiles * (size_t)(w->c + w->k);
}

int emo_wino_prepare(struct emo_wino *w, const struct emo_layer *l, int turned,
		     struct emo_room *room, size_t *scratch)
{
	const struct emo_shape in = turned ? l->y : l->x, out = turned ? l->x : l->y;
	size_t threads = (size_t)room->threads, want, few;

	*w = (struct emo_wino){.h = in.h, .w = in.w, .c = in.c, .out_h = out.h, .out_w = out.w,
			       .k = out.c, .edge = turned ? 2 - l->pad : l->pad};
	choose_tiles(w);
	if ((double)w->padded_h * w->padded_w * w->c > INT_MAX / 2)
		return emo_fail("a padded picture of %d x %d x %d is too large", w->padded_w,
				w->padded_h, w->c);
	w->floats = (size_t)w->padded_h * (size_t)w->padded_w * (size_t)w->c;
	choose_chunk(w, room->n);
	w->u_step = room->kern->packed_size(w->c, w->k);
	w->u = emo_take(room, (size_t)w->places * w->u_step, sizeof *w->u);
	w->row_c = emo_take(room, (size_t)w->chunk, sizeof *w->row_c);
	if (!w->u || !w->row_c)
		return -1;
	for (int i = 0; i < w->chunk; i++)
		w->row_c[i] = i * w->c;
	want = threads * task_floats(w);
	few = threads > 1 ? (2 * threads - 1) * picture_floats(w) : 0;
	want = want > few ? want : few;
	*scratch = *scratch > want ? *scratch : want;
	return 0;
}

void emo_wino_done(struct emo_wino *w)
{
	free(w->u);
	free(w->row_c);
}

struct emo_tile emo_wino_tile(const struct emo_wino *w, int i)
{
	int y = i / w->across * w->o, x = i % w->across * w->o;

	return (struct emo_tile){
		.in = (size_t)y * (size_t)w->padded_w + (size_t)x,
		.out = (size_t)y * (size_t)w->out_w + (size_t)x,
		.h = at_most(w->out_h - y, w->o),
		.w = at_most(w->out_w - x, w->o),
	};
}

/* ---- the three steps, for `count` tiles from the first-th of all pictures ---- */

struct run {
	struct emo_wino *w;
	const struct emo_pass *p;
	float *y;
	const float *x, *bias;
	float slope;
	int turned;
	/* of all pictures, when they are few */
	float *padded, *v, *m;
	int tiles; /* rows of each place of v and m */
};

static void pad(const struct run *r, float *padded, int image)
{
	const struct emo_wino *w = r->w;
	struct emo_shape s = {w->h, w->w, w->c};

	emo_spread(padded, w->padded_h, w->padded_w, r->x + (size_t)image * emo_shape_size(s), s,
		   w->edge, w->edge, 1);
}

/* Row `row` of v, which has `rows` for each place, becomes the transform of a tile. */
static void transform_in(const struct run *r, float *v, int rows, int row, const float *padded,
			 int tile)
{
	const struct emo_wino *w = r->w;
	size_t c = (size_t)w->c;

	r->p->kern->wino_input(v + (size_t)row * c, (size_t)rows * c,
			       padded + emo_wino_tile(w, tile).in * c, (size_t)w->padded_w * c,
			       w->c, w->o);
}

static void transform_out(const struct run *r, const float *m, int rows, int row, int image,
			  int tile)
{
	const struct emo_wino *w = r->w;
	size_t k = (size_t)w->k, size = (size_t)w->out_h * (size_t)w->out_w * k;
	struct emo_tile t = emo_wino_tile(w, tile);

	r->p->kern->wino_output(r->y + (size_t)image * size + t.out * k, (size_t)w->out_w * k, t.h,
				t.w, m + (size_t)row * k, (size_t)rows * k, w->k, w->o, r->bias,
				r->slope);
}

/* Rows from .. from+count-1 of place q: m = v u. */
static void multiply(const struct run *r, float *m, const float *v, int rows, int q, int from,
		     int count)
{
	static const int start = 0;
	const struct emo_wino *w = r->w;
	size_t row = (size_t)q * (size_t)rows + (size_t)from;
	struct emo_product product = {
		.m = count,
		.n = w->k,
		.nruns = 1,
		.run = w->c,
		.a = v + row * (size_t)w->c,
		.row_at = w->row_c,
		.run_at = &start,
		.b = w->u + (size_t)q * w->u_step,
		.c = m + row * (size_t)w->k,
		.ldc = w->k,
		.slope = 1,
	};

	r->p->kern->product(&product);
}

/* ---- many pictures: a task takes a group of them through all steps, chunk by chunk ---- */

static int group_task(void *ctx, int group, int thread)
{
	const struct run *r = ctx;
	const struct emo_wino *w = r->w;
	float *padded = r->p->scratch + (size_t)thread * task_floats(w);
	float *v = padded + (size_t)w->group * w->floats;
	float *m = v + (size_t)w->places * (size_t)w->chunk * (size_t)w->c;
	int first = group * w->group, images = at_most(r->p->n - first, w->group);

	for (int i = 0; i < images; i++)
		pad(r, padded + (size_t)i * w->floats, first + i);
	for (int from = 0; from < images * w->tiles; from += w->chunk) {
		int count = at_most(images * w->tiles - from, w->chunk);

		for (int i = 0; i < count; i++) {
			int image = (from + i) / w->tiles, tile = (from + i) % w->tiles;

			transform_in(r, v, w->chunk, i, padded + (size_t)image * w->floats, tile);
		}
		for (int q = 0; q < w->places; q++)
			multiply(r, m, v, w->chunk, q, 0, count);
		for (int i = 0; i < count; i++)
			transform_out(r, m, w->chunk, i, first + (from + i) / w->tiles,
				      (from + i) % w->tiles);
	}
	return 0;
}

/* ---- few pictures: all threads take each step together ---- */

#define TILES_A_TASK 8

static int pad_task(void *ctx, int image, int thread)
{
	const struct run *r = ctx;

	(void)thread;
	pad(r, r->padded + (size_t)image * r->w->floats, image);
	return 0;
}

static int in_task(void *ctx, int index, int thread)
{
	const struct run *r = ctx;
	int from = index * TILES_A_TASK, to = at_most(from + TILES_A_TASK, r->tiles);

	(void)thread;
	for (int i = from; i < to; i++)
		transform_in(r, r->v, r->tiles, i,
			     r->padded + (size_t)(i / r->w->tiles) * r->w->floats, i % r->w->tiles);
	return 0;
}

static int multiply_task(void *ctx, int q, int thread)
{
	const struct run *r = ctx;

	(void)thread;
	for (int from = 0; from < r->tiles; from += r->w->chunk)
		multiply(r, r->m, r->v, r->tiles, q, from, at_most(r->tiles - from, r->w->chunk));
	return 0;
}

static int out_task(void *ctx, int index, int thread)
{
	const struct run *r = ctx;
	int from = index * TILES_A_TASK, to = at_most(from + TILES_A_TASK, r->tiles);

	(void)thread;
	for (int i = from; i < to; i++)
		transform_out(r, r->m, r->tiles, i, i / r->w->tiles, i % r->w->tiles);
	return 0;
}

static int run_few(struct run *r)
{
	const struct emo_wino *w = r->w;
	struct emo_pool *pool = r->p->pool;
	int tasks;

	r->tiles = r->p->n * w->tiles;
	r->padded = r->p->scratch;
	r->v = r->padded + (size_t)r->p->n * w->floats;
	r->m = r->v + (size_t)w->places * (size_t)r->tiles * (size_t)w->c;
	tasks = (r->tiles + TILES_A_TASK - 1) / TILES_A_TASK;
	if (emo_for(pool, r->p->n, pad_task, r) < 0 || emo_for(pool, tasks, in_task, r) < 0 ||
	    emo_for(pool, w->places, multiply_task, r) < 0)
		return -1;
	return emo_for(pool, tasks, out_task, r);
}

/* ---- weights ---- */

/* Weights lie (tap, c, k). Turned, the roles of c and k change and the taps are read backwards. */
static void transform_weights(struct emo_wino *w, const struct emo_pass *p, int turned)
{
	size_t c = (size_t)w->c, k = (size_t)w->k;
	struct emo_pack how = {9, w->c, w->k, c * k, turned ? 1 : k, turned ? c : 1};

	if (w->version == p->version)
		return;
	p->kern->wino_weights(w->u, w->u_step, p->weight, &how, turned, w->o);
	w->version = p->version;
}

int emo_wino_run(struct emo_wino *w, const struct emo_pass *p, int turned, float *y, const float *x,
		 const float *bias, float slope)
{
	struct run r = {.w = w, .p = p, .y = y, .x = x, .bias = bias, .slope = slope};
	int threads = emo_pool_size(p->pool);

	transform_weights(w, p, turned);
	if (threads > 1 && p->n < 2 * threads)
		return run_few(&r);
	return emo_for(p->pool, (p->n + w->group - 1) / w->group, group_task, &r);
}
