/* SPDX-License-Identifier: MIT */
#include "music/target.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/embed.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "music/rate.h"

EMO_EMBED("models/moods.csv", emo_moods_csv);

#define FURTHEST 10 /* standard deviations; more is a slip of the pen */

/* The columns of a row of numbers, in the order of struct table_columns.at. */
enum { VALENCE, AROUSAL, FEATURE, NUMBERS = FEATURE + EMO_FEATURES };

struct table_columns {
	int emotion, aim, genre, at[NUMBERS]; /* -1: there is none */
	int features;			      /* how many features have a column */
};

const char *emo_aim_name(int aim)
{
	static const char *const names[EMO_AIMS] = {"match", "lift", "calm", "energetic",
						    "comfort"};

	return aim >= 0 && aim < EMO_AIMS ? names[aim] : NULL;
}

static const char *column_name(int k)
{
	if (k < FEATURE)
		return k == VALENCE ? "felt_valence" : "felt_arousal";
	return emo_feature_name(k - FEATURE);
}

static int read_header(struct table_columns *c, struct emo_csv *csv)
{
	int more = emo_csv_next(csv);

	if (more < 0)
		return -1;
	if (!more)
		return emo_fail("%s: is empty", emo_csv_name(csv));
	if ((c->emotion = emo_csv_find(csv, "emotion")) < 0)
		return emo_fail("%s:%zu: no column 'emotion'", emo_csv_name(csv),
				emo_csv_line(csv));
	c->aim = emo_csv_find(csv, "aim");
	c->genre = emo_csv_find(csv, "genre");
	for (int k = 0; k < NUMBERS; k++) {
		c->at[k] = emo_csv_find(csv, column_name(k));
		c->features += k >= FEATURE && c->at[k] >= 0;
	}
	if (!c->features && (c->at[VALENCE] < 0 || c->at[AROUSAL] < 0))
		return emo_fail("%s:%zu: no column with the name of a feature (valence … tempo), "
				"nor felt_valence and felt_arousal",
				emo_csv_name(csv), emo_csv_line(csv));
	return 0;
}

/* The aim of a row, and its emotion; EMO_EMOTIONS is any. */
static int read_key(int *aim, int *emotion, const struct table_columns *c,
		    const struct emo_csv *csv)
{
	const char *name = emo_csv_field(csv, (size_t)c->emotion);
	const char *what = c->aim < 0 ? "" : emo_csv_field(csv, (size_t)c->aim);

	for (*aim = 0; *what && *aim < EMO_AIMS && strcmp(what, emo_aim_name(*aim)) != 0;)
		++*aim;
	if (*aim == EMO_AIMS)
		return emo_fail("%s:%zu: '%.40s' is none of the aims match, lift, calm, energetic, "
				"comfort",
				emo_csv_name(csv), emo_csv_line(csv), what);
	*emotion = strcmp(name, "any") == 0 && *aim != EMO_AIM_MATCH ? EMO_EMOTIONS
								     : emo_emotion_parse(name);
	if (*emotion < 0)
		return emo_fail("%s:%zu: '%.40s' is no emotion", emo_csv_name(csv),
				emo_csv_line(csv), name);
	return 0;
}

static int read_numbers(struct emo_mood_row *row, const struct table_columns *c,
			const struct emo_csv *csv)
{
	double number[NUMBERS] = {0};

	for (int k = 0; k < NUMBERS; k++) {
		const char *cell;
		double limit = k < FEATURE ? 1 : FURTHEST;

		if (c->at[k] < 0)
			continue;
		cell = emo_csv_field(csv, (size_t)c->at[k]);
		if (emo_parse_double(&number[k], cell) < 0 || fabs(number[k]) > limit)
			return emo_fail("%s:%zu: %s: '%.40s' is not a number within -%g .. %g",
					emo_csv_name(csv), emo_csv_line(csv), column_name(k), cell,
					limit, limit);
	}
	row->valence = (float)number[VALENCE];
	row->arousal = (float)number[AROUSAL];
	for (int f = 0; f < EMO_FEATURES; f++)
		row->feature[f] = (float)number[FEATURE + f];
	return 0;
}

/* seen[aim] has bit e for each emotion that has its row. */
static int read_row(struct emo_mood_table *t, unsigned seen[EMO_AIMS],
		    const struct table_columns *c, const struct emo_rating *rating,
		    const struct emo_csv *csv)
{
	struct emo_mood_row row = {0};
	int aim = 0, emotion = 0;

	if (read_key(&aim, &emotion, c, csv) < 0 || read_numbers(&row, c, csv) < 0)
		return -1;
	if (!c->features)
		emo_rating_sounds(row.feature, rating,
				  (struct emo_feeling){row.valence, row.arousal});
	if (c->genre >= 0 && (size_t)snprintf(row.genre, sizeof row.genre, "%s",
					      emo_csv_field(csv, (size_t)c->genre)) >= sizeof row.genre)
		return emo_fail("%s:%zu: genre: more than %zu bytes", emo_csv_name(csv),
				emo_csv_line(csv), sizeof row.genre - 1);
	if (emotion < EMO_EMOTIONS && seen[aim] >> emotion & 1)
		return emo_fail("%s:%zu: '%s' has a row already", emo_csv_name(csv),
				emo_csv_line(csv), emo_emotion_name(emotion));
	for (int e = 0; e < EMO_EMOTIONS; e++)
		if (e == emotion || (emotion == EMO_EMOTIONS && !(seen[aim] >> e & 1)))
			t->row[aim][e] = row;
	if (emotion < EMO_EMOTIONS)
		seen[aim] |= 1u << emotion;
	return 0;
}

