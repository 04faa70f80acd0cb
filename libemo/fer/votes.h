/* SPDX-License-Identifier: MIT */
/*
 * What several annotators saw in each image of a dataset, as the FER+ labels of FER-2013 give it:
 * Barsoum, Zhang, Canton Ferrer, Zhang, "Training deep networks for facial expression recognition
 * with crowd-sourced label distribution", ICMI 2016.
 */
#ifndef EMO_FER_VOTES_H
#define EMO_FER_VOTES_H

#include <stddef.h>
#include <stdint.h>

#include "../base/api.h"
#include "../emotion.h"
#include "dataset.h"

enum { EMO_NO_MAJORITY = 255 };

struct emo_votes {
	size_t n;       /* rows */
	float *share;   /* (n, EMO_EMOTIONS): of the votes for the seven; all 0: too few are for them */
	uint8_t *major; /* [n] the emotion with most votes of all; EMO_NO_MAJORITY: none, or a tie */
};

/*
 * Reads a CSV (plain or .gz) with a column for each of neutral, happiness, surprise, sadness, anger,
 * disgust and fear; contempt, unknown and NF (not a face) count as votes for none of the seven. Row
 * k is about row k of the dataset (emo_dataset.row). A row of which less than half of the votes are
 * for the seven has no shares. d: the dataset, of which no row may lie beyond the votes; NULL: any.
 * -1 with file, line and reason; then *v needs no freeing.
 */
EMO_API int emo_votes_load(struct emo_votes *v, const char *path, const struct emo_dataset *d);
EMO_API void emo_votes_done(struct emo_votes *v);

/* The shares of a row; NULL when it has none, or is past the last one. */
static inline const float *emo_votes_share(const struct emo_votes *v, size_t row)
{
	const float *share = v->share + row * EMO_EMOTIONS;

	if (row >= v->n)
		return NULL;
	for (int e = 0; e < EMO_EMOTIONS; e++)
		if (share[e] > 0)
			return share;
	return NULL;
}

#endif
