/* SPDX-License-Identifier: MIT */
/*
 * A catalogue as a file that is used where it lies, mapped into memory: songs in columns, as struct
 * emo_songs has them, so that ranking a million songs reads no more than their features.
 *
 *	head      4096 bytes: what follows and how much of it, mean and deviation of each feature
 *	blocks    a checksum for each 16 KB of the body
 *	body      features, duration, year; offsets of the texts; texts; where they came from
 *
 * Each part begins at a multiple of 4096. Head and features are checked when the file is opened,
 *the rest block by block when it is read. Numbers are in the byte order of the machine; an index of
 * another order is refused.
 */
#ifndef EMO_MUSIC_INDEX_H
#define EMO_MUSIC_INDEX_H

#include <stdio.h>

#include "../base/api.h"
#include "songs.h"

struct emo_standard;

/*
 * Writes songs[] to a file. sources are the catalogues they were read from: an index that is older
 * than one of them, or of another size, is stale. -1 on failure.
 */
EMO_API int emo_index_write(FILE *file, const struct emo_songs *songs, char *const *sources,
			    int nsources);

/* Whether a file is an index, by its first bytes; 0 also when it cannot be read. */
EMO_API int emo_index_is(const char *path);

/*
 * Maps an index: emo_songs_load does, for a path that is one. Refused when damaged, stale, or of
 * another format. songs is {0}; emo_songs_free unmaps.
 */
EMO_API int emo_index_open(struct emo_songs *songs, const char *path);

/* Checks all of an open index; -1 when it is damaged. */
EMO_API int emo_index_check(const struct emo_songs *songs);

/*
 * To be called before songs->duration or songs->year is read: checks that column, EMO_SONG_DURATION
 * or EMO_SONG_YEAR. -1 when it is damaged; 0 for songs that are not mapped.
 */
EMO_API int emo_index_use(const struct emo_songs *songs, int column);

/*
 * Whether a text that was read since the index was opened lay in a damaged block, and so was taken
 * for "": -1 with a message. 0 for songs that are not mapped.
 */
EMO_API int emo_index_damage(const struct emo_songs *songs);

/* A text of song i, checked; and the features' mean and deviation as they were when it was written.
 */
const char *emo_index_text(const struct emo_songs *songs, size_t i, enum emo_song_text which);
const struct emo_standard *emo_index_standard(const struct emo_songs *songs);
void emo_index_close(struct emo_index *index);

#endif
