/* SPDX-License-Identifier: MIT */
/* What fer-detect was asked for. */
#ifndef DETECT_OPTIONS_H
#define DETECT_OPTIONS_H

#include "boxes.h"
#include "finder.h"
#include "stream.h"

struct detect {
	struct finder_how how;
	struct boxes boxes; /* of --box */
	struct stream_how stream;
	int null, threads, jobs, format, landmarks;
	const char *list, *boxes_file; /* NULL: not given */
};

extern const struct cli detect_tool;

/* Options that make no sense end the program. */
void detect_options(struct detect *o, struct cli_args *a);

#endif
