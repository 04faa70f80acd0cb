/* SPDX-License-Identifier: MIT */
/* Internal: which songs are the same one. */
#ifndef EMO_MUSIC_SAME_H
#define EMO_MUSIC_SAME_H

#include <stdint.h>

/*
 * A hash of title and first artist without letter case (of Latin letters), blanks and ASCII
 * punctuation. Equal for "Hey Jude!" by "The Beatles, Tony Sheridan" and "hey jude" by "The
 * Beatles".
 */
uint64_t emo_song_hash(const char *title, const char *artist);

/*
 * The same hash for all versions of a song: without what says which version it is, such as
 * "- Remastered 2011", "(Live)", "[Radio Edit]", "feat. X".
 */
uint64_t emo_song_work_hash(const char *title, const char *artist);

/* Of the first artist alone; 0 when there is none, or it is "Traditional", "Various Artists". */
uint64_t emo_artist_hash(const char *artist);

uint64_t emo_id_hash(const char *id);

/* A set of hashes. With 64 bits, a million songs share one with probability 3e-8. */
struct emo_seen;

struct emo_seen *emo_seen_new(void);
void emo_seen_free(struct emo_seen *seen);

int emo_seen_has(const struct emo_seen *seen, uint64_t hash);
int emo_seen_add(struct emo_seen *seen, uint64_t hash); /* 1: it was there, 0, -1 out of memory */

/* Says that hash will be asked for soon: the memory that it lies in is on its way then. */
void emo_seen_expect(const struct emo_seen *seen, uint64_t hash);

#endif
