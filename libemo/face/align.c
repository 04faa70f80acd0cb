/* SPDX-License-Identifier: MIT */
#include "face/align.h"

#include <math.h>

#include "image/warp.h"

enum { MARKS = 5 };

const struct emo_align emo_align_default = {
	.eyes = 0.35f, .down = 0.33f, .right = 0.5f, .nose = 0.5f, .mouth = 0.5f};

/*
 * Faces seen from the front: medians over 7742 labelled photographs, made symmetric, in eye
 * distances from the middle between the eyes.
 */
static const double shape[MARKS][2] = {
	{-0.5, 0}, {0.5, 0}, {0, 0.60}, {-0.43, 1.04}, {0.43, 1.04}};

/* The square about the middle of the box, with the mean of its sides. */
static void map_box(float m[6], const struct emo_face *f, int side)
{
	float s = (f->w + f->h) / 2;

	m[0] = m[4] = s / (float)side;
	m[1] = m[3] = 0;
	m[2] = f->x + (f->w - s) / 2;
	m[5] = f->y + (f->h - s) / 2;
}

/*
 * Of all maps (u, v) -> (a u - b v + c, b u + a v + d) the one with the least weighted sum of
 * squared distances in the picture: about the centroids, the complex quotient of two sums.
 */
void emo_face_map(float m[6], const struct emo_face *face, int side, const struct emo_align *how)
{
	const struct emo_align *k = how ? how : &emo_align_default;
	const double weight[MARKS] = {1, 1, (double)k->nose, (double)k->mouth, (double)k->mouth};
	double eyes = (double)k->eyes * side, sum = 0, u = 0, v = 0, x = 0, y = 0;
	double a = 0, b = 0, square = 0;

	for (int i = 0; i < MARKS; i++) {
		sum += weight[i];
		u += weight[i] * shape[i][0];
		v += weight[i] * shape[i][1];
		x += weight[i] * (double)face->mark[i][0];
		y += weight[i] * (double)face->mark[i][1];
	}
	u /= sum, v /= sum, x /= sum, y /= sum;
	for (int i = 0; i < MARKS; i++) {
		double p = shape[i][0] - u, q = shape[i][1] - v;
		double r = (double)face->mark[i][0] - x, s = (double)face->mark[i][1] - y;

		a += weight[i] * (p * r + q * s);
		b += weight[i] * (p * s - q * r);
		square += weight[i] * (p * p + q * q);
	}
	a /= square * eyes; /* from pixels of the crop, no longer from eye distances */
	b /= square * eyes;
	if (!(hypot(a, b) > 0) || !isfinite(a + b)) {
		map_box(m, face, side);
		return;
	}
	u = u * eyes + (double)k->right * side; /* the centroid in the crop */
	v = v * eyes + (double)k->down * side;
	m[0] = m[4] = (float)a;
	m[1] = (float)-b;
	m[3] = (float)b;
	m[2] = (float)(x - a * u + b * v);
	m[5] = (float)(y - b * u - a * v);
}

int emo_face_crop(uint8_t *out, int side, const struct emo_image *img, const struct emo_face *face,
		  const struct emo_align *how)
{
	float m[6];

	emo_face_map(m, face, side, how);
	return emo_image_warp(out, side, side, img, m);
}
