/* SPDX-License-Identifier: MIT */
/*
 * Batch norm with the activation behind it: y = act(scale (x - mean) / sqrt(var + 1e-5) + shift),
 * each channel by itself. Ioffe and Szegedy, ICML 2015; the epsilon is Darknet's. In training mean
 * and variance are the batch's, and running averages of them are kept for inference.
 *
 * The statistics of each picture are computed alone and then put together in order (Chan, Golub,
 * LeVeque 1979), so that they do not depend on the number of threads.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/op.h"

#define MOMENTUM .1f /* share of a new batch in the running averages */

struct norm {
	float *mean, *istd; /* [c] what forward used, for backward */
};

static int shape(struct emo_layer *l, const struct emo_shape *second)
{
	(void)second;
	l->y = l->x;
	l->weight.n = 0;
	l->bias.n = 2 * (size_t)l->x.c; /* scale, then shift: neither is decayed */
	l->state.n = 2 * (size_t)l->x.c;
	return 0;
}

static void done(struct emo_layer *l)
{
	struct norm *norm = l->aux;

	if (!norm)
		return;
	free(norm->mean);
	free(norm);
	l->aux = NULL;
}

static int prepare(struct emo_layer *l, struct emo_room *room)
{
	struct norm *norm = emo_calloc(1, sizeof *norm);
	size_t c = (size_t)l->x.c;

	if (!(l->aux = norm) || !(norm->mean = emo_take(room, 2 * c, sizeof *norm->mean)))
		return -1;
	norm->istd = norm->mean + c;
	l->scratch = 2 * c * ((size_t)room->n + 1);
	return 0;
}

static void init(const struct emo_layer *l, float *weight, float *bias, float *state,
		 struct emo_rng *rng)
{
	size_t c = (size_t)l->x.c;

	(void)weight, (void)rng;
	for (size_t i = 0; i < c; i++) {
		bias[i] = 1;
		bias[c + i] = 0;
		state[i] = 0;
		state[c + i] = 1;
	}
}

struct job {
	const struct emo_layer *l;
	const struct emo_pass *p;
	struct emo_norm norm;
	const float *mean_g, *mean_gx;
};

static struct job make_job(const struct emo_layer *l, const struct emo_pass *p)
{
	const struct norm *norm = l->aux;
	struct emo_norm n = {norm->mean, norm->istd, p->bias, p->bias + l->x.c, l->act};

	return (struct job){.l = l, .p = p, .norm = n};
}

static int moments_task(void *ctx, int image, int thread)
{
	const struct job *job = ctx;
	const struct emo_layer *l = job->l;
	float *out = job->p->scratch + (size_t)image * 2 * (size_t)l->x.c;

	(void)thread;
	job->p->kern->moments(out, out + l->x.c,
			      job->p->x[0] + (size_t)image * emo_shape_size(l->x), l->x.h * l->x.w,
			      l->x.c);
	return 0;
}

/* Puts the pictures' moments together into norm->mean and ->istd, and moves the running averages. */
static void combine(struct emo_layer *l, const struct emo_pass *p)
{
	struct norm *norm = l->aux;
	int c = l->x.c;
	double m = (double)l->x.h * l->x.w, total = m * p->n;

	for (int j = 0; j < c; j++) {
		const float *part = p->scratch + j; /* mean, m2 of picture i at part[i * 2c], [+ c] */
		double mean = 0, m2 = 0, var;

		for (int i = 0; i < p->n; i++)
			mean += (double)part[(size_t)i * 2 * (size_t)c];
		mean /= p->n;
		for (int i = 0; i < p->n; i++) {
			double d = (double)part[(size_t)i * 2 * (size_t)c] - mean;

			m2 += (double)part[(size_t)i * 2 * (size_t)c + (size_t)c] + m * d * d;
		}
		var = m2 / total;
		norm->mean[j] = (float)mean;
		norm->istd[j] = (float)(1 / sqrt(var + (double)EMO_NORM_EPSILON));
		if (total > 1)
			var = m2 / (total - 1);
		p->state[j] += MOMENTUM * ((float)mean - p->state[j]);
		p->state[c + j] += MOMENTUM * ((float)var - p->state[c + j]);
	}
}

static int norm_task(void *ctx, int image, int thread)
{
	const struct job *job = ctx;
	const struct emo_layer *l = job->l;
	size_t at = (size_t)image * emo_shape_size(l->x);

	(void)thread;
	job->p->kern->norm(job->p->y + at, job->p->x[0] + at, l->x.h * l->x.w, l->x.c, &job->norm);
	return 0;
}

static int forward(struct emo_layer *l, const struct emo_pass *p)
{
	struct norm *norm = l->aux;
	struct job job = make_job(l, p);

	if (p->train) {
		if (emo_for(p->pool, p->n, moments_task, &job) < 0)
			return -1;
		combine(l, p);
	} else {
		memcpy(norm->mean, p->state, (size_t)l->x.c * sizeof *norm->mean);
		for (int j = 0; j < l->x.c; j++)
			norm->istd[j] = 1 / sqrtf(p->state[l->x.c + j] + EMO_NORM_EPSILON);
	}
	return emo_for(p->pool, p->n, norm_task, &job);
}

static int sums_task(void *ctx, int image, int thread)
{
	const struct job *job = ctx;
	const struct emo_layer *l = job->l;
	float *out = job->p->scratch + (size_t)image * 2 * (size_t)l->x.c;
	size_t at = (size_t)image * emo_shape_size(l->x);

	(void)thread;
	job->p->kern->norm_sums(out, out + l->x.c, job->p->dy + at, job->p->x[0] + at,
				l->x.h * l->x.w, l->x.c, &job->norm);
	return 0;
}

static int back_task(void *ctx, int image, int thread)
{
	const struct job *job = ctx;
	const struct emo_layer *l = job->l;
	size_t at = (size_t)image * emo_shape_size(l->x);

	(void)thread;
	job->p->kern->norm_back(job->p->dx[0] + at, job->p->dy + at, job->p->x[0] + at,
				l->x.h * l->x.w, l->x.c, &job->norm, job->mean_g, job->mean_gx);
	return 0;
}

static int backward(struct emo_layer *l, const struct emo_pass *p)
{
	struct job job = make_job(l, p);
	size_t c = (size_t)l->x.c;
	float *mean_g = p->scratch + (size_t)p->n * 2 * c, *mean_gx = mean_g + c;
	double total = (double)l->x.h * l->x.w * p->n;

	if (emo_for(p->pool, p->n, sums_task, &job) < 0)
		return -1;
	for (size_t j = 0; j < c; j++) {
		double g = 0, gx = 0;

		for (int i = 0; i < p->n; i++) {
			g += (double)p->scratch[(size_t)i * 2 * c + j];
			gx += (double)p->scratch[(size_t)i * 2 * c + c + j];
		}
		p->dbias[j] += (float)gx;
		p->dbias[c + j] += (float)g;
		mean_g[j] = (float)(g / total);
		mean_gx[j] = (float)(gx / total);
	}
	job.mean_g = mean_g;
	job.mean_gx = mean_gx;
	return p->dx[0] ? emo_for(p->pool, p->n, back_task, &job) : 0;
}

const struct emo_op emo_op_norm = {
	.name = "batch norm",
	.in_place = 1,
	.shape = shape,
	.prepare = prepare,
	.init = init,
	.forward = forward,
	.backward = backward,
	.done = done,
};
