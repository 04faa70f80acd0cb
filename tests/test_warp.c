/* SPDX-License-Identifier: MIT */
/* Cutting and scaling against exact means, values worked out by hand and a naive integration. */
#include "test.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/rng.h"
#include "image/warp.h"

enum { SIDE = 48 };

static struct emo_image noise(int w, int h, int c)
{
	struct emo_rng rng = emo_rng_at(5, (uint64_t)w, (uint64_t)(h * c));
	struct emo_image img;

	if (emo_image_init(&img, w, h, c) == 0)
		for (int i = 0; i < w * h * c; i++)
			img.px[i] = (uint8_t)emo_rng_below(&rng, 256);
	return img;
}

static int grey(const struct emo_image *img, int x, int y)
{
	x = x < 0 ? 0 : x >= img->w ? img->w - 1 : x;
	y = y < 0 ? 0 : y >= img->h ? img->h - 1 : y;
	const uint8_t *p = img->px + (y * img->w + x) * img->c;
	return img->c == 1 ? *p : (299 * p[0] + 587 * p[1] + 114 * p[2] + 500) / 1000;
}

/*
 * The reference: the picture as a staircase, summed on a fine lattice over out's pixel, which is
 * first widened to a square of one pixel of the picture where it is smaller.
 */
static double naive(const struct emo_image *img, const float *m, int u, int v)
{
	enum { FINE = 160 };
	double su = hypot(m[0], m[3]), sv = hypot(m[1], m[4]), sum = 0;
	double wide_u = su < 1 ? 1 / su : 1, wide_v = sv < 1 ? 1 / sv : 1;

	for (int b = 0; b < FINE; b++)
		for (int a = 0; a < FINE; a++) {
			double p = u + 0.5 + ((a + 0.5) / FINE - 0.5) * wide_u;
			double q = v + 0.5 + ((b + 0.5) / FINE - 0.5) * wide_v;

			sum += grey(img, (int)floor(m[0] * p + m[1] * q + m[2]),
				    (int)floor(m[3] * p + m[4] * q + m[5]));
		}
	return sum / FINE / FINE;
}

static void identity_copies(void)
{
	static const float identity[6] = {1, 0, 0, 0, 1, 0};
	struct emo_image img = noise(SIDE, SIDE, 1), rgb = noise(SIDE, SIDE, 3);
	uint8_t out[SIDE * SIDE];

	CHECK(emo_image_warp(out, SIDE, SIDE, &img, identity) == 0);
	CHECK(memcmp(out, img.px, sizeof out) == 0);
	CHECK(emo_image_crop(out, SIDE, SIDE, &img, (struct emo_box){0, 0, SIDE, SIDE}) == 0);
	CHECK(memcmp(out, img.px, sizeof out) == 0);
	CHECK(emo_image_crop(out, SIDE, SIDE, &rgb, (struct emo_box){0, 0, SIDE, SIDE}) == 0);
	for (int i = 0; i < SIDE * SIDE; i++)
		CHECK_INT(out[i], grey(&rgb, i % SIDE, i / SIDE));
	emo_image_done(&img);
	emo_image_done(&rgb);
}

/* Every flip and quarter turn moves pixels and changes none. */
static void flips_and_quarter_turns(void)
{
	enum { W = 7, H = 5 };
	static const float maps[8][6] = {
		{1, 0, 0, 0, 1, 0}, {-1, 0, W, 0, 1, 0}, {1, 0, 0, 0, -1, H}, {-1, 0, W, 0, -1, H},
		{0, 1, 0, 1, 0, 0}, {0, -1, W, 1, 0, 0}, {0, 1, 0, -1, 0, H}, {0, -1, W, -1, 0, H},
	};
	struct emo_image img = noise(W, H, 1);
	uint8_t out[W * H];

	for (int k = 0; k < 8; k++) {
		const float *m = maps[k];
		int w = k < 4 ? W : H, h = k < 4 ? H : W;

		CHECK(emo_image_warp(out, w, h, &img, m) == 0);
		for (int i = 0; i < W * H; i++) {
			float u = (float)(i % w) + 0.5f, v = (float)(i / w) + 0.5f;
			int x = (int)(m[0] * u + m[1] * v + m[2]);
			int y = (int)(m[3] * u + m[4] * v + m[5]);

			CHECK_INT(out[i], img.px[y * W + x]);
		}
	}
	emo_image_done(&img);
}

