/* SPDX-License-Identifier: MIT */
/*
 * What catalogues say in words: a label of their own for a song's mood, and its genre. Both become
 * one further coordinate of the songs, beside their features.
 */
#ifndef EMO_MUSIC_TAGS_H
#define EMO_MUSIC_TAGS_H

#include "../base/api.h"
#include "../emotion.h"
#include "rank.h"
#include "target.h"

/* Rows of a table of labels: the emotions, and two aims that have labels of their own. */
enum { EMO_LABEL_CALM = EMO_EMOTIONS, EMO_LABEL_ENERGETIC, EMO_LABELS };

struct emo_label_table {
	char words[EMO_LABELS][256]; /* "happy;joyful;cheerful" */
};

/* Reads columns `emotion` and `labels`; NULL is the table that is built in. -1 on failure. */
EMO_API int emo_label_table_load(struct emo_label_table *table, const char *path);

/* Bit r: the label is among the words of row r, letter case and blanks around it aside. */
EMO_API unsigned emo_label_rows(const struct emo_label_table *table, const char *label);

/* The tags of all songs, looked up once for many moods. */
struct emo_tags;

/*
 * labels NULL: labels do not count. Genres count when the aim's rows of the table of moods name
 * some. The songs are borrowed. NULL on failure; emo_tags_free frees.
 */
EMO_API struct emo_tags *emo_tags_new(const struct emo_songs *songs,
				      const struct emo_label_table *labels,
				      const struct emo_mood_table *moods, enum emo_aim aim);
EMO_API void emo_tags_free(struct emo_tags *tags);

/*
 * Adds to the wish what mood[EMO_EMOTIONS] asks of the tags: a song's coordinate is
 * EMO_TAG_WEIGHT times the probability of the emotions that its label, and its genre, belong to.
 * wish->extra is borrowed until the next call.
 */
#define EMO_TAG_WEIGHT 2.0f
EMO_API void emo_tags_wish(struct emo_tags *tags, struct emo_wish *wish, const float *mood);

/* Whether the label of song i suits less than a tenth of the mood of the last emo_tags_wish. */
EMO_API int emo_tags_unfit(const struct emo_tags *tags, size_t i);

#endif
