/* SPDX-License-Identifier: MIT */
/* Faces that the user says: --box, the same for every picture, or --boxes, a file of records. */
#ifndef DETECT_BOXES_H
#define DETECT_BOXES_H

#include <stddef.h>

#include "../cli.h"
#include "face/align.h"

struct named_box {
	char *file; /* NULL: in every picture */
	size_t at;  /* its place in the order given */
	struct emo_face face; /* w is NAN when the picture was only named */
};

struct boxes {
	struct named_box *box; /* those of a picture side by side, once boxes_read has sorted them */
	size_t n, cap;
	char **files; /* each that was named once, in the order of their first lines */
	size_t nfiles;
	int failed; /* a line was bad, and was warned about */
};

/* The current option's argument, X,Y,W,H; anything else ends the program. */
void boxes_add(struct boxes *b, const struct cli_args *a);

/* A file of records, "-" being standard input; one that cannot be read ends the program. */
void boxes_read(struct boxes *b, const char *path);

/* The boxes of a picture, in the order given. */
const struct named_box *boxes_of(const struct boxes *b, const char *file, size_t *n);

void boxes_done(struct boxes *b);

#endif
