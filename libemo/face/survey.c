/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "face/grid.h"
#include "face/trainer.h"

#define HARD       .15f /* score from which a place without a face is hard */
#define MOST_SPOTS 10    /* of one picture */
#define PART       5     /* times the area: so much smaller than a face is a part of one */

/* ---- many pictures ---- */

struct survey {
	const struct emo_face_trainer *t;
	struct emo_surveyor *one; /* for each thread */
	const uint32_t *list;
	float threshold;
	struct emo_found *found;
};

int emo_surveyor_init(struct emo_surveyor *s, const struct emo_face_trainer *t, int second)
{
	struct emo_block params = emo_opt_params(t->run.opt), state = emo_opt_state(t->run.opt);
	const struct emo_model *m = &t->first;

	if (!t->recipe.first) {
		s->first = emo_net_with(t->cfg, t->recipe.name, params, state);
	} else {
		s->first = emo_net_with(m->cfg, t->recipe.first, emo_net_params(m->net),
					emo_net_state(m->net));
		if (second && !(s->second = emo_net_with(t->cfg, t->recipe.name, params, state)))
			return -1;
	}
	if (!s->first || !(s->scan = emo_scan_new(s->first, t->recipe.name, NULL)))
		return -1;
	return s->second ? emo_scan_refine(s->scan, s->second, t->recipe.name) : 0;
}

void emo_surveyor_done(struct emo_surveyor *s)
{
	emo_scan_free(s->scan);
	emo_net_free(s->first);
	emo_net_free(s->second);
	*s = (struct emo_surveyor){0};
}

static int survey_task(void *ctx, int i, int thread)
{
	struct survey *s = ctx;
	const struct emo_photo *photo = s->t->album->photos + s->list[i];
	struct emo_found *out = s->found + i;
	struct emo_face *faces;

	if (emo_scan_run(s->one[thread].scan, photo->level, EMO_FACE_MIN, s->threshold, &faces,
			 &out->n) < 0)
		return -1;
	if (!out->n)
		return 0;
	if (!(out->faces = emo_calloc(out->n, sizeof *out->faces)))
		return -1;
	memcpy(out->faces, faces, out->n * sizeof *faces);
	return 0;
}

/* Those photos that are held out, or not; and of which other faces may be in them, or not. */
static size_t select_photos(uint32_t *list, const struct emo_face_trainer *t, int held_out,
			    int others)
{
	size_t n = 0;

	for (uint32_t i = 0; i < t->album->nphotos; i++) {
		const struct emo_photo *p = t->album->photos + i;

		if (p->held_out == held_out && p->others == others)
			list[n++] = i;
	}
	return n;
}

int emo_face_survey(struct emo_findings *out, const struct emo_face_trainer *t, int held_out,
		    float threshold)
{
	int threads = emo_pool_size(t->pool), status = -1;
	struct survey s = {t, emo_calloc((size_t)threads, sizeof *s.one), NULL, threshold, NULL};

	*out = (struct emo_findings){0};
	s.list = out->list = emo_calloc(t->album->nphotos, sizeof *out->list);
	s.found = out->found = emo_calloc(t->album->nphotos, sizeof *out->found);
	if (!s.one || !out->list || !out->found)
		goto out;
	for (int i = 0; i < threads; i++)
		if (emo_surveyor_init(s.one + i, t, 1) < 0)
			goto out;
	out->n = select_photos(out->list, t, held_out, 0);
	if (held_out)
		out->n += select_photos(out->list + out->n, t, 1, 1);
	status = emo_for(t->pool, (int)out->n, survey_task, &s);
out:
	for (int i = 0; s.one && i < threads; i++)
		emo_surveyor_done(s.one + i);
	free(s.one);
	return status;
}

void emo_findings_done(struct emo_findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->found[i].faces);
	free(f->found);
	free(f->list);
	*f = (struct emo_findings){0};
}

/* ---- hard places ---- */

/* Whether no face that is marked in the photo is near; a part of one is no face. */
static int is_nothing(const struct emo_face_trainer *t, const struct emo_photo *p,
		      const struct emo_face *f)
{
	for (size_t k = p->first; k < p->first + p->n; k++) {
		const struct emo_mark *m = t->album->marks + k;
		struct emo_face known = emo_mark_face(m);

		if (m->kind == EMO_MARK_FACE && m->w * m->h > PART * f->w * f->h)
			continue;
		if (emo_face_shared(f, &known) > .2f * fminf(f->w * f->h, m->w * m->h))
			return 0;
	}
	return 1;
}

static int add_spots(struct emo_face_trainer *t, size_t *n, uint32_t photo,
		     const struct emo_found *found)
{
	int most = MOST_SPOTS;

	for (size_t j = 0; j < found->n && most; j++) {
		const struct emo_face *f = found->faces + j;

		if (!is_nothing(t, t->album->photos + photo, f))
			continue;
		if (emo_grow(&t->spots, &t->spots_cap, *n + 1, sizeof *t->spots) < 0)
			return -1;
		t->spots[(*n)++] = (struct emo_spot){photo, f->x + f->w / 2, f->y + f->h / 2,
						     sqrtf(f->w * f->h)};
		most--;
	}
	return 0;
}

int emo_face_mine(struct emo_face_trainer *t)
{
	struct emo_findings f;
	size_t spots = 0;
	int status = emo_face_survey(&f, t, 0, HARD);

	t->composer.nspots = 0;
	for (size_t i = 0; i < f.n && status == 0; i++)
		status = add_spots(t, &spots, f.list[i], f.found + i);
	if (status == 0) {
		t->composer.spots = t->spots;
		t->composer.nspots = (uint32_t)spots;
	}
	emo_findings_done(&f);
	return status;
}
