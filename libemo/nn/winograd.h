/* SPDX-License-Identifier: MIT */
/*
 * Internal: 3x3 convolutions of stride 1 by Winograd's transforms (the arithmetic is explained in
 * kern_columns.h). Pictures are cut into tiles of o x o outputs; each of the t x t places of the
 * transformed tiles is a matrix product of its own, (tiles, c) x (c, k).
 */
#ifndef EMO_NN_WINOGRAD_H
#define EMO_NN_WINOGRAD_H

#include "nn/op.h"

struct emo_wino {
	int turned;                  /* makes the gradient by the data, with turned weights */
	struct emo_shape in, out;    /* c channels in, k = out.c channels out */
	int edge;                    /* rows of zeros before the input */
	int o, places;               /* side of a tile's outputs; t * t, t = o + 2 */
	int down, across, tiles;     /* tiles in a picture */
	int chunk;                   /* tiles transformed together, at most */
	int panel;                   /* outputs whose weights lie together in u */
	int *row_c;                  /* [chunk] i * c */
	float *u;                    /* transformed, packed weights: `places` matrices u_step apart */
	size_t u_step;
	unsigned version;            /* of the parameters that are in u */
};

/* Whether a layer's convolution is of the kind that gains from it. */
int emo_wino_fits(const struct emo_layer *l);

/*
 * The convolution that makes l->y of l->x; or, turned, the one that makes the gradient by l->x of
 * that by l->y. *scratch becomes the floats wanted in emo_pass.scratch, if it is less.
 */
int emo_wino_prepare(struct emo_wino *w, const struct emo_layer *l, int turned,
		     struct emo_room *room, size_t *scratch);
void emo_wino_done(struct emo_wino *w);

/* y = convolution of x, (n, in) -> (n, out), with the weights of the pass. */
int emo_wino_run(struct emo_wino *w, const struct emo_pass *p, float *y, const float *x,
		 const float *bias, float slope);

/* p->dweight += the gradient of the forward convolution. Scratch is asked for apart. */
size_t emo_wino_grad_scratch(const struct emo_wino *w, int n, int threads);
int emo_wino_grad(const struct emo_wino *w, const struct emo_pass *p);

/*
 * How far a result or a gradient may be from the exact one, as a part of the largest value among its
 * like, with tiles of o x o: twice what random numbers and up to 320 channels give.
 * Direct convolution is as exact as tiles of 2 x 2.
 */
static inline double emo_wino_error(int o)
{
	return o == 4 ? 2e-5 : o == 3 ? 1e-5 : 2e-6;
}

/*
 * Floats from one place of some transformed tiles to the next: a line more than they take, lest
 * all places of a tile fall into the same set of the cache.
 */
static inline size_t emo_wino_step(int tiles, int channels)
{
	return (size_t)tiles * (size_t)channels + 16;
}

/* Where tile i of all pictures is: its picture, and the pixel of the output that it begins at. */
struct emo_tile {
	int image, y, x;
};
static inline struct emo_tile emo_wino_tile(const struct emo_wino *w, int i)
{
	int k = i % w->tiles;

	return (struct emo_tile){i / w->tiles, k / w->across * w->o, k % w->across * w->o};
}

#endif
