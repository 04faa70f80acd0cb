/* SPDX-License-Identifier: MIT */
/* What mood-follow was asked for. */
#ifndef FOLLOW_OPTIONS_H
#define FOLLOW_OPTIONS_H

#include "../cli.h"
#include "pin.h"

struct follow {
	double window, hold; /* seconds; not asked for: window 0, hold < 0 */
	int driver, events, format, pinned; /* pinned: --pin or --pin-file */
	struct pin pin;
};

extern const struct cli follow_tool;

/* Options that make no sense end the program. */
void follow_options(struct follow *o, struct cli_args *a);

#endif
