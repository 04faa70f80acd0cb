/* SPDX-License-Identifier: MIT */
/*
 * Internal: what the numbers of a [detect] layer mean when it finds faces. The network's map has a
 * cell for every EMO_CELL x EMO_CELL pixels. It finds faces of about EMO_FACE_UNIT pixels; larger
 * ones are found in smaller copies of the picture.
 *
 * A cell's box is centre x and y, counted from the cell's centre in cells, and the logarithms of
 * width and height in units; its points are counted like the centre.
 */
#ifndef EMO_FACE_GRID_H
#define EMO_FACE_GRID_H

#include "face/album.h"
#include "face/detect.h"

#define EMO_CELL      8
#define EMO_FACE_UNIT 28.f
#define EMO_POINTS    5
#define EMO_CELL_FLOATS   (5 + 2 * EMO_POINTS)
#define EMO_TARGET_FLOATS (7 + 2 * EMO_POINTS)

/* Fills the target of a (h, w) map of cells with what is marked in its picture. */
void emo_grid_targets(float *target, int h, int w, const struct emo_mark *marks, int n);

/* What a cell with its centre at (x, y) has to say of a face. */
void emo_grid_target(float target[EMO_TARGET_FLOATS], const struct emo_mark *mark, float x, float y);

/* The face that the cell at (row, column) speaks of, or the one with its centre at (x, y). */
void emo_grid_face(struct emo_face *face, const float *cell, int row, int column);
void emo_grid_face_at(struct emo_face *face, const float *cell, float x, float y);

#endif
