/* SPDX-License-Identifier: MIT */
/*
 * Reading faces: a model file made ready to turn grey face images into moods.
 *
 *	struct emo_classifier *c = emo_classifier_open(NULL, NULL);
 *	emo_classifier_run(c, mood, face, 1, 1);
 */
#ifndef EMO_FER_CLASSIFY_H
#define EMO_FER_CLASSIFY_H

#include <stdint.h>

#include "../base/api.h"
#include "../base/par.h"
#include "../emotion.h"

struct emo_classifier;

/*
 * path = NULL: the model that is built into the library. The pool (NULL: none) is used by
 * emo_classifier_run and must outlive the classifier. NULL on failure; emo_classifier_free frees.
 */
EMO_API struct emo_classifier *emo_classifier_open(const char *path, struct emo_pool *pool);
EMO_API void emo_classifier_free(struct emo_classifier *c);

/* Side, in pixels, of the square grey images that it takes: 48 for FER-2013. */
EMO_API int emo_classifier_side(const struct emo_classifier *c);

/* Bit e is set when the model knows emotion e; the others get probability 0. */
EMO_API unsigned emo_classifier_classes(const struct emo_classifier *c);

/*
 * The moods of n faces, one byte a pixel, 0 black: faces (n, side, side) -> moods
 * (n, EMO_EMOTIONS), each summing to 1. views = 1: the centre; 10: the mean over four corners and
 * the centre, each also mirrored. One call at a time on a classifier.
 */
EMO_API int emo_classifier_run(struct emo_classifier *c, float *moods, const uint8_t *faces, int n,
			       int views);

#endif
