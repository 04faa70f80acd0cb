/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* mkdtemp */
#include "music/target.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "test.h"

static void targets_mix(void)
{
	struct emo_mood_table t;
	struct emo_mood_row mix;
	float mood[EMO_EMOTIONS] = {0};

	CHECK_INT(emo_mood_table_load(&t, NULL), 0);
	mood[EMO_HAPPY] = 3; /* weights need not be normalised */
	mood[EMO_SAD] = 1;
	emo_mood_target(&mix, &t, EMO_AIM_MATCH, mood);
	CHECK_NEAR(mix.valence,
		   0.75 * t.row[EMO_AIM_MATCH][EMO_HAPPY].valence +
			   0.25 * t.row[EMO_AIM_MATCH][EMO_SAD].valence,
		   1e-6);
	for (int f = 0; f < EMO_FEATURES; f++)
		CHECK_NEAR(mix.feature[f],
			   0.75 * t.row[EMO_AIM_MATCH][EMO_HAPPY].feature[f] +
				   0.25 * t.row[EMO_AIM_MATCH][EMO_SAD].feature[f],
			   1e-6);
	/* what a table must say, whatever its numbers are */
	CHECK(t.row[EMO_AIM_MATCH][EMO_HAPPY].feature[EMO_VALENCE] > 0 &&
	      t.row[EMO_AIM_MATCH][EMO_SAD].feature[EMO_VALENCE] < 0);
	CHECK(t.row[EMO_AIM_MATCH][EMO_ANGRY].feature[EMO_ENERGY] > 0 &&
	      t.row[EMO_AIM_MATCH][EMO_SAD].feature[EMO_ENERGY] < 0);
	for (int f = 0; f < EMO_FEATURES; f++)
		CHECK_NEAR(t.row[EMO_AIM_MATCH][EMO_NEUTRAL].feature[f], 0, 0);
}

/* What the aims do to a mood. */
static void aims(void)
{
	struct emo_mood_table t;
	struct emo_mood_row match, lifted, calm, energetic, comfort;
	float mood[EMO_EMOTIONS] = {0};

	CHECK_INT(emo_mood_table_load(&t, NULL), 0);
	for (int e = 0; e < EMO_EMOTIONS; e++) {
		memset(mood, 0, sizeof mood);
		mood[e] = 1;
		emo_mood_target(&match, &t, EMO_AIM_MATCH, mood);
		emo_mood_target(&lifted, &t, EMO_AIM_LIFT, mood);
		emo_mood_target(&calm, &t, EMO_AIM_CALM, mood);
		emo_mood_target(&energetic, &t, EMO_AIM_ENERGETIC, mood);
		emo_mood_target(&comfort, &t, EMO_AIM_COMFORT, mood);
		for (int f = 0; f < EMO_FEATURES; f++)
			CHECK_NEAR(lifted.feature[f],
				   (match.feature[f] + t.row[EMO_AIM_MATCH][EMO_HAPPY].feature[f]) /
					   2,
				   1e-6);
		CHECK(calm.feature[EMO_ENERGY] < -0.5f && energetic.feature[EMO_ENERGY] > 0.5f);
		CHECK(comfort.valence > 0); /* comfort is pleasant, whatever it answers */
	}
	CHECK(t.row[EMO_AIM_COMFORT][EMO_HAPPY].feature[EMO_ENERGY] > 0.5f);
	CHECK(t.row[EMO_AIM_COMFORT][EMO_SAD].feature[EMO_ENERGY] < 0);
	CHECK(t.row[EMO_AIM_COMFORT][EMO_ANGRY].feature[EMO_LOUDNESS] < -0.5f);
	CHECK(t.row[EMO_AIM_COMFORT][EMO_FEAR].feature[EMO_INSTRUMENTALNESS] > 0.5f);
	CHECK_STR(emo_aim_name(EMO_AIM_COMFORT), "comfort");
	CHECK(!emo_aim_name(EMO_AIMS) && !emo_aim_name(-1));
}

static void moods_in_words(void)
{
	static const char *const bad[] = {"",	     ",",	"joyful", "happy=-1",
					  "happy=x", "happy=0", "=1"};
	float mood[EMO_EMOTIONS];
	char words[EMO_MOOD_WORDS_SIZE];

	CHECK_INT(emo_mood_parse(mood, "happy"), 0);
	CHECK_NEAR(mood[EMO_HAPPY], 1, 0);
	CHECK_INT(emo_mood_parse(mood, "happy=0.6, Sadness=0.2"), 0);
	CHECK_NEAR(mood[EMO_HAPPY], 0.75, 1e-7);
	CHECK_NEAR(mood[EMO_SAD], 0.25, 1e-7);
	emo_mood_words(words, mood);
	CHECK_STR(words, "happy 75 %, sad 25 %");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_INT(emo_mood_parse(mood, bad[i]), -1);
	for (int e = 0; e < EMO_EMOTIONS; e++)
		mood[e] = 1.0f / EMO_EMOTIONS;
	emo_mood_words(words, mood); /* the longest text */
	CHECK_STR(words,
		  "angry 14 %, disgust 14 %, fear 14 %, happy 14 %, sad 14 %, surprise 14 %, "
		  "neutral 14 %");
}

