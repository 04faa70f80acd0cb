/* SPDX-License-Identifier: MIT */
#include "face/compose.h"

#include <math.h>

#include "face/grid.h"
#include "face/view.h"

#define MAX_TILT .55f /* radians, usual */
#define MAX_SCALE_UP 2.2f
#define CROWDED .25f /* how often a face may be laid over others */

static int happens(struct emo_rng *rng, float probability)
{
	return emo_rng_uniform(rng, 0, 1) < probability;
}

static float between(struct emo_rng *rng, float a, float b)
{
	return emo_rng_uniform(rng, a, b);
}

static float tilt_of(struct emo_rng *rng)
{
	return happens(rng, .85f) ? between(rng, -MAX_TILT, MAX_TILT) * between(rng, .3f, 1)
				  : between(rng, -1.1f, 1.1f);
}

/* Heads that are turned or nod are narrower, or lower. */
static float aspect_of(struct emo_rng *rng)
{
	return happens(rng, .5f) ? between(rng, .92f, 1.1f) : exp2f(between(rng, -.45f, .45f));
}

/* Sizes in equal shares on a logarithmic scale, most of them such as are learnt. */
static float size_in_tile(struct emo_rng *rng)
{
	float low = 15, high = 47;

	if (happens(rng, .12f)) {
		low = 9;
		high = 90;
	}
	return low * powf(high / low, between(rng, 0, 1));
}

/* ---- what is under the faces ---- */

static void background(uint8_t *tile, const struct emo_composer *c, struct emo_rng *rng)
{
	const struct emo_photo *p = c->album->photos + c->backs[emo_rng_below(rng, c->nbacks)];
	float half = (float)c->side / 2, scale = .3f * powf(5, between(rng, 0, 1));
	struct emo_placing w = emo_placing_at(between(rng, 0, (float)p->level[0].w),
					      between(rng, 0, (float)p->level[0].h), half, half, scale,
					      happens(rng, .3f) ? tilt_of(rng) : 0,
					      between(rng, .85f, 1.2f),
					      happens(rng, .5f));

	emo_placing_show(tile, 0, 0, c->side, c->side, p, &w);
}

static struct emo_mark unknown_tile(const struct emo_composer *c)
{
	return (struct emo_mark){.kind = EMO_MARK_UNKNOWN, .w = (float)c->side, .h = (float)c->side};
}

/* The marks of a photo that are in sight; of those of a crowd, the first are known. */
static int take_marks(struct emo_mark *marks, const struct emo_composer *c,
		      const struct emo_photo *p, const struct emo_placing *w)
{
	float side = (float)c->side;
	int n = 0;

	for (size_t k = p->first; k < p->first + p->n; k++) {
		struct emo_mark in = emo_placing_mark(c->album->marks + k, w);

		if (!(in.x < side && in.y < side && in.x + in.w > 0 && in.y + in.h > 0))
			continue;
		if (n + 1 == EMO_TILE_MARKS / 2) {
			marks[n++] = unknown_tile(c);
			break;
		}
		marks[n++] = in;
	}
	return n;
}

/* What is about a place that was taken for a face; where there is none such, a background. */
static int hard_place(uint8_t *tile, struct emo_mark *marks, const struct emo_composer *c,
		      struct emo_rng *rng)
{
	const struct emo_spot *s;
	const struct emo_photo *p;
	struct emo_placing w;
	float side = (float)c->side, u, v;

	if (!c->nspots) {
		background(tile, c, rng);
		return 0;
	}
	s = c->spots + emo_rng_below(rng, c->nspots);
	p = c->album->photos + s->photo;
	u = between(rng, .15f, .85f) * side;
	v = between(rng, .15f, .85f) * side;
	w = emo_placing_at(s->x, s->y, u, v,
			   EMO_FACE_UNIT / s->size * powf(1.5f, between(rng, -1, 1)),
			   happens(rng, .3f) ? tilt_of(rng) : 0, between(rng, .9f, 1.1f),
			   happens(rng, .5f));
	emo_placing_show(tile, 0, 0, c->side, c->side, p, &w);
	return take_marks(marks, c, p, &w);
}

