/* SPDX-License-Identifier: MIT */
/*
 * Pooling. Max pooling has Darknet's rounding: with padding p (size - 1 unless given) the output is
 * (x + p - size) / stride + 1 wide, windows begin p / 2 before the edge, and what is outside does
 * not count. Average pooling is over the whole picture.
 */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/err.h"
#include "nn/op.h"

struct job {
	const struct emo_layer *l;
	const struct emo_pass *p;
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

struct window {
	int y0, y1, x0, x1; /* rows y0 .. y1-1, columns x0 .. x1-1 of the input */
};

static int at_least(int v, int low)
{
	return v > low ? v : low;
}

static int at_most(int v, int high)
{
	return v < high ? v : high;
}

static struct window window(const struct emo_layer *l, int y, int x)
{
	int top = y * l->stride - l->pad / 2, left = x * l->stride - l->pad / 2;

	return (struct window){at_least(top, 0), at_most(top + l->size, l->x.h), at_least(left, 0),
			       at_most(left + l->size, l->x.w)};
}

static int max_task(void *ctx, int image, int thread)
{
	const struct job *job = ctx;
	const struct emo_layer *l = job->l;
	const float *in = job->p->x[0] + (size_t)image * emo_shape_size(l->x);
	float *out = job->p->y + (size_t)image * emo_shape_size(l->y);
	int c = l->x.c;

	(void)thread;
	for (int i = 0; i < l->y.h * l->y.w; i++, out += c) {
		struct window v = window(l, i / l->y.w, i % l->y.w);

		memcpy(out, in + (size_t)(v.y0 * l->x.w + v.x0) * (size_t)c, (size_t)c * sizeof *out);
		for (int y = v.y0; y < v.y1; y++)
			for (int x = v.x0; x < v.x1; x++)
				job->p->kern->maximum(out, in + (size_t)(y * l->x.w + x) * (size_t)c,
						      c);
	}
	return 0;
}

static int max_forward(struct emo_layer *l, const struct emo_pass *p)
{
	struct job job = {l, p};

	return emo_for(p->pool, p->n, max_task, &job);
}

static int max_prepare(struct emo_layer *l, struct emo_room *room)
{
	l->scratch = (size_t)room->threads * (size_t)l->x.c;
	return 0;
}

static int max_back_task(void *ctx, int image, int thread)
{
	const struct job *job = ctx;
	const struct emo_layer *l = job->l;
	size_t c = (size_t)l->x.c, x_at = (size_t)image * emo_shape_size(l->x);
	size_t y_at = (size_t)image * emo_shape_size(l->y);
	const float *in = job->p->x[0] + x_at, *out = job->p->y + y_at, *dy = job->p->dy + y_at;
	float *dx = job->p->dx[0] + x_at;
	float *g = job->p->scratch + (size_t)thread * c; /* what has not yet found its maximum */

	memset(dx, 0, emo_shape_size(l->x) * sizeof *dx);
	for (int i = 0; i < l->y.h * l->y.w; i++, out += c, dy += c) {
		struct window v = window(l, i / l->y.w, i % l->y.w);

		memcpy(g, dy, c * sizeof *g);
		for (int y = v.y0; y < v.y1; y++)
			for (int x = v.x0; x < v.x1; x++) {
				size_t at = (size_t)(y * l->x.w + x) * c;

				job->p->kern->route(dx + at, g, in + at, out, l->x.c);
			}
	}
	return 0;
}

static int max_backward(struct emo_layer *l, const struct emo_pass *p)
{
	struct job job = {l, p};

	return p->dx[0] ? emo_for(p->pool, p->n, max_back_task, &job) : 0;
}

const struct emo_op emo_op_maxpool = {
	.name = "maxpool",
	.shape = max_shape,
	.prepare = max_prepare,
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
	struct job job = {l, p};

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
	struct job job = {l, p};

	return p->dx[0] ? emo_for(p->pool, p->n, avg_back_task, &job) : 0;
}

const struct emo_op emo_op_avgpool = {
	.name = "avgpool",
	.shape = avg_shape,
	.forward = avg_forward,
	.backward = avg_backward,
};
