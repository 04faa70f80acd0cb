/* SPDX-License-Identifier: MIT */
/* One face for each person: many cells, at several sizes, see the same one. */
#include <math.h>
#include <stdlib.h>

#include "face/scan.h"

#define SAME  .4f /* boxes that share more are the same face */
#define AGREE .6f /* boxes that share more have a say in where it is */
#define PART  .8f /* a box of which more lies in another is about the same face */

float emo_face_shared(const struct emo_face *a, const struct emo_face *b)
{
	float w = fminf(a->x + a->w, b->x + b->w) - fmaxf(a->x, b->x);
	float h = fminf(a->y + a->h, b->y + b->h) - fmaxf(a->y, b->y);

	return w > 0 && h > 0 ? w * h : 0;
}

float emo_face_iou(const struct emo_face *a, const struct emo_face *b)
{
	float both = emo_face_shared(a, b);

	return both > 0 ? both / (a->w * a->h + b->w * b->h - both) : 0;
}

/* By score; then by place, so that the order does not depend on how it was sorted. */
static int better(const void *a, const void *b)
{
	const struct emo_face *f = a, *g = b;

	if (f->score != g->score)
		return f->score > g->score ? -1 : 1;
	if (f->y != g->y)
		return f->y < g->y ? -1 : 1;
	return f->x != g->x ? f->x < g->x ? -1 : 1 : 0;
}

/* The numbers of a face that are averaged, in one row. */
enum { NUMBERS = 14 };

static void add_to(float sum[NUMBERS], const struct emo_face *f, float weight)
{
	const float box[4] = {f->x, f->y, f->w, f->h};

	for (int k = 0; k < 4; k++)
		sum[k] += weight * box[k];
	for (int k = 0; k < 10; k++)
		sum[4 + k] += weight * f->mark[k / 2][k % 2];
}

static void mean_of(struct emo_face *f, const float sum[NUMBERS], float weight)
{
	f->x = sum[0] / weight;
	f->y = sum[1] / weight;
	f->w = sum[2] / weight;
	f->h = sum[3] / weight;
	for (int k = 0; k < 10; k++)
		f->mark[k / 2][k % 2] = sum[4 + k] / weight;
}

/* The best face takes in what is like it; what is left over stays, in order. Returns how many. */
static size_t take_in(struct emo_face *best, struct emo_face *rest, size_t n)
{
	float sum[NUMBERS] = {0}, weight = best->score * best->score;
	size_t left = 0;

	add_to(sum, best, weight);
	for (size_t i = 0; i < n; i++) {
		float iou = emo_face_iou(best, rest + i), w = rest[i].score * rest[i].score;

		if (iou <= SAME) {
			rest[left++] = rest[i];
		} else if (iou > AGREE) {
			add_to(sum, rest + i, w);
			weight += w;
		}
	}
	mean_of(best, sum, weight);
	return left;
}

size_t emo_faces_merge(struct emo_face *faces, size_t n)
{
	size_t kept = 0;

	if (n)
		qsort(faces, n, sizeof *faces, better);
	while (kept < n) {
		n = kept + 1 + take_in(faces + kept, faces + kept + 1, n - kept - 1);
		kept++;
	}
	return kept;
}

/* A part of a better face, or a head and more around one that surely is a face. */
static int is_other_size(const struct emo_face *f, const struct emo_face *better, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct emo_face *b = better + i;
		float both = emo_face_shared(f, b);

		if (both > PART * f->w * f->h || (b->score >= EMO_FACE_SURE && both > PART * b->w * b->h))
			return 1;
	}
	return 0;
}

static void clip(struct emo_face *f, int w, int h)
{
	float right = fminf(f->x + f->w, (float)w), bottom = fminf(f->y + f->h, (float)h);

	f->x = fminf(fmaxf(f->x, 0), (float)(w - 1));
	f->y = fminf(fmaxf(f->y, 0), (float)(h - 1));
	f->w = fmaxf(right - f->x, 1);
	f->h = fmaxf(bottom - f->y, 1);
}

size_t emo_faces_tidy(struct emo_face *faces, size_t n, int w, int h)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (!is_other_size(faces + i, faces, kept))
			faces[kept++] = faces[i];
	for (size_t i = 0; i < kept; i++)
		clip(faces + i, w, h);
	return kept;
}

/* Of the odds that each gives, the geometric mean: neither can outvote the other. */
float emo_joint_score(float first, float second)
{
	float yes = sqrtf(first * second), no = sqrtf((1 - first) * (1 - second));

	return yes + no > 0 ? yes / (yes + no) : .5f;
}
