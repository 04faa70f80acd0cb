/* SPDX-License-Identifier: MIT */
/* Whole networks run in different ways: threads, instruction sets, memory plans, folded. */
#include "net_help.h"

/* ---- threads ---- */

struct outcome {
	float *one, *three, *grads, *state, *y;
	size_t nout, nparams, nstate;
	double loss;
};

static struct outcome outcome_of(const struct emo_kern *kern, struct emo_pool *pool)
{
	struct emo_net *net = new_net(everything);
	struct outcome o = {.nout = 5, .nparams = net->nparams, .nstate = net->nstate};
	float target[15];

	net->kern = kern;
	fill_target(target, 3, 5);
	reserve(net, 3, 1, pool);
	fill_input(net, 3);
	o.y = copy(emo_net_train(net, 3, target, 1, 2, &o.loss), 15);
	o.grads = copy(net->grads, o.nparams);
	o.state = copy(net->state, o.nstate);
	o.three = copy(emo_net_run(net, 3), 15);
	reserve(net, 1, 0, pool);
	fill_input(net, 1);
	o.one = copy(emo_net_run(net, 1), 5);
	emo_net_free(net);
	return o;
}

static void outcome_free(struct outcome *o)
{
	free(o->one);
	free(o->three);
	free(o->grads);
	free(o->state);
	free(o->y);
}

static void test_threads(void)
{
	static const char *const names[] = {"generic", "avx2", "avx512", "neon"};
	static const int threads[] = {1, 2, 3, 5};

	for (size_t k = 0; k < 4; k++) {
		const struct emo_kern *kern = emo_kern_named(names[k]);
		struct outcome first;

		if (!kern)
			continue;
		first = outcome_of(kern, NULL);
		CHECK(isfinite(first.loss) && first.loss > 0);
		CHECK(same(first.one, first.three, 5)); /* a picture's company does not matter */
		for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
			struct emo_pool *pool = emo_pool_new(threads[i]);
			struct outcome o = outcome_of(kern, pool);

			CHECK(same(first.one, o.one, 5));
			CHECK(same(first.three, o.three, 15));
			CHECK(same(first.y, o.y, 15));
			CHECK(same(first.grads, o.grads, o.nparams));
			CHECK(same(first.state, o.state, o.nstate));
			CHECK(first.loss == o.loss);
			outcome_free(&o);
			emo_pool_free(pool);
		}
		outcome_free(&first);
	}
}

/* The instruction sets agree, but for the last bits. */
static void test_kerns_agree(void)
{
	static const char *const names[] = {"avx2", "avx512", "neon"};
	struct outcome plain = outcome_of(emo_kern_named("generic"), NULL);

	for (size_t k = 0; k < 3; k++)
		if (emo_kern_named(names[k])) {
			struct outcome o = outcome_of(emo_kern_named(names[k]), NULL);

			near_all(o.three, plain.three, 15, 1e-5);
			near_all(o.grads, plain.grads, o.nparams, 1e-5);
			outcome_free(&o);
		}
	outcome_free(&plain);
}

/* ---- memory plans and folding ---- */

static void test_plans(void)
{
	struct emo_net *net = new_net(everything);
	size_t at[EMO_NET_MAX_LAYERS];
	float *plain;

	randomise_params(net);
	reserve(net, 4, 1, NULL);
	fill_input(net, 4);
	plain = copy(emo_net_run(net, 4), 20);
	reserve(net, 4, 0, NULL);
	fill_input(net, 4);
	CHECK(same(plain, emo_net_run(net, 4), 20));
	CHECK(same(plain, emo_net_run(net, 4), 20)); /* the input is still there */
	CHECK(emo_net_plan(net, at, 4, 1) * 3 < emo_net_plan(net, at, 4, 0));
	free(plain);
	emo_net_free(net);
}

static int meet(const struct emo_net *net, const size_t *at, int i, int j)
{
	return at[i] < at[j] + emo_shape_size(net->layers[j].y) &&
	       at[j] < at[i] + emo_shape_size(net->layers[i].y);
}

/*
 * Layer j writes over nothing that a later layer, or itself but for in place, still reads. The same
 * plan serves gradients, backwards.
 */
