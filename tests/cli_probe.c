/* SPDX-License-Identifier: MIT */
/* A tool that only shows what it was told, for testing what all tools share. */
#include "../cmd/cli.h"

#include <stdio.h>

enum { SECONDS = CLI_LONG, FORMAT, COLOR, STATUS, VERBOSE };

static const struct cli_option options[] = {
	{'n', "number", "N", "a whole number within 1 .. 100 (default 10)"},
	{'x', "factor", "X", "a number within 0 .. 1"},
	{'a', "all", NULL, "a switch; it's [quoted]"},
	{'b', "both", NULL, "another switch"},
	{'o', "output", "FILE", "a file"},
	{SECONDS, "max-time", "TIME",
	 "a time such as 90s, 40m or 3h, said in so many words that they need more than one line"},
	{FORMAT, "format", "FORMAT", "tsv, jsonl or text (default tsv)"},
	{COLOR, "color", "always|never", "one of two words"},
	{STATUS, "a-status-with-a-long-name", "N", "the exit code"},
	{VERBOSE, "verbose", NULL, "a switch without a letter"},
	{0, NULL, NULL, NULL},
};

static const struct cli tool = {
	"cli_probe", "[OPTION]... [FILE]...",
	"cli_probe -n 3 photo.png        shows the number and the file",
	"Shows its options and operands.", options,
};

static const char *const formats[] = {"tsv", "jsonl", "text", NULL};

int main(int argc, char **argv)
{
	struct cli_args a = cli_start(&tool, argc, argv);
	int opt, status = CLI_OK;

	while ((opt = cli_next(&a)))
		switch (opt) {
		case 'n':
			printf("number %ld\n", cli_long(&a, 1, 100));
			break;
		case 'x':
			printf("factor %g\n", cli_double(&a, 0, 1));
			break;
		case SECONDS:
			printf("seconds %g\n", cli_seconds(&a));
			break;
		case FORMAT:
			printf("format %d\n", cli_word(&a, formats));
			break;
		case STATUS:
			status = (int)cli_long(&a, 0, 2);
			break;
		default:
			printf("%s '%s'\n", a.option->name, a.value ? a.value : "on");
		}
	for (int i = 0; i < a.nfiles; i++)
		printf("file %s\n", a.files[i]);
	if (status == CLI_FAILED)
		die("%s: asked to fail", a.nfiles ? a.files[0] : "(none)");
	return cli_end(status);
}
