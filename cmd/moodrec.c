/* SPDX-License-Identifier: MIT */
/* moodrec: from records and songs to a list of songs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "catalogue.h"
#include "cli.h"
#include "music/m3u.h"
#include "music/rank.h"
#include "music/songs.h"
#include "music/target.h"
#include "record.h"
#include "table.h"

enum { MOODS = CLI_LONG, MOOD, EACH, EXPLAIN };

static const struct cli_option options[] = {
	{'n', "number", "N", "list the N best songs (default 10)"},
	{'f', "format", "FORM",
	 "tsv, jsonl, text, m3u or auto (default: text on a terminal, else tsv)"},
	{MOOD, "mood", "MOOD", "happy, or happy=0.7,sad=0.3, instead of records on standard input"},
	{EACH, "each", NULL, "a list for each face, not one for all of them together"},
	{EXPLAIN, "explain", NULL, "say what makes each song fit"},
	{MOODS, "moods", "FILE", "table of what each emotion asks for (see emo-moods(5))"},
	CATALOGUE_OPTIONS,
	{0}};

static const struct cli tool = {
	"moodrec", "[OPTION]... SONGS.csv...", "fer-detect photo.jpg | moodrec songs.csv",
	"Reads records of faces, or an emotion a line, on standard input, and lists the songs\n"
	"that fit the mood best.",
	options};

/* NAME to URI in the order of enum emo_song_text */
enum { COL_LIST, COL_RANK, COL_SCORE, COL_ID, COL_NAME, COL_ARTIST, COL_ALBUM, COL_URI, COL_WHY };

/* clang-format off */
static const struct table_column all_columns[] = {
	{"list", 1, 0, 0}, {"rank", 1, 4, 0}, {"score", 1, 6, 0}, {"id", 0, 0, 0},
	{"name", 0, 36, 3}, {"artist", 0, 28, 2}, {"album", 0, 0, 0}, {"uri", 0, 0, 0},
	{"why", 0, 0, 0}, {0}};
/* clang-format on */

struct job {
	struct catalogue cat;
	struct emo_standard standard;
	struct emo_mood_table moods;
	unsigned char *leave_out; /* m3u: songs without a uri */
	struct emo_ranked *best;
	struct table table;
	struct table_column columns[sizeof all_columns / sizeof *all_columns];
	size_t n, lists;
	int m3u, each, explain;
};

static void load_songs(struct job *j, char **files, int nfiles)
{
	size_t with_uri = 0;

	catalogue_load(&j->cat, files, nfiles);
	emo_standard_fit(&j->standard, &j->cat.songs);
	if (j->n > j->cat.songs.n)
		j->n = j->cat.songs.n;
	j->leave_out = emo_calloc(j->cat.songs.n, 1);
	j->best = emo_calloc(j->n, sizeof *j->best);
	if (!j->leave_out || !j->best)
		die("%s", emo_error());
	for (size_t i = 0; j->m3u && i < j->cat.songs.n; i++) {
		j->leave_out[i] = !*emo_song_text(&j->cat.songs, i, EMO_SONG_URI);
		with_uri += !j->leave_out[i];
	}
	if (j->m3u && j->cat.songs.n && !with_uri)
		die("%s: m3u needs a column path, file or uri that says where the songs are",
		    files[0]);
}

static void print_song(struct job *j, size_t rank, const struct emo_ranked *r, const float *target)
{
	char list[24], place[24], score[24], id[EMO_SONG_ID_SIZE], reasons[128];
	const char *cells[COL_WHY + 1] = {list, place, score, emo_song_id(&j->cat.songs, r->song, id)};

	for (int c = COL_NAME; c <= COL_URI; c++)
		cells[c] = emo_song_text(&j->cat.songs, r->song, EMO_SONG_NAME + c - COL_NAME);
	cells[COL_WHY] = reasons;
	snprintf(list, sizeof list, "%zu", j->lists);
	snprintf(place, sizeof place, "%zu", rank);
	emo_snprintf(score, sizeof score, "%.4f", r->score);
	emo_rank_why(reasons, sizeof reasons, &j->cat.songs, &j->standard, target, r->song);
	table_row(&j->table, j->each ? cells : cells + 1);
	if (j->explain)
		table_note(&j->table, COL_NAME - !j->each, reasons);
}

/* The line above a list in the text form: whose mood it is for. */
static void print_heading(const struct job *j, const float *mood, const struct emo_record *r)
{
	char line[1200], words[EMO_MOOD_WORDS_SIZE];

	emo_mood_words(words, mood);
	if (r && r->file)
		snprintf(line, sizeof line, "%.1000s, face %d: %s", r->file, r->face, words);
	table_note(&j->table, 0, r && r->file ? line : words);
}

