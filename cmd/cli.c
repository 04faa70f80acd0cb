/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/api.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "limits.h"
#include "lost.h"
#include "sandbox.h"

static const char *tool_name = "emo";
static const struct cli_option limit = LIMITS_OPTION; /* all tools have it */

static void message(const char *fmt, va_list ap)
{
	int cause = errno;
	char text[EMO_ERROR_MAX + 512];
	size_t n = strlen(fmt);

	vsnprintf(text, sizeof text, fmt, ap);
	fflush(stdout);
	flockfile(stderr); /* lines of several threads do not mix */
	fprintf(stderr, "%s: ", tool_name);
	emo_write_shown(stderr, text);
	if (n > 0 && fmt[n - 1] == ':')
		fprintf(stderr, " %s", strerror(cause));
	fputc('\n', stderr);
	funlockfile(stderr);
}

void warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message(fmt, ap);
	va_end(ap);
}

void note(const char *fmt, ...)
{
	char text[EMO_ERROR_MAX + 512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	emo_write_shown(stderr, text);
	fputc('\n', stderr);
}

void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message(fmt, ap);
	va_end(ap);
	exit(CLI_FAILED);
}

void usage_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message(fmt, ap);
	va_end(ap);
	fprintf(stderr, "Try '%s --help'.\n", tool_name);
	exit(CLI_FAILED);
}

/*
 * A missing standard stream would give its number to the next file that is opened, and messages or
 * results would go there. The stand-in refuses what it was not meant for.
 */
static void hold_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

struct cli_args cli_start(const struct cli *tool, int argc, char **argv)
{
	/* operands move to the front of argv, to places that have been read */
	struct cli_args a = {
		.tool = tool, .argv = argv, .argc = argc, .at = 1, .files = argv + (argc > 0)};

	tool_name = tool->name;
	hold_standard_streams();
	lost_start(tool->name);
	limits_start();
	signal(SIGPIPE, SIG_DFL); /* a closed pipe is a quiet end, even if the parent ignored it */
	return a;
}

enum { HELP_WIDTH = 80, HELP_COLUMN = 28 };

