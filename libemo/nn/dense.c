/* SPDX-License-Identifier: MIT */
/*
 * The connected layer: y = x W + b, every output from every input. Weights are stored (input,
 * output). The same two matrix products as a convolution, with a picture as a row.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "nn/op.h"

#define ROWS   12 /* pictures that a task multiplies: a tile */
#define INPUTS 96 /* inputs whose weight gradients a task computes */

struct dense {
	int *x_at, *y_at; /* [n] where a picture's values begin: multiples of the row lengths */
	float *packed, *packed_back;
	unsigned version, version_back;
};

struct job {
	const struct emo_layer *l;
	const struct emo_pass *p;
};

static const int start; /* the one run of a row begins at 0 */

static int inputs(const struct emo_layer *l)
{
	return (int)emo_shape_size(l->x);
}

static int shape(struct emo_layer *l, const struct emo_shape *second)
{
	(void)second;
	l->y = (struct emo_shape){1, 1, l->filters};
	if ((double)emo_shape_size(l->x) > 1e8)
		return emo_fail("%zu inputs are too many", emo_shape_size(l->x));
	if (emo_size_mul(&l->weight.n, emo_shape_size(l->x), (size_t)l->filters) < 0)
		return -1;
	l->bias.n = (size_t)l->filters;
	return 0;
}

static void done(struct emo_layer *l)
{
	struct dense *d = l->aux;

	if (!d)
		return;
	free(d->x_at);
	free(d->packed);
	free(d->packed_back);
	free(d);
	l->aux = NULL;
}

static int prepare(struct emo_layer *l, struct emo_room *room)
{
	struct dense *d = emo_calloc(1, sizeof *d);
	int n = room->n;

	if (!(l->aux = d))
		return -1;
	if ((double)n * inputs(l) > 2e9)
		return emo_fail("batches of %d with %d inputs are too large", n, inputs(l));
	d->x_at = emo_take(room, 2 * (size_t)n, sizeof *d->x_at);
	d->packed = emo_take(room, room->kern->packed_size(inputs(l), l->filters), sizeof(float));
	if (room->train)
		d->packed_back = emo_take(room, room->kern->packed_size(l->filters, inputs(l)),
					  sizeof(float));
	if (!d->x_at || !d->packed || (room->train && !d->packed_back))
		return -1;
	d->y_at = d->x_at + n;
	for (int i = 0; i < n; i++) {
		d->x_at[i] = i * inputs(l);
		d->y_at[i] = i * l->filters;
	}
	return 0;
}

static void init(const struct emo_layer *l, float *weight, float *bias, float *state,
		 struct emo_rng *rng)
{
	float scale = sqrtf(2 / (float)inputs(l));

	(void)state;
	for (size_t i = 0; i < l->weight.n; i++)
		weight[i] = scale * emo_rng_normal(rng);
	memset(bias, 0, l->bias.n * sizeof *bias);
}

static int forward_task(void *ctx, int index, int thread)
{
	const struct job *job = ctx;
	const struct emo_layer *l = job->l;
	const struct dense *d = l->aux;
	int from = index * ROWS, left = job->p->n - from;
	struct emo_product product = {
		.m = left < ROWS ? left : ROWS,
		.n = l->filters,
		.nruns = 1,
		.run = inputs(l),
		.a = job->p->x[0],
		.row_at = d->x_at + from,
		.run_at = &start,
		.b = d->packed,
		.c = job->p->y + d->y_at[from],
		.ldc = l->filters,
		.bias = l->bias.n ? job->p->bias : NULL,
		.slope = emo_act_below_zero(l->act),
	};

	(void)thread;
	job->p->kern->product(&product);
	if (l->act == EMO_SILU)
		job->p->kern->act(product.c, product.c, (size_t)product.m * (size_t)l->filters,
				  EMO_SILU);
	return 0;
}

static int forward(struct emo_layer *l, const struct emo_pass *p)
{
	struct dense *d = l->aux;
	struct emo_pack how = {1, inputs(l), l->filters, 0, (size_t)l->filters, 1};
	struct job job = {l, p};

	if (d->version != p->version)
		p->kern->pack_b(d->packed, p->weight, &how);
	d->version = p->version;
	return emo_for(p->pool, (p->n + ROWS - 1) / ROWS, forward_task, &job);
}

static int data_task(void *ctx, int index, int thread)
{
	const struct job *job = ctx;
	const struct emo_layer *l = job->l;
	const struct dense *d = l->aux;
	int from = index * ROWS, left = job->p->n - from;
	struct emo_product product = {
		.m = left < ROWS ? left : ROWS,
		.n = inputs(l),
		.nruns = 1,
		.run = l->filters,
		.a = job->p->dy,
		.row_at = d->y_at + from,
		.run_at = &start,
		.b = d->packed_back,
		.c = job->p->dx[0] + d->x_at[from],
		.ldc = inputs(l),
		.slope = 1,
	};

	(void)thread;
	job->p->kern->product(&product);
	return 0;
}

static int weight_task(void *ctx, int index, int thread)
{
	const struct job *job = ctx;
	const struct emo_layer *l = job->l;
	const struct dense *d = l->aux;
	int from = index * INPUTS, left = inputs(l) - from;
	struct emo_outer outer = {
		.m = job->p->n,
		.n = l->filters,
		.nruns = 1,
		.run = left < INPUTS ? left : INPUTS,
		.a = job->p->x[0] + from,
		.row_at = d->x_at,
		.run_at = &start,
		.d = job->p->dy,
		.ldd = l->filters,
		.g = job->p->dweight + (size_t)from * (size_t)l->filters,
		.ldg = l->filters,
	};

	(void)thread;
	job->p->kern->outer(&outer);
	return 0;
}

static int backward(struct emo_layer *l, const struct emo_pass *p)
{
	struct dense *d = l->aux;
	struct emo_pack how = {1, l->filters, inputs(l), 0, 1, (size_t)l->filters};
	struct job job = {l, p};

	for (int i = 0; i < p->n && l->bias.n; i++)
		p->kern->scale_add(p->dbias, 1, p->dy + (size_t)i * l->bias.n, l->bias.n);
	if (emo_for(p->pool, (inputs(l) + INPUTS - 1) / INPUTS, weight_task, &job) < 0)
		return -1;
	if (!p->dx[0])
		return 0;
	if (d->version_back != p->version)
		p->kern->pack_b(d->packed_back, p->weight, &how);
	d->version_back = p->version;
	return emo_for(p->pool, (p->n + ROWS - 1) / ROWS, data_task, &job);
}

const struct emo_op emo_op_dense = {
	.name = "connected",
	.shape = shape,
	.prepare = prepare,
	.init = init,
	.forward = forward,
	.backward = backward,
	.done = done,
};
