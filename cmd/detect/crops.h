/* SPDX-License-Identifier: MIT */
/* The faces of a picture as squares for the classifier, from as few decoded pixels as will do. */
#ifndef DETECT_CROPS_H
#define DETECT_CROPS_H

#include "face/align.h"
#include "findings.h"
#include "image/picture.h"

struct found {
	struct emo_face face; /* in pixels of the upright, full-size picture */
	int number;           /* in the records; 0: of no use */
	float map[6];         /* from the crop to the picture */
	int cropped;
};

struct crops {
	int side;
	uint8_t *px; /* (n, side, side) */
	size_t cap;
};

/* The largest of 8, 4, 2, 1 that leaves `least` of so many pixels. */
int crops_reduction(float pixels, float least);

/*
 * Crops from the view that was searched; those that are too small in it, or all when it is NULL,
 * from a second, closer one. -1 when the picture cannot be read.
 */
int crops_make(struct crops *c, struct found *found, size_t n, struct emo_picture *p,
	       const struct emo_view *searched, const char *name, struct findings *out);

#endif
