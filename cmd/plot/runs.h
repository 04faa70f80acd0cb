/* SPDX-License-Identifier: MIT */
/* Training runs, as the logs of fer-train --log tell them: a row an epoch. */
#ifndef PLOT_RUNS_H
#define PLOT_RUNS_H

#include <stddef.h>

enum run_value { RUN_RATE, RUN_TRAIN_LOSS, RUN_TRAIN_ACCURACY, RUN_TEST_LOSS, RUN_TEST_ACCURACY,
		 RUN_VALUES };

struct run_epoch {
	long epoch;
	int best; /* it was the best so far */
	double value[RUN_VALUES];
};

struct run {
	const char *name;
	struct run_epoch *epochs; /* numbers rise; some may be missing */
	size_t n;
	size_t best; /* index of the best epoch; n >= 1 */
};

/*
 * Reads a log that is in memory; name is for messages and kept. Where an epoch number does not
 * rise, a run was resumed from an earlier state, and the later rows count. Columns are found by
 * name; without "best" the most accurate epoch is the best. n is 0 when there is no row; what is
 * no log ends the program. Caller frees run.epochs with free().
 */
struct run run_read(const char *text, size_t len, const char *name);

#endif
