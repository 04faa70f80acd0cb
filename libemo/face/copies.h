/* SPDX-License-Identifier: MIT */
/*
 * Internal: the network finds faces of one size, give or take half of it. So the picture and its
 * copies of half the size, a quarter and so on are laid out on one canvas, with grey between, and
 * the network runs over that once:
 *
 *	+------------------+
 *	|                  |     The canvas is a half larger than the picture, and one
 *	|     picture      |     plan of the network's memory serves all sizes; pictures
 *	|                  |     of the same size share it.
 *	+---------+----+---+
 *	|  1/2    |1/4 |   |
 *	|         |--+-+   |
 *	|         |--+     |
 *	+---------+--------+
 */
#ifndef EMO_FACE_COPIES_H
#define EMO_FACE_COPIES_H

#include "face/refine.h"
#include "image/image.h"

#define EMO_MOST_COPIES 16

struct emo_copy {
	struct emo_image img; /* grey */
	int x, y;             /* of its upper left corner on the canvas; multiples of EMO_CELL */
	float kx, ky;         /* width and height of one of its pixels, in the picture's */
};

struct emo_copies {
	struct emo_copy copy[EMO_MOST_COPIES]; /* largest first */
	int n;
	int w, h;     /* of the canvas */
	double scale; /* of the largest copy, to the picture */
};

/* In the largest copy the smallest face has EMO_FACE_MIN pixels. Those made before are freed. */
int emo_copies_make(struct emo_copies *c, const struct emo_image *img, float min_face);
void emo_copies_done(struct emo_copies *c);

/* The canvas as the network sees it. */
void emo_copies_paint(const struct emo_copies *c, float *canvas);

/* Cuts a piece out of the picture, as a grey (side, side) picture. */
void emo_copies_cut(const struct emo_copies *c, uint8_t *out, int side, const struct emo_cut *cut);

/* The next multiple of EMO_CELL. */
int emo_whole_cells(int n);

#endif
