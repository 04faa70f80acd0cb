/* SPDX-License-Identifier: MIT */
/* The files that a tool is given by name: lists of them, and outputs that are in nothing's way. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/io.h"
#include "cli.h"

int cli_same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

void cli_keep(const char *output, char **files, int n)
{
	struct stat st;

	if (!output || stat(output, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	for (int i = 0; i < n; i++)
		if (cli_same_file(output, files[i]))
			die("%s: would replace a file that is read", output);
}

void cli_check_run(const char *output, const char *checkpoint, int resume,
		   int (*epochs)(const char *path))
{
	int there = access(checkpoint, F_OK) == 0, done;

	if (emo_out_check(output) < 0)
		die("%s", emo_error());
	done = there ? epochs(checkpoint) : 0;
	if (done < 0) /* the first save would replace it */
		die("%s; the run is to be kept there: move or remove it to begin anew",
		    emo_error());
	if (!resume && done > 0)
		die("%s: has %d epochs of an interrupted run; --resume goes on with it; remove it "
		    "to begin anew", checkpoint, done);
	if (resume && !there && access(output, F_OK) == 0)
		die("%s: is not there, but %s is: that run has ended", checkpoint, output);
}

enum { LIST_ENDS = -1, LIST_IS_BAD = -2 };

/* The next name into buf, without its end; its length, or one of these, the latter with a message. */
static long next_name(FILE *f, const char *list, size_t line, int end, char *buf, size_t size)
{
	size_t n = 0;
	int ch;

	while ((ch = getc(f)) != EOF && ch != end && ch != '\0' && n < size - 1)
		buf[n++] = (char)ch;
	if (ferror(f))
		warn("%s:", list);
	else if (ch == '\0' && end != '\0')
		warn("%s:%zu: has a NUL byte; use --null", list, line);
	else if (ch != EOF && ch != end)
		warn("%s:%zu: a name has more than %zu bytes", list, line, n);
	if (ferror(f) || (ch != EOF && ch != end))
		return LIST_IS_BAD;
	if (ch == EOF && n == 0)
		return LIST_ENDS;
	if (end == '\n' && n > 0 && buf[n - 1] == '\r') /* a list from Windows */
		n--;
	buf[n] = '\0';
	return (long)n;
}

int cli_read_names(const char *list, int end, void (*use)(char *name))
{
	static char name[1 << 16];
	int is_stdin = strcmp(list, "-") == 0;
	FILE *f = is_stdin ? stdin : fopen(list, "r");
	long n;

	if (!f) {
		warn("%s:", list);
		return -1;
	}
	for (size_t line = 1; (n = next_name(f, list, line, end, name, sizeof name)) >= 0; line++)
		if (n > 0)
			use(name);
	if (!is_stdin)
		fclose(f);
	return n == LIST_ENDS ? 0 : -1;
}
