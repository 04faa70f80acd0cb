/* SPDX-License-Identifier: MIT */
#include "face/track.h"

#include "base/err.h"
#include "base/rng.h"
#include "test.h"

enum { SIDE = 48 };

static uint8_t crops[4][SIDE * SIDE];

/* A look of its own for each person, with some noise and another light in every frame. */
static void draw(uint8_t *crop, int person, uint64_t frame)
{
	struct emo_rng noise = emo_rng_at(99, frame, (uint64_t)person);
	float light = emo_rng_uniform(&noise, 0.6f, 1);

	for (int y = 0; y < SIDE; y++)
		for (int x = 0; x < SIDE; x++) {
			struct emo_rng r = emo_rng_at((uint64_t)person, (uint64_t)(x / 8), (uint64_t)(y / 8));
			float v = light * emo_rng_uniform(&r, 20, 220);

			crop[y * SIDE + x] = (uint8_t)(v + emo_rng_uniform(&noise, 0, 30));
		}
}

static struct emo_face at(float x, float y, float side)
{
	return (struct emo_face){.x = x, .y = y, .w = side, .h = side, .score = 1};
}

static void keeps_numbers(void)
{
	struct emo_tracks *t = emo_tracks_new();
	int number[2];

	for (int i = 0; i < 60; i++) { /* two faces that move, told in changing order */
		struct emo_face f[2] = {at(10 + 3 * (float)i, 20, 60), at(400, 20 + 2 * (float)i, 80)};
		int turned = i % 2;
		struct emo_face told[2] = {f[turned], f[!turned]};

		CHECK_INT(emo_tracks_update(t, i / 30.0, told, 2, NULL, 0, number), 0);
		CHECK_INT(number[turned], 1);
		CHECK_INT(number[!turned], 2);
	}
	CHECK_INT(emo_tracks_update(t, 2, NULL, 0, NULL, 0, number), 0);
	emo_tracks_free(t);
	emo_tracks_free(NULL);
}

static void absences(void)
{
	struct emo_tracks *t = emo_tracks_new();
	struct emo_face f = at(100, 100, 60);
	int number[1];

	emo_tracks_update(t, 0, &f, 1, NULL, 0, number);
	emo_tracks_update(t, 0.5, NULL, 0, NULL, 0, number);
	f.x += 5;
	emo_tracks_update(t, 1.5, &f, 1, NULL, 0, number);
	CHECK_INT(number[0], 1); /* short */
	emo_tracks_update(t, 4, &f, 1, NULL, 0, number);
	CHECK_INT(number[0], 2); /* long */
	emo_tracks_update(t, 1, &f, 1, NULL, 0, number);
	CHECK_INT(number[0], 3); /* another stream */
	emo_tracks_free(t);
}

/* Behind a hand for half a second it moves by more than its size; its look tells who it is. */
static void looks(void)
{
	struct emo_tracks *t = emo_tracks_new();
	struct emo_face f = at(100, 100, 60);
	int number[1];

	draw(crops[0], 1, 0);
	emo_tracks_update(t, 0, &f, 1, crops[0], SIDE, number);
	f.x += 70;
	draw(crops[0], 1, 1);
	emo_tracks_update(t, 0.5, &f, 1, crops[0], SIDE, number);
	CHECK_INT(number[0], 1);
	f.x -= 70;
	draw(crops[0], 2, 2); /* somebody else there */
	emo_tracks_update(t, 1, &f, 1, crops[0], SIDE, number);
	CHECK_INT(number[0], 2);
	emo_tracks_free(t);
}

/* Two pass each other: where the boxes say little, the looks do. */
static void crossing(void)
{
	struct emo_tracks *t = emo_tracks_new();
	int number[2];

	for (int i = 0; i <= 50; i++) {
		float x = 4 * (float)i;
		struct emo_face f[2] = {at(x, 100, 60), at(200 - x, 110, 60)};

		draw(crops[0], 1, (uint64_t)i);
		draw(crops[1], 2, (uint64_t)i);
		CHECK_INT(emo_tracks_update(t, i / 25.0, f, 2, crops[0], SIDE, number), 0);
		CHECK_INT(number[0], 1);
		CHECK_INT(number[1], 2);
	}
	emo_tracks_free(t);
}

/* Whatever comes, the numbers of a frame differ, and none is 0. */
static void any_faces(void)
{
	struct emo_rng rng = emo_rng_at(5, 0, 0);
	struct emo_tracks *t = emo_tracks_new();
	int number[20];

	for (int i = 0; i < 300; i++) {
		struct emo_face f[20];
		size_t n = emo_rng_below(&rng, 20);

		for (size_t k = 0; k < n; k++)
			f[k] = at(emo_rng_uniform(&rng, -50, 300), emo_rng_uniform(&rng, -50, 300),
				  emo_rng_uniform(&rng, 20, 90));
		CHECK_INT(emo_tracks_update(t, i / 10.0, f, n, NULL, 0, number), 0);
		for (size_t a = 0; a < n; a++) {
			CHECK(number[a] > 0);
			for (size_t b = 0; b < a; b++)
				CHECK(number[a] != number[b]);
		}
	}
	emo_tracks_free(t);
}

int main(void)
{
	RUN(keeps_numbers);
	RUN(absences);
	RUN(looks);
	RUN(crossing);
	RUN(any_faces);
	return test_end();
}
