/* SPDX-License-Identifier: MIT */
/*
 * Each label takes the cheapest of some places around its face: on another label is worst, on
 * another face bad, on its own face not nice. Then all choose again, knowing where the others are,
 * until nothing changes.
 */
#include "place.h"

#include <math.h>

enum { PLACES = 14, ROUNDS = 6, MANY = 1000 };

static double overlap(const struct place_rect *a, const struct place_rect *b)
{
	double w = fmin(a->x + a->w, b->x + b->w) - fmax(a->x, b->x);
	double h = fmin(a->y + a->h, b->y + b->h) - fmax(a->y, b->y);

	return w > 0 && h > 0 ? w * h : 0;
}

/* The place number k of a label of (w, h) at face f; the earlier, the nicer. */
static struct place_rect place(const struct place_rect *f, double w, double h, int k)
{
	double right = f->x + f->w, bottom = f->y + f->h;
	const struct place_rect all[PLACES] = {
		{f->x, f->y - h, w, h},                       /* above */
		{f->x, bottom, w, h},                         /* below */
		{right - w, f->y - h, w, h},
		{right - w, bottom, w, h},
		{f->x + (f->w - w) / 2, f->y - h, w, h},
		{f->x + (f->w - w) / 2, bottom, w, h},
		{right, f->y, w, h},                          /* beside */
		{right, bottom - h, w, h},
		{f->x - w, f->y, w, h},
		{f->x - w, bottom - h, w, h},
		{f->x, f->y, w, h},                           /* on the face */
		{f->x, bottom - h, w, h},
		{f->x, f->y - 2 * h, w, h},                   /* away from it */
		{f->x, bottom + h, w, h},
	};

	return all[k];
}

static double clamp(double v, double max)
{
	return v < 0 || max < 0 ? 0 : v > max ? max : v;
}

static double cost_of(const struct place_label *label, size_t n, size_t i,
		      const struct place_rect *at, size_t placed)
{
	double area = at->w * at->h, cost = 0;

	for (size_t j = 0; j < n; j++) {
		if (j == i) {
			cost += 1.5 * overlap(at, &label[j].face) / area;
			continue;
		}
		cost += 3 * overlap(at, &label[j].face) / area;
		if (j < placed)
			cost += 10 * overlap(at, &label[j].at) / area;
	}
	return cost;
}

/* Whether label i moved; labels before `placed` have places. */
static int choose(struct place_label *label, size_t n, size_t i, size_t placed, double w, double h)
{
	struct place_rect best = label[i].at;
	double least = INFINITY;

	for (int k = 0; k < PLACES; k++) {
		struct place_rect r = place(&label[i].face, best.w, best.h, k), wished = r;
		double cost;

		r.x = clamp(r.x, w - r.w);
		r.y = clamp(r.y, h - r.h);
		cost = cost_of(label, n, i, &r, placed) + 0.02 * k +
		       (fabs(r.x - wished.x) + fabs(r.y - wished.y)) / (r.w + r.h);
		if (cost < least) {
			least = cost;
			best = r;
		}
	}
	if (best.x == label[i].at.x && best.y == label[i].at.y)
		return 0;
	label[i].at = best;
	return 1;
}

void place_labels(struct place_label *label, size_t n, double w, double h)
{
	int moved = 1;

	for (size_t i = 0; i < n; i++)
		choose(label, n, i, i, w, h);
	for (int round = 0; round < ROUNDS && moved && n <= MANY; round++) {
		moved = 0;
		for (size_t i = 0; i < n; i++)
			moved |= choose(label, n, i, n, w, h);
	}
}
