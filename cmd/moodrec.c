/* SPDX-License-Identifier: MIT */
/* moodrec: from records and songs to a list of songs. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "cli.h"
#include "sandbox.h"
#include "songs/moods.h"
#include "songs/memory.h"
#include "songs/recommend.h"

enum {
	MOOD = CLI_LONG,
	EACH,
	AIM,
	FROM,
	TO,
	NEAR,
	WHERE,
	MINUTES,
	ARTIST_CAP,
	ALL_VERSIONS,
	VARIETY,
	SHUFFLE,
	SEED,
	PATHS,
	EXPLAIN,
	MOODS,
	LABEL_COLUMN,
	LABELS,
	DB,
	NO_TASTE,
	LOG,
	FRESH,
	REST,
	EXPLORE
};

static const struct cli_option options[] = {
	{'n', "number", "N", "list the N best songs (default 10)"},
	{MINUTES, "minutes", "M", "list at most M minutes of music"},
	{'f', "format", "FORM",
	 "tsv, jsonl, text, m3u, m3u8 or auto (default: text on a terminal, else tsv)"},
	{'o', "output", "FILE", "write a playlist there; implies --format=m3u8"},
	{PATHS, "paths", "HOW", "in playlists: as-is (default), relative or absolute"},
	{MOOD, "mood", "MOOD", "happy, or happy=0.7,sad=0.3, instead of records on standard input"},
	{AIM, "aim", "AIM", "match (default), lift, calm, energetic or comfort"},
	{FROM, "from", "MOOD", "begin with this mood; the same as --mood"},
	{TO, "to", "MOOD", "walk to this mood from song to song"},
	{NEAR, "near", "ID", "list the songs most like this one"},
	{WHERE, "where", "COND", "of these songs only, say: tempo<120 && genre=~\"jazz\""},
	{ARTIST_CAP, "artist-cap", "K",
	 "songs of an artist, never side by side; 0: any (default 2)"},
	{ALL_VERSIONS, "all-versions", NULL, "a song and its live version may both be listed"},
	{VARIETY, "variety", "V", "0 to 1: how much songs should differ (default 0)"},
	{SHUFFLE, "shuffle", NULL, "list the songs in random order"},
	{SEED, "seed", "N", "another random order (default 1)"},
	{EACH, "each", NULL, "a list for each face, not one for all together"},
	{EXPLAIN, "explain", NULL, "say what makes each song fit"},
	{MOODS, "moods", "FILE", "table of what emotions ask for (see emo-moods(5))"},
	{LABEL_COLUMN, "label-column", "COLUMN", "the catalogue's own mood of a song, to go by"},
	{LABELS, "labels", "FILE", "table of labels of emotions (see emo-moods(5))"},
	{LOG, "log", NULL, "remember the list, for mood-taste to say how it was"},
	{NO_TASTE, "no-taste", NULL, "do not use what mood-taste has learnt"},
	{FRESH, "fresh", "TIME", "nothing played in the last TIME (default 7d)"},
	{REST, "rest", "TIME", "nothing skipped in the last TIME (default 30d)"},
	{EXPLORE, "explore", NULL, "try what may please; --seed makes it try other songs"},
	{DB, "db", "FILE", "the memory (default: emo/taste.db in the XDG data directory)"},
	SANDBOX_OPTION,
	CATALOGUE_OPTIONS,
	{0}};

static const struct cli tool = {
	"moodrec", "[OPTION]... SONGS.csv...", "fer-detect photo.jpg | moodrec songs.csv",
	"Reads records of faces, or an emotion a line, on standard input, and lists the songs "
	"that fit the mood best.",
	options};

/* What was asked for. */
struct job {
	struct recommend r;
	const char *moods, *labels;
	float mood[EMO_EMOTIONS];
	int has_mood, has_number, format;
	size_t listed, faces; /* songs; faces that have had a list of their own */
};

static void list_face(void *arg, const float *mood, const struct emo_record *whose)
{
	struct job *j = arg;

	j->listed += recommend_list(&j->r, mood, whose);
	j->faces++;
}

/* Lists for the moods on standard input. */
static int read_moods(struct job *j)
{
	int needed = j->r.aim != EMO_AIM_CALM && j->r.aim != EMO_AIM_ENERGETIC;
	float mean[EMO_EMOTIONS] = {[EMO_NEUTRAL] = 1};
	int status = moods_read(mean, j->r.listing.each ? list_face : NULL, j, needed);

	if (status != CLI_NOTHING && j->faces == 0)
		j->listed += recommend_list(&j->r, mean, NULL);
	return status;
}

static int take_rule(struct emo_pick_rules *rules, int opt, const struct cli_args *a)
{
	if (opt == MINUTES)
		rules->seconds = 60 * cli_double(a, 0.1, 1e6);
	else if (opt == ARTIST_CAP)
		rules->artist_cap = (int)cli_long(a, 0, 1000000000);
	else if (opt == ALL_VERSIONS)
		rules->all_versions = 1;
	else if (opt == VARIETY)
		rules->variety = cli_double(a, 0, 1);
	else
		return 0;
	return 1;
}

static int take_personal(struct personal *p, int opt, const struct cli_args *a)
{
	if (opt == DB)
		p->db = a->value;
	else if (opt == NO_TASTE)
		p->off = 1;
	else if (opt == LOG)
		p->log = 1;
	else if (opt == FRESH)
		p->fresh = cli_seconds(a);
	else if (opt == REST)
		p->rest = cli_seconds(a);
	else if (opt == EXPLORE)
		p->explore = 1;
	else
		return 0;
	return 1;
}

