/* SPDX-License-Identifier: MIT */
/* song-index: catalogues into a file that moodrec uses where it lies. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/io.h"
#include "songs/catalogue.h"
#include "cli.h"
#include "sandbox.h"
#include "music/index.h"

enum { CHECK = CLI_LONG };

static const struct cli_option options[] = {
	{'o', "output", "FILE", "the index to write"},
	{CHECK, "check", NULL, "check indexes instead of writing one"},
	SANDBOX_OPTION,
	CATALOGUE_OPTIONS,
	{0}};

static const struct cli tool = {"song-index", "[OPTION]... -o SONGS.idx SONGS.csv...",
				"song-index songs.csv -o songs.idx",
				"Writes catalogues of songs into one file, which moodrec and "
				"song-rate take in their place "
				"and need not read whole.",
				options};

/* Checks each file whole. */
static int check(char **files, int nfiles)
{
	int status = CLI_OK;

	for (int i = 0; i < nfiles; i++) {
		struct emo_songs songs = {0};

		if (emo_index_open(&songs, files[i]) < 0 || emo_index_check(&songs) < 0) {
			warn("%s", emo_error());
			status = CLI_FAILED;
		}
		emo_songs_free(&songs);
	}
	return status;
}

static int write_index(struct catalogue *c, const char *output)
{
	struct emo_out *out;

	if (c->songs.n == 0) {
		warn("%s: no songs", c->files[0]);
		return CLI_NOTHING;
	}
	if (!(out = emo_out_open(output)))
		die("%s", emo_error());
	if (emo_index_write(emo_out_file(out), &c->songs, c->files, c->nfiles) < 0) {
		emo_out_abort(out);
		die("%s: %s", output, emo_error());
	}
	if (emo_out_commit(out) < 0)
		die("%s", emo_error());
	return CLI_OK;
}

/* An index takes the place of none but an older one: "-o *.csv" means the first of the catalogues. */
static void check_output(const char *output, char **files, int nfiles)
{
	struct stat st;

	cli_keep(output, files, nfiles);
	if (stat(output, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && !emo_index_is(output))
		die("%s: is there and is no index; remove it, or name another file", output);
}

int main(int argc, char **argv)
{
	struct cli_args a = cli_start(&tool, argc, argv);
	struct catalogue cat = {0};
	const char *output = NULL;
	int opt, checks = 0, status;

	while ((opt = cli_next(&a)))
		if (opt == 'o')
			output = a.value;
		else if (opt == CHECK)
			checks = 1;
		else
			catalogue_option(&cat, opt, a.value);
	if (a.nfiles == 0)
		usage_error("which songs? Name a CSV file with audio features");
	if (!checks && !output)
		usage_error("where to? Say -o songs.idx");
	if (!checks && strcmp(output, "-") == 0 && isatty(STDOUT_FILENO))
		usage_error("an index is not for a terminal: say -o songs.idx");
	if (!checks)
		check_output(output, a.files, a.nfiles);
	for (int i = 0; i < a.nfiles; i++)
		sandbox_reads(a.files[i]);
	sandbox_enter(checks ? NULL : output);
	if (checks)
		return cli_end(check(a.files, a.nfiles));
	catalogue_load(&cat, a.files, a.nfiles);
	if (cat.failed)
		die("%s: not written, because it would lack songs", output);
	status = write_index(&cat, output);
	catalogue_free(&cat);
	return cli_end(status);
}
