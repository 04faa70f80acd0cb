/* SPDX-License-Identifier: MIT */
#include "fer/dataset.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"
#include "fer/dataset_build.h"

#define DEFAULT_SIDE 48
#define MAX_SIDE     512
#define ALL          (~0u)
#define BIT(k)       (1u << (k))

/* The first name of each row is the one that is printed. */
static const char *const split_names[EMO_SPLITS][6] = {
	[EMO_TRAINING] = {"Training", "train"},
	[EMO_PUBLIC_TEST] = {"PublicTest", "val", "valid", "validation", "public"},
	[EMO_PRIVATE_TEST] = {"PrivateTest", "test", "testing", "private"},
};

const char *emo_split_name(int split)
{
	return split >= 0 && split < EMO_SPLITS ? split_names[split][0] : NULL;
}

int emo_split_parse(const char *name)
{
	for (int s = 0; s < EMO_SPLITS; s++)
		for (int k = 0; split_names[s][k]; k++)
			if (strcasecmp(name, split_names[s][k]) == 0)
				return s;
	return -1;
}

static void count(struct emo_dataset_build *b, int label, int split)
{
	b->nrows++;
	if (b->classes & BIT(label))
		b->d->found[split]++;
}

int emo_dataset_wants(struct emo_dataset_build *b, int label, int split)
{
	if (b->classes & BIT(label) && b->splits & BIT(split))
		return 1;
	if (b->unseen && split == EMO_TRAINING)
		return 1;
	count(b, label, split);
	return 0;
}

uint8_t *emo_dataset_room(struct emo_dataset_build *b)
{
	struct emo_dataset *d = b->d;
	size_t image = (size_t)d->side * (size_t)d->side, need = d->n + 1;

	if (emo_grow(&d->pixels, &b->pixels_cap, need, image) < 0 ||
	    emo_grow(&d->label, &b->label_cap, need, sizeof *d->label) < 0 ||
	    emo_grow(&d->split, &b->split_cap, need, sizeof *d->split) < 0 ||
	    emo_grow(&d->row, &b->row_cap, need, sizeof *d->row) < 0) {
		b->fatal = 1;
		return NULL;
	}
	return d->pixels + d->n * image;
}

void emo_dataset_take(struct emo_dataset_build *b, int label, int split, size_t row)
{
	struct emo_dataset *d = b->d;

	d->label[d->n] = (uint8_t)label;
	d->split[d->n] = (uint8_t)split;
	d->row[d->n] = row < UINT32_MAX ? (uint32_t)row : UINT32_MAX;
	d->n++;
	count(b, label, split);
}

int emo_dataset_bad(struct emo_dataset_build *b)
{
	if (b->fatal || !b->skip_bad)
		return -1;
	b->d->nbad++;
	return 0;
}

/* FNV-1a (Fowler, Noll, Vo), then spread by the generator: FNV's high bits alone are poor. */
static uint64_t image_hash(const struct emo_dataset *d, size_t i, uint64_t seed)
{
	const uint8_t *px = emo_dataset_image(d, i);
	size_t n = (size_t)d->side * (size_t)d->side;
	uint64_t h = 0xcbf29ce484222325u;
	struct emo_rng rng;

	for (size_t k = 0; k < n; k++)
		h = (h ^ px[k]) * 0x100000001b3u;
	rng = emo_rng_at(seed, h, 0);
	return emo_rng_next(&rng);
}

/*
 * The hash at or below which an image is set aside: a tenth of the range. In a handful of images
 * that may catch none or all; then the one with the lowest hash goes. 0 when there is no dividing.
 */
static uint64_t hold_out_limit(const struct emo_dataset *d, uint64_t seed)
{
	uint64_t limit = UINT64_MAX / 10, min = UINT64_MAX, max = 0;

	for (size_t i = 0; i < d->n; i++) {
		uint64_t h;

		if (d->split[i] != EMO_TRAINING)
			continue;
		h = image_hash(d, i, seed);
		min = h < min ? h : min;
		max = h > max ? h : max;
	}
	if (min >= max)
		return 0;
	return min > limit || max <= limit ? min : limit;
}

static void hold_out(struct emo_dataset *d, uint64_t seed)
{
	uint64_t limit = hold_out_limit(d, seed);

	for (size_t i = 0; limit && i < d->n; i++)
		if (d->split[i] == EMO_TRAINING && image_hash(d, i, seed) <= limit) {
			d->split[i] = EMO_PUBLIC_TEST;
			d->held_out = 1;
		}
}

/* ---- images that are in Training, too ---- */

struct hashed {
	uint64_t hash;
	size_t i;
};