/* Rows for "lift" that the table does not have: halfway to happy. */
static void lift(struct emo_mood_table *t, unsigned seen)
{
	const struct emo_mood_row *happy = &t->row[EMO_AIM_MATCH][EMO_HAPPY];

	for (int e = 0; e < EMO_EMOTIONS; e++) {
		const struct emo_mood_row *from = &t->row[EMO_AIM_MATCH][e];
		struct emo_mood_row *to = &t->row[EMO_AIM_LIFT][e];

		if (seen >> e & 1)
			continue;
		*to = *happy;
		to->valence = (from->valence + happy->valence) / 2;
		to->arousal = (from->arousal + happy->arousal) / 2;
		for (int f = 0; f < EMO_FEATURES; f++)
			to->feature[f] = (from->feature[f] + happy->feature[f]) / 2;
	}
}

static int read_table(struct emo_mood_table *t, const struct emo_rating *rating,
		      struct emo_csv *csv)
{
	struct table_columns c = {0};
	unsigned seen[EMO_AIMS] = {0};
	int more;

	if (read_header(&c, csv) < 0)
		return -1;
	while ((more = emo_csv_next(csv)) > 0)
		if (read_row(t, seen, &c, rating, csv) < 0)
			return -1;
	if (more < 0)
		return -1;
	for (int e = 0; e < EMO_EMOTIONS; e++)
		if (!(seen[EMO_AIM_MATCH] >> e & 1))
			return emo_fail("%s: no row for '%s'", emo_csv_name(csv),
					emo_emotion_name(e));
	lift(t, seen[EMO_AIM_LIFT]);
	return 0;
}

int emo_mood_table_load(struct emo_mood_table *t, const char *path)
{
	struct emo_csv *csv = emo_csv_open_text(
		emo_moods_csv, (size_t)(emo_moods_csv_end - emo_moods_csv), "models/moods.csv");
	struct emo_rating rating;
	int status = -1;

	if (!csv || emo_rating_load(&rating, NULL) < 0 || read_table(t, &rating, csv) < 0)
		goto out;
	if (path) {
		emo_csv_close(csv);
		if (!(csv = emo_csv_open(path)) || read_table(t, &rating, csv) < 0)
			goto out;
	}
	status = 0;
out:
	emo_csv_close(csv);
	return status;
}

/* Adds "happy" or "happy=0.7" to the weights. */
static int add_weight(double weight[EMO_EMOTIONS], char *word)
{
	char *eq = strchr(word, '=');
	double w = 1;
	int e;

	if (eq)
		*eq++ = '\0';
	word += strspn(word, " ");
	if ((e = emo_emotion_parse(word)) < 0)
		return emo_fail("'%.40s' is none of angry, disgust, fear, happy, sad, surprise, "
				"neutral",
				word);
	if (eq && (emo_parse_double(&w, eq) < 0 || w < 0 || w > 1e6))
		return emo_fail("'%.40s' is not the weight of %s", eq, emo_emotion_name(e));
	weight[e] += w;
	return 0;
}

int emo_mood_parse(float mood[EMO_EMOTIONS], const char *text)
{
	char *copy = emo_strdup(text), *save = NULL;
	double weight[EMO_EMOTIONS] = {0}, sum = 0;
	int status = copy ? 0 : -1;

	for (char *word = copy; status == 0 && (word = strtok_r(word, ",", &save)); word = NULL)
		status = add_weight(weight, word);
	free(copy);
	if (status < 0)
		return -1;
	for (int e = 0; e < EMO_EMOTIONS; e++)
		sum += weight[e];
	if (!(sum > 0))
		return emo_fail("'%.40s' is no mood; one is happy=0.7,sad=0.3", text);
	for (int e = 0; e < EMO_EMOTIONS; e++)
		mood[e] = (float)(weight[e] / sum);
	return 0;
}

void emo_mood_words(char buf[EMO_MOOD_WORDS_SIZE], const float *mood)
{
	size_t n = 0;

	buf[0] = '\0';
	for (int e = 0; e < EMO_EMOTIONS; e++)
		if (mood[e] >= 0.05f)
			n += (size_t)emo_snprintf(buf + n, EMO_MOOD_WORDS_SIZE - n, "%s%s %.0f %%",
						  n ? ", " : "", emo_emotion_name(e),
						  100 * (double)mood[e]);
}

void emo_mood_target(struct emo_mood_row *target, const struct emo_mood_table *t, enum emo_aim aim,
		     const float *mood)
{
	double sum = 0, valence = 0, arousal = 0, feature[EMO_FEATURES] = {0};

	for (int e = 0; e < EMO_EMOTIONS; e++) {
		const struct emo_mood_row *row = &t->row[aim][e];

		sum += mood[e];
		valence += (double)mood[e] * row->valence;
		arousal += (double)mood[e] * row->arousal;
		for (int f = 0; f < EMO_FEATURES; f++)
			feature[f] += (double)mood[e] * row->feature[f];
	}
	*target = (struct emo_mood_row){.valence = (float)(valence / sum),
					.arousal = (float)(arousal / sum)};
	for (int f = 0; f < EMO_FEATURES; f++)
		target->feature[f] = (float)(feature[f] / sum);
}
