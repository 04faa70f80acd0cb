/* SPDX-License-Identifier: MIT */
/* Indexes among the catalogues that are loaded. */
#include <string.h>

#include "base/err.h"
#include "music/fill.h"
#include "music/index.h"

/* Song i of others, unless it is known already. */
static int copy_song(struct emo_songs *s, const struct emo_songs *from, size_t i)
{
	size_t arena_used = s->arena_used;
	struct emo_song_keys keys;
	int is_known;

	if (emo_songs_room(s) < 0)
		return -1;
	for (int k = 0; k < EMO_SONG_TEXTS; k++) {
		const char *text = emo_song_text(from, i, k);

		if (emo_songs_put(s, k, text, strlen(text)) < 0)
			return -1;
	}
	keys = emo_song_keys(s, s->n);
	for (int f = 0; f < EMO_FEATURES; f++)
		s->feature[f][s->n] = from->feature[f][i];
	s->duration[s->n] = from->duration[i];
	s->year[s->n] = from->year[i];
	if ((is_known = emo_songs_known(s, &keys)) < 0)
		return -1;
	if (is_known)
		s->arena_used = arena_used;
	else if (s->n == UINT32_MAX)
		return emo_fail("more than %u songs", UINT32_MAX);
	else
		s->n++;
	return is_known;
}

/* Adds the songs of an index; the account is of these alone. */
static int copy_index(struct emo_songs *s, const struct emo_songs *from,
		      struct emo_songs_account *a)
{
	if (emo_songs_begin(s) < 0 || emo_index_use(from, EMO_SONG_DURATION) < 0 ||
	    emo_index_use(from, EMO_SONG_YEAR) < 0)
		return -1;
	for (size_t i = 0; i < from->n; i++) {
		int is_known = copy_song(s, from, i);

		if (is_known < 0)
			return -1;
		a->rows++;
		a->songs += !is_known;
		a->repeated += (size_t)is_known;
	}
	return emo_index_damage(from);
}

/* The one column that can be asked for by name in an index: labels are in it if they were then. */
static unsigned has_label(const struct emo_songs *index, const struct emo_songs_how *how)
{
	size_t i = 0;

	if (!how || !how->column[EMO_SONG_LABEL])
		return 0;
	while (i < index->n && !*emo_song_text(index, i, EMO_SONG_LABEL))
		i++;
	return (unsigned)(i < index->n) << EMO_SONG_LABEL;
}

int emo_songs_load_index(struct emo_songs *s, const char *path, const struct emo_songs_how *how,
			 struct emo_songs_account *a)
{
	struct emo_songs from = {0};
	int status;

	if (s->n == 0 && !s->arena) {
		if (emo_index_open(s, path) < 0)
			return -1;
		a->rows = a->songs = s->n;
		a->mapped = has_label(s, how);
		return 0;
	}
	status = emo_index_open(&from, path) < 0 ? -1 : copy_index(s, &from, a);
	if (status == 0)
		a->mapped = has_label(&from, how);
	emo_songs_free(&from);
	return status;
}

int emo_songs_leave_index(struct emo_songs *s)
{
	struct emo_songs from = *s;
	struct emo_songs_account a = {0};
	int status;

	*s = (struct emo_songs){0};
	status = copy_index(s, &from, &a);
	emo_songs_free(&from);
	if (status < 0)
		emo_songs_free(s);
	return status;
}