static void print_list(struct job *j, const float *mood, const struct emo_record *r)
{
	struct emo_mood_row target;
	size_t n;

	emo_mood_target(&target, &j->moods, mood);
	n = emo_rank(j->best, j->n, &j->cat.songs, &j->standard, target.feature, j->leave_out);
	j->lists++;
	if (j->m3u)
		puts(EMO_M3U_HEADER);
	else
		print_heading(j, mood, r);
	for (size_t i = 0; i < n; i++)
		if (j->m3u)
			emo_m3u_write(stdout, &j->cat.songs, j->best[i].song);
		else
			print_song(j, i + 1, &j->best[i], target.feature);
	if (fflush(stdout)) /* a player may be waiting */
		die("cannot write the output:");
}

/* Bad lines are reported as they come, but not before there is a good one: see end_of_input. */
struct bad {
	size_t lines;
	char first[512];
};

enum { SHOWN = 10 }; /* bad lines; the others are counted */

static void bad_line(struct bad *bad, size_t good)
{
	if (bad->lines++ == 0)
		snprintf(bad->first, sizeof bad->first, "%s", emo_error());
	if (good > 0 && bad->lines <= SHOWN)
		warn("%s", emo_error());
}

static int end_of_input(const struct bad *bad, size_t records, size_t faces)
{
	if (faces == 0) {
		if (bad->lines)
			warn("no usable line on standard input; the first bad one: %s", bad->first);
		else if (records)
			warn("standard input has no record with a face (of %zu)", records);
		else
			warn("nothing on standard input; it takes records or an emotion a line");
		return CLI_NOTHING;
	}
	if (bad->lines > SHOWN)
		warn("%zu more bad lines", bad->lines - SHOWN);
	return bad->lines ? CLI_FAILED : CLI_OK;
}

/* Reads standard input and prints the list of the mean mood, or one for each face. */
static int recommend(struct job *j)
{
	struct emo_record_reader *reader = emo_record_reader_new(stdin, "(stdin)");
	struct emo_record r;
	struct bad bad = {0};
	float sum[EMO_EMOTIONS] = {0};
	size_t records = 0, faces = 0;
	int more;

	if (!reader)
		die("%s", emo_error());
	while ((more = emo_record_read(reader, &r))) {
		if (more < 0) {
			bad_line(&bad, faces);
			continue;
		}
		records++;
		if (r.face <= 0)
			continue;
		if (faces++ == 0 && bad.lines)
			warn("%s", bad.first);
		if (j->each)
			print_list(j, r.mood, &r);
		for (int e = 0; e < EMO_EMOTIONS; e++)
			sum[e] += r.mood[e];
	}
	emo_record_reader_free(reader);
	for (int e = 0; e < EMO_EMOTIONS && faces; e++)
		sum[e] /= (float)faces;
	if (faces && !j->each)
		print_list(j, sum, NULL);
	return end_of_input(&bad, records, faces);
}

static void choose_columns(struct job *j)
{
	size_t n = 0;

	for (int c = j->each ? COL_LIST : COL_RANK; all_columns[c].name; c++)
		if (c != COL_WHY || j->explain)
			j->columns[n++] = all_columns[c];
}

int main(int argc, char **argv)
{
	static const char *const formats[] = {"tsv", "jsonl", "text", "auto", "m3u", NULL};
	struct cli_args a = cli_start(&tool, argc, argv);
	struct job j = {.n = 10};
	const char *moods = NULL;
	float mood[EMO_EMOTIONS];
	int opt, format = TABLE_AUTO, has_mood = 0, status = CLI_OK;

	while ((opt = cli_next(&a)))
		if (catalogue_option(&j.cat, opt, a.value))
			continue;
		else if (opt == 'n')
			j.n = (size_t)cli_long(&a, 1, 1000000000);
		else if (opt == 'f')
			format = cli_word(&a, formats);
		else if (opt == MOOD && (has_mood = 1) && emo_mood_parse(mood, a.value) < 0)
			usage_error("--mood: %s", emo_error());
		else if (opt == MOODS)
			moods = a.value;
		else if (opt == EACH)
			j.each = 1;
		else if (opt == EXPLAIN)
			j.explain = 1;
	j.m3u = format == TABLE_FORMATS;
	if (a.nfiles == 0)
		usage_error("which songs? Name a CSV file with audio features");
	if (j.m3u && j.each)
		usage_error("--each makes several lists and m3u holds one");
	if (!has_mood && isatty(STDIN_FILENO))
		usage_error(
			"pipe records or an emotion into it (echo happy | moodrec SONGS.csv), or "
			"use --mood");
	for (int i = 0; i < a.nfiles && !has_mood; i++)
		if (strcmp(a.files[i], "-") == 0)
			usage_error("the songs cannot come from standard input too; use --mood");
	choose_columns(&j);
	j.table = table_start(j.m3u ? TABLE_AUTO : format, j.columns);
	if (emo_mood_table_load(&j.moods, moods) < 0)
		die("%s", emo_error());
	load_songs(&j, a.files, a.nfiles);
	if (j.cat.songs.n == 0) {
		warn("%s: no songs", a.files[0]);
		status = CLI_NOTHING;
	} else if (has_mood) {
		print_list(&j, mood, NULL);
	} else {
		status = recommend(&j);
	}
	free(j.leave_out);
	free(j.best);
	emo_songs_free(&j.cat.songs);
	return cli_end(status);
}
