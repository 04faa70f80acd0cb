/* SPDX-License-Identifier: MIT */
/*
 * Text from outside on its way out: a form of it that fits a column and cannot steer a terminal,
 * the escapes of TSV and JSON; and comparing without letter case. UTF-8, whatever the locale.
 */
#ifndef EMO_BASE_TEXT_H
#define EMO_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "api.h"

/*
 * The character at s, which is not "". Returns its length in bytes, 1 .. 4, or 0 when the bytes are
 * not UTF-8 (overlong forms and surrogates are not).
 */
EMO_API int emo_utf8_next(const char *s, uint32_t *character);

enum emo_cut { EMO_CUT_END, EMO_CUT_START };

/*
 * Copies s into buf as it is to be shown: control characters, ends of lines and paragraphs, marks
 * that change the direction, and bytes that are not UTF-8 become \n, \x1b or \u202e; what is wider than
 * `columns` is cut at that side and gets "...". Returns the columns taken. buf is always terminated;
 * 4 * columns + 1 bytes hold all but text with many accents of no width of their own.
 */
EMO_API int emo_text_fit(char *buf, size_t size, const char *s, int columns, enum emo_cut cut);

/* Writes the whole of s as it is to be shown. */
EMO_API void emo_write_shown(FILE *file, const char *s);

/* Whether the character at s, which is not "", may be shown as it is; *n are its bytes, at least 1. */
EMO_API int emo_text_is_plain(const char *s, int *n);

/* The columns that the whole of s takes when shown so. */
EMO_API int emo_text_columns(const char *s);

/* The order of two texts, letter case aside: as strcmp. */
EMO_API int emo_text_compare(const char *a, const char *b);

/*
 * Copies s -> to with capitals that are not ASCII in lower case, which for REG_ICASE are no letters.
 * It stays as long as it is; to may be s.
 */
EMO_API void emo_text_fold(char *to, const char *s);

/* A cell of tab-separated text: tab, newline, carriage return, backslash become \t \n \r \\. */
EMO_API void emo_write_tsv_cell(FILE *file, const char *s);

/* Takes that back, in place, and returns s. A backslash before anything else is itself. */
EMO_API char *emo_read_tsv_cell(char *s);

/*
 * A JSON string with its quotes; bytes that are not UTF-8 become U+FFFD, characters that steer a
 * terminal \u and their number, which is the same text.
 */
EMO_API void emo_write_json_string(FILE *file, const char *s);

#endif