static void check_plan(const char *cfg)
{
	struct emo_net *net = new_net(cfg);
	size_t at[EMO_NET_MAX_LAYERS];

	emo_net_plan(net, at, 1, 1);
	for (int j = 0; j < net->nlayers; j++)
		for (int i = 0; i < j; i++) {
			const struct emo_layer *l = net->layers + j;
			int now = (l->in[0] == i && !l->op->in_place) || l->in[1] == i, later = 0;

			for (int k = j + 1; k < net->nlayers; k++)
				later |= net->layers[k].in[0] == i || net->layers[k].in[1] == i;
			if (now || later)
				CHECK(!meet(net, at, i, j));
		}
	emo_net_free(net);
}

static void test_plan_is_safe(void)
{
	static const char cv[] = "[conv]\nfilters=3\nbatch_normalize=1\nactivation=relu\n";
	static const char wide[] = "[conv]\nfilters=40\nactivation=leaky\n";
	char cfg[2048] = "[net]\nheight=6\nwidth=6\nchannels=3\n";

	check_plan(everything);
	for (int i = 0; i < 4; i++) /* activations whose input is read again, far and near */
		snprintf(cfg + strlen(cfg), sizeof cfg - strlen(cfg),
			 "%s[maxpool]\nsize=3\n%s%s[dropout]\n[shortcut]\nfrom=-2\nactivation=silu\n"
			 "[shortcut]\nfrom=%d\n", i % 2 ? "" : "[dropout]\n", wide, cv, i ? 1 : -2);
	check_plan(cfg);
}

static void test_fold(void)
{
	struct emo_net *net = new_net(everything);
	double loss;
	float *plain, target[20];
	int layers = emo_net_layers(net);

	randomise_params(net);
	reserve(net, 4, 0, NULL);
	fill_input(net, 4);
	plain = copy(emo_net_run(net, 4), 20);
	emo_net_free(net);

	net = new_net(everything);
	randomise_params(net);
	emo_net_fold(net);
	CHECK_INT(emo_net_layers(net), layers - 6); /* 3 norms, an activation, 2 dropouts */
	for (int threads = 1; threads < 4; threads += 2) {
		struct emo_pool *pool = emo_pool_new(threads);

		reserve(net, 4, 0, pool);
		fill_input(net, 4);
		near_all(plain, emo_net_run(net, 4), 20, 1e-5);
		emo_net_free(threads == 3 ? net : NULL);
		emo_pool_free(pool);
	}
	net = new_net(everything);
	emo_net_fold(net);
	reserve(net, 4, 1, NULL);
	CHECK(!emo_net_train(net, 4, target, 1, 1, &loss));
	CHECK_ERROR("not set up for training");
	emo_net_free(net);
	free(plain);
}

/* Dropout before everything, or alone, cannot be taken out by moving its reader; it still works. */
static void test_fold_dropout(void)
{
	struct emo_net *net = new_net("[net]\nheight=2\nwidth=2\n[dropout]\n[dropout]\n");
	float in[4];

	emo_net_fold(net);
	reserve(net, 1, 0, NULL);
	fill_input(net, 1);
	memcpy(in, emo_net_input(net), sizeof in);
	CHECK(same(emo_net_run(net, 1), in, 4));
	emo_net_free(net);
}

static void test_reserve_again(void)
{
	static const int sizes[] = {1, 7, 2, 16, 3};
	struct emo_net *net = new_net(everything);
	struct emo_pool *pool = emo_pool_new(2);
	float *first = NULL, target[80];

	fill_target(target, 16, 5);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		double loss;

		reserve(net, sizes[i], i % 2 == 1, i % 3 ? pool : NULL);
		fill_input(net, sizes[i]);
		first = first ? first : copy(emo_net_run(net, 1), 5);
		CHECK(same(first, emo_net_run(net, sizes[i]), 5));
		if (i == 3) { /* last, since it moves the running averages */
			CHECK(emo_net_train(net, 16, target, 1, 1, &loss) != NULL);
			CHECK(emo_net_train(net, 3, target, 1, 1, &loss) != NULL);
			free(first);
			first = copy(emo_net_run(net, 1), 5);
		}
	}
	free(first);
	emo_net_free(net);
	emo_pool_free(pool);
}

int main(void)
{
	RUN(test_threads);
	RUN(test_kerns_agree);
	RUN(test_plans);
	RUN(test_plan_is_safe);
	RUN(test_fold);
	RUN(test_fold_dropout);
	RUN(test_reserve_again);
	return test_end();
}
