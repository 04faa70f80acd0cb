/* SPDX-License-Identifier: MIT */
/* What a face finder is made of: shrinking, the meaning of a cell, merging, the second look. */
#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/rng.h"
#include "face/grid.h"
#include "face/pyramid.h"
#include "face/scan.h"
#include "face/trainer.h"
#include "image/warp.h"
#include "test.h"

static struct emo_image noise_image(int w, int h, int c, uint64_t seed)
{
	struct emo_rng rng = emo_rng_at(seed, 0, 0);
	struct emo_image img;

	CHECK_INT(emo_image_init(&img, w, h, c), 0);
	for (int i = 0; i < w * h * c; i++)
		img.px[i] = (uint8_t)emo_rng_below(&rng, 256);
	return img;
}

static int most_apart(const uint8_t *a, const uint8_t *b, int n)
{
	int most = 0;

	for (int i = 0; i < n; i++)
		most = abs(a[i] - b[i]) > most ? abs(a[i] - b[i]) : most;
	return most;
}

/* ---- shrinking: as image/warp.h has it, which is written down quite differently ---- */

static void check_shrink(int w, int h, int c, int to_w, int to_h)
{
	struct emo_image img = noise_image(w, h, c, (uint64_t)(w * h + c)), out = {0};
	uint8_t *want = malloc((size_t)(to_w * to_h));
	struct emo_box all = {0, 0, (float)w, (float)h};

	CHECK_INT(emo_grey_shrink(&out, &img, to_w, to_h), 0);
	CHECK_INT(out.w, to_w);
	CHECK_INT(out.h, to_h);
	CHECK_INT(out.c, 1);
	CHECK_INT(emo_image_crop(want, to_w, to_h, &img, all), 0);
	CHECK(most_apart(out.px, want, to_w * to_h) <= 1);
	free(want);
	emo_image_done(&out);
	emo_image_done(&img);
}

static void test_shrink(void)
{
	check_shrink(1, 1, 1, 1, 1);
	check_shrink(13, 7, 1, 13, 7);
	check_shrink(13, 7, 3, 13, 7);
	check_shrink(100, 60, 1, 50, 30);
	check_shrink(101, 67, 3, 37, 29);
	check_shrink(64, 1, 1, 63, 1);
	check_shrink(300, 5, 1, 7, 5);
	check_shrink(45, 45, 3, 1, 1);
}

static void test_halve(void)
{
	static const int sizes[][2] = {{1, 1}, {2, 2}, {3, 2}, {1, 9}, {16, 16}, {17, 31}};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		int w = sizes[i][0], h = sizes[i][1];
		struct emo_image img = noise_image(w, h, 1, 3), out = {0};

		CHECK_INT(emo_grey_halve(&out, &img), 0);
		CHECK_INT(out.w, w > 1 ? w / 2 : 1);
		CHECK_INT(out.h, h > 1 ? h / 2 : 1);
		for (int y = 0; y < out.h && w > 1 && h > 1; y++)
			for (int x = 0; x < out.w; x++) {
				const uint8_t *p = img.px + 2 * y * w + 2 * x;
				int mean = (p[0] + p[1] + p[w] + p[w + 1] + 2) / 4;

				CHECK_INT(out.px[y * out.w + x], mean);
			}
		emo_image_done(&out);
		emo_image_done(&img);
	}
}

/* Inside the picture, where scale is near 1, a sample is bilinear interpolation. */
static void test_sample(void)
{
	static const float maps[][6] = {{1, 0, 0, 0, 1, 0},
					{.6f, .1f, 12.3f, -.1f, .6f, 14.7f},
					{-.9f, .2f, 38, .2f, .9f, 8}};
	struct emo_image img = noise_image(50, 40, 1, 4);
	uint8_t got[20 * 16], want[20 * 16];

	for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
		emo_grey_sample(got, 20, 16, &img, maps[i]);
		CHECK_INT(emo_image_warp(want, 20, 16, &img, maps[i]), 0);
		CHECK(most_apart(got, want, 20 * 16) <= 3);
	}
	emo_image_done(&img);
}

