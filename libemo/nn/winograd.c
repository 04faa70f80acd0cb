/* SPDX-License-Identifier: MIT */
#include "nn/winograd.h"

#include <stdlib.h>

#define MIN_CHANNELS 16 /* fewer, and the transforms cost more than they save */
#define READ_COST    5 /* multiply-adds in the time of reading a weight from beyond the core */

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

/*
 * What a picture costs with tiles of o x o, in products of a channel by a channel: those of its
 * tiles and, when it is run alone, what reading each transformed weight takes. Inference is always
 * reckoned so, that a picture's result may not depend on how many are run together.
 */
static long cost(const struct emo_wino *w, int o, int train)
{
	long tiles = (long)tiles_along(w->out.h, o) * tiles_along(w->out.w, o);

	return (tiles + (train ? 0 : READ_COST)) * (o + 2) * (o + 2);
}

static int choose_tile(const struct emo_wino *w, int train)
{
	int best = 4;

	for (int o = 3; o >= 2; o--)
		if (cost(w, o, train) <= cost(w, best, train))
			best = o;
	return best;
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

/* Transformed inputs and products of a chunk. */
static size_t pair_floats(const struct emo_wino *w)
{
	return (size_t)w->places *
	       (emo_wino_step(w->chunk, w->in.c) + emo_wino_step(w->chunk, w->out.c));
}

int emo_wino_prepare(struct emo_wino *w, const struct emo_layer *l, int turned,
		     struct emo_room *room, size_t *scratch)
{
	size_t want;

	*w = (struct emo_wino){.turned = turned, .in = turned ? l->y : l->x,
			       .out = turned ? l->x : l->y, .edge = turned ? 2 - l->pad : l->pad};
	w->o = room->tile ? room->tile : choose_tile(w, room->train);
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
	w->panel = (int)room->kern->packed_size(1, 1);
	want = (size_t)room->threads * pair_floats(w);
	*scratch = *scratch > want ? *scratch : want;
	return 0;
}

void emo_wino_done(struct emo_wino *w)
{
	free(w->u);
	free(w->row_c);
}

/*
 * Work is divided in two ways. A band of tiles is taken through all three steps by one task, so that
 * what is in between stays in its core's cache. When there are more weights than tiles, as for a
 * single picture in the last layers, tasks share a band's tiles but each has some of the outputs:
 * each then transforms all of the band's input, but reads its part of the weights only.
 *
 *	                outputs
 *	         +---------+---------+
 *	  band 0 | group 0 | group 1 |
 *	tiles    +---------+---------+
 *	  band 1 | group 0 | group 1 |
 *	         +---------+---------+
 */
struct run {
	const struct emo_wino *w;
	const struct emo_pass *p;
	float *y;
	const float *x, *bias;
	float slope;
	int tiles, bands, groups;
};

static int panels(const struct emo_wino *w)
{
	return (w->out.c + w->panel - 1) / w->panel;
}

static void divide(struct run *r, int threads)
{
	const struct emo_wino *w = r->w;
	long weights = (long)w->in.c * w->out.c, data = (long)r->tiles * (w->in.c + w->out.c);

	r->groups = weights > data ? at_most(threads, panels(w)) : 1;
	r->bands = (r->tiles + w->chunk - 1) / w->chunk;
	while (r->bands < r->tiles && r->bands * r->groups % threads)
		r->bands++;
}

/* Weights lie (tap, c, k). Turned, the roles of c and k change and the taps are read backwards. */
static int weights_task(void *ctx, int index, int thread)
{
	const struct run *r = ctx;
	const struct emo_wino *w = r->w;
	int first = index * w->panel;
	size_t c = (size_t)w->in.c, k = (size_t)w->out.c;
	struct emo_pack how = {9, w->in.c, at_most(w->out.c - first, w->panel), c * k,
			       w->turned ? 1 : k, w->turned ? c : 1};

	(void)thread;
	r->p->kern->wino_weights(w->u + (size_t)first * c, w->u_step,
				 r->p->weight + (size_t)first * how.col_step, &how, w->turned,
				 w->o);
	return 0;
}

/* What a task works on: tiles first .. first+count-1 of all pictures, outputs k0 .. k0+k-1. */
struct piece {
	int first, count, k0, k;
	float *v, *m; /* its transformed inputs and products, `count` rows for each place */
};

static struct piece piece_of(const struct run *r, int index, int thread)
{
	const struct emo_wino *w = r->w;
	int band = index / r->groups, group = index % r->groups, np = panels(w);
	struct piece a;

	a.first = (int)((long)r->tiles * band / r->bands);
	a.count = (int)((long)r->tiles * (band + 1) / r->bands) - a.first;
	a.k0 = np * group / r->groups * w->panel;
	a.k = at_most(np * (group + 1) / r->groups * w->panel, w->out.c) - a.k0;
	a.v = r->p->scratch + (size_t)thread * pair_floats(w);
	a.m = a.v + (size_t)w->places * emo_wino_step(a.count, w->in.c);
	return a;
}

static void transform_in(const struct run *r, const struct piece *a)
{
	const struct emo_wino *w = r->w;
	size_t c = (size_t)w->in.c;

	for (int i = 0; i < a->count; i++) {
		struct emo_tile t = emo_wino_tile(w, a->first + i);

		r->p->kern->wino_input(a->v + (size_t)i * c, emo_wino_step(a->count, w->in.c),
				       r->x + (size_t)t.image * emo_shape_size(w->in), w->in,
				       t.y - w->edge, t.x - w->edge, w->o);
	}
}

/* Place q: m = v u. */
static void multiply(const struct run *r, const struct piece *a, int q)
{
	static const int start = 0;
	const struct emo_wino *w = r->w;
	struct emo_product product = {
		.m = a->count,
		.n = a->k,
		.nruns = 1,
		.run = w->in.c,
		.a = a->v + (size_t)q * emo_wino_step(a->count, w->in.c),
		.row_at = w->row_c,
		.run_at = &start,
		.b = w->u + (size_t)q * w->u_step + (size_t)a->k0 * (size_t)w->in.c,
		.c = a->m + (size_t)q * emo_wino_step(a->count, a->k),
		.ldc = a->k,
		.slope = 1,
	};

	r->p->kern->product(&product);
}

static void transform_out(const struct run *r, const struct piece *a)
{
	const struct emo_wino *w = r->w;
	const float *bias = r->bias ? r->bias + a->k0 : NULL;

	for (int i = 0; i < a->count; i++) {
		struct emo_tile t = emo_wino_tile(w, a->first + i);

		r->p->kern->wino_output(r->y + (size_t)t.image * emo_shape_size(w->out) + a->k0,
					w->out, a->k, t.y, t.x, a->m + (size_t)i * (size_t)a->k,
					emo_wino_step(a->count, a->k), w->o, bias, r->slope);
	}
}

static int piece_task(void *ctx, int index, int thread)
{
	const struct run *r = ctx;
	struct piece a = piece_of(r, index, thread);

	transform_in(r, &a);
	for (int q = 0; q < r->w->places; q++)
		multiply(r, &a, q);
	transform_out(r, &a);
	return 0;
}

int emo_wino_run(struct emo_wino *w, const struct emo_pass *p, float *y, const float *x,
		 const float *bias, float slope)
{
	struct run r = {.w = w, .p = p, .y = y, .x = x, .bias = bias, .slope = slope,
			.tiles = p->n * w->tiles};

	if (w->version != p->version && emo_for(p->pool, panels(w), weights_task, &r) < 0)
		return -1;
	w->version = p->version;
	divide(&r, emo_pool_size(p->pool));
	return emo_for(p->pool, r.bands * r.groups, piece_task, &r);
}
