/* SPDX-License-Identifier: MIT */
/*
 * Learning to look again. Tiles are composed as for the first network, which looks for faces in
 * them; what it finds, and some of what it should have found, is cut out a little amiss, and the
 * second network learns what these pieces really show. Where exactly the points of a face are it
 * learns from portraits: pieces of the photos themselves, hardly amiss and little the worse.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "face/grid.h"
#include "face/trainer.h"
#include "face/view.h"

#define FOUND    .06f /* score from which the first network's finds are pieces */
#define IS_FACE  .35f /* share of area with a face from which a piece is that face's */
#define IS_OTHER .2f  /* … below which it is no face */

/* Takes an older second network off, and checks that the new one can take its place in the end. */
static int check_room(struct emo_face_trainer *t)
{
	struct emo_store *s = &t->first_file;

	if (s->nblocks > 0 && !strcmp(s->blocks[s->nblocks - 1].name, EMO_SECOND_BLOCK))
		s->nblocks--;
	if (s->nblocks == EMO_STORE_BLOCKS)
		return emo_fail("%s: has no room for a second network", t->recipe.first);
	if (!strstr(s->text, EMO_THRESHOLD_LINE))
		return emo_fail("%s: finds no faces: its head has no threshold", t->recipe.first);
	return 0;
}

int emo_refine_begin(struct emo_face_trainer *t)
{
	size_t threads = (size_t)emo_pool_size(t->pool), batch = (size_t)t->recipe.batch;
	size_t n = batch * EMO_CUTS;

	if (emo_store_load(&t->first_file, EMO_MODEL_MAGIC, t->recipe.first) < 0 ||
	    emo_model_read(&t->first, &t->first_file, t->recipe.first) < 0 ||
	    emo_scan_check_bytes(&t->first, t->recipe.first) < 0 || check_room(t) < 0)
		return -1;
	t->finders = emo_calloc(threads, sizeof *t->finders);
	t->cuts = emo_calloc(n * (size_t)t->side, (size_t)t->side * sizeof *t->cuts);
	t->cut_targets = emo_calloc(n, EMO_TARGET_FLOATS * sizeof *t->cut_targets);
	t->ncuts = emo_calloc(batch, sizeof *t->ncuts);
	if (!t->finders || !t->cuts || !t->cut_targets || !t->ncuts)
		return -1;
	for (size_t i = 0; i < threads; i++)
		if (emo_surveyor_init(t->finders + i, t, 0) < 0)
			return -1;
	return 0;
}

void emo_refine_end(struct emo_face_trainer *t)
{
	for (int i = 0; t->finders && i < emo_pool_size(t->pool); i++)
		emo_surveyor_done(t->finders + i);
	emo_model_done(&t->first);
	emo_store_done(&t->first_file);
	free(t->finders);
	free(t->cuts);
	free(t->cut_targets);
	free(t->ncuts);
}

/* ---- pieces of a tile ---- */

struct tile {
	struct emo_face_trainer *t;
	const struct emo_scan *scan;
	const struct emo_mark *marks;
	int nmarks;
	struct emo_rng *rng;
	float *cuts, *targets;
	int n;
};

/* Whether more than a little of the face lies over the mark. */
static int lies_over(const struct emo_face *f, const struct emo_mark *m)
{
	struct emo_face other = emo_mark_face(m);

	return emo_face_shared(f, &other) > .2f * f->w * f->h;
}

/* Where the piece lies over something that may be a face or not. */
static int doubtful(const struct tile *w, const struct emo_face *f)
{
	float cx = f->x + f->w / 2, cy = f->y + f->h / 2;
	int known = 0, unknown = 0;

	for (int i = 0; i < w->nmarks; i++) {
		const struct emo_mark *m = w->marks + i;
		float x = m->x + m->w / 2, y = m->y + m->h / 2, s = sqrtf(m->w * m->h);

		if (m->kind == EMO_MARK_IGNORE && lies_over(f, m))
			return 1;
		if (m->kind == EMO_MARK_UNKNOWN)
			unknown |= lies_over(f, m);
		else if (emo_mark_is_face(m))
			known |= fmaxf(fabsf(cx - x), fabsf(cy - y)) < .8f * s;
	}
	return unknown && !known;
}

/* The best face for it, and how much they share. */
static const struct emo_mark *match(const struct tile *w, const struct emo_face *f, float *share)
{
	const struct emo_mark *best = NULL;

	*share = 0;
	for (int i = 0; i < w->nmarks; i++) {
		struct emo_face truth = emo_mark_face(w->marks + i);
		float iou = emo_face_iou(f, &truth);

		if (emo_mark_is_face(w->marks + i) && iou > *share) {
			*share = iou;
			best = w->marks + i;
		}
	}
	return best;
}

static void add_cut(struct tile *w, const struct emo_face *f)
{
	int side = w->t->side;
	size_t pixels = (size_t)side * (size_t)side;
	float *target = w->targets + w->n * EMO_TARGET_FLOATS, *out = w->cuts + (size_t)w->n * pixels;
	struct emo_cut cut = emo_cut_of(f);
	const struct emo_mark *m;
	uint8_t piece[EMO_LOOK_SIDE * EMO_LOOK_SIDE];
	float share;

	m = match(w, f, &share);
	if ((!m || share < IS_FACE) && (share > IS_OTHER || doubtful(w, f)))
		return;
	cut.x += cut.side * emo_rng_uniform(w->rng, -.06f, .06f);
	cut.y += cut.side * emo_rng_uniform(w->rng, -.06f, .06f);
	cut.side *= exp2f(emo_rng_uniform(w->rng, -.25f, .25f));
	cut.angle += emo_rng_uniform(w->rng, -.2f, .2f);
	memset(target, 0, EMO_TARGET_FLOATS * sizeof *target);
	if (m && share >= IS_FACE) {
		struct emo_mark in = emo_cut_mark(m, &cut, side);

		emo_grid_target(target, &in, (float)side / 2, (float)side / 2);
	}
	emo_scan_cut(w->scan, piece, side, &cut);
	for (size_t k = 0; k < pixels; k++)
		out[k] = ((float)piece[k] - EMO_SCAN_MEAN) * EMO_SCAN_SCALE;
	w->n++;
}