/* Beyond an edge comes the mirror image, however far. */
static void test_mirror(void)
{
	struct emo_image img = noise_image(7, 5, 1, 5);
	static const float m[6] = {1, 0, -20, 0, 1, -14};
	uint8_t got[60 * 40];

	emo_grey_sample(got, 60, 40, &img, m);
	for (int v = 0; v < 40; v++)
		for (int u = 0; u < 60; u++) {
			int x = ((u - 20) % 14 + 14) % 14, y = ((v - 14) % 10 + 10) % 10;

			x = x < 7 ? x : 13 - x;
			y = y < 5 ? y : 9 - y;
			CHECK_INT(got[v * 60 + u], img.px[y * 7 + x]);
		}
	emo_image_done(&img);
}

/* ---- cells ---- */

#define ROWS 16
static float target[ROWS * ROWS * EMO_TARGET_FLOATS];

static struct emo_mark mark_at(float x, float y, float w, float h)
{
	struct emo_mark m = {EMO_MARK_FACE, 1, x, y, w, h, {{0}}};

	for (int k = 0; k < EMO_POINTS; k++) {
		m.point[k][0] = x + w * (.2f + .15f * (float)k);
		m.point[k][1] = y + h * (.3f + .1f * (float)k);
	}
	return m;
}

static float label_at(float x, float y)
{
	int col = (int)(x / EMO_CELL), row = (int)(y / EMO_CELL);

	return target[(row * ROWS + col) * EMO_TARGET_FLOATS];
}

static int count_labels(float value)
{
	int n = 0;

	for (int i = 0; i < ROWS * ROWS; i++)
		n += target[i * EMO_TARGET_FLOATS] == value;
	return n;
}

/* What a cell is told of a face is what the detector reads out of such a cell. */
static void test_cells_there_and_back(void)
{
	for (int i = 0; i < 40; i++) {
		struct emo_rng rng = emo_rng_at(8, (uint64_t)i, 0);
		float s = emo_rng_uniform(&rng, 17, 45);
		struct emo_mark m = mark_at(emo_rng_uniform(&rng, 0, 80), emo_rng_uniform(&rng, 0, 80),
					    s, s * emo_rng_uniform(&rng, .95f, 1.05f));

		emo_grid_targets(target, ROWS, ROWS, &m, 1);
		CHECK(count_labels(1) >= 1);
		for (int c = 0; c < ROWS * ROWS; c++) {
			const float *t = target + c * EMO_TARGET_FLOATS;
			float cell[EMO_CELL_FLOATS] = {t[0]};
			struct emo_face f;

			if (t[0] != 1)
				continue;
			memcpy(cell + 1, t + 3, (EMO_CELL_FLOATS - 1) * sizeof *cell);
			emo_grid_face(&f, cell, c / ROWS, c % ROWS);
			CHECK_NEAR(f.x, m.x, 1e-3);
			CHECK_NEAR(f.y, m.y, 1e-3);
			CHECK_NEAR(f.w, m.w, 1e-3);
			CHECK_NEAR(f.h, m.h, 1e-3);
			for (int k = 0; k < EMO_POINTS; k++)
				CHECK_NEAR(hypotf(f.mark[k][0] - m.point[k][0],
						  f.mark[k][1] - m.point[k][1]), 0, 1e-3);
			CHECK(t[1] == 1 && t[2] == 1);
		}
	}
}

