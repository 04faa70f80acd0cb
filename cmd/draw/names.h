/* SPDX-License-Identifier: MIT */
/* Names for new files in one folder, each given once. */
#ifndef DRAW_NAMES_H
#define DRAW_NAMES_H

#include <stddef.h>

struct names {
	char **given;
	size_t n, cap;
};

/*
 * folder/name for a picture called `file`, wherever it lies: its own name, .png where that is
 * neither .png nor .jpg; for a face (from 1) name-face.png. A name that was given before gets -2,
 * -3, … Caller frees; out of memory ends the program.
 */
char *names_new(struct names *names, const char *folder, const char *file, int face);

void names_done(struct names *names);

#endif
