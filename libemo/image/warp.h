/* SPDX-License-Identifier: MIT */
/* Cutting a region out of a picture at another size: what stands between a face and a network. */
#ifndef EMO_IMAGE_WARP_H
#define EMO_IMAGE_WARP_H

#include "image.h"

/* A box in pixels of a picture; (0, 0) is the upper left corner of the upper left pixel. */
struct emo_box {
	float x, y, w, h;
};

/*
 * The grey (w, h) picture of what the affine map shows: point (u, v) of out, (0, 0) being its upper
 * left corner, lies at (m[0] u + m[1] v + m[2], m[3] u + m[4] v + m[5]) in img. Averages over the
 * area of img that each pixel covers when shrinking, bilinear when enlarging; beyond the edge the
 * edge pixel repeats; RGB becomes grey by Rec. 601 luma. The identity map copies exactly.
 */
EMO_API int emo_image_warp(uint8_t *out, int w, int h, const struct emo_image *img,
			   const float m[6]);

/* A box scaled to (w, h); the box may reach over the edge. */
EMO_API int emo_image_crop(uint8_t *out, int w, int h, const struct emo_image *img,
			   struct emo_box box);

#endif
