/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <string.h>

#include "base/letters.h"

#define DOTS 3 /* columns of "..." */

int emo_utf8_next(const char *text, uint32_t *character)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *s = (const unsigned char *)text;
	int n = *s < 0x80 ? 1 : *s >> 5 == 6 ? 2 : *s >> 4 == 14 ? 3 : *s >> 3 == 30 ? 4 : 0;
	uint32_t c;

	if (n <= 1) {
		*character = *s;
		return n;
	}
	c = *s & (0x7fu >> n);
	for (int i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80) /* a NUL in the middle too */
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*character = c;
	return n;
}

static int steers(uint32_t c)
{
	static const struct emo_range controls[] = {{0, 0x1f},	      {0x7f, 0x9f},
						    {0x61c, 0x61c},   {0x200e, 0x200f},
						    {0x2028, 0x202e}, {0x2066, 0x2069},
						    {0xfeff, 0xfeff}};

	return emo_in_ranges(controls, sizeof controls / sizeof *controls, c);
}

/* One character as it is shown: its bytes in out (with a NUL), its columns; moves *s on. */
static int show(const char **s, char out[8])
{
	uint32_t c;
	int n = emo_utf8_next(*s, &c);

	if (n && !steers(c)) {
		memcpy(out, *s, (size_t)n);
		out[n] = '\0';
		*s += n;
		return emo_letter_columns(c);
	}
	if (n > 1) {
		*s += n;
		return snprintf(out, 8, "\\u%04x", (unsigned)c & 0xffff);
	}
	c = (unsigned char)*(*s)++;
	if (c == '\n' || c == '\t' || c == '\r')
		return snprintf(out, 8, "\\%c", c == '\n' ? 'n' : c == '\t' ? 't' : 'r');
	return snprintf(out, 8, "\\x%02x", (unsigned)c & 0xff);
}

void emo_write_shown(FILE *f, const char *s)
{
	char out[8];

	while (*s) {
		show(&s, out);
		fputs(out, f);
	}
}

int emo_text_is_plain(const char *s, int *n)
{
	uint32_t c;

	*n = emo_utf8_next(s, &c);
	if (*n)
		return !steers(c);
	*n = 1;
	return 0;
}

int emo_text_columns(const char *s)
{
	char out[8];
	int columns = 0;

	while (*s)
		columns += show(&s, out);
	return columns;
}

struct fit {
	char *buf;
	size_t n, size;
};

static int append(struct fit *f, const char *text)
{
	size_t n = strlen(text);

	if (n >= f->size - f->n)
		return -1;
	memcpy(f->buf + f->n, text, n + 1);
	f->n += n;
	return 0;
}

int emo_text_fit(char *buf, size_t size, const char *s, int columns, enum emo_cut cut)
{
	struct fit f = {.buf = buf, .size = size};
	int all = emo_text_columns(s), dots = all > columns ? DOTS : 0, used = 0;
	char out[8];

	buf[0] = '\0';
	if (dots && columns <= DOTS) /* no room for anything else */
		return append(&f, &"..."[DOTS - (columns > 0 ? columns : 0)]) < 0 ? 0 : columns;
	if (dots && cut == EMO_CUT_START) {
		while (all > columns - dots)
			all -= show(&s, out);
		used = append(&f, "...") < 0 ? 0 : dots;
	}
	while (*s) {
		int width = show(&s, out);
		if (used + width > columns - (cut == EMO_CUT_END ? dots : 0))
			break;
		if (append(&f, out) < 0)
			return used;
		used += width;
	}
	if (dots && cut == EMO_CUT_END && append(&f, "...") == 0)
		used += dots;
	return used;
}

void emo_write_tsv_cell(FILE *f, const char *s)
{
	static const char special[] = "\t\n\r\\";

	for (; *s; s++) {
		const char *at = strchr(special, *s);

		if (at)
			putc('\\', f);
		putc(at ? "tnr\\"[at - special] : *s, f);
	}
}

char *emo_read_tsv_cell(char *s)
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

void emo_write_json_string(FILE *f, const char *s)
{
	uint32_t c;

	putc('"', f);
	while (*s) {
		int n = emo_utf8_next(s, &c);

		if (!n)
			fputs("\xef\xbf\xbd", f);
		else if (c == '"' || c == '\\')
			fprintf(f, "\\%c", (int)c);
		else if (steers(c))
			fprintf(f, "\\u%04x", (unsigned)c);
		else
			fwrite(s, 1, (size_t)n, f);
		s += n ? n : 1;
	}
	putc('"', f);
}
