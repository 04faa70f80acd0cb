/* SPDX-License-Identifier: MIT */
/*
 * Probabilities: y = softmax(x / temperature), over all values of a picture. In training the loss is
 * the cross-entropy with the targets, probabilities times a weight of the picture w, whose gradient
 * by x is (w y - target) / temperature; the mean over the batch is the loss of the network.
 */
#include <math.h>

#include "nn/op.h"

static int shape(struct emo_layer *l, const struct emo_shape *second)
{
	(void)second;
	l->y = l->x;
	return 0;
}

static int forward(struct emo_layer *l, const struct emo_pass *p)
{
	size_t n = emo_shape_size(l->x);

	for (int i = 0; i < p->n; i++) {
		const float *x = p->x[0] + (size_t)i * n;
		float *y = p->y + (size_t)i * n, top = x[0];
		double sum = 0;

		for (size_t j = 1; j < n; j++)
			top = x[j] > top ? x[j] : top;
		for (size_t j = 0; j < n; j++)
			sum += (double)(y[j] = expf((x[j] - top) / l->rate));
		for (size_t j = 0; j < n; j++)
			y[j] = (float)((double)y[j] / sum);
	}
	return 0;
}

static int backward(struct emo_layer *l, const struct emo_pass *p)
{
	size_t n = emo_shape_size(l->x);
	float share = 1 / ((float)p->n * l->rate);

	for (int i = 0; i < p->n && p->dx[0]; i++) {
		const float *y = p->y + (size_t)i * n, *target = p->target + (size_t)i * n;
		float *dx = p->dx[0] + (size_t)i * n, weight = 0;

		for (size_t j = 0; j < n; j++)
			weight += target[j];
		for (size_t j = 0; j < n; j++)
			dx[j] = share * (weight * y[j] - target[j]);
	}
	return 0;
}

static size_t target_size(const struct emo_layer *l)
{
	return emo_shape_size(l->x);
}

static double loss(const struct emo_layer *l, const struct emo_pass *p)
{
	size_t n = (size_t)p->n * emo_shape_size(l->x);
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		if (p->target[i] > 0) /* fmax would hide a NaN */
			sum -= (double)p->target[i] *
			       log(p->y[i] < 1e-30f ? 1e-30 : (double)p->y[i]);
	return sum / p->n;
}

const struct emo_op emo_op_softmax = {
	.name = "softmax",
	.shape = shape,
	.forward = forward,
	.backward = backward,
	.target_size = target_size,
	.loss = loss,
};
