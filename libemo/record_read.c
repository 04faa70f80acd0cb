/* SPDX-License-Identifier: MIT */
/*
 * Reading records. Each form of line is first brought into the same shape, struct emo_cells; then
 * record_check.c checks and completes the record.
 */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/limit.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"
#include "record_cells.h"

enum { MAX_CELLS = 256 };

#define ENDLESS 32 /* so many times the longest line that is good: its end is not waited for */

enum form { FORM_UNKNOWN, FORM_TSV, FORM_JSONL, FORM_WORDS };

struct emo_record_reader {
	FILE *file;
	char *name;
	enum form form;
	int ended, broken, boxes; /* boxes: an emotion is not needed */
	size_t line;
	char *text;
	size_t cap;
	int columns[MAX_CELLS]; /* what the cells of a TSV line are; -1: unknown */
	int ncolumns, face_column;
	json_t *json; /* owns the strings of the last record */
};

struct emo_record_reader *emo_record_reader_new(FILE *file, const char *name)
{
	struct emo_record_reader *r = emo_calloc(1, sizeof *r);

	if (!r)
		return NULL;
	r->file = file;
	if ((r->name = emo_strdup(name)))
		return r;
	free(r);
	return NULL;
}

void emo_record_reader_free(struct emo_record_reader *r)
{
	if (!r)
		return;
	json_decref(r->json);
	free(r->name);
	free(r->text);
	free(r);
}

void emo_record_reader_boxes(struct emo_record_reader *r)
{
	r->boxes = 1;
}

size_t emo_record_line(const struct emo_record_reader *r)
{
	return r->line;
}

int emo_record_reader_broke(const struct emo_record_reader *r)
{
	return r->broken;
}

/* A bad line: the place before the reason, and -1. */
static int bad(const struct emo_record_reader *r, const char *reason)
{
	return emo_fail("%s:%zu: %s", r->name, r->line, reason);
}

static int broken(struct emo_record_reader *r, int status)
{
	r->ended = r->broken = 1; /* nothing more can be read */
	return status;
}

/* The next line, without its end, in r->text. 1, 0 at the end, -1 for a bad one, now behind us. */
static int read_line(struct emo_record_reader *r)
{
	size_t n = 0, most = emo_limit(EMO_LIMIT_LINE);
	int c, has_nul = 0;

	while ((c = getc(r->file)) != EOF && c != '\n') {
		has_nul |= c == '\0';
		if (n < most) {
			if (emo_grow(&r->text, &r->cap, n + 2, 1) < 0)
				return broken(r, -1);
			r->text[n] = (char)c;
		}
		if (n++ == ENDLESS * most)
			return broken(r, emo_fail("%s:%zu: a line without end", r->name,
						  r->line + 1));
	}
	if (c == EOF && ferror(r->file))
		return broken(r, emo_fail("%s: cannot read:", r->name));
	if (c == EOF && n == 0)
		return 0;
	r->line++;
	if (n > most)
		return emo_fail("%s:%zu: line longer than %zu bytes (the limit is 'line')",
				r->name, r->line, most);
	if (has_nul)
		return bad(r, "line with a NUL byte: not text");
	if (emo_grow(&r->text, &r->cap, 1, 1) < 0)
		return broken(r, -1);
	if (n > 0 && r->text[n - 1] == '\r')
		n--;
	r->text[n] = '\0';
	return 1;
}

static int column_of(const char *name)
{
	for (int c = 0; c < EMO_COLUMNS; c++)
		if (strcasecmp(name, emo_record_column_name(c)) == 0)
			return c;
	return -1;
}

/* Splits at tabs, in place. The number of cells, or -1 for more than MAX_CELLS. */
static int split(char *line, char **cell)
{
	int n = 0;

	for (char *tab; (tab = strchr(line, '\t')); line = tab + 1) {
		if (n == MAX_CELLS - 1)
			return -1;
		cell[n++] = line;
		*tab = '\0';
	}
	cell[n++] = line;
	return n;
}

/*
 * Whether cells are a header: an "emotion", or a mood when `first`, or a box where boxes are
 * wanted, and no number among them. Data can look so only if a file is called "emotion".
 */
static int is_header(const struct emo_record_reader *r, char **cell, int n, int first)
{
	int named = 0, sides = 0;
	double v;

	for (int i = 0; i < n; i++) {
		int c = column_of(cell[i]);

		if (emo_parse_double(&v, cell[i]) == 0)
			return 0;
		named |= c == EMO_COL_EMOTION ||
			 (first && n > 1 && c >= EMO_COL_MOOD && c < EMO_COL_MARK);
		sides += c >= EMO_COL_X && c <= EMO_COL_H;
	}
	return named || (r->boxes && sides >= 4);
}

static int take_header(struct emo_record_reader *r, char **cell, int n)
{
	r->ncolumns = 0;
	r->face_column = 0;
	for (int i = 0; i < n; i++) {
		int c = column_of(cell[i]);

		for (int k = 0; c >= 0 && k < i; k++)
			if (r->columns[k] == c)
				return emo_fail("%s:%zu: column '%s' occurs twice", r->name,
						r->line, cell[i]);
		r->columns[i] = c;
		r->face_column |= c == EMO_COL_FACE;
	}
	r->ncolumns = n;
	r->form = FORM_TSV;
	return 0;
}

