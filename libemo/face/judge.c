/* SPDX-License-Identifier: MIT */
/* How good a face finder is on the pictures held out. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "face/grid.h"
#include "face/trainer.h"

#define HIT        .4f  /* of a box's area shared with the truth */
#define FALSE_RATE .1   /* false alarms a picture, for recall */
#define DOUBT      .05  /* … that the rate at the threshold is higher, for there are few pictures */
#define LOWEST     .01f /* score looked at */

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
		struct emo_face truth = emo_mark_face(a->marks + k);
		float iou = emo_face_iou(f, &truth);

		if (counts(a->marks + k) && iou > best && !taken[k]) {
			best = iou;
			at = k;
		}
		if (!counts(a->marks + k) &&
		    (iou >= HIT || emo_face_shared(f, &truth) >= .5f * f->w * f->h))
			spared = 1;
	}
	if (best >= HIT) {
		taken[at] = 1;
		return TRUE_FACE;
	}
	return spared || p->others ? NO_MATTER : FALSE_ALARM;
}

/* The probability of n, where the mean is known; by logarithms, for its parts may be beyond a double. */
static double poisson(int n, double mean)
{
	return exp(n * log(mean) - mean - lgamma(n + 1));
}

int emo_face_alarms(int pictures)
{
	double mean = FALSE_RATE * pictures, sum = exp(-mean);
	int n = 0;

	while ((sum += poisson(n + 1, mean)) <= DOUBT)
		n++;
	return n;
}

struct tally {
	int faces, pictures, hits, alarms, allowed;
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
		if (y->alarms <= y->allowed)
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
		       const struct emo_findings *f)
{
	const struct emo_found *found = f->found;
	size_t total = 0, k = 0, n = f->n;
	struct claim *claims;
	char *taken, *verdict;
	struct tally y = {.threshold = 1}; /* if even the best score is a false alarm's */

	for (size_t i = 0; i < n; i++) {
		const struct emo_photo *p = t->album->photos + f->list[i];

		total += found[i].n;
		y.pictures += p->n > 0 && !p->others; /* alarms where there is no face count too */
		for (size_t m = p->first; m < p->first + p->n; m++)
			y.faces += counts(t->album->marks + m);
	}
	y.allowed = emo_face_alarms(y.pictures);
	claims = emo_calloc(total, sizeof *claims);
	taken = emo_calloc(t->album->nmarks, 1);
	verdict = emo_calloc(total, 1);
	if (claims && taken && verdict && y.faces) {
		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < found[i].n; j++, k++)
				claims[k] = (struct claim){found[i].faces[j].score, (int)i,
							   found[i].faces + j};
		qsort(claims, total, sizeof *claims, by_score);
		tally_claims(&y, t, f->list, claims, total, taken, verdict);
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
static double point_error(const struct emo_face_trainer *t, const struct emo_findings *f)
{
	const struct emo_found *found = f->found;
	double sum = 0;
	int faces = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct emo_photo *p = t->album->photos + f->list[i];
		const struct emo_mark *m = t->album->marks + p->first;
		const struct emo_face *best = NULL;
		struct emo_face truth;
		double error = 0, eyes;

		if (!p->n || m->kind != EMO_MARK_FACE || !m->has_points)
			continue;
		truth = emo_mark_face(m);
		eyes = hypot((double)(m->point[1][0] - m->point[0][0]),
			     (double)(m->point[1][1] - m->point[0][1]));
		for (size_t j = 0; j < found[i].n; j++)
			if (emo_face_iou(found[i].faces + j, &truth) >= HIT &&
			    (!best || found[i].faces[j].score > best->score))
				best = found[i].faces + j;
		if (!best || eyes <= 0)
			continue;
		for (int k = 0; k < EMO_POINTS; k++)
			error += hypot((double)(best->mark[k][0] - m->point[k][0]),
				       (double)(best->mark[k][1] - m->point[k][1])) / EMO_POINTS;
		sum += error / eyes;
		faces++;
	}
	return faces ? sum / faces : 0;
}

int emo_face_judge(const struct emo_face_trainer *t, struct emo_face_scores *s)
{
	struct emo_findings f;
	int status;

	*s = (struct emo_face_scores){0};
	status = emo_face_survey(&f, t, 1, LOWEST);
	for (size_t i = 0; i < f.n && status == 0; i++) {
		const struct emo_image *img = t->album->photos[f.list[i]].level;

		f.found[i].n = emo_faces_tidy(f.found[i].faces, f.found[i].n, img->w, img->h);
	}
	if (status == 0 && (status = judge_found(s, t, &f)) == 0)
		s->points = point_error(t, &f);
	emo_findings_done(&f);
	return status;
}
