/* SPDX-License-Identifier: MIT */
#include "music/pick.h"

#include <stdlib.h>

#include "test.h"

enum { SONGS = 40 };

/* Songs in falling order of fit: energy falls from song to song, all else is unknown. */
struct made {
	struct emo_songs songs;
	struct emo_standard standard;
	struct emo_wish wish;
	char arena[SONGS * 40];
	uint32_t text[EMO_SONG_TEXTS][SONGS];
	float feature[EMO_FEATURES][SONGS], duration[SONGS];
	size_t used;
};

static uint32_t put_text(struct made *m, const char *text)
{
	size_t at = m->used;

	m->used += (size_t)sprintf(m->arena + at, "%s", text) + 1;
	return (uint32_t)at;
}

/* artists: a letter for each song, '.' for unknown. Song i lasts 100 + 10 i seconds. */
static void make(struct made *m, const char *artists)
{
	char text[40];

	memset(m, 0, sizeof *m);
	m->songs.n = strlen(artists);
	m->songs.arena = m->arena;
	m->songs.duration = m->duration;
	put_text(m, "");
	for (int k = 0; k < EMO_SONG_TEXTS; k++)
		m->songs.text[k] = m->text[k];
	for (size_t i = 0; i < m->songs.n; i++) {
		sprintf(text, "Song number %zu", i);
		m->text[EMO_SONG_NAME][i] = put_text(m, text);
		sprintf(text, "%c", artists[i]);
		m->text[EMO_SONG_ARTIST][i] = artists[i] == '.' ? 0 : put_text(m, text);
		m->duration[i] = 100 + 10 * (float)i;
		for (int f = 0; f < EMO_FEATURES; f++) {
			m->songs.feature[f] = m->feature[f];
			m->feature[f][i] = f == EMO_ENERGY ? 1 - (float)i / 100 : NAN;
		}
	}
	emo_standard_fit(&m->standard, &m->songs);
	m->wish.feature[EMO_ENERGY] = 5;
}

/* The list as text: "0 3 1". */
static const char *list(struct made *m, const struct emo_pick_rules *rules)
{
	static char text[SONGS * 4];
	struct emo_list *l = emo_list_new(&m->songs, &m->standard, rules);
	const struct emo_ranked *song;
	size_t n, used = 0;
	long added = emo_list_fill(l, &m->wish, NULL, SIZE_MAX);

	song = emo_list_songs(l, &n);
	CHECK_INT(added, (long)n);
	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		used += (size_t)sprintf(text + used, "%s%zu", i ? " " : "", song[i].song);
	emo_list_free(l);
	return text;
}

static void artists(void)
{
	struct made m;
	struct emo_pick_rules cap2 = {.n = 4, .artist_cap = 2}, cap0 = {.n = 4};
	struct emo_pick_rules cap1 = {.n = 9, .artist_cap = 1}, all = {.n = SONGS, .artist_cap = 2};

	make(&m, "AAAABBC.");
	CHECK_STR(list(&m, &cap0), "0 1 2 3");
	CHECK_STR(list(&m, &cap2), "0 4 1 5"); /* A B A B */
	CHECK_STR(list(&m, &cap1), "0 4 6 7");
	CHECK_STR(list(&m, &all), "0 4 1 5 6 7");
	make(&m, "....A");
	CHECK_STR(list(&m, &all), "0 1 2 3 4"); /* nobody knows whether these are one */
	make(&m, "BCAA");			/* the last A finds room further up */
	CHECK_STR(list(&m, &all), "0 3 1 2");
	make(&m, "AAA"); /* one song, rather than two side by side */
	CHECK_STR(list(&m, &all), "0");
}

static void versions(void)
{
	struct made m;
	struct emo_pick_rules rules = {.n = 3};

	make(&m, "AAAA");
	m.text[EMO_SONG_NAME][0] = put_text(&m, "Yesterday - Remastered 2009");
	m.text[EMO_SONG_NAME][1] = put_text(&m, "Yesterday (Live)");
	CHECK_STR(list(&m, &rules), "0 2 3");
	rules.all_versions = 1;
	CHECK_STR(list(&m, &rules), "0 1 2");
}

