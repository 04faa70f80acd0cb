/* SPDX-License-Identifier: MIT */
#include "face/scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "face/copies.h"
#include "face/grid.h"

#define BATCH     16   /* of second looks */
#define TOLERANCE .85f /* of the smallest face asked for, by which one may be smaller */
#define LIKELY    .3f  /* score from which the points are worth a third look */
#define CLOSER    .92f /* a little less is cut out than was, on average, in training */
#define SUSPECT   .08f /* score from which something is looked at again */
#define HOPE      .35f /* … and from which it is so once more, in the mirror, unless it is sure */

struct emo_scan {
	struct emo_net *net;
	struct emo_pool *pool;
	int reserved; /* the network has room for the size that it has */
	struct emo_copies copies;
	struct emo_face *faces;
	size_t nfaces, cap;

	struct emo_net *second; /* NULL: none */
	int side;               /* of what it looks at */
	uint8_t *cut;           /* (BATCH, side, side) */
};

int emo_scan_check_bytes(const struct emo_model *m, const char *name)
{
	if (m->mean == EMO_SCAN_MEAN && m->scale == EMO_SCAN_SCALE)
		return 0;
	return emo_fail("%s: takes bytes as (byte - %g) * %g; to find faces that must be "
			"(byte - %g) * %g", name, (double)m->mean, (double)m->scale,
			(double)EMO_SCAN_MEAN, (double)EMO_SCAN_SCALE);
}

struct emo_scan *emo_scan_new(struct emo_net *net, const char *name, struct emo_pool *pool)
{
	struct emo_scan *s;
	int in[3], out[3];

	emo_net_shape(net, in);
	emo_net_output_shape(net, out);
	if (in[2] != 1 || out[2] != EMO_CELL_FLOATS || out[0] * EMO_CELL != in[0] ||
	    out[1] * EMO_CELL != in[1] || !emo_net_target_size(net)) {
		emo_fail("%s: finds no faces: it makes %dx%dx%d of %dx%dx%d, not a cell of %d "
			 "numbers for each %dx%d pixels of grey", name, out[1], out[0], out[2],
			 in[1], in[0], in[2], EMO_CELL_FLOATS, EMO_CELL, EMO_CELL);
		return NULL;
	}
	if ((s = emo_calloc(1, sizeof *s))) {
		s->net = net;
		s->pool = pool;
	}
	return s;
}

void emo_scan_free(struct emo_scan *s)
{
	if (!s)
		return;
	emo_copies_done(&s->copies);
	free(s->faces);
	free(s->cut);
	free(s);
}

int emo_scan_refine(struct emo_scan *s, struct emo_net *net, const char *name)
{
	if (emo_refine_check(net, name, &s->side) < 0 ||
	    !(s->cut = emo_calloc(BATCH * (size_t)s->side, (size_t)s->side)) ||
	    emo_net_reserve(net, BATCH, 0, s->pool) < 0)
		return -1;
	s->second = net;
	return 0;
}

static int fit_network(struct emo_scan *s)
{
	int hwc[3];

	emo_net_shape(s->net, hwc);
	if (s->reserved && hwc[0] == s->copies.h && hwc[1] == s->copies.w)
		return 0;
	s->reserved = 0;
	if (emo_net_resize(s->net, s->copies.h, s->copies.w) < 0 ||
	    emo_net_reserve(s->net, 1, 0, s->pool) < 0)
		return -1;
	s->reserved = 1;
	return 0;
}

/* ---- faces ---- */

/* From pixels of the canvas to those of the picture. */
static void to_picture(struct emo_face *f, const struct emo_copy *l)
{
	f->x = (f->x - (float)l->x) * l->kx;
	f->y = (f->y - (float)l->y) * l->ky;
	f->w *= l->kx;
	f->h *= l->ky;
	for (int k = 0; k < EMO_POINTS; k++) {
		f->mark[k][0] = (f->mark[k][0] - (float)l->x) * l->kx;
		f->mark[k][1] = (f->mark[k][1] - (float)l->y) * l->ky;
	}
}

static int collect(struct emo_scan *s, const float *map, const struct emo_copy *l, float threshold)
{
	int top = l->y / EMO_CELL, bottom = (l->y + emo_whole_cells(l->img.h)) / EMO_CELL;
	int left = l->x / EMO_CELL, right = (l->x + emo_whole_cells(l->img.w)) / EMO_CELL;

	for (int row = top; row < bottom; row++)
		for (int col = left; col < right; col++) {
			size_t at = (size_t)row * (size_t)(s->copies.w / EMO_CELL) + (size_t)col;
			const float *cell = map + at * EMO_CELL_FLOATS;

			if (!(cell[0] >= threshold))
				continue;
			if (emo_grow(&s->faces, &s->cap, s->nfaces + 1, sizeof *s->faces) < 0)
				return -1;
			emo_grid_face(s->faces + s->nfaces, cell, row, col);
			to_picture(s->faces + s->nfaces++, l);
		}
	return 0;
}

/* ---- the second look ---- */

