/* SPDX-License-Identifier: MIT */
/* A mood that somebody has set by hand, on the command line or, at any time, in a file. */
#ifndef FOLLOW_PIN_H
#define FOLLOW_PIN_H

#include "emotion.h"

struct pin {
	const char *file; /* NULL: none */
	int on;
	float mood[EMO_EMOTIONS];
	char text[256], bad[256]; /* the file as it was when read last; what was complained about */
};

/* Looks at the file; 1 when the mood was set, changed or taken away since the last look. */
int pin_look(struct pin *p);

#endif
