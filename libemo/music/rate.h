/* SPDX-License-Identifier: MIT */
/*
 * How music feels: each song's place on the plane of unpleasant to pleasant (valence) and calm to
 * excited (arousal), from its audio features, by a linear map that was fitted to human ratings. See
 * song-rate(1). The sum's hyperbolic tangent keeps it on the plane.
 */
#ifndef EMO_MUSIC_RATE_H
#define EMO_MUSIC_RATE_H

#include "../base/api.h"
#include "songs.h"

struct emo_feeling {
	float valence, arousal; /* -1 .. 1; 0 is the average song; NAN: unknown */
};

struct emo_rating {
	struct {
		double mean, sd;	       /* of the music that the map was fitted to */
		double to_valence, to_arousal; /* a standard deviation adds this */
		double of_valence, of_arousal; /* what music at (1, 0), (0, 1) sounds like, in sd */
	} feature[EMO_FEATURES];
};

/* Reads a map; NULL is the one that is built in, models/music.csv. -1 on failure. */
EMO_API int emo_rating_load(struct emo_rating *rating, const char *path);

/*
 * The place of song i. It does not depend on the other songs; what the song lacks is taken for
 * average, values more than 3 standard deviations from the mean for 3. NAN when it lacks all that
 * counts.
 */
EMO_API struct emo_feeling emo_rate_song(const struct emo_rating *rating,
					 const struct emo_songs *songs, size_t i);

/* The reverse: feature[EMO_FEATURES], in standard deviations, of the music found at a place. */
EMO_API void emo_rating_sounds(float *feature, const struct emo_rating *rating,
			       struct emo_feeling place);

/*
 * A word for a place: happy, energetic, angry, gloomy, sad, calm, peaceful, pleasant, neutral; ""
 * when it is unknown.
 */
EMO_API const char *emo_feeling_word(struct emo_feeling place);

#endif
