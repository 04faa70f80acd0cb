/* SPDX-License-Identifier: MIT */
/* Records, from several files in turn, as one picture after another. */
#ifndef DRAW_GROUP_H
#define DRAW_GROUP_H

#include "record.h"

struct group {
	char *file; /* the picture; NULL when its records do not name it */
	struct emo_record *r;
	size_t n, cap;
};

struct groups;

/* Of files of records, "-" being standard input; borrowed until _end. */
struct groups *groups_new(char **files, int nfiles);

/*
 * The next lines in a row about one picture, valid until the call after the next. NULL at the end.
 * Bad lines are warned about, and passed over.
 */
const struct group *groups_next(struct groups *g);

int groups_failed(const struct groups *g); /* whether there was one, or a file was not read */
void groups_end(struct groups *g);

#endif
