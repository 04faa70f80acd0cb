/* SPDX-License-Identifier: MIT */
/* What a report of fer-eval --format=json holds and pictures need. */
#ifndef PLOT_SCORES_H
#define PLOT_SCORES_H

#include <stddef.h>

#include "emotion.h"

#define SCORES_BINS 100 /* at most */

struct scores_bin {
	double from, to; /* of confidence */
	double n, confidence, accuracy; /* means; 0 when n is 0 */
};

/* Counts are doubles: exact up to 2^53, and never out of range when they are added. */
struct scores {
	int classes;
	char name[EMO_EMOTIONS][32];
	double confusion[EMO_EMOTIONS][EMO_EMOTIONS]; /* [truth][prediction] */
	double missed[EMO_EMOTIONS]; /* [truth], without a face */
	double support[EMO_EMOTIONS]; /* [truth], all of them */
	double n, n_missed, right;
	struct scores_bin bin[SCORES_BINS];
	int bins;
	double predicted, ece;      /* predicted: samples in all bins */
	char title[128], detail[896]; /* what was judged, for a title and for the line below it */
};

/* Reads a report that is in memory; name is for messages. What is no report ends the program. */
void scores_read(struct scores *s, const char *text, size_t len, const char *name);

#endif