/* ---- pieces set into a tile ---- */

static float visible(const struct emo_mark *m, float x0, float y0, float x1, float y1)
{
	float w = fminf(m->x + m->w, x1) - fmaxf(m->x, x0), h = fminf(m->y + m->h, y1) - fmaxf(m->y, y0);

	return w > 0 && h > 0 ? w * h / (m->w * m->h) : 0;
}

/* Of a face that the patch has been laid over, there must be enough left to be one. */
static void hide(struct emo_mark *marks, int n, const struct emo_patch *p)
{
	float r = p->keep * p->size;

	for (int i = 0; i < n; i++)
		if (emo_mark_is_face(marks + i) &&
		    visible(marks + i, p->u - r, p->v - r, p->u + r, p->v + r) > .5f)
			marks[i].kind = EMO_MARK_IGNORE;
}

static void choose_edge(struct emo_patch *p, struct emo_rng *rng)
{
	p->keep = between(rng, .68f, 1.4f);
	p->feather = happens(rng, .3f) ? .5f : between(rng, 1, 9);
	p->round = happens(rng, .6f);
}

/* A piece of a picture without faces, in the shape of the pieces with faces. */
static void lay_decoy(uint8_t *tile, struct emo_mark *marks, int n, uint8_t *scratch,
		      const struct emo_composer *c, struct emo_rng *rng)
{
	const struct emo_photo *photo = c->album->photos + c->backs[emo_rng_below(rng, c->nbacks)];
	float scale = .25f * powf(6, between(rng, 0, 1)), side = (float)c->side;
	struct emo_patch p = {.photo = photo, .u = between(rng, 0, side), .v = between(rng, 0, side),
			  .size = size_in_tile(rng)};

	choose_edge(&p, rng);
	p.view = emo_placing_at(between(rng, 0, (float)photo->level[0].w),
				between(rng, 0, (float)photo->level[0].h), p.u, p.v, scale,
				tilt_of(rng), 1, 0);
	emo_patch_lay(tile, c->side, scratch, &p, between(rng, .7f, 1.2f), between(rng, -30, 30));
	hide(marks, n, &p);
}

/* Part of the face n is hidden by something flat, or by a piece of another picture. */
static void cover_part(uint8_t *tile, struct emo_mark *marks, int n, uint8_t *scratch,
		       const struct emo_composer *c, struct emo_rng *rng)
{
	const struct emo_mark *m = marks + n;
	const struct emo_photo *photo = c->album->photos + c->backs[emo_rng_below(rng, c->nbacks)];
	float angle = between(rng, 0, 6.2832f), s = sqrtf(m->w * m->h), far = between(rng, .5f, .8f);
	struct emo_patch p = {.photo = photo, .u = m->x + m->w / 2 + far * s * cosf(angle),
			  .v = m->y + m->h / 2 + far * s * sinf(angle), .size = s,
			  .keep = between(rng, .2f, .6f), .feather = 1,
			  .round = happens(rng, .5f)};

	p.view = emo_placing_at((float)photo->level[0].w / 2, (float)photo->level[0].h / 2, p.u, p.v,
				between(rng, .3f, 1), 0, 1, 0);
	emo_patch_lay(tile, c->side, scratch, &p, happens(rng, .4f) ? .1f : 1, between(rng, -60, 60));
	hide(marks, n, &p);
}

static int overlaps(const struct emo_mark *marks, int n, float u, float v, float size)
{
	for (int i = 0; i < n; i++) {
		float s = sqrtf(marks[i].w * marks[i].h);
		float apart = fmaxf(fabsf(marks[i].x + marks[i].w / 2 - u),
				    fabsf(marks[i].y + marks[i].h / 2 - v));

		if (apart < .75f * (s + size) && emo_mark_is_face(marks + i))
			return 1;
	}
	return 0;
}

