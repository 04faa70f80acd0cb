/* SPDX-License-Identifier: MIT */
/*
 * Making one training image into many: a random similarity transform with a crop, brightness and
 * contrast, a mirror, an erased rectangle.
 */
#ifndef EMO_FER_AUGMENT_H
#define EMO_FER_AUGMENT_H

#include <stdint.h>

#include "../base/api.h"
#include "../base/rng.h"

struct emo_augment {
	float flip;     /* probability of mirroring left and right */
	float rotate;   /* at most so many degrees either way */
	float scale;    /* at most so much larger or smaller: 0.12 = 12 %; below 1 */
	float shift;    /* at most so many pixels of the source either way, in x and y */
	float contrast; /* gain 1 ± this, about the mean grey of the crop */
	float bright;   /* plus or minus this share of the full range */
	float erase;    /* probability that a random rectangle becomes noise */
};

/* What training uses by default; all zero = only the centre crop. */
EMO_API struct emo_augment emo_augment_default(void);

/*
 * in (side, side) bytes -> out (crop, crop) floats 0 .. 255, crop <= side; the window is the centre
 * of the source, moved by the transform; pixels outside repeat the edge; bilinear. Depends on the
 * generator's state alone; how many numbers it draws depends on `a` alone. With a zeroed `a`, out
 * is exactly the centre crop, offset (side - crop) / 2.
 *
 * The rectangle covers 2 .. 25 % of the crop with sides in the ratio 0.3 .. 3.3: Zhong, Zheng,
 * Kang, Li, Yang, "Random erasing data augmentation", AAAI 2020.
 */
EMO_API void emo_augment_image(float *out, int crop, const uint8_t *in, int side,
			       const struct emo_augment *a, struct emo_rng *rng);

#endif
