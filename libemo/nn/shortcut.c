/* SPDX-License-Identifier: MIT */
/* The sum of two layers of the same shape: He et al., "Deep residual learning", CVPR 2016. */
#include <string.h>

#include "base/err.h"
#include "nn/op.h"

struct job {
	const struct emo_layer *l;
	const struct emo_pass *p;
};

static int shape(struct emo_layer *l, const struct emo_shape *second)
{
	if (second->h != l->x.h || second->w != l->x.w || second->c != l->x.c)
		return emo_fail("adds %dx%dx%d to %dx%dx%d; the shapes must be equal", second->w,
				second->h, second->c, l->x.w, l->x.h, l->x.c);
	l->y = l->x;
	return 0;
}

static int forward_task(void *ctx, int image, int thread)
{
	const struct job *job = ctx;
	size_t n = emo_shape_size(job->l->x), at = (size_t)image * n;

	(void)thread;
	job->p->kern->add(job->p->y + at, job->p->x[0] + at, job->p->x[1] + at, n);
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
	for (int i = 0; i < 2; i++) {
		float *dx = job->p->dx[i];

		if (dx && dx != job->p->dy)
			memcpy(dx + at, job->p->dy + at, n * sizeof *dx);
	}
	return 0;
}

static int backward(struct emo_layer *l, const struct emo_pass *p)
{
	struct job job = {l, p};

	return emo_for(p->pool, p->n, backward_task, &job);
}

const struct emo_op emo_op_shortcut = {
	.name = "shortcut",
	.in_place = 1,
	.shape = shape,
	.forward = forward,
	.backward = backward,
};
