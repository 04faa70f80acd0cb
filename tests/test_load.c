/* SPDX-License-Identifier: MIT */
/* How a catalogue is read on wish: columns by name, and each repair reported. */
#define _GNU_SOURCE /* mkdtemp */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "music/songs.h"
#include "test.h"

static char folder[200], path[256];
static char notes[2000];

static void keep_note(void *arg, const char *text)
{
	const char *slash = strrchr(text, '/');

	(*(int *)arg)++;
	strncat(notes, slash ? slash + 1 : text, sizeof notes - strlen(notes) - 2);
	strcat(notes, "\n");
}

static void put_text(const char *text)
{
	FILE *f = fopen(path, "wb");

	CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

/* Columns by wish: what is named is used before the usual names, and what is absent is reported. */
static void mapped_columns(void)
{
	static const char text[] = "name,artist,valence,Joy,genre,mood,release_date\n"
				   "X,A,0.1,0.9,pop,Happy,1999-10-27\n"
				   "Y,A,0.2,0.8,,sad,27-10-2001\n"
				   "Z,A,0,0,,,soon\n";
	struct emo_songs s = {0};
	struct emo_songs_account a;
	struct emo_songs_how how = {0};

	how.column[EMO_SONG_FEATURE + EMO_VALENCE] = "joy";
	how.column[EMO_SONG_LABEL] = "Mood";
	how.column[EMO_SONG_GENRE] = "absent";
	put_text(text);
	CHECK_INT(emo_songs_load(&s, path, &how, &a), 0);
	CHECK_NEAR(s.feature[EMO_VALENCE][0], 0.9, 1e-6);
	CHECK_STR(emo_song_text(&s, 0, EMO_SONG_LABEL), "Happy");
	CHECK_STR(emo_song_text(&s, 0, EMO_SONG_GENRE), "pop");
	CHECK_INT(a.mapped, 1 << (EMO_SONG_FEATURE + EMO_VALENCE) | 1 << EMO_SONG_LABEL);
	CHECK_NEAR(s.year[0], 1999, 0);
	CHECK_NEAR(s.year[1], 2001, 0);
	CHECK(isnan(s.year[2]));
	emo_songs_free(&s);
	put_text("name,mood,valence\nX,happy,1\n"); /* not without being asked */
	CHECK_INT(emo_songs_load(&s, path, NULL, &a), 0);
	CHECK_STR(emo_song_text(&s, 0, EMO_SONG_LABEL), "");
	emo_songs_free(&s);
	for (int c = 0; c < EMO_SONG_COLUMNS; c++)
		CHECK_INT(emo_song_column_parse(emo_song_column_name(c)), c);
	CHECK_INT(emo_song_column_parse("colour"), -1);
}

static void lines_are_named(void)
{
	static const char text[] = "name,artist,valence,tempo\n"
				   "X,A,0.1,100\n"
				   "\n"
				   "\"Y\nY\",A,high,100\n"
				   ",A,0.1,100\n"
				   "x,a,0.1,0,9\n"
				   "Z,A,-3,NA\n";
	struct emo_songs s = {0};
	int n = 0;
	struct emo_songs_how how = {.note = keep_note, .arg = &n};

	put_text(text);
	CHECK_INT(emo_songs_load(&s, path, &how, NULL), 0);
	CHECK_STR(notes, "songs.csv:4: valence: 'high' is no number; taken as missing\n"
			 "songs.csv:6: left out '': it has no name\n"
			 "songs.csv:7: 5 fields where the header has 4\n"
			 "songs.csv:7: tempo: '0' cannot be; taken as missing\n"
			 "songs.csv:7: left out 'x': it was listed before\n"
			 "songs.csv:8: valence: '-3' cannot be; taken as missing\n"
			 "songs.csv:8: left out 'Z': it has no feature\n");
	CHECK_INT(n, 7);
	emo_songs_free(&s);
}

/*
 * Many batches, on two threads: every song once, in its order, with its line; texts that begin late
 * are empty before.
 */
static void large_files(void)
{
	enum { ROWS = 50000, AGAIN = 7 };
	FILE *f = fopen(path, "wb");
	struct emo_songs s = {0};
	struct emo_songs_account a;
	struct emo_songs_how how = {.note = keep_note};
	int n = 0, wrong = 0;

	how.arg = &n;
	notes[0] = '\0';
	fputs("name,artist,album,energy\n", f);
	for (int i = 0; i < ROWS; i++)
		fprintf(f, "song %d,artist %d,%s,%.6f\n", i, i / 3, i < ROWS / 2 ? "" : " Last ",
			i / (double)ROWS);
	fprintf(f, "Song %d,ARTIST %d,,0.5\n", AGAIN, AGAIN / 3);
	fputs("odd,one,,x\n", f);
	fclose(f);
	CHECK_INT(emo_songs_load(&s, path, &how, &a), 0);
	CHECK_INT((long long)s.n, ROWS);
	CHECK_INT((long long)a.rows, ROWS + 2);
	for (int i = 0; i < ROWS && s.n == ROWS; i++) {
		char name[32], artist[32];

		snprintf(name, sizeof name, "song %d", i);
		snprintf(artist, sizeof artist, "artist %d", i / 3);
		wrong += strcmp(emo_song_text(&s, (size_t)i, EMO_SONG_NAME), name) != 0 ||
			 strcmp(emo_song_text(&s, (size_t)i, EMO_SONG_ARTIST), artist) != 0 ||
			 strcmp(emo_song_text(&s, (size_t)i, EMO_SONG_ALBUM),
				i < ROWS / 2 ? "" : "Last") != 0 ||
			 fabs(s.feature[EMO_ENERGY][i] - i / (double)ROWS) > 1e-6;
	}
	CHECK_INT(wrong, 0);
	CHECK_STR(notes, "songs.csv:50002: left out 'Song 7': it was listed before\n"
			 "songs.csv:50003: energy: 'x' is no number; taken as missing\n"
			 "songs.csv:50003: left out 'odd': it has no feature\n");
	emo_songs_free(&s);
	f = fopen(path, "ab");
	fputs("\"never", f);
	fclose(f);
	CHECK_INT(emo_songs_load(&s, path, NULL, NULL), -1);
	CHECK_ERROR("songs.csv:50004: a quote opened in this row never ends");
	emo_songs_free(&s);
}

int main(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(folder, sizeof folder, "%.150s/emo-load-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof path, "%s/songs.csv", folder);
	RUN(mapped_columns);
	RUN(lines_are_named);
	RUN(large_files);
	unlink(path);
	rmdir(folder);
	return test_end();
}
