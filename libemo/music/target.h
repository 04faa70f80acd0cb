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
	float valence, arousal;	     /* where it lies on the plane, -1 .. 1 */
	float feature[EMO_FEATURES]; /* in standard deviations from the catalogue's mean */
	char genre[256];	     /* "pop|dance": words of genres that suit; "" when any does */
};

/* What music is to do with a mood. */
enum emo_aim {
	EMO_AIM_MATCH,	   /* be like it */
	EMO_AIM_LIFT,	   /* be halfway from it to happy */
	EMO_AIM_CALM,	   /* be calm, whatever the mood */
	EMO_AIM_ENERGETIC, /* be energetic, whatever the mood */
	EMO_AIM_COMFORT,   /* answer it: happy with upbeat music, sad with soft, angry with soothing
			    */
	EMO_AIMS
};

EMO_API const char *emo_aim_name(int aim); /* NULL for a number that is no aim */

struct emo_mood_table {
	struct emo_mood_row row[EMO_AIMS][EMO_EMOTIONS];
};

/*
 * Reads a table; NULL is the one that is built in. In a table with some of the features, the others
 * are wanted at 0; in one with none, features follow from valence and arousal (emo_rating_sounds).
 * Each emotion must have a row for the aim "match"; what is missing of the other aims is as in the
 * built-in table. -1 on failure.
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

/*
 * The mean of the aim's rows, weighted with mood[EMO_EMOTIONS] >= 0, which need not sum to 1, but
 * not to 0. target->genre is "".
 */
EMO_API void emo_mood_target(struct emo_mood_row *target, const struct emo_mood_table *table,
			     enum emo_aim aim, const float *mood);

#endif
