/* SPDX-License-Identifier: MIT */
/*
 * Winograd's transforms for each size of tile and each instruction set: pictures of every size about
 * a tile's, so that tiles are cut at every row and column, and channels about a register's width.
 * Results and both gradients against naive.h, within what winograd.h says of that size.
 */
#include <stdlib.h>

#include "base/rng.h"
#include "naive.h"
#include "nn/winograd.h"
#include "test.h"

static const char *const kern_names[] = {"generic", "avx2", "avx512", "neon"};
static double worst[5]; /* of tiles of each size */

static void *take(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (!p)
		exit(1);
	return p;
}

static void randomise(float *f, double *d, size_t n, uint64_t key)
{
	struct emo_rng rng = emo_rng_at(5, key, n);

	for (size_t i = 0; i < n; i++)
		d[i] = f[i] = emo_rng_normal(&rng);
}

/* The largest difference, of the largest value. */
static void check(const char *what, int o, const float *got, const double *want, size_t n)
{
	double most = 0, off = 0;

	for (size_t i = 0; i < n; i++) {
		most = fmax(most, fabs(want[i]));
		off = fmax(off, fabs((double)got[i] - want[i]));
	}
	worst[o] = fmax(worst[o], off / most);
	if (!CHECK(off <= emo_wino_error(o) * most))
		printf("\t%s, tiles of %d: %.3g of the largest\n", what, o, off / most);
}

struct numbers {
	float *f;
	double *d;
	size_t n;
};

static struct numbers numbers(size_t n, uint64_t key)
{
	struct numbers v = {take(n, sizeof *v.f), take(n, sizeof *v.d), n};

	if (key)
		randomise(v.f, v.d, n, key);
	return v;
}

static void done(struct numbers *v)
{
	free(v->f);
	free(v->d);
}

/* Ours lie (tap, c, k), the reference's (k, tap, c). */
static void transpose(float *to, const float *from, int c, int k)
{
	for (int f = 0; f < k; f++)
		for (int i = 0; i < 9 * c; i++)
			to[f * 9 * c + i] = from[i * k + f];
}

static void try_shape(const struct emo_kern *kern, int o, const struct naive *d)
{
	struct emo_layer l = {.x = {d->h, d->w, d->c}, .y = {d->oh, d->ow, d->oc}, .size = 3,
			      .stride = 1, .pad = d->pad, .groups = 1, .filters = d->filters};
	struct emo_room room = {.kern = kern, .n = d->n, .threads = 1, .train = 1, .tile = o,
				.left = 1 << 30};
	struct numbers x = numbers((size_t)(d->n * d->h * d->w * d->c), 1);
	struct numbers dy = numbers((size_t)(d->n * d->oh * d->ow * d->oc), 2);
	struct numbers w = numbers((size_t)(9 * d->c * d->filters), 3);
	struct numbers y = numbers(dy.n, 0), dx = numbers(x.n, 0), dw = numbers(w.n, 0);
	struct emo_wino forward, back;
	float *ours = take(w.n, sizeof *ours), *scratch;
	size_t need = 0, grad;

	CHECK(emo_wino_prepare(&forward, &l, 0, &room, &need) == 0);
	CHECK(emo_wino_prepare(&back, &l, 1, &room, &need) == 0);
	CHECK_INT(forward.o, o);
	grad = emo_wino_grad_scratch(&forward, d->n, 1);
	scratch = take(need > grad ? need : grad, sizeof *scratch);
	for (int f = 0; f < d->filters; f++)
		for (int i = 0; i < 9 * d->c; i++)
			ours[i * d->filters + f] = w.f[f * 9 * d->c + i];
	{
		struct emo_pass p = {.kern = kern, .n = d->n, .version = 1, .x = {x.f}, .dy = dy.f,
				     .weight = ours, .dweight = dw.f, .scratch = scratch};

		CHECK(emo_wino_run(&forward, &p, y.f, x.f, NULL, 1) == 0);
		CHECK(emo_wino_run(&back, &p, dx.f, dy.f, NULL, 1) == 0);
		CHECK(emo_wino_grad(&forward, &p) == 0);
	}
	transpose(ours, dw.f, d->c, d->filters);
	naive_conv(y.d, x.d, w.d, d);
	check("y", o, y.f, y.d, y.n);
	naive_conv_back(dx.d, dw.d, dy.d, x.d, w.d, d);
	check("dx", o, dx.f, dx.d, dx.n);
	check("dw", o, ours, dw.d, dw.n);
	emo_wino_done(&forward);
	emo_wino_done(&back);
	done(&x);
	done(&dy);
	done(&w);
	done(&y);
	done(&dx);
	done(&dw);
	free(ours);
	free(scratch);
}

static void try_all(const struct emo_kern *kern, int o)
{
	static const int channels[][2] = {{16, 16}, {17, 33}, {31, 18}};

	for (int h = 1; h <= o + 2; h++)
		for (int w = 1; w <= 2 * o + 1; w++) {
			const int *c = channels[(h + w) % 3];
			struct naive d = {.n = 2, .h = h, .w = w, .c = c[0], .filters = c[1], .size = 3,
					  .stride = 1, .pad = h == 3 ? 0 : h == 4 ? 2 : 1, .groups = 1};

			if (d.pad == 0 && w < 3)
				continue;
			naive_conv_shape(&d);
			try_shape(kern, o, &d);
		}
}

static void test_tiles(void)
{
	for (size_t k = 0; k < sizeof kern_names / sizeof *kern_names; k++)
		for (int o = 2; o <= 4 && emo_kern_named(kern_names[k]); o++)
			try_all(emo_kern_named(kern_names[k]), o);
}

/* Rounding grows with the number of channels that are summed; as many as networks here have. */
static void test_many_channels(void)
{
	struct naive d = {.n = 1, .h = 6, .w = 6, .c = 320, .filters = 16, .size = 3, .stride = 1,
			  .pad = 1, .groups = 1};

	naive_conv_shape(&d);
	for (int o = 2; o <= 4; o++)
		try_shape(emo_kern(), o, &d);
}

int main(void)
{
	RUN(test_tiles);
	RUN(test_many_channels);
	for (int o = 2; o <= 4; o++)
		printf("     tiles of %d: %.2g, may be %.2g\n", o, worst[o], emo_wino_error(o));
	return test_end();
}
