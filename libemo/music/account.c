/* SPDX-License-Identifier: MIT */
/* The account of a catalogue in words. */
#include <stdio.h>
#include <string.h>

#include "music/songs.h"

struct line {
	char *buf;
	size_t size, n;
	const char *before; /* what the next part is set off with */
};

static void put(struct line *l, const char *text)
{
	int n = snprintf(l->buf + l->n, l->size - l->n, "%s", text);

	l->n += (size_t)n < l->size - l->n ? (size_t)n : l->size - l->n - 1;
}

static void part(struct line *l, size_t count, const char *what)
{
	char text[96];

	if (!count)
		return;
	snprintf(text, sizeof text, "%s%zu %s", l->before, count, what);
	if (count == 1 && text[strlen(text) - 1] == 's') /* one value */
		text[strlen(text) - 1] = '\0';
	put(l, text);
	l->before = ", ";
}

static void features(struct line *l, unsigned set, const char *what)
{
	if (!set)
		return;
	put(l, what);
	l->before = " ";
	for (int f = 0; f < EMO_FEATURES; f++)
		if (set >> f & 1) {
			put(l, l->before);
			put(l, emo_feature_name(f));
			l->before = ", ";
		}
}

int emo_songs_account_line(char *buf, size_t size, const struct emo_songs_account *a)
{
	struct line l = {.buf = buf, .size = size};
	int clean;

	snprintf(buf, size, "%zu row%s, %zu song%s", a->rows, a->rows == 1 ? "" : "s", a->songs,
		 a->songs == 1 ? "" : "s");
	l.n = strlen(buf);
	clean = a->rows == a->songs && !a->ragged && !a->unreadable && !a->out_of_range &&
		!a->missing && !a->percent;
	l.before = "; left out: ";
	part(&l, a->repeated, "repeated");
	part(&l, a->nameless, "without a name");
	part(&l, a->featureless, "without a feature");
	l.before = "; taken as missing: ";
	part(&l, a->unreadable, "unreadable values");
	part(&l, a->out_of_range, "impossible values");
	l.before = "; ";
	part(&l, a->ragged, "ragged rows");
	features(&l, a->missing, "; no column:");
	features(&l, a->percent, "; taken as 0..100:");
	return !clean;
}
