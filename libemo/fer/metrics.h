/* SPDX-License-Identifier: MIT */
/*
 * How good predictions are: a count of what was taken for what, and the usual scores from it.
 *
 *	struct emo_metrics m = {0};
 *	emo_metrics_add(&m, EMO_HAPPY, mood);
 *	emo_metrics_scores(&scores, &m);
 */
#ifndef EMO_FER_METRICS_H
#define EMO_FER_METRICS_H

#include <stddef.h>

#include "../base/api.h"
#include "../emotion.h"

#define EMO_BINS 15 /* of calibration: bin k holds confidences in (k / 15, (k + 1) / 15] */

struct emo_bin {
	size_t n, right;
	double confidence; /* sum */
};

/* The counts; zeroed, they are ready for use. Sums over parts are sums over all. */
struct emo_metrics {
	size_t confusion[EMO_EMOTIONS][EMO_EMOTIONS]; /* [truth][predicted] */
	size_t missed[EMO_EMOTIONS]; /* [truth] without a prediction: no face was found */
	struct emo_bin bins[EMO_BINS];
	double nll; /* sum of -ln of the truth's probability, over what was predicted */
};

/* mood[EMO_EMOTIONS] sums to 1; its likeliest emotion is the prediction. */
EMO_API void emo_metrics_add(struct emo_metrics *m, int truth, const float *mood);

/* A sample that got no prediction: wrong, whatever its truth. */
EMO_API void emo_metrics_miss(struct emo_metrics *m, int truth);

/*
 * Of one emotion against the rest. NAN where there is nothing to divide by, but precision is 0 for
 * an emotion that was never predicted.
 */
struct emo_class_scores {
	size_t support, missed; /* samples of this emotion; missed is part of support */
	double precision, recall, specificity, f1; /* recall: also called sensitivity */
	double accuracy; /* one against rest */
};

/* All NAN without samples. Emotions without samples do not enter the two means over emotions. */
struct emo_scores {
	size_t n, right, missed;
	double accuracy;
	double macro_f1;          /* mean F1 */
	double balanced_accuracy; /* mean recall */
	double nll; /* mean, in nats; a probability below 1e-7 counts as that */
	double ece; /* expected calibration error: Guo, Pleiss, Sun, Weinberger, ICML 2017 */
	struct emo_class_scores of[EMO_EMOTIONS];
};

EMO_API void emo_metrics_scores(struct emo_scores *s, const struct emo_metrics *m);

/*
 * Drops the emotions whose bit in `classes` is not set from a mood and lets the rest sum to 1
 * again; when nothing is left, they are equally likely. classes has at least one emotion.
 */
EMO_API void emo_mood_restrict(float *mood, unsigned classes);

#endif
