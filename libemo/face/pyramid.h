/* SPDX-License-Identifier: MIT */
/* Internal: grey pictures at smaller sizes, by averages over areas. */
#ifndef EMO_FACE_PYRAMID_H
#define EMO_FACE_PYRAMID_H

#include "image/image.h"

/* A grey (w, h) picture of img, w and h not above its own. *out needs no freeing on failure. */
int emo_grey_shrink(struct emo_image *out, const struct emo_image *img, int w, int h);

/* The grey picture of half the size, of whole pixels: each is the mean of four. */
int emo_grey_halve(struct emo_image *out, const struct emo_image *grey);

/*
 * The (w, h) region of a grey picture that the affine map shows, as emo_image_warp has it, but by
 * bilinear interpolation alone: for scales up to about 2. Beyond an edge the picture is mirrored.
 */
void emo_grey_sample(uint8_t *out, int w, int h, const struct emo_image *grey, const float m[6]);

#endif
