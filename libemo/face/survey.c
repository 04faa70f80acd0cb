/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "face/grid.h"
#include "face/trainer.h"

#define HIT         .4f  /* of a box's area shared with the truth */
#define FALSE_RATE  .1   /* false alarms a picture, for recall */
#define TUNED_RATE  .05  /* … for the threshold: half of what is allowed, for there are few pictures */
#define LOWEST      .01f /* score looked at */
#define HARD        .15f /* score from which a place without a face is hard */
#define MOST_SPOTS  10   /* of one picture */

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

int emo_face_survey(const struct emo_face_trainer *t, const uint32_t *list, size_t n,
		    float threshold, struct emo_found *found)
{
	int threads = emo_pool_size(t->pool), status = -1;
	struct survey s = {t, emo_calloc((size_t)threads, sizeof *s.one), list, threshold, found};

	memset(found, 0, n * sizeof *found);
	if (!s.one)
		return -1;
	for (int i = 0; i < threads; i++)
		if (emo_surveyor_init(s.one + i, t, 1) < 0)
			goto out;
	status = emo_for(t->pool, (int)n, survey_task, &s);
out:
	for (int i = 0; i < threads; i++)
		emo_surveyor_done(s.one + i);
	free(s.one);
	return status;
}

void emo_found_done(struct emo_found *found, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(found[i].faces);
	memset(found, 0, n * sizeof *found);
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

/* ---- judging ---- */

static struct emo_face box_of(const struct emo_mark *m)
{
	return (struct emo_face){.x = m->x, .y = m->y, .w = m->w, .h = m->h};
}

static int counts(const struct emo_mark *m)
{
	return m->kind == EMO_MARK_FACE && fminf(m->w, m->h) >= EMO_FACE_MIN;
}

/* One found face. */
struct claim {
	float score;
	int photo;
	const struct emo_face *face;
};

static int by_score(const void *a, const void *b)
{
	const struct claim *c = a, *d = b;

	if (c->score != d->score)
		return c->score > d->score ? -1 : 1;
	return c->photo != d->photo ? c->photo < d->photo ? -1 : 1
				    : (c->face > d->face) - (c->face < d->face);
}

enum verdict { FALSE_ALARM, TRUE_FACE, NO_MATTER };

/* Each face is hit once; taken[] is of the album's marks. */
static enum verdict judge_claim(const struct emo_album *a, const struct emo_photo *p,
				const struct emo_face *f, char *taken)
{
	float best = 0;
	size_t at = 0;
	int spared = 0;

	for (size_t k = p->first; k < p->first + p->n; k++) {
		struct emo_face truth = box_of(a->marks + k);
		float iou = emo_face_iou(f, &truth);
		float w = fminf(f->x + f->w, truth.x + truth.w) - fmaxf(f->x, truth.x);
		float h = fminf(f->y + f->h, truth.y + truth.h) - fmaxf(f->y, truth.y);

		if (counts(a->marks + k) && iou > best && !taken[k]) {
			best = iou;
			at = k;
		}
		if (!counts(a->marks + k) && w > 0 && h > 0 &&
		    (iou >= HIT || w * h >= .5f * f->w * f->h))
			spared = 1;
	}
	if (best >= HIT) {
		taken[at] = 1;
		return TRUE_FACE;
	}
	return spared || p->others ? NO_MATTER : FALSE_ALARM;
}

struct tally {
	int faces, pictures, hits, alarms;
	double area, recall, threshold;
};

/*
 * Average precision over all points: precision at a recall is the best at that or a higher one, so
 * the claims are gone through twice, forwards for the verdicts and backwards for the area.
 */
static void tally_claims(struct tally *y, const struct emo_face_trainer *t, const uint32_t *list,
			 const struct claim *claims, size_t n, char *taken, char *verdict)
{
	double peak = 0;
	int hits, alarms;

	for (size_t i = 0; i < n; i++) {
		const struct emo_photo *p = t->album->photos + list[claims[i].photo];

		verdict[i] = (char)judge_claim(t->album, p, claims[i].face, taken);
		y->hits += verdict[i] == TRUE_FACE;
		y->alarms += verdict[i] == FALSE_ALARM;
		if (y->alarms <= FALSE_RATE * y->pictures)
			y->recall = (double)y->hits / y->faces;
		if (y->alarms <= TUNED_RATE * y->pictures)
			y->threshold = (double)claims[i].score;
	}
	hits = y->hits;
	alarms = y->alarms;
	for (size_t i = n; i-- > 0;) {
		if (hits + alarms && (double)hits / (hits + alarms) > peak)
			peak = (double)hits / (hits + alarms);
		if (verdict[i] == TRUE_FACE) {
			y->area += peak / y->faces;
			hits--;
		}
		alarms -= verdict[i] == FALSE_ALARM;
	}
}

/*
 * False alarms are looked for in pictures with all their faces marked, and per such picture; faces
 * that should be found, in all.
 */
static int judge_found(struct emo_face_scores *s, const struct emo_face_trainer *t,
			const uint32_t *list, size_t n, const struct emo_found *found)
{
	size_t total = 0, k = 0;
	struct claim *claims;
	char *taken, *verdict;
	struct tally y = {0};

	for (size_t i = 0; i < n; i++) {
		const struct emo_photo *p = t->album->photos + list[i];

		total += found[i].n;
		y.pictures += p->n > 0 && !p->others; /* alarms where there is no face count too */
		for (size_t m = p->first; m < p->first + p->n; m++)
			y.faces += counts(t->album->marks + m);
	}
	claims = emo_calloc(total, sizeof *claims);
	taken = emo_calloc(t->album->nmarks, 1);
	verdict = emo_calloc(total, 1);
	if (claims && taken && verdict && y.faces) {
		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < found[i].n; j++, k++)
				claims[k] = (struct claim){found[i].faces[j].score, (int)i,
							   found[i].faces + j};
		qsort(claims, total, sizeof *claims, by_score);
		tally_claims(&y, t, list, claims, total, taken, verdict);
		s->ap = y.area;
		s->recall = y.recall;
		s->threshold = y.threshold;
	}
	s->pictures = y.pictures;
	s->faces = y.faces;
	k = claims && taken && verdict;
	free(claims);
	free(taken);
	free(verdict);
	return k ? 0 : -1;
}

