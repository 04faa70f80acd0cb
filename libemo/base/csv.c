/* SPDX-License-Identifier: MIT */
#include "base/csv.h"

#include <csv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/io.h"
#include "base/limit.h"
#include "base/mem.h"

#define CHUNK ((size_t)1 << 16)
#define BATCH ((size_t)1 << 18) /* bytes of fields that are read ahead, give or take a row */

struct row {
	size_t line; /* where it began */
	uint32_t first, nfields;
};

/* Rows that have been parsed. */
struct rows {
	char *text; /* fields, each NUL-terminated */
	size_t ntext, text_cap;
	uint32_t *start; /* [nfields] offsets into text */
	size_t nfields, start_cap;
	struct row *row; /* [n] */
	size_t n, row_cap;
};

struct emo_csv {
	struct rows at_hand; /* being used; */
	size_t next;	     /* the row to come */
	char apart[64];	     /* from what the other thread writes: a line of the cache */

	struct emo_in *in; /* NULL: the input is text, of which ntext_left bytes are left */
	const char *text_left;
	size_t ntext_left;
	char *name;
	struct csv_parser parser;
	int parser_ready, ended;

	char chunk[CHUNK]; /* input not yet parsed: [at, have) */
	size_t at, have;
	size_t line;	 /* lines ended so far, + 1 */
	size_t row_line; /* where the row being parsed began */
	size_t row_bytes;
	int in_row;   /* some of the current row has been parsed */
	int after_cr; /* the last byte parsed was a carriage return */
	int row_done, nomem;
	int failed;	   /* parsing ended early, */
	char *why;	   /* because of this; NULL: out of memory */
	size_t row_first;  /* the first field of the row being parsed, in ahead */
	struct rows ahead; /* being parsed */
};

/* Makes room for a field of n bytes. */
static int make_room(struct emo_csv *c, size_t n)
{
	struct rows *r = &c->ahead;

	if (emo_grow(&r->text, &r->text_cap, r->ntext + n + 1, 1) == 0 &&
	    emo_grow(&r->start, &r->start_cap, r->nfields + 1, sizeof *r->start) == 0)
		return 0;
	c->nomem = 1;
	return -1;
}

static void on_field(void *s, size_t n, void *arg)
{
	struct emo_csv *c = arg;
	struct rows *r = &c->ahead;

	if ((r->text_cap - r->ntext <= n || r->start_cap == r->nfields) && make_room(c, n) < 0)
		return;
	r->start[r->nfields++] = (uint32_t)r->ntext;
	if (n)
		memcpy(r->text + r->ntext, s, n);
	r->ntext += n;
	r->text[r->ntext++] = '\0';
}

static void on_row(int end, void *arg)
{
	struct emo_csv *c = arg;
	struct rows *r = &c->ahead;

	(void)end;
	c->row_done = 1;
	if (c->nomem || emo_grow(&r->row, &r->row_cap, r->n + 1, sizeof *r->row) < 0) {
		c->nomem = 1; /* a row that lacks a field is no row */
		return;
	}
	r->row[r->n++] = (struct row){.line = c->row_line,
				      .first = (uint32_t)c->row_first,
				      .nfields = (uint32_t)(r->nfields - c->row_first)};
	c->row_first = r->nfields;
}

static int fill(struct emo_csv *c)
{
	long got;

	if (c->in) {
		got = emo_in_read(c->in, c->chunk, CHUNK);
	} else {
		got = (long)(c->ntext_left < CHUNK ? c->ntext_left : CHUNK);
		memcpy(c->chunk, c->text_left, (size_t)got);
		c->text_left += got;
		c->ntext_left -= (size_t)got;
	}
	c->at = 0;
	c->have = got > 0 ? (size_t)got : 0;
	return got < 0 ? -1 : 0;
}