/* ---- portraits ---- */

/* A marked face with points, of those that are learnt from; NULL when chance meets none. */
static const struct emo_mark *draw_face(const struct emo_composer *c, const struct emo_photo **photo,
					struct emo_rng *rng)
{
	for (int tries = 0; tries < 8; tries++) {
		size_t k = c->cuts[emo_rng_below(rng, c->ncuts)];
		const struct emo_mark *m = c->album->marks + k;

		*photo = emo_photo_of(c->album, k);
		if (m->kind == EMO_MARK_FACE && m->has_points)
			return m;
	}
	return NULL;
}

/* As the last look before the points are told has it: nearly centred, nearly upright. */
static void add_portrait(struct tile *w, uint8_t *piece, uint8_t *scratch)
{
	int side = w->t->side, pixels = side * side;
	float *target = w->targets + w->n * EMO_TARGET_FLOATS, *out = w->cuts + (size_t)w->n * (size_t)pixels;
	const struct emo_photo *photo;
	const struct emo_mark *m = draw_face(&w->t->composer, &photo, w->rng);
	struct emo_mark in;
	struct emo_placing view;
	struct emo_face f;
	struct emo_cut cut;
	float half = (float)side / 2;

	if (!m)
		return;
	f = emo_mark_face(m);
	cut = emo_cut_of(&f);
	cut.x += cut.side * emo_rng_uniform(w->rng, -.04f, .04f);
	cut.y += cut.side * emo_rng_uniform(w->rng, -.04f, .04f);
	cut.side *= exp2f(emo_rng_uniform(w->rng, -.25f, .08f));
	cut.angle += emo_rng_uniform(w->rng, -.12f, .12f);
	view = emo_placing_at(cut.x, cut.y, half, half, (float)side / cut.side, -cut.angle, 1,
			      emo_rng_uniform(w->rng, 0, 1) < .5f);
	emo_placing_show(piece, 0, 0, side, side, photo, &view);
	if (emo_rng_uniform(w->rng, 0, 1) < .4f)
		emo_degrade(piece, scratch, side, w->rng);
	in = emo_placing_mark(m, &view);
	emo_grid_target(target, &in, half, half);
	for (int k = 0; k < pixels; k++)
		out[k] = ((float)piece[k] - EMO_SCAN_MEAN) * EMO_SCAN_SCALE;
	w->n++;
}

/* ---- batches ---- */

struct batch {
	struct emo_face_trainer *t;
	int step;
};

static int tile_task(void *ctx, int i, int thread)
{
	const struct batch *b = ctx;
	struct emo_face_trainer *t = b->t;
	size_t pixels = (size_t)t->side * (size_t)t->side;
	size_t n = EMO_REFINE_TILE * EMO_REFINE_TILE, found;
	uint8_t *px = t->tiles + 2 * (size_t)thread * n;
	struct emo_image img = {EMO_REFINE_TILE, EMO_REFINE_TILE, 1, px};
	uint64_t number = (uint64_t)b->step * (uint64_t)t->recipe.batch + (uint64_t)i;
	struct emo_rng rng = emo_rng_at(t->recipe.seed, (uint64_t)t->run.done + 1, number);
	struct emo_scan *scan = t->finders[thread].scan;
	struct emo_mark marks[EMO_TILE_MARKS];
	int nmarks = emo_compose(px, marks, px + n, &t->composer, &rng), own = 0;
	struct tile w = {t, scan, marks, nmarks, &rng, t->cuts + (size_t)i * EMO_CUTS * pixels,
			 t->cut_targets + i * EMO_CUTS * EMO_TARGET_FLOATS, 0};
	struct emo_face *faces;

	if (emo_scan_run(scan, &img, EMO_FACE_MIN, FOUND, &faces, &found) < 0)
		return -1;
	for (int k = 0; k < nmarks && own < 4; k++) {
		struct emo_face f = emo_mark_face(marks + k);

		if (!emo_mark_is_face(marks + k) || f.w < 14)
			continue;
		add_cut(&w, &f);
		own++;
	}
	for (size_t k = 0; k < found && w.n < EMO_CUTS - EMO_PORTRAITS; k++)
		add_cut(&w, faces + k);
	for (int k = 0; k < EMO_PORTRAITS; k++)
		add_portrait(&w, px, px + n);
	t->ncuts[i] = w.n;
	return 0;
}

int emo_refine_fill(struct emo_face_trainer *t, int step)
{
	size_t pixels = (size_t)t->side * (size_t)t->side;
	struct batch b = {t, step};
	float *input = emo_net_input(t->run.net), *target = t->target;
	int n = 0;

	if (emo_for(t->pool, t->recipe.batch, tile_task, &b) < 0)
		return -1;
	for (int i = 0; i < t->recipe.batch; i++) {
		size_t from = (size_t)i * EMO_CUTS, k = (size_t)t->ncuts[i];

		memcpy(input, t->cuts + from * pixels, k * pixels * sizeof *input);
		memcpy(target, t->cut_targets + from * EMO_TARGET_FLOATS,
		       k * EMO_TARGET_FLOATS * sizeof *target);
		input += k * pixels;
		target += k * EMO_TARGET_FLOATS;
		n += (int)k;
	}
	return n;
}