static void minutes(void)
{
	struct made m;
	struct emo_pick_rules rules = {.n = SONGS, .seconds = 450};

	make(&m, "ABCDEFGHIJ");
	CHECK_STR(list(&m, &rules), "0 1 2"); /* 330 s; the next would take 130 */
	m.duration[9] = 119;
	CHECK_STR(list(&m, &rules), "0 1 2 9"); /* 449 s */
	m.duration[1] = NAN;			/* of unknown length */
	CHECK_STR(list(&m, &rules), "0 2 3");
	rules.seconds = 20;
	CHECK_STR(list(&m, &rules), "");
}

/* With variety, a twin of the best song waits; without, it comes second. */
static void variety(void)
{
	struct made m;
	struct emo_pick_rules rules = {.n = 2};

	make(&m, "ABCDEF");
	for (int i = 0; i < 6; i++) {
		m.feature[EMO_ENERGY][i] = i < 2 ? 1 : 0.9f - 0.1f * (float)i;
		m.feature[EMO_VALENCE][i] = i == 2 ? 1 : 0;
	}
	emo_standard_fit(&m.standard, &m.songs);
	CHECK_STR(list(&m, &rules), "0 1");
	rules.variety = 0.5;
	CHECK(strcmp(list(&m, &rules), "0 1") != 0);
	rules.n = 6;
	CHECK_INT((int)strlen(list(&m, &rules)), 11); /* all are listed in the end */
}

static void left_out(void)
{
	struct made m;
	struct emo_pick_rules rules = {.n = 2};
	unsigned char out[3] = {1, 0, 1};
	struct emo_list *l;
	size_t n;

	make(&m, "ABC");
	l = emo_list_new(&m.songs, &m.standard, &rules);
	CHECK_INT(emo_list_fill(l, &m.wish, out, 5), 1);
	CHECK_INT((int)emo_list_songs(l, &n)[0].song, 1);
	out[0] = 0; /* goes on where it was; nothing is listed twice */
	CHECK_INT(emo_list_fill(l, &m.wish, out, 1), 1);
	CHECK_INT((int)emo_list_songs(l, &n)[1].song, 0);
	CHECK_INT(emo_list_fill(l, &m.wish, out, 1), 0);
	CHECK_INT((int)n, 2);
	emo_list_free(l);
	emo_list_free(NULL);
}

static void shuffled(void)
{
	struct made m;
	struct emo_pick_rules rules = {.n = SONGS, .artist_cap = 4};
	const struct emo_ranked *song;
	size_t order[2][SONGS], n, same = 0;

	make(&m, "ABABABABCCDDEEFFGGHH");
	for (uint64_t seed = 0; seed < 30; seed++) {
		struct emo_list *l = emo_list_new(&m.songs, &m.standard, &rules);
		int seen[SONGS] = {0};

		CHECK(emo_list_fill(l, &m.wish, NULL, SIZE_MAX) == 20);
		CHECK_INT(emo_list_shuffle(l, seed / 2), 0);
		song = emo_list_songs(l, &n);
		CHECK_INT((int)n, 20);
		for (size_t i = 0; i < n; i++) {
			CHECK(!seen[song[i].song]++);
			CHECK(i == 0 ||
			      *emo_song_text(&m.songs, song[i].song, EMO_SONG_ARTIST) !=
				      *emo_song_text(&m.songs, song[i - 1].song, EMO_SONG_ARTIST));
			order[seed % 2][i] = song[i].song;
		}
		if (seed % 2)
			same += memcmp(order[0], order[1], n * sizeof **order) == 0;
		emo_list_free(l);
	}
	CHECK_INT((int)same, 15); /* the same seed, the same order */
	CHECK(memcmp(order[0], (size_t[]){0, 1, 2, 3, 4}, 5 * sizeof **order) != 0);
}

int main(void)
{
	RUN(artists);
	RUN(versions);
	RUN(minutes);
	RUN(variety);
	RUN(left_out);
	RUN(shuffled);
	return test_end();
}