/* A text from column `indent` on, which the cursor has reached; lines break at blanks. */
static void print_folded(const char *text, size_t indent)
{
	size_t column = indent;

	while (*text) {
		size_t n = strcspn(text, " ");

		if (column > indent && column + 1 + n > HELP_WIDTH) {
			printf("\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			putchar(' ');
			column++;
		}
		printf("%.*s", (int)n, text);
		column += n;
		text += n;
		text += strspn(text, " ");
	}
	putchar('\n');
}

static void print_option(const struct cli_option *o)
{
	char left[64], letter[5] = "    ";

	if (o->key < CLI_LONG)
		snprintf(letter, sizeof letter, "-%c, ", o->key);
	snprintf(left, sizeof left, "%s--%s%s%s", letter, o->name, o->arg ? "=" : "",
		 o->arg ? o->arg : "");
	if (strlen(left) < HELP_COLUMN - 2)
		printf("  %-*s", HELP_COLUMN - 2, left);
	else
		printf("  %s\n%*s", left, HELP_COLUMN, "");
	print_folded(o->help, HELP_COLUMN);
}

static void print_help(const struct cli *tool)
{
	printf("%s\n\nUsage: %s %s\n", tool->example, tool->name, tool->synopsis);
	print_folded(tool->about, 0);
	printf("\nOptions:\n");
	for (const struct cli_option *o = tool->options; o->key; o++)
		print_option(o);
	print_option(&limit);
	printf("  %-26s%s\n", "-h, --help", "print this help and exit");
	printf("  %-26s%s\n", "    --version", "print the version and exit");
	printf("\nExit status: 0 done, 1 failed or misused, 2 ran well and found nothing.\n");
}

/* Edit distance (Levenshtein), for the hint at a mistyped option. */
static int distance(const char *a, const char *b)
{
	enum { MAX = 32 };
	int row[MAX + 1];
	size_t na = strlen(a), nb = strlen(b);

	if (na > MAX || nb > MAX)
		return MAX;
	for (size_t j = 0; j <= nb; j++)
		row[j] = (int)j;
	for (size_t i = 1; i <= na; i++) {
		int diagonal = row[0];
		row[0] = (int)i;
		for (size_t j = 1; j <= nb; j++) {
			int change = diagonal + (a[i - 1] != b[j - 1]);
			diagonal = row[j];
			int gap = (row[j - 1] < row[j] ? row[j - 1] : row[j]) + 1;
			row[j] = change < gap ? change : gap;
		}
	}
	return row[nb];
}

static void nearer(const char **nearest, int *best, const char *name, const char *candidate)
{
	int d = distance(name, candidate);

	if (d < *best && (size_t)d * 2 <= strlen(candidate)) {
		*best = d;
		*nearest = candidate;
	}
}

static void unknown_option(const struct cli *tool, const char *name)
{
	const char *nearest = NULL;
	int best = 4;

	for (const struct cli_option *o = tool->options; o->key; o++)
		nearer(&nearest, &best, name, o->name);
	nearer(&nearest, &best, name, limit.name);
	nearer(&nearest, &best, name, "help");
	nearer(&nearest, &best, name, "version");
	if (nearest)
		usage_error("unknown option --%s; did you mean --%s?", name, nearest);
	usage_error("unknown option --%s", name);
}

static const struct cli_option *find_long(const struct cli *tool, const char *name, size_t n)
{
	for (const struct cli_option *o = tool->options; o->key; o++)
		if (strlen(o->name) == n && strncmp(o->name, name, n) == 0)
			return o;
	return strlen(limit.name) == n && strncmp(limit.name, name, n) == 0 ? &limit : NULL;
}

static const struct cli_option *find_letter(const struct cli *tool, int letter)
{
	for (const struct cli_option *o = tool->options; o->key; o++)
		if (o->key == letter)
			return o;
	return NULL;
}

static void take_next_as_value(struct cli_args *a)
{
	if (a->at >= a->argc)
		usage_error("option --%s needs an argument: %s", a->option->name, a->option->arg);
	a->value = a->argv[a->at++];
}

static int long_option(struct cli_args *a, char *name)
{
	char *eq = strchr(name, '=');
	size_t n = eq ? (size_t)(eq - name) : strlen(name);

	int help = n == 4 && strncmp(name, "help", n) == 0;
	int version = n == 7 && strncmp(name, "version", n) == 0;

	if (eq && (help || version))
		usage_error("option --%.*s takes no argument", (int)n, name);
	if (help) {
		print_help(a->tool);
		exit(cli_end(CLI_OK));
	}
	if (version) {
		printf("%s (libemo) %s\n", a->tool->name, EMO_VERSION);
		if (find_letter(a->tool, SANDBOX_OFF))
			printf("%s\n", sandbox_kind());
		exit(cli_end(CLI_OK));
	}
	a->option = find_long(a->tool, name, n);
	if (!a->option) {
		name[n] = '\0';
		unknown_option(a->tool, name);
	}
	if (eq && !a->option->arg)
		usage_error("option --%s takes no argument", a->option->name);
	if (eq)
		a->value = eq + 1;
	else if (a->option->arg)
		take_next_as_value(a);
	return a->option->key;
}

static int letter_option(struct cli_args *a)
{
	int letter = (unsigned char)*a->cluster++;

	if (letter == 'h' && !find_letter(a->tool, 'h')) {
		print_help(a->tool);
		exit(cli_end(CLI_OK));
	}
	a->option = find_letter(a->tool, letter);
	if (!a->option) /* a character beyond ASCII is named whole, with what follows it */
		usage_error("unknown option -%.*s", letter < 128 ? 1 : INT_MAX, a->cluster - 1);
	if (a->option->arg) {
		if (*a->cluster)
			a->value = a->cluster;
		else
			take_next_as_value(a);
		a->cluster = NULL;
	}
	return letter;
}

static int next_option(struct cli_args *a)
{
	a->value = NULL;
	if (a->cluster && *a->cluster)
		return letter_option(a);
	while (a->at < a->argc) {
		char *arg = a->argv[a->at++];

		if (a->only_files || arg[0] != '-' || !arg[1]) {
			a->files[a->nfiles++] = arg;
		} else if (strcmp(arg, "--") == 0) {
			a->only_files = 1;
		} else if (arg[1] == '-') {
			return long_option(a, arg + 2);
		} else {
			a->cluster = arg + 1;
			return letter_option(a);
		}
	}
	return 0;
}

/* What comes on standard input comes once. */
static void check_dashes(const struct cli_args *a)
{
	int seen = 0;

	for (int i = 0; i < a->nfiles; i++)
		if (strcmp(a->files[i], "-") == 0 && seen++)
			usage_error("'-' is standard input, and is given twice");
}

int cli_next(struct cli_args *a)
{
	int key;

	while ((key = next_option(a)) == SANDBOX_OFF || key == LIMITS_KEY)
		if (key == SANDBOX_OFF)
			sandbox_off();
		else if (limits_set(a->value) < 0)
			usage_error("--limit: %s", emo_error());
	if (!key) {
		check_dashes(a);
		limits_enter();
	}
	return key;
}

const char *cli_find(const struct cli *tool, int argc, char **argv, int key)
{
	char **copy = emo_calloc((size_t)argc + 1, sizeof *copy);
	const char *value = NULL;
	struct cli_args a;
	int found;

	tool_name = tool->name;
	if (!copy)
		die("%s", emo_error());
	memcpy(copy, argv, (size_t)argc * sizeof *copy);
	a = cli_start(tool, argc, copy);
	while ((found = cli_next(&a)))
		value = found == key ? a.value : value;
	free(copy);
	return value;
}

int cli_end(int status)
{
	int lost = ferror(stdout); /* an earlier write, so errno may be about something else */

	if (lost)
		warn("cannot write the output; is the disk full?");
	else if ((lost = fflush(stdout) || (close(STDOUT_FILENO) && errno != EBADF)) &&
		 errno != EPIPE)
		warn("cannot write the output:");
	return lost ? CLI_FAILED : status;
}
