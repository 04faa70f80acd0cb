/* SPDX-License-Identifier: MIT */
/*
 * Pooling. Max pooling has Darknet's rounding: with padding p (size - 1 unless given) the output is
 * (x + p - size) / stride + 1 wide, windows begin p / 2 before the edge, and what is outside does
 * not count. Average pooling is over the whole picture.
 */
#include "base/err.h"
#include "nn/op.h"

struct job {
	const struct emo_layer *l;
	const struct emo_pass *p;
	int bands;
};

/* ---- max ---- */

static int max_shape(struct emo_layer *l, const struct emo_shape *second)
{
	int h = l->x.h + l->pad - l->size, w = l->x.w + l->pad - l->size;

	(void)second;
	if (h < 0 || w < 0)
		return emo_fail("a %dx%d pool does not fit a %dx%d picture", l->size, l->size,
				l->x.w, l->x.h);
	if (l->pad >= 2 * l->size)
		return emo_fail("padding %d must be less than twice the size %d", l->pad, l->size);
	l->y = (struct emo_shape){h / l->stride + 1, w / l->stride + 1, l->x.c};
	/* the last window begins at (y - 1) stride - pad / 2 and must not lie outside */
	if ((l->y.h - 1) * l->stride - l->pad / 2 >= l->x.h ||
	    (l->y.w - 1) * l->stride - l->pad / 2 >= l->x.w)
		return emo_fail("a pool of size %d, stride %d, padding %d has empty windows",
				l->size, l->stride, l->pad);
	return 0;
}

static struct emo_windows_of max_windows(const struct emo_layer *l)
{
	return (struct emo_windows_of){l->x, l->y, l->size, l->stride, l->pad / 2};
}

/* A picture in `bands` pieces, when there are fewer pictures than threads. */
static int max_task(void *ctx, int index, int thread)
{
	const struct job *job = ctx;
	const struct emo_layer *l = job->l;
	struct emo_windows_of how = max_windows(l);
	int image = index / job->bands, band = index % job->bands;

	(void)thread;
	job->p->kern->max_pool(job->p->y + (size_t)image * emo_shape_size(l->y),
			       job->p->x[0] + (size_t)image * emo_shape_size(l->x), &how,
			       l->y.h * band / job->bands, l->y.h * (band + 1) / job->bands);
	return 0;
}

static int max_forward(struct emo_layer *l, const struct emo_pass *p)
{
	int threads = emo_pool_size(p->pool);
	struct job job = {l, p, p->n < threads ? threads : 1};

	return emo_for(p->pool, p->n * job.bands, max_task, &job);
}

static int max_back_task(void *ctx, int image, int thread)
{
	const struct job *job = ctx;
	const struct emo_layer *l = job->l;
	struct emo_windows_of how = max_windows(l);
	size_t x_at = (size_t)image * emo_shape_size(l->x);
	size_t y_at = (size_t)image * emo_shape_size(l->y);

	(void)thread;
	job->p->kern->max_pool_back(job->p->dx[0] + x_at, job->p->dy + y_at, job->p->x[0] + x_at,
				    job->p->y + y_at, &how);
	return 0;
}

static int max_backward(struct emo_layer *l, const struct emo_pass *p)
{
	struct job job = {l, p, 1};

	return p->dx[0] ? emo_for(p->pool, p->n, max_back_task, &job) : 0;
}

const struct emo_op emo_op_maxpool = {
	.name = "maxpool",
	.shape = max_shape,
	.forward = max_forward,
	.backward = max_backward,
};

/* ---- average over the picture ---- */

static int avg_shape(struct emo_layer *l, const struct emo_shape *second)
{
	(void)second;
	l->y = (struct emo_shape){1, 1, l->x.c};
	return 0;
}

static int avg_task(void *ctx, int image, int thread)
{
	const struct job *job = ctx;
	const struct emo_layer *l = job->l;
	int m = l->x.h * l->x.w, c = l->x.c;
	float *out = job->p->y + (size_t)image * (size_t)c;

	(void)thread;
	job->p->kern->column_sums(out, job->p->x[0] + (size_t)image * emo_shape_size(l->x), m, c);
	for (int j = 0; j < c; j++)
		out[j] /= (float)m;
	return 0;
}

static int avg_forward(struct emo_layer *l, const struct emo_pass *p)
{
	struct job job = {l, p, 1};

	return emo_for(p->pool, p->n, avg_task, &job);
}

static int avg_back_task(void *ctx, int image, int thread)
{
	const struct job *job = ctx;
	const struct emo_layer *l = job->l;
	int m = l->x.h * l->x.w, c = l->x.c;
	const float *dy = job->p->dy + (size_t)image * (size_t)c;
	float *dx = job->p->dx[0] + (size_t)image * emo_shape_size(l->x);

	(void)thread;
	for (int i = 0; i < m; i++)
		for (int j = 0; j < c; j++)
			*dx++ = dy[j] / (float)m;
	return 0;
}

static int avg_backward(struct emo_layer *l, const struct emo_pass *p)
{
	struct job job = {l, p, 1};

	return p->dx[0] ? emo_for(p->pool, p->n, avg_back_task, &job) : 0;
}

const struct emo_op emo_op_avgpool = {
	.name = "avgpool",
	.shape = avg_shape,
	.forward = avg_forward,
	.backward = avg_backward,
};
