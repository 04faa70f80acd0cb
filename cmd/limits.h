/* SPDX-License-Identifier: MIT */
/* --limit and EMO_LIMITS: the library's limits, and the memory of the process. Used by cli.c alone. */
#ifndef LIMITS_H
#define LIMITS_H

#define LIMITS_KEY 998
#define LIMITS_OPTION \
	{LIMITS_KEY, "limit", "NAME=N,...", "raise or lower limits; see emo-limits(7)"}

/* From the environment; what is wrong there ends the program. */
void limits_start(void);

/* From the command line; -1 with a message. */
int limits_set(const char *text);

/* Begins to hold the one of memory. */
void limits_enter(void);

#endif
