/* SPDX-License-Identifier: MIT */
/* What fer-eval was told to do. */
#ifndef EVAL_OPTIONS_H
#define EVAL_OPTIONS_H

struct settings {
	const char *model, *data, *predictions, *votes;
	unsigned splits, classes; /* classes: 0 = all that the model knows */
	int views, json, threads, skip_bad, records, cross_fit, unseen;
};

/* Reads the command line; ends the program when it is not fit. */
struct settings parse_options(int argc, char **argv);

#endif
