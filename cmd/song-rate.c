/* SPDX-License-Identifier: MIT */
/* song-rate: the place of each song on the plane of valence and arousal. */
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "base/err.h"
#include "base/num.h"
#include "songs/catalogue.h"
#include "cli.h"
#include "sandbox.h"
#include "music/rate.h"
#include "table.h"

enum { FIT = CLI_LONG, NUMBER = 16 };

static const struct cli_option options[] = {
	{'f', "format", "FORM", "tsv, jsonl, text or auto (default: text on a terminal, else tsv)"},
	{FIT, "fit", "FILE", "coefficients to use (see song-rate(1))"},
	SANDBOX_OPTION,
	CATALOGUE_OPTIONS,
	{0}};

static const struct cli tool = {
	"song-rate", "[OPTION]... SONGS.csv...", "song-rate songs.csv",
	"Says how each song feels: its place between unpleasant and pleasant (valence), calm and "
	"excited (arousal), -1 to 1, worked out from its audio features.",
	options};

static const struct table_column columns[] = {{"id", 0, 0, 0},
					      {"name", 0, 24, 3},
					      {"artist", 0, 14, 2},
					      {"felt_valence", 1, 12, 0},
					      {"felt_arousal", 1, 12, 0},
					      {"character", 0, 9, 0},
					      {0}};

/* What is unknown is an empty cell; zero has no sign. */
static void number(char buf[NUMBER], float v)
{
	buf[0] = '\0';
	if (!isnan(v))
		emo_snprintf(buf, NUMBER, "%.3f", fabs((double)v) < 0.0005 ? 0 : (double)v);
}

static void print_song(struct table *t, const struct emo_rating *rating,
		       const struct emo_songs *songs, size_t i)
{
	struct emo_feeling f = emo_rate_song(rating, songs, i);
	char id[EMO_SONG_ID_SIZE], valence[NUMBER], arousal[NUMBER];
	const char *cells[] = {emo_song_id(songs, i, id),
			       emo_song_text(songs, i, EMO_SONG_NAME),
			       emo_song_text(songs, i, EMO_SONG_ARTIST),
			       valence,
			       arousal,
			       emo_feeling_word(f)};

	number(valence, f.valence);
	number(arousal, f.arousal);
	table_row(t, cells);
}

int main(int argc, char **argv)
{
	struct cli_args a = cli_start(&tool, argc, argv);
	struct catalogue cat = {0};
	struct emo_rating rating;
	const char *fit = NULL;
	struct table table;
	int opt, format = TABLE_AUTO;
	size_t n;

	while ((opt = cli_next(&a)))
		if (opt == 'f')
			format = cli_word(&a, table_formats);
		else if (opt == FIT)
			fit = a.value;
		else
			catalogue_option(&cat, opt, a.value);
	if (a.nfiles == 0)
		usage_error("which songs? Name a CSV file with audio features");
	sandbox_reads(fit);
	for (int i = 0; i < a.nfiles; i++)
		sandbox_reads(a.files[i]);
	sandbox_enter(NULL);
	if (emo_rating_load(&rating, fit) < 0)
		die("%s", emo_error());
	catalogue_load(&cat, a.files, a.nfiles);
	table = table_start(format, columns);
	n = cat.songs.n;
	for (size_t i = 0; i < n; i++)
		print_song(&table, &rating, &cat.songs, i);
	if (n == 0)
		warn("%s: no songs", a.files[0]);
	catalogue_free(&cat);
	return cli_end(cat.failed ? CLI_FAILED : n ? CLI_OK : CLI_NOTHING);
}
