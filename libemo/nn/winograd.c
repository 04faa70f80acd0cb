/* SPDX-License-Identifier: MIT */
#include "nn/winograd.h"

#include <stdlib.h>

#define MIN_CHANNELS 16 /* fewer, and the transforms cost more than they save */
#define TILES_A_TASK 8  /* of one step, when all threads take each step together */

/*
 * A chunk's transformed inputs and products want to stay in the cache, which asks for few tiles; but
 * the weights are read once for every chunk, which asks for many when there are many weights.
 */
#define CHUNK_FLOATS ((size_t)1 << 18)
#define FEWEST_TILES 48
#define MOST_TILES   240

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
	return (long)tiles_along(w->out.h, o) * tiles_along(w->out.w, o) * (o + 2) * (o + 2);
}

static int at_most(int v, int high)
{
	return v < high ? v : high;
}

/* Multiples of 12 are whole numbers of register tiles. */
static int choose_chunk(const struct emo_wino *w)
{
	size_t per_tile = (size_t)w->places * (size_t)(w->in.c + w->out.c);
	int fit = (int)(CHUNK_FLOATS / per_tile) / 12 * 12;

	return at_most(fit > FEWEST_TILES ? fit : FEWEST_TILES, MOST_TILES);
}

/* Transformed inputs and products of so many tiles. */
static size_t pair_floats(const struct emo_wino *w, int tiles)
{
	return (size_t)w->places *
	       (emo_wino_step(tiles, w->in.c) + emo_wino_step(tiles, w->out.c));
}

/* Fewer chunks than this and all threads take each step together. */
static int few_chunks(int threads)
{
	return threads > 1 ? 2 * threads : 0;
}

int emo_wino_prepare(struct emo_wino *w, const struct emo_layer *l, int turned,
		     struct emo_room *room, size_t *scratch)
{
	size_t threads = (size_t)room->threads, want, few;

	*w = (struct emo_wino){.turned = turned, .in = turned ? l->y : l->x,
			       .out = turned ? l->x : l->y, .edge = turned ? 2 - l->pad : l->pad};
	w->o = cost(w, 4) < cost(w, 2) ? 4 : 2;
	w->places = (w->o + 2) * (w->o + 2);
	w->down = tiles_along(w->out.h, w->o);
	w->across = tiles_along(w->out.w, w->o);
	w->tiles = w->down * w->across;
	w->chunk = choose_chunk(w);
	w->u_step = room->kern->packed_size(w->in.c, w->out.c);
	w->u = emo_take(room, (size_t)w->places * w->u_step, sizeof *w->u);
	w->row_c = emo_take(room, (size_t)w->chunk, sizeof *w->row_c);
	if (!w->u || !w->row_c)
		return -1;
	for (int i = 0; i < w->chunk; i++)
		w->row_c[i] = i * w->in.c;
	want = threads * pair_floats(w, w->chunk);
	few = pair_floats(w, few_chunks(room->threads) * w->chunk);
	want = want > few ? want : few;
	*scratch = *scratch > want ? *scratch : want;
	return 0;
}

void emo_wino_done(struct emo_wino *w)
{
	free(w->u);
	free(w->row_c);
}

/* Weights lie (tap, c, k). Turned, the roles of c and k change and the taps are read backwards. */
static void transform_weights(struct emo_wino *w, const struct emo_pass *p)
{
	size_t c = (size_t)w->in.c, k = (size_t)w->out.c;
	struct emo_pack how = {9, w->in.c, w->out.c, c * k, w->turned ? 1 : k, w->turned ? c : 1};

	if (w->version == p->version)
		return;
	p->kern->wino_weights(w->u, w->u_step, p->weight, &how, w->turned, w->o);
	w->version = p->version;
}

/*
 * The three steps, for the `count` tiles from `first` of all pictures. They are rows `row` … of each
 * place of v and m, which have `rows` of them.
 */
struct run {
	const struct emo_wino *w;
	const struct emo_pass *p;
	float *y;
	const float *x, *bias;
	float slope;
	float *v, *m; /* of all tiles, when all threads take each step together */
	int tiles;
};

static void transform_in(const struct run *r, float *v, int rows, int row, int first, int count)
{
	const struct emo_wino *w = r->w;
	size_t c = (size_t)w->in.c;

	for (int i = 0; i < count; i++) {
		struct emo_tile t = emo_wino_tile(w, first + i);

		r->p->kern->wino_input(v + (size_t)(row + i) * c, emo_wino_step(rows, w->in.c),
				       r->x + (size_t)t.image * emo_shape_size(w->in), w->in,
				       t.y - w->edge, t.x - w->edge, w->o);
	}
}

