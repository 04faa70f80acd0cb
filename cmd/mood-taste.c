/* SPDX-License-Identifier: MIT */
/* mood-taste: what a listener thinks of songs that moodrec listed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "cli.h"
#include "songs/memory.h"
#include "music/target.h"
#include "table.h"

enum { MOOD = CLI_LONG, DB, ALL };

static const struct cli_option options[] = {
	{MOOD, "mood", "MOOD", "the mood it was for (default: that of the list it was in)"},
	{'n', "number", "N", "with history: the N latest (default 20)"},
	{'f', "format", "FORM",
	 "with history and export: tsv, jsonl, text or auto (default: text on a terminal)"},
	{ALL, "all", NULL, "with forget: everything"},
	{DB, "db", "FILE", "the memory (default: emo/taste.db in the XDG data directory)"},
	{0}};

static const struct cli tool = {
	"mood-taste", "[OPTION]... like|skip|played|forget ID... | history | export",
	"mood-taste like 2H7PHVdQ3mXqEHXcvclTB0",
	"Remembers what you like, skip and play of the songs that moodrec --log listed, so that "
	"moodrec lists what suits you. last1, last2, … are the songs of the last list.",
	options};

static const struct table_column columns[] = {{"time", 0, 20, 0},
					      {"kind", 0, 6, 0},
					      {"id", 0, 0, 0},
					      {"name", 0, 24, 2},
					      {"artist", 0, 16, 1},
					      {"mood", 0, 0, 0},
					      {0}};

static void print_row(void *arg, const char *const cells[6])
{
	table_row(arg, cells);
}

/* The id that a word such as last3 stands for; others stand for themselves. Caller frees. */
static char *id_of(struct memory *m, const char *word)
{
	char end, *id = NULL;
	long rank;

	if (sscanf(word, "last%9ld%c", &rank, &end) != 1) {
		if (!(id = emo_strdup(word)))
			die("%s", emo_error());
		return id;
	}
	if (!memory_last_song(m, rank, &id))
		die("there is no list yet; moodrec --log remembers what it lists");
	if (!id)
		die("the last list has no song %ld", rank);
	return id;
}

static int never_listed(const char *id)
{
	warn("%s: moodrec --log has listed no such song", id);
	return CLI_FAILED;
}

static int remember(struct memory *m, int kind, char **ids, int n, const float *mood)
{
	int status = CLI_OK;

	memory_begin(m);
	for (int i = 0; i < n; i++) {
		char *id = id_of(m, ids[i]);

		if (!memory_add_event(m, (enum memory_kind)kind, id, mood))
			status = never_listed(id);
		free(id);
	}
	memory_commit(m);
	return status;
}

static int show(struct memory *m, int format, long limit)
{
	struct table t = table_start(format, columns);

	if (m && memory_history(m, limit, print_row, &t) < 0) {
		warn("%s", emo_error());
		return CLI_FAILED;
	}
	if (t.rows)
		return CLI_OK;
	warn("nothing is remembered yet");
	return CLI_NOTHING;
}

/* last2 is the second song of the list as it was shown: all words are understood before one goes. */
static int forget_songs(struct memory *m, char **words, int n, long *events)
{
	char **ids = emo_calloc((size_t)n, sizeof *ids);
	int status = CLI_OK;

	if (!ids)
		die("%s", emo_error());
	for (int i = 0; i < n; i++)
		ids[i] = id_of(m, words[i]);
	for (int i = 0; i < n; i++) {
		long gone = memory_forget(m, ids[i]);

		if (gone < 0)
			status = never_listed(ids[i]);
		else
			*events += gone;
		free(ids[i]);
	}
	free(ids);
	return status;
}

static int forget(const char *db, char **words, int n, int all)
{
	struct memory *m;
	int status = CLI_OK;
	long events = 0;

	if (all == (n > 0))
		usage_error("forget takes the ids of songs, or --all");
	m = memory_write(db);
	if (all)
		events = memory_forget(m, NULL);
	else
		status = forget_songs(m, words, n, &events);
	memory_close(m);
	warn("forgot %ld event%s", events, events == 1 ? "" : "s");
	return status;
}

int main(int argc, char **argv)
{
	struct cli_args a = cli_start(&tool, argc, argv);
	const char *db = NULL, *verb;
	float mood[EMO_EMOTIONS];
	int opt, format = TABLE_AUTO, has_mood = 0, all = 0, kind = 0, status;
	long number = 20;
	struct memory *m;

	while ((opt = cli_next(&a)))
		if (opt == 'f')
			format = cli_word(&a, table_formats);
		else if (opt == 'n')
			number = cli_long(&a, 1, 1000000000);
		else if (opt == DB)
			db = a.value;
		else if (opt == ALL)
			all = 1;
		else if (opt == MOOD && (has_mood = 1) && emo_mood_parse(mood, a.value) < 0)
			usage_error("--mood: %s", emo_error());
	if (a.nfiles == 0)
		usage_error("what? like, skip, played, history, export or forget");
	verb = *a.files++;
	a.nfiles--;
	while (memory_kinds[kind] && strcmp(verb, memory_kinds[kind]) != 0)
		kind++;
	if (strcmp(verb, "forget") == 0)
		return cli_end(forget(db, a.files, a.nfiles, all));
	if (memory_kinds[kind]) {
		if (a.nfiles == 0)
			usage_error(
				"%s which song? Name its id, or last1 for the first of the last "
				"list",
				verb);
		m = memory_write(db);
		status = remember(m, kind, a.files, a.nfiles, has_mood ? mood : NULL);
	} else if (strcmp(verb, "history") == 0 || strcmp(verb, "export") == 0) {
		if (a.nfiles > 0)
			usage_error("%s takes no ids", verb);
		if (memory_read(&m, db) < 0)
			die("%s", emo_error());
		status = show(m, format, *verb == 'h' ? number : -1);
	} else {
		usage_error("'%s' is none of like, skip, played, history, export, forget", verb);
	}
	memory_close(m);
	return cli_end(status);
}
