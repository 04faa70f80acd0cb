/* SPDX-License-Identifier: MIT */
#include "music/fill.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "music/columns.h"
#include "music/same.h"

/*
 * The items of a list as Python prints it, ['A', "B's"], as A, B's -> to, which may be s itself, or
 * NULL to find out whether it is one. How long that is; 0: it is none.
 */
static size_t unlist(char *to, const char *s)
{
	size_t n = 0;

	for (s++;; s += 2) { /* after the bracket, or a comma and a blank */
		char quote = *s++;

		if (quote != '\'' && quote != '"')
			return 0;
		for (; *s && *s != quote; s++, n++) {
			s += *s == '\\' && (s[1] == quote || s[1] == '\\');
			if (to)
				to[n] = *s;
		}
		if (!*s++)
			return 0;
		if (strncmp(s, ", ", 2) != 0)
			break;
		if (to)
			memcpy(to + n, ", ", 2);
		n += 2;
	}
	return strcmp(s, "]") == 0 ? n : 0;
}

/*
 * Takes away blanks around the n bytes of text, and what makes it a list as Python prints it.
 * Returns where it begins now; *n is how long it is then.
 */
static char *tidy(char *s, size_t *n)
{
	size_t len = *n;

	if ((unsigned char)*s > ' ' && *s != '[' && (unsigned char)s[len - 1] > ' ')
		return s; /* nearly all are */
	while (len > 0 && strchr(" \t\r\n", s[len - 1]))
		len--;
	s[len] = '\0';
	s += strspn(s, " \t\r\n");
	*n = strlen(s);
	if (*s == '[' && unlist(NULL, s) > 0) {
		*n = unlist(s, s);
		s[*n] = '\0';
	}
	return s;
}

/* A column that no song before s->n has a text in. */
static int begin_column(struct emo_songs *s, enum emo_song_text which)
{
	if (emo_grow(&s->text[which], &s->cap[which], s->cap[EMO_SONG_YEAR],
		     sizeof *s->text[which]) < 0)
		return -1;
	memset(s->text[which], 0, s->n * sizeof *s->text[which]);
	return 0;
}

/* Whether a song often has the same text as the one before it. */
static int repeats(enum emo_song_text which)
{
	return which != EMO_SONG_ID && which != EMO_SONG_NAME && which != EMO_SONG_URI;
}

/* Whether NA and the like stand for nothing: a title may well be "None" or "?". */
static int may_be_missing(enum emo_song_text which)
{
	return which == EMO_SONG_ID || which == EMO_SONG_ARTIST || which == EMO_SONG_URI ||
	       which == EMO_SONG_GENRE;
}

int emo_songs_put(struct emo_songs *s, enum emo_song_text which, const char *text, size_t n)
{
	uint32_t offset = 0;
	char *to;

	if (n <= 4 && may_be_missing(which) && emo_cell_is_empty(text))
		n = 0;
	if (n == 0 && !s->text[which])
		return 0;
	if (!s->text[which] && begin_column(s, which) < 0)
		return -1;
	if (n > 0) {
		if (s->arena_used + n >= UINT32_MAX)
			return emo_fail("more than 4 GB of song names");
		if (emo_grow(&s->arena, &s->arena_cap, s->arena_used + n + 1, 1) < 0)
			return -1;
		to = s->arena + s->arena_used;
		memcpy(to, text, n + 1);
		to = tidy(to, &n);
		if (n > 0 && repeats(which) && s->n > 0 &&
		    strcmp(to, emo_song_text(s, s->n - 1, which)) == 0) {
			offset = s->text[which][s->n - 1];
		} else if (n > 0) {
			offset = (uint32_t)(to - s->arena);
			s->arena_used = offset + n + 1;
		}
	}
	s->text[which][s->n] = offset;
	return 0;
}

int emo_songs_room(struct emo_songs *s)
{
	size_t *cap = s->cap, need = s->n + 1;

	if (need <= s->cap[EMO_SONG_YEAR]) /* the last to grow: so have the others */
		return 0;
	for (int k = 0; k < EMO_SONG_TEXTS; k++, cap++)
		if (s->text[k] && emo_grow(&s->text[k], cap, need, sizeof *s->text[k]) < 0)
			return -1;
	for (int f = 0; f < EMO_FEATURES; f++)
		if (emo_grow(&s->feature[f], cap++, need, sizeof *s->feature[f]) < 0)
			return -1;
	if (emo_grow(&s->duration, cap, need, sizeof *s->duration) < 0)
		return -1;
	return emo_grow(&s->year, &s->cap[EMO_SONG_YEAR], need, sizeof *s->year);
}

int emo_songs_begin(struct emo_songs *s)
{
	if (!s->seen && !(s->seen = emo_seen_new()))
		return -1;
	if (s->arena_used == 0) {
		if (emo_grow(&s->arena, &s->arena_cap, 1, 1) < 0)
			return -1;
		s->arena[s->arena_used++] = '\0';
	}
	return 0;
}

/* A few digits are a row's number in its file and say nothing about the song. */
static int identifies(const char *id)
{
	size_t n = strlen(id);

	return n > 7 || strspn(id, "0123456789") < n;
}

struct emo_song_keys emo_song_keys(const struct emo_songs *s, size_t i)
{
	const char *id = emo_song_text(s, i, EMO_SONG_ID);
	const char *artist = emo_song_text(s, i, EMO_SONG_ARTIST);
	struct emo_song_keys k = {.n = 0};

	if (identifies(id))
		k.key[k.n++] = emo_id_hash(id);
	if (*artist || k.n == 0) /* titles alone are shared by different songs */
		k.key[k.n++] = emo_song_hash(emo_song_text(s, i, EMO_SONG_NAME), artist);
	for (int j = 0; j < k.n; j++)
		emo_seen_expect(s->seen, k.key[j]);
	return k;
}

int emo_songs_known(struct emo_songs *s, const struct emo_song_keys *k)
{
	int is_known = 0;

	for (int j = 0; j < k->n && !is_known; j++)
		is_known = emo_seen_add(s->seen, k->key[j]);
	return is_known;
}

void emo_songs_back_to(struct emo_songs *s, size_t n, size_t arena_used)
{
	char why[EMO_ERROR_MAX];

	snprintf(why, sizeof why, "%s", emo_error());
	s->n = n;
	if (s->arena && arena_used)
		s->arena_used = arena_used;
	emo_seen_free(s->seen);
	s->seen = emo_seen_new();
	for (size_t i = 0; i < n && s->seen; i++) {
		struct emo_song_keys keys = emo_song_keys(s, i);

		if (emo_songs_known(s, &keys) < 0)
			break; /* then a song may be listed twice */
	}
	emo_fail("%s", why);
}
