/* SPDX-License-Identifier: MIT */
/* The log of a training run: a CSV file with a line for each epoch, complete at any moment. */
#ifndef EMO_BASE_LOG_H
#define EMO_BASE_LOG_H

#include "api.h"

struct emo_log;

/*
 * done = 0: a new file, which begins with a line of the columns' names. Otherwise the log goes on
 * behind the line of epoch `done`; later lines, of epochs that were lost with an interrupted run,
 * are taken back. NULL on failure.
 */
EMO_API struct emo_log *emo_log_open(const char *path, const char *columns, int done);

/* Writes a line, which begins with the epoch's number, through to the file. */
EMO_API int emo_log_line(struct emo_log *log, const char *line);

EMO_API int emo_log_close(struct emo_log *log); /* frees it; NULL is fine */

#endif