static int by_hash(const void *a, const void *b)
{
	uint64_t x = ((const struct hashed *)a)->hash, y = ((const struct hashed *)b)->hash;

	return (x > y) - (x < y);
}

/* The first in the list with this hash or a higher one. */
static size_t lower_bound(const struct hashed *list, size_t n, uint64_t hash)
{
	size_t from = 0;

	while (n > from) {
		size_t middle = from + (n - from) / 2;

		if (list[middle].hash < hash)
			from = middle + 1;
		else
			n = middle;
	}
	return from;
}

static int is_in(const struct emo_dataset *d, size_t i, const struct hashed *list, size_t n)
{
	size_t bytes = (size_t)d->side * (size_t)d->side;
	uint64_t hash = image_hash(d, i, 0);

	for (size_t k = lower_bound(list, n, hash); k < n && list[k].hash == hash; k++)
		if (!memcmp(emo_dataset_image(d, i), emo_dataset_image(d, list[k].i), bytes))
			return 1;
	return 0;
}

/* Gives the images that are in Training, too, the split EMO_SPLITS, which nobody wants. */
static int mark_seen(struct emo_dataset *d)
{
	struct hashed *list = emo_calloc(d->n, sizeof *list);
	size_t n = 0;

	if (!list)
		return -1;
	for (size_t i = 0; i < d->n; i++)
		if (d->split[i] == EMO_TRAINING)
			list[n++] = (struct hashed){image_hash(d, i, 0), i};
	qsort(list, n, sizeof *list, by_hash);
	for (size_t i = 0; i < d->n; i++)
		if (d->split[i] != EMO_TRAINING && is_in(d, i, list, n)) {
			d->split[i] = EMO_SPLITS;
			d->nseen++;
		}
	free(list);
	return 0;
}

/* Drops what was read only to divide it, or to compare with. */
static void keep(struct emo_dataset *d, unsigned splits, unsigned classes)
{
	size_t image = (size_t)d->side * (size_t)d->side, n = 0;

	for (size_t i = 0; i < d->n; i++) {
		if (!(splits & BIT(d->split[i]) && classes & BIT(d->label[i])))
			continue;
		if (n < i) {
			memcpy(d->pixels + n * image, d->pixels + i * image, image);
			d->label[n] = d->label[i];
			d->split[n] = d->split[i];
			d->row[n] = d->row[i];
		}
		n++;
	}
	d->n = n;
}

static void trim(struct emo_dataset *d)
{
	size_t bytes = d->n * (size_t)d->side * (size_t)d->side;
	uint8_t *less = bytes ? realloc(d->pixels, bytes) : NULL;

	if (less)
		d->pixels = less;
}

static int read_source(struct emo_dataset_build *b, const char *path)
{
	struct stat st;
	int is_dir = strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode);

	if ((is_dir ? emo_dataset_read_dir(b, path) : emo_dataset_read_csv(b, path)) < 0)
		return -1;
	if (b->nrows > 0)
		return 0;
	if (b->d->nbad > 0)
		return emo_fail("%s: nothing in it is usable; the last of %zu problems: %s", path,
				b->d->nbad, emo_error());
	if (is_dir)
		return emo_fail("%s: no images in folders named after emotions (happy/…) "
				"or after splits and emotions (train/happy/…)", path);
	return emo_fail("%s: no rows below the header", path);
}

int emo_dataset_load(struct emo_dataset *d, const char *path,
		     const struct emo_dataset_options *o)
{
	unsigned splits = o->splits ? o->splits : ALL;
	struct emo_dataset_build b = {
		.d = d,
		.splits = splits,
		.classes = o->classes ? o->classes : ALL,
		.skip_bad = o->skip_bad,
		.unseen = o->unseen,
	};

	*d = (struct emo_dataset){.side = o->side ? o->side : DEFAULT_SIDE};
	if (d->side < 1 || d->side > MAX_SIDE)
		return emo_fail("%s: side %d is not within 1 .. %d", path, d->side, MAX_SIDE);
	if (o->hold_out && splits & BIT(EMO_PUBLIC_TEST))
		b.splits |= BIT(EMO_TRAINING); /* it may have to come from there */
	if (read_source(&b, path) < 0) {
		emo_dataset_done(d);
		return -1;
	}
	if (o->hold_out && d->found[EMO_PUBLIC_TEST] == 0)
		hold_out(d, o->seed);
	if (o->unseen && mark_seen(d) < 0) {
		emo_dataset_done(d);
		return -1;
	}
	keep(d, splits & (BIT(EMO_SPLITS) - 1), b.classes);
	trim(d);
	return 0;
}

void emo_dataset_done(struct emo_dataset *d)
{
	free(d->pixels);
	free(d->label);
	free(d->split);
	free(d->row);
	*d = (struct emo_dataset){0};
}
