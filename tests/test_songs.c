/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* mkdtemp */
#include "music/songs.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "music/same.h"
#include "test.h"

static char folder[200], path[256];

/* Writes the n bytes to path. */
static void put_bytes(const char *text, size_t n)
{
	FILE *f = fopen(path, "wb");

	CHECK(f && fwrite(text, 1, n, f) == n);
	fclose(f);
}

static int load(struct emo_songs *s, const char *text, struct emo_songs_account *a)
{
	put_bytes(text, strlen(text));
	return emo_songs_load(s, path, NULL, a);
}

static void plain(void)
{
	struct emo_songs s = {0};
	struct emo_songs_account a;
	char buf[EMO_SONG_ID_SIZE], line[300];

	CHECK_INT(load(&s,
		       "id,name,artist,album,uri,genre,valence,loudness,tempo,duration_ms\n"
		       "a1,One,A,Al,file:1,pop,0.5,-6.5,120,180000\n"
		       "a2,Two,B,,,,0.25,-3,90,61500\n",
		       &a),
		  0);
	CHECK_INT((int)s.n, 2);
	CHECK_STR(emo_song_id(&s, 0, buf), "a1");
	CHECK_STR(emo_song_text(&s, 0, EMO_SONG_NAME), "One");
	CHECK_STR(emo_song_text(&s, 0, EMO_SONG_ARTIST), "A");
	CHECK_STR(emo_song_text(&s, 0, EMO_SONG_ALBUM), "Al");
	CHECK_STR(emo_song_text(&s, 0, EMO_SONG_URI), "file:1");
	CHECK_STR(emo_song_text(&s, 0, EMO_SONG_GENRE), "pop");
	CHECK_STR(emo_song_text(&s, 1, EMO_SONG_ALBUM), "");
	CHECK_NEAR(s.feature[EMO_VALENCE][1], 0.25, 0);
	CHECK_NEAR(s.feature[EMO_LOUDNESS][0], -6.5, 0);
	CHECK_NEAR(s.feature[EMO_TEMPO][0], 120, 0);
	CHECK_NEAR(s.duration[1], 61.5, 1e-4);
	CHECK(isnan(s.feature[EMO_ENERGY][0]));
	CHECK_INT((int)a.rows, 2);
	CHECK_INT((int)a.songs, 2);
	CHECK_INT((int)a.missing, (1 << EMO_ENERGY) | (1 << EMO_DANCEABILITY) |
					  (1 << EMO_ACOUSTICNESS) | (1 << EMO_INSTRUMENTALNESS) |
					  (1 << EMO_LIVENESS) | (1 << EMO_SPEECHINESS));
	CHECK_INT(emo_songs_account_line(line, sizeof line, &a), 1);
	CHECK_STR(line, "2 rows, 2 songs; no column: energy, danceability, acousticness, "
			"instrumentalness, liveness, speechiness");
	emo_songs_free(&s);
	CHECK_INT((int)s.n, 0);
}

static void dialects(void)
{
	static const char *const headers[] = {
		"Track,Artist,Valence,Loudness (dB),Beats Per Minute (BPM),Duration",
		"title,artists,valence,LOUDNESS,tempo,duration_ms",
		"\xef\xbb\xbftrack_name,track_artist,valence,loudness,tempo,duration",
		"song,Artist(s) Name,valence,loudness_db,bpm,time",
	};
	static const char *const rows[] = {
		"X,Y,0.4,-5,100,3:20\r\n",
		"\"X\",\"Y\",0.4,-5,100,200000",
		" X ,Y,4E-01,-5.0,100,200\n",
		"X,\"Y\",.4,\xe2\x88\x92\x35 dB,100 BPM,0:03:20",
	};

	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		struct emo_songs s = {0};
		char text[300];

		snprintf(text, sizeof text, "%s\r\n%s", headers[i], rows[i]);
		CHECK_INT(load(&s, text, NULL), 0);
		CHECK_INT((int)s.n, 1);
		if (s.n != 1)
			continue;
		CHECK_STR(emo_song_text(&s, 0, EMO_SONG_NAME), "X");
		CHECK_STR(emo_song_text(&s, 0, EMO_SONG_ARTIST), "Y");
		CHECK_NEAR(s.feature[EMO_VALENCE][0], 0.4, 1e-7);
		CHECK_NEAR(s.feature[EMO_LOUDNESS][0], -5, 0);
		CHECK_NEAR(s.feature[EMO_TEMPO][0], 100, 0);
		CHECK_NEAR(s.duration[0], 200, 1e-4);
		emo_songs_free(&s);
	}
}