void emo_scan_cut(const struct emo_scan *s, uint8_t *out, int side, const struct emo_cut *cut)
{
	emo_copies_cut(&s->copies, out, side, cut);
}

/* As the network wants it, or its mirror image. */
static void paint_cut(float *input, const uint8_t *cut, int side, int mirrored)
{
	for (int y = 0; y < side; y++, cut += side, input += side)
		for (int x = 0; x < side; x++)
			input[x] = ((float)cut[mirrored ? side - 1 - x : x] - EMO_SCAN_MEAN) *
				   EMO_SCAN_SCALE;
}

/*
 * Up to BATCH faces are looked at again; and once more, in the mirror, those about which that
 * leaves some hope and that are not sure, for two looks see more than one.
 */
static int look_again(struct emo_scan *s, struct emo_face *faces, int n, float sure)
{
	size_t pixels = (size_t)s->side * (size_t)s->side;
	float cells[BATCH][EMO_CELL_FLOATS], *input = emo_net_input(s->second);
	struct emo_cut cuts[BATCH];
	int twice[BATCH], left = 0;
	const float *y;

	for (int i = 0; i < n; i++) {
		cuts[i] = emo_cut_of(faces + i);
		cuts[i].side *= CLOSER;
		emo_copies_cut(&s->copies, s->cut + (size_t)i * pixels, s->side, cuts + i);
		paint_cut(input + (size_t)i * pixels, s->cut + (size_t)i * pixels, s->side, 0);
	}
	if (!(y = emo_net_run(s->second, n)))
		return -1;
	memcpy(cells, y, (size_t)n * sizeof *cells);
	for (int i = 0; i < n; i++) {
		float score = emo_joint_score(faces[i].score, cells[i][0]);

		if (score >= HOPE && score < sure) {
			paint_cut(input + (size_t)left * pixels, s->cut + (size_t)i * pixels, s->side, 1);
			twice[left++] = i;
		}
	}
	if (left && !(y = emo_net_run(s->second, left)))
		return -1;
	for (int i = 0; i < left; i++)
		emo_refine_join(cells[twice[i]], y + i * EMO_CELL_FLOATS);
	for (int i = 0; i < n; i++) {
		float first = faces[i].score;

		emo_refine_face(faces + i, cells[i], cuts + i, s->side);
		faces[i].score = emo_joint_score(first, faces[i].score);
	}
	return 0;
}

/*
 * Of what is likely a face, the points are taken from a third look, with its mirror image, at a piece
 * that is centred and turned better than the one before.
 */
static int settle_points(struct emo_scan *s)
{
	struct emo_face again[BATCH];

	for (size_t i = 0; i < s->nfaces && s->faces[i].score >= LIKELY; i += BATCH) {
		int n = 0;

		while (n < BATCH && i + (size_t)n < s->nfaces && s->faces[i + (size_t)n].score >= LIKELY) {
			again[n] = s->faces[i + (size_t)n];
			n++;
		}
		if (look_again(s, again, n, INFINITY) < 0)
			return -1;
		for (int k = 0; k < n; k++)
			memcpy(s->faces[i + (size_t)k].mark, again[k].mark, sizeof again[k].mark);
	}
	return 0;
}

static int look_at_suspects(struct emo_scan *s)
{
	for (size_t i = 0; i < s->nfaces; i += BATCH) {
		int n = s->nfaces - i < BATCH ? (int)(s->nfaces - i) : BATCH;

		if (look_again(s, s->faces + i, n, EMO_FACE_SURE) < 0)
			return -1;
	}
	s->nfaces = emo_faces_merge(s->faces, s->nfaces);
	return 0;
}

/* What is well below the size asked for, or below the threshold, was not asked for. */
static void drop(struct emo_scan *s, float min_face, float threshold)
{
	float least = TOLERANCE * min_face;
	size_t left = 0;

	for (size_t i = 0; i < s->nfaces; i++)
		if (s->faces[i].score >= threshold && s->faces[i].w * s->faces[i].h >= least * least)
			s->faces[left++] = s->faces[i];
	s->nfaces = left;
}

int emo_scan_run(struct emo_scan *s, const struct emo_image *img, float min_face, float threshold,
		 struct emo_face **faces, size_t *n)
{
	const float *map;

	s->nfaces = 0;
	if (emo_copies_make(&s->copies, img, min_face) < 0 || fit_network(s) < 0)
		return -1;
	emo_copies_paint(&s->copies, emo_net_input(s->net));
	if (!(map = emo_net_run(s->net, 1)))
		return -1;
	for (int i = 0; i < s->copies.n; i++)
		if (collect(s, map, s->copies.copy + i, s->second ? SUSPECT : threshold) < 0)
			return -1;
	s->nfaces = emo_faces_merge(s->faces, s->nfaces);
	if (s->second && look_at_suspects(s) < 0)
		return -1;
	drop(s, min_face, threshold);
	if (s->second && settle_points(s) < 0)
		return -1;
	*faces = s->faces;
	*n = s->nfaces;
	return 0;
}
