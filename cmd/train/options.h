/* SPDX-License-Identifier: MIT */
/* What fer-train was told to do. */
#ifndef TRAIN_OPTIONS_H
#define TRAIN_OPTIONS_H

#include "fer/train.h"

enum { MAX_TEACHERS = 16 };

struct settings {
	const char *data, *output, *log;
	char *network; /* the text of --network */
	double max_time;
	int threads, resume, progress, epochs; /* epochs: 0 unless given */
	struct emo_dataset_options dataset;
	struct emo_recipe recipe;
	const char *votes;    /* the file; NULL: none */
	const char *of_votes, *of_teacher; /* an option given that needs --votes, --teacher; or NULL */
	char *teacher_names;  /* with a NUL after each */
	const char *teachers[MAX_TEACHERS];
	struct emo_lessons lessons;
};

/* Reads the command line; ends the program when it is not fit. */
void parse_options(struct settings *s, int argc, char **argv);
void free_settings(struct settings *s);

#endif