static void odd_rows(void)
{
	struct emo_songs s = {0};
	struct emo_songs_account a;
	char line[300];

	CHECK_INT(load(&s,
		       ",name,artist,valence,energy,tempo\n"
		       "0,\"Comma, and\nnewline \"\"q\"\"\",A,0.5,0.5,\"1,412\"\n" /* tempo too high
										    */
		       "\n"
		       "1,Gaps,B,NA,n/a,\n"	 /* no feature at all */
		       "2,,C,0.1,0.2,100\n"	 /* no name */
		       "3,Short,D,0.3\n"	 /* ragged */
		       "4,Long,E,0.3,0.2,99,,\n" /* empty cells at the end are fine */
		       "5,Silent,F,0,0.1,0\n"	 /* no beat found: valence is no value either */
		       "6,Text,G,happy,0.9,90\n"
		       "7,long,e,0.1,0.1,80\n" /* the same as row 4 */
		       "name,NA,NA,valence,energy,tempo\n"
		       "8,NA,NA,0.1,0.1,1\n",
		       &a),
		  0);
	CHECK_INT((int)a.rows, 10);
	CHECK_INT((int)s.n, 5);
	CHECK_STR(emo_song_text(&s, 0, EMO_SONG_NAME), "Comma, and\nnewline \"q\"");
	CHECK(isnan(s.feature[EMO_TEMPO][0]));
	CHECK_STR(emo_song_text(&s, 1, EMO_SONG_NAME), "Short");
	CHECK(isnan(s.feature[EMO_ENERGY][1]));
	CHECK_STR(emo_song_text(&s, 3, EMO_SONG_NAME), "Silent");
	CHECK(isnan(s.feature[EMO_VALENCE][3]));
	CHECK(isnan(s.feature[EMO_TEMPO][3]));
	CHECK_NEAR(s.feature[EMO_ENERGY][3], 0.1, 1e-7);
	CHECK(isnan(s.feature[EMO_VALENCE][4]));
	CHECK_INT((int)a.nameless, 3);
	CHECK_INT((int)a.featureless, 1);
	CHECK_INT((int)a.repeated, 1);
	CHECK_INT((int)a.ragged, 1);
	CHECK_INT((int)a.unreadable, 4);
	CHECK_INT((int)a.out_of_range, 2);
	a.missing = 0;
	CHECK_INT(emo_songs_account_line(line, sizeof line, &a), 1);
	CHECK_STR(line,
		  "10 rows, 5 songs; left out: 1 repeated, 3 without a name, 1 without a feature; "
		  "taken as missing: 4 unreadable values, 2 impossible values; 1 ragged row");
	emo_songs_free(&s);
}

static void scales(void)
{
	struct emo_songs s = {0};
	struct emo_songs_account a;

	CHECK_INT(load(&s,
		       "name,valence,energy,danceability_%,liveness\n"
		       "a,50,0.5,1,0.5\nb,100,1.005,0,0.5\nc,0,0.3,1,57\n",
		       &a),
		  0);
	CHECK_INT((int)a.percent, (1 << EMO_VALENCE) | (1 << EMO_DANCEABILITY));
	CHECK_NEAR(s.feature[EMO_VALENCE][0], 0.5, 1e-7);
	CHECK_NEAR(s.feature[EMO_VALENCE][1], 1, 1e-7);
	CHECK_NEAR(s.feature[EMO_ENERGY][1], 1, 0); /* just above 1 is 1 */
	CHECK_NEAR(s.feature[EMO_DANCEABILITY][0], 0.01, 1e-7);
	CHECK_NEAR(s.feature[EMO_LIVENESS][0], 0.5, 0); /* one stray 57 does not turn the column */
	CHECK(isnan(s.feature[EMO_LIVENESS][2]));
	CHECK_INT((int)a.out_of_range, 1);
	emo_songs_free(&s);
}

static void separators(void)
{
	struct emo_songs s = {0};

	CHECK_INT(load(&s, "name;artist;valence;loudness\nX;\"A;B\";0,57;-5,123\n", NULL), 0);
	CHECK_STR(emo_song_text(&s, 0, EMO_SONG_ARTIST), "A;B");
	CHECK_NEAR(s.feature[EMO_VALENCE][0], 0.57, 1e-6);
	CHECK_NEAR(s.feature[EMO_LOUDNESS][0], -5.123, 1e-6);
	CHECK_INT(load(&s, "name\tartist\tvalence\nY\tA, B\t0.5\n", NULL), 0);
	CHECK_INT((int)s.n, 2);
	CHECK_STR(emo_song_text(&s, 1, EMO_SONG_ARTIST), "A, B");
	emo_songs_free(&s);
}

