/* SPDX-License-Identifier: MIT */
/*
 * The weight gradient by Winograd's transforms: for each place of the tiles, the transposed inputs
 * times the gradients by the outputs, summed over all tiles; then one transform back. Two orders of
 * work, both with a fixed order of sums:
 *
 * Small gradients: the batch is cut into SHARDS, each summed by one task chunk by chunk in the
 * cache; then the shards are added up. Large ones would make shards cost more than the products:
 * there the tiles of a round are transformed first, and then each place is summed by one task.
 */
#include <string.h>

#include "nn/winograd.h"

#define SHARDS       8
#define SHARD_FLOATS ((size_t)300000)  /* larger gradients are not sharded */
#define ROUND_FLOATS ((size_t)3 << 20) /* transformed tiles of a round: 12 MB */
#define CHUNK        2048              /* weights that a task transforms back */
#define TILES_A_TASK 8                 /* of a round */

struct grad {
	const struct emo_wino *w;
	const struct emo_pass *p;
	int shards;       /* of du; 1 when they are not used */
	float *du;        /* (shards, places, c, k) */
	float *work;      /* transformed tiles: of each thread, or of the round */
	int first, tiles; /* of the round */
};

static int at_most(int v, int high)
{
	return v < high ? v : high;
}

static size_t du_floats(const struct emo_wino *w)
{
	return (size_t)w->places * (size_t)w->in.c * (size_t)w->out.c;
}

static int sharded(const struct emo_wino *w)
{
	return du_floats(w) <= SHARD_FLOATS;
}

/* Transformed inputs, and transformed inputs and gradients, of so many tiles. */
static size_t input_floats(const struct emo_wino *w, int tiles)
{
	return (size_t)w->places * emo_wino_step(tiles, w->in.c);
}

static size_t pair_floats(const struct emo_wino *w, int tiles)
{
	return input_floats(w, tiles) + (size_t)w->places * emo_wino_step(tiles, w->out.c);
}

/* Tiles of a round, a whole number of chunks. */
static int round_tiles(const struct emo_wino *w, int n)
{
	int fit = (int)(ROUND_FLOATS / pair_floats(w, w->chunk)) * w->chunk;

	return at_most(fit > w->chunk ? fit : w->chunk, n * w->tiles);
}

size_t emo_wino_grad_scratch(const struct emo_wino *w, int n, int threads)
{
	if (sharded(w))
		return SHARDS * du_floats(w) + (size_t)threads * pair_floats(w, w->chunk);
	return du_floats(w) + pair_floats(w, round_tiles(w, n));
}

/* Rows `row` … of v and z, which have `rows` for each place: the transforms of some tiles. */
static void transform(const struct grad *g, float *v, float *z, int rows, int row, int first,
		      int count)
{
	const struct emo_wino *w = g->w;
	size_t c = (size_t)w->in.c, k = (size_t)w->out.c;

	for (int i = row; i < row + count; i++, first++) {
		struct emo_tile t = emo_wino_tile(w, first);

		g->p->kern->wino_input(v + (size_t)i * c, emo_wino_step(rows, w->in.c),
				       g->p->x[0] + (size_t)t.image * emo_shape_size(w->in), w->in,
				       t.y - w->edge, t.x - w->edge, w->o);
		g->p->kern->wino_spread(z + (size_t)i * k, emo_wino_step(rows, w->out.c),
					g->p->dy + (size_t)t.image * emo_shape_size(w->out), w->out,
					t.y, t.x, w->o);
	}
}

/* du of place q += v' z over `count` of its rows. */
static void multiply(const struct grad *g, float *du, const float *v, const float *z, int rows,
		     int q, int count)
{
	static const int start = 0;
	const struct emo_wino *w = g->w;
	size_t c = (size_t)w->in.c, k = (size_t)w->out.c;

	v += (size_t)q * emo_wino_step(rows, w->in.c);
	z += (size_t)q * emo_wino_step(rows, w->out.c);
	for (int from = 0; from < count; from += w->chunk) {
		struct emo_outer outer = {
			.m = at_most(count - from, w->chunk),
			.n = w->out.c,
			.nruns = 1,
			.run = w->in.c,
			.a = v + (size_t)from * c,
			.row_at = w->row_c,
			.run_at = &start,
			.d = z + (size_t)from * k,
			.ldd = w->out.c,
			.g = du + (size_t)q * c * k,
			.ldg = w->out.c,
		};

		g->p->kern->outer(&outer);
	}
}