static void transform_out(const struct run *r, const float *m, int rows, int row, int first,
			  int count)
{
	const struct emo_wino *w = r->w;
	size_t k = (size_t)w->out.c;

	for (int i = 0; i < count; i++) {
		struct emo_tile t = emo_wino_tile(w, first + i);

		r->p->kern->wino_output(r->y + (size_t)t.image * emo_shape_size(w->out), w->out, t.y,
					t.x, m + (size_t)(row + i) * k, emo_wino_step(rows, w->out.c),
					w->o,
					r->bias, r->slope);
	}
}

/* Place q: m = v u. */
static void multiply(const struct run *r, float *m, const float *v, int rows, int row, int q,
		     int count)
{
	static const int start = 0;
	const struct emo_wino *w = r->w;
	size_t v_step = emo_wino_step(rows, w->in.c), m_step = emo_wino_step(rows, w->out.c);
	struct emo_product product = {
		.m = count,
		.n = w->out.c,
		.nruns = 1,
		.run = w->in.c,
		.a = v + (size_t)q * v_step + (size_t)row * (size_t)w->in.c,
		.row_at = w->row_c,
		.run_at = &start,
		.b = w->u + (size_t)q * w->u_step,
		.c = m + (size_t)q * m_step + (size_t)row * (size_t)w->out.c,
		.ldc = w->out.c,
		.slope = 1,
	};

	r->p->kern->product(&product);
}

/* ---- many tiles: a task takes a chunk through all steps ---- */

static int chunk_task(void *ctx, int index, int thread)
{
	const struct run *r = ctx;
	const struct emo_wino *w = r->w;
	int first = index * w->chunk, count = at_most(r->tiles - first, w->chunk);
	float *v = r->p->scratch + (size_t)thread * pair_floats(w, w->chunk);
	float *m = v + (size_t)w->places * emo_wino_step(w->chunk, w->in.c);

	transform_in(r, v, w->chunk, 0, first, count);
	for (int q = 0; q < w->places; q++)
		multiply(r, m, v, w->chunk, 0, q, count);
	transform_out(r, m, w->chunk, 0, first, count);
	return 0;
}

/* ---- few tiles: all threads take each step together ---- */

static int in_task(void *ctx, int index, int thread)
{
	const struct run *r = ctx;
	int first = index * TILES_A_TASK;

	(void)thread;
	transform_in(r, r->v, r->tiles, first, first, at_most(r->tiles - first, TILES_A_TASK));
	return 0;
}

static int multiply_task(void *ctx, int q, int thread)
{
	const struct run *r = ctx;

	(void)thread;
	for (int row = 0; row < r->tiles; row += r->w->chunk)
		multiply(r, r->m, r->v, r->tiles, row, q, at_most(r->tiles - row, r->w->chunk));
	return 0;
}

static int out_task(void *ctx, int index, int thread)
{
	const struct run *r = ctx;
	int first = index * TILES_A_TASK;

	(void)thread;
	transform_out(r, r->m, r->tiles, first, first, at_most(r->tiles - first, TILES_A_TASK));
	return 0;
}

static int run_together(struct run *r)
{
	const struct emo_wino *w = r->w;
	int tasks = (r->tiles + TILES_A_TASK - 1) / TILES_A_TASK;

	r->v = r->p->scratch;
	r->m = r->v + (size_t)w->places * emo_wino_step(r->tiles, w->in.c);
	if (emo_for(r->p->pool, tasks, in_task, r) < 0 ||
	    emo_for(r->p->pool, w->places, multiply_task, r) < 0)
		return -1;
	return emo_for(r->p->pool, tasks, out_task, r);
}

int emo_wino_run(struct emo_wino *w, const struct emo_pass *p, float *y, const float *x,
		 const float *bias, float slope)
{
	struct run r = {.w = w, .p = p, .y = y, .x = x, .bias = bias, .slope = slope,
			.tiles = p->n * w->tiles};
	int chunks = (r.tiles + w->chunk - 1) / w->chunk;

	transform_weights(w, p);
	if (chunks < few_chunks(emo_pool_size(p->pool)))
		return run_together(&r);
	return emo_for(p->pool, chunks, chunk_task, &r);
}
