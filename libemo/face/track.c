/* SPDX-License-Identifier: MIT */
/*
 * Pairs of a remembered face and a new one are taken best first, by overlap plus likeness. Overlap
 * is that of the boxes, the old one moved on by its speed; likeness the correlation of two small
 * pictures, so that light and contrast do not count.
 */
#include "face/track.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { SIDE = 12, LOOK = SIDE * SIDE };

#define OVERLAP	 0.2f /* of boxes that may be the same face's whatever it looks like */
#define NEAR	 1.5f /* sides that a face may have moved unseen, */
#define LIKENESS 0.6f /* if it looks as much like itself */
#define LEARN	 0.2f /* what a frame counts in what is remembered of the look */

struct track {
	int number, taken, has_look;
	double seen;
	float box[4], speed[2]; /* x, y, w, h of when it was seen; pixels a second */
	float look[LOOK];	/* mean 0, length 1 */
};

struct pair {
	float score;
	size_t track, face;
};

struct emo_tracks {
	struct track *track;
	size_t n, cap;
	int last; /* number given */
	double now;
	struct pair *pair;
	size_t npairs, pairs_cap;
	float *looks;
	size_t looks_cap;
};

struct emo_tracks *emo_tracks_new(void)
{
	return emo_calloc(1, sizeof(struct emo_tracks));
}

void emo_tracks_free(struct emo_tracks *t)
{
	if (!t)
		return;
	free(t->track);
	free(t->pair);
	free(t->looks);
	free(t);
}

/* Mean 0 and length 1; 0 for a picture without any contrast. */
static int normalise(float *look)
{
	double mean = 0, length = 0;

	for (int i = 0; i < LOOK; i++)
		mean += (double)look[i] / LOOK;
	for (int i = 0; i < LOOK; i++) {
		look[i] -= (float)mean;
		length += (double)look[i] * (double)look[i];
	}
	if (!(length > 1e-9))
		return 0;
	for (int i = 0; i < LOOK; i++)
		look[i] = (float)(look[i] / sqrt(length));
	return 1;
}

/* A crop drawn together to SIDE x SIDE. */
static int look_of(float *look, const uint8_t *crop, int side)
{
	for (int y = 0; y < SIDE; y++)
		for (int x = 0; x < SIDE; x++) {
			int x0 = x * side / SIDE, x1 = (x + 1) * side / SIDE;
			int y0 = y * side / SIDE, y1 = (y + 1) * side / SIDE;
			float sum = 0;

			for (int v = y0; v < y1; v++)
				for (int u = x0; u < x1; u++)
					sum += crop[(size_t)v * (size_t)side + (size_t)u];
			look[y * SIDE + x] = sum / (float)((x1 - x0) * (y1 - y0));
		}
	return normalise(look);
}

static float likeness(const float *a, const float *b)
{
	float sum = 0;

	for (int i = 0; i < LOOK; i++)
		sum += a[i] * b[i];
	return sum;
}

/* What two boxes share of what they cover together. */
static float overlap(const float *a, const float *b)
{
	float w = fminf(a[0] + a[2], b[0] + b[2]) - fmaxf(a[0], b[0]);
	float h = fminf(a[1] + a[3], b[1] + b[3]) - fmaxf(a[1], b[1]);

	if (!(w > 0 && h > 0))
		return 0;
	return w * h / (a[2] * a[3] + b[2] * b[3] - w * h);
}

/* By how much a face may be a track's; < 0: it cannot be. */
static float match(const struct track *k, const struct emo_face *f, const float *look, double time)
{
	float box[4] = {f->x, f->y, f->w, f->h}, then[4], shared, like = 0, far;
	float step = (float)(time - k->seen);

	memcpy(then, k->box, sizeof then);
	then[0] += k->speed[0] * step;
	then[1] += k->speed[1] * step;
	shared = overlap(then, box);
	if (look && k->has_look)
		like = likeness(k->look, look);
	if (shared >= OVERLAP)
		return shared + like;
	far = hypotf(f->x + f->w / 2 - k->box[0] - k->box[2] / 2,
		     f->y + f->h / 2 - k->box[1] - k->box[3] / 2);
	if (look && k->has_look && like >= LIKENESS && far <= NEAR * fmaxf(k->box[2], f->w) &&
	    f->w < 2 * k->box[2] && k->box[2] < 2 * f->w)
		return shared + like;
	return -1;
}

