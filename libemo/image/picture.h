/* SPDX-License-Identifier: MIT */
/*
 * A picture file that is looked at more than once: as a whole and small, then a part of it closer.
 * A JPEG is decoded anew each time, at the size and in the part that is wanted, which costs much
 * less than all of it; other formats are decoded once.
 */
#ifndef EMO_IMAGE_PICTURE_H
#define EMO_IMAGE_PICTURE_H

#include "warp.h"

struct emo_picture;

/* Pixel (u, v) of img lies at (x + reduce * u, y + reduce * v) in the upright, full-size picture. */
struct emo_view {
	struct emo_image img; /* grey, unless the file stores colours that must be mixed first */
	float x, y;
	int reduce;
};

/*
 * Reads a file, "-" being standard input, or takes one in memory, borrowed until _free; name is for
 * messages. Of a JPEG only the head is looked at here. NULL on failure.
 */
EMO_API struct emo_picture *emo_picture_open(const char *path);
EMO_API struct emo_picture *emo_picture_parse(const void *data, size_t len, const char *name);
EMO_API void emo_picture_free(struct emo_picture *p);

/* Upright and at full size. */
EMO_API void emo_picture_size(const struct emo_picture *p, int *w, int *h);

/*
 * At least this part of the picture (NULL: all), with at most `reduce` (1, 2, 4 or 8) pixels drawn
 * together each way. Borrowed until the next call or _free; NULL on failure.
 */
EMO_API const struct emo_view *emo_picture_view(struct emo_picture *p, const struct emo_box *part,
						int reduce);

/* As emo_image_warp, the map leading to the full-size picture. */
EMO_API int emo_view_warp(uint8_t *out, int w, int h, const struct emo_view *v, const float m[6]);

#endif