/* ---- small gradients ---- */

static int shard_task(void *ctx, int shard, int thread)
{
	const struct grad *g = ctx;
	const struct emo_wino *w = g->w;
	float *v = g->work + (size_t)thread * pair_floats(w, w->chunk);
	float *z = v + input_floats(w, w->chunk);
	float *du = g->du + (size_t)shard * du_floats(w);
	int tiles = g->p->n * w->tiles, end = (int)((long)tiles * (shard + 1) / SHARDS);

	memset(du, 0, du_floats(w) * sizeof *du);
	for (int first = (int)((long)tiles * shard / SHARDS); first < end; first += w->chunk) {
		int count = at_most(end - first, w->chunk);

		transform(g, v, z, w->chunk, 0, first, count);
		for (int q = 0; q < w->places; q++)
			multiply(g, du, v, z, w->chunk, q, count);
	}
	return 0;
}

/* ---- large gradients ---- */

static int round_task(void *ctx, int index, int thread)
{
	const struct grad *g = ctx;
	int row = index * TILES_A_TASK;

	(void)thread;
	transform(g, g->work, g->work + input_floats(g->w, g->tiles), g->tiles, row, g->first + row,
		  at_most(g->tiles - row, TILES_A_TASK));
	return 0;
}

static int place_task(void *ctx, int q, int thread)
{
	const struct grad *g = ctx;

	(void)thread;
	multiply(g, g->du, g->work, g->work + input_floats(g->w, g->tiles), g->tiles, q, g->tiles);
	return 0;
}

static int run_rounds(struct grad *g)
{
	int all = g->p->n * g->w->tiles, most = round_tiles(g->w, g->p->n);

	memset(g->du, 0, du_floats(g->w) * sizeof *g->du);
	for (g->first = 0; g->first < all; g->first += most) {
		g->tiles = at_most(all - g->first, most);
		if (emo_for(g->p->pool, (g->tiles + TILES_A_TASK - 1) / TILES_A_TASK, round_task,
			    g) < 0 ||
		    emo_for(g->p->pool, g->w->places, place_task, g) < 0)
			return -1;
	}
	return 0;
}

/* ---- back to 3x3 ---- */

static int back_task(void *ctx, int chunk, int thread)
{
	const struct grad *g = ctx;
	const struct emo_wino *w = g->w;
	size_t step = (size_t)w->in.c * (size_t)w->out.c, at = (size_t)chunk * CHUNK;
	size_t n = step - at < CHUNK ? step - at : CHUNK;

	(void)thread;
	for (int s = 1; s < g->shards; s++)
		for (int q = 0; q < w->places; q++) {
			float *sum = g->du + (size_t)q * step + at;

			g->p->kern->scale_add(sum, 1, sum + (size_t)s * du_floats(w), n);
		}
	g->p->kern->wino_weights_back(g->p->dweight + at, g->du + at, step, (int)n, w->o);
	return 0;
}

int emo_wino_grad(const struct emo_wino *w, const struct emo_pass *p)
{
	struct grad g = {.w = w, .p = p, .shards = sharded(w) ? SHARDS : 1, .du = p->scratch};
	size_t step = (size_t)w->in.c * (size_t)w->out.c;

	if (sharded(w)) {
		g.work = g.du + SHARDS * du_floats(w);
		if (emo_for(p->pool, SHARDS, shard_task, &g) < 0)
			return -1;
	} else {
		g.work = g.du + du_floats(w);
		if (run_rounds(&g) < 0)
			return -1;
	}
	return emo_for(p->pool, (int)((step + CHUNK - 1) / CHUNK), back_task, &g);
}
