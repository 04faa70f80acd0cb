/* SPDX-License-Identifier: MIT */
#include "music/taste.h"

#include <stdlib.h>

#include "test.h"

enum { BLOCK = 1 + EMO_TASTE_DIM, BLOCKS = 1 + EMO_EMOTIONS, N = BLOCK * BLOCKS, EVENTS = 60 };

/* Event k: a mood, a song, a reward, from a generator. */
static double event(int k, float *mood, float *x)
{
	struct emo_rng r = emo_rng_at(5, (uint64_t)k, 0);
	float sum = 0;

	for (int e = 0; e < EMO_EMOTIONS; e++)
		sum += mood[e] = emo_rng_below(&r, 3) ? 0 : emo_rng_uniform(&r, 0, 1);
	if (sum == 0)
		mood[0] = sum = 1;
	for (int e = 0; e < EMO_EMOTIONS; e++)
		mood[e] /= sum;
	for (int i = 0; i < EMO_TASTE_DIM; i++)
		x[i] = emo_rng_uniform(&r, -2, 2);
	return x[0] > 0 ? EMO_LIKED : EMO_SKIPPED;
}

/* The posterior mean the long way: (D + Σ u uᵀ) m = Σ u y, D being the priors' precisions. */
static void batch(double *m)
{
	static double a[N][N + 1];

	memset(a, 0, sizeof a);
	for (int i = 0; i < N; i++)
		a[i][i] = i == 0 ? 1 : 1 / (i < BLOCK ? 0.1 : 0.01);
	for (int k = 0; k < EVENTS; k++) {
		float mood[EMO_EMOTIONS], x[EMO_TASTE_DIM];
		double y = event(k, mood, x), u[N];

		for (int b = 0; b < BLOCKS; b++)
			for (int i = 0; i < BLOCK; i++)
				u[b * BLOCK + i] =
					(b ? (double)mood[b - 1] : 1) * (i ? (double)x[i - 1] : 1);
		for (int i = 0; i < N; i++) {
			for (int j = 0; j < N; j++)
				a[i][j] += u[i] * u[j];
			a[i][N] += u[i] * y;
		}
	}
	for (int i = 0; i < N; i++)
		for (int k = 0; k < N; k++) {
			double f = a[k][i] / a[i][i];

			for (int j = i; k != i && j <= N; j++)
				a[k][j] -= f * a[i][j];
		}
	for (int i = 0; i < N; i++)
		m[i] = a[i][N] / a[i][i];
}

static void exact(void)
{
	struct emo_taste *t = emo_taste_new();
	float mood[EMO_EMOTIONS], x[EMO_TASTE_DIM], w[EMO_TASTE_DIM];
	double m[N];

	for (int k = 0; k < EVENTS; k++) {
		double y = event(k, mood, x);
		CHECK_INT(emo_taste_learn(t, mood, x, 0, y), 0);
	}
	batch(m);
	for (int k = 0; k < 5; k++) {
		event(k, mood, x);
		CHECK_INT(emo_taste_weights(w, t, mood, NULL), 0);
		for (int i = 0; i < EMO_TASTE_DIM; i++) {
			double want = m[1 + i];

			for (int e = 0; e < EMO_EMOTIONS; e++)
				want += mood[e] * m[(1 + e) * BLOCK + 1 + i];
			CHECK_NEAR(w[i], want, 1e-5);
		}
		CHECK(w[0] > 0.1f); /* what the rewards depended on */
	}
	CHECK_INT((int)emo_taste_size(t), EVENTS);
	emo_taste_free(t);
}

