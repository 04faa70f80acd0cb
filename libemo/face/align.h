/* SPDX-License-Identifier: MIT */
/*
 * Turning a face upright and cutting it out as FER-2013 shows faces: a similarity transform that
 * brings the landmarks to where they are in its pictures.
 *
 *	emo_face_map(m, &face, side, NULL);
 *	emo_image_warp(crop, side, side, &picture, m);
 */
#ifndef EMO_FACE_ALIGN_H
#define EMO_FACE_ALIGN_H

#include "../base/api.h"
#include "../image/image.h"
#include "detect.h"

/* Where the landmarks belong in the square, in its sides, and how much each kind of them counts. */
struct emo_align {
	float eyes;        /* distance between the eyes */
	float down, right; /* their middle, from the upper left corner */
	float nose, mouth; /* weight of the tip and of each corner; an eye has 1 */
};

/* The values that fer-detect uses; docs/faces.md says how they were found. */
EMO_API extern const struct emo_align emo_align_default;

/*
 * The map that emo_image_warp takes, from a square of `side` pixels to the picture: least squares
 * over the landmarks; or, when face->mark has a number that is not finite or all in one point, the
 * square about the middle of the box with its mean side. how = NULL: emo_align_default.
 */
EMO_API void emo_face_map(float m[6], const struct emo_face *face, int side,
			  const struct emo_align *how);

/* The grey (side, side) picture of a face. -1 when the box is empty or absurd. */
EMO_API int emo_face_crop(uint8_t *out, int side, const struct emo_image *img,
			  const struct emo_face *face, const struct emo_align *how);

#endif
