/* SPDX-License-Identifier: MIT */
#include "face/grid.h"

#include <math.h>
#include <string.h>

/*
 * Sizes (the geometric mean of width and height) that are learnt at this scale: twice and a bit, so
 * that each face has one of the copies, of half the size each, in which it is in the middle of the
 * range. Just outside, the cells of a face do not count; far outside, a face is background, for the
 * eye of a giant is no face.
 */
#define SMALL      16.f
#define SMALL_EDGE 9.f
#define LARGE      46.f
#define LARGE_EDGE 64.f

/* Distances from a face's centre, by its size: what is the face, may be, and is certainly not. */
#define INNER .25f
#define OUTER .45f
#define KNOWN .8f

struct grid {
	float *target;
	int h, w;
};

static float centre(int i)
{
	return ((float)i + .5f) * EMO_CELL;
}

/* Cells whose centres lie in [from, to], within 0 .. n. */
static void cells_between(int *first, int *end, float from, float to, int n)
{
	float a = ceilf(from / EMO_CELL - .5f), b = floorf(to / EMO_CELL - .5f) + 1;

	*first = a > 0 ? a < (float)n ? (int)a : n : 0;
	*end = b > 0 ? b < (float)n ? (int)b : n : 0;
}

static void label(const struct grid *g, float x0, float y0, float x1, float y1, float value)
{
	int left, right, top, bottom;

	cells_between(&left, &right, x0, x1, g->w);
	cells_between(&top, &bottom, y0, y1, g->h);
	for (int y = top; y < bottom; y++)
		for (int x = left; x < right; x++)
			g->target[(y * g->w + x) * EMO_TARGET_FLOATS] = value;
}

static float size_of(const struct emo_mark *m)
{
	return sqrtf(m->w * m->h);
}

static void label_around(const struct grid *g, const struct emo_mark *m, float reach, float value)
{
	float cx = m->x + m->w / 2, cy = m->y + m->h / 2, r = reach * size_of(m);

	label(g, cx - r, cy - r, cx + r, cy + r, value);
}

void emo_grid_target(float t[EMO_TARGET_FLOATS], const struct emo_mark *m, float x, float y)
{
	t[0] = 1;
	t[1] = m->kind == EMO_MARK_FACE;
	t[2] = m->kind == EMO_MARK_FACE && m->has_points;
	t[3] = (m->x + m->w / 2 - x) / EMO_CELL;
	t[4] = (m->y + m->h / 2 - y) / EMO_CELL;
	t[5] = logf(m->w / EMO_FACE_UNIT);
	t[6] = logf(m->h / EMO_FACE_UNIT);
	for (int k = 0; k < EMO_POINTS; k++) {
		t[7 + 2 * k] = (m->point[k][0] - x) / EMO_CELL;
		t[8 + 2 * k] = (m->point[k][1] - y) / EMO_CELL;
	}
}

/* The inner cells of a face, and in any case the one under its centre. */
static void set_face(const struct grid *g, const struct emo_mark *m)
{
	float cx = m->x + m->w / 2, cy = m->y + m->h / 2, r = INNER * size_of(m);
	int col = (int)floorf(cx / EMO_CELL), row = (int)floorf(cy / EMO_CELL);

	for (int y = 0; y < g->h; y++)
		for (int x = 0; x < g->w; x++) {
			float px = centre(x), py = centre(y);

			if ((fabsf(px - cx) < r && fabsf(py - cy) < r) || (x == col && y == row))
				emo_grid_target(g->target + (y * g->w + x) * EMO_TARGET_FLOATS, m, px,
						py);
		}
}

/* What does not count. */
static void label_all(const struct grid *g, const struct emo_mark *marks, int n, enum emo_mark_kind kind)
{
	for (int i = 0; i < n; i++)
		if (marks[i].kind == kind)
			label(g, marks[i].x, marks[i].y, marks[i].x + marks[i].w,
			      marks[i].y + marks[i].h, -1);
}

void emo_grid_targets(float *target, int h, int w, const struct emo_mark *marks, int n)
{
	struct grid g = {target, h, w};

	memset(target, 0, (size_t)(h * w) * EMO_TARGET_FLOATS * sizeof *target);
	label_all(&g, marks, n, EMO_MARK_UNKNOWN);
	for (int i = 0; i < n; i++)
		if (emo_mark_is_face(marks + i))
			label_around(&g, marks + i, KNOWN, 0);
	label_all(&g, marks, n, EMO_MARK_IGNORE);
	for (int i = 0; i < n; i++) {
		float s = size_of(marks + i);

		if (emo_mark_is_face(marks + i) && s > SMALL_EDGE && s < LARGE_EDGE)
			label_around(&g, marks + i, OUTER, -1);
	}
	for (int i = 0; i < n; i++) {
		float s = size_of(marks + i);

		if (emo_mark_is_face(marks + i) && s >= SMALL && s <= LARGE)
			set_face(&g, marks + i);
	}
}

/* A network that has gone astray must not make boxes that overflow. */
static float bounded(float v, float most)
{
	return v > most ? most : v > -most ? v : -most; /* NaN too */
}

void emo_grid_face_at(struct emo_face *face, const float *cell, float px, float py)
{
	float cx = px + EMO_CELL * bounded(cell[1], 100), cy = py + EMO_CELL * bounded(cell[2], 100);

	face->score = cell[0];
	face->w = EMO_FACE_UNIT * expf(bounded(cell[3], 4));
	face->h = EMO_FACE_UNIT * expf(bounded(cell[4], 4));
	face->x = cx - face->w / 2;
	face->y = cy - face->h / 2;
	for (int k = 0; k < EMO_POINTS; k++) {
		face->mark[k][0] = px + EMO_CELL * bounded(cell[5 + 2 * k], 100);
		face->mark[k][1] = py + EMO_CELL * bounded(cell[6 + 2 * k], 100);
	}
}

void emo_grid_face(struct emo_face *face, const float *cell, int row, int column)
{
	emo_grid_face_at(face, cell, centre(column), centre(row));
}
