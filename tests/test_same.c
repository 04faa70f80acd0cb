/* SPDX-License-Identifier: MIT */
#include "music/same.h"

#include "test.h"

/* Titles of the same artist that are one song, and titles that are not. */
static void versions(void)
{
	static const char *const same[][2] = {
		{"Hey Jude", "Hey Jude - Remastered 2015"},
		{"Hey Jude", "hey jude (Live)"},
		{"Hey Jude", "Hey Jude [2015 Mix]"},
		{"Hey Jude", "Hey Jude - Live at the BBC - 2011 Remaster"},
		{"Work", "Work (feat. Drake)"},
		{"Work", "Work feat. Drake"},
		{"Work", "Work ft. Drake"},
		{"I Don't Care", "I Don't Care (with Justin Bieber) - Loud Luxury Remix"},
		{"Help!", "Help! (Live"},
		{"Satisfaction (I Can't Get No)", "Satisfaction (I Can't Get No) - Mono Version"},
	};
	static const char *const different[][2] = {
		{"Hey Jude", "Hey Joe"},   {"Part 1", "Part 2"},
		{"Song", "Song - Pt. II"}, {"Live", "Live and Let Die"},
		{"(Live)", "(Remix)"},	   {"Heroes (Pt. 1)", "Heroes (Pt. 2)"},
		{"Feature", "Fea"},
	};

	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		if (!CHECK(emo_song_work_hash(same[i][0], "A, B") ==
			   emo_song_work_hash(same[i][1], "a")))
			printf("\t%s\n", same[i][1]);
	for (size_t i = 0; i < sizeof different / sizeof *different; i++)
		if (!CHECK(emo_song_work_hash(different[i][0], "A") !=
			   emo_song_work_hash(different[i][1], "A")))
			printf("\t%s\n", different[i][1]);
	CHECK(emo_song_work_hash("X", "A") != emo_song_work_hash("X", "B"));
	/* versions have ids of their own */
	CHECK(emo_song_hash("X", "A") != emo_song_hash("X (Live)", "A"));
}

static void artists(void)
{
	CHECK(emo_artist_hash("") == 0 && emo_artist_hash("TRADITIONAL") == 0);
	CHECK(emo_artist_hash("The Beatles") == emo_artist_hash("the beatles feat. Billy Preston"));
	CHECK(emo_artist_hash("A; B") == emo_artist_hash("A & C"));
	CHECK(emo_artist_hash("A") != emo_artist_hash("B"));
}

int main(void)
{
	RUN(versions);
	RUN(artists);
	return test_end();
}
