/* SPDX-License-Identifier: MIT */
/*
 * Every operation, in every shape of op_rows.h, for every instruction set of this CPU, against
 * naive.h: results and gradients; the promises of op.h besides (memory shared in place, gradients
 * added to, scratch full of rubbish, nothing written past an end, the same bits from any number of
 * threads).
 */
#include "op_trial.h"

#include "nn/winograd.h"

static const char *const kern_names[] = {"generic", "avx2", "avx512", "neon"};
#define NKERNS (sizeof kern_names / sizeof *kern_names)

static struct emo_pool *pool;

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
		for (size_t k = 0; k < 2 * NKERNS; k++) {
			t.kern = emo_kern_named(kern_names[k / 2]);
			t.direct = k % 2; /* both paths, where there are two */
			if (t.kern && (!t.direct || emo_wino_fits(t.net->layers + t.first)))
				run_row(&t, &ref);
		}
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

/* ---- what the rows cannot say ---- */

/* The reference's gradient is here by differences alone: of the cross-entropy, by every input. */
static void check_softmax(const struct emo_kern *kern, int n, int h, int w, int c, double heat)
{
	struct emo_rng rng = emo_rng_at(3, (uint64_t)n, (uint64_t)(h * w * c));
	int all = h * w * c;
	size_t total = (size_t)(n * all);
	double *x = randoms(&rng, total, 0, 3, 0), *target = randoms(&rng, total, .5f, .5f, 0);
	double *y = take(total, sizeof *y), *dx = take(total, sizeof *dx), e = 1e-5;
	struct trial t;
	char cfg[128];

	snprintf(cfg, sizeof cfg, "[net]\nheight=%d\nwidth=%d\nchannels=%d\n[softmax]\n"
		 "temperature=%g\n", h, w, c, heat);
	for (int i = 0; i < n; i++) { /* probabilities */
		double sum = 0;

		for (int j = 0; j < all; j++)
			sum += target[i * all + j];
		for (int j = 0; j < all; j++)
			target[i * all + j] /= sum;
	}
	if (trial_new(&t, cfg, n) < 0)
		return;
	t.kern = kern;
	t.x[0] = to_floats(x, total);
	t.dy = t.x[0]; /* nobody looks at it */
	t.target = to_floats(target, total);
	trial_prepare(&t);
	trial_forward(&t, 1);
	trial_backward(&t);
	for (size_t i = 0; i < total; i++) {
		double old = x[i];

		for (int sign = -1; sign < 2; sign += 2) {
			x[i] = old + sign * e;
			naive_softmax(y, x, n, all, heat);
			dx[i] += sign * naive_cross_entropy(y, target, n, all) / (2 * e);
		}
		x[i] = old;
	}
	naive_softmax(y, x, n, all, heat);
	close_to("softmax", kern->name, t.y, y, total, 1e-6);
	close_to("gradient of softmax", kern->name, t.dx[0], dx, total, 1e-6);
	emo_net_free(t.net);
	free_taken();
}

static void test_softmax(void)
{
	for (size_t k = 0; k < NKERNS; k++) {
		const struct emo_kern *kern = emo_kern_named(kern_names[k]);

		if (!kern)
			continue;
		check_softmax(kern, 1, 1, 1, 1, 1);
		check_softmax(kern, 3, 1, 1, 7, 1);
		check_softmax(kern, 2, 1, 1, 33, 2.5);
		check_softmax(kern, 2, 2, 3, 4, .5);
	}
}

/* Whatever memory is left, prepare works or fails with a message, and nothing is lost. */
static void test_starved(void)
{
	static const char *const cfgs[] = {
		"[net]\nheight=9\nwidth=9\n[convolutional]\nfilters=3\nsize=3\nactivation=linear\n",
		"[net]\nheight=9\nwidth=9\n[connected]\noutput=3\nactivation=linear\n",
		"[net]\nheight=9\nwidth=9\n[convolutional]\nbatch_normalize=1\nactivation=relu\n",
	};

	for (size_t i = 0; i < sizeof cfgs / sizeof *cfgs; i++) {
		struct emo_net *net = emo_net_new(cfgs[i], strlen(cfgs[i]), "row");
		struct emo_layer *l = net ? net->layers + net->nlayers - 1 : NULL;
		int status = -1;

		if (!CHECK(net != NULL))
			continue;
		for (uint64_t left = 0; left < 1 << 20 && status < 0; left += 64) {
			struct emo_room room = {.kern = emo_kern(), .n = 2, .threads = 1, .train = 1,
						.left = left};

			status = l->op->prepare(l, &room);
			if (status < 0)
				CHECK_ERROR("batches of 2 pictures would need more");
			l->op->done(l);
		}
		CHECK_INT(status, 0);
		emo_net_free(net);
	}
}

int main(void)
{
	pool = emo_pool_new(3);
	RUN(test_rows);
	RUN(test_softmax);
	RUN(test_starved);
	emo_pool_free(pool);
	return test_end();
}
