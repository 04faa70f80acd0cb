/* SPDX-License-Identifier: MIT */
/*
 * Every operation, in every shape of op_rows.h, for every instruction set of this CPU, against
 * naive.h: results and gradients; the promises of op.h besides (memory shared in place, gradients
 * added to, scratch full of rubbish, nothing written past an end, the same bits from any number of
 * threads).
 */
#include "nn/net_priv.h"

#include "base/err.h"
#include "op_ref.h"

static const char *const kern_names[] = {"generic", "avx2", "avx512", "neon"};
#define NKERNS (sizeof kern_names / sizeof *kern_names)

static struct emo_pool *pool;

/* ---- arrays with a fence behind them ---- */

#define FENCE 16
#define STAKE 12345.f

static float *fenced(size_t n, float fill)
{
	float *v = take(n + FENCE, sizeof *v);

	for (size_t i = 0; i < n + FENCE; i++)
		v[i] = i < n ? fill : STAKE;
	return v;
}

static int fence_holds(const float *v, size_t n)
{
	for (int i = 0; i < FENCE; i++)
		if (v[n + (size_t)i] != STAKE)
			return 0;
	return 1;
}

static float *to_floats(const double *from, size_t n)
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
	const float *x[2], *dy, *target;
	float *buf[3], *dbuf[3]; /* copies of x[0] and dy, and what the layers make of them */
	size_t at[3];            /* floats in buf[i] */
	const float *in[2];
	float *y, *dx[2], *grads;
	float *scratch;
	size_t scratch_n;
};

static struct emo_pass pass_of(const struct trial *t, int k, int train)
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

static void trial_forward(struct trial *t, int train)
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

