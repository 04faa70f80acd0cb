/* SPDX-License-Identifier: MIT */
/* Where labels go: beside their faces, within the picture, on each other only if it must be. */
#ifndef DRAW_PLACE_H
#define DRAW_PLACE_H

#include <stddef.h>

struct place_rect {
	double x, y, w, h;
};

struct place_label {
	struct place_rect face; /* what it belongs to */
	struct place_rect at;   /* w and h are given, x and y found */
};

/* All labels in a picture of (w, h), the first ones being the first to choose. */
void place_labels(struct place_label *label, size_t n, double w, double h);

#endif