/* Where the text of a column belongs; NULL for a column of numbers. */
static const char **text_place(struct emo_cells *cells, int column)
{
	return column == EMO_COL_FILE	   ? &cells->file
	       : column == EMO_COL_EMOTION ? &cells->emotion
	       : column == EMO_COL_REASON  ? &cells->reason
					   : NULL;
}

static int read_tsv(struct emo_record_reader *r, struct emo_cells *out, char **cell, int n)
{
	if (n != r->ncolumns)
		return emo_fail("%s:%zu: %d cells where the header has %d", r->name, r->line, n,
				r->ncolumns);
	if (!r->face_column)
		out->number[EMO_COL_FACE] = 1;
	for (int i = 0; i < n; i++) {
		int c = r->columns[i];
		const char **text = text_place(out, c);

		if (c < 0 || !*cell[i])
			continue;
		if (text)
			*text = emo_read_tsv_cell(cell[i]);
		else if (emo_parse_double(&out->number[c], cell[i]) < 0)
			return emo_fail("%s:%zu: %s '%.40s' is not a number", r->name, r->line,
					emo_record_column_name(c), cell[i]);
	}
	return 1;
}

static int read_json(struct emo_record_reader *r, struct emo_cells *out)
{
	json_error_t why;

	json_decref(r->json);
	if (!(r->json = json_loads(r->text, 0, &why)))
		return emo_fail("%s:%zu: not JSON: %s", r->name, r->line, why.text);
	if (!json_is_object(r->json))
		return bad(r, "not a JSON object");
	for (int c = 0; c < EMO_COLUMNS; c++) {
		const json_t *v = json_object_get(r->json, emo_record_column_name(c));
		const char **text = text_place(out, c);

		if (!v || json_is_null(v))
			continue;
		if (text ? !json_is_string(v) : !json_is_number(v))
			return emo_fail("%s:%zu: \"%s\" is not a %s", r->name, r->line,
					emo_record_column_name(c), text ? "string" : "number");
		if (text)
			*text = json_string_value(v);
		else
			out->number[c] = json_number_value(v);
	}
	if (!json_object_get(r->json, "face"))
		out->number[EMO_COL_FACE] = 1;
	r->form = FORM_JSONL;
	return 1;
}

static int read_word(struct emo_record_reader *r, struct emo_cells *out)
{
	char *word = r->text + strspn(r->text, " \t");
	size_t n = strlen(word);

	while (n > 0 && strchr(" \t", word[n - 1]))
		word[--n] = '\0';
	if (emo_emotion_parse(word) < 0 && r->form == FORM_UNKNOWN && strpbrk(word, ",;"))
		return emo_fail("%s:%zu: '%.40s' is no header of records: it has no tabs, "
				"which separate their cells",
				r->name, r->line, word);
	if (emo_emotion_parse(word) < 0 && r->form == FORM_UNKNOWN)
		return emo_fail("%s:%zu: '%.40s' is no header of records, no JSON object and no "
				"emotion", r->name, r->line, word);
	out->emotion = word;
	out->number[EMO_COL_FACE] = 1;
	r->form = FORM_WORDS;
	return 1;
}

/* The line in r->text, whatever its form. 1, 0 when it was a header, -1 when bad. */
static int read_cells(struct emo_record_reader *r, struct emo_cells *out)
{
	char *cell[MAX_CELLS];
	int tabs = strchr(r->text, '\t') != NULL, n;

	if (r->form == FORM_JSONL || (r->form == FORM_UNKNOWN && *r->text == '{'))
		return read_json(r, out);
	if (r->form == FORM_WORDS ||
	    (!tabs && r->form == FORM_UNKNOWN && strcasecmp(r->text, "emotion")))
		return read_word(r, out);
	if ((n = split(r->text, cell)) < 0)
		return emo_fail("%s:%zu: more than %d cells", r->name, r->line, MAX_CELLS);
	if (is_header(r, cell, n, r->form == FORM_UNKNOWN))
		return take_header(r, cell, n);
	if (r->form == FORM_UNKNOWN)
		return bad(r, r->boxes ? "a header that names the columns x y w h should come first"
				       : "a header that names an emotion column should come first");
	return read_tsv(r, out, cell, n);
}

int emo_record_read(struct emo_record_reader *r, struct emo_record *out)
{
	int status;

	while (!r->ended) {
		struct emo_cells cells = {0};

		if ((status = read_line(r)) <= 0)
			return status;
		if (r->line == 1 && strncmp(r->text, "\xef\xbb\xbf", 3) == 0)
			memmove(r->text, r->text + 3, strlen(r->text + 3) + 1);
		if (!r->text[strspn(r->text, " \t\r")])
			continue;
		for (int c = 0; c < EMO_COLUMNS; c++)
			cells.number[c] = NAN;
		if ((status = read_cells(r, &cells)) < 0)
			return -1;
		if (status)
			return emo_cells_check(&cells, r->name, r->line, r->boxes, out);
	}
	return 0;
}
