/* SPDX-License-Identifier: MIT */
/*
 * The songs that come nearest to what a mood asks for.
 *
 * Features are standardised over the catalogue: z = (x - mean) / standard deviation, 0 where a song
 * lacks one. A song is the vector of its z and one more coordinate, EMO_RANK_CONSTANT; so is the
 * target. The score is the cosine of the two:
 *
 *	        z·t + k²
 *	---------------------------
 *	 √(z·z + k²) · √(t·t + k²)
 *
 * Without k, a target of zero (a neutral mood, or opposites that cancel) would have no answer, and
 * the direction of an average song would be noise. With it, a target of zero asks for average
 * songs, and the best song for any target is the one with z = t: the table's numbers mean what they
 * say. k = 1, one standard deviation: a song that differs by that much is halfway (45°) between
 * "average" and the direction in which it differs.
 *
 * Beside the features, songs can have one more coordinate, such as a genre that suits.
 */
#ifndef EMO_MUSIC_RANK_H
#define EMO_MUSIC_RANK_H

#include <stddef.h>

#include "../base/api.h"
#include "songs.h"

#define EMO_RANK_CONSTANT 1.0

/* Mean and standard deviation of each feature; features that do not vary are not used. */
struct emo_standard {
	double mean[EMO_FEATURES], sd[EMO_FEATURES];
	unsigned used; /* bit f: feature f has at least two different values */
};

EMO_API void emo_standard_fit(struct emo_standard *s, const struct emo_songs *songs);

/* Song i in standard deviations, z[EMO_FEATURES]; 0 for what is missing or not used. */
EMO_API void emo_standard_song(double *z, const struct emo_standard *s,
			       const struct emo_songs *songs, size_t i);

struct emo_ranked {
	size_t song;
	double score; /* -1 .. 1 */
};

/* What is wanted, in standard deviations; features that are not used are left out of it. */
struct emo_wish {
	float feature[EMO_FEATURES];
	const float *extra; /* [songs] a further coordinate of each song; NULL: there is none */
	float extra_target;
};

/*
 * The n best songs, best first, equals in the order of the catalogue. leave_out, when not NULL, has
 * a non-zero byte for each song that is not to be listed. Returns how many were put into best[n].
 */
EMO_API size_t emo_rank(struct emo_ranked *best, size_t n, const struct emo_songs *songs,
			const struct emo_standard *s, const struct emo_wish *wish,
			const unsigned char *leave_out);

/* What one feature adds to a song's score. */
struct emo_reason {
	enum emo_feature feature;
	double z;     /* the song's value, in standard deviations */
	double share; /* z·t of this feature over the two lengths: shares and k²'s sum to the score
		       */
};

/* The reasons for song i, largest share first. Returns their number, that of used features. */
EMO_API int emo_rank_explain(struct emo_reason reasons[EMO_FEATURES], const struct emo_songs *songs,
			     const struct emo_standard *s, const struct emo_wish *wish, size_t i);

/*
 * The same in short: "+ valence 1.8 σ, − acousticness 0.9 σ", the up to three features that add
 * most and by how many standard deviations the song is above or below the mean; when none adds
 * anything, how far the song is "from the average". 128 bytes suffice.
 */
EMO_API void emo_rank_why(char *buf, size_t size, const struct emo_songs *songs,
			  const struct emo_standard *s, const struct emo_wish *wish, size_t i);

#endif
