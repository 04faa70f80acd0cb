/* SPDX-License-Identifier: MIT */
/* An activation by itself: behind a convolution or connected layer without batch norm. */
#include "nn/op.h"

struct job {
	const struct emo_layer *l;
	const struct emo_pass *p;
};

static int shape(struct emo_layer *l, const struct emo_shape *second)
{
	(void)second;
	l->y = l->x;
	return 0;
}

static int forward_task(void *ctx, int image, int thread)
{
	const struct job *job = ctx;
	size_t n = emo_shape_size(job->l->x), at = (size_t)image * n;

	(void)thread;
	job->p->kern->act(job->p->y + at, job->p->x[0] + at, n, job->l->act);
	return 0;
}

static int forward(struct emo_layer *l, const struct emo_pass *p)
{
	struct job job = {l, p};

	return emo_for(p->pool, p->n, forward_task, &job);
}

static int backward_task(void *ctx, int image, int thread)
{
	const struct job *job = ctx;
	size_t n = emo_shape_size(job->l->x), at = (size_t)image * n;

	(void)thread;
	job->p->kern->act_back(job->p->dx[0] + at, job->p->dy + at, job->p->x[0] + at, n,
			       job->l->act);
	return 0;
}

static int backward(struct emo_layer *l, const struct emo_pass *p)
{
	struct job job = {l, p};

	return p->dx[0] ? emo_for(p->pool, p->n, backward_task, &job) : 0;
}

const struct emo_op emo_op_act = {
	.name = "activation",
	.in_place = 1,
	.shape = shape,
	.forward = forward,
	.backward = backward,
};
