/* SPDX-License-Identifier: MIT */
/* Scores written out: a page for people, or one JSON object for programs. */
#ifndef EMO_FER_REPORT_H
#define EMO_FER_REPORT_H

#include <stdio.h>

#include "metrics.h"

/* What was judged. Strings are borrowed. */
struct emo_report {
	const char *model; /* NULL when the predictions came as records */
	const char *data;
	unsigned splits;  /* bit s: split s of a dataset; 0 for records */
	unsigned classes; /* bit e: emotion e was judged; 0 = all */
	int views;        /* views of each image; 0 for records */
	size_t nbad;      /* rows or images passed over */
	size_t nseen;     /* images left out because they are in Training, too */
	struct emo_metrics metrics;
	int cross_fitted;      /* whether there is the following */
	struct emo_metrics cross; /* of probabilities calibrated on the other half of the images */
	const char *votes;     /* the file whose majorities are the truth; NULL: labels are */
};

/*
 * At most 80 columns but for long names. A dash, in JSON null, stands for a score that is not
 * defined. -1 when the stream has an error.
 */
EMO_API int emo_report_text(FILE *f, const struct emo_report *r);
EMO_API int emo_report_json(FILE *f, const struct emo_report *r);

#endif