static void forget(struct emo_tracks *t, double time)
{
	size_t n = 0;

	if (time < t->now)
		t->n = 0;
	for (size_t i = 0; i < t->n; i++)
		if (time - t->track[i].seen <= EMO_TRACK_KEEP) {
			t->track[n] = t->track[i];
			t->track[n++].taken = 0;
		}
	t->n = n;
	t->now = time;
}

/* Best first; of equals the older track, then the earlier face. */
static int better(const void *a, const void *b)
{
	const struct pair *p = a, *q = b;

	if (p->score != q->score)
		return p->score < q->score ? 1 : -1;
	if (p->track != q->track)
		return p->track < q->track ? -1 : 1;
	return p->face < q->face ? -1 : p->face > q->face;
}

static void move(struct track *k, const struct emo_face *f, const float *look, double time)
{
	float step = (float)(time - k->seen);

	if (step > 0) {
		k->speed[0] = (f->x + f->w / 2 - k->box[0] - k->box[2] / 2) / step;
		k->speed[1] = (f->y + f->h / 2 - k->box[1] - k->box[3] / 2) / step;
	}
	k->box[0] = f->x;
	k->box[1] = f->y;
	k->box[2] = f->w;
	k->box[3] = f->h;
	k->seen = time;
	k->taken = 1;
	if (!look)
		return;
	for (int i = 0; i < LOOK; i++)
		k->look[i] = k->has_look ? (1 - LEARN) * k->look[i] + LEARN * look[i] : look[i];
	k->has_look = normalise(k->look);
}

static int add(struct emo_tracks *t, const struct emo_face *f, const float *look, double time)
{
	if (emo_grow(&t->track, &t->cap, t->n + 1, sizeof *t->track) < 0)
		return -1;
	t->track[t->n] = (struct track){.number = ++t->last, .seen = time};
	move(&t->track[t->n++], f, look, time);
	return t->last;
}

int emo_tracks_update(struct emo_tracks *t, double time, const struct emo_face *face, size_t n,
		      const uint8_t *crops, int side, int *number)
{
	int has_looks = crops && side >= SIDE;

	forget(t, time);
	t->npairs = 0;
	if (emo_grow(&t->looks, &t->looks_cap, n * LOOK, sizeof *t->looks) < 0 ||
	    emo_grow(&t->pair, &t->pairs_cap, n * t->n, sizeof *t->pair) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		float *look = t->looks + i * LOOK;

		number[i] = 0;
		if (has_looks)
			look_of(look, crops + i * (size_t)side * (size_t)side, side);
		for (size_t k = 0; k < t->n; k++) {
			float score = match(&t->track[k], &face[i], has_looks ? look : NULL, time);

			if (score >= 0)
				t->pair[t->npairs++] = (struct pair){score, k, i};
		}
	}
	if (t->npairs)
		qsort(t->pair, t->npairs, sizeof *t->pair, better);
	for (size_t p = 0; p < t->npairs; p++) {
		struct track *k = &t->track[t->pair[p].track];
		size_t i = t->pair[p].face;

		if (k->taken || number[i])
			continue;
		move(k, &face[i], has_looks ? t->looks + i * LOOK : NULL, time);
		number[i] = k->number;
	}
	for (size_t i = 0; i < n; i++)
		if (!number[i] &&
		    (number[i] = add(t, &face[i], has_looks ? t->looks + i * LOOK : NULL, time)) < 0)
			return -1;
	return 0;
}