/* Of faces with points, one for each photo: the mean error of those found. */
static double point_error(const struct emo_face_trainer *t, const uint32_t *list, size_t n,
			  const struct emo_found *found)
{
	double sum = 0;
	int faces = 0;

	for (size_t i = 0; i < n; i++) {
		const struct emo_photo *p = t->album->photos + list[i];
		const struct emo_mark *m = t->album->marks + p->first;
		const struct emo_face *best = NULL;
		struct emo_face truth;
		double error = 0;

		if (!p->n || m->kind != EMO_MARK_FACE || !m->has_points)
			continue;
		truth = box_of(m);
		for (size_t j = 0; j < found[i].n; j++)
			if (emo_face_iou(found[i].faces + j, &truth) >= HIT &&
			    (!best || found[i].faces[j].score > best->score))
				best = found[i].faces + j;
		if (!best)
			continue;
		for (int k = 0; k < EMO_POINTS; k++)
			error += hypot((double)(best->mark[k][0] - m->point[k][0]),
				       (double)(best->mark[k][1] - m->point[k][1])) / EMO_POINTS;
		sum += error / hypot((double)(m->point[1][0] - m->point[0][0]),
				     (double)(m->point[1][1] - m->point[0][1]));
		faces++;
	}
	return faces ? sum / faces : 0;
}

int emo_face_judge(const struct emo_face_trainer *t, struct emo_face_scores *s)
{
	uint32_t *list = emo_calloc(t->album->nphotos, sizeof *list);
	struct emo_found *found = emo_calloc(t->album->nphotos, sizeof *found);
	size_t n = 0;
	int status = -1;

	*s = (struct emo_face_scores){0};
	if (!list || !found)
		goto out;
	n = select_photos(list, t, 1, 0);
	n += select_photos(list + n, t, 1, 1);
	if (emo_face_survey(t, list, n, LOWEST, found) < 0 ||
	    judge_found(s, t, list, n, found) < 0)
		goto out;
	s->points = point_error(t, list, n, found);
	status = 0;
out:
	if (found)
		emo_found_done(found, n);
	free(found);
	free(list);
	return status;
}

/* ---- hard places ---- */

/* Whether nothing that is marked in the photo is near. */
static int is_nothing(const struct emo_face_trainer *t, const struct emo_photo *p,
		      const struct emo_face *f)
{
	for (size_t k = p->first; k < p->first + p->n; k++) {
		const struct emo_mark *m = t->album->marks + k;
		float w = fminf(f->x + f->w, m->x + m->w) - fmaxf(f->x, m->x);
		float h = fminf(f->y + f->h, m->y + m->h) - fmaxf(f->y, m->y);

		if (w > 0 && h > 0 && w * h > .2f * fminf(f->w * f->h, m->w * m->h))
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
	uint32_t *list = emo_calloc(t->album->nphotos, sizeof *list);
	struct emo_found *found = emo_calloc(t->album->nphotos, sizeof *found);
	size_t n = 0, spots = 0;
	int status = -1;

	t->composer.nspots = 0;
	if (!list || !found)
		goto out;
	n = select_photos(list, t, 0, 0);
	if (emo_face_survey(t, list, n, HARD, found) < 0)
		goto out;
	for (size_t i = 0; i < n; i++)
		if (add_spots(t, &spots, list[i], found + i) < 0)
			goto out;
	t->composer.spots = t->spots;
	t->composer.nspots = (uint32_t)spots;
	status = 0;
out:
	if (found)
		emo_found_done(found, n);
	free(found);
	free(list);
	return status;
}
