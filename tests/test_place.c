/* SPDX-License-Identifier: MIT */
/* fer-draw's labels: all in the picture, none on another where there is room. */
#include "../cmd/draw/place.h"
#include "base/rng.h"
#include "test.h"

enum { W = 1000, H = 800, MOST = 200 };

static struct place_label label_at(double x, double y, double side)
{
	return (struct place_label){{x, y, side, side}, {0, 0, 90, 20}};
}

static double overlap(const struct place_rect *a, const struct place_rect *b)
{
	double w = fmin(a->x + a->w, b->x + b->w) - fmax(a->x, b->x);
	double h = fmin(a->y + a->h, b->y + b->h) - fmax(a->y, b->y);

	return w > 1e-9 && h > 1e-9 ? w * h : 0;
}

static int inside(const struct place_label *l)
{
	return l->at.x >= 0 && l->at.y >= 0 && l->at.x + l->at.w <= W && l->at.y + l->at.h <= H;
}

static int on_each_other(const struct place_label *l, int n)
{
	int count = 0;

	for (int i = 0; i < n; i++)
		for (int j = 0; j < i; j++)
			count += overlap(&l[i].at, &l[j].at) > 0;
	return count;
}

static void one_face(void)
{
	struct place_label l = label_at(300, 300, 150);

	place_labels(&l, 1, W, H);
	CHECK_NEAR(l.at.x, 300, 0); /* above, where it begins */
	CHECK_NEAR(l.at.y, 280, 0);
	l = label_at(300, 5, 150); /* no room above */
	place_labels(&l, 1, W, H);
	CHECK_NEAR(l.at.y, 155, 0);
	l = (struct place_label){{0, 0, W, H}, {0, 0, 90, 20}}; /* the face fills the picture */
	place_labels(&l, 1, W, H);
	CHECK(inside(&l));
	l = (struct place_label){{0, 0, 30, 30}, {0, 0, 90, 20}}; /* wider than the picture */
	place_labels(&l, 1, 48, 48);
	CHECK_NEAR(l.at.x, 0, 0);
	l = label_at(W + 500, -300, 20); /* far outside */
	place_labels(&l, 1, W, H);
	CHECK(inside(&l));
}

/* Side by side and one above the other, so close that "above" is taken by the neighbour's label. */
static void neighbours(void)
{
	struct place_label l[8];

	for (int i = 0; i < 8; i++)
		l[i] = label_at(100 + 62 * i, 300, 60);
	place_labels(l, 8, W, H);
	CHECK_INT(on_each_other(l, 8), 0);
	for (int i = 0; i < 8; i++)
		for (int j = 0; j < 8; j++)
			CHECK(overlap(&l[i].at, &l[j].face) == 0);
}

static void crowds(void)
{
	struct place_label l[MOST];

	for (uint64_t k = 0; k < 20; k++) {
		struct emo_rng rng = emo_rng_at(9, k, 0);
		int out = 0, n = k < 10 ? 25 : MOST;

		for (int i = 0; i < n; i++)
			l[i] = label_at((double)emo_rng_below(&rng, W - 30),
					(double)emo_rng_below(&rng, H - 30), 30);
		place_labels(l, (size_t)n, W, H);
		for (int i = 0; i < n; i++)
			out += !inside(&l[i]);
		CHECK_INT(out, 0);
		CHECK(on_each_other(l, n) <= (n == 25 ? 0 : n)); /* 200 labels cover half of it */
	}
}

int main(void)
{
	RUN(one_face);
	RUN(neighbours);
	RUN(crowds);
	return test_end();
}
