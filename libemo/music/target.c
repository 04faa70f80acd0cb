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

EMO_EMBED("models/moods.csv", emo_moods_csv);

#define FURTHEST 10 /* standard deviations; more is a slip of the pen */

/* The columns of a row of numbers, in the order of struct table_columns.at. */
enum { VALENCE, AROUSAL, FEATURE, NUMBERS = FEATURE + EMO_FEATURES };

struct table_columns {
	int emotion, at[NUMBERS]; /* -1: there is none */
};

static const char *column_name(char buf[64], int k)
{
	if (k < FEATURE)
		return k == VALENCE ? "felt_valence" : "felt_arousal";
	snprintf(buf, 64, "%s", emo_feature_name(k - FEATURE));
	return buf;
}

static int read_header(struct table_columns *c, struct emo_csv *csv)
{
	char buf[64];
	int more = emo_csv_next(csv), features = 0;

	if (more < 0)
		return -1;
	if (!more)
		return emo_fail("%s: is empty", emo_csv_name(csv));
	if ((c->emotion = emo_csv_find(csv, "emotion")) < 0)
		return emo_fail("%s:%zu: no column 'emotion'", emo_csv_name(csv),
				emo_csv_line(csv));
	for (int k = 0; k < NUMBERS; k++) {
		c->at[k] = emo_csv_find(csv, column_name(buf, k));
		features += k >= FEATURE && c->at[k] >= 0;
	}
	if (!features)
		return emo_fail("%s:%zu: no column with the name of a feature (valence … tempo)",
				emo_csv_name(csv), emo_csv_line(csv));
	return 0;
}

static int read_row(struct emo_mood_table *t, unsigned *seen, const struct table_columns *c,
		    const struct emo_csv *csv)
{
	const char *name = emo_csv_field(csv, (size_t)c->emotion);
	double number[NUMBERS] = {0};
	int e = emo_emotion_parse(name);
	char buf[64];

	if (e < 0)
		return emo_fail("%s:%zu: '%.40s' is no emotion", emo_csv_name(csv),
				emo_csv_line(csv), name);
	if (*seen >> e & 1)
		return emo_fail("%s:%zu: '%s' has a row already", emo_csv_name(csv),
				emo_csv_line(csv), emo_emotion_name(e));
	*seen |= 1u << e;
	for (int k = 0; k < NUMBERS; k++) {
		const char *cell;
		double limit = k < FEATURE ? 1 : FURTHEST;

		if (c->at[k] < 0)
			continue;
		cell = emo_csv_field(csv, (size_t)c->at[k]);
		if (emo_parse_double(&number[k], cell) < 0 || fabs(number[k]) > limit)
			return emo_fail("%s:%zu: %s: '%.40s' is not a number within -%g .. %g",
					emo_csv_name(csv), emo_csv_line(csv), column_name(buf, k),
					cell, limit, limit);
	}
	t->row[e].valence = (float)number[VALENCE];
	t->row[e].arousal = (float)number[AROUSAL];
	for (int f = 0; f < EMO_FEATURES; f++)
		t->row[e].feature[f] = (float)number[FEATURE + f];
	return 0;
}

int emo_mood_table_load(struct emo_mood_table *t, const char *path)
{
	struct emo_csv *csv =
		path ? emo_csv_open(path)
		     : emo_csv_open_text(emo_moods_csv, (size_t)(emo_moods_csv_end - emo_moods_csv),
					 "models/moods.csv");
	struct table_columns c = {0};
	unsigned seen = 0;
	int status = -1, more;

	if (!csv || read_header(&c, csv) < 0)
		goto out;
	while ((more = emo_csv_next(csv)) > 0)
		if (read_row(t, &seen, &c, csv) < 0)
			goto out;
	if (more < 0)
		goto out;
	status = 0;
	for (int e = 0; e < EMO_EMOTIONS && status == 0; e++)
		if (!(seen >> e & 1))
			status = emo_fail("%s: no row for '%s'", emo_csv_name(csv),
					  emo_emotion_name(e));
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

void emo_mood_target(struct emo_mood_row *target, const struct emo_mood_table *t, const float *mood)
{
	double sum = 0, valence = 0, arousal = 0;

	for (int e = 0; e < EMO_EMOTIONS; e++) {
		sum += mood[e];
		valence += (double)mood[e] * t->row[e].valence;
		arousal += (double)mood[e] * t->row[e].arousal;
	}
	target->valence = (float)(valence / sum);
	target->arousal = (float)(arousal / sum);
	for (int f = 0; f < EMO_FEATURES; f++) {
		double v = 0;
		for (int e = 0; e < EMO_EMOTIONS; e++)
			v += (double)mood[e] * t->row[e].feature[f];
		target->feature[f] = (float)(v / sum);
	}
}