static void constant_stays_constant(void)
{
	static const float maps[][6] = {
		{0.1f, 0, 3, 0, 0.1f, 3},	  {7.3f, 0, -20, 0, 3.7f, 5},
		{1e7f, 0, -3e8f, 0, 1e7f, -5e8f}, {0, 2.6f, 1, 0.3f, 0, 1},
		{0.9f, -0.5f, 4, 0.5f, 0.9f, 4},  {2.9f, -1.7f, 9, 1.7f, 2.9f, -9},
	};
	static const int values[] = {0, 1, 127, 254, 255};
	struct emo_image img;
	uint8_t out[SIDE * SIDE];
	int wrong = 0;

	if (!CHECK(emo_image_init(&img, 31, 17, 1) == 0))
		return;
	for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
		memset(img.px, values[v], 31 * 17);
		for (size_t k = 0; k < sizeof maps / sizeof *maps; k++) {
			CHECK(emo_image_warp(out, SIDE, SIDE, &img, maps[k]) == 0);
			for (int i = 0; i < SIDE * SIDE; i++)
				wrong += out[i] != values[v];
		}
	}
	CHECK_INT(wrong, 0);
	emo_image_done(&img);
}

/* Integer factors: the mean of whole pixels, rounded half up. */
static void whole_factors_give_exact_means(void)
{
	struct emo_image img = noise(60, 60, 1);
	uint8_t out[60 * 60];

	for (int k = 1; k <= 6; k++) {
		int n = 60 / k;

		CHECK(emo_image_crop(out, n, n, &img, (struct emo_box){0, 0, 60, 60}) == 0);
		for (int i = 0; i < n * n; i++) {
			int sum = 0;

			for (int y = 0; y < k; y++)
				for (int x = 0; x < k; x++)
					sum += img.px[(i / n * k + y) * 60 + i % n * k + x];
			CHECK_INT(out[i], (2 * sum + k * k) / (2 * k * k));
		}
	}
	emo_image_done(&img);
}

/* 5 pixels to 2 and to 3, weighed by hand: 2.5 and 5/3 pixels each. */
static void fractions_by_hand(void)
{
	static const uint8_t row[5] = {10, 20, 40, 80, 160};
	struct emo_image img = {5, 1, 1, NULL};
	uint8_t px[5], out[5];

	memcpy(px, row, sizeof px);
	img.px = px;
	CHECK(emo_image_crop(out, 2, 1, &img, (struct emo_box){0, 0, 5, 1}) == 0);
	CHECK_INT(out[0], 20);	/* (10 + 20 + 20) / 2.5 */
	CHECK_INT(out[1], 104); /* (20 + 80 + 160) / 2.5 */
	CHECK(emo_image_crop(out, 3, 1, &img, (struct emo_box){0, 0, 5, 1}) == 0);
	CHECK_INT(out[0], 14);	/* (10 + 2/3 20) 3/5 */
	CHECK_INT(out[1], 44);	/* (1/3 20 + 40 + 1/3 80) 3/5 */
	CHECK_INT(out[2], 128); /* (2/3 80 + 160) 3/5 */
	/* A box over both edges: the edge pixels repeat. */
	CHECK(emo_image_crop(out, 3, 1, &img, (struct emo_box){-2, 0, 9, 1}) == 0);
	CHECK_INT(out[0], 10);	/* 10 10 10 */
	CHECK_INT(out[1], 47);	/* 20 40 80 */
	CHECK_INT(out[2], 160); /* 160 160 160 */
	/* Far outside there is the edge alone. */
	CHECK(emo_image_crop(out, 2, 1, &img, (struct emo_box){100, 50, 4, 4}) == 0);
	CHECK_INT(out[0], 160);
	CHECK_INT(out[1], 160);
}

/* Twice as large: a quarter and three quarters of neighbours. */
static void bilinear_by_hand(void)
{
	uint8_t px[4] = {0, 100, 200, 40};
	static const uint8_t want[16] = {0,   25,  75, 100, 50,	 59,  76, 85,
					 150, 126, 79, 55,  200, 160, 80, 40};
	struct emo_image img = {2, 2, 1, px};
	uint8_t out[16];

	CHECK(emo_image_crop(out, 4, 4, &img, (struct emo_box){0, 0, 2, 2}) == 0);
	for (int i = 0; i < 16; i++)
		CHECK_INT(out[i], want[i]);
}

static void checkerboard_is_grey(void)
{
	struct emo_image img;
	uint8_t out[SIDE * SIDE];

	if (!CHECK(emo_image_init(&img, 192, 192, 1) == 0))
		return;
	for (int i = 0; i < 192 * 192; i++)
		img.px[i] = (i % 192 + i / 192) % 2 ? 255 : 0;
	CHECK(emo_image_crop(out, SIDE, SIDE, &img, (struct emo_box){0, 0, 192, 192}) == 0);
	for (int i = 0; i < SIDE * SIDE; i++)
		CHECK_INT(out[i], 128);
	/* Tilted by 30 degrees, six pixels to one: the pattern must not come through. */
	CHECK(emo_image_warp(out, 16, 16, &img, (float[6]){5.196f, -3, 78, 3, 5.196f, 30}) == 0);
	for (int i = 0; i < 16 * 16; i++)
		CHECK_NEAR(out[i], 127.5, 6);
	emo_image_done(&img);
}

