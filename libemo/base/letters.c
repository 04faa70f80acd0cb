/* SPDX-License-Identifier: MIT */
#include "base/letters.h"

#include <string.h>

#include "base/text.h"
#include "base/widths.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

int emo_in_ranges(const struct emo_range *range, size_t n, uint32_t c)
{
	size_t low = 0;

	while (low < n) {
		size_t mid = low + (n - low) / 2;

		if (c < range[mid].first)
			n = mid;
		else if (c > range[mid].last)
			low = mid + 1;
		else
			return 1;
	}
	return 0;
}

int emo_letter_columns(uint32_t c)
{
	if (c < 0x300)
		return 1;
	if (emo_in_ranges(emo_no_columns, COUNT(emo_no_columns), c))
		return 0;
	return emo_in_ranges(emo_two_columns, COUNT(emo_two_columns), c) ? 2 : 1;
}

/* A lower-case letter has as many bytes as its capital, so that texts can be folded in place. */
uint32_t emo_letter_lower(uint32_t c)
{
	static const struct {
		uint32_t first, last, add;
	} blocks[] = {
		{'A', 'Z', 32},		{0xc0, 0xd6, 32},     {0xd8, 0xde, 32}, /* Latin-1 */
		{0x388, 0x38a, 37},	{0x391, 0x3a9, 32},			/* Greek */
		{0x400, 0x40f, 80},	{0x410, 0x42f, 32},			/* Cyrillic */
	};

	for (size_t k = 0; k < COUNT(blocks); k++)
		if (c >= blocks[k].first && c <= blocks[k].last)
			return c + blocks[k].add;
	/* where capitals and lower-case letters take turns */
	if ((c >= 0x100 && c <= 0x137 && c != 0x130) || (c >= 0x14a && c <= 0x177) ||
	    (c >= 0x460 && c <= 0x481) || (c >= 0x1e00 && c <= 0x1e95) || (c >= 0x1ea0 && c <= 0x1eff))
		return c | 1;
	if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e))
		return c + (c & 1);
	return c == 0x178 ? 0xff : c == 0x386 ? 0x3ac : c;
}

/* The next character, or a byte that is none, in lower case; moves *s on. */
static uint32_t next_lower(const char **s)
{
	uint32_t c;
	int n = emo_utf8_next(*s, &c);

	if (n == 0)
		c = 0x110000u + (unsigned char)**s; /* after all characters */
	*s += n ? n : 1;
	return emo_letter_lower(c);
}

int emo_text_compare(const char *a, const char *b)
{
	while (*a && *b) {
		uint32_t c = next_lower(&a), d = next_lower(&b);

		if (c != d)
			return c < d ? -1 : 1;
	}
	return (*a != '\0') - (*b != '\0');
}

void emo_text_fold(char *to, const char *s)
{
	while (*s) {
		uint32_t c;
		int n = emo_utf8_next(s, &c);

		if (n == 2 || n == 3)
			c = emo_letter_lower(c);
		if (n == 2) {
			to[0] = (char)(0xc0 | c >> 6);
			to[1] = (char)(0x80 | (c & 0x3f));
		} else if (n == 3) {
			to[0] = (char)(0xe0 | c >> 12);
			to[1] = (char)(0x80 | (c >> 6 & 0x3f));
			to[2] = (char)(0x80 | (c & 0x3f));
		} else {
			memmove(to, s, n ? (size_t)n : 1);
		}
		s += n ? n : 1;
		to += n ? n : 1;
	}
	*to = '\0';
}
