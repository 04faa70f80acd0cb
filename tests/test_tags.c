/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* mkstemp */
#include "music/tags.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "test.h"

/* Four songs: Happy and pop; chill and jazz; no label and Pop Rock; an unknown label. */
static char arena[] = "\0Happy\0chill\0purple\0pop\0jazz\0Pop Rock";
static uint32_t label[4] = {1, 7, 0, 13}, genre[4] = {20, 24, 29, 0};
static struct emo_songs songs = {.n = 4, .arena = arena};

static void rows(void)
{
	struct emo_label_table t;

	CHECK_INT(emo_label_table_load(&t, NULL), 0);
	CHECK(emo_label_rows(&t, "HAPPY") == 1u << EMO_HAPPY);
	CHECK(emo_label_rows(&t, " joyful ") == 1u << EMO_HAPPY);
	CHECK(emo_label_rows(&t, "calm") == (1u << EMO_NEUTRAL | 1u << EMO_LABEL_CALM));
	CHECK(emo_label_rows(&t, "unhappy") == 0);
	CHECK(emo_label_rows(&t, "hap") == 0);
	CHECK(emo_label_rows(&t, "") == 0);
	for (int e = 0; e < EMO_EMOTIONS; e++)
		CHECK(emo_label_rows(&t, emo_emotion_name(e)) >> e & 1);
}

/* The coordinate of each song for a mood. */
static void coordinates(void)
{
	struct emo_label_table labels;
	struct emo_mood_table moods;
	struct emo_wish wish = {0};
	struct emo_tags *t;
	float mood[EMO_EMOTIONS] = {[EMO_HAPPY] = 3, [EMO_NEUTRAL] = 1};

	songs.text[EMO_SONG_LABEL] = label;
	songs.text[EMO_SONG_GENRE] = genre;
	CHECK_INT(emo_label_table_load(&labels, NULL), 0);
	CHECK_INT(emo_mood_table_load(&moods, NULL), 0);
	t = emo_tags_new(&songs, NULL, &moods, EMO_AIM_MATCH);
	emo_tags_wish(t, &wish, mood);
	CHECK(wish.extra == NULL && !emo_tags_unfit(t, 3)); /* nothing to go by */
	emo_tags_free(t);

	t = emo_tags_new(&songs, &labels, &moods, EMO_AIM_MATCH);
	emo_tags_wish(t, &wish, mood);
	CHECK_NEAR(wish.extra_target, EMO_TAG_WEIGHT, 0);
	CHECK_NEAR(wish.extra[0], 0.75 * EMO_TAG_WEIGHT, 1e-6);
	CHECK_NEAR(wish.extra[1], 0.25 * EMO_TAG_WEIGHT, 1e-6);
	CHECK_NEAR(wish.extra[2], 0, 0);
	CHECK(!emo_tags_unfit(t, 0) && !emo_tags_unfit(t, 1));
	CHECK(emo_tags_unfit(t, 2) && emo_tags_unfit(t, 3));
	emo_tags_free(t);

	t = emo_tags_new(&songs, &labels, &moods, EMO_AIM_CALM);
	emo_tags_wish(t, &wish, mood);
	CHECK(emo_tags_unfit(t, 0) && !emo_tags_unfit(t, 1));
	emo_tags_free(t);

	strcpy(moods.row[EMO_AIM_MATCH][EMO_HAPPY].genre, "rock | pop");
	t = emo_tags_new(&songs, NULL, &moods, EMO_AIM_MATCH);
	emo_tags_wish(t, &wish, mood);
	CHECK_NEAR(wish.extra[0], 0.75 * EMO_TAG_WEIGHT, 1e-6);
	CHECK_NEAR(wish.extra[1], 0, 0);
	CHECK_NEAR(wish.extra[2], 0.75 * EMO_TAG_WEIGHT, 1e-6);
	emo_tags_free(t);
	emo_tags_free(NULL);
}

static void refused(void)
{
	static const char *const bad[][2] = {
		{"", "is empty"},
		{"emotion\nhappy\n", "needs the columns 'emotion' and 'labels'"},
		{"emotion,labels\nbored,x\n", ":2: 'bored' is no emotion, nor calm or energetic"},
	};
	char path[] = "/tmp/emo-tags-XXXXXX";
	int fd = mkstemp(path);
	struct emo_label_table t;

	CHECK(fd >= 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK(ftruncate(fd, 0) == 0 && pwrite(fd, bad[i][0], strlen(bad[i][0]), 0) >= 0);
		CHECK_INT(emo_label_table_load(&t, path), -1);
		CHECK_ERROR(bad[i][1]);
	}
	close(fd);
	unlink(path);
	CHECK_INT(emo_label_table_load(&t, path), -1);
}

int main(void)
{
	RUN(rows);
	RUN(coordinates);
	RUN(refused);
	return test_end();
}