/* Straight maps are exact; the lattice of the reference is what differs. */
static void straight_maps_against_the_reference(void)
{
	static const float maps[][6] = {
		{1.7f, 0, 2.3f, 0, 1.7f, -1.1f}, {3.25f, 0, -4, 0, 0.4f, 6},
		{0.3f, 0, 5, 0, 2.2f, 0.5f},	 {-1.3f, 0, 19.7f, 0, 1.9f, 3},
		{0, 1.6f, 0.2f, -2.4f, 0, 22},
	};

	for (int c = 1; c <= 3; c += 2) {
		struct emo_image img = noise(23, 19, c);

		for (size_t k = 0; k < sizeof maps / sizeof *maps; k++) {
			uint8_t out[12 * 10];

			CHECK(emo_image_warp(out, 12, 10, &img, maps[k]) == 0);
			for (int i = 0; i < 12 * 10; i++)
				CHECK_NEAR(out[i], naive(&img, maps[k], i % 12, i / 12), 1.6);
		}
		emo_image_done(&img);
	}
}

/* A smooth picture leaves little between sampling and the mean; noise shows what there is. */
static void tilted_maps_against_the_reference(void)
{
	static const double scales[] = {0.4, 1, 1.3, 2, 3.7, 8, 11};
	struct emo_image img = noise(160, 160, 1);
	uint8_t out[9 * 9];

	for (int smooth = 1; smooth >= 0; smooth--) {
		for (int i = 0; smooth && i < 160 * 160; i++)
			img.px[i] = (uint8_t)lrint(128 + 60 * sin(i % 160 * 0.11) +
						   60 * cos(i / 160 * 0.07));
		for (size_t k = 0; k < sizeof scales / sizeof *scales; k++) {
			double s = scales[k] * cos(0.5), t = scales[k] * sin(0.5), square = 0;
			float m[6] = {(float)s, (float)-t, 80 - (float)(4.5 * (s - t)),
				      (float)t, (float)s,  80 - (float)(4.5 * (s + t))};

			CHECK(emo_image_warp(out, 9, 9, &img, m) == 0);
			for (int i = 0; i < 81; i++) {
				double d = out[i] - naive(&img, m, i % 9, i / 9);
				square += d * d;
			}
			CHECK_NEAR(sqrt(square / 81), 0, smooth ? 0.5 : 4.5);
		}
		emo_image_done(&img);
		img = noise(160, 160, 1);
	}
	emo_image_done(&img);
}

static void absurd_maps_are_refused(void)
{
	struct emo_image img = noise(20, 20, 1);
	uint8_t out[SIDE * SIDE];

	CHECK(emo_image_warp(out, 8, 8, &img, (float[6]){NAN, 0, 0, 0, 1, 0}) < 0);
	CHECK_ERROR("a corner of the region is too far away");
	CHECK(emo_image_warp(out, 8, 8, &img, (float[6]){1, 0, INFINITY, 0, 1, 0}) < 0);
	CHECK(emo_image_warp(out, 8, 8, &img, (float[6]){1e30f, 0, 0, 0, 1, 0}) < 0);
	CHECK(emo_image_warp(out, 8, 8, &img, (float[6]){0, 0, 5, 0, 0, 5}) < 0);
	CHECK_ERROR("no area");
	CHECK(emo_image_warp(out, 8, 8, &img, (float[6]){1, 2, 5, 2, 4, 5}) < 0);
	CHECK_ERROR("no area");
	CHECK(emo_image_warp(out, 8, 8, &img, (float[6]){2e5f, -1e5f, 0, 1e5f, 2e5f, 0}) < 0);
	CHECK_ERROR("far larger than the picture");
	CHECK(emo_image_warp(out, 0, 8, &img, (float[6]){1, 0, 0, 0, 1, 0}) < 0);
	CHECK_ERROR("0 x 8");
	CHECK(emo_image_crop(out, 8, 8, &img, (struct emo_box){0, 0, 0, 5}) < 0);
	CHECK_ERROR("0 x 5 pixels has no area");
	CHECK(emo_image_crop(out, 8, 8, &img, (struct emo_box){0, 0, NAN, 5}) < 0);
	CHECK(emo_image_crop(out, 8, 8, &img, (struct emo_box){NAN, 0, 5, 5}) < 0);
	CHECK(emo_image_crop(out, 8, 8, &img, (struct emo_box){0, 0, INFINITY, 5}) < 0);
	CHECK(emo_image_crop(out, 8, 0, &img, (struct emo_box){0, 0, 5, 5}) < 0);
	emo_image_done(&img);
}

int main(void)
{
	RUN(identity_copies);
	RUN(flips_and_quarter_turns);
	RUN(constant_stays_constant);
	RUN(whole_factors_give_exact_means);
	RUN(fractions_by_hand);
	RUN(bilinear_by_hand);
	RUN(checkerboard_is_grey);
	RUN(straight_maps_against_the_reference);
	RUN(tilted_maps_against_the_reference);
	RUN(absurd_maps_are_refused);
	return test_end();
}
