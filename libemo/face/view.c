/* SPDX-License-Identifier: MIT */
#include "face/view.h"

#include <math.h>

#include "face/grid.h"
#include "face/pyramid.h"

struct emo_placing emo_placing_at(float x, float y, float u, float v, float scale, float tilt,
				  float aspect, int flip)
{
	float c = cosf(tilt) / scale, s = sinf(tilt) / scale, f = flip ? -1 : 1;
	struct emo_placing w = {{c * f * aspect, s, 0, -s * f * aspect, c, 0}, flip, scale};

	w.m[2] = x - w.m[0] * u - w.m[1] * v;
	w.m[5] = y - w.m[3] * u - w.m[4] * v;
	return w;
}

static void to_tile(const struct emo_placing *w, float x, float y, float out[2])
{
	const float *m = w->m;
	float det = m[0] * m[4] - m[1] * m[3];

	x -= m[2];
	y -= m[5];
	out[0] = (m[4] * x - m[1] * y) / det;
	out[1] = (m[0] * y - m[3] * x) / det;
}

static void swap_points(float a[2], float b[2])
{
	for (int k = 0; k < 2; k++) {
		float t = a[k];

		a[k] = b[k];
		b[k] = t;
	}
}

struct emo_mark emo_placing_mark(const struct emo_mark *m, const struct emo_placing *w)
{
	struct emo_mark out = *m;
	float along = hypotf(w->m[0], w->m[3]), c[2];

	to_tile(w, m->x + m->w / 2, m->y + m->h / 2, c);
	out.w = m->w / along;
	out.h = m->h * w->scale;
	out.x = c[0] - out.w / 2;
	out.y = c[1] - out.h / 2;
	for (int k = 0; k < EMO_POINTS && m->has_points; k++)
		to_tile(w, m->point[k][0], m->point[k][1], out.point[k]);
	if (w->flip && m->has_points) {
		swap_points(out.point[0], out.point[1]);
		swap_points(out.point[3], out.point[4]);
	}
	return out;
}

/* The (w, h) region from (left, top) of what the tile shows, from the copy of the fit size. */
void emo_placing_show(uint8_t *out, int left, int top, int w, int h, const struct emo_photo *p,
		      const struct emo_placing *view)
{
	float shrink = 1 / view->scale, k;
	int level = 0;
	float m[6];

	while (shrink > 1.5f && level + 1 < EMO_PHOTO_LEVELS && p->level[level + 1].px) {
		level++;
		shrink /= 2;
	}
	k = 1 / (float)(1 << level);
	for (int i = 0; i < 6; i++)
		m[i] = view->m[i] * k;
	m[2] += m[0] * (float)left + m[1] * (float)top;
	m[5] += m[3] * (float)left + m[4] * (float)top;
	emo_grey_sample(out, w, h, p->level + level, m);
}

/* ---- patches ---- */

static int at_least(int v, int low)
{
	return v < low ? low : v;
}

static int at_most(int v, int high)
{
	return v > high ? high : v;
}

/* Pixels of the tile to the border of the photo, which must not be seen. */
static float to_border(const struct emo_patch *p, float x, float y)
{
	float w = (float)p->photo->level[0].w, h = (float)p->photo->level[0].h;
	float d = fminf(fminf(x, w - x), fminf(y, h - y));

	return (d - .5f) * p->view.scale;
}

static float opacity(const struct emo_patch *p, float u, float v)
{
	const float *m = p->view.m;
	float du = (u - p->u) / p->size, dv = (v - p->v) / p->size;
	float q = p->round ? hypotf(du, dv) : fmaxf(fabsf(du), fabsf(dv));
	float inside = (p->keep - q) * p->size;
	float border = to_border(p, m[0] * u + m[1] * v + m[2], m[3] * u + m[4] * v + m[5]);
	float a = fminf(inside, border) / p->feather;

	return a < 0 ? 0 : a > 1 ? 1 : a;
}

/* Lays the patch over the tile; gain and lift change its light. */
void emo_patch_lay(uint8_t *tile, int side, uint8_t *scratch, const struct emo_patch *p, float gain,
		float lift)
{
	float r = p->keep * p->size;
	int left = at_least((int)floorf(p->u - r), 0), top = at_least((int)floorf(p->v - r), 0);
	int right = at_most((int)ceilf(p->u + r), side), bottom = at_most((int)ceilf(p->v + r), side);
	const uint8_t *from = scratch;

	if (left >= right || top >= bottom)
		return;
	emo_placing_show(scratch, left, top, right - left, bottom - top, p->photo, &p->view);
	for (int y = top; y < bottom; y++)
		for (int x = left; x < right; x++) {
			float a = opacity(p, (float)x + .5f, (float)y + .5f);
			float new = ((float)*from++ - 128) * gain + 128 + lift;
			uint8_t *to = tile + y * side + x;

			new = new < 0 ? 0 : new > 255 ? 255 : new;
			*to = (uint8_t)(a * new + (1 - a) * (float)*to + .5f);
		}
}