static void listed_once(void)
{
	struct emo_songs s = {0};
	struct emo_songs_account a;

	CHECK_INT(load(&s,
		       "id,name,artist,energy\n"
		       "x1234567,Hey Jude!,\"The Beatles, Tony Sheridan\",0.5\n"
		       "x1234567,Something else,Nobody,0.5\n" /* the same id */
		       "y1234567,hey  jude,the beatles,0.6\n" /* the same title and first artist */
		       "z1234567,Hey Jude,Wilson Pickett,0.7\n" /* another artist's */
		       "w1234567,???,A,0.1\nv1234567,!!!,A,0.2\n"
		       "u1234567,\xc3\x89T\xc3\x89,B,0.3\nt1234567,\xc3\xa9t\xc3\xa9,B,0.3\n",
		       &a),
		  0);
	CHECK_INT((int)s.n, 5);
	CHECK_INT((int)a.repeated, 3);
	/* a second catalogue: numbers of rows are no ids, ids are, and so are titles */
	CHECK_INT(load(&s, "id,name,artist,energy\n1,New,C,0.1\n2,Hey Jude,THE BEATLES,0.2\n", &a),
		  0);
	CHECK_INT(load(&s, "id,name,artist,energy\n1,Newer,C,0.1\nx1234567,Q,R,0.3\n", &a), 0);
	CHECK_INT((int)s.n, 7);
	CHECK_STR(emo_song_text(&s, 6, EMO_SONG_NAME), "Newer");
	emo_songs_free(&s);
}

static void ids(void)
{
	struct emo_songs s = {0};
	char a[EMO_SONG_ID_SIZE], b[EMO_SONG_ID_SIZE];

	CHECK_INT(load(&s, "name,artist,energy\nA Song,Someone,0.5\n", NULL), 0);
	CHECK_INT((int)strlen(emo_song_id(&s, 0, a)), 16);
	emo_songs_free(&s);
	CHECK_INT(load(&s, "name,artist,energy\na song,\"Someone, Else\",0.5\n", NULL), 0);
	CHECK_STR(emo_song_id(&s, 0, b), a);
	emo_songs_free(&s);
	CHECK(emo_song_hash("ab", "c") != emo_song_hash("a", "bc"));
	CHECK(emo_song_hash("x", "A feat. B") == emo_song_hash("x", "A"));
	CHECK(emo_song_hash("x", "A & B") == emo_song_hash("X", "a"));
	CHECK(emo_song_hash("x", "") != emo_song_hash("y", ""));
}

static void python_lists(void)
{
	struct emo_songs s = {0};

	CHECK_INT(load(&s, "name,artists,energy\nX,\"['A', 'B & C']\",0.5\nY,['D'],1\n", NULL), 0);
	CHECK_STR(emo_song_text(&s, 0, EMO_SONG_ARTIST), "A, B & C");
	CHECK_STR(emo_song_text(&s, 1, EMO_SONG_ARTIST), "D");
	emo_songs_free(&s);
	CHECK_INT(load(&s, "name\tartists\tenergy\nX\t[\"Guns N' Roses\"]\t1\n"
			   "Y\t['A', \"B's\", 'C\\'s']\t1\nZ\t['A', B]\t1\nW\t[X]\t1\n", NULL), 0);
	CHECK_STR(emo_song_text(&s, 0, EMO_SONG_ARTIST), "Guns N' Roses");
	CHECK_STR(emo_song_text(&s, 1, EMO_SONG_ARTIST), "A, B's, C's");
	CHECK_STR(emo_song_text(&s, 2, EMO_SONG_ARTIST), "['A', B]");
	CHECK_STR(emo_song_text(&s, 3, EMO_SONG_ARTIST), "[X]");
	emo_songs_free(&s);
}

/* What stands for nothing is no id that songs share, and no artist; but it may be a title. */
static void missing_texts(void)
{
	struct emo_songs s = {0};

	CHECK_INT(load(&s, "id,name,artist,path,energy\nNA,X,A,NA,1\nnone,None,B,b.mp3,.5\n?,?,-,,0\n",
		       NULL), 0);
	CHECK_INT(s.n, 3);
	CHECK_STR(emo_song_text(&s, 0, EMO_SONG_ID), "");
	CHECK_STR(emo_song_text(&s, 0, EMO_SONG_URI), "");
	CHECK_STR(emo_song_text(&s, 1, EMO_SONG_NAME), "None");
	CHECK_STR(emo_song_text(&s, 1, EMO_SONG_URI), "b.mp3");
	CHECK_STR(emo_song_text(&s, 2, EMO_SONG_NAME), "?");
	CHECK_STR(emo_song_text(&s, 2, EMO_SONG_ARTIST), "");
	emo_songs_free(&s);
}

