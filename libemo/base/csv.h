/* SPDX-License-Identifier: MIT */
/*
 * CSV files, plain or gzip-compressed, row by row, over libcsv: which takes care of quoting, while
 * this counts lines, bounds sizes and finds quotes that never end.
 *
 *	while ((more = emo_csv_next(csv)) > 0)
 *		use(emo_csv_field(csv, 0), emo_csv_line(csv));
 */
#ifndef EMO_BASE_CSV_H
#define EMO_BASE_CSV_H

#include <stddef.h>

#include "api.h"

struct emo_csv;

/* "-" is standard input. A byte-order mark is passed over. NULL on failure; emo_csv_close frees. */
EMO_API struct emo_csv *emo_csv_open(const char *path);
EMO_API void emo_csv_close(struct emo_csv *csv);

/* The same for text in memory, borrowed until emo_csv_close; name is for messages. */
EMO_API struct emo_csv *emo_csv_open_text(const char *text, size_t len, const char *name);

/*
 * For files of unknown origin, before the first row: when the first line has more semicolons or
 * tabs than commas, that is what separates the fields. Returns the separator.
 */
EMO_API char emo_csv_guess_separator(struct emo_csv *csv);

/* Reads the next row, blank lines passed over. 1, 0 at the end, -1 on failure. */
EMO_API int emo_csv_next(struct emo_csv *csv);

/*
 * For reading on two threads: parses the rows to come, a quarter of a megabyte of them, and keeps
 * them. Another thread may at the same time use the rows that are at hand, with emo_csv_next too,
 * while emo_csv_is_at_hand. A failure shows when its row is asked for.
 */
EMO_API void emo_csv_ahead(struct emo_csv *csv);
EMO_API int emo_csv_is_at_hand(const struct emo_csv *csv); /* another row, without reading */

/* The current row: its fields, borrowed until the next emo_csv_next, "" beyond the last one. */
EMO_API size_t emo_csv_nfields(const struct emo_csv *csv);
EMO_API const char *emo_csv_field(const struct emo_csv *csv, size_t i);
EMO_API size_t emo_csv_length(const struct emo_csv *csv, size_t i); /* of a field */

/* The line, from 1, on which the current row began. */
EMO_API size_t emo_csv_line(const struct emo_csv *csv);

/* The name for messages. */
EMO_API const char *emo_csv_name(const struct emo_csv *csv);

/* The index of the first field of the current row equal to name, letter case aside; -1 if none. */
EMO_API int emo_csv_find(const struct emo_csv *csv, const char *name);

#endif
