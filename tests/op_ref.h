/* SPDX-License-Identifier: MIT */
/*
 * A row of op_rows.h worked out by naive.h: its result and its gradients, and a check of these
 * gradients by differences, so that the reference stands on its own feet.
 */
#ifndef OP_REF_H
#define OP_REF_H

#include "op_rows.h"
#include "test.h"

#include "base/rng.h"

struct ref {
	const struct row *row;
	double *x[2], *w, *scale, *bias; /* bias is the shift when there is a batch norm */
	double *mean, *var;              /* running averages, for inference */
	double *batch_mean, *batch_var;
	double *z, *u, *y; /* z: of the product, u: what the activation gets */
	double *dy;        /* the loss is the sum of dy y */
	double *du, *dz, *dx, *dw, *dscale, *dbias;
};

/* Memory for one row, freed together. */
static void *taken[256];
static int ntaken;

static inline void *take(size_t n, size_t size)
{
	void *p = calloc(n + 1, size);

	if (!p || ntaken == 256)
		abort();
	return taken[ntaken++] = p;
}

static inline void free_taken(void)
{
	while (ntaken > 0)
		free(taken[--ntaken]);
}

/* Numbers that a float holds exactly, so that engine and reference begin with the same. */
static inline double *randoms(struct emo_rng *rng, size_t n, float mid, float range, int coarse)
{
	double *v = take(n, sizeof *v);

	for (size_t i = 0; i < n; i++) {
		v[i] = (double)(float)(mid + emo_rng_uniform(rng, -range, range));
		if (coarse)
			v[i] = floor(3 * v[i]);
	}
	return v;
}

static inline void ref_forward(struct ref *r, int train)
{
	const struct naive *d = &r->row->d;
	size_t n = row_outputs(r->row);
	int m = row_rows(r->row);

	if (r->row->kind == CONV)
		naive_conv(r->z, r->x[0], r->w, d);
	else if (r->row->kind == DENSE)
		naive_dense(r->z, r->x[0], r->w, d->n, d->h * d->w * d->c, d->filters);
	else if (r->row->kind == MAX)
		naive_maxpool(r->z, r->x[0], d);
	else if (r->row->kind == AVG)
		naive_avgpool(r->z, r->x[0], d);
	else
		for (size_t i = 0; i < n; i++)
			r->z[i] = r->x[0][i] + r->x[1][i];
	memcpy(r->u, r->z, n * sizeof *r->u);
	if (r->row->finish == NORM) {
		naive_moments(r->batch_mean, r->batch_var, r->z, m, d->oc);
		naive_norm(r->u, r->z, train ? r->batch_mean : r->mean,
			   train ? r->batch_var : r->var, r->scale, r->bias, m, d->oc);
	} else if (row_weights(r->row)) {
		naive_bias(r->u, r->bias, m, d->oc);
	}
	for (size_t i = 0; i < n; i++)
		r->y[i] = naive_act(r->u[i], r->row->act);
}

static inline void ref_backward(struct ref *r)
{
	const struct naive *d = &r->row->d;
	size_t n = row_outputs(r->row);
	int m = row_rows(r->row);

	for (size_t i = 0; i < n; i++)
		r->du[i] = r->dy[i] * naive_act_slope(r->u[i], r->row->act);
	memcpy(r->dz, r->du, n * sizeof *r->dz);
	if (r->row->finish == NORM)
		naive_norm_back(r->dz, r->dscale, r->dbias, r->du, r->z, r->scale, m, d->oc);
	else
		naive_bias_back(r->dbias, r->du, m, d->oc);
	if (r->row->kind == CONV)
		naive_conv_back(r->dx, r->dw, r->dz, r->x[0], r->w, d);
	else if (r->row->kind == DENSE)
		naive_dense_back(r->dx, r->dw, r->dz, r->x[0], r->w, d->n, d->h * d->w * d->c,
				 d->filters);
	else if (r->row->kind == MAX)
		naive_maxpool_back(r->dx, r->dz, r->x[0], d);
	else if (r->row->kind == AVG)
		naive_avgpool_back(r->dx, r->dz, d);
	else
		memcpy(r->dx, r->dz, n * sizeof *r->dx);
}

static inline double ref_loss(struct ref *r)
{
	double sum = 0;

	ref_forward(r, 1);
	for (size_t i = 0; i < row_outputs(r->row); i++)
		sum += r->dy[i] * r->y[i];
	return sum;
}

/* Some of the n gradients dv by v, against (L(v + e) - L(v - e)) / 2e. */
static inline void ref_differences(struct ref *r, double *v, const double *dv, size_t n,
				   struct emo_rng *rng)
{
	const double e = 1e-6;

	for (int k = 0; k < 4 && n > 0; k++) {
		size_t i = emo_rng_below(rng, (uint32_t)n);
		double old = v[i], up, down;

		v[i] = old + e;
		up = ref_loss(r);
		v[i] = old - e;
		down = ref_loss(r);
		v[i] = old;
		CHECK_NEAR((up - down) / (2 * e), dv[i], 1e-5 * (1 + fabs(dv[i])));
	}
	ref_forward(r, 1);
}

static inline void ref_new(struct ref *r, const struct row *row, struct emo_rng *rng)
{
	size_t in = row_inputs(row), out = row_outputs(row), nw = row_weights(row);
	size_t c = (size_t)row->d.oc;

	*r = (struct ref){.row = row};
	r->x[0] = randoms(rng, in, 0, 1, row->ties);
	r->x[1] = randoms(rng, in, 0, 1, 0);
	r->w = randoms(rng, nw, 0, 1, 0);
	r->scale = randoms(rng, c, 1, .5f, 0);
	r->bias = randoms(rng, c, 0, 1, 0);
	r->mean = randoms(rng, c, 0, 1, 0);
	r->var = randoms(rng, c, 1, .9f, 0);
	r->dy = randoms(rng, out, 0, 1, 0);
	r->batch_mean = take(c, sizeof(double));
	r->batch_var = take(c, sizeof(double));
	r->z = take(out, sizeof(double));
	r->u = take(out, sizeof(double));
	r->y = take(out, sizeof(double));
	r->du = take(out, sizeof(double));
	r->dz = take(out, sizeof(double));
	r->dx = take(in, sizeof(double));
	r->dw = take(nw, sizeof(double));
	r->dscale = take(c, sizeof(double));
	r->dbias = take(c, sizeof(double));
	ref_forward(r, 1);
	ref_backward(r);
	if (!row->ties)
		ref_differences(r, r->x[0], r->dx, in, rng);
	ref_differences(r, r->w, r->dw, nw, rng);
	if (row->finish == NORM)
		ref_differences(r, r->scale, r->dscale, c, rng);
	if (nw)
		ref_differences(r, r->bias, r->dbias, c, rng);
}

#endif