static void test_labels(void)
{
	struct emo_mark m[3] = {mark_at(40, 40, 32, 32)};

	emo_grid_targets(target, ROWS, ROWS, m, 1);
	CHECK(label_at(57, 57) == 1);  /* the middle */
	CHECK(label_at(68, 57) == -1); /* near the side of the box */
	CHECK(label_at(84, 57) == 0);
	CHECK(label_at(8, 120) == 0);
	m[0] = mark_at(40, 40, 10, 10); /* too small to be learnt, too large to be nothing */
	emo_grid_targets(target, ROWS, ROWS, m, 1);
	CHECK_INT(count_labels(1), 0);
	CHECK(count_labels(-1) >= 1);
	m[0] = mark_at(10, 10, 100, 100); /* a giant's eye is no face */
	emo_grid_targets(target, ROWS, ROWS, m, 1);
	CHECK_INT(count_labels(0), ROWS * ROWS);
	m[0] = (struct emo_mark){.kind = EMO_MARK_UNKNOWN, .x = 0, .y = 0, .w = 64, .h = 128};
	m[1] = mark_at(20, 20, 24, 24);
	m[1].kind = EMO_MARK_CROP;
	m[2] = mark_at(90, 90, 24, 24);
	m[2].has_points = 0;
	emo_grid_targets(target, ROWS, ROWS, m, 3);
	CHECK(label_at(4, 120) == -1);
	CHECK(label_at(32, 32) == 1);
	CHECK(label_at(32, 46) == 0); /* beside a known face it is known that there is none */
	CHECK(label_at(70, 32) == 0);
	CHECK(target[(4 * ROWS + 4) * EMO_TARGET_FLOATS + 1] == 0); /* a rough box is not learnt */
	CHECK(label_at(102, 102) == 1);
	CHECK(target[(12 * ROWS + 12) * EMO_TARGET_FLOATS + 1] == 1);
	CHECK(target[(12 * ROWS + 12) * EMO_TARGET_FLOATS + 2] == 0);
	m[0].kind = EMO_MARK_IGNORE;
	emo_grid_targets(target, ROWS, ROWS, m, 3);
	CHECK(label_at(32, 32) == 1);
	CHECK(label_at(32, 46) == -1); /* … but not what a thing is of which that is not to be learnt */
	m[0] = mark_at(-60, 500, 24, 24); /* beyond the edges */
	emo_grid_targets(target, ROWS, ROWS, m, 1);
	CHECK_INT(count_labels(0), ROWS * ROWS);
}

static void test_wild_cells(void)
{
	const float wild[] = {NAN, INFINITY, -INFINITY, 1e30f, -1e30f};

	for (size_t i = 0; i < sizeof wild / sizeof *wild; i++) {
		float cell[EMO_CELL_FLOATS];
		struct emo_face f;

		for (int k = 0; k < EMO_CELL_FLOATS; k++)
			cell[k] = wild[i];
		emo_grid_face(&f, cell, 3, 4);
		CHECK(isfinite(f.x) && isfinite(f.y) && f.w > 0 && f.h > 0);
		CHECK(f.w < 1e4f && isfinite(f.mark[4][1]));
	}
}

/* ---- judging ---- */

/* By tables of the Poisson distribution: P(n or fewer) at a mean of a tenth of the pictures. */
static void test_alarms(void)
{
	CHECK_INT(emo_face_alarms(0), 0);
	CHECK_INT(emo_face_alarms(20), 0);
	CHECK_INT(emo_face_alarms(47), 0);  /* P(1 or fewer) = .052 */
	CHECK_INT(emo_face_alarms(48), 1);  /* .048 */
	CHECK_INT(emo_face_alarms(100), 4); /* .029; of 5, .067 */
	CHECK_INT(emo_face_alarms(200), 12); /* .039; of 13, .066 */
	for (int pictures = 20000; pictures <= 2000000; pictures *= 10) { /* about normal by then */
		double mean = pictures / 10., about = mean - 1.645 * sqrt(mean);

		CHECK(fabs(emo_face_alarms(pictures) - about) < .03 * sqrt(mean) + 2);
	}
}

/* ---- the second look ---- */

