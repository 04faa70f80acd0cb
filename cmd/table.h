/* SPDX-License-Identifier: MIT */
/*
 * Rows of named cells on standard output, in the three forms that all tools have: TSV with a
 * header, JSON Lines, and aligned text for reading.
 */
#ifndef TABLE_H
#define TABLE_H

#include <stddef.h>

#include "record.h"

struct table_column {
	const char *name;
	int number; /* right-aligned, without quotes in JSON */
	int width;  /* in text; 0: not shown there */
	int share;  /* of the room that is left on a wide terminal */
};

struct table {
	enum emo_format format;
	int terminal, color, room;          /* room: columns of the terminal */
	const struct table_column *columns; /* ends with a NULL name */
	size_t rows;                        /* written so far; the header precedes the first */
};

/* The words for --format and their order; TABLE_AUTO is text on a terminal and TSV elsewhere. */
extern const char *const table_formats[];
enum { TABLE_AUTO = EMO_TEXT + 1, TABLE_FORMATS };

/* A table for standard output; `format` is a place in table_formats. */
struct table table_start(int format, const struct table_column *columns);

/* A cell that is "" or NULL is empty: null in JSON. */
void table_row(struct table *t, const char *const *cells);

/* A line between the rows of the text form, indented under column `under`; nothing elsewhere. */
void table_note(const struct table *t, int under, const char *text);

#endif