static void trial_backward(struct trial *t)
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
static void trial_prepare(struct trial *t)
{
	struct emo_room room = {t->kern, t->n + 1, emo_pool_size(t->pool), 1, 1 << 30};

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

static int trial_new(struct trial *t, const char *cfg, int n)
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

static void close_to(const char *what, const char *kern, const float *got, const double *want,
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

static void same_bits(const char *what, const char *kern, const float *a, const float *b, size_t n)
{
	if (!CHECK(memcmp(a, b, n * sizeof *a) == 0))
		printf("\t%s: other bits in %s\n", kern, what);
}

/* ---- rows ---- */

/* The reference's weights, [filter][row][column][channel], in the order that the engine keeps. */
static void set_weights(float *to, const double *from, const struct row *r, int get, double *grad)
{
	const struct naive *d = &r->d;
	int conv = r->kind == CONV, taps = conv ? d->size * d->size : 1;
	int groups = conv ? d->groups : 1, out = d->filters / groups;
	int in = conv ? d->c / groups : d->h * d->w * d->c;

	for (int f = 0; f < d->filters; f++)
		for (int t = 0; t < taps; t++)
			for (int i = 0; i < in; i++) {
				int ours = ((f / out * taps + t) * in + i) * out + f % out;
				int theirs = (f * taps + t) * in + i;

				if (get)
					grad[theirs] = (double)to[ours];
				else
					to[ours] = (float)from[theirs];
			}
}

static void set_params(struct trial *t, const struct ref *r)
{
	struct emo_net *net = t->net;
	const struct emo_layer *product = net->layers + t->first, *norm = product + 1;
	size_t c = (size_t)r->row->d.oc;

	if (!row_weights(r->row))
		return;
	set_weights(net->params + product->weight.at, r->w, r->row, 0, NULL);
	for (size_t j = 0; j < c && r->row->finish == BIAS; j++)
		net->params[product->bias.at + j] = (float)r->bias[j];
	for (size_t j = 0; j < c && r->row->finish == NORM; j++) {
		net->params[norm->bias.at + j] = (float)r->scale[j];
		net->params[norm->bias.at + c + j] = (float)r->bias[j];
		net->state[norm->state.at + j] = (float)r->mean[j];
		net->state[norm->state.at + c + j] = (float)r->var[j];
	}
	emo_net_changed(net);
}

static void check_state(const struct trial *t, const struct ref *r)
{
	size_t c = (size_t)r->row->d.oc, m = (size_t)row_rows(r->row);
	const float *state = t->net->state + t->net->layers[t->first + 1].state.at;
	double *mean = take(c, sizeof *mean), *var = take(c, sizeof *var);

	for (size_t j = 0; j < c; j++) {
		double unbiased = m > 1 ? r->batch_var[j] * (double)m / (double)(m - 1) : 0;

		mean[j] = .9 * r->mean[j] + .1 * r->batch_mean[j];
		var[j] = .9 * r->var[j] + .1 * unbiased;
	}
	close_to("running mean", t->kern->name, state, mean, c, 1e-5);
	close_to("running variance", t->kern->name, state + c, var, c, 1e-5);
}

static void check_gradients(struct trial *t, const struct ref *r, float before)
{
	const struct emo_layer *product = t->net->layers + t->first, *norm = product + 1;
	size_t nw = row_weights(r->row), c = (size_t)r->row->d.oc;
	const char *name = t->kern->name;
	double *weights = take(nw, sizeof *weights);
	float *grads = fenced(t->net->nparams, 0);

	close_to("dx", name, t->dx[0], r->dx, row_inputs(r->row), 2e-5);
	if (r->row->kind == SUM)
		close_to("second dx", name, t->dx[1], r->dx, row_inputs(r->row), 2e-5);
	if (!nw)
		return;
	for (size_t i = 0; i < t->net->nparams; i++)
		grads[i] = t->grads[i] - before;
	set_weights(grads + product->weight.at, NULL, r->row, 1, weights);
	close_to("dw", name, to_floats(weights, nw), r->dw, nw, 2e-5);
	if (r->row->finish == NORM) {
		close_to("dscale", name, grads + norm->bias.at, r->dscale, c, 2e-5);
		close_to("dshift", name, grads + norm->bias.at + c, r->dbias, c, 2e-5);
	} else {
		close_to("db", name, grads + product->bias.at, r->dbias, c, 2e-5);
	}
}

/* One row with one instruction set: against the reference, then again in other circumstances. */
static void run_row(struct trial *t, struct ref *r)
{
	size_t out = row_outputs(r->row), in = row_inputs(r->row), np = t->net->nparams;
	const char *name = t->kern->name;
	const float before = .25f;
	float *y = fenced(out, 0), *dx = fenced(in, 0), *grads = fenced(np, 0);

	for (int round = 0; round < 4; round++) { /* threads or not, in place or not */
		t->pool = round & 1 ? pool : NULL;
		t->share = round >> 1;
		trial_prepare(t);
		set_params(t, r);
		ref_forward(r, 0);
		trial_forward(t, 0);
		close_to("y in inference", name, t->y, r->y, out, 1e-5);
		t->share = 0;
		ref_forward(r, 1);
		trial_forward(t, 1);
		t->share = round >> 1;
		for (size_t i = 0; i < np; i++)
			t->grads[i] = before;
		trial_backward(t);
		if (round == 0) {
			close_to("y", name, t->y, r->y, out, 1e-5);
			check_gradients(t, r, before);
			if (r->row->finish == NORM)
				check_state(t, r);
			memcpy(y, t->y, out * sizeof *y);
			memcpy(dx, t->dx[0], in * sizeof *dx);
			memcpy(grads, t->grads, np * sizeof *grads);
		}
		same_bits("y", name, t->y, y, out);
		same_bits("dx", name, t->dx[0], dx, in);
		same_bits("gradients", name, t->grads, grads, np);
	}
}

static void check_row(struct row row, size_t index)
{
	struct emo_rng rng = emo_rng_at(1, 2, index);
	int failed = test_failed;
	struct trial t;
	struct ref ref;
	char cfg[512];

	row_shape(&row);
	row_cfg(cfg, sizeof cfg, &row);
	ref_new(&ref, &row, &rng);
	if (trial_new(&t, cfg, row.d.n) == 0) {
		CHECK_INT((long long)t.at[t.count], (long long)row_outputs(&row));
		t.x[0] = to_floats(ref.x[0], row_inputs(&row));
		t.x[1] = to_floats(ref.x[1], row_inputs(&row));
		t.dy = to_floats(ref.dy, row_outputs(&row));
		for (size_t k = 0; k < NKERNS; k++)
			if ((t.kern = emo_kern_named(kern_names[k])))
				run_row(&t, &ref);
	}
	if (test_failed > failed)
		printf("\tin row %zu:\n%s\n", index, cfg);
	emo_net_free(t.net);
	free_taken();
}

static void test_rows(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check_row(rows[i], i);
}

int main(void)
{
	pool = emo_pool_new(3);
	RUN(test_rows);
	emo_pool_free(pool);
	return test_end();
}
