/* SPDX-License-Identifier: MIT */
/* Internal: what Unicode says of characters. */
#ifndef EMO_BASE_LETTERS_H
#define EMO_BASE_LETTERS_H

#include <stddef.h>
#include <stdint.h>

struct emo_range {
	uint32_t first, last;
};

/* Whether c lies in one of n ranges, which are in order. */
int emo_in_ranges(const struct emo_range *range, size_t n, uint32_t c);

/* Columns of a terminal that a character takes: 0, 1 or 2. */
int emo_letter_columns(uint32_t c);

/* Lower case of Latin, Greek and Cyrillic capitals; other characters are themselves. */
uint32_t emo_letter_lower(uint32_t c);

#endif
