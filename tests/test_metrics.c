/* SPDX-License-Identifier: MIT */
#include "fer/metrics.h"

#include "base/rng.h"
#include "test.h"

/* All on one emotion. */
static void add(struct emo_metrics *m, int truth, int predicted, int times)
{
	float mood[EMO_EMOTIONS] = {0};

	mood[predicted] = 1;
	for (int i = 0; i < times; i++)
		emo_metrics_add(m, truth, mood);
}

/*
 * Worked by hand:  truth \ predicted   happy  sad  fear
 *                  happy                  5    1     0
 *                  sad                    2    3     1
 *                  fear                   0    0     4
 */
static void test_three_emotions(void)
{
	struct emo_metrics m = {0};
	struct emo_scores s;

	add(&m, EMO_HAPPY, EMO_HAPPY, 5);
	add(&m, EMO_HAPPY, EMO_SAD, 1);
	add(&m, EMO_SAD, EMO_HAPPY, 2);
	add(&m, EMO_SAD, EMO_SAD, 3);
	add(&m, EMO_SAD, EMO_FEAR, 1);
	add(&m, EMO_FEAR, EMO_FEAR, 4);
	emo_metrics_scores(&s, &m);
	CHECK_INT(s.n, 16);
	CHECK_INT(s.right, 12);
	CHECK_INT(s.missed, 0);
	CHECK_NEAR(s.accuracy, 0.75, 1e-12);
	CHECK_INT(s.of[EMO_HAPPY].support, 6);
	CHECK_NEAR(s.of[EMO_HAPPY].precision, 5 / 7.0, 1e-12);
	CHECK_NEAR(s.of[EMO_HAPPY].recall, 5 / 6.0, 1e-12);
	CHECK_NEAR(s.of[EMO_HAPPY].specificity, 8 / 10.0, 1e-12);
	CHECK_NEAR(s.of[EMO_HAPPY].f1, 10 / 13.0, 1e-12);
	CHECK_NEAR(s.of[EMO_HAPPY].accuracy, 13 / 16.0, 1e-12);
	CHECK_NEAR(s.of[EMO_SAD].precision, 3 / 4.0, 1e-12);
	CHECK_NEAR(s.of[EMO_SAD].recall, 3 / 6.0, 1e-12);
	CHECK_NEAR(s.of[EMO_SAD].specificity, 9 / 10.0, 1e-12);
	CHECK_NEAR(s.of[EMO_SAD].f1, 0.6, 1e-12);
	CHECK_NEAR(s.of[EMO_FEAR].specificity, 11 / 12.0, 1e-12);
	CHECK_NEAR(s.of[EMO_FEAR].f1, 8 / 9.0, 1e-12);
	CHECK_NEAR(s.macro_f1, (10 / 13.0 + 0.6 + 8 / 9.0) / 3, 1e-12);
	CHECK_NEAR(s.balanced_accuracy, (5 / 6.0 + 0.5 + 1) / 3, 1e-12);
	/* an emotion that does not occur: nothing to recall, all the rest rightly refused */
	CHECK_INT(s.of[EMO_ANGRY].support, 0);
	CHECK(isnan(s.of[EMO_ANGRY].recall) && isnan(s.of[EMO_ANGRY].f1));
	CHECK_NEAR(s.of[EMO_ANGRY].precision, 0, 0);
	CHECK_NEAR(s.of[EMO_ANGRY].specificity, 1, 0);
	/* all certain, a quarter wrong */
	CHECK_NEAR(s.ece, 0.25, 1e-12);
	CHECK_NEAR(s.nll, 4 * -log(1e-7) / 16, 1e-9);
}

static void test_missed(void)
{
	struct emo_metrics m = {0};
	struct emo_scores s;

	add(&m, EMO_SAD, EMO_SAD, 3);
	add(&m, EMO_HAPPY, EMO_HAPPY, 4);
	emo_metrics_miss(&m, EMO_SAD);
	emo_metrics_miss(&m, EMO_FEAR);
	emo_metrics_scores(&s, &m);
	CHECK_INT(s.n, 9);
	CHECK_INT(s.missed, 2);
	CHECK_NEAR(s.accuracy, 7 / 9.0, 1e-12);
	CHECK_INT(s.of[EMO_SAD].support, 4);
	CHECK_INT(s.of[EMO_SAD].missed, 1);
	CHECK_NEAR(s.of[EMO_SAD].recall, 0.75, 1e-12);
	CHECK_NEAR(s.of[EMO_SAD].precision, 1, 1e-12);
	CHECK_NEAR(s.of[EMO_SAD].accuracy, 8 / 9.0, 1e-12);
	CHECK_NEAR(s.of[EMO_FEAR].recall, 0, 0);
	CHECK_NEAR(s.of[EMO_FEAR].f1, 0, 0);
	CHECK_NEAR(s.balanced_accuracy, (0.75 + 1 + 0) / 3, 1e-12);
	/* of probabilities there are only those of the seven predictions */
	CHECK_NEAR(s.nll, 0, 1e-12);
	CHECK_NEAR(s.ece, 0, 1e-12);
}