static void tables(void)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"", "is empty"},
		{"mood,valence\nhappy,1\n", ":1: no column 'emotion'"},
		{"emotion,colour\nhappy,red\n", ":1: no column with the name of a feature"},
		{"emotion,valence\nhappy,1\n", "no row for 'angry'"},
		{"emotion,valence\nhappy,1\njoy,2\n", ":3: 'happy' has a row already"},
		{"emotion,valence\nbored,1\n", ":2: 'bored' is no emotion"},
		{"emotion,valence\nhappy,much\n", ":2: valence: 'much' is not a number"},
		{"emotion,valence\nhappy,11\n", "is not a number within -10 .. 10"},
		{"emotion,valence,felt_arousal\nhappy,1,2\n",
		 "felt_arousal: '2' is not a number within -1"},
		{"emotion,valence,energy\nhappy,1\n", "energy: '' is not a number"},
		{"emotion,aim,valence\nhappy,cheer,1\n", ":2: 'cheer' is none of the aims match"},
		{"emotion,aim,valence\nany,match,1\n", ":2: 'any' is no emotion"},
		{"emotion,felt_valence\nhappy,1\n", "nor felt_valence and felt_arousal"},
	};
	char folder[200], path[256];
	struct emo_mood_table t;
	FILE *f;

	snprintf(folder, sizeof folder, "%.150s/emo-rank-XXXXXX",
		 getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (!CHECK(mkdtemp(folder) != NULL))
		return;
	snprintf(path, sizeof path, "%s/moods.csv", folder);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK((f = fopen(path, "w")) && fputs(cases[i].text, f) >= 0 && fclose(f) == 0);
		CHECK_INT(emo_mood_table_load(&t, path), -1);
		CHECK_ERROR(cases[i].words);
		CHECK_ERROR(path);
	}
	CHECK((f = fopen(path, "w")) != NULL);
	fputs("note,tempo,EMOTION\n", f);
	for (int e = 0; e < EMO_EMOTIONS; e++)
		fprintf(f, "x,%d,%s\n", e, emo_emotion_name(e));
	fclose(f);
	CHECK_INT(emo_mood_table_load(&t, path), 0);
	CHECK_NEAR(t.row[EMO_AIM_MATCH][EMO_SAD].feature[EMO_TEMPO], EMO_SAD, 0);
	CHECK_NEAR(t.row[EMO_AIM_MATCH][EMO_SAD].feature[EMO_VALENCE], 0, 0);
	CHECK_INT(emo_mood_table_load(&t, "no/such/file.csv"), -1);
	unlink(path);
	rmdir(folder);
}

static void own_tables(void)
{
	char path[] = "/tmp/emo-target-XXXXXX";
	int fd = mkstemp(path);
	struct emo_mood_table t;
	FILE *f;

	if (!CHECK(fd >= 0))
		return;
	close(fd);
	/* aims of one's own; what is missing is built in */
	CHECK((f = fopen(path, "w")) != NULL);
	fputs("emotion,aim,genre,energy\nany,calm,ambient,-3\nfear,calm,,-2\nsad,lift,,5\n", f);
	for (int e = 0; e < EMO_EMOTIONS; e++)
		fprintf(f, "%s,,pop|dance,%d\n", emo_emotion_name(e), e);
	fclose(f);
	CHECK_INT(emo_mood_table_load(&t, path), 0);
	CHECK_NEAR(t.row[EMO_AIM_CALM][EMO_SAD].feature[EMO_ENERGY], -3, 0);
	CHECK_NEAR(t.row[EMO_AIM_CALM][EMO_FEAR].feature[EMO_ENERGY], -2, 0);
	CHECK_NEAR(t.row[EMO_AIM_LIFT][EMO_SAD].feature[EMO_ENERGY], 5, 0);
	CHECK_NEAR(t.row[EMO_AIM_LIFT][EMO_FEAR].feature[EMO_ENERGY], (EMO_FEAR + EMO_HAPPY) / 2.0,
		   0);
	CHECK(t.row[EMO_AIM_ENERGETIC][EMO_SAD].feature[EMO_LOUDNESS] > 0);
	CHECK_STR(t.row[EMO_AIM_MATCH][EMO_SAD].genre, "pop|dance");
	CHECK_STR(t.row[EMO_AIM_CALM][EMO_ANGRY].genre, "ambient");
	/* places alone: features follow from them */
	CHECK((f = fopen(path, "w")) != NULL);
	fputs("emotion,felt_valence,felt_arousal\n", f);
	for (int e = 0; e < EMO_EMOTIONS; e++)
		fprintf(f, "%s,0.5,%g\n", emo_emotion_name(e), e == EMO_ANGRY ? 0.9 : -0.9);
	fclose(f);
	CHECK_INT(emo_mood_table_load(&t, path), 0);
	CHECK(t.row[EMO_AIM_MATCH][EMO_ANGRY].feature[EMO_ENERGY] > 0.5f);
	CHECK(t.row[EMO_AIM_MATCH][EMO_SAD].feature[EMO_ENERGY] < -0.5f);
	unlink(path);
}

int main(void)
{
	RUN(targets_mix);
	RUN(aims);
	RUN(moods_in_words);
	RUN(tables);
	RUN(own_tables);
	return test_end();
}
