/* SPDX-License-Identifier: MIT */
/* Faces of known places, sizes and tilts are brought to where the template wants them. */
#include "test.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/rng.h"
#include "face/align.h"
#include "image/warp.h"

static const float front[5][2] = {{-.5f, 0}, {.5f, 0}, {0, .6f}, {-.43f, 1.04f}, {.43f, 1.04f}};

/* A face seen from the front: eyes `d` apart about (x, y), turned clockwise by `tilt` radians. */
static struct emo_face face_at(double x, double y, double d, double tilt)
{
	struct emo_face f = {(float)(x - d), (float)(y - d), (float)(2 * d), (float)(2.4 * d), 1, {{0}}};

	for (int i = 0; i < 5; i++) {
		double p = front[i][0] * d, q = front[i][1] * d;

		f.mark[i][0] = (float)(x + p * cos(tilt) - q * sin(tilt));
		f.mark[i][1] = (float)(y + p * sin(tilt) + q * cos(tilt));
	}
	return f;
}

static void landmarks_go_where_they_belong(void)
{
	static const struct emo_align templates[] = {
		{.4f, .35f, .5f, 0, 0}, {.5f, .4f, .48f, 1, 1}, {.45f, .36f, .5f, .2f, .5f}};

	for (int k = 0; k < 3; k++)
		for (double tilt = -3; tilt <= 3; tilt += .5) {
			struct emo_face f = face_at(200, 120, 37, tilt);
			const struct emo_align *t = &templates[k];
			float m[6];

			emo_face_map(m, &f, 48, t);
			for (int i = 0; i < 5; i++) {
				float u = 48 * (t->right + t->eyes * front[i][0]);
				float v = 48 * (t->down + t->eyes * front[i][1]);

				CHECK_NEAR(m[0] * u + m[1] * v + m[2], f.mark[i][0], 1e-3);
				CHECK_NEAR(m[3] * u + m[4] * v + m[5], f.mark[i][1], 1e-3);
			}
		}
}

/* No similarity fits better than the one that is found: tried by moving each of its numbers. */
static void least_squares(void)
{
	struct emo_face f = face_at(90, 80, 30, .3);
	struct emo_rng rng = emo_rng_at(4, 0, 0);
	struct emo_align t = {.44f, .38f, .5f, .5f, .7f};
	const double weight[5] = {1, 1, .5, .7, .7};
	double best = 0;
	float m[6];

	for (int i = 0; i < 5; i++)
		for (int k = 0; k < 2; k++)
			f.mark[i][k] += (float)emo_rng_below(&rng, 100) / 10 - 5;
	emo_face_map(m, &f, 48, &t);
	CHECK_NEAR(m[0], m[4], 0);
	CHECK_NEAR(m[1], -m[3], 0);
	for (int trial = 0; trial <= 8; trial++) {
		double e = 0, step = trial % 2 ? .01 : -.01, p[4] = {m[0], m[3], m[2], m[5]};

		if (trial)
			p[(trial - 1) / 2] += (trial - 1) / 2 < 2 ? step : 10 * step;
		for (int i = 0; i < 5; i++) {
			double u = 48 * (.5 + .44 * front[i][0]), v = 48 * (.38 + .44 * front[i][1]);
			double dx = p[0] * u - p[1] * v + p[2] - f.mark[i][0];
			double dy = p[1] * u + p[0] * v + p[3] - f.mark[i][1];

			e += weight[i] * (dx * dx + dy * dy);
		}
		if (trial == 0)
			best = e;
		CHECK(trial == 0 || e > best);
	}
}

static void without_landmarks_the_box(void)
{
	struct emo_face f = {10, 20, 30, 50, 1, {{0}}};
	float m[6];

	for (int i = 0; i < 5; i++)
		f.mark[i][0] = f.mark[i][1] = NAN;
	for (int round = 0; round < 3; round++) {
		emo_face_map(m, &f, 20, NULL);
		CHECK_NEAR(m[0], 2, 1e-6); /* the mean side, 40, over 20 */
		CHECK_NEAR(m[4], 2, 1e-6);
		CHECK_NEAR(m[2], 5, 1e-6);
		CHECK_NEAR(m[5], 25, 1e-6);
		CHECK(m[1] == 0 && m[3] == 0);
		for (int i = 0; i < 5; i++) /* all in one point; then one of them nowhere */
			f.mark[i][0] = f.mark[i][1] = round == 1 && i == 1 ? INFINITY : 17;
	}
}

/* A picture of two bright eyes, tilted: upright and at their places in the crop. */
static void crops_are_upright(void)
{
	struct emo_face f = face_at(150, 100, 60, .4);
	struct emo_image img;
	uint8_t out[48 * 48];
	struct emo_align t = {.5f, .375f, .5f, 0, 0};
	int sum = 0;

	if (!CHECK(emo_image_init(&img, 300, 240, 1) == 0))
		return;
	for (int y = 0; y < 240; y++)
		for (int x = 0; x < 300; x++)
			for (int e = 0; e < 2; e++)
				if (hypot(x + .5 - f.mark[e][0], y + .5 - f.mark[e][1]) < 5)
					img.px[y * 300 + x] = 255;
	CHECK(emo_face_crop(out, 48, &img, &f, &t) == 0);
	for (int y = 17; y <= 18; y++) { /* eyes at (12, 18) and (36, 18), corners of pixels */
		CHECK_INT(out[y * 48 + 11], 255);
		CHECK_INT(out[y * 48 + 12], 255);
		CHECK_INT(out[y * 48 + 35], 255);
		CHECK_INT(out[y * 48 + 36], 255);
	}
	for (int i = 0; i < 48 * 48; i++)
		sum += out[i];
	CHECK_NEAR(sum / 255., 2 * 3.14159 * 25 / (2.5 * 2.5), 2); /* two discs, 2.5 pixels to one */
	f.w = f.h = 0;
	f.mark[0][0] = NAN;
	CHECK(emo_face_crop(out, 48, &img, &f, NULL) < 0);
	CHECK_ERROR("no area");
	emo_image_done(&img);
}

int main(void)
{
	RUN(landmarks_go_where_they_belong);
	RUN(least_squares);
	RUN(without_landmarks_the_box);
	RUN(crops_are_upright);
	return test_end();
}