/* What a patch with the face `mark` shows beside it: what is marked there, or nobody knows what. */
static int add_around(struct emo_mark *marks, int n, const struct emo_composer *c, size_t mark,
		      const struct emo_patch *p)
{
	float r = p->keep * p->size;

	if (p->photo->others) {
		marks[n] = (struct emo_mark){.kind = EMO_MARK_UNKNOWN, .x = p->u - r, .y = p->v - r,
					     .w = 2 * r, .h = 2 * r};
		return n + 1;
	}
	for (size_t k = p->photo->first; k < p->photo->first + p->photo->n && n < EMO_TILE_MARKS; k++) {
		struct emo_mark in = emo_placing_mark(c->album->marks + k, &p->view);

		if (k == mark || visible(&in, p->u - r, p->v - r, p->u + r, p->v + r) == 0)
			continue;
		in.kind = EMO_MARK_IGNORE; /* the patch's edge may cut it off */
		marks[n++] = in;
	}
	return n;
}

/* Cuts a face out of its picture and sets it into the tile, where there is room or in a crowd. */
static int lay_face(uint8_t *tile, struct emo_mark *marks, int n, uint8_t *scratch,
		    const struct emo_composer *c, struct emo_rng *rng)
{
	size_t k = c->cuts[emo_rng_below(rng, c->ncuts)];
	const struct emo_mark *m = c->album->marks + k;
	const struct emo_photo *photo = emo_photo_of(c->album, k);
	float size = size_in_tile(rng), own = sqrtf(m->w * m->h), side = (float)c->side;
	struct emo_patch p = {.photo = photo, .u = between(rng, 0, side), .v = between(rng, 0, side)};

	p.size = fminf(size, own * MAX_SCALE_UP);
	if (n + 2 > EMO_TILE_MARKS || (overlaps(marks, n, p.u, p.v, p.size) && !happens(rng, CROWDED)))
		return n;
	choose_edge(&p, rng);
	p.view = emo_placing_at(m->x + m->w / 2, m->y + m->h / 2, p.u, p.v, p.size / own,
				tilt_of(rng), aspect_of(rng), happens(rng, .5f));
	emo_patch_lay(tile, c->side, scratch, &p, between(rng, .6f, 1.2f), between(rng, -30, 30));
	hide(marks, n, &p);
	marks[n] = emo_placing_mark(m, &p.view);
	if (happens(rng, .3f))
		cover_part(tile, marks, n, scratch, c, rng);
	return add_around(marks, n + 1, c, k, &p);
}

/* ---- tiles ---- */

static int pasted(uint8_t *tile, struct emo_mark *marks, uint8_t *scratch,
		  const struct emo_composer *c, struct emo_rng *rng)
{
	int faces = 2 + (int)emo_rng_below(rng, 8), decoys = (int)emo_rng_below(rng, 4), n = 0;

	if (happens(rng, .4f))
		n = hard_place(tile, marks, c, rng);
	else
		background(tile, c, rng);
	for (int i = 0; i < decoys; i++)
		lay_decoy(tile, marks, n, scratch, c, rng);
	for (int i = 0; i < faces; i++)
		n = lay_face(tile, marks, n, scratch, c, rng);
	return n;
}

/* A face and all that is around it, as far as the photo reaches and beyond. */
static int cut_whole(uint8_t *tile, struct emo_mark *marks, const struct emo_composer *c,
		     struct emo_rng *rng)
{
	size_t k = c->cuts[emo_rng_below(rng, c->ncuts)];
	const struct emo_mark *m = c->album->marks + k;
	const struct emo_photo *photo = emo_photo_of(c->album, k);
	float own = sqrtf(m->w * m->h), side = (float)c->side;
	float scale = fminf(size_in_tile(rng) / own, MAX_SCALE_UP);
	struct emo_placing w = emo_placing_at(m->x + m->w / 2, m->y + m->h / 2,
					      between(rng, 0, side), between(rng, 0, side), scale,
					      tilt_of(rng), aspect_of(rng), happens(rng, .5f));

