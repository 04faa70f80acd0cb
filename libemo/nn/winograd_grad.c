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

#include "nn/conv.h"
#include "nn/winograd.h"

#define SHARDS       8
#define SHARD_FLOATS ((size_t)600000)  /* larger gradients are not sharded */
#define ROUND_FLOATS ((size_t)3 << 20) /* transformed tiles of a round: 12 MB */
#define CHUNK        2048              /* weights that a task transforms back */

struct grad {
	const struct emo_wino *w;
	const struct emo_pass *p;
	int shards;       /* of du; 1 when they are not used */
	float *du;        /* (shards, places, c, k) */
	float *work;      /* of each thread, or of the round */
	int first, images; /* pictures of the round */
};

static int at_most(int v, int high)
{
	return v < high ? v : high;
}

static size_t du_floats(const struct emo_wino *w)
{
	return (size_t)w->places * (size_t)w->c * (size_t)w->k;
}

static int sharded(const struct emo_wino *w)
{
	return du_floats(w) <= SHARD_FLOATS;
}

/* Transformed inputs and gradients of so many tiles. */
static size_t pair_floats(const struct emo_wino *w, int tiles)
{
	return (size_t)w->places * (size_t)tiles * (size_t)(w->c + w->k);
}

static int round_images(const struct emo_wino *w, int n)
{
	size_t fit = ROUND_FLOATS / pair_floats(w, w->tiles);

	return fit < 1 ? 1 : fit > (size_t)n ? n : (int)fit;
}

size_t emo_wino_grad_scratch(const struct emo_wino *w, int n, int threads)
{
	if (sharded(w))
		return SHARDS * du_floats(w) +
		       (size_t)threads * (w->floats + pair_floats(w, w->chunk));
	return du_floats(w) + (size_t)threads * w->floats +
	       pair_floats(w, w->tiles * round_images(w, n));
}

static void pad(const struct grad *g, float *padded, int image)
{
	const struct emo_wino *w = g->w;
	struct emo_shape s = {w->h, w->w, w->c};

	emo_spread(padded, w->padded_h, w->padded_w,
		   g->p->x[0] + (size_t)image * emo_shape_size(s), s, w->edge, w->edge, 1);
}

/* Row `row` of v and z, which have `rows` for each place: the transforms of one tile. */
static void transform(const struct grad *g, float *v, float *z, int rows, int row,
		      const float *padded, int image, int tile)
{
	const struct emo_wino *w = g->w;
	size_t c = (size_t)w->c, k = (size_t)w->k;
	struct emo_tile t = emo_wino_tile(w, tile);
	const float *dy = g->p->dy + ((size_t)image * (size_t)w->out_h * (size_t)w->out_w + t.out) * k;

	g->p->kern->wino_input(v + (size_t)row * c, (size_t)rows * c, padded + t.in * c,
			       (size_t)w->padded_w * c, w->c, w->o);
	g->p->kern->wino_spread(z + (size_t)row * k, (size_t)rows * k, dy, (size_t)w->out_w * k,
				t.h, t.w, w->k, w->o);
}

/* du of place q += v' z over `count` of its rows. */
static void multiply(const struct grad *g, float *du, const float *v, const float *z, int rows,
		     int q, int count)
{
	static const int start = 0;
	const struct emo_wino *w = g->w;
	size_t place = (size_t)q * (size_t)rows;

	for (int from = 0; from < count; from += w->chunk) {
		size_t row = place + (size_t)from;
		struct emo_outer outer = {
			.m = at_most(count - from, w->chunk),
			.n = w->k,
			.nruns = 1,
			.run = w->c,
			.a = v + row * (size_t)w->c,
			.row_at = w->row_c,
			.run_at = &start,
			.d = z + row * (size_t)w->k,
			.ldd = w->k,
			.g = du + (size_t)q * (size_t)w->c * (size_t)w->k,
			.ldg = w->k,
		};

		g->p->kern->outer(&outer);
	}
}

/* ---- small gradients ---- */

static int shard_task(void *ctx, int shard, int thread)
{
	const struct grad *g = ctx;
	const struct emo_wino *w = g->w;
	float *padded = g->work + (size_t)thread * (w->floats + pair_floats(w, w->chunk));
	float *v = padded + w->floats;
	float *z = v + (size_t)w->places * (size_t)w->chunk * (size_t)w->c;
	float *du = g->du + (size_t)shard * du_floats(w);
	int image = g->p->n * shard / SHARDS, end = g->p->n * (shard + 1) / SHARDS, count = 0;

	memset(du, 0, du_floats(w) * sizeof *du);
	for (; image < end; image++) {
		pad(g, padded, image);
		for (int tile = 0; tile < w->tiles; tile++) {
			transform(g, v, z, w->chunk, count++, padded, image, tile);
			if (count < w->chunk && (image < end - 1 || tile < w->tiles - 1))
				continue;
			for (int q = 0; q < w->places; q++)
				multiply(g, du, v, z, w->chunk, q, count);
			count = 0;
		}
	}
	return 0;
}

/* ---- large gradients ---- */

static int round_task(void *ctx, int index, int thread)
{
	const struct grad *g = ctx;
	const struct emo_wino *w = g->w;
	float *padded = g->du + du_floats(w) + (size_t)thread * w->floats;
	float *v = g->work;
	int rows = g->images * w->tiles;
	float *z = v + (size_t)w->places * (size_t)rows * (size_t)w->c;

	pad(g, padded, g->first + index);
	for (int tile = 0; tile < w->tiles; tile++)
		transform(g, v, z, rows, index * w->tiles + tile, padded, g->first + index, tile);
	return 0;
}

static int place_task(void *ctx, int q, int thread)
{
	const struct grad *g = ctx;
	const struct emo_wino *w = g->w;
	int rows = g->images * w->tiles;

	(void)thread;
	multiply(g, g->du, g->work, g->work + (size_t)w->places * (size_t)rows * (size_t)w->c, rows,
		 q, rows);
	return 0;
}

static int run_rounds(struct grad *g)
{
	int most = round_images(g->w, g->p->n);

	memset(g->du, 0, du_floats(g->w) * sizeof *g->du);
	for (g->first = 0; g->first < g->p->n; g->first += most) {
		g->images = at_most(g->p->n - g->first, most);
		if (emo_for(g->p->pool, g->images, round_task, g) < 0 ||
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
	size_t step = (size_t)w->c * (size_t)w->k, at = (size_t)chunk * CHUNK;
	size_t n = step - at < CHUNK ? step - at : CHUNK;

	(void)thread;
	for (int s = 1; s < g->shards; s++)
		for (int q = 0; q < w->places; q++) {
			float *sum = g->du + (size_t)q * step + at;

			g->p->kern->scale_add(sum, 1, sum + (size_t)s * du_floats(w), n);
		}
	g->p->kern->wino_weights_back(g->p->dweight + at, g->du + at, step, n, w->o);
	return 0;
}

int emo_wino_grad(const struct emo_wino *w, const struct emo_pass *p)
{
	struct grad g = {.w = w, .p = p, .shards = sharded(w) ? SHARDS : 1, .du = p->scratch};
	size_t step = (size_t)w->c * (size_t)w->k;

	if (sharded(w)) {
		g.work = g.du + SHARDS * du_floats(w);
		if (emo_for(p->pool, SHARDS, shard_task, &g) < 0)
			return -1;
	} else {
		g.work = g.du + du_floats(w) + (size_t)emo_pool_size(p->pool) * w->floats;
		if (run_rounds(&g) < 0)
			return -1;
	}
	return emo_for(p->pool, (int)((step + CHUNK - 1) / CHUNK), back_task, &g);
}
