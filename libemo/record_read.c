/* SPDX-License-Identifier: MIT */
/*
 * Reading records. Each form of line is first brought into the same shape, struct cells: numbers by
 * column, NAN where there is none; then one function checks and completes the record.
 */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "record.h"

enum { MAX_CELLS = 256 };

enum form { FORM_UNKNOWN, FORM_TSV, FORM_JSONL, FORM_WORDS };

struct cells {
	const char *file, *emotion; /* NULL: absent */
	double number[EMO_COLUMNS]; /* NAN: absent */
};

struct emo_record_reader {
	FILE *file;
	char *name;
	enum form form;
	int ended;
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
	if (!(r->name = emo_strdup(name))) {
		free(r);
		return NULL;
	}
	return r;
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

size_t emo_record_line(const struct emo_record_reader *r)
{
	return r->line;
}

/* A bad line: the place before the reason, and -1. */
static int bad(const struct emo_record_reader *r, const char *reason)
{
	return emo_fail("%s:%zu: %s", r->name, r->line, reason);
}

/* The next line without its end, in r->text. 1, 0 at the end, -1 for a bad one, which is consumed.
 */
static int read_line(struct emo_record_reader *r)
{
	size_t n = 0;
	int c, has_nul = 0;

	while ((c = getc(r->file)) != EOF && c != '\n') {
		has_nul |= c == '\0';
		if (n < EMO_RECORD_MAX_LINE) {
			if (emo_grow(&r->text, &r->cap, n + 2, 1) < 0)
				return -1;
			r->text[n] = (char)c;
		}
		n++;
	}
	if (c == EOF && ferror(r->file)) {
		r->ended = 1;
		return emo_fail("%s: cannot read:", r->name);
	}
	if (c == EOF && n == 0)
		return 0;
	r->line++;
	if (n > EMO_RECORD_MAX_LINE)
		return emo_fail("%s:%zu: line longer than %zu bytes", r->name, r->line,
				EMO_RECORD_MAX_LINE);
	if (has_nul)
		return bad(r, "line with a NUL byte: not text");
	if (n == 0 && emo_grow(&r->text, &r->cap, 1, 1) < 0)
		return -1;
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

	for (char *s = line; s; n++) {
		if (n == MAX_CELLS)
			return -1;
		cell[n] = s;
		if ((s = strchr(s, '\t')))
			*s++ = '\0';
	}
	return n;
}

/*
 * Whether cells are a header: an "emotion", or a mood when `first`, and no number among them. Data
 * can look so only if a file is called "emotion".
 */
static int is_header(char **cell, int n, int first)
{
	int named = 0;
	double v;

	for (int i = 0; i < n; i++) {
		int c = column_of(cell[i]);

		if (emo_parse_double(&v, cell[i]) == 0)
			return 0;
		named |= c == EMO_COL_EMOTION || (first && n > 1 && c >= EMO_COL_MOOD);
	}
	return named;
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

/* \t \n \r \\ in place; a backslash before anything else is itself. */
static char *unescape(char *s)
{
	static const char letters[] = "tnr\\", meant[] = "\t\n\r\\";
	char *to = s;

	for (const char *from = s; *from; from++) {
		const char *at = *from == '\\' && from[1] ? strchr(letters, from[1]) : NULL;

		*to++ = at ? meant[at - letters] : *from;
		if (at)
			from++;
	}
	*to = '\0';
	return s;
}

static int read_tsv(struct emo_record_reader *r, struct cells *out, char **cell, int n)
{
	if (n != r->ncolumns)
		return emo_fail("%s:%zu: %d cells where the header has %d", r->name, r->line, n,
				r->ncolumns);
	for (int i = 0; i < n; i++) {
		int c = r->columns[i];

		if (c < 0 || !*cell[i])
			continue;
		if (c == EMO_COL_FILE)
			out->file = unescape(cell[i]);
		else if (c == EMO_COL_EMOTION)
			out->emotion = cell[i];
		else if (emo_parse_double(&out->number[c], cell[i]) < 0)
			return emo_fail("%s:%zu: %s '%.40s' is not a number", r->name, r->line,
					emo_record_column_name(c), cell[i]);
	}
	if (!r->face_column)
		out->number[EMO_COL_FACE] = 1;
	return 1;
}

static int read_json(struct emo_record_reader *r, struct cells *out)
{
	json_error_t why;

	json_decref(r->json);
	if (!(r->json = json_loads(r->text, 0, &why)))
		return emo_fail("%s:%zu: not JSON: %s", r->name, r->line, why.text);
	if (!json_is_object(r->json))
		return bad(r, "not a JSON object");
	for (int c = 0; c < EMO_COLUMNS; c++) {
		const json_t *v = json_object_get(r->json, emo_record_column_name(c));
		int text = c == EMO_COL_FILE || c == EMO_COL_EMOTION;

		if (!v || json_is_null(v))
			continue;
		if (text ? !json_is_string(v) : !json_is_number(v))
			return emo_fail("%s:%zu: \"%s\" is not a %s", r->name, r->line,
					emo_record_column_name(c), text ? "string" : "number");
		if (c == EMO_COL_FILE)
			out->file = json_string_value(v);
		else if (c == EMO_COL_EMOTION)
			out->emotion = json_string_value(v);
		else
			out->number[c] = json_number_value(v);
	}
	if (!json_object_get(r->json, "face"))
		out->number[EMO_COL_FACE] = 1;
	r->form = FORM_JSONL;
	return 1;
}

static int read_word(struct emo_record_reader *r, struct cells *out)
{
	char *word = r->text + strspn(r->text, " \t");
	size_t n = strlen(word);

	while (n > 0 && strchr(" \t", word[n - 1]))
		word[--n] = '\0';
	if (emo_emotion_parse(word) < 0 && r->form == FORM_UNKNOWN)
		return emo_fail("%s:%zu: '%.40s' is no header of records, no JSON object and no "
				"emotion",
				r->name, r->line, word);
	out->emotion = word;
	out->number[EMO_COL_FACE] = 1;
	r->form = FORM_WORDS;
	return 1;
}

/* The line in r->text, whatever its form. 1, 0 when it was a header, -1 when bad. */
static int read_cells(struct emo_record_reader *r, struct cells *out)
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
	if (is_header(cell, n, r->form == FORM_UNKNOWN))
		return take_header(r, cell, n);
	if (r->form == FORM_UNKNOWN)
		return bad(r, "a header that names an emotion column should come first");
	return read_tsv(r, out, cell, n);
}

static int check_numbers(const struct emo_record_reader *r, const struct cells *c)
{
	double face = c->number[EMO_COL_FACE];

	if (!isnan(face) && (face < 0 || face > 1e6 || face != floor(face)))
		return bad(r, "face is not a whole number from 0");
	if (c->number[EMO_COL_W] < 0 || c->number[EMO_COL_H] < 0)
		return bad(r, "box with a negative size");
	for (int k = EMO_COL_TIME; k <= EMO_COL_SCORE; k++)
		if (fabs(c->number[k]) > 1e9)
			return emo_fail("%s:%zu: %s %g is out of range", r->name, r->line,
					emo_record_column_name(k), c->number[k]);
	for (int k = EMO_COL_CONFIDENCE; k < EMO_COLUMNS; k++)
		if (c->number[k] < 0 || (k == EMO_COL_CONFIDENCE && c->number[k] > 1 + 1e-4))
			return emo_fail("%s:%zu: %s %g is not a probability", r->name, r->line,
					emo_record_column_name(k), c->number[k]);
	return 0;
}

/* The mood from its columns. 1, 0 when there are none, -1 when they are no probability. */
static int take_mood(const struct emo_record_reader *r, const struct cells *c,
		     struct emo_record *out)
{
	double sum = 0;
	int given = 0;

