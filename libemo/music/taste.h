/* SPDX-License-Identifier: MIT */
/*
 * What a listener likes, learnt from what was liked, played and skipped. The reward of a song is
 * taken for a sum, in which p is the mood:
 *
 *	(general + Σ p[e] · mood_e) · (1, z, year)  +  the artist's part  +  noise
 *
 * z being the song's features in standard deviations. All weights have a normal prior of mean zero,
 * so without feedback nothing moves; their posterior is exact for the artists' parts as they stood
 * when each reward came in (recursive least squares), and an artist's part is the mean of what
 * remains, shrunk to zero. A mood's target is then moved by the posterior means.
 */
#ifndef EMO_MUSIC_TASTE_H
#define EMO_MUSIC_TASTE_H

#include "../base/api.h"
#include "../base/rng.h"
#include "../emotion.h"
#include "rank.h"

/* The features; then the year, and the squares of year and tempo, for eras and tempi in between. */
#define EMO_TASTE_DIM (EMO_FEATURES + 3)

/* Rewards. */
#define EMO_LIKED   1.0
#define EMO_PLAYED  0.5
#define EMO_SKIPPED -1.0

struct emo_taste;

/* NULL on failure; emo_taste_free frees. */
EMO_API struct emo_taste *emo_taste_new(void);
EMO_API void emo_taste_free(struct emo_taste *taste);

/*
 * Learns from one reward: x[EMO_TASTE_DIM] is the song in standard deviations, 0 for what is not
 * known, artist a hash, 0 for an unknown one. -1 out of memory.
 */
EMO_API int emo_taste_learn(struct emo_taste *taste, const float *mood, const float *x,
			    uint64_t artist, double reward);

/* How many rewards it has learnt from. */
EMO_API size_t emo_taste_size(const struct emo_taste *taste);

/*
 * The posterior means of the weights w[EMO_TASTE_DIM] for a mood; with a generator, a draw from the
 * posterior instead, for exploring. -1 when the draw fails for its numbers.
 */
EMO_API int emo_taste_weights(float *w, const struct emo_taste *taste, const float *mood,
			      struct emo_rng *explore);

/* The artist's part; 0 for one of whom nothing is known. */
EMO_API float emo_taste_artist(const struct emo_taste *taste, uint64_t artist);

/* The standard deviation of what is expected of a song with x[EMO_TASTE_DIM]. */
EMO_API double emo_taste_doubt(const struct emo_taste *taste, const float *mood, const float *x);

/* The hash of an artist as emo_taste_learn takes it. */
EMO_API uint64_t emo_taste_artist_hash(const char *artist);

/*
 * Moves a wish: the weights of the features, times EMO_TASTE_GAIN, are added to its features, and
 * what year and artist promise becomes the songs' further coordinate. extra[songs], which outlives
 * the wish, is filled; what wish->extra had before is added to it.
 */
#define EMO_TASTE_GAIN 6.0
EMO_API int emo_taste_move(struct emo_wish *wish, float *extra, const struct emo_taste *taste,
			   const float *mood, const struct emo_songs *songs,
			   const struct emo_standard *s, const uint64_t *artists,
			   struct emo_rng *explore);

/* Mean and standard deviation of the years of a catalogue; sd is 0 when they do not vary. */
struct emo_years {
	double mean, sd;
};
EMO_API struct emo_years emo_years_fit(const struct emo_songs *songs);

/* Song i for emo_taste_learn, x[EMO_TASTE_DIM]. */
EMO_API void emo_taste_song(float *x, const struct emo_standard *s, const struct emo_years *years,
			    const struct emo_songs *songs, size_t i);

#endif
