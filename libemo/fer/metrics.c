/* SPDX-License-Identifier: MIT */
#include "fer/metrics.h"

#include <math.h>

#define LEAST_PROBABILITY 1e-7

void emo_metrics_add(struct emo_metrics *m, int truth, const float *mood)
{
	int top = emo_emotion_top(mood);
	int k = (int)ceil((double)mood[top] * EMO_BINS) - 1;
	struct emo_bin *bin = &m->bins[k < 0 ? 0 : k < EMO_BINS ? k : EMO_BINS - 1];

	m->confusion[truth][top]++;
	m->nll -= log(fmax((double)mood[truth], LEAST_PROBABILITY));
	bin->n++;
	bin->right += top == truth;
	bin->confidence += (double)mood[top];
}

void emo_metrics_miss(struct emo_metrics *m, int truth)
{
	m->missed[truth]++;
}

static double ratio(double part, double whole)
{
	return whole > 0 ? part / whole : NAN;
}

/* n: samples of all emotions */
static void score_class(struct emo_class_scores *c, const struct emo_metrics *m, int e, size_t n)
{
	size_t predicted = 0, right = m->confusion[e][e], rest;

	*c = (struct emo_class_scores){.missed = m->missed[e], .support = m->missed[e]};
	for (int k = 0; k < EMO_EMOTIONS; k++) {
		c->support += m->confusion[e][k];
		predicted += m->confusion[k][e];
	}
	rest = n - c->support;
	c->precision = predicted ? ratio((double)right, (double)predicted) : 0;
	c->recall = ratio((double)right, (double)c->support);
	c->specificity = ratio((double)(rest - (predicted - right)), (double)rest);
	c->f1 = c->support ? ratio(2.0 * (double)right, (double)(predicted + c->support)) : NAN;
	c->accuracy = ratio((double)(right + rest - (predicted - right)), (double)n);
}

static void count_all(struct emo_scores *s, const struct emo_metrics *m)
{
	for (int e = 0; e < EMO_EMOTIONS; e++) {
		s->missed += m->missed[e];
		s->n += m->missed[e];
		s->right += m->confusion[e][e];
		for (int k = 0; k < EMO_EMOTIONS; k++)
			s->n += m->confusion[e][k];
	}
}

void emo_metrics_scores(struct emo_scores *s, const struct emo_metrics *m)
{
	double f1 = 0, recall = 0, gap = 0;
	int present = 0;

	*s = (struct emo_scores){0};
	count_all(s, m);
	for (int e = 0; e < EMO_EMOTIONS; e++) {
		score_class(&s->of[e], m, e, s->n);
		if (s->of[e].support == 0)
			continue;
		present++;
		f1 += s->of[e].f1;
		recall += s->of[e].recall;
	}
	for (int k = 0; k < EMO_BINS; k++)
		gap += fabs((double)m->bins[k].right - m->bins[k].confidence);
	s->accuracy = ratio((double)s->right, (double)s->n);
	s->macro_f1 = ratio(f1, present);
	s->balanced_accuracy = ratio(recall, present);
	s->nll = ratio(m->nll, (double)(s->n - s->missed));
	s->ece = ratio(gap, (double)(s->n - s->missed));
}

void emo_mood_restrict(float *mood, unsigned classes)
{
	float sum = 0;
	int left = 0;

	for (int e = 0; e < EMO_EMOTIONS; e++) {
		if (!(classes >> e & 1))
			mood[e] = 0;
		left += (int)(classes >> e & 1);
		sum += mood[e];
	}
	for (int e = 0; e < EMO_EMOTIONS; e++)
		if (classes >> e & 1)
			mood[e] = sum > 0 ? mood[e] / sum : 1 / (float)left;
}