static void refused(void)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"", "is empty"},
		{"\n\n", "is empty"},
		{"artist,valence\nA,0.5\n",
		 "no column for the name of the song; looked for trackname"},
		{"name,artist\nA,B\n", "no audio features; looked for columns valence, energy"},
		{"name,valence\n\"A,0.5\nB,0.6\n", ":2: a quote opened in this row never ends"},
		{"\xff\xfen\1", "is UTF-16 text"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct emo_songs s = {0};

		CHECK_INT(load(&s, cases[i].text, NULL), -1);
		CHECK_ERROR(cases[i].words);
		CHECK_ERROR(path);
		emo_songs_free(&s);
	}
}

static void starter(void)
{
	struct emo_songs s = {0};
	struct emo_songs_account a;
	char line[300];

	CHECK_INT(emo_songs_load(&s, "datasets/songs-starter.csv", NULL, &a), 0);
	CHECK_INT(emo_songs_account_line(line, sizeof line, &a), 0); /* nothing to repair */
	CHECK(s.n >= 150);
	for (size_t i = 0; i < s.n; i++) {
		for (int f = 0; f < EMO_FEATURES; f++)
			CHECK(!isnan(s.feature[f][i]));
		CHECK(s.duration[i] > 30 && s.duration[i] < 1800);
		CHECK(*emo_song_text(&s, i, EMO_SONG_ID) && *emo_song_text(&s, i, EMO_SONG_URI));
	}
	emo_songs_free(&s);
}

/* With SONGS=path: every catalogue there loads, with as many rows as are known to be in it. */
static void real_catalogues(void)
{
	static const struct {
		const char *file;
		int rows, least; /* least: songs that must remain */
	} known[] = {
		{"catalogues/data_moods.csv", 686, 686},
		{"catalogues/spotify_songs.csv.gz", 32833, 25000},
		{"catalogues/songs_normalize.csv", 2000, 1900},
		{"catalogues/ultimateClassicRock.csv", 14418, 13900},
		{"catalogues/spotify_10k.csv", 9961, 9300},
		{"catalogues/spotify_5k.csv", 5009, 4900},
		{"labelled/pmemo_spotify_a.csv", 259, 250},
		{"labelled/deezer_spotify.csv", 3505, 3450},
	};
	static const char *const folders[] = {"catalogues", "labelled", "quirks"};
	const char *songs = getenv("SONGS");
	char name[600];

	if (!songs)
		return;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct emo_songs s = {0};
		struct emo_songs_account a;

		snprintf(name, sizeof name, "%s/%s", songs, known[i].file);
		CHECK_INT(emo_songs_load(&s, name, NULL, &a), 0);
		CHECK_INT((int)a.rows, known[i].rows);
		CHECK((int)s.n >= known[i].least && s.n <= a.rows);
		CHECK_INT((long long)(a.songs + a.nameless + a.featureless + a.repeated),
			  known[i].rows);
		CHECK_INT((int)a.percent, 0);
		emo_songs_free(&s);
	}
	for (size_t k = 0; k < sizeof folders / sizeof *folders; k++) {
		struct dirent *e;
		DIR *dir;

		snprintf(name, sizeof name, "%s/%s", songs, folders[k]);
		if (!CHECK((dir = opendir(name)) != NULL))
			continue;
		while ((e = readdir(dir))) {
			struct emo_songs s = {0};

			if (*e->d_name == '.')
				continue;
			snprintf(name, sizeof name, "%s/%s/%.200s", songs, folders[k], e->d_name);
			CHECK_INT(emo_songs_load(&s, name, NULL, NULL), 0);
			CHECK(s.n > 0);
			emo_songs_free(&s);
		}
		closedir(dir);
	}
}

int main(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(folder, sizeof folder, "%.150s/emo-songs-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof path, "%s/songs.csv", folder);
	RUN(plain);
	RUN(dialects);
	RUN(odd_rows);
	RUN(scales);
	RUN(separators);
	RUN(listed_once);
	RUN(ids);
	RUN(python_lists);
	RUN(missing_texts);
	RUN(refused);
	RUN(starter);
	RUN(real_catalogues);
	unlink(path);
	rmdir(folder);
	return test_end();
}
