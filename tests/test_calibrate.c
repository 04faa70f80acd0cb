/* SPDX-License-Identifier: MIT */
/* Temperatures: known ones are found again, and what they do to probabilities. */
#include "fer/calibrate.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"
#include "fer/metrics.h"
#include "test.h"

enum { N = 20000, K = EMO_EMOTIONS };

/* Random moods, and truths drawn from the moods as they are at `temperature`. */
static void make(float *p, uint8_t *truth, double temperature)
{
	for (int i = 0; i < N; i++) {
		struct emo_rng rng = emo_rng_at(11, (uint64_t)i, 0);
		float *mood = p + i * K, real[K], sum = 0, at;
		int k = 0;

		for (int j = 0; j < K; j++)
			sum += mood[j] = expf(emo_rng_uniform(&rng, -3, 3));
		for (int j = 0; j < K; j++)
			real[j] = mood[j] /= sum;
		emo_temper(real, K, temperature);
		for (at = emo_rng_uniform(&rng, 0, 1); k < K - 1 && at >= real[k]; k++)
			at -= real[k];
		truth[i] = (uint8_t)k;
	}
}

static double log_loss(const float *p, const uint8_t *truth, double temperature)
{
	double sum = 0;

	for (int i = 0; i < N; i++) {
		float mood[K];

		memcpy(mood, p + i * K, sizeof mood);
		emo_temper(mood, K, temperature);
		sum -= log((double)mood[truth[i]]);
	}
	return sum / N;
}

static void test_fit(void)
{
	static const double temperatures[] = {.6, 1, 1.7};
	float *p = emo_calloc(N * K, sizeof *p);
	uint8_t *truth = emo_calloc(N, 1);

	for (int k = 0; k < 3; k++) {
		double want = temperatures[k], got;

		make(p, truth, want);
		got = emo_fit_temperature(p, truth, N, K);
		CHECK_NEAR(got, want, .05 * want);
		CHECK(log_loss(p, truth, got) <= log_loss(p, truth, got * 1.02));
		CHECK(log_loss(p, truth, got) <= log_loss(p, truth, got / 1.02));
	}
	free(p);
	free(truth);
}

/* What was overconfident is calibrated afterwards. */
static void test_error_falls(void)
{
	float *p = emo_calloc(N * K, sizeof *p);
	uint8_t *truth = emo_calloc(N, 1);
	struct emo_metrics before = {0}, after = {0};
	struct emo_scores s, t;
	double fit;

	make(p, truth, 2);
	fit = emo_fit_temperature(p, truth, N, K);
	for (int i = 0; i < N; i++) {
		emo_metrics_add(&before, truth[i], p + i * K);
		emo_temper(p + i * K, K, fit);
		emo_metrics_add(&after, truth[i], p + i * K);
	}
	emo_metrics_scores(&s, &before);
	emo_metrics_scores(&t, &after);
	CHECK(s.ece > .1);
	CHECK(t.ece < .02);
	CHECK(s.right == t.right);
	free(p);
	free(truth);
}

static void test_bounds(void)
{
	float sure[] = {1, 0}, wrong[] = {0, 1}, mood[] = {.2f, 0, .8f};
	const uint8_t first = 0;

	CHECK_NEAR(emo_fit_temperature(sure, &first, 0, 2), 1, 0);
	CHECK_NEAR(emo_fit_temperature(sure, &first, 1, 2), EMO_COLDEST, 1e-6);
	CHECK_NEAR(emo_fit_temperature(wrong, &first, 1, 2), EMO_HOTTEST, 1e-6);
	emo_temper(mood, 3, .5);
	CHECK_NEAR(mood[0], .04 / .68, 1e-6);
	CHECK(mood[1] == 0);
	CHECK_NEAR(mood[2], .64 / .68, 1e-6);
}

int main(void)
{
	RUN(test_fit);
	RUN(test_error_falls);
	RUN(test_bounds);
	return test_end();
}
