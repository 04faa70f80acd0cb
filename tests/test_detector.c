/* SPDX-License-Identifier: MIT */
/*
 * The detector with its built-in model, on scenes made of the composite faces of datasets/samples:
 * at known places, sizes and tilts; and on pictures without a face, of odd shapes, and damaged models.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/rng.h"
#include "face/detect.h"
#include "face/pyramid.h"
#include "image/warp.h"
#include "test.h"
#include "test_folder.h"

/* Where the face is in a sample, as the marks of face-train(1) would have it. */
#define SAMPLE_X 319.f
#define SAMPLE_Y 254.f
#define SAMPLE_SIZE 228.f

static struct emo_detector *detector;
static struct emo_image samples[2];

static struct emo_image background(int w, int h, int c, uint64_t seed)
{
	struct emo_rng rng = emo_rng_at(seed, 1, 0);
	float a = emo_rng_uniform(&rng, -60, 60), b = emo_rng_uniform(&rng, -60, 60);
	struct emo_image img;

	CHECK_INT(emo_image_init(&img, w, h, c), 0);
	for (int y = 0; y < h; y++)
		for (int x = 0; x < w; x++)
			for (int k = 0; k < c; k++)
				img.px[(y * w + x) * c + k] =
					(uint8_t)(120 + a * (float)x / (float)w + b * (float)y / (float)h +
						  4 * sinf((float)(x + 3 * y) / 9) + (float)k +
						  emo_rng_uniform(&rng, 0, 6));
	return img;
}

/* Sets a sample's face of this size at (cx, cy), turned; what surrounds it fades out. */
static void paste(struct emo_image *img, int sample, float cx, float cy, float size, float tilt)
{
	const struct emo_image *face = samples + sample;
	float k = SAMPLE_SIZE / size, c = k * cosf(tilt), s = k * sinf(tilt);

	for (int y = 0; y < img->h; y++)
		for (int x = 0; x < img->w; x++) {
			float u = (float)x + .5f - cx, v = (float)y + .5f - cy, r = hypotf(u, v * .8f) / size;
			float m[6] = {k, 0, SAMPLE_X + c * u + s * v - k / 2, 0, k,
				      SAMPLE_Y - s * u + c * v - k / 2};
			float a = (.85f - r) / .12f;
			uint8_t g;

			if (a <= 0)
				continue;
			a = a > 1 ? 1 : a;
			CHECK_INT(emo_image_warp(&g, 1, 1, face, m), 0);
			for (int j = 0; j < img->c; j++) {
				uint8_t *p = img->px + (y * img->w + x) * img->c + j;

				*p = (uint8_t)(a * (float)g + (1 - a) * (float)*p + .5f);
			}
		}
}

static size_t find(const struct emo_image *img, float min_face, struct emo_face **faces)
{
	struct emo_find how = {min_face, -1};
	size_t n = 0;

	if (!CHECK(emo_detect(detector, img, &how, faces, &n) == 0))
		printf("\t%s\n", emo_error());
	return n;
}

/* The box is about where the face is, and its points where its parts are. */
static void check_face(const struct emo_face *f, float cx, float cy, float size, float tilt)
{
	float dx = f->mark[1][0] - f->mark[0][0], dy = f->mark[1][1] - f->mark[0][1];
	float mx = (f->mark[3][0] + f->mark[4][0]) / 2, my = (f->mark[3][1] + f->mark[4][1]) / 2;
	float ex = (f->mark[0][0] + f->mark[1][0]) / 2, ey = (f->mark[0][1] + f->mark[1][1]) / 2;

	CHECK_NEAR(f->x + f->w / 2, cx, .2 * (double)size);
	CHECK_NEAR(f->y + f->h / 2, cy, .25 * (double)size);
	CHECK(f->w > .65f * size && f->w < 1.5f * size);
	CHECK(f->h > .65f * size && f->h < 1.6f * size);
	CHECK(f->score > 0 && f->score <= 1);
	CHECK_NEAR(atan2f(dy, dx), tilt, .25);
	CHECK(hypotf(dx, dy) > .3f * size && hypotf(dx, dy) < .75f * size);
	CHECK((mx - ex) * -sinf(tilt) + (my - ey) * cosf(tilt) > .3f * size); /* mouth below eyes */
}