/* What a cut is told of a mark is what is read out of such an answer, turned and scaled or not. */
static void test_cuts(void)
{
	for (uint64_t i = 0; i < 40; i++) {
		struct emo_rng rng = emo_rng_at(9, i, 0);
		struct emo_mark m = mark_at(emo_rng_uniform(&rng, -50, 500), 40, 90, 100), in;
		struct emo_cut cut = {m.x + emo_rng_uniform(&rng, 30, 60), 40 + 45,
				      emo_rng_uniform(&rng, 120, 260), emo_rng_uniform(&rng, -3, 3)};
		float t[EMO_TARGET_FLOATS], cell[EMO_CELL_FLOATS] = {.5f};
		struct emo_face f;

		in = emo_cut_mark(&m, &cut, 48);
		CHECK_NEAR(in.w, m.w * 48 / cut.side, 1e-3);
		emo_grid_target(t, &in, 24, 24);
		memcpy(cell + 1, t + 3, (EMO_CELL_FLOATS - 1) * sizeof *cell);
		emo_refine_face(&f, cell, &cut, 48);
		CHECK_NEAR(f.score, .5, 1e-6);
		CHECK_NEAR(f.x, m.x, 2e-2);
		CHECK_NEAR(f.y, m.y, 2e-2);
		CHECK_NEAR(f.w, m.w, 2e-2);
		CHECK_NEAR(f.h, m.h, 2e-2);
		for (int k = 0; k < EMO_POINTS; k++)
			CHECK_NEAR(hypotf(f.mark[k][0] - m.point[k][0],
					  f.mark[k][1] - m.point[k][1]), 0, 2e-2);
	}
}

/* The answer for the mirror image, of a network that makes no mistakes, changes nothing. */
static void test_join(void)
{
	struct emo_mark m = mark_at(8, 9, 30, 28), back = m;
	struct emo_cut cut = {24, 24, 48, 0};
	float t[EMO_TARGET_FLOATS], cell[EMO_CELL_FLOATS] = {.5f}, mirror[EMO_CELL_FLOATS] = {.7f};
	struct emo_face f;

	back.x = 48 - m.x - m.w;
	for (int k = 0; k < EMO_POINTS; k++) {
		int twin = k == 2 ? 2 : k < 2 ? 1 - k : 7 - k;

		back.point[k][0] = 48 - m.point[twin][0];
		back.point[k][1] = m.point[twin][1];
	}
	emo_grid_target(t, &m, 24, 24);
	memcpy(cell + 1, t + 3, (EMO_CELL_FLOATS - 1) * sizeof *cell);
	emo_grid_target(t, &back, 24, 24);
	memcpy(mirror + 1, t + 3, (EMO_CELL_FLOATS - 1) * sizeof *mirror);
	emo_refine_join(cell, mirror);
	emo_refine_face(&f, cell, &cut, 48);
	CHECK_NEAR(f.score, .6, 1e-6);
	CHECK_NEAR(f.x, m.x, 1e-3);
	CHECK_NEAR(f.y, m.y, 1e-3);
	CHECK_NEAR(f.w, m.w, 1e-3);
	for (int k = 0; k < EMO_POINTS; k++)
		CHECK_NEAR(hypotf(f.mark[k][0] - m.point[k][0], f.mark[k][1] - m.point[k][1]), 0, 1e-3);
}

/* A tilted face is cut out with level eyes, at the place that it has. */
static void test_cut_upright(void)
{
	struct emo_face f = {.x = 100, .y = 50, .w = 40, .h = 40, .mark = {{110, 60}, {126, 72}}};
	struct emo_cut cut = emo_cut_of(&f);
	float m[6];

	emo_cut_map(m, &cut, 48);
	CHECK_NEAR(m[0] * 24 + m[1] * 24 + m[2], 120, 1e-3);
	CHECK_NEAR(m[3] * 24 + m[4] * 24 + m[5], 70, 1e-3);
	CHECK_NEAR(cut.side, EMO_CUT_MARGIN * 40, 1e-3);
	CHECK_NEAR(m[3] / m[0], 12. / 16, 1e-4); /* a row of the cut runs along the eyes */
}

int main(void)
{
	RUN(test_shrink);
	RUN(test_halve);
	RUN(test_sample);
	RUN(test_mirror);
	RUN(test_cells_there_and_back);
	RUN(test_labels);
	RUN(test_wild_cells);
	RUN(test_alarms);
	RUN(test_cuts);
	RUN(test_join);
	RUN(test_cut_upright);
	return test_end();
}
