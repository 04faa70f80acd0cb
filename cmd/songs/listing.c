/* SPDX-License-Identifier: MIT */
#include "listing.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/io.h"
#include "base/num.h"
#include "../cli.h"
#include "music/index.h"
#include "music/m3u.h"
#include "music/paths.h"

const char *const listing_formats[] = {"tsv", "jsonl", "text", "auto", "m3u", "m3u8", NULL};
const char *const listing_paths[] = {"as-is", "relative", "absolute", NULL};

/* NAME to URI in the order of enum emo_song_text */
enum {
	COL_LIST, COL_TIME, COL_REASON,
	COL_RANK, COL_SCORE, COL_ID, COL_NAME, COL_ARTIST, COL_ALBUM, COL_URI, COL_WHY
};

/* clang-format off */
static const struct table_column all_columns[] = {
	{"list", 1, 0, 0}, {"time", 1, 0, 0}, {"reason", 0, 0, 0},
	{"rank", 1, 4, 0}, {"score", 1, 7, 0}, {"id", 0, 0, 0},
	{"name", 0, 35, 3}, {"artist", 0, 28, 2}, {"album", 0, 0, 0}, {"uri", 0, 0, 0},
	{"why", 0, 0, 0}, {0}};
/* clang-format on */

int listing_is_playlist(const struct listing *l)
{
	return l->format >= LISTING_M3U;
}

void listing_start(struct listing *l)
{
	size_t n = 0;

	for (int c = l->each ? COL_LIST : COL_RANK; all_columns[c].name; c++)
		if (c != COL_WHY || l->explain)
			l->columns[n++] = all_columns[c];
	l->table = table_start(listing_is_playlist(l) ? TABLE_AUTO : l->format, l->columns);
}

static void print_song(struct listing *l, size_t rank, const struct emo_ranked *r,
		       const struct emo_wish *wish)
{
	const struct emo_songs *songs = &l->cat->songs;
	char list[24], time[32] = "", place[24], score[24], id[EMO_SONG_ID_SIZE], reasons[200];
	int skip = l->each ? 0 : COL_RANK;
	const char *cells[COL_WHY + 1] = {list,	 time,	l->whose ? l->whose->reason : NULL,
					  place, score, emo_song_id(songs, r->song, id)};

	for (int c = COL_NAME; c <= COL_URI; c++)
		cells[c] = emo_song_text(songs, r->song, EMO_SONG_NAME + c - COL_NAME);
	cells[COL_WHY] = reasons;
	snprintf(list, sizeof list, "%zu", l->lists);
	if (l->whose && isfinite(l->whose->time))
		emo_snprintf(time, sizeof time, "%.3f", l->whose->time);
	snprintf(place, sizeof place, "%zu", rank);
	emo_snprintf(score, sizeof score, "%.4f", r->score);
	emo_rank_why(reasons, sizeof reasons, songs, l->standard, wish, r->song);
	personal_why(l->personal, reasons, sizeof reasons, r->song);
	table_row(&l->table, cells + skip);
	if (l->explain)
		table_note(&l->table, COL_NAME - skip, reasons);
}

/* The absolute folder that a file is in. */
static void folder_of(char *buf, size_t size, const char *file)
{
	char here[PATH_MAX], *slash;

	if (!getcwd(here, sizeof here))
		die("the current folder:");
	if (!file || strcmp(file, "-") == 0)
		file = "./x";
	if (emo_path_absolute(buf, size, here, file) < 0)
		die("%s", emo_error());
	slash = strrchr(buf, '/');
	slash[slash == buf] = '\0';
}

/* Where song i is, as the playlist is to say it; a path in a catalogue is seen from its folder. */
static const char *place_of(const struct listing *l, size_t i, char *buf, size_t size)
{
	const char *uri = emo_song_text(&l->cat->songs, i, EMO_SONG_URI);
	char from[PATH_MAX], whole[PATH_MAX], list[PATH_MAX];

	if (l->paths == PATHS_AS_IS || emo_path_is_uri(uri))
		return uri;
	folder_of(from, sizeof from, catalogue_file(l->cat, i));
	folder_of(list, sizeof list, l->output);
	if (emo_path_absolute(whole, sizeof whole, from, uri) < 0 ||
	    (l->paths == PATHS_RELATIVE ? emo_path_relative(buf, size, list, whole)
					: emo_path_absolute(buf, size, "/", whole)) < 0)
		die("%s", emo_error());
	return buf;
}

/* Where there is nothing to list, the file stays as it was, or is not made. */
static void print_playlist(const struct listing *l, const struct emo_ranked *songs, size_t n)
{
	struct emo_out *out = NULL;
	FILE *file = stdout;
	char place[PATH_MAX];

	if (l->output && n == 0)
		return;
	if (l->output && !(out = emo_out_open(l->output)))
		die("%s", emo_error());
	if (out)
		file = emo_out_file(out);
	fprintf(file, EMO_M3U_HEADER "\n");
	for (size_t k = 0; k < n; k++)
		emo_m3u_write(file, &l->cat->songs, songs[k].song,
			      place_of(l, songs[k].song, place, sizeof place));
	if (out && emo_out_commit(out) < 0)
		die("%s", emo_error());
}

void listing_print(struct listing *l, const struct emo_ranked *songs, size_t n, const char *heading,
		   const struct emo_wish *wishes, size_t nwishes)
{
	for (size_t k = 0; k < n; k++) /* damage shows before a line is written */
		for (int c = 0; c < EMO_SONG_TEXTS; c++)
			emo_song_text(&l->cat->songs, songs[k].song, (enum emo_song_text)c);
	if (emo_index_damage(&l->cat->songs) < 0)
		die("%s", emo_error());
	l->lists++;
	if (listing_is_playlist(l)) {
		print_playlist(l, songs, n);
	} else {
		if (*heading)
			table_note(&l->table, 0, heading);
		for (size_t k = 0; k < n; k++)
			print_song(l, k + 1, &songs[k], &wishes[k < nwishes ? k : nwishes - 1]);
	}
	if (fflush(stdout)) /* a player may be waiting */
		die("cannot write the output:");
}
