/* SPDX-License-Identifier: MIT */
/*
 * The layers of a network's last section run by hand, without net.c: on a given instruction set,
 * with fenced arrays full of rubbish, in place or not.
 */
#ifndef OP_TRIAL_H
#define OP_TRIAL_H

#include "op_ref.h"

#include "base/err.h"
#include "nn/net_priv.h"

/* ---- arrays with a fence behind them ---- */

#define FENCE 16
#define STAKE 12345.f

static inline float *fenced(size_t n, float fill)
{
	float *v = take(n + FENCE, sizeof *v);

	for (size_t i = 0; i < n + FENCE; i++)
		v[i] = i < n ? fill : STAKE;
	return v;
}

static inline int fence_holds(const float *v, size_t n)
{
	for (int i = 0; i < FENCE; i++)
		if (v[n + (size_t)i] != STAKE)
			return 0;
	return 1;
}

static inline float *to_floats(const double *from, size_t n)
{
	float *v = fenced(n, 0);

	for (size_t i = 0; i < n; i++)
		v[i] = (float)from[i];
	return v;
}

/* ---- the layers of a network's last section, run by hand ---- */

struct trial {
	struct emo_net *net;
	const struct emo_kern *kern;
	struct emo_pool *pool;
	int n, first, count; /* the section's layers */
	int share;           /* in-place ops get one array for both */
	int direct;          /* convolutions without Winograd's transforms */
	const float *x[2], *dy, *target;
	float *buf[3], *dbuf[3]; /* copies of x[0] and dy, and what the layers make of them */
	size_t at[3];            /* floats in buf[i] */
	const float *in[2];
	float *y, *dx[2], *grads;
	float *scratch;
	size_t scratch_n;
};

static inline struct emo_pass pass_of(const struct trial *t, int k, int train)
{
	const struct emo_layer *l = t->net->layers + t->first + k;

	for (size_t i = 0; i < t->scratch_n; i++)
		t->scratch[i] = NAN;
	return (struct emo_pass){
		.kern = t->kern,
		.pool = t->pool,
		.n = t->n,
		.train = train,
		.version = t->net->version,
		.x = {t->in[k], t->x[1]},
		.target = t->target,
		.weight = t->net->params + l->weight.at,
		.bias = t->net->params + l->bias.at,
		.dweight = t->grads + l->weight.at,
		.dbias = t->grads + l->bias.at,
		.state = t->net->state + l->state.at,
		.scratch = t->scratch,
	};
}

static inline void trial_forward(struct trial *t, int train)
{
	memcpy(t->buf[0], t->x[0], t->at[0] * sizeof(float));
	t->y = t->buf[0];
	for (int k = 0; k < t->count; k++) {
		struct emo_layer *l = t->net->layers + t->first + k;
		struct emo_pass p;

		t->in[k] = t->y;
		p = pass_of(t, k, train);
		if (!t->share || !l->op->in_place) {
			t->y = t->buf[k + 1];
			for (size_t i = 0; i < t->at[k + 1]; i++)
				t->y[i] = NAN;
		}
		p.y = t->y;
		CHECK_INT(l->op->forward(l, &p), 0);
		CHECK(fence_holds(t->buf[k + 1], t->at[k + 1]));
		CHECK(fence_holds(t->scratch, t->scratch_n));
	}
}

static inline void trial_backward(struct trial *t)
{
	float *dy = t->dbuf[t->count];

	memcpy(dy, t->dy, t->at[t->count] * sizeof *dy);
	for (int k = t->count - 1; k >= 0; k--) {
		struct emo_layer *l = t->net->layers + t->first + k;
		struct emo_pass p = pass_of(t, k, 1);

		p.y = k + 1 < t->count ? (float *)(size_t)t->in[k + 1] : t->y;
		p.dy = dy;
		p.dx[0] = t->share && l->op->in_place ? dy : t->dbuf[k];
		p.dx[1] = l->in[1] == EMO_NO_LAYER ? NULL : t->dx[1];
		for (size_t i = 0; i < t->at[k] && p.dx[0] != dy; i++)
			p.dx[0][i] = NAN;
		CHECK_INT(l->op->backward(l, &p), 0);
		CHECK(fence_holds(t->dbuf[k], t->at[k]));
		CHECK(fence_holds(t->scratch, t->scratch_n));
		dy = p.dx[0];
	}
	CHECK(fence_holds(t->grads, t->net->nparams));
	t->dx[0] = dy;
}

/* Layers made ready for batches one larger than those that they get. */
static inline void trial_prepare(struct trial *t)
{
	struct emo_room room = {.kern = t->kern, .n = t->n + 1, .threads = emo_pool_size(t->pool),
				.train = 1, .direct = t->direct, .left = 1 << 30};

	t->scratch_n = 0;
	for (int k = 0; k < t->count; k++) {
		struct emo_layer *l = t->net->layers + t->first + k;

		if (l->op->done)
			l->op->done(l);
		if (l->op->prepare)
			CHECK_INT(l->op->prepare(l, &room), 0);
		if (t->scratch_n < l->scratch)
			t->scratch_n = l->scratch;
	}
	t->scratch = fenced(t->scratch_n, NAN);
}

static inline int trial_new(struct trial *t, const char *cfg, int n)
{
	struct emo_net *net = emo_net_new(cfg, strlen(cfg), "row");
	int last;

	*t = (struct trial){.net = net, .n = n};
	if (!CHECK(net != NULL)) {
		printf("\t%s\n", emo_error());
		return -1;
	}
	last = t->first = net->nlayers - 1;
	while (t->first > 0 && net->layers[t->first - 1].section == net->layers[last].section)
		t->first--;
	t->count = net->nlayers - t->first;
	for (int k = 0; k <= t->count; k++) {
		t->at[k] = (size_t)n * emo_shape_size(k ? net->layers[t->first + k - 1].y
							: net->layers[t->first].x);
		t->buf[k] = fenced(t->at[k], NAN);
		t->dbuf[k] = fenced(t->at[k], NAN);
	}
	t->dx[1] = fenced(t->at[0], NAN);
	t->grads = fenced(net->nparams, 0);
	return 0;
}

/* ---- comparing ---- */

static inline void close_to(const char *what, const char *kern, const float *got, const double *want,
		     size_t n, double tolerance)
{
	double most = 0, off = 0;
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		double d = fabs((double)got[i] - want[i]);

		if (most < fabs(want[i]))
			most = fabs(want[i]);
		if (!(d <= off)) {
			off = d;
			at = i;
		}
	}
	if (!CHECK(off <= tolerance * (1 + most)))
		printf("\t%s, %s: value %zu is %.9g, should be %.9g\n", kern, what, at,
		       (double)got[at], want[at]);
}

static inline void same_bits(const char *what, const char *kern, const float *a, const float *b, size_t n)
{
	if (!CHECK(memcmp(a, b, n * sizeof *a) == 0))
		printf("\t%s: other bits in %s\n", kern, what);
}

#endif
