/* SPDX-License-Identifier: MIT */
/*
 * What every tool does alike: options from a table, --help and --version, messages, number
 * arguments, a checked end of standard output.
 *
 *	static const struct cli_option options[] = {
 *		{'n', "number", "N", "print the N best songs (default 10)"},
 *		{CLI_LONG, "explain", NULL, "say why a song fits"},
 *		{0},
 *	};
 *	static const struct cli tool = {"moodrec", "[OPTION]... SONGS.csv", "example...", "what...",
 *					options};
 *
 *	struct cli_args a = cli_start(&tool, argc, argv);
 *	while ((opt = cli_next(&a)))
 *		switch (opt) { case 'n': n = cli_long(&a, 1, 1000); break; ... }
 *	... a.files[0 .. a.nfiles-1] ...
 *	return cli_end(status);
 */
#ifndef CLI_H
#define CLI_H

#include <stddef.h>

enum { CLI_OK = 0, CLI_FAILED = 1, CLI_NOTHING = 2 }; /* exit codes of all tools */

#define CLI_LONG 256 /* keys of options without a letter: CLI_LONG, CLI_LONG + 1, … */

struct cli_option {
	int key;          /* the letter, or CLI_LONG + k; 0 ends the table */
	const char *name; /* without the dashes */
	const char *arg;  /* what the argument is, in capitals; NULL when there is none */
	const char *help; /* with the default; folded where it is too long for a line */
};

struct cli {
	const char *name;
	const char *synopsis; /* what follows the name in the usage line */
	const char *example;  /* the first line of --help */
	const char *about;    /* one or two sentences, folded, too */
	const struct cli_option *options;
};

struct cli_args {
	const struct cli *tool;
	const char *value; /* the current option's argument */
	const struct cli_option *option;
	char **files; /* the operands, complete when cli_next has returned 0 */
	int nfiles;
	char **argv; /* private from here on */
	int argc, at, only_files;
	char *cluster;
};

struct cli_args cli_start(const struct cli *tool, int argc, char **argv);

/* The key of the next option, 0 at the end. --help, --version and misuse, as "-" twice, end the program. */
int cli_next(struct cli_args *a);

/*
 * The argument of option `key`, wherever it stands: for what changes what other options begin with.
 * Reads a copy of argv, before cli_start; NULL when it is not given.
 */
const char *cli_find(const struct cli *tool, int argc, char **argv, int key);

/* The current option's argument as a number within [min, max]; anything else ends the program. */
long cli_long(const struct cli_args *a, long min, long max);
double cli_double(const struct cli_args *a, double min, double max);
double cli_seconds(const struct cli_args *a); /* "90", "90s", "40m", "3h", "7d" */

/* The index of the current option's argument in a NULL-ended list of words. */
int cli_word(const struct cli_args *a, const char *const *words);

/* Whether both are names of the same file or folder. */
int cli_same_file(const char *a, const char *b);

/* Ends the program when the output, NULL for none, is one of the files that are read. */
void cli_keep(const char *output, char **files, int n);

/*
 * For runs of hours, better now than at their end: ends the program when there is no place for the
 * output, or when another run is in the way. epochs() says how many a checkpoint has, -1: it is none.
 */
void cli_check_run(const char *output, const char *checkpoint, int resume,
		   int (*epochs)(const char *path));

/*
 * For --files-from: calls use() with each name in a list, "-" being standard input. Names end with
 * `end`, '\n' or '\0'; empty ones are passed over. -1 after a message about a list that cannot be read,
 * or not to its end.
 */
int cli_read_names(const char *list, int end, void (*use)(char *name));

/* Messages, "tool: …", with what steers a terminal made visible; ':' at the end appends errno. */
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
void note(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* without the tool's name */
void usage_error(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Whether colour and alignment are wanted on a stream: a terminal, no NO_COLOR, TERM not dumb. */
int cli_is_terminal(int fd);
int cli_wants_color(int fd);
int cli_columns(int fd); /* width of the terminal, 80 when unknown */

/* Flushes, checks and closes standard output; returns status, or CLI_FAILED if output was lost. */
int cli_end(int status);

#endif