static void test_sizes(void)
{
	static const float sizes[] = {24, 33, 47, 64, 90, 130, 180, 260, 330};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct emo_image img = background(480, 400, i % 2 ? 3 : 1, i);
		float x = 240 + (float)(i % 3) * 7, y = 200 - (float)(i % 4) * 5;
		struct emo_face *faces;

		paste(&img, (int)(i % 2), x, y, sizes[i], 0);
		if (CHECK(find(&img, 20, &faces) == 1))
			check_face(faces, x, y, sizes[i], 0);
		else
			printf("\tat %g pixels\n", (double)sizes[i]);
		emo_image_done(&img);
	}
}

static void test_tilts(void)
{
	static const float tilts[] = {-.45f, -.25f, .25f, .45f};

	for (size_t i = 0; i < sizeof tilts / sizeof *tilts; i++) {
		struct emo_image img = background(300, 300, 1, 20 + i);
		struct emo_face *faces;

		paste(&img, 0, 150, 150, 80, tilts[i]);
		if (CHECK(find(&img, 20, &faces) == 1))
			check_face(faces, 150, 150, 80, tilts[i]);
		emo_image_done(&img);
	}
}

/* Eight faces, each found once, the best first. */
static void test_eight(void)
{
	struct emo_image img = background(640, 400, 3, 40);
	struct emo_face *faces;
	int hit[8] = {0};
	size_t n;

	for (int i = 0; i < 8; i++)
		paste(&img, i % 2, 80 + 160 * (float)(i % 4), 100 + 200 * (float)(i / 4),
		      40 + 8 * (float)i, 0);
	n = find(&img, 20, &faces);
	CHECK_INT((long long)n, 8);
	for (size_t k = 0; k < n; k++) {
		int col = (int)((faces[k].x + faces[k].w / 2) / 160);
		int row = (int)((faces[k].y + faces[k].h / 2) / 200), i = row * 4 + col;

		CHECK(k == 0 || faces[k - 1].score >= faces[k].score);
		if (CHECK(i >= 0 && i < 8))
			hit[i]++;
	}
	for (int i = 0; i < 8; i++)
		CHECK_INT(hit[i], 1);
	emo_image_done(&img);
}

/* A larger min_face passes over the small ones, and is no different for the large one. */
static void test_min_face(void)
{
	struct emo_image img = background(640, 400, 1, 50);
	struct emo_face *faces;

	paste(&img, 0, 130, 100, 28, 0);
	paste(&img, 1, 420, 200, 200, 0);
	CHECK_INT((long long)find(&img, 20, &faces), 2);
	if (CHECK(find(&img, 80, &faces) == 1))
		check_face(faces, 420, 200, 200, 0);
	emo_image_done(&img);
}

static void test_nothing(void)
{
	static const int sizes[][2] = {{1, 1}, {2, 300}, {4000, 3}, {64, 64}, {640, 480}};
	struct emo_face *faces;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (int c = 1; c <= 3; c += 2) {
			struct emo_image img = background(sizes[i][0], sizes[i][1], c, 60 + i);

			CHECK_INT((long long)find(&img, 20, &faces), 0);
			emo_image_done(&img);
		}
}

/* A face in a very wide picture, and in a very tall one. */
static void test_odd_shapes(void)
{
	for (int upright = 0; upright < 2; upright++) {
		struct emo_image img = background(upright ? 100 : 3000, upright ? 3000 : 100, 1, 70);
		float x = upright ? 50 : 2200, y = upright ? 2200 : 50;
		struct emo_face *faces;

		paste(&img, 0, x, y, 60, 0);
		if (CHECK(find(&img, 20, &faces) == 1))
			check_face(faces, x, y, 60, 0);
		emo_image_done(&img);
	}
}

/* A pixel more or less of the picture does not move a face. */
static void test_odd_sizes(void)
{
	static const float sizes[] = {60, 110, 150, 170};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct emo_image even = background(256, 240, 1, 40), odd;
		struct emo_face *faces, f = {0};

		paste(&even, (int)(i % 2), 140, 130, sizes[i], 0);
		CHECK_INT(emo_image_init(&odd, 255, 239, 1), 0);
		for (int y = 0; y < odd.h; y++)
			memcpy(odd.px + y * odd.w, even.px + y * even.w, (size_t)odd.w);
		if (CHECK(find(&even, 20, &faces) == 1))
			f = *faces;
		if (CHECK(find(&odd, 20, &faces) == 1)) {
			CHECK_NEAR(faces->x, f.x, .01 * (double)sizes[i]);
			CHECK_NEAR(faces->y, f.y, .01 * (double)sizes[i]);
			CHECK_NEAR(faces->w, f.w, .01 * (double)sizes[i]);
			CHECK_NEAR(faces->h, f.h, .01 * (double)sizes[i]);
		}
		emo_image_done(&even);
		emo_image_done(&odd);
	}
}

