/* SPDX-License-Identifier: MIT */
#include "crops.h"

#include <math.h>
#include <string.h>

#include "../cli.h"
#include "base/err.h"
#include "base/mem.h"

int crops_reduction(float pixels, float least)
{
	int reduce = 8;

	while (reduce > 1 && pixels / (float)reduce < least)
		reduce /= 2;
	return reduce;
}

/* Pixels of the picture to one of the crop, at least 1. */
static float scale_of(const struct found *found)
{
	float across = hypotf(found->map[0], found->map[3]);
	float down = hypotf(found->map[1], found->map[4]);

	return fmaxf(1, fminf(across, down));
}

static void crop(const struct crops *c, size_t i, struct found *found, const struct emo_view *v,
		 const char *name, struct findings *out)
{
	size_t pixels = (size_t)c->side * (size_t)c->side;

	found->cropped = 1;
	if (emo_view_warp(c->px + i * pixels, c->side, c->side, v, found->map) == 0)
		return;
	emo_fail("%s: %s", name, emo_error());
	findings_complain(out);
	found->number = 0;
}

/* The part of the picture that the crops still to be made show, and how far it may be reduced. */
static int what_is_left(const struct crops *c, const struct found *found, size_t n,
			struct emo_box *part, int *reduce)
{
	float left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;
	float finest = INFINITY;

	for (size_t i = 0; i < n; i++) {
		const float *m = found[i].map;

		if (found[i].cropped)
			continue;
		finest = fminf(finest, scale_of(&found[i]));
		for (int k = 0; k < 4; k++) {
			float u = k & 1 ? (float)c->side : 0, v = k & 2 ? (float)c->side : 0;
			float x = m[0] * u + m[1] * v + m[2], y = m[3] * u + m[4] * v + m[5];

			left = fminf(left, x);
			top = fminf(top, y);
			right = fmaxf(right, x);
			bottom = fmaxf(bottom, y);
		}
	}
	*part = (struct emo_box){left - 2, top - 2, right - left + 4, bottom - top + 4};
	*reduce = crops_reduction(finest, 1);
	return isfinite(finest);
}

/* A picture is decoded whole at least once, so that damage is noticed. */
int crops_make(struct crops *c, struct found *found, size_t n, struct emo_picture *p,
	       const struct emo_view *searched, const char *name, struct findings *out)
{
	size_t pixels = (size_t)c->side * (size_t)c->side;
	const struct emo_view *v;
	struct emo_box part;
	int reduce;

	if (emo_grow(&c->px, &c->cap, n * pixels, 1) < 0)
		die("%s", emo_error());
	memset(c->px, 0, n * pixels);
	for (size_t i = 0; searched && i < n; i++)
		if (scale_of(&found[i]) >= (float)searched->reduce)
			crop(c, i, &found[i], searched, name, out);
	if (!what_is_left(c, found, n, &part, &reduce))
		return 0;
	if (!(v = emo_picture_view(p, searched ? &part : NULL, reduce)))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (!found[i].cropped)
			crop(c, i, &found[i], v, name, out);
	return 0;
}
