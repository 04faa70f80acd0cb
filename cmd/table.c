/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli.h"

enum { GAP = 2, NARROWEST = 8, WIDEST = 200 };

/* A column's width: its own and its share of what the terminal has left, or lacks. */
static int width_of(const struct table *t, const struct table_column *column)
{
	int used = 0, shares = 0, width;

	for (const struct table_column *c = t->columns; c->name; c++) {
		used += c->width ? c->width + GAP : 0;
		shares += c->width ? c->share : 0;
	}
	width = column->width;
	if (shares)
		width += (t->room - used + GAP) * column->share / shares;
	return width < NARROWEST && column->share ? NARROWEST : width < WIDEST ? width : WIDEST;
}

static void text_row(const struct table *t, const char *const *cells)
{
	char cell[4 * WIDEST + 1];
	int before = 0; /* blanks due before the next cell; none are left at the end of a line */

	for (int i = 0; t->columns[i].name; i++) {
		int width = width_of(t, &t->columns[i]), used;

		if (!t->columns[i].width)
			continue;
		used = emo_text_fit(cell, sizeof cell, cells[i] ? cells[i] : "", width,
				    EMO_CUT_END);
		if (t->columns[i].number)
			before += width - used;
		printf("%*s%s", before, "", cell);
		before = GAP + (t->columns[i].number ? 0 : width - used);
	}
	putchar('\n');
}

static void text_header(const struct table *t)
{
	const char *names[32] = {0};

	for (int i = 0; i < 32 && t->columns[i].name; i++)
		names[i] = t->columns[i].name;
	if (t->color)
		fputs("\033[1m", stdout);
	text_row(t, names);
	if (t->color)
		fputs("\033[0m", stdout);
}

static void tsv_row(const struct table *t, const char *const *cells)
{
	for (int i = 0; t->columns[i].name; i++) {
		if (i > 0)
			putchar('\t');
		if (!cells)
			fputs(t->columns[i].name, stdout);
		else if (t->terminal)
			emo_write_shown(stdout, cells[i] ? cells[i] : "");
		else
			emo_write_tsv_cell(stdout, cells[i] ? cells[i] : "");
	}
	putchar('\n');
}

static void jsonl_row(const struct table *t, const char *const *cells)
{
	for (int i = 0; t->columns[i].name; i++) {
		const char *cell = cells[i] && *cells[i] ? cells[i] : NULL;

		printf("%s\"%s\": ", i ? ", " : "{", t->columns[i].name);
		if (cell && !t->columns[i].number)
			emo_write_json_string(stdout, cell);
		else
			fputs(cell ? cell : "null", stdout);
	}
	puts("}");
}

const char *const table_formats[] = {"tsv", "jsonl", "text", "auto", NULL};

struct table table_start(int format, const struct table_column *columns)
{
	struct table t = {.columns = columns, .room = 80};

	if (format == TABLE_AUTO)
		format = cli_is_terminal(STDOUT_FILENO) ? EMO_TEXT : EMO_TSV;
	t.format = (enum emo_format)format;
	t.color = t.format == EMO_TEXT && cli_wants_color(STDOUT_FILENO);
	t.terminal = isatty(STDOUT_FILENO);
	if (t.terminal)
		t.room = cli_columns(STDOUT_FILENO);
	return t;
}

void table_row(struct table *t, const char *const *cells)
{
	if (t->rows == 0 && t->format == EMO_TSV)
		tsv_row(t, NULL);
	if (t->rows == 0 && t->format == EMO_TEXT)
		text_header(t);
	if (t->format == EMO_TSV)
		tsv_row(t, cells);
	else if (t->format == EMO_JSONL)
		jsonl_row(t, cells);
	else
		text_row(t, cells);
	t->rows++;
}

void table_note(const struct table *t, int under, const char *text)
{
	int indent = 0, room;
	char line[4 * WIDEST + 1];

	if (t->format != EMO_TEXT)
		return;
	for (int i = 0; i < under; i++)
		indent += t->columns[i].width ? width_of(t, &t->columns[i]) + GAP : 0;
	room = t->room - indent;
	emo_text_fit(line, sizeof line, text, room < WIDEST ? room : WIDEST, EMO_CUT_END);
	printf("%*s%s%s%s\n", indent, "", t->color ? "\033[2m" : "", line,
	       t->color ? "\033[0m" : "");
}
