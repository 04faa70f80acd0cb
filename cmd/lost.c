/* SPDX-License-Identifier: MIT */
#include "lost.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "base/map.h"
#include "base/text.h"
#include "cli.h"

static const char *tool_name = "emo";

/* Called in a signal handler: nothing here allocates or locks. */
static size_t put(char *line, size_t at, size_t size, const char *s)
{
	for (int n; *s && at + 4 < size; s += n)
		if (emo_text_is_plain(s, &n))
			for (int i = 0; i < n; i++)
				line[at++] = s[i];
		else
			line[at++] = '?';
	return at;
}

static void lost(int sig, siginfo_t *info, void *context)
{
	const char *name = emo_map_name(info->si_addr);
	char line[2048];
	size_t n;

	(void)context;
	if (!name) { /* something else: as if this were not here */
		signal(sig, SIG_DFL);
		return;
	}
	n = put(line, 0, sizeof line, tool_name);
	n = put(line, n, sizeof line, ": ");
	n = put(line, n, sizeof line, name);
	n = put(line, n, sizeof line, ": became shorter while it was read");
	line[n++] = '\n';
	(void)!write(STDERR_FILENO, line, n); /* there is nobody to tell that it failed */
	_exit(CLI_FAILED);
}

void lost_start(const char *tool)
{
	struct sigaction act = {.sa_sigaction = lost, .sa_flags = SA_SIGINFO};

	tool_name = tool;
	sigaction(SIGBUS, &act, NULL);
}
