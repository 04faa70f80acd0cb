/* SPDX-License-Identifier: MIT */
/* The tiles that a face finder learns from: marks lie where the faces are, and all is repeatable. */
#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "face/compose.h"
#include "face/grid.h"
#include "test.h"

#define SIDE 96

/*
 * A face is a dark square with bright spots for its points, all else is a middle grey; the marks of
 * a tile must lie on the spots. What emo_degrade does is small beside that, on the whole.
 */
static void spotted(struct emo_photo *p, struct emo_mark *m)
{
	static char name[] = "spots";

	p->name = name;
	p->others = 1;
	p->n = 1;
	CHECK_INT(emo_image_init(p->level, 80, 80, 1), 0);
	memset(p->level[0].px, 70, 80 * 80);
	*m = (struct emo_mark){EMO_MARK_FACE, 1, 20, 20, 40, 40,
			       {{30, 32}, {50, 32}, {40, 40}, {32, 50}, {48, 50}}};
	for (int k = 0; k < EMO_POINTS; k++)
		for (int y = -3; y < 3; y++)
			for (int x = -3; x < 3; x++)
				p->level[0].px[((int)m->point[k][1] + y) * 80 +
					       (int)m->point[k][0] + x] = 250;
}

static float mean_around(const uint8_t *tile, float x, float y, int r)
{
	float sum = 0;
	int n = 0;

	for (int v = (int)y - r; v <= (int)y + r; v++)
		for (int u = (int)x - r; u <= (int)x + r; u++)
			if (u >= 0 && u < SIDE && v >= 0 && v < SIDE) {
				sum += tile[v * SIDE + u];
				n++;
			}
	return n ? sum / (float)n : 0;
}

static void test_compose(void)
{
	struct emo_photo photos[2] = {{0}};
	struct emo_mark mark, marks[EMO_TILE_MARKS];
	struct emo_album album = {.photos = photos, .nphotos = 2, .marks = &mark, .nmarks = 1};
	static uint8_t tile[SIDE * SIDE], again[SIDE * SIDE], scratch[SIDE * SIDE];
	struct emo_composer c;
	int seen = 0, bright = 0, faces = 0, gone = 0;

	spotted(photos, &mark);
	photos[1].first = 1;
	CHECK_INT(emo_image_init(photos[1].level, 200, 150, 1), 0);
	memset(photos[1].level[0].px, 60, 200 * 150);
	CHECK_INT(emo_composer_init(&c, &album, SIDE), 0);
	for (uint64_t i = 0; i < 300; i++) {
		struct emo_rng rng = emo_rng_at(4, 5, i), same = rng;
		int n = emo_compose(tile, marks, scratch, &c, &rng);

		CHECK(n >= 0 && n <= EMO_TILE_MARKS);
		CHECK_INT(emo_compose(again, marks, scratch, &c, &same), n);
		CHECK(memcmp(tile, again, sizeof tile) == 0);
		for (int k = 0; k < n; k++) {
			const struct emo_mark *m = marks + k;

			if (!emo_mark_is_face(m) || m->w < 25)
				continue;
			int there = 0, shown = 0;

			faces++;
			CHECK(m->h > .55f * m->w && m->h < 1.8f * m->w);
			for (int j = 0; j < EMO_POINTS; j++) {
				float x = m->point[j][0], y = m->point[j][1];

				if (x < 8 || y < 8 || x > SIDE - 8 || y > SIDE - 8)
					continue;
				there++;
				shown += mean_around(tile, x, y, 1) > mean_around(tile, x, y, 7);
			}
			seen += there;
			bright += shown;
			gone += there == EMO_POINTS && shown < 2;
		}
	}
	CHECK(faces > 100);
	CHECK(seen > 400);
	CHECK(bright > .95 * seen); /* some are covered, or beyond a frame */
	CHECK(gone < .01 * faces);
	emo_composer_done(&c);
	emo_image_done(photos[0].level);
	emo_image_done(photos[1].level);
}

/* A face, and beside it in the same photo what is to be ignored. */
static void two_in_one(struct emo_photo *photos, struct emo_mark *marks)
{
	spotted(photos, marks);
	photos[0].others = 0;
	photos[0].n = 2;
	marks[0].x = 4;
	marks[0].w = marks[0].h = 30;
	marks[1] = marks[0];
	marks[1].x = 36;
	marks[1].kind = EMO_MARK_IGNORE;
}

/* What is marked beside a face in its photo is marked beside it in the tile. */
static void test_neighbours(void)
{
	struct emo_photo photos[2] = {{0}};
	struct emo_mark known[2], marks[EMO_TILE_MARKS];
	struct emo_album album = {.photos = photos, .nphotos = 2, .marks = known, .nmarks = 2};
	static uint8_t tile[SIDE * SIDE], scratch[SIDE * SIDE];
	struct emo_composer c;
	int faces = 0;

	two_in_one(photos, known);
	photos[1].first = 2;
	CHECK_INT(emo_image_init(photos[1].level, 200, 150, 1), 0);
	CHECK_INT(emo_composer_init(&c, &album, SIDE), 0);
	CHECK_INT((long long)c.ncuts, 1);
	for (uint64_t i = 0; i < 1000; i++) {
		struct emo_rng rng = emo_rng_at(4, 6, i);
		int n = emo_compose(tile, marks, scratch, &c, &rng);

		CHECK(n >= 0 && n <= EMO_TILE_MARKS);
		for (int k = 0; k < n; k++) {
			const struct emo_mark *m = marks + k;
			float x = m->x + m->w / 2, y = m->y + m->h / 2, far = 1.5f * fmaxf(m->w, m->h);
			int twins = 0;

			if (!emo_mark_is_face(m) || x < far || y < far || x > SIDE - far || y > SIDE - far)
				continue; /* the other one may be out of sight */
			for (int j = 0; j < n; j++)
				twins += marks[j].kind == EMO_MARK_IGNORE && marks[j].w == m->w &&
					 hypotf(marks[j].x - m->x, marks[j].y - m->y) < far;
			faces++;
			CHECK(twins > 0);
		}
	}
	CHECK(faces > 50);
	emo_composer_done(&c);
	emo_image_done(photos[0].level);
	emo_image_done(photos[1].level);
}

int main(void)
{
	RUN(test_compose);
	RUN(test_neighbours);
	return test_end();
}
