/* SPDX-License-Identifier: MIT */
#include "face/refine.h"

#include <math.h>
#include <string.h>

#include "base/err.h"
#include "face/grid.h"

struct emo_cut emo_cut_of(const struct emo_face *f)
{
	float dx = f->mark[1][0] - f->mark[0][0], dy = f->mark[1][1] - f->mark[0][1];

	return (struct emo_cut){f->x + f->w / 2, f->y + f->h / 2, EMO_CUT_MARGIN * sqrtf(f->w * f->h),
				dx != 0 || dy != 0 ? atan2f(dy, dx) : 0};
}

void emo_cut_map(float m[6], const struct emo_cut *cut, int side)
{
	float k = cut->side / (float)side, c = k * cosf(cut->angle), s = k * sinf(cut->angle);
	float half = (float)side / 2;

	m[0] = c;
	m[1] = -s;
	m[2] = cut->x - half * (c - s);
	m[3] = s;
	m[4] = c;
	m[5] = cut->y - half * (s + c);
}

static void into(float out[2], const float m[6], float x, float y)
{
	float det = m[0] * m[4] - m[1] * m[3];

	x -= m[2];
	y -= m[5];
	out[0] = (m[4] * x - m[1] * y) / det;
	out[1] = (m[0] * y - m[3] * x) / det;
}

static void out_of(float out[2], const float m[6], float u, float v)
{
	out[0] = m[0] * u + m[1] * v + m[2];
	out[1] = m[3] * u + m[4] * v + m[5];
}

struct emo_mark emo_cut_mark(const struct emo_mark *mark, const struct emo_cut *cut, int side)
{
	float m[6], k = (float)side / cut->side, c[2];
	struct emo_mark out = *mark;

	emo_cut_map(m, cut, side);
	into(c, m, mark->x + mark->w / 2, mark->y + mark->h / 2);
	out.w = mark->w * k;
	out.h = mark->h * k;
	out.x = c[0] - out.w / 2;
	out.y = c[1] - out.h / 2;
	for (int i = 0; i < EMO_POINTS; i++)
		into(out.point[i], m, mark->point[i][0], mark->point[i][1]);
	return out;
}

struct emo_face emo_mark_face(const struct emo_mark *m)
{
	struct emo_face f = {.x = m->x, .y = m->y, .w = m->w, .h = m->h};

	if (m->has_points)
		memcpy(f.mark, m->point, sizeof f.mark);
	return f;
}

int emo_refine_model(struct emo_model *m, const struct emo_store *s, const char *name)
{
	const struct emo_store_block *b = s->nblocks ? s->blocks + s->nblocks - 1 : NULL;

	*m = (struct emo_model){0};
	if (!b || strcmp(b->name, EMO_SECOND_BLOCK))
		return 0;
	return emo_model_parse(m, b->data, b->bytes, name);
}

int emo_refine_check(const struct emo_net *net, const char *name, int *side)
{
	int in[3], out[3];

	emo_net_shape(net, in);
	emo_net_output_shape(net, out);
	if (in[0] != in[1] || in[2] != 1 || in[0] < 16 || in[0] > EMO_LOOK_SIDE || out[0] != 1 ||
	    out[1] != 1 || out[2] != EMO_CELL_FLOATS || !emo_net_target_size(net))
		return emo_fail("%s: cannot look again: it makes %dx%dx%d of %dx%dx%d, not one cell "
				"of %d numbers of a grey square", name, out[1], out[0], out[2], in[1],
				in[0], in[2], EMO_CELL_FLOATS);
	*side = in[0];
	return 0;
}

void emo_refine_join(float *cell, const float *mirrored)
{
	static const int twin[EMO_POINTS] = {1, 0, 2, 4, 3};

	cell[0] = (cell[0] + mirrored[0]) / 2;
	cell[1] = (cell[1] - mirrored[1]) / 2; /* x of the centre; y and both sizes are the same */
	for (int k = 2; k < 5; k++)
		cell[k] = (cell[k] + mirrored[k]) / 2;
	for (int k = 0; k < EMO_POINTS; k++) {
		const float *other = mirrored + 5 + 2 * twin[k];

		cell[5 + 2 * k] = (cell[5 + 2 * k] - other[0]) / 2;
		cell[6 + 2 * k] = (cell[6 + 2 * k] + other[1]) / 2;
	}
}

void emo_refine_face(struct emo_face *face, const float *cell, const struct emo_cut *cut, int side)
{
	float m[6], half = (float)side / 2, k = cut->side / (float)side, c[2];
	struct emo_face f;

	emo_grid_face_at(&f, cell, half, half);
	emo_cut_map(m, cut, side);
	out_of(c, m, f.x + f.w / 2, f.y + f.h / 2);
	face->score = f.score;
	face->w = f.w * k;
	face->h = f.h * k;
	face->x = c[0] - face->w / 2;
	face->y = c[1] - face->h / 2;
	for (int i = 0; i < EMO_POINTS; i++)
		out_of(face->mark[i], m, f.mark[i][0], f.mark[i][1]);
}
