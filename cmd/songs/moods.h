/* SPDX-License-Identifier: MIT */
/* The moods on standard input: records of faces, or emotions a line. */
#ifndef MOODS_H
#define MOODS_H

#include "emotion.h"
#include "record.h"

/*
 * Reads to the end, calls use(), when there is one, with the mood of each face as it comes, and
 * puts the mean of all into mean[]. Bad lines are warned of. Returns an exit code: CLI_NOTHING,
 * after a message, when there was no face; but when none is needed, empty input is CLI_OK, and
 * mean[] stays.
 */
int moods_read(float mean[EMO_EMOTIONS],
	       void (*use)(void *arg, const float *mood, const struct emo_record *r), void *arg,
	       int needed);

#endif
