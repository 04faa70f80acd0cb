/* SPDX-License-Identifier: MIT */
/* Whole networks and what they compute: gradients through branches, dropout, softmax, learning. */
#include "net_help.h"
#include "nn/opt.h"

/* ---- gradients ---- */

static double loss_at(struct emo_net *net, const float *target, int n)
{
	double loss = NAN;

	emo_net_changed(net);
	CHECK(emo_net_train(net, n, target, 3, 4, &loss) != NULL);
	return loss;
}

/* For each array of parameters: a step along its gradient changes the loss by what it says. */
static void test_gradients(void)
{
	struct emo_net *net = new_net(everything);
	float target[30], *grads, *params = NULL;
	const struct emo_array *a;

	fill_target(target, 6, 5);
	randomise_params(net);
	params = copy(net->params, net->nparams);
	reserve(net, 6, 1, NULL);
	fill_input(net, 6);
	loss_at(net, target, 6);
	grads = copy(net->grads, net->nparams);
	for (size_t i = 0; (a = emo_net_array(net, i)); i++) {
		double square = 0, step, change;

		if (a->kind == EMO_STATE)
			continue;
		for (size_t j = a->at; j < a->at + a->n; j++)
			square += (double)grads[j] * (double)grads[j];
		if (!CHECK(square > 1e-12))
			continue;
		step = 3e-3 / sqrt(square);
		for (size_t j = a->at; j < a->at + a->n; j++)
			net->params[j] = (float)(params[j] + step * grads[j]);
		change = loss_at(net, target, 6);
		for (size_t j = a->at; j < a->at + a->n; j++)
			net->params[j] = (float)(params[j] - step * grads[j]);
		change -= loss_at(net, target, 6);
		CHECK_NEAR(change / (2 * step * square), 1, 1e-2);
		memcpy(net->params + a->at, params + a->at, a->n * sizeof *params);
	}
	free(grads);
	free(params);
	emo_net_free(net);
}

/* What was derived from the old parameters is not used with new ones. */
static void test_changed(void)
{
	struct emo_net *used = new_net(everything), *fresh = new_net(everything);
	struct emo_net *nets[] = {used, fresh};
	float target[30];

	fill_target(target, 6, 5);
	for (int i = 0; i < 2; i++) {
		reserve(nets[i], 6, 1, NULL);
		fill_input(nets[i], 6);
		if (nets[i] == used)
			loss_at(used, target, 6);
		randomise(nets[i]->params, nets[i]->nparams, 77, -1, 1);
		CHECK(isfinite(loss_at(nets[i], target, 6)));
	}
	CHECK(same(used->grads, fresh->grads, used->nparams));
	emo_net_free(used);
	emo_net_free(fresh);
}

/* stopbackward=1: no gradient for that layer and those before it, the same one for the rest. */
static void test_stop(void)
{
	static const char head[] = "[net]\nheight=6\nwidth=6\n[convolutional]\nfilters=4\nsize=3\n"
				   "activation=relu\n[convolutional]\nfilters=16\nsize=3\npad=1\n"
				   "batch_normalize=1\nactivation=silu\n";
	static const char tail[] = "[convolutional]\nfilters=16\nsize=3\npad=1\nactivation=relu\n"
				   "[shortcut]\nfrom=-2\n[connected]\noutput=5\nactivation=linear\n"
				   "[softmax]\n";
	struct emo_net *nets[2];
	size_t kept = 0, from;
	char cfg[512];
	float target[15];

	for (int stop = 0; stop < 2; stop++) {
		snprintf(cfg, sizeof cfg, "%s%s%s", head, stop ? "stopbackward=1\n" : "", tail);
		nets[stop] = new_net(cfg);
		reserve(nets[stop], 3, 1, NULL);
		fill_input(nets[stop], 3);
		fill_target(target, 3, 5);
		loss_at(nets[stop], target, 3);
	}
	from = nets[1]->layers[nets[1]->frozen].weight.at;
	CHECK(from > 0);
	for (size_t i = 0; i < from; i++)
		kept += nets[0]->grads[i] != 0 && nets[1]->grads[i] == 0;
	CHECK(kept > from / 2);
	CHECK(same(nets[0]->grads + from, nets[1]->grads + from, nets[0]->nparams - from));
	emo_net_free(nets[0]);
	emo_net_free(nets[1]);
}

