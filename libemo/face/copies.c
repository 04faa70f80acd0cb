/* SPDX-License-Identifier: MIT */
#include "face/copies.h"

#include <math.h>
#include <string.h>

#include "face/grid.h"
#include "face/pyramid.h"
#include "face/scan.h"

#define GAP         8     /* pixels between copies */
#define LAST_SIDE   27    /* in such a copy, a face that is more than the whole picture is small */
#define MOST_SIDE   15000 /* of the largest copy */
#define MOST_PIXELS 5e7

void emo_copies_done(struct emo_copies *c)
{
	for (int i = 0; i < c->n; i++)
		emo_image_done(&c->copy[i].img);
	c->n = 0;
}

static int scaled(int n, double scale)
{
	int v = (int)(n * scale + .5);

	return v < 1 ? 1 : v;
}

/* The largest copy: so small that the smallest face has EMO_FACE_MIN pixels. */
static double first_scale(const struct emo_image *img, float min_face)
{
	double scale = fmin(1, (double)EMO_FACE_MIN / (double)min_face);

	scale = fmin(scale, (double)MOST_SIDE / (img->w > img->h ? img->w : img->h));
	return fmin(scale, sqrt(MOST_PIXELS / ((double)img->w * img->h)));
}

static int make_copies(struct emo_copies *c, const struct emo_image *img, float min_face)
{
	double scale = c->scale = first_scale(img, min_face);

	emo_copies_done(c);
	if (emo_grey_shrink(&c->copy[0].img, img, scaled(img->w, scale), scaled(img->h, scale)) < 0)
		return -1;
	c->copy[0].kx = (float)img->w / (float)c->copy[0].img.w;
	c->copy[0].ky = (float)img->h / (float)c->copy[0].img.h;
	c->n = 1;
	while (c->n < EMO_MOST_COPIES) {
		const struct emo_image *last = &c->copy[c->n - 1].img;

		if (last->w <= LAST_SIDE || last->h <= LAST_SIDE)
			break;
		if (emo_grey_halve(&c->copy[c->n].img, last) < 0)
			return -1;
		c->copy[c->n].kx = 2 * c->copy[c->n - 1].kx; /* an odd last row or column is lost */
		c->copy[c->n].ky = 2 * c->copy[c->n - 1].ky;
		c->n++;
	}
	return 0;
}

/* ---- the canvas ---- */

int emo_whole_cells(int n)
{
	return (n + EMO_CELL - 1) / EMO_CELL * EMO_CELL;
}

/*
 * The half-size copy goes below the largest, or beside it when it is upright, and the others beyond
 * that, in columns as deep as it is. a runs along the picture's longer side, b across it.
 */
static void lay_out(struct emo_copies *c)
{
	int upright = c->copy[0].img.h > c->copy[0].img.w, a = 0, b = 0, most_a = 0, most_b = 0;
	int top = 0, column = 0;

	for (int i = 0; i < c->n; i++) {
		struct emo_copy *l = c->copy + i;
		int length = emo_whole_cells(upright ? l->img.h : l->img.w) + GAP;
		int depth = emo_whole_cells(upright ? l->img.w : l->img.h) + GAP;

		if (i == 2 || (i > 2 && b + depth > most_b)) { /* a new column */
			a += column;
			b = top;
			column = length;
		}
		l->x = upright ? b : a;
		l->y = upright ? a : b;
		most_a = a + length > most_a ? a + length : most_a;
		most_b = b + depth > most_b ? b + depth : most_b;
		if (i == 1) {
			top = b;
			column = length;
		}
		b += depth;
	}
	c->w = (upright ? most_b : most_a) - GAP;
	c->h = (upright ? most_a : most_b) - GAP;
}

int emo_copies_make(struct emo_copies *c, const struct emo_image *img, float min_face)
{
	if (make_copies(c, img, min_face) < 0)
		return -1;
	lay_out(c);
	return 0;
}

void emo_copies_paint(const struct emo_copies *c, float *canvas)
{
	memset(canvas, 0, (size_t)c->w * (size_t)c->h * sizeof *canvas);
	for (int i = 0; i < c->n; i++) {
		const struct emo_copy *l = c->copy + i;
		const uint8_t *from = l->img.px;

		for (int y = 0; y < l->img.h; y++) {
			float *to = canvas + (size_t)(l->y + y) * (size_t)c->w + (size_t)l->x;

			for (int x = 0; x < l->img.w; x++)
				to[x] = ((float)*from++ - EMO_SCAN_MEAN) * EMO_SCAN_SCALE;
		}
	}
}

void emo_copies_cut(const struct emo_copies *c, uint8_t *out, int side, const struct emo_cut *cut)
{
	float m[6], shrink = cut->side * (float)c->scale / (float)side;
	const struct emo_copy *from = c->copy;

	for (; shrink > 1.5f && from + 1 < c->copy + c->n; from++)
		shrink /= 2;
	emo_cut_map(m, cut, side);
	for (int j = 0; j < 6; j++)
		m[j] /= j < 3 ? from->kx : from->ky;
	emo_grey_sample(out, side, side, &from->img, m);
}
