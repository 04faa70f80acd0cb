/* SPDX-License-Identifier: MIT */
/*
 * Finding faces in photographs: a model file made ready to turn a picture into boxes and landmarks.
 *
 *	struct emo_detector *d = emo_detector_open(NULL, NULL);
 *	struct emo_find how = EMO_FIND_DEFAULT;
 *	struct emo_face *faces;
 *	size_t n;
 *	emo_detect(d, &picture, &how, &faces, &n);
 */
#ifndef EMO_FACE_DETECT_H
#define EMO_FACE_DETECT_H

#include <stddef.h>

#include "../base/api.h"
#include "../base/par.h"
#include "../image/image.h"

#define EMO_FACE_MIN 20 /* shortest side of a face that the built-in model is made for */

struct emo_face {
	float x, y, w, h;  /* in pixels of the picture: what of the face is in it */
	float score;       /* 0 .. 1 */
	float mark[5][2];  /* x, y of the eye on the picture's left, the eye on its right, the nose
			    * tip, the left and the right corner of the mouth, be they in it or not */
};

struct emo_find {
	float min_face;  /* side of the smallest face looked for, >= 20 pixels; what is found may be a
			  * little smaller */
	float threshold; /* faces that score less are left out; < 0: what the model was tuned to */
};

#define EMO_FIND_DEFAULT {EMO_FACE_MIN, -1}

struct emo_detector;

/*
 * path = NULL: the model that is built into the library. The pool (NULL: none) is used by
 * emo_detect and must outlive the detector. NULL on failure; emo_detector_free frees.
 */
EMO_API struct emo_detector *emo_detector_open(const char *path, struct emo_pool *pool);
EMO_API void emo_detector_free(struct emo_detector *d);

/* The threshold that the model was tuned to. */
EMO_API float emo_detector_threshold(const struct emo_detector *d);

/*
 * The faces of an upright picture, grey or RGB, the best first; how = NULL: EMO_FIND_DEFAULT.
 * *faces is borrowed until the next call or until the detector is freed. One call at a time on a
 * detector.
 */
EMO_API int emo_detect(struct emo_detector *d, const struct emo_image *img,
		       const struct emo_find *how, struct emo_face **faces, size_t *n);

/* The area that the boxes of two faces share, by the area that they cover together: 0 .. 1. */
EMO_API float emo_face_iou(const struct emo_face *a, const struct emo_face *b);

#endif
