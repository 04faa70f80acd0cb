/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"

struct emo_log {
	FILE *file;
	char *path; /* for messages */
};

int emo_log_line(struct emo_log *log, const char *line)
{
	if (fprintf(log->file, "%s\n", line) < 0 || fflush(log->file))
		return emo_fail("%s:", log->path);
	return 0;
}

/* Where the first line of an epoch after `done` begins; the header's number is 0. */
static long end_of(FILE *f, int done)
{
	char line[256];
	long at = 0;

	while (fgets(line, sizeof line, f) && strchr(line, '\n') && strtol(line, NULL, 10) <= done)
		at = ftell(f);
	return at;
}

struct emo_log *emo_log_open(const char *path, const char *columns, int done)
{
	struct emo_log *log = emo_calloc(1, sizeof *log);
	long at = 0;

	if (!log || !(log->path = emo_strdup(path)))
		goto fail;
	if (done && (log->file = fopen(path, "r+")))
		at = end_of(log->file, done);
	if (!log->file && !(log->file = fopen(path, "w"))) {
		emo_fail("%s:", path);
		goto fail;
	}
	if (at && (fseek(log->file, at, SEEK_SET) || ftruncate(fileno(log->file), at))) {
		emo_fail("%s:", path);
		goto fail;
	}
	if (at || emo_log_line(log, columns) == 0)
		return log;
fail:
	emo_log_close(log);
	return NULL;
}

int emo_log_close(struct emo_log *log)
{
	int bad;

	if (!log)
		return 0;
	bad = log->file && fclose(log->file);
	if (bad)
		emo_fail("%s:", log->path);
	free(log->path);
	free(log);
	return bad ? -1 : 0;
}