	for (int e = 0; e < EMO_EMOTIONS; e++)
		if (!isnan(c->number[EMO_COL_MOOD + e])) {
			sum += c->number[EMO_COL_MOOD + e];
			given++;
		}
	if (!given)
		return 0;
	if (!(sum > 0) || !isfinite(sum))
		return bad(r, "the seven probabilities do not add up to anything");
	for (int e = 0; e < EMO_EMOTIONS; e++) {
		double p = c->number[EMO_COL_MOOD + e];
		out->mood[e] = isnan(p) ? 0 : (float)(p / sum);
	}
	return 1;
}

/* The mood of an emotion of which no more is known than its confidence. */
static void make_mood(struct emo_record *out, double confidence)
{
	double p = isnan(confidence) ? 1 : fmin(confidence, 1);

	for (int e = 0; e < EMO_EMOTIONS; e++)
		out->mood[e] = (float)(e == out->emotion ? p : (1 - p) / (EMO_EMOTIONS - 1));
}

static int complete(const struct emo_record_reader *r, const struct cells *c,
		    struct emo_record *out)
{
	double face = c->number[EMO_COL_FACE], confidence = c->number[EMO_COL_CONFIDENCE];
	int has_mood;

	if (check_numbers(r, c) < 0)
		return -1;
	*out = (struct emo_record){.file = c->file,
				   .time = c->number[EMO_COL_TIME],
				   .face = isnan(face) ? EMO_FACE_UNREAD : (int)face,
				   .x = (float)c->number[EMO_COL_X],
				   .y = (float)c->number[EMO_COL_Y],
				   .w = (float)c->number[EMO_COL_W],
				   .h = (float)c->number[EMO_COL_H],
				   .score = (float)c->number[EMO_COL_SCORE],
				   .emotion = -1};
	if (out->face <= 0)
		return 1;
	if (c->emotion && (out->emotion = emo_emotion_parse(c->emotion)) < 0)
		return emo_fail("%s:%zu: '%.40s' is no emotion", r->name, r->line, c->emotion);
	if ((has_mood = take_mood(r, c, out)) < 0)
		return -1;
	if (!has_mood && out->emotion < 0)
		return bad(r, "a face without an emotion");
	if (!has_mood)
		make_mood(out, confidence);
	if (out->emotion < 0)
		out->emotion = emo_emotion_top(out->mood);
	out->confidence = isnan(confidence) ? out->mood[out->emotion] : (float)fmin(confidence, 1);
	return 1;
}

int emo_record_read(struct emo_record_reader *r, struct emo_record *out)
{
	int status;

	while (!r->ended) {
		struct cells cells = {0};

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
			return complete(r, &cells, out);
	}
	return 0;
}
