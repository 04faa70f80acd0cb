/* SPDX-License-Identifier: MIT */
/* A picture with its faces marked: boxes, landmarks, labels. */
#ifndef DRAW_MARKS_H
#define DRAW_MARKS_H

#include "image/image.h"
#include "record.h"

struct marks_style {
	double scale;  /* of the result; 0: enlarged only where there are labels, and not legible */
	int no_labels;
};

/* Whether there is a face with a box among them. */
int marks_any(const struct emo_record *r, size_t n);

/*
 * The faces of `r` in the picture, as RGB. -1 with a message; otherwise the caller frees *out with
 * emo_image_done. Lines and letters grow with the picture and its faces.
 */
int marks_draw(struct emo_image *out, const struct emo_image *img, const struct emo_record *r,
	       size_t n, const struct marks_style *style);

#endif