/* Faces that reach over the edge. */
static void test_cut_off(void)
{
	for (int side = 0; side < 4; side++) {
		float x = side == 0 ? 25 : side == 1 ? 215 : 120, y = side == 2 ? 30 : side == 3 ? 205 : 120;
		struct emo_image img = background(240, 240, 1, 80 + (uint64_t)side);
		struct emo_face *faces;

		paste(&img, 1, x, y, 100, 0);
		CHECK(find(&img, 20, &faces) == 1);
		emo_image_done(&img);
	}
}

/* The same picture, the same faces, whatever was looked at between. */
static void test_again(void)
{
	struct emo_image img = background(320, 240, 1, 90), other = background(100, 333, 3, 91);
	struct emo_face *faces, first;

	paste(&img, 0, 150, 110, 70, .1f);
	if (CHECK(find(&img, 20, &faces) == 1)) {
		first = faces[0];
		find(&other, 25, &faces);
		CHECK_INT((long long)find(&img, 20, &faces), 1);
		CHECK(memcmp(faces, &first, sizeof first) == 0);
	}
	emo_image_done(&img);
	emo_image_done(&other);
}

static void test_threads(void)
{
	struct emo_pool *pool = emo_pool_new(3);
	struct emo_detector *d = emo_detector_open(NULL, pool);
	struct emo_image img = background(320, 240, 1, 90);
	struct emo_face *one, *three;
	size_t n = 0, m;

	paste(&img, 0, 150, 110, 70, .1f);
	if (CHECK(d != NULL)) {
		CHECK_INT(emo_detect(d, &img, NULL, &three, &n), 0);
		m = find(&img, 20, &one);
		CHECK_INT((long long)n, (long long)m);
		CHECK(n == m && memcmp(one, three, n * sizeof *one) == 0);
	}
	emo_detector_free(d);
	emo_image_done(&img);
	emo_pool_free(pool);
}

static void test_thresholds(void)
{
	struct emo_image img = background(320, 240, 1, 90);
	struct emo_find all = {20, 0}, none = {20, 1}, small = {19, -1}, odd = {NAN, -1};
	struct emo_face *faces;
	size_t n;

	paste(&img, 0, 150, 110, 70, 0);
	CHECK(emo_detector_threshold(detector) > 0 && emo_detector_threshold(detector) < 1);
	CHECK_INT(emo_detect(detector, &img, &all, &faces, &n), 0);
	CHECK(n >= 1);
	CHECK_INT(emo_detect(detector, &img, &none, &faces, &n), 0);
	CHECK_INT((long long)n, 0);
	CHECK_INT(emo_detect(detector, &img, &small, &faces, &n), -1);
	CHECK_ERROR("20 pixels is the least");
	CHECK_INT(emo_detect(detector, &img, &odd, &faces, &n), -1);
	emo_image_done(&img);
}

static void test_refused(void)
{
	CHECK(emo_detector_open("/nonexistent.emo", NULL) == NULL);
	CHECK_ERROR("/nonexistent.emo: No such file");
	CHECK(emo_detector_open("models/fer.emo", NULL) == NULL);
	CHECK_ERROR("models/fer.emo: finds no faces");
	CHECK(emo_detector_open("models/face.cfg", NULL) == NULL);
	emo_detector_free(NULL);
}

int main(void)
{
	if (!(detector = emo_detector_open(NULL, NULL)) ||
	    emo_image_load(samples, "datasets/samples/happy.png") < 0 ||
	    emo_image_load(samples + 1, "datasets/samples/neutral.png") < 0) {
		printf("%s\n", emo_error());
		return 1;
	}
	RUN(test_sizes);
	RUN(test_tilts);
	RUN(test_eight);
	RUN(test_min_face);
	RUN(test_nothing);
	RUN(test_odd_shapes);
	RUN(test_odd_sizes);
	RUN(test_cut_off);
	RUN(test_again);
	RUN(test_threads);
	RUN(test_thresholds);
	RUN(test_refused);
	emo_image_done(samples);
	emo_image_done(samples + 1);
	emo_detector_free(detector);
	return test_end();
}
