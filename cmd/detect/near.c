/* SPDX-License-Identifier: MIT */
#include "near.h"

#include <math.h>
#include <string.h>

#include "base/err.h"

#define MARGIN	 0.5f /* of a face's sides, around it: how far it may go in a frame */
#define SMALLEST 0.6f /* of its shorter side */
#define SAME	 0.4f /* of what two boxes cover together, shared */

float near_smallest(const struct emo_face *was)
{
	return fmaxf(EMO_FACE_MIN, SMALLEST * fminf(was->w, was->h));
}

struct emo_face near_enlarge(const struct emo_face *face, const struct emo_view *v)
{
	struct emo_face out = *face;
	float k = (float)v->reduce;

	out.x = v->x + k * face->x;
	out.y = v->y + k * face->y;
	out.w = k * face->w;
	out.h = k * face->h;
	for (int m = 0; m < 5; m++) {
		out.mark[m][0] = v->x + k * face->mark[m][0];
		out.mark[m][1] = v->y + k * face->mark[m][1];
	}
	return out;
}

int near_same(const struct emo_face *a, const struct emo_face *b)
{
	return emo_face_iou(a, b) > SAME;
}

static int within(float v, int most)
{
	return v < 0 ? 0 : v > (float)most ? most : (int)v;
}

/* Whether the face goes on beyond the part from (x0, y0) of what could be seen. */
static int is_cut_off(const struct emo_face *f, const struct emo_image *part, const struct emo_view *v,
		      int x0, int y0)
{
	return (f->x <= 0 && x0 > 0) || (f->y <= 0 && y0 > 0) ||
	       (f->x + f->w >= (float)part->w && x0 + part->w < v->img.w) ||
	       (f->y + f->h >= (float)part->h && y0 + part->h < v->img.h);
}

int near_find(struct emo_face *out, struct emo_detector *d, const struct emo_view *v,
	      const struct emo_face *was, float threshold)
{
	float k = (float)v->reduce;
	int x0 = within((was->x - MARGIN * was->w - v->x) / k, v->img.w);
	int y0 = within((was->y - MARGIN * was->h - v->y) / k, v->img.h);
	int x1 = within((was->x + (1 + MARGIN) * was->w - v->x) / k + 1, v->img.w);
	int y1 = within((was->y + (1 + MARGIN) * was->h - v->y) / k + 1, v->img.h);
	struct emo_find how = {fmaxf(EMO_FACE_MIN, near_smallest(was) / k), threshold};
	struct emo_view part = {.x = v->x + k * (float)x0, .y = v->y + k * (float)y0, .reduce = v->reduce};
	struct emo_face *faces;
	size_t n, row;
	int found;

	if (x1 - x0 < EMO_FACE_MIN || y1 - y0 < EMO_FACE_MIN)
		return 0;
	if (emo_image_init(&part.img, x1 - x0, y1 - y0, v->img.c) < 0)
		return -1;
	row = (size_t)part.img.w * (size_t)part.img.c;
	for (int y = y0; y < y1; y++)
		memcpy(part.img.px + (size_t)(y - y0) * row,
		       v->img.px + ((size_t)y * (size_t)v->img.w + (size_t)x0) * (size_t)v->img.c, row);
	if (emo_detect(d, &part.img, &how, &faces, &n) < 0) {
		emo_image_done(&part.img);
		return -1;
	}
	found = n > 0 && !is_cut_off(&faces[0], &part.img, v, x0, y0);
	if (found)
		*out = near_enlarge(&faces[0], &part);
	emo_image_done(&part.img);
	return found;
}