/* Puts the line into "name: reason" of the stream below. */
static int place_failure(const struct emo_csv *c)
{
	const char *why = emo_error();
	size_t n = strlen(c->name);

	if (strncmp(why, c->name, n) == 0 && strncmp(why + n, ": ", 2) == 0)
		why += n + 2;
	return emo_fail("%s:%zu: %s", c->name, c->line, why);
}

static struct emo_csv *start(struct emo_csv *c, const char *name)
{
	if (!(c->name = emo_strdup(name)))
		goto fail;
	if (csv_init(&c->parser, CSV_APPEND_NULL)) {
		emo_fail("%s: cannot start the CSV parser", name);
		goto fail;
	}
	csv_set_blk_size(&c->parser, 4096);
	c->parser_ready = 1;
	c->line = c->row_line = 1;
	if (fill(c) < 0)
		goto fail;
	if (c->have >= 3 && memcmp(c->chunk, "\xef\xbb\xbf", 3) == 0)
		c->at = 3;
	return c;
fail:
	emo_csv_close(c);
	return NULL;
}

struct emo_csv *emo_csv_open(const char *path)
{
	struct emo_csv *c = emo_calloc(1, sizeof *c);

	if (!c)
		return NULL;
	if (!(c->in = emo_in_open(path))) {
		free(c);
		return NULL;
	}
	return start(c, strcmp(path, "-") ? path : "(stdin)");
}

struct emo_csv *emo_csv_open_text(const char *text, size_t len, const char *name)
{
	struct emo_csv *c = emo_calloc(1, sizeof *c);

	if (!c)
		return NULL;
	c->text_left = text;
	c->ntext_left = len;
	return start(c, name);
}

char emo_csv_guess_separator(struct emo_csv *c)
{
	static const char separators[] = ",;\t";
	size_t count[3] = {0};
	int best = 0, quoted = 0;

	for (size_t i = c->at; i < c->have && (quoted || !strchr("\r\n", c->chunk[i])); i++) {
		const char *at = c->chunk[i] ? strchr(separators, c->chunk[i]) : NULL;

		quoted ^= c->chunk[i] == '"';
		if (at && !quoted)
			count[at - separators]++;
	}
	for (int k = 1; k < 3; k++)
		if (count[k] > count[best])
			best = k;
	csv_set_delim(&c->parser, (unsigned char)separators[best]);
	return separators[best];
}

static void rows_free(struct rows *r)
{
	free(r->text);
	free(r->start);
	free(r->row);
}

void emo_csv_close(struct emo_csv *c)
{
	if (!c)
		return;
	if (c->parser_ready)
		csv_free(&c->parser);
	emo_in_close(c->in);
	free(c->name);
	free(c->why);
	rows_free(&c->ahead);
	rows_free(&c->at_hand);
	free(c);
}

static int is_blank(const char *s, size_t n)
{
	while (n > 0 && memchr(" \t\r\n", s[n - 1], 4))
		n--;
	return n == 0;
}

/* Length of the next piece to parse: through the end of a line, so that it ends one row at most. */
static size_t piece(const char *s, size_t n)
{
	const char *lf = memchr(s, '\n', n);
	size_t end = lf ? (size_t)(lf - s) + 1 : n;
	const char *cr = memchr(s, '\r', end);

	return cr ? (size_t)(cr - s) + 1 : end;
}

static int parse_piece(struct emo_csv *c)
{
	const char *s = c->chunk + c->at;
	size_t n = piece(s, c->have - c->at);

	if (!c->in_row && !is_blank(s, n)) {
		c->row_line = c->line;
		c->in_row = 1;
	}
	if (memchr(s, '\0', n))
		return emo_fail("%s:%zu: has a zero byte, so it is no CSV text", c->name, c->line);
	c->row_bytes = c->in_row ? c->row_bytes + n : 0;
	if (c->row_bytes > emo_limit(EMO_LIMIT_ROW))
		return emo_fail("%s:%zu: row longer than %zu bytes (a quote that never ends?); "
				"the limit is 'row'", c->name, c->row_line, emo_limit(EMO_LIMIT_ROW));
	if (csv_parse(&c->parser, s, n, on_field, on_row, c) != n)
		return emo_fail("%s:%zu: %s", c->name, c->line,
				csv_strerror(csv_error(&c->parser)));
	/* a line ends with "\n", "\r" or "\r\n", of which the "\n" is a piece of its own */
	if (s[n - 1] == '\r' || (s[n - 1] == '\n' && !(c->after_cr && n == 1)))
		c->line++;
	c->after_cr = s[n - 1] == '\r';
	c->at += n;
	return 0;
}

