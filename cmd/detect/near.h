/* SPDX-License-Identifier: MIT */
/* Finding a face again where it was a frame ago, which costs a small part of a whole search. */
#ifndef DETECT_NEAR_H
#define DETECT_NEAR_H

#include "face/detect.h"
#include "image/picture.h"

/* The smallest face that is worth looking for near one of this size, in the same pixels. */
float near_smallest(const struct emo_face *was);

/*
 * Looks for the face in a view of the whole picture, around its last place, both in pixels of the
 * picture. 1, 0 when it is not there, or not all of it, -1 on failure.
 */
int near_find(struct emo_face *out, struct emo_detector *d, const struct emo_view *v,
	      const struct emo_face *was, float threshold);

/* The face of a view, in pixels of the picture. */
struct emo_face near_enlarge(const struct emo_face *face, const struct emo_view *v);

/* Whether two are so much in the same place that they are one face. */
int near_same(const struct emo_face *a, const struct emo_face *b);

#endif