static void test_nothing(void)
{
	struct emo_metrics m = {0};
	struct emo_scores s;

	emo_metrics_scores(&s, &m);
	CHECK_INT(s.n, 0);
	CHECK(isnan(s.accuracy) && isnan(s.macro_f1) && isnan(s.balanced_accuracy));
	CHECK(isnan(s.nll) && isnan(s.ece));
	CHECK(isnan(s.of[0].recall) && isnan(s.of[0].specificity) && isnan(s.of[0].accuracy));
}

static void random_mood(float *mood, struct emo_rng *rng)
{
	float sum = 0;

	for (int e = 0; e < EMO_EMOTIONS; e++)
		sum += mood[e] = expf(2 * emo_rng_normal(rng));
	for (int e = 0; e < EMO_EMOTIONS; e++)
		mood[e] /= sum;
}

/* The definition, bin by bin: sum over bins of n_k / n |accuracy_k - confidence_k|. */
static double naive_ece(float mood[][EMO_EMOTIONS], const int *truth, int n)
{
	double ece = 0;

	for (int k = 0; k < 15; k++) {
		double low = k / 15.0, high = (k + 1) / 15.0, right = 0, confidence = 0;
		int count = 0;

		for (int i = 0; i < n; i++) {
			int top = 0;
			for (int e = 1; e < EMO_EMOTIONS; e++)
				if (mood[i][e] > mood[i][top])
					top = e;
			if ((double)mood[i][top] <= low || (double)mood[i][top] > high)
				continue;
			count++;
			right += truth[i] == top;
			confidence += (double)mood[i][top];
		}
		if (count)
			ece += (double)count / n * fabs(right / count - confidence / count);
	}
	return ece;
}

static void test_calibration(void)
{
	enum { N = 4000 };
	static float mood[N][EMO_EMOTIONS];
	static int truth[N];
	struct emo_rng rng = emo_rng_at(5, 0, 0);
	struct emo_metrics m = {0};
	struct emo_scores s;
	double nll = 0;
	size_t in_bins = 0;

	for (int i = 0; i < N; i++) {
		random_mood(mood[i], &rng);
		truth[i] = (int)emo_rng_below(&rng, EMO_EMOTIONS);
		nll -= log((double)mood[i][truth[i]]);
		emo_metrics_add(&m, truth[i], mood[i]);
	}
	emo_metrics_scores(&s, &m);
	for (int k = 0; k < EMO_BINS; k++)
		in_bins += m.bins[k].n;
	CHECK_INT(in_bins, N);
	CHECK(s.ece > 0.1); /* random truths: far too sure */
	CHECK_NEAR(s.ece, naive_ece(mood, truth, N), 1e-9);
	CHECK_NEAR(s.nll, nll / N, 1e-6);
}

static void test_bins(void)
{
	float fifth[EMO_EMOTIONS] = {0.2f, 0.2f, 0.2f, 0.2f, 0.2f}, sure[EMO_EMOTIONS] = {1};
	float half[EMO_EMOTIONS] = {0.25f, 0.5f, 0.25f};
	struct emo_metrics m = {0};

	emo_metrics_add(&m, 0, fifth);
	emo_metrics_add(&m, 3, sure);
	emo_metrics_add(&m, 1, half);
	CHECK_INT(m.bins[EMO_BINS - 1].n, 1);
	CHECK_INT(m.bins[EMO_BINS - 1].right, 0);
	CHECK_INT(m.bins[7].n, 1); /* (7/15, 8/15] */
	CHECK_INT(m.bins[7].right, 1);
	CHECK_NEAR(m.bins[7].confidence, 0.5, 1e-9);
	CHECK_INT(m.confusion[0][0], 1); /* the first of equals */
}

static void test_restrict(void)
{
	float mood[EMO_EMOTIONS] = {0.1f, 0.1f, 0.2f, 0.3f, 0.1f, 0.1f, 0.1f};
	float none[EMO_EMOTIONS] = {0, 0, 0, 1};

	emo_mood_restrict(mood, 1u << EMO_FEAR | 1u << EMO_SAD | 1u << EMO_ANGRY);
	CHECK_NEAR(mood[EMO_FEAR], 0.5, 1e-6);
	CHECK_NEAR(mood[EMO_SAD], 0.25, 1e-6);
	CHECK_NEAR(mood[EMO_ANGRY], 0.25, 1e-6);
	CHECK_NEAR(mood[EMO_HAPPY], 0, 0);
	emo_mood_restrict(none, 1u << EMO_SAD | 1u << EMO_NEUTRAL);
	CHECK_NEAR(none[EMO_SAD], 0.5, 0);
	CHECK_NEAR(none[EMO_NEUTRAL], 0.5, 0);
	CHECK_NEAR(none[EMO_HAPPY], 0, 0);
}

int main(void)
{
	RUN(test_three_emotions);
	RUN(test_missed);
	RUN(test_nothing);
	RUN(test_calibration);
	RUN(test_bins);
	RUN(test_restrict);
	return test_end();
}
