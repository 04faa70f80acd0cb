/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "face/train.h"

struct emo_face_log {
	FILE *file;
	char *path; /* for messages */
};

static int put(struct emo_face_log *log, const char *line)
{
	if (fputs(line, log->file) == EOF || fflush(log->file))
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

struct emo_face_log *emo_face_log_open(const char *path, int done)
{
	struct emo_face_log *log = emo_calloc(1, sizeof *log);
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
	if (at || put(log, "epoch,rate,loss,ap,recall,threshold,points,hard,seconds,best\n") == 0)
		return log;
fail:
	emo_face_log_close(log);
	return NULL;
}

int emo_face_log_add(struct emo_face_log *log, const struct emo_face_epoch *e)
{
	char line[256];

	emo_snprintf(line, sizeof line, "%d,%.6g,%.6f,%.6f,%.6f,%.6f,%.6f,%d,%.1f,%d\n", e->epoch,
		     e->rate, e->loss, e->scores.ap, e->scores.recall, e->scores.threshold,
		     e->scores.points, e->hard, e->seconds, e->best);
	return put(log, line);
}

int emo_face_log_close(struct emo_face_log *log)
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