static int finish(struct emo_csv *c)
{
	c->ended = 1;
	/* Strict only here: an open quote at the end is an error, one inside a field is not. */
	csv_set_opts(&c->parser, CSV_APPEND_NULL | CSV_STRICT | CSV_STRICT_FINI);
	if (csv_fini(&c->parser, on_field, on_row, c))
		return emo_fail("%s:%zu: a quote opened in this row never ends", c->name,
				c->row_line);
	return 0;
}

/* The next row into c->ahead, unless the input ends. */
static int parse_row(struct emo_csv *c)
{
	c->row_bytes = 0;
	c->row_done = c->in_row = 0;
	while (!c->row_done && !c->ended) {
		if (c->at == c->have && fill(c) < 0)
			return place_failure(c);
		if ((c->have ? parse_piece(c) : finish(c)) < 0)
			return -1;
		if (c->nomem)
			return emo_fail("%s:%zu: out of memory", c->name, c->row_line);
	}
	return 0;
}

void emo_csv_ahead(struct emo_csv *c)
{
	while (!c->ended && !c->failed && c->ahead.ntext < BATCH)
		if (parse_row(c) < 0) {
			c->failed = 1;
			c->why = emo_strdup(emo_error());
		}
}

int emo_csv_is_at_hand(const struct emo_csv *c)
{
	return c->next < c->at_hand.n;
}

/* Puts the rows that were read ahead at hand. */
static void turn(struct emo_csv *c)
{
	struct rows spent = c->at_hand;

	spent.ntext = spent.nfields = spent.n = 0;
	c->at_hand = c->ahead;
	c->ahead = spent;
	c->row_first = c->next = 0;
}

int emo_csv_next(struct emo_csv *c)
{
	if (c->next == c->at_hand.n) {
		if (c->ahead.n == 0)
			emo_csv_ahead(c);
		turn(c);
	}
	if (c->next < c->at_hand.n) {
		c->next++;
		return 1;
	}
	if (c->failed)
		return emo_fail("%s", c->why ? c->why : "out of memory");
	return 0;
}

static const struct row *current(const struct emo_csv *c)
{
	static const struct row none;

	return c->next ? &c->at_hand.row[c->next - 1] : &none;
}

size_t emo_csv_nfields(const struct emo_csv *c)
{
	return current(c)->nfields;
}

const char *emo_csv_field(const struct emo_csv *c, size_t i)
{
	const struct row *r = current(c);

	return i < r->nfields ? c->at_hand.text + c->at_hand.start[r->first + i] : "";
}

size_t emo_csv_length(const struct emo_csv *c, size_t i)
{
	const struct rows *r = &c->at_hand;
	const struct row *row = current(c);
	size_t at = row->first + i, end;

	if (i >= row->nfields)
		return 0;
	end = at + 1 < r->nfields ? r->start[at + 1] : r->ntext;
	return end - r->start[at] - 1;
}

size_t emo_csv_line(const struct emo_csv *c)
{
	return c->next ? current(c)->line : c->row_line;
}

const char *emo_csv_name(const struct emo_csv *c)
{
	return c->name;
}

int emo_csv_find(const struct emo_csv *c, const char *name)
{
	for (size_t i = 0; i < emo_csv_nfields(c); i++)
		if (strcasecmp(emo_csv_field(c, i), name) == 0)
			return (int)i;
	return -1;
}
