/* SPDX-License-Identifier: MIT */
/* One face for each person: what is the same, what is a part of another, and what of it is in sight. */
#include <string.h>

#include "base/rng.h"
#include "face/scan.h"
#include "test.h"

static struct emo_face face_at(float x, float y, float s, float score)
{
	return (struct emo_face){.x = x, .y = y, .w = s, .h = s, .score = score,
				 .mark = {{x, y}, {x + s, y}, {x, y}, {x, y}, {x, y}}};
}

static void test_merge(void)
{
	struct emo_face f[6] = {face_at(0, 0, 20, .5f),   face_at(100, 0, 20, .9f),
				face_at(2, 0, 20, .5f),   face_at(0, 100, 40, .7f),
				face_at(10, 110, 20, .6f), face_at(103, 1, 20, .3f)};

	CHECK_INT((long long)emo_faces_merge(f, 6), 4);
	CHECK_NEAR(f[0].score, .9, 1e-6);
	CHECK_NEAR(f[1].score, .7, 1e-6);
	CHECK_NEAR(f[2].score, .6, 1e-6); /* within the one before, but much smaller */
	CHECK_NEAR(f[3].score, .5, 1e-6);
	CHECK_NEAR(f[3].x, 1, 1e-5); /* the mean of two that are as good as each other */
	CHECK_NEAR(f[3].mark[1][0], 21, 1e-5);
	CHECK_NEAR(f[0].x, (100 * .81 + 103 * .09) / .9, 1e-4);
	CHECK_INT((long long)emo_faces_merge(f, 0), 0);
	CHECK_NEAR(emo_face_iou(f, f), 1, 1e-6);
	CHECK(emo_face_iou(f, f + 1) == 0);
}

/* The order in which they were found does not matter, not even among equals. */
static void test_merge_order(void)
{
	struct emo_face all[30], first[30], now[30];
	size_t n = 0;

	for (int i = 0; i < 30; i++)
		all[i] = face_at((float)(i * 7 % 50), (float)(i * 11 % 40), (float)(20 + i % 3),
				 .25f * (float)(1 + i % 4));
	for (uint64_t round = 0; round < 20; round++) {
		struct emo_rng rng = emo_rng_at(1, 2, round);
		uint32_t order[30];
		size_t left;

		emo_rng_permutation(&rng, order, 30);
		for (int i = 0; i < 30; i++)
			now[i] = all[order[i]];
		left = emo_faces_merge(now, 30);
		if (round == 0) {
			memcpy(first, now, sizeof now);
			n = left;
		}
		CHECK_INT((long long)left, (long long)n);
		CHECK(memcmp(first, now, n * sizeof *now) == 0);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			CHECK(first[i].score >= first[j].score);
}

static void test_tidy(void)
{
	struct emo_face f[5] = {face_at(0, 0, 100, .9f),   face_at(30, 60, 30, .8f), face_at(80, 0, 40, .7f),
				face_at(95, -10, 20, .6f), face_at(110, 150, 30, .5f)};
	struct emo_face outer[2] = {face_at(30, 30, 30, .7f), face_at(0, 0, 100, .6f)};

	CHECK_INT((long long)emo_faces_tidy(f, 5, 115, 160), 4);
	CHECK(f[0].x == 0 && f[0].w == 100 && f[0].h == 100);
	CHECK(f[1].x == 80 && f[1].y == 0 && f[1].w == 35 && f[1].h == 40); /* half in the first */
	CHECK(f[2].y == 0 && f[2].h == 10 && f[2].w == 20);
	CHECK(f[3].w == 5 && f[3].h == 10);
	CHECK(f[3].mark[1][0] == 140); /* points stay where they are */
	CHECK_INT((long long)emo_faces_tidy(outer, 2, 100, 100), 2); /* the better one may be a part, too */
	outer[0].score = .9f;
	CHECK_INT((long long)emo_faces_tidy(outer, 2, 100, 100), 1); /* … unless it is sure */
	CHECK_INT((long long)emo_faces_tidy(f, 0, 100, 100), 0);
	outer[0] = face_at(200, 300, 50, .9f); /* of a network that has gone astray */
	outer[1] = face_at(-200, -300, 50, .8f);
	CHECK_INT((long long)emo_faces_tidy(outer, 2, 100, 100), 2);
	CHECK(outer[0].x == 99 && outer[0].y == 99 && outer[0].w == 1 && outer[0].h == 1);
	CHECK(outer[1].x == 0 && outer[1].y == 0 && outer[1].w == 1 && outer[1].h == 1);
}

int main(void)
{
	RUN(test_merge);
	RUN(test_merge_order);
	RUN(test_tidy);
	return test_end();
}
