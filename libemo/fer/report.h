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
	struct emo_metrics metrics;
};

/*
 * At most 80 columns but for long names. A dash, in JSON null, stands for a score that is not
 * defined. -1 when the stream has an error.
 */
EMO_API int emo_report_text(FILE *f, const struct emo_report *r);
EMO_API int emo_report_json(FILE *f, const struct emo_report *r);

#endif
