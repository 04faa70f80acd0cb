/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* strcasestr */
#include "music/tags.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/csv.h"
#include "base/embed.h"
#include "base/err.h"
#include "base/mem.h"

EMO_EMBED("models/labels.csv", emo_labels_csv);

#define LEAST 0.1f /* of the mood that a label must suit */

struct emo_tags {
	const struct emo_songs *songs;
	enum emo_aim aim;
	uint16_t *label; /* [songs] rows of the table that the label belongs to; NULL: not used */
	uint8_t *genre;	 /* [songs] emotions that the genre suits; NULL: not used */
	float *extra;	 /* [songs] */
	float weight[EMO_LABELS];
};

static int row_of(const char *name)
{
	if (strcasecmp(name, "calm") == 0)
		return EMO_LABEL_CALM;
	if (strcasecmp(name, "energetic") == 0)
		return EMO_LABEL_ENERGETIC;
	return emo_emotion_parse(name);
}

static int read_table(struct emo_label_table *t, struct emo_csv *csv)
{
	int more = emo_csv_next(csv), emotion, labels, row;

	if (more <= 0)
		return more < 0 ? -1 : emo_fail("%s: is empty", emo_csv_name(csv));
	if ((emotion = emo_csv_find(csv, "emotion")) < 0 ||
	    (labels = emo_csv_find(csv, "labels")) < 0)
		return emo_fail("%s:%zu: needs the columns 'emotion' and 'labels'",
				emo_csv_name(csv), emo_csv_line(csv));
	while ((more = emo_csv_next(csv)) > 0) {
		const char *words = emo_csv_field(csv, (size_t)labels);

		if ((row = row_of(emo_csv_field(csv, (size_t)emotion))) < 0)
			return emo_fail("%s:%zu: '%.40s' is no emotion, nor calm or energetic",
					emo_csv_name(csv), emo_csv_line(csv),
					emo_csv_field(csv, (size_t)emotion));
		if (strlen(words) >= sizeof t->words[row])
			return emo_fail("%s:%zu: more than %zu characters of labels",
					emo_csv_name(csv), emo_csv_line(csv),
					sizeof t->words[row] - 1);
		strcpy(t->words[row], words);
	}
	return more;
}

int emo_label_table_load(struct emo_label_table *t, const char *path)
{
	struct emo_csv *csv =
		path ? emo_csv_open(path)
		     : emo_csv_open_text(emo_labels_csv,
					 (size_t)(emo_labels_csv_end - emo_labels_csv),
					 "models/labels.csv");
	int status;

	*t = (struct emo_label_table){0};
	status = csv ? read_table(t, csv) : -1;
	emo_csv_close(csv);
	return status;
}

/* The next of the words at *s, set off by the signs, without blanks; its length, or 0. */
static size_t next_word(const char **s, const char *signs)
{
	size_t n;

	while (**s && (**s == ' ' || strchr(signs, **s)))
		++*s;
	n = strcspn(*s, signs);
	while (n > 0 && (*s)[n - 1] == ' ')
		n--;
	return n;
}

unsigned emo_label_rows(const struct emo_label_table *t, const char *label)
{
	size_t n = next_word(&label, ";"), len;
	unsigned rows = 0;

	for (int r = 0; r < EMO_LABELS && n > 0; r++)
		for (const char *w = t->words[r]; (len = next_word(&w, ";")) > 0; w += len)
			if (len == n && strncasecmp(w, label, n) == 0)
				rows |= 1u << r;
	return rows;
}

/* Whether one of the words "pop|dance" is in the genre. */
static int genre_has(const char *genre, const char *words)
{
	char word[64];
	size_t len;

	for (; *genre && (len = next_word(&words, "|;")) > 0; words += len) {
		snprintf(word, sizeof word, "%.*s", (int)len, words);
		if (strcasestr(genre, word))
			return 1;
	}
	return 0;
}

static int look_up_genres(struct emo_tags *t, const struct emo_mood_row *row)
{
	int named = 0;

	for (int e = 0; e < EMO_EMOTIONS; e++)
		named |= *row[e].genre != '\0';
	if (!named)
		return 0;
	if (!(t->genre = emo_calloc(t->songs->n, sizeof *t->genre)))
		return -1;
	for (size_t i = 0; i < t->songs->n; i++)
		for (int e = 0; e < EMO_EMOTIONS; e++)
			if (genre_has(emo_song_text(t->songs, i, EMO_SONG_GENRE), row[e].genre))
				t->genre[i] |= (uint8_t)(1u << e);
	return 0;
}

struct emo_tags *emo_tags_new(const struct emo_songs *songs, const struct emo_label_table *labels,
			      const struct emo_mood_table *moods, enum emo_aim aim)
{
	struct emo_tags *t = emo_calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->songs = songs;
	t->aim = aim;
	if (look_up_genres(t, moods->row[aim]) < 0)
		goto fail;
	if (labels && !(t->label = emo_calloc(songs->n, sizeof *t->label)))
		goto fail;
	for (size_t i = 0; labels && i < songs->n; i++)
		t->label[i] =
			(uint16_t)emo_label_rows(labels, emo_song_text(songs, i, EMO_SONG_LABEL));
	if ((t->label || t->genre) && !(t->extra = emo_calloc(songs->n, sizeof *t->extra)))
		goto fail;
	return t;
fail:
	emo_tags_free(t);
	return NULL;
}

void emo_tags_free(struct emo_tags *t)
{
	if (!t)
		return;
	free(t->label);
	free(t->genre);
	free(t->extra);
	free(t);
}

/* The part of the mood that the rows make up, at most 1. */
static float part(const float *weight, unsigned rows)
{
	float sum = 0;

	for (int r = 0; r < EMO_LABELS; r++)
		if (rows >> r & 1)
			sum += weight[r];
	return sum < 1 ? sum : 1;
}

void emo_tags_wish(struct emo_tags *t, struct emo_wish *wish, const float *mood)
{
	float sum = 0;

	if (!t->extra)
		return;
	for (int r = 0; r < EMO_LABELS; r++)
		sum += t->weight[r] = r < EMO_EMOTIONS ? mood[r] : 0;
	for (int r = 0; r < EMO_LABELS; r++)
		t->weight[r] /= sum;
	wish->extra = t->extra;
	wish->extra_target = EMO_TAG_WEIGHT;
	for (size_t i = 0; i < t->songs->n; i++)
		t->extra[i] = t->genre ? EMO_TAG_WEIGHT * part(t->weight, t->genre[i]) : 0;
	if (!t->label)
		return;
	for (int r = 0; r < EMO_LABELS; r++) {
		float aimed = t->aim == EMO_AIM_CALM	    ? r == EMO_LABEL_CALM
			      : t->aim == EMO_AIM_ENERGETIC ? r == EMO_LABEL_ENERGETIC
							    : r == EMO_HAPPY;
		float share = t->aim == EMO_AIM_MATCH ? 0 : t->aim == EMO_AIM_LIFT ? 0.5f : 1;

		t->weight[r] = (1 - share) * t->weight[r] + share * aimed;
	}
	for (size_t i = 0; i < t->songs->n; i++)
		t->extra[i] += EMO_TAG_WEIGHT * part(t->weight, t->label[i]);
	wish->extra_target = t->genre ? 2 * EMO_TAG_WEIGHT : EMO_TAG_WEIGHT;
}

int emo_tags_unfit(const struct emo_tags *t, size_t i)
{
	return t->label && part(t->weight, t->label[i]) < LEAST;
}