static void nothing_known(void)
{
	struct emo_taste *t = emo_taste_new();
	const float mood[EMO_EMOTIONS] = {0, 0, 0, 1};
	const float x[EMO_TASTE_DIM] = {1, 1};
	struct emo_songs none = {0};
	struct emo_standard s = {0};
	struct emo_wish wish = {.feature = {1, 2, 3}}, before = wish;
	float w[EMO_TASTE_DIM];

	CHECK_INT(emo_taste_weights(w, t, mood, NULL), 0);
	for (int i = 0; i < EMO_TASTE_DIM; i++)
		CHECK_NEAR(w[i], 0, 0);
	CHECK_NEAR(emo_taste_artist(t, 12345), 0, 0);
	CHECK_INT(emo_taste_move(&wish, NULL, t, mood, &none, &s, NULL, NULL), 0);
	CHECK(memcmp(&wish, &before, sizeof wish) == 0);
	CHECK(emo_taste_doubt(t, mood, x) > 0.5);
	emo_taste_free(t);
	emo_taste_free(NULL);
}

/* What is learnt for one mood counts for it more than for another. */
static void moods_differ(void)
{
	struct emo_taste *t = emo_taste_new();
	const float happy[EMO_EMOTIONS] = {[EMO_HAPPY] = 1}, sad[EMO_EMOTIONS] = {[EMO_SAD] = 1};
	const float x[EMO_TASTE_DIM] = {[EMO_ENERGY] = 1.5f};
	float in_happy[EMO_TASTE_DIM], in_sad[EMO_TASTE_DIM];
	double before = emo_taste_doubt(t, happy, x);

	for (int k = 0; k < 20; k++)
		emo_taste_learn(t, happy, x, 0, EMO_LIKED);
	emo_taste_weights(in_happy, t, happy, NULL);
	emo_taste_weights(in_sad, t, sad, NULL);
	CHECK(in_sad[EMO_ENERGY] > 0 && in_happy[EMO_ENERGY] > in_sad[EMO_ENERGY]);
	CHECK(emo_taste_doubt(t, happy, x) < before / 2);
	CHECK(emo_taste_doubt(t, sad, x) > emo_taste_doubt(t, happy, x));
	emo_taste_free(t);
}

static void artists(void)
{
	struct emo_taste *t = emo_taste_new();
	const float mood[EMO_EMOTIONS] = {1}, x[EMO_TASTE_DIM] = {0};

	for (uint64_t k = 0; k < 600; k++) /* more than the table begins with */
		CHECK_INT(emo_taste_learn(t, mood, x, 1 + k % 300,
					  k % 300 == 7 ? EMO_LIKED : EMO_SKIPPED),
			  0);
	CHECK(emo_taste_artist(t, 8) > emo_taste_artist(t, 9) + 0.3f);
	CHECK_NEAR(emo_taste_artist(t, 0), 0, 0);
	CHECK_NEAR(emo_taste_artist(t, 5000), 0, 0);
	CHECK(emo_taste_artist_hash("A, B") == emo_taste_artist_hash("a"));
	emo_taste_free(t);
}

/* Draws differ from seed to seed, repeat with the seed, and lie about the mean. */
static void exploring(void)
{
	struct emo_taste *t = emo_taste_new();
	float mood[EMO_EMOTIONS], x[EMO_TASTE_DIM], mean[EMO_TASTE_DIM], w[2][EMO_TASTE_DIM];
	double sum = 0, spread = 0;

	for (int k = 0; k < EVENTS; k++) {
		double y = event(k, mood, x);
		emo_taste_learn(t, mood, x, 0, y);
	}
	emo_taste_weights(mean, t, mood, NULL);
	for (uint64_t seed = 0; seed < 2000; seed++) {
		struct emo_rng a = emo_rng_at(seed, 0, 0), b = a;

		CHECK_INT(emo_taste_weights(w[0], t, mood, &a), 0);
		CHECK_INT(emo_taste_weights(w[1], t, mood, &b), 0);
		CHECK(memcmp(w[0], w[1], sizeof *w) == 0);
		sum += w[0][3] / 2000;
		spread += (w[0][3] - mean[3]) * (w[0][3] - mean[3]) / 2000;
	}
	CHECK_NEAR(sum, mean[3], 0.03);
	CHECK(spread > 1e-3 && spread < 0.2);
	emo_taste_free(t);
}

int main(void)
{
	RUN(exact);
	RUN(nothing_known);
	RUN(moods_differ);
	RUN(artists);
	RUN(exploring);
	return test_end();
}
