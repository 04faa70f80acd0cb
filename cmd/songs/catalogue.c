/* SPDX-License-Identifier: MIT */
#include "catalogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "../cli.h"
#include "music/index.h"

static void map(struct catalogue *c, const char *text)
{
	const char *eq = strchr(text, '=');
	char what[32], list[256] = "";
	size_t n = 0;
	int column;

	if (!eq || !eq[1])
		usage_error("--map: '%s' is not of the form valence=MyColumn", text);
	snprintf(what, sizeof what, "%.*s", (int)(eq - text), text);
	column = emo_song_column_parse(what);
	for (int k = 0; k < EMO_SONG_COLUMNS; k++)
		n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", k ? ", " : "",
				      emo_song_column_name(k));
	if (column < 0)
		usage_error("--map: '%s' is none of %s", what, list);
	c->how.column[column] = eq + 1;
}

int catalogue_option(struct catalogue *c, int key, const char *value)
{
	if (key == CATALOGUE_MAP)
		map(c, value);
	else if (key == 'v')
		c->verbose = 1;
	else if (key == 'q')
		c->quiet = 1;
	else
		return 0;
	return 1;
}

static void print_note(void *arg, const char *text)
{
	(void)arg;
	warn("%s", text);
}

__attribute__((noreturn)) static void no_column(const struct catalogue *c, int k)
{
	if (c->nfiles == 1 && emo_index_is(c->files[0]))
		die("%s: is an index without the column '%s'; give it to song-index with --map "
		    "%s=%s",
		    c->files[0], c->how.column[k], emo_song_column_name(k), c->how.column[k]);
	die("%s%s: no column '%s' (for %s)", c->files[0], c->nfiles > 1 ? " and the others" : "",
	    c->how.column[k], emo_song_column_name(k));
}

void catalogue_load(struct catalogue *c, char **files, int nfiles)
{
	unsigned mapped = 0;
	int loaded = 0;

	c->how.note = c->verbose ? print_note : NULL;
	c->files = files;
	c->nfiles = nfiles;
	if (!(c->first = emo_calloc((size_t)nfiles, sizeof *c->first)))
		die("%s", emo_error());
	for (int i = 0; i < nfiles; i++) {
		struct emo_songs_account account;
		char line[512];

		c->first[i] = c->songs.n;
		if (emo_songs_load(&c->songs, files[i], &c->how, &account) < 0) {
			c->failed = 1;
			warn("%s", emo_error());
			if (c->songs.n < c->first[i]) /* an index turned out to be damaged */
				exit(CLI_FAILED);
			continue;
		}
		loaded++;
		mapped |= account.mapped;
		if (emo_songs_account_line(line, sizeof line, &account) && !c->quiet)
			warn("%s: %s", files[i], line);
	}
	if (!loaded)
		exit(CLI_FAILED);
	for (int k = 0; k < EMO_SONG_COLUMNS; k++)
		if (c->how.column[k] && !(mapped >> k & 1))
			no_column(c, k);
}

void catalogue_free(struct catalogue *c)
{
	emo_songs_free(&c->songs);
	free(c->first);
}

const char *catalogue_file(const struct catalogue *c, size_t i)
{
	int k = c->nfiles - 1;

	while (k > 0 && c->first[k] > i)
		k--;
	return c->files[k];
}

size_t catalogue_find(const struct catalogue *c, const char *id)
{
	size_t found = c->songs.n, named = 0;

	for (size_t i = 0; i < c->songs.n; i++) {
		char buf[EMO_SONG_ID_SIZE];

		if (strcmp(emo_song_id(&c->songs, i, buf), id) == 0)
			return i;
		if (emo_text_compare(emo_song_text(&c->songs, i, EMO_SONG_NAME), id) == 0) {
			found = i;
			named++;
		}
	}
	if (named > 1)
		die("%zu songs are called '%s'; use the id of one", named, id);
	if (named == 0)
		die("no song has the id or the name '%s'", id);
	return found;
}
