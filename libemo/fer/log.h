/* SPDX-License-Identifier: MIT */
/* The log of a training run: a CSV file with a line for each epoch, complete at any moment. */
#ifndef EMO_FER_LOG_H
#define EMO_FER_LOG_H

#include "train.h"

struct emo_log;

/*
 * done = 0: a new file. Otherwise the log goes on behind the line of epoch `done`; later lines, of
 * epochs that were lost with an interrupted run, are taken back. NULL on failure.
 */
EMO_API struct emo_log *emo_log_open(const char *path, int done);

/* Writes a line, through to the file. */
EMO_API int emo_log_add(struct emo_log *log, const struct emo_epoch *epoch);

EMO_API int emo_log_close(struct emo_log *log); /* frees it; NULL is fine */

#endif