/* What is frozen does not decay either, and is its own average. */
static void test_stopped_steps(void)
{
	static const char cfg[] = "[net]\nheight=4\nwidth=4\n"
				  "[convolutional]\nfilters=3\nsize=3\nbatch_normalize=1\n"
				  "stopbackward=1\nactivation=leaky\n"
				  "[connected]\noutput=2\nactivation=linear\n[softmax]\n";
	struct emo_opt_config c = {.momentum = .9f, .beta2 = .99f, .decay = .1f, .ema = .9f};
	const size_t frozen = 3 * 9 + 2 * 3; /* weights; scales and shifts */

	for (int adam = 0; adam < 2; adam++) {
		struct emo_net *net = new_net(cfg);
		struct emo_opt *opt;
		float target[6], *before;

		reserve(net, 3, 1, NULL);
		fill_input(net, 3);
		fill_target(target, 3, 2);
		before = copy(net->params, net->nparams);
		c.method = adam ? EMO_ADAM : EMO_SGD;
		opt = emo_opt_new(net, &c, NULL);
		for (int step = 0; step < 5; step++) {
			loss_at(net, target, 3);
			CHECK_INT(emo_opt_step(opt, .1), 0);
		}
		CHECK(same(before, net->params, frozen));
		CHECK(same(before, emo_opt_params(opt).v, frozen));
		CHECK(!same(before + frozen, net->params + frozen, net->nparams - frozen));
		free(before);
		emo_opt_free(opt);
		emo_net_free(net);
	}
}

/* ---- dropout, softmax, padding ---- */

static void test_dropout(void)
{
	struct emo_net *net = new_net("[net]\nheight=50\nwidth=40\nchannels=3\n[dropout]\n"
				      "probability=.3\n[dropout]\nprobability=0\n[softmax]\n");
	const size_t n = 50 * 40 * 3;
	float *target = calloc(2 * n, sizeof *target), *mask[3], *out = NULL;
	double loss, mean = 0;
	size_t zeros = 0, equal = 0;

	if (!target)
		exit(1);
	reserve(net, 2, 1, NULL);
	for (size_t i = 0; i < 2 * n; i++)
		emo_net_input(net)[i] = 1;
	for (int step = 0; step < 3; step++) {
		CHECK(emo_net_train(net, 2, target, 9, (uint64_t)step / 2, &loss) != NULL);
		mask[step] = copy(net->acts + net->act_at[0], 2 * n);
	}
	CHECK(same(mask[0], mask[1], 2 * n));
	CHECK(!same(mask[0], mask[2], 2 * n));
	CHECK(!same(mask[0], mask[0] + n, n)); /* nor do pictures share one */
	for (size_t i = 0; i < 2 * n; i++) {
		CHECK(mask[0][i] == 0 || fabsf(mask[0][i] - 1 / .7f) < 1e-6f);
		zeros += mask[0][i] == 0;
		mean += (double)mask[0][i] / (2. * (double)n);
		equal += i < n && (mask[0][i] == 0) == (mask[2][i] == 0);
	}
	CHECK_NEAR((double)zeros / (2. * (double)n), .3, .02);
	CHECK_NEAR(mean, 1, .03);
	CHECK_NEAR((double)equal / (double)n, .3 * .3 + .7 * .7, .03); /* as by chance */
	out = copy(emo_net_run(net, 1), n);
	CHECK_NEAR(out[0] * (float)n, 1, 1e-5);
	CHECK(same(net->acts + net->act_at[0], emo_net_input(net), n)); /* nothing lost when run */
	for (int i = 0; i < 3; i++)
		free(mask[i]);
	free(out);
	free(target);
	emo_net_free(net);
}

