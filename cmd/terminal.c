/* SPDX-License-Identifier: MIT */
/* What the terminal at a stream can show. */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"

int cli_is_terminal(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && !(term && strcmp(term, "dumb") == 0);
}

int cli_wants_color(int fd)
{
	const char *no = getenv("NO_COLOR");

	return cli_is_terminal(fd) && !(no && *no);
}

int cli_columns(int fd)
{
	struct winsize w;

	return ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 ? w.ws_col : 80;
}
