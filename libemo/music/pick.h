/* SPDX-License-Identifier: MIT */
/*
 * Lists that people keep: from the songs that fit, in order of their scores, a list is picked song
 * by song that keeps the rules: so many songs or minutes, so many of an artist and never side by
 * side, one version of a song, no two too much alike.
 */
#ifndef EMO_MUSIC_PICK_H
#define EMO_MUSIC_PICK_H

#include "../base/api.h"
#include "rank.h"

struct emo_pick_rules {
	size_t n;	  /* songs at most */
	double seconds;	  /* together at most; songs of unknown length are left out; 0: no limit */
	int artist_cap;	  /* songs of an artist, never side by side; 0: artists do not matter */
	int all_versions; /* "Song" and "Song (Live)" may both be in */
	/*
	 * 0 .. 1, v. Each song is the one with the largest (1 - v) * score - v * (its likeness, the
	 * cosine of both, to the song in the list that it is most like): maximal marginal
	 * relevance.
	 */
	double variety;
};

/* A list under construction. */
struct emo_list;

/* The songs and the standard are borrowed. NULL on failure; emo_list_free frees. */
EMO_API struct emo_list *emo_list_new(const struct emo_songs *songs, const struct emo_standard *s,
				      const struct emo_pick_rules *rules);
EMO_API void emo_list_free(struct emo_list *list);

/*
 * Adds what fits the wish best until the list has max songs or the rules allow no more. Returns
 * how many were added, or -1.
 */
EMO_API long emo_list_fill(struct emo_list *list, const struct emo_wish *wish,
			   const unsigned char *leave_out, size_t max);

/* The list so far, in its order; borrowed until the next fill. */
EMO_API const struct emo_ranked *emo_list_songs(const struct emo_list *list, size_t *n);

/* Puts the list into random order, artists apart as far as that can be. -1 on failure. */
EMO_API int emo_list_shuffle(struct emo_list *list, uint64_t seed);

#endif
