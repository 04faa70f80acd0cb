/* SPDX-License-Identifier: MIT */
/*
 * Internal: the second look. What the first network took for a face is cut out of the picture, so
 * that it stands upright and has a size that is always the same, and a second network of one cell
 * says again whether it is one, and where exactly.
 */
#ifndef EMO_FACE_REFINE_H
#define EMO_FACE_REFINE_H

#include "base/store.h"
#include "face/album.h"
#include "face/detect.h"
#include "nn/model.h"

#define EMO_SECOND_BLOCK "second-model" /* of the first model's file: the second's, whole */
#define EMO_LOOK_SIDE  128   /* at most, of what is looked at again */
#define EMO_CUT_MARGIN 1.65f /* side of what is cut out, by the size of the face */

/* A square of a picture, turned by an angle (radians) about its centre. */
struct emo_cut {
	float x, y, side, angle;
};

/* What is cut out for a face: centred at its box, its eyes level. */
struct emo_cut emo_cut_of(const struct emo_face *face);

/* The map from pixels of a (side, side) picture of the cut to those of the picture. */
void emo_cut_map(float m[6], const struct emo_cut *cut, int side);

/* A mark of the picture, in pixels of a (side, side) picture of the cut. */
struct emo_mark emo_cut_mark(const struct emo_mark *mark, const struct emo_cut *cut, int side);

/* A mark as what a finder should give for it; points that are not known are 0. */
struct emo_face emo_mark_face(const struct emo_mark *mark);

/* The second model of a model's file; m->net is NULL when it has none. */
int emo_refine_model(struct emo_model *m, const struct emo_store *s, const char *name);

/* -1 when the network is not one of one cell for a grey square. Sets *side. */
int emo_refine_check(const struct emo_net *net, const char *name, int *side);

/* Adds to an answer that for the mirror image of the same cut: cell becomes the mean of both. */
void emo_refine_join(float *cell, const float *mirrored);

/* What the network's answer for a cut says, in pixels of the picture. */
void emo_refine_face(struct emo_face *face, const float *cell, const struct emo_cut *cut, int side);

#endif
