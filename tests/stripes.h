/* SPDX-License-Identifier: MIT */
/*
 * For the tests of training: made-up images, stripes of three kinds with noise, that a network of
 * one convolution learns in a second. Runs are compared by the bytes of the checkpoint that they
 * end with.
 */
#ifndef STRIPES_H
#define STRIPES_H

#include <stdlib.h>

#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/rng.h"
#include "fer/trainer.h"
#include "test.h"
#include "test_folder.h"

#define SIDE 24

static const char *folder;

static const char stripes_cfg[] = "[net]\nheight=20\nwidth=20\nchannels=1\n"
			  "[convolutional]\nfilters=12\nsize=3\nstride=2\npad=1\n"
			  "batch_normalize=1\nactivation=relu\n"
			  "[avgpool]\n[dropout]\nprobability=0.1\n"
			  "[connected]\noutput=7\nactivation=linear\n[softmax]\n";

static inline const char *file(const char *name)
{
	static char paths[4][600];
	static int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof paths[0], "%s/%s", folder, name);
	return path;
}

static inline uint8_t pixel(int kind, int x, int y, struct emo_rng *rng)
{
	int on = kind == 0 ? x % 6 < 3 : kind == 1 ? y % 6 < 3 : x % 6 < 3 && y % 6 < 3;

	return (uint8_t)(on * 140 + (int)emo_rng_below(rng, 100));
}

/* n images of the emotions 1, 3 and 5: two thirds Training, then PublicTest, then PrivateTest. */
static inline struct emo_dataset make_data(size_t n)
{
	struct emo_dataset d = {.side = SIDE, .n = n};

	d.pixels = emo_calloc(n, SIDE * SIDE);
	d.label = emo_calloc(n, 1);
	d.split = emo_calloc(n, 1);
	d.row = emo_calloc(n, sizeof *d.row);
	for (size_t i = 0; i < n; i++) {
		struct emo_rng rng = emo_rng_at(5, i, 0);
		int kind = (int)(i % 3);

		d.label[i] = (uint8_t)(2 * kind + 1);
		d.split[i] = EMO_PRIVATE_TEST;
		if (i < 5 * n / 6)
			d.split[i] = i < 2 * n / 3 ? EMO_TRAINING : EMO_PUBLIC_TEST;
		d.row[i] = (uint32_t)i;
		for (int k = 0; k < SIDE * SIDE; k++)
			d.pixels[i * SIDE * SIDE + (size_t)k] =
				pixel(kind, k % SIDE, k / SIDE, &rng);
	}
	return d;
}

static inline struct emo_recipe make_recipe(int epochs)
{
	struct emo_recipe r;

	emo_recipe_preset(&r, "default");
	r.cfg = stripes_cfg;
	r.name = "stripes.cfg";
	r.epochs = epochs;
	r.batch = 16;
	r.schedule.peak = .05;
	r.opt.ema = .9f;
	r.augment.erase = .2f;
	return r;
}

/* Trains up to epoch `last`; -1 when one fails. */
static inline int train_to(struct emo_trainer *t, int last, struct emo_epoch *e)
{
	int more = 1;

	while (emo_trainer_done(t) < last && (more = emo_trainer_epoch(t, e, NULL, NULL)) > 0)
		;
	return more;
}

static inline int same_files(const char *a, const char *b)
{
	char *x = NULL, *y = NULL;
	size_t n, m;
	int same = emo_read_file(&x, &n, a, 1 << 24) == 0 &&
		   emo_read_file(&y, &m, b, 1 << 24) == 0 && n == m && memcmp(x, y, n) == 0;

	free(x);
	free(y);
	return same;
}

/* A whole run whose end is kept under that name. */
static inline void run(const char *name, const struct emo_dataset *d, const struct emo_recipe *r,
		unsigned classes, int threads)
{
	struct emo_pool *pool = emo_pool_new(threads);
	struct emo_trainer *t = emo_trainer_new(d, r, NULL, classes, pool);
	struct emo_epoch e;

	if (CHECK(t != NULL)) {
		CHECK_INT(train_to(t, r->epochs, &e), 1);
		CHECK_INT(emo_trainer_save(t, file(name)), 0);
	}
	emo_trainer_free(t);
	emo_pool_free(pool);
}

#endif