	emo_placing_show(tile, 0, 0, c->side, c->side, photo, &w);
	if (!photo->others)
		return take_marks(marks, c, photo, &w);
	marks[0] = emo_placing_mark(m, &w);
	marks[1] = unknown_tile(c);
	return 2;
}

/* A piece of a photo with all its faces. */
static int scene(uint8_t *tile, struct emo_mark *marks, const struct emo_composer *c,
		 struct emo_rng *rng)
{
	const struct emo_photo *p = c->album->photos + c->scenes[emo_rng_below(rng, c->nscenes)];
	const struct emo_mark *m = c->album->marks + p->first + emo_rng_below(rng, (uint32_t)p->n);
	float side = (float)c->side, own = sqrtf(m->w * m->h);
	float scale = fminf(size_in_tile(rng) / own, MAX_SCALE_UP);
	struct emo_placing w = emo_placing_at(m->x + m->w / 2, m->y + m->h / 2,
					      between(rng, 0, side), between(rng, 0, side), scale,
					      happens(rng, .5f) ? tilt_of(rng) : 0, aspect_of(rng),
					      happens(rng, .5f));

	emo_placing_show(tile, 0, 0, c->side, c->side, p, &w);
	return take_marks(marks, c, p, &w);
}

/* ---- borders ---- */

/* Outside of the frame there is nothing: grey, which the network sees as zero. */
static void frame(uint8_t *tile, struct emo_mark *marks, int n, int side, struct emo_rng *rng)
{
	float x0 = 0, y0 = 0, x1 = (float)side, y1 = (float)side, edge = (float)side;

	if (happens(rng, .18f)) {
		x0 = happens(rng, .5f) ? between(rng, 0, .4f) * edge : 0;
		y0 = happens(rng, .5f) ? between(rng, 0, .4f) * edge : 0;
		x1 = happens(rng, .5f) ? between(rng, .6f, 1) * edge : edge;
		y1 = happens(rng, .5f) ? between(rng, .6f, 1) * edge : edge;
	} else if (n && emo_mark_is_face(marks) && happens(rng, .12f)) { /* fills it */
		x0 = fmaxf(marks[0].x - marks[0].w * between(rng, -.15f, .5f), 0);
		y0 = fmaxf(marks[0].y - marks[0].h * between(rng, -.15f, .5f), 0);
		x1 = fminf(marks[0].x + marks[0].w * between(rng, .85f, 1.5f), edge);
		y1 = fminf(marks[0].y + marks[0].h * between(rng, .85f, 1.5f), edge);
	}
	for (int y = 0; y < side; y++)
		for (int x = 0; x < side; x++)
			if ((float)x < x0 || (float)x >= x1 || (float)y < y0 || (float)y >= y1)
				tile[y * side + x] = 128;
	for (int i = 0; i < n; i++)
		if (emo_mark_is_face(marks + i) && visible(marks + i, x0, y0, x1, y1) < .45f)
			marks[i].kind = EMO_MARK_IGNORE;
}

int emo_compose(uint8_t *tile, struct emo_mark marks[EMO_TILE_MARKS], uint8_t *scratch,
		const struct emo_composer *c, struct emo_rng *rng)
{
	float kind = between(rng, 0, 1);
	int n = 0;

	if (kind < .54f)
		n = pasted(tile, marks, scratch, c, rng);
	else if (kind < .64f)
		n = cut_whole(tile, marks, c, rng);
	else if (kind < .86f && c->nscenes)
		n = scene(tile, marks, c, rng);
	else if (happens(rng, .75f))
		n = hard_place(tile, marks, c, rng);
	else
		background(tile, c, rng);
	emo_degrade(tile, scratch, c->side, rng);
	frame(tile, marks, n, c->side, rng);
	return n;
}
