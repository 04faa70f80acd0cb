/* SPDX-License-Identifier: MIT */
/* A Python program that answers commands, as a contestant. */
#ifndef BENCH_WORKER_H
#define BENCH_WORKER_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct worker {
	pid_t pid; /* 0: there is none */
	FILE *to, *from;
	char version[32];
};

static inline void worker_stop(struct worker *w)
{
	if (!w->pid)
		return;
	fclose(w->to);
	fclose(w->from);
	waitpid(w->pid, NULL, 0);
	w->pid = 0;
}

/*
 * argv is that of python3. The program says "ready VERSION" when it can be asked; what it needs may
 * not be installed, and then pid is 0.
 */
static inline void worker_start(struct worker *w, char *const argv[])
{
	int to[2], from[2];
	char line[64];

	*w = (struct worker){0};
	if (pipe(to) || pipe(from))
		return;
	if ((w->pid = fork()) == 0) {
		dup2(to[0], 0);
		dup2(from[1], 1);
		close(to[1]);
		close(from[0]);
		if (getenv("VERBOSE") || freopen("/dev/null", "w", stderr))
			execv("/usr/bin/python3", argv);
		_exit(127);
	}
	close(to[0]);
	close(from[1]);
	w->to = fdopen(to[1], "w");
	w->from = fdopen(from[0], "r");
	if (!fgets(line, sizeof line, w->from) || sscanf(line, "ready %31s", w->version) != 1)
		worker_stop(w);
}

/* Sends a command and reads n numbers; -1 when they do not come. */
static inline int worker_ask(struct worker *w, const char *command, double *answer, int n)
{
	fprintf(w->to, "%s\n", command);
	fflush(w->to);
	for (int i = 0; i < n; i++)
		if (fscanf(w->from, "%lf", &answer[i]) != 1)
			return -1;
	return 0;
}

#endif
