/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#include "progress.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

enum { BAR = 20, ROOM_AROUND_BAR = 4 }; /* brackets, a blank, the last column */

void progress_start(struct progress *p, int force)
{
	*p = (struct progress){.on = force || cli_is_terminal(STDERR_FILENO)};
	p->last = p->begun = -1;
}

double progress_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

const char *progress_time(char buf[24], double seconds)
{
	unsigned s = seconds < 0 ? 0 : seconds > 3.5e6 ? 3500000 : (unsigned)(seconds + .5);

	if (s < 3600)
		snprintf(buf, 24, "%u:%02u", s / 60, s % 60);
	else
		snprintf(buf, 24, "%u:%02u:%02u", s / 3600, s / 60 % 60, s % 60);
	return buf;
}

void progress_show(struct progress *p, double done, const char *fmt, ...)
{
	double t = progress_now();
	int columns = cli_columns(STDERR_FILENO) - ROOM_AROUND_BAR, bar, filled;
	char text[256];
	va_list ap;

	if (!p->on || (p->last >= 0 && t - p->last < .1))
		return;
	p->last = t;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	bar = columns - (int)strlen(text);
	bar = bar < 1 ? 1 : bar < BAR ? bar : BAR;
	filled = (int)(done * bar + .5);
	fputs("\r[", stderr);
	for (int i = 0; i < bar; i++)
		fputc(i < filled ? '#' : '.', stderr);
	fprintf(stderr, "] %.*s\033[K", columns > bar ? columns - bar : 0, text);
	fflush(stderr);
	p->shown = 1;
}

double progress_speed(struct progress *p, double done)
{
	if (p->begun < 0) {
		p->begun = done;
		p->start = progress_now();
	}
	return done > p->begun ? (done - p->begun) / (progress_now() - p->start) : 0;
}

void progress_clear(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = 0;
	p->last = -1;
}

static const char *last_words;

/* Only what is safe in a signal handler; the program then ends as it would have without one. */
static void on_interrupt(int signal_number)
{
	static const char wipe[] = "\r\033[K";

	if (write(STDERR_FILENO, wipe, sizeof wipe - 1) < 0 ||
	    write(STDERR_FILENO, last_words, strlen(last_words)) < 0)
		_exit(CLI_FAILED);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

void progress_on_interrupt(const struct progress *p, const char *text)
{
	last_words = text;
	if (p->on && signal(SIGINT, SIG_IGN) != SIG_IGN)
		signal(SIGINT, on_interrupt);
}
