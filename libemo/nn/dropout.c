/* SPDX-License-Identifier: MIT */
/*
 * Dropout: in training each value is 0 with the given probability and else enlarged so that the mean
 * stays (Srivastava et al., JMLR 2014). Which ones depends on seed, step, layer and image alone, so
 * backward draws the same numbers again instead of keeping them.
 */
#include <string.h>

#include "nn/op.h"

struct job {
	const struct emo_layer *l;
	const struct emo_pass *p;
	const float *in;
	float *out;
};

static int shape(struct emo_layer *l, const struct emo_shape *second)
{
	(void)second;
	l->y = l->x;
	return 0;
}

static int drop_task(void *ctx, int image, int thread)
{
	const struct job *job = ctx;
	size_t n = emo_shape_size(job->l->x), at = (size_t)image * n;
	float rate = job->l->rate, gain = 1 / (1 - rate);
	uint64_t which = (uint64_t)job->l->section << 32 | (uint64_t)image;
	struct emo_rng rng = emo_rng_at(job->p->seed, job->p->step, which);

	(void)thread;
	for (size_t i = 0; i < n; i++)
		job->out[at + i] = emo_rng_uniform(&rng, 0, 1) < rate ? 0 : gain * job->in[at + i];
	return 0;
}

static int forward(struct emo_layer *l, const struct emo_pass *p)
{
	struct job job = {l, p, p->x[0], p->y};

	if (p->train)
		return emo_for(p->pool, p->n, drop_task, &job);
	if (p->y != p->x[0])
		memcpy(p->y, p->x[0], (size_t)p->n * emo_shape_size(l->x) * sizeof *p->y);
	return 0;
}

static int backward(struct emo_layer *l, const struct emo_pass *p)
{
	struct job job = {l, p, p->dy, p->dx[0]};

	return p->dx[0] ? emo_for(p->pool, p->n, drop_task, &job) : 0;
}

const struct emo_op emo_op_dropout = {
	.name = "dropout",
	.in_place = 1,
	.shape = shape,
	.forward = forward,
	.backward = backward,
};
