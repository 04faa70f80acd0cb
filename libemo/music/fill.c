/* SPDX-License-Identifier: MIT */
#include "music/fill.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "music/same.h"

/* Takes away blanks around the text, and what makes it a list as Python prints it. */
static char *tidy(char *s)
{
	size_t n = strlen(s);
	char *to;

	if (n == 0)
		return s;
	if ((unsigned char)*s > ' ' && *s != '[' && (unsigned char)s[n - 1] > ' ')
		return s; /* nearly all are */
	while (n > 0 && strchr(" \t\r\n", s[n - 1]))
		s[--n] = '\0';
	s += strspn(s, " \t\r\n");
	n = strlen(s);
	if (n < 4 || strncmp(s, "['", 2) != 0 || strcmp(s + n - 2, "']") != 0)
		return s;
	s[n - 2] = '\0';
	s += 2;
	to = s;
	for (const char *from = s; *from;) {
		if (strncmp(from, "', '", 4) == 0) {
			*to++ = ',';
			*to++ = ' ';
			from += 4;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
	return s;
}

int emo_songs_put(struct emo_songs *s, enum emo_song_text which, const char *text)
{
	size_t n = strlen(text) + 1;
	char *to;

	if (n == 1) {
		s->text[which][s->n] = 0;
		return 0;
	}
	if (s->arena_used + n > UINT32_MAX)
		return emo_fail("more than 4 GB of song names");
	if (emo_grow(&s->arena, &s->arena_cap, s->arena_used + n, 1) < 0)
		return -1;
	to = tidy(memcpy(s->arena + s->arena_used, text, n));
	if (!*to) {
		s->text[which][s->n] = 0;
	} else if (s->n > 0 && strcmp(to, emo_song_text(s, s->n - 1, which)) == 0) {
		s->text[which][s->n] = s->text[which][s->n - 1];
	} else {
		s->text[which][s->n] = (uint32_t)(to - s->arena);
		s->arena_used = (size_t)(to - s->arena) + strlen(to) + 1;
	}
	return 0;
}

int emo_songs_room(struct emo_songs *s)
{
	size_t *cap = s->cap, need = s->n + 1;

	if (need <= s->cap[EMO_SONG_YEAR]) /* the last to grow: so have the others */
		return 0;
	for (int k = 0; k < EMO_SONG_TEXTS; k++)
		if (emo_grow(&s->text[k], cap++, need, sizeof *s->text[k]) < 0)
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

int emo_songs_known(struct emo_songs *s, size_t i)
{
	const char *id = emo_song_text(s, i, EMO_SONG_ID);
	const char *name = emo_song_text(s, i, EMO_SONG_NAME);
	const char *artist = emo_song_text(s, i, EMO_SONG_ARTIST);
	uint64_t by_id = emo_id_hash(id), by_name = emo_song_hash(name, artist);
	int has_id = identifies(id);
	int has_name = *artist || !has_id; /* titles alone are shared by different songs */

	if ((has_id && emo_seen_has(s->seen, by_id)) ||
	    (has_name && emo_seen_has(s->seen, by_name)))
		return 1;
	if ((has_id && emo_seen_add(s->seen, by_id) < 0) ||
	    (has_name && emo_seen_add(s->seen, by_name) < 0))
		return -1;
	return 0;
}
