/* SPDX-License-Identifier: MIT */
#include "group.h"

#include <stdlib.h>
#include <string.h>

#include "../cli.h"
#include "base/err.h"
#include "base/mem.h"

struct groups {
	char **files;
	int nfiles, at; /* at: of the file that comes next */
	FILE *file;
	struct emo_record_reader *reader;
	struct group two[2]; /* the current one, and the one before, which the caller still has */
	int turn, failed;
	struct emo_record ahead; /* the first of the next group, its file in ahead_file */
	char *ahead_file;
	int has_ahead;
};

struct groups *groups_new(char **files, int nfiles)
{
	struct groups *g = emo_calloc(1, sizeof *g);

	if (!g)
		die("%s", emo_error());
	g->files = files;
	g->nfiles = nfiles;
	return g;
}

static int open_next(struct groups *g)
{
	const char *path = g->files[g->at++];
	int is_stdin = strcmp(path, "-") == 0;

	if (is_stdin && cli_is_terminal(0))
		warn("reading records from the terminal; Ctrl-D ends");
	g->file = is_stdin ? stdin : fopen(path, "r");
	if (!g->file) {
		warn("%s:", path);
		g->failed = 1;
		return 0;
	}
	g->reader = emo_record_reader_new(g->file, is_stdin ? "(stdin)" : path);
	if (!g->reader)
		die("%s", emo_error());
	emo_record_reader_boxes(g->reader);
	return 1;
}

static void close_file(struct groups *g)
{
	emo_record_reader_free(g->reader);
	g->reader = NULL;
	if (g->file && g->file != stdin)
		fclose(g->file);
	g->file = NULL;
}

/* The next record of any file; 0 at the end of all. */
static int next_record(struct groups *g, struct emo_record *r)
{
	int got;

	for (;;) {
		if (!g->reader && (g->at == g->nfiles || !open_next(g))) {
			if (g->at == g->nfiles)
				return 0;
			continue;
		}
		while ((got = emo_record_read(g->reader, r)) < 0) {
			warn("%s", emo_error());
			g->failed = 1;
		}
		if (got)
			return 1;
		close_file(g);
	}
}

static char *copy(const char *s)
{
	char *own = s ? emo_strdup(s) : NULL;

	if (s && !own)
		die("%s", emo_error());
	return own;
}

static void add(struct group *g, const struct emo_record *r)
{
	if (emo_grow(&g->r, &g->cap, g->n + 1, sizeof *g->r) < 0)
		die("%s", emo_error());
	g->r[g->n] = *r;
	g->r[g->n++].file = g->file;
}

static int same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

const struct group *groups_next(struct groups *g)
{
	struct group *now = &g->two[g->turn ^= 1];
	struct emo_record r;

	free(now->file);
	now->file = NULL;
	now->n = 0;
	if (!g->has_ahead) {
		if (!next_record(g, &r))
			return NULL;
		now->file = copy(r.file);
		add(now, &r);
	} else {
		now->file = g->ahead_file;
		g->ahead_file = NULL;
		g->has_ahead = 0;
		add(now, &g->ahead);
	}
	while (next_record(g, &r)) {
		if (!same(r.file, now->file)) {
			g->ahead = r;
			g->ahead_file = copy(r.file);
			g->has_ahead = 1;
			break;
		}
		add(now, &r);
	}
	return now;
}

int groups_failed(const struct groups *g)
{
	return g->failed;
}

void groups_end(struct groups *g)
{
	close_file(g);
	for (int i = 0; i < 2; i++) {
		free(g->two[i].file);
		free(g->two[i].r);
	}
	free(g->ahead_file);
	free(g);
}
