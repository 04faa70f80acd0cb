/* SPDX-License-Identifier: MIT */
/*
 * Finding things: each cell of a map says whether a thing is there and where exactly. The channels
 * of a cell are a score, four numbers for a box, and two for each of `points` points; forward makes
 * the score a probability and passes the others on. What the numbers mean is up to the caller; here
 * they are only compared.
 *
 * A target has two numbers more a cell, EMO_DETECT_TARGET(points) in all: the label (1 a thing, 0
 * none, below 0: not to be judged), how much the box counts, how much the points count, then box and
 * points. With N the things of the batch, at least 1, the loss is the sum over all cells of
 *
 *	focal(score) + box_loss * B * huber(box) + point_loss * P * huber(points) / points
 *
 * divided by N. Focal loss: Lin et al., "Focal loss for dense object detection", ICCV 2017: the
 * cross-entropy times (1 - p)^focus, p being the probability of what is true, times balance for
 * things and 1 - balance for the rest. Huber's is d^2 / (2 knee) below the knee, |d| - knee / 2
 * above.
 */
#include <math.h>

#include "base/err.h"
#include "nn/op.h"

static int shape(struct emo_layer *l, const struct emo_shape *second)
{
	int want = EMO_DETECT_CHANNELS(l->size);

	(void)second;
	if (l->x.c != want)
		return emo_fail("needs %d channels for a score, a box and %d points, but gets %d",
				want, l->size, l->x.c);
	l->y = l->x;
	return 0;
}

static int forward(struct emo_layer *l, const struct emo_pass *p)
{
	size_t cells = (size_t)p->n * (size_t)l->x.h * (size_t)l->x.w;
	const float *x = p->x[0];
	float *y = p->y;

	for (size_t i = 0; i < cells; i++, x += l->x.c, y += l->x.c) {
		y[0] = 1 / (1 + expf(-x[0]));
		for (int k = 1; k < l->x.c; k++)
			y[k] = x[k];
	}
	return 0;
}

/* ---- the losses of one cell; *d becomes the derivative by the logit, or by the value ---- */

/*
 * log p, from p = sigmoid(x) alone: where p is too near to 0 for its logarithm, what is lost is the
 * size of a gradient that the caller's clipping would take anyway.
 */
static double log_of(double p)
{
	return log(p < 1e-12 ? 1e-12 : p);
}

static double focal(double *d, double score, int thing, const struct emo_layer *l)
{
	double p = thing ? score : 1 - score, focus = (double)l->focus;
	double weight = thing ? (double)l->balance : 1 - (double)l->balance;
	double hard = pow(1 - p, focus), log_p = log_of(p);

	*d = weight * hard * (focus * p * log_p - (1 - p)) * (thing ? 1 : -1);
	return -weight * hard * log_p;
}

static double huber(float *d, const float *y, const float *want, int n, float rate, float knee)
{
	double loss = 0;

	for (int k = 0; k < n; k++) {
		float e = y[k] - want[k], far = fabsf(e);

		d[k] = rate * (far < knee ? e / knee : e < 0 ? -1.f : 1.f);
		loss += (double)(rate * (far < knee ? e * e / (2 * knee) : far - knee / 2));
	}
	return loss;
}

static double cell(float *dx, const float *y, const float *target, const struct emo_layer *l)
{
	const float *box = target + 3, *points = box + 4;
	double loss, d;

	for (int k = 0; k < l->x.c; k++)
		dx[k] = 0;
	if (target[0] < 0)
		return 0;
	loss = focal(&d, (double)y[0], target[0] > .5f, l);
	dx[0] = (float)d;
	if (target[1] > 0)
		loss += huber(dx + 1, y + 1, box, 4, l->box_loss * target[1], l->knee);
	if (target[2] > 0)
		loss += huber(dx + 5, y + 5, points, 2 * l->size,
			      l->point_loss * target[2] / (float)l->size, l->knee);
	return loss;
}

static size_t cells_of(const struct emo_layer *l, const struct emo_pass *p)
{
	return (size_t)p->n * (size_t)l->x.h * (size_t)l->x.w;
}

static float things(const struct emo_layer *l, const struct emo_pass *p)
{
	size_t cells = cells_of(l, p), step = EMO_DETECT_TARGET((size_t)l->size), n = 0;

	for (size_t i = 0; i < cells; i++)
		n += p->target[i * step] > .5f;
	return n ? (float)n : 1;
}

#define MOST_CHANNELS EMO_DETECT_CHANNELS(EMO_DETECT_POINTS)

static double loss(const struct emo_layer *l, const struct emo_pass *p)
{
	size_t cells = cells_of(l, p), step = EMO_DETECT_TARGET((size_t)l->size);
	float unused[MOST_CHANNELS];
	double sum = 0;

	for (size_t i = 0; i < cells; i++)
		sum += cell(unused, p->y + i * (size_t)l->x.c, p->target + i * step, l);
	return sum / (double)things(l, p);
}

static int backward(struct emo_layer *l, const struct emo_pass *p)
{
	size_t cells = cells_of(l, p), step = EMO_DETECT_TARGET((size_t)l->size);
	float share = 1 / things(l, p);

	for (size_t i = 0; i < cells && p->dx[0]; i++) {
		float *dx = p->dx[0] + i * (size_t)l->x.c;

		cell(dx, p->y + i * (size_t)l->x.c, p->target + i * step, l);
		for (int k = 0; k < l->x.c; k++)
			dx[k] *= share;
	}
	return 0;
}

static size_t target_size(const struct emo_layer *l)
{
	return (size_t)l->x.h * (size_t)l->x.w * EMO_DETECT_TARGET((size_t)l->size);
}

const struct emo_op emo_op_detect = {
	.name = "detect",
	.shape = shape,
	.forward = forward,
	.backward = backward,
	.target_size = target_size,
	.loss = loss,
};