static void test_temperature(void)
{
	struct emo_net *net = new_net("[net]\nheight=1\nwidth=1\nchannels=3\n[softmax]\n");
	const float *y;

	reserve(net, 1, 0, NULL);
	memcpy(emo_net_input(net), (float[]){1, 3, -1000}, 3 * sizeof(float));
	for (int t = 1; t < 4; t++) {
		emo_net_set_temperature(net, (float)t);
		y = emo_net_run(net, 1);
		CHECK_NEAR(y[0], 1 / (1 + exp(2. / t)), 1e-6);
		CHECK_NEAR(y[1], 1 / (1 + exp(-2. / t)), 1e-6);
		CHECK_NEAR(y[2], 0, 1e-30);
	}
	memcpy(emo_net_input(net), (float[]){1e30f, -1e30f, 1e30f}, 3 * sizeof(float));
	CHECK_NEAR(emo_net_run(net, 1)[2], .5, 1e-6);
	emo_net_free(net);
}

/* A known library gets this one wrong: rows that lie outside must be skipped, not end the sum. */
static void test_padding(void)
{
	static const float want[16] = {4, 6, 6, 4, 6, 9, 9, 6, 6, 9, 9, 6, 4, 6, 6, 4};
	struct emo_net *net = new_net("[net]\nheight=4\nwidth=4\n[convolutional]\nfilters=1\nsize=3\n"
				      "pad=1\nactivation=linear\n");

	for (int i = 0; i < 9; i++)
		net->params[i] = 1;
	emo_net_changed(net);
	reserve(net, 1, 0, NULL);
	for (int i = 0; i < 16; i++)
		emo_net_input(net)[i] = 1;
	CHECK(same(emo_net_run(net, 1), want, 16));
	emo_net_free(net);
}

/* ---- learning ---- */

static const char small[] = "[net]\nheight=12\nwidth=12\n"
			    "[convolutional]\nbatch_normalize=1\nfilters=8\nsize=3\npad=1\n"
			    "activation=relu\n[maxpool]\nsize=2\nstride=2\n"
			    "[convolutional]\nfilters=16\nsize=3\npad=1\nactivation=relu\n"
			    "[maxpool]\nsize=2\nstride=2\n"
			    "[connected]\noutput=4\nactivation=linear\n[softmax]\n";

/* Sixteen pictures of noise with arbitrary labels are learnt by heart. */
static void test_overfit(void)
{
	struct emo_net *net = new_net(small);
	struct emo_pool *pool = emo_pool_new(2);
	float target[64] = {0};
	double first = 0, loss = 0;
	const float *y;

	for (int i = 0; i < 16; i++)
		target[i * 4 + (i * 7 + i / 4) % 4] = 1;
	reserve(net, 16, 1, pool);
	fill_input(net, 16);
	for (int step = 0; step < 100; step++) {
		CHECK(emo_net_train(net, 16, target, 1, (uint64_t)step, &loss) != NULL);
		first = step ? first : loss;
		for (size_t i = 0; i < net->nparams; i++)
			net->params[i] -= .2f * net->grads[i];
		emo_net_changed(net);
	}
	CHECK_NEAR(first, log(4), 1);
	CHECK(loss < .02);
	y = emo_net_run(net, 16); /* with the running averages, and dropout off */
	for (int i = 0; i < 64; i++)
		CHECK((y[i] > .5f) == (target[i] > .5f));
	emo_net_free(net);
	emo_pool_free(pool);
}

static void test_init(void)
{
	struct emo_net *a = new_net(small), *b = new_net(small);

	CHECK(same(a->params, b->params, a->nparams));
	emo_net_init(b, 8);
	CHECK(!same(a->params, b->params, a->nparams));
	emo_net_free(a);
	emo_net_free(b);
	emo_net_free(NULL);
}

/* A run that has gone astray must be seen in its loss, whatever the layers between. */
static void test_nan(void)
{
	struct emo_net *net = new_net(small);
	float target[4] = {1, 0, 0, 0};
	double loss = 0;

	reserve(net, 1, 1, NULL);
	fill_input(net, 1);
	net->params[0] = NAN;
	emo_net_changed(net);
	CHECK(emo_net_train(net, 1, target, 1, 1, &loss) != NULL);
	CHECK(isnan(loss));
	emo_net_free(net);
}

int main(void)
{
	RUN(test_gradients);
	RUN(test_changed);
	RUN(test_stop);
	RUN(test_stopped_steps);
	RUN(test_dropout);
	RUN(test_temperature);
	RUN(test_padding);
	RUN(test_overfit);
	RUN(test_init);
	RUN(test_nan);
	return test_end();
}
