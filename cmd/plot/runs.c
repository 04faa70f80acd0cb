/* SPDX-License-Identifier: MIT */
#include "runs.h"

#include <stdlib.h>

#include "base/csv.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "../cli.h"

#define MOST_EPOCHS 1000000

/* A column of the log and what its numbers may be; the first RUN_VALUES as in enum run_value. */
static const struct column {
	const char *name;
	double least, most;
	int whole;
} columns[] = {
	{"rate", 0, 1e6, 0},
	{"train_loss", 0, 1e9, 0},
	{"train_accuracy", 0, 1, 0},
	{"test_loss", 0, 1e9, 0},
	{"test_accuracy", 0, 1, 0},
	{"epoch", 1, MOST_EPOCHS, 1},
	{"best", 0, 1, 1},
};
enum { EPOCH = RUN_VALUES, BEST, COLUMNS };

static void find_columns(int at[COLUMNS], const struct emo_csv *csv)
{
	for (int k = 0; k < COLUMNS; k++) {
		at[k] = emo_csv_find(csv, columns[k].name);
		if (at[k] < 0 && k != BEST)
			die("%s:%zu: no column '%s', so it is no log of fer-train --log and no "
			    "report of fer-eval --format=json either", emo_csv_name(csv),
			    emo_csv_line(csv), columns[k].name);
	}
}

static double read_cell(const struct emo_csv *csv, int at, const struct column *column)
{
	const char *cell = emo_csv_field(csv, (size_t)at);
	double v;

	if ((size_t)at >= emo_csv_nfields(csv) || !*cell)
		die("%s:%zu: %s is missing", emo_csv_name(csv), emo_csv_line(csv), column->name);
	if (emo_parse_double(&v, cell) < 0)
		die("%s:%zu: %s: '%.40s' is not a number", emo_csv_name(csv), emo_csv_line(csv),
		    column->name, cell);
	if (v < column->least || v > column->most || (column->whole && v != (double)(long)v))
		die("%s:%zu: %s: '%.40s' is not a %snumber within %g .. %g", emo_csv_name(csv),
		    emo_csv_line(csv), column->name, cell, column->whole ? "whole " : "",
		    column->least, column->most);
	return v;
}

static void read_row(struct run_epoch *e, const struct emo_csv *csv, const int at[COLUMNS])
{
	for (int k = 0; k < RUN_VALUES; k++)
		e->value[k] = read_cell(csv, at[k], &columns[k]);
	e->epoch = (long)read_cell(csv, at[EPOCH], &columns[EPOCH]);
	e->best = at[BEST] >= 0 && read_cell(csv, at[BEST], &columns[BEST]) > 0;
}

/* The last that was the best so far; among equally good ones of a log that does not say, the first. */
static size_t find_best(const struct run *r)
{
	size_t best = 0;

	for (size_t i = r->n; i-- > 0;)
		if (r->epochs[i].best)
			return i;
	for (size_t i = 1; i < r->n; i++)
		if (r->epochs[i].value[RUN_TEST_ACCURACY] >
		    r->epochs[best].value[RUN_TEST_ACCURACY])
			best = i;
	return best;
}

struct run run_read(const char *text, size_t len, const char *name)
{
	struct run r = {.name = name};
	struct emo_csv *csv = emo_csv_open_text(text, len, name);
	int at[COLUMNS], more;
	size_t cap = 0;

	if (!csv || (more = emo_csv_next(csv)) < 0)
		die("%s", emo_error());
	if (more)
		find_columns(at, csv);
	while (more && (more = emo_csv_next(csv)) > 0) {
		struct run_epoch e;

		read_row(&e, csv, at);
		while (r.n > 0 && r.epochs[r.n - 1].epoch >= e.epoch)
			r.n--;
		if (emo_grow(&r.epochs, &cap, r.n + 1, sizeof e) < 0)
			die("%s", emo_error());
		r.epochs[r.n++] = e;
	}
	if (more < 0)
		die("%s", emo_error());
	emo_csv_close(csv);
	r.best = find_best(&r);
	return r;
}
