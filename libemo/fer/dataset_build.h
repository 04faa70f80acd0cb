/* SPDX-License-Identifier: MIT */
/* How the two readers, of CSV files and of folders, fill a dataset. Internal. */
#ifndef EMO_FER_DATASET_BUILD_H
#define EMO_FER_DATASET_BUILD_H

#include "dataset.h"

struct emo_dataset_build {
	struct emo_dataset *d;
	unsigned splits, classes; /* bits of what to keep; never 0 */
	int skip_bad;
	int unseen; /* Training is wanted to compare with, whatever its emotions */
	int fatal;     /* a failure that skip_bad does not get over, such as memory */
	size_t nrows;  /* good rows, wanted or not */
	size_t nfiles; /* images met, good or bad */
	size_t pixels_cap, label_cap, split_cap, row_cap;
};

/* Whether a row is to be decoded and taken; if not, it is counted and done with. */
int emo_dataset_wants(struct emo_dataset_build *b, int label, int split);

/* Where the next image goes, d->side being set; NULL on failure. Taken by emo_dataset_take. */
uint8_t *emo_dataset_room(struct emo_dataset_build *b);
void emo_dataset_take(struct emo_dataset_build *b, int label, int split, size_t row);

/* After a failure with one row: 0 when it is counted as bad and reading goes on, else -1. */
int emo_dataset_bad(struct emo_dataset_build *b);

int emo_dataset_read_csv(struct emo_dataset_build *b, const char *path);
int emo_dataset_read_dir(struct emo_dataset_build *b, const char *path);

#endif
