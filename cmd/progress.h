/* SPDX-License-Identifier: MIT */
/*
 * A progress line on stderr, for what takes longer than a second. It is drawn only on a terminal or
 * when asked for, at most ten times a second, and wiped before anything else is printed there.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

struct progress {
	int on;
	int shown; /* a line stands on the terminal */
	double last;
	double start, begun; /* when, and how much was done then; -1: not known yet */
};

/* force: as if stderr were a terminal. */
void progress_start(struct progress *p, int force);

/*
 * Shows a bar of `done` (0 .. 1) and the text behind it. On a narrow terminal the bar shrinks first;
 * then the text, which is ASCII, is cut.
 */
void progress_show(struct progress *p, double done, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* How much is done in a second, since the first call; 0 then. */
double progress_speed(struct progress *p, double done);

void progress_clear(struct progress *p);

/* While progress is shown, Ctrl-C wipes it and prints this text before it ends the program. */
void progress_on_interrupt(const struct progress *p, const char *text);

/* Seconds of a clock that only goes forward; and seconds as "3:05" or "2:03:05". */
double progress_now(void);
const char *progress_time(char buf[24], double seconds);

#endif
