/* SPDX-License-Identifier: MIT */
#include "fer/classify.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "base/err.h"
#include "base/mem.h"
#include "nn/model.h"

EMO_EMBED("models/fer.emo", emo_builtin_fer_model);

#define BATCH     64
#define MAX_VIEWS 10

struct emo_classifier {
	struct emo_model model;
	int side, h, w;           /* of a face; of what the network sees of it */
	int emotion[EMO_EMOTIONS]; /* of each output */
	int outputs;
	unsigned classes;
	struct emo_pool *pool;
	int room; /* views that the network takes at once */
};

/* Which emotion each output of the network stands for. */
static int read_labels(struct emo_classifier *c, const char *name)
{
	char *copy = emo_strdup(c->model.labels), *rest = copy, *word;
	int status = -1;

	if (!copy)
		return -1;
	while ((word = strtok_r(rest, " ", &rest))) {
		int e = emo_emotion_parse(word);

		if (e < 0 || c->classes >> e & 1) {
			emo_fail("%s: its label '%s' is no emotion, or stands twice", name, word);
			goto out;
		}
		c->classes |= 1u << e;
		c->emotion[c->outputs++] = e;
	}
	if (c->outputs != emo_net_outputs(c->model.net))
		emo_fail("%s: %d labels, but the network has %d outputs", name, c->outputs,
			 emo_net_outputs(c->model.net));
	else
		status = 0;
out:
	free(copy);
	return status;
}

static int check_shape(struct emo_classifier *c, const char *name)
{
	int hwc[3];

	emo_net_shape(c->model.net, hwc);
	c->side = c->model.picture;
	c->h = hwc[0];
	c->w = hwc[1];
	if (hwc[2] != 1 || c->h > c->side || c->w > c->side)
		return emo_fail("%s: takes %dx%dx%d of %dx%d pictures; faces are grey, and a crop "
				"is no larger than its picture", name, c->w, c->h, hwc[2], c->side,
				c->side);
	return 0;
}

/* Room for batches of n: little for a single face, which then is read in milliseconds. */
static int make_room(struct emo_classifier *c, int n)
{
	if (n <= c->room)
		return 0;
	c->room = 0; /* a failure releases the smaller batch, too */
	if (emo_net_reserve(c->model.net, n, 0, c->pool) < 0)
		return -1;
	c->room = n;
	return 0;
}

struct emo_classifier *emo_classifier_open(const char *path, struct emo_pool *pool)
{
	struct emo_classifier *c = emo_calloc(1, sizeof *c);
	const char *name = path ? path : "the built-in model";
	size_t size = (size_t)(emo_builtin_fer_model_end - emo_builtin_fer_model);
	int status;

	if (!c)
		return NULL;
	status = path ? emo_model_load(&c->model, path)
		      : emo_model_parse(&c->model, emo_builtin_fer_model, size, name);
	if (status < 0) {
		free(c);
		return NULL;
	}
	if (read_labels(c, name) < 0 || check_shape(c, name) < 0)
		goto fail;
	emo_net_fold(c->model.net);
	c->pool = pool;
	if (make_room(c, 1) < 0)
		goto fail;
	return c;
fail:
	emo_classifier_free(c);
	return NULL;
}

void emo_classifier_free(struct emo_classifier *c)
{
	if (!c)
		return;
	emo_model_done(&c->model);
	free(c);
}

int emo_classifier_side(const struct emo_classifier *c)
{
	return c->side;
}

unsigned emo_classifier_classes(const struct emo_classifier *c)
{
	return c->classes;
}

/* What view v shows: the centre first, then four corners, then all five mirrored. */
static void put_view(const struct emo_classifier *c, float *out, const uint8_t *face, int v)
{
	static const float down[] = {.5f, 0, 0, 1, 1}, right[] = {.5f, 0, 1, 0, 1};
	int top = (int)(down[v % 5] * (float)(c->side - c->h));
	int left = (int)(right[v % 5] * (float)(c->side - c->w));

	for (int y = 0; y < c->h; y++) {
		const uint8_t *row = face + (top + y) * c->side + left;

		for (int x = 0; x < c->w; x++) {
			int from = v < 5 ? x : c->w - 1 - x;

			*out++ = ((float)row[from] - c->model.mean) * c->model.scale;
		}
	}
}

/* Adds what the network says of n views to the moods of their faces. */
static int run_batch(struct emo_classifier *c, float *moods, int first, int n, int views)
{
	const float *y = emo_net_run(c->model.net, n);

	if (!y)
		return -1;
	for (int i = 0; i < n; i++) {
		float *mood = moods + (size_t)((first + i) / views) * EMO_EMOTIONS, sum = 0;

		for (int k = 0; k < c->outputs; k++, y++) {
			sum += *y >= 0 ? *y : NAN;
			mood[c->emotion[k]] += *y / (float)views;
		}
		if (!(fabsf(sum - 1) < 1e-3f)) /* odd weights, or no softmax at the end */
			return emo_fail("the model is of no use: what it says of a face is not a "
					"probability");
	}
	return 0;
}

int emo_classifier_run(struct emo_classifier *c, float *moods, const uint8_t *faces, int n,
		       int views)
{
	size_t pixels = (size_t)c->side * (size_t)c->side, seen = (size_t)c->h * (size_t)c->w;
	int total;

	if (views != 1 && views != MAX_VIEWS)
		return emo_fail("a face is looked at in 1 or %d views, not %d", MAX_VIEWS, views);
	if (n < 0 || n > INT_MAX / views)
		return emo_fail("%d faces cannot be looked at together", n);
	total = n * views;
	if (make_room(c, total < BATCH ? total : BATCH) < 0)
		return -1;
	memset(moods, 0, (size_t)n * EMO_EMOTIONS * sizeof *moods);
	for (int first = 0; first < total; first += BATCH) {
		int count = total - first < BATCH ? total - first : BATCH;
		float *input = emo_net_input(c->model.net);

		for (int i = 0; i < count; i++)
			put_view(c, input + (size_t)i * seen,
				 faces + (size_t)((first + i) / views) * pixels,
				 (first + i) % views);
		if (run_batch(c, moods, first, count, views) < 0)
			return -1;
	}
	return 0;
}
