/* SPDX-License-Identifier: MIT */
/* What there is to say of one picture: its records, and complaints for standard error. */
#ifndef DETECT_FINDINGS_H
#define DETECT_FINDINGS_H

#include <stddef.h>

#include "record.h"

struct findings {
	struct emo_record *records; /* never none; their file is the name that was given */
	size_t n, cap;
	char **complaints;
	size_t ncomplaints, complaints_cap;
};

/* A line without a face or mood yet. Out of memory ends the program, here and below. */
struct emo_record *findings_add(struct findings *out, const char *name, int face);

/* Keeps the calling thread's emo_error(). */
void findings_complain(struct findings *out);

void findings_empty(struct findings *out);
void findings_done(struct findings *out);

#endif
