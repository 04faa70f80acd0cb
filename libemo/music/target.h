/* SPDX-License-Identifier: MIT */
/*
 * What a mood asks for: a direction in the space of standardised features. A table, which users may
 * edit, says it for each emotion; the target of a mood is the mean of the seven rows, weighted with
 * the mood's probabilities. See emo-moods(5).
 */
#ifndef EMO_MUSIC_TARGET_H
#define EMO_MUSIC_TARGET_H

#include "../base/api.h"
#include "../emotion.h"
#include "songs.h"

struct emo_mood_row {
	float valence, arousal;	     /* where the emotion lies on the plane, -1 .. 1 */
	float feature[EMO_FEATURES]; /* in standard deviations from the catalogue's mean */
};

struct emo_mood_table {
	struct emo_mood_row row[EMO_EMOTIONS];
};

/*
 * Reads a table; NULL is the one that is built in. A feature without a column is wanted at 0; every
 * emotion must have its row. -1 on failure.
 */
EMO_API int emo_mood_table_load(struct emo_mood_table *table, const char *path);

/*
 * A mood in words: "happy", or "happy=0.7,sad=0.3" (weights, which are normalised; 1 when left
 * out). -1 on failure.
 */
EMO_API int emo_mood_parse(float mood[EMO_EMOTIONS], const char *text);

/* The mood for people: "happy 70 %, sad 30 %"; parts under 5 % are left out. */
#define EMO_MOOD_WORDS_SIZE 128
EMO_API void emo_mood_words(char buf[EMO_MOOD_WORDS_SIZE], const float *mood);

/* mood[EMO_EMOTIONS] >= 0 need not sum to 1, but not to 0. */
EMO_API void emo_mood_target(struct emo_mood_row *target, const struct emo_mood_table *table,
			     const float *mood);

#endif