static void take_mood(float *mood, const struct cli_args *a)
{
	if (emo_mood_parse(mood, a->value) < 0)
		usage_error("--%s: %s", a->option->name, emo_error());
}

static void take_option(struct job *j, int opt, const struct cli_args *a)
{
	static const char *const aims[] = {"match", "lift", "calm", "energetic", "comfort", NULL};
	struct recommend *r = &j->r;

	if (catalogue_option(&r->cat, opt, a->value) || take_rule(&r->rules, opt, a) ||
	    take_personal(&r->personal, opt, a))
		return;
	if (opt == 'n' && (j->has_number = 1))
		r->rules.n = (size_t)cli_long(a, 1, 1000000000);
	else if (opt == 'f')
		j->format = cli_word(a, listing_formats);
	else if (opt == 'o')
		r->listing.output = a->value;
	else if (opt == PATHS)
		r->listing.paths = cli_word(a, listing_paths);
	else if ((opt == MOOD || opt == FROM) && (j->has_mood = 1))
		take_mood(j->mood, a);
	else if (opt == TO && (r->has_to = 1))
		take_mood(r->to, a);
	else if (opt == AIM)
		r->aim = (enum emo_aim)cli_word(a, aims);
	else if (opt == NEAR)
		r->near = a->value;
	else if (opt == WHERE)
		r->where = a->value;
	else if (opt == SHUFFLE)
		r->shuffle = 1;
	else if (opt == SEED)
		r->seed = (unsigned long)cli_long(a, 0, 1000000000);
	else if (opt == EACH)
		r->listing.each = 1;
	else if (opt == EXPLAIN)
		r->listing.explain = 1;
	else if (opt == MOODS)
		j->moods = a->value;
	else if (opt == LABELS)
		j->labels = a->value;
	else if (opt == LABEL_COLUMN && (r->use_labels = 1))
		r->cat.how.column[EMO_SONG_LABEL] = a->value;
}

/* Options that do not go together, and what follows from those that do. */
static void settle(struct job *j, const struct cli_args *a)
{
	struct recommend *r = &j->r;
	int needs_input = !j->has_mood && !r->near;

	if (a->nfiles == 0)
		usage_error("which songs? Name a CSV file with audio features");
	for (int i = 0; i < a->nfiles; i++)
		if (emo_emotion_parse(a->files[i]) >= 0 && access(a->files[i], F_OK) != 0)
			usage_error("'%s' is no file but a mood: say --mood %s", a->files[i],
				    a->files[i]);
	if (r->listing.output && j->format == TABLE_AUTO)
		j->format = LISTING_M3U8;
	r->listing.format = j->format;
	if (r->listing.output && !listing_is_playlist(&r->listing))
		usage_error("-o writes playlists; for the other formats use > %s",
			    r->listing.output);
	if (listing_is_playlist(&r->listing) && r->listing.each)
		usage_error("--each makes several lists and m3u holds one");
	if (r->has_to && (r->near || r->shuffle))
		usage_error("--to does not go with %s", r->near ? "--near" : "--shuffle");
	if (r->use_labels && r->aim == EMO_AIM_COMFORT)
		usage_error("--aim=comfort does not go by labels");
	if (j->labels && !r->use_labels)
		usage_error("--labels needs --label-column");
	if (needs_input && isatty(STDIN_FILENO))
		usage_error(
			"pipe records or an emotion into it (echo happy | moodrec SONGS.csv), or "
			"use --mood");
	for (int i = 0; i < a->nfiles && needs_input; i++)
		if (strcmp(a->files[i], "-") == 0)
			usage_error("the songs cannot come from standard input too; use --mood");
	if (r->rules.seconds > 0 && !j->has_number)
		r->rules.n = SIZE_MAX;
}

/* A memory is read with the right to write, so that what a killed writer began is taken back. */
static void enter_sandbox(const struct job *j, const struct cli_args *a)
{
	const struct personal *p = &j->r.personal;
	const char *db = memory_path(p->db);

	if (p->log || (!p->off && db && access(db, F_OK) == 0))
		return;
	sandbox_reads(j->moods);
	sandbox_reads(j->labels);
	for (int i = 0; i < a->nfiles; i++)
		sandbox_reads(a->files[i]);
	sandbox_enter(j->r.listing.output);
}

int main(int argc, char **argv)
{
	struct cli_args a = cli_start(&tool, argc, argv);
	struct job j = {.format = TABLE_AUTO,
			.r = {.rules = {.n = 10, .artist_cap = 2},
			      .personal = {.fresh = 7 * 86400.0, .rest = 30 * 86400.0},
			      .seed = 1}};
	int opt, status = CLI_OK;

	while ((opt = cli_next(&a)))
		take_option(&j, opt, &a);
	settle(&j, &a);
	cli_keep(j.r.listing.output, a.files, a.nfiles);
	enter_sandbox(&j, &a);
	recommend_start(&j.r, a.files, a.nfiles, j.moods, j.labels);
	if (j.r.cat.songs.n == 0) {
		warn("%s: no songs", a.files[0]);
		status = CLI_NOTHING;
	} else {
		if (j.has_mood || j.r.near)
			j.listed = recommend_list(&j.r, j.mood, NULL);
		else
			status = read_moods(&j);
		if (status == CLI_OK && !j.listed)
			status = CLI_NOTHING;
	}
	if (j.r.cat.failed)
		status = CLI_FAILED;
	recommend_end(&j.r);
	return cli_end(status);
}
