/* SPDX-License-Identifier: MIT */
/* Internal: songs being added to the columns, one at a time. Functions return -1 on failure. */
#ifndef EMO_MUSIC_FILL_H
#define EMO_MUSIC_FILL_H

#include "songs.h"

/* Before the first song of a catalogue; and room for one more. */
int emo_songs_begin(struct emo_songs *s);
int emo_songs_room(struct emo_songs *s);

/*
 * Puts a text of n bytes into the arena for song s->n; the same as the song before it has is put
 * there once. Columns begin with the first text that is not empty.
 */
int emo_songs_put(struct emo_songs *s, enum emo_song_text which, const char *text, size_t n);

/* What a song is known again by. Made some time before it is used, so that memory is not waited
 * for. */
struct emo_song_keys {
	uint64_t key[2];
	int n;
};

struct emo_song_keys emo_song_keys(const struct emo_songs *s, size_t i);

/* 1 when a song with one of the keys is known already, 0 when it was not and is now. */
int emo_songs_known(struct emo_songs *s, const struct emo_song_keys *keys);

/* Takes away the songs from n on, as if they had never been listed. */
void emo_songs_back_to(struct emo_songs *s, size_t n, size_t arena_used);

/* An index alone is used where it lies; beside others its songs are copied. */
int emo_songs_load_index(struct emo_songs *s, const char *path, const struct emo_songs_how *how,
			 struct emo_songs_account *a);

/* Gives songs that lie in an index memory of their own, so that others can be added. */
int emo_songs_leave_index(struct emo_songs *s);

#endif
