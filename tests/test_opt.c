/* SPDX-License-Identifier: MIT */
/*
 * Optimisers against plain formulas in double precision, and against numbers from PyTorch
 * (scripts/torch-optim.py). Gradients are put in by hand; nothing is trained.
 */
#include "nn/opt.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/num.h"
#include "base/rng.h"
#include "test.h"

#define MAX 256

static const char mixed_cfg[] = "[net]\nheight=4\nwidth=4\nchannels=1\n"
				"[convolutional]\nfilters=3\nsize=3\npad=1\nbatch_normalize=1\n"
				"activation=leaky\n"
				"[connected]\noutput=2\nactivation=linear\n[softmax]\n";

static struct emo_net *make_net(const char *cfg)
{
	struct emo_net *net = emo_net_new(cfg, strlen(cfg), "test.cfg");

	if (!CHECK(net && emo_net_reserve(net, 1, 1, NULL) == 0))
		exit(test_end());
	emo_net_init(net, 3);
	return net;
}

/* Whether parameter i belongs to a matrix. */
static int is_matrix(const struct emo_net *net, size_t i)
{
	const struct emo_array *a;

	for (size_t k = 0; (a = emo_net_array(net, k)); k++)
		if (a->kind != EMO_STATE && i >= a->at && i < a->at + a->n)
			return a->kind == EMO_MATRIX;
	return -1;
}

static float random_at(uint64_t step, size_t i)
{
	struct emo_rng rng = emo_rng_at(9, step, i);

	return emo_rng_normal(&rng);
}

/* ---- the formulas ---- */

struct plain {
	double w[MAX], v[MAX], s[MAX], ema[MAX], state[MAX], ema_state[MAX];
	int matrix[MAX];
	size_t n, m;
};

static void plain_init(struct plain *p, struct emo_net *net)
{
	*p = (struct plain){.n = emo_net_params(net).n, .m = emo_net_state(net).n};
	CHECK(p->n <= MAX && p->m <= MAX);
	for (size_t i = 0; i < p->n; i++) {
		p->w[i] = (double)emo_net_params(net).v[i];
		p->matrix[i] = is_matrix(net, i);
		CHECK(p->matrix[i] >= 0);
	}
}

static void plain_step(struct plain *p, const struct emo_opt_config *c, const float *g, int t,
		       double rate)
{
	double length = 0, gain = 1, mu = (double)c->momentum, b2 = (double)c->beta2;
	double old = fmin((double)c->ema, (t - 1) / (10.0 + (t - 1)));

	for (size_t i = 0; i < p->n; i++)
		length += (double)g[i] * (double)g[i];
	length = sqrt(length);
	if (c->clip > 0 && length > (double)c->clip)
		gain = (double)c->clip / length;
	for (size_t i = 0; i < p->n; i++) {
		double gi = gain * (double)g[i], decay = p->matrix[i] ? (double)c->decay : 0;

		if (c->method == EMO_ADAM) {
			p->v[i] = mu * p->v[i] + (1 - mu) * gi;
			p->s[i] = b2 * p->s[i] + (1 - b2) * gi * gi;
			p->w[i] -= rate * decay * p->w[i];
			p->w[i] -= rate * p->v[i] / (1 - pow(mu, t)) /
				   (sqrt(p->s[i] / (1 - pow(b2, t))) + 1e-8);
		} else {
			gi += decay * p->w[i];
			p->v[i] = mu * p->v[i] - rate * gi;
			p->w[i] += c->nesterov ? mu * p->v[i] - rate * gi : p->v[i];
		}
		p->ema[i] = old * p->ema[i] + (1 - old) * p->w[i];
	}
	for (size_t i = 0; i < p->m; i++)
		p->ema_state[i] = old * p->ema_state[i] + (1 - old) * p->state[i];
}

/* Ten steps of both, with a rate that changes; every number compared after each. */
static void compare(const struct emo_opt_config *config)
{
	struct emo_net *net = make_net(mixed_cfg);
	struct emo_opt *opt = emo_opt_new(net, config, NULL);
	struct emo_block w = emo_net_params(net), g = emo_net_grads(net), s = emo_net_state(net);
	static struct plain p;
	double worst = 0;

	plain_init(&p, net);
	CHECK(emo_opt_params(opt).v == w.v && emo_opt_state(opt).v == s.v);
	for (int t = 1; t <= 10; t++) {
		double rate = .02 * t;

		for (size_t i = 0; i < g.n; i++)
			g.v[i] = random_at((uint64_t)t, i) * (t == 4 ? 30 : 1);
		for (size_t i = 0; i < s.n; i++)
			p.state[i] = (double)(s.v[i] = random_at(100 + (uint64_t)t, i));
		CHECK_INT(emo_opt_step(opt, rate), 0);
		plain_step(&p, config, g.v, t, rate);
		for (size_t i = 0; i < w.n; i++) {
			float averaged = emo_opt_params(opt).v[i];

			worst = fmax(worst, fabs((double)w.v[i] - p.w[i]));
			worst = fmax(worst, fabs((double)averaged -
						 (config->ema > 0 ? p.ema[i] : p.w[i])));
		}
		for (size_t i = 0; i < s.n; i++)
			worst = fmax(worst, fabs((double)emo_opt_state(opt).v[i] -
						 (config->ema > 0 ? p.ema_state[i] : p.state[i])));
		CHECK_INT((long long)emo_opt_steps(opt), t);
	}
	CHECK_NEAR(worst, 0, 1e-5);
	emo_opt_free(opt);
	emo_net_free(net);
}

static void test_sgd(void)
{
	compare(&(struct emo_opt_config){.momentum = .9f});
	compare(&(struct emo_opt_config){.momentum = .9f, .decay = .05f});
	compare(&(struct emo_opt_config){.momentum = 0, .decay = .05f});
}

static void test_nesterov(void)
{
	compare(&(struct emo_opt_config){.momentum = .9f, .nesterov = 1});
	compare(&(struct emo_opt_config){.momentum = .8f, .nesterov = 1, .decay = .05f});
}

static void test_clipping(void)
{
	compare(&(struct emo_opt_config){.momentum = .9f, .nesterov = 1, .decay = .05f, .clip = 3});
	compare(&(struct emo_opt_config){.method = EMO_ADAM, .momentum = .9f, .beta2 = .99f,
					 .decay = .05f, .clip = 100});
}

static void test_adamw(void)
{
	compare(&(struct emo_opt_config){.method = EMO_ADAM, .momentum = .9f, .beta2 = .999f});
	compare(&(struct emo_opt_config){.method = EMO_ADAM, .momentum = .5f, .beta2 = .9f,
					 .decay = .1f});
}

static void test_average(void)
{
	compare(&(struct emo_opt_config){.momentum = .9f, .nesterov = 1, .ema = .3f});
	compare(&(struct emo_opt_config){.method = EMO_ADAM, .momentum = .9f, .beta2 = .999f,
					 .ema = .995f});
}

/* A young average is the network itself after one step, however long its memory will be. */
static void test_warm_up_of_the_average(void)
{
	struct emo_opt_config config = {.momentum = .9f, .ema = .9999f};
	struct emo_net *net = make_net(mixed_cfg);
	struct emo_opt *opt = emo_opt_new(net, &config, NULL);
	struct emo_block w = emo_net_params(net);

	emo_net_grads(net).v[0] = 1;
	emo_opt_step(opt, .1);
	CHECK(emo_opt_params(opt).v != w.v);
	CHECK(memcmp(emo_opt_params(opt).v, w.v, w.n * sizeof *w.v) == 0);
	emo_opt_free(opt);
	emo_net_free(net);
}

static void test_pytorch(void)
{
	static const char cfg[] = "[net]\nheight=1\nwidth=1\nchannels=3\n"
				  "[connected]\noutput=2\nactivation=linear\n[softmax]\n";
	FILE *f = fopen("tests/data/optim.txt", "r");
	char line[512], last[32] = "", *rest, *word;
	struct emo_net *net = make_net(cfg);
	struct emo_opt *opt = NULL;
	float *w = emo_net_params(net).v, *g = emo_net_grads(net).v;
	int lines = 0, t = 0;

	CHECK_INT((long long)emo_net_params(net).n, 8);
	while (CHECK(f != NULL) && fgets(line, sizeof line, f)) {
		struct emo_opt_config c = {.momentum = .9f, .beta2 = .999f, .decay = .05f};
		const char *name = strtok_r(line, " ", &rest);
		int until = atoi(strtok_r(NULL, " ", &rest));

		if (strcmp(name, last)) {
			snprintf(last, sizeof last, "%s", name);
			c.method = strcmp(name, "adamw") == 0 ? EMO_ADAM : EMO_SGD;
			c.nesterov = strcmp(name, "nesterov") == 0;
			emo_opt_free(opt);
			opt = emo_opt_new(net, &c, NULL);
			for (int i = 0; i < 8; i++)
				w[i] = (float)(i - 3) / 4;
			t = 0;
		}
		while (t < until) {
			t++;
			for (int i = 0; i < 8; i++)
				g[i] = (float)((1 + i / 10.0) * sin(1.3 * i + .7 * t));
			CHECK_INT(emo_opt_step(opt, .1), 0);
		}
		for (int i = 0; i < 8; i++) {
			double want = 1e9;

			word = strtok_r(NULL, " \n", &rest);
			CHECK(word && emo_parse_double(&want, word) == 0);
			CHECK_NEAR((double)w[i], want, 2e-6);
		}
		lines++;
	}
	CHECK_INT(lines, 12);
	if (f)
		fclose(f);
	emo_opt_free(opt);
	emo_net_free(net);
}

static void test_not_finite(void)
{
	const float bad[] = {NAN, INFINITY, -INFINITY, 2e30f};
	struct emo_opt_config config = {.momentum = .9f, .ema = .9f};
	struct emo_net *net = make_net(mixed_cfg);
	struct emo_opt *opt = emo_opt_new(net, &config, NULL);
	struct emo_block w = emo_net_params(net), g = emo_net_grads(net);
	float before = w.v[0];

	for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
		for (size_t i = 0; i < g.n; i++)
			g.v[i] = 1;
		g.v[g.n - 1] = bad[k];
		CHECK_INT(emo_opt_step(opt, .1), -1);
		CHECK_ERROR("training diverged: a gradient is not finite");
		CHECK(w.v[0] == before && emo_opt_steps(opt) == 0);
	}
	emo_opt_free(opt);
	emo_net_free(net);
}

/* Arrays of several chunks, one of them not full: the same bits for any number of threads. */
static void test_threads(void)
{
	static const char cfg[] = "[net]\nheight=20\nwidth=20\nchannels=1\n"
				  "[connected]\noutput=101\nactivation=relu\n"
				  "[connected]\noutput=3\nactivation=linear\n[softmax]\n";
	const struct emo_opt_config configs[] = {
		{.momentum = .9f, .nesterov = 1, .decay = .01f, .clip = 5, .ema = .9f},
		{.method = EMO_ADAM, .momentum = .9f, .beta2 = .999f, .decay = .01f, .ema = .9f}};
	float *first = NULL, *first_average = NULL;

	for (int k = 0; k < 6; k++) {
		struct emo_pool *pool = emo_pool_new(1 + k % 3);
		struct emo_net *net = make_net(cfg);
		struct emo_opt *opt = emo_opt_new(net, configs + k / 3, pool);
		struct emo_block w = emo_net_params(net), g = emo_net_grads(net);
		size_t bytes = w.n * sizeof *w.v;

		for (int t = 0; t < 3; t++) {
			for (size_t i = 0; i < g.n; i++)
				g.v[i] = random_at((uint64_t)t, i);
			CHECK_INT(emo_opt_step(opt, .1), 0);
		}
		if (k % 3 == 0) {
			first = realloc(first, bytes);
			first_average = realloc(first_average, bytes);
			memcpy(first, w.v, bytes);
			memcpy(first_average, emo_opt_params(opt).v, bytes);
		}
		CHECK(memcmp(first, w.v, bytes) == 0);
		CHECK(memcmp(first_average, emo_opt_params(opt).v, bytes) == 0);
		emo_opt_free(opt);
		emo_net_free(net);
		emo_pool_free(pool);
	}
	free(first);
	free(first_average);
}

/* What a checkpoint keeps: no block is missing, none is shared. */
static void test_memory(void)
{
	struct emo_net *net = make_net(mixed_cfg);
	struct emo_opt_config plain = {.momentum = .9f};
	struct emo_opt_config full = {.method = EMO_ADAM, .momentum = .9f, .ema = .9f};
	struct emo_opt *opt = emo_opt_new(net, &plain, NULL);

	CHECK(emo_opt_memory(opt, 0).n == emo_net_params(net).n);
	CHECK(emo_opt_memory(opt, 1).v == NULL);
	emo_opt_free(opt);
	opt = emo_opt_new(net, &full, NULL);
	for (int k = 0; k < 4; k++) {
		struct emo_block b = emo_opt_memory(opt, k);

		CHECK(b.v && b.n == (k < 3 ? emo_net_params(net).n : emo_net_state(net).n));
		CHECK(k == 0 || b.v != emo_opt_memory(opt, k - 1).v);
	}
	CHECK(emo_opt_memory(opt, 4).v == NULL);
	emo_opt_set_steps(opt, 77);
	CHECK_INT((long long)emo_opt_steps(opt), 77);
	emo_opt_free(opt);
	emo_opt_free(NULL);
	emo_net_free(net);
}

static void test_schedules(void)
{
	struct emo_schedule s = {EMO_CONSTANT, .5, .2};

	for (int k = 0; k <= 10; k++)
		CHECK_NEAR(emo_schedule_rate(&s, k / 10.0), .5, 0);
	s.policy = EMO_COSINE;
	CHECK_NEAR(emo_schedule_rate(&s, 0), .5 * .04, 1e-12);
	CHECK_NEAR(emo_schedule_rate(&s, .1), .5 * .52, 1e-12);
	CHECK_NEAR(emo_schedule_rate(&s, .2), .5, 1e-12);
	CHECK_NEAR(emo_schedule_rate(&s, .6), .25, 1e-12);
	CHECK_NEAR(emo_schedule_rate(&s, 1), 0, 1e-12);
	s.policy = EMO_ONE_CYCLE;
	CHECK_NEAR(emo_schedule_rate(&s, 0), .5 / 25, 1e-12);
	CHECK_NEAR(emo_schedule_rate(&s, .1), (.5 / 25 + .5) / 2, 1e-12);
	CHECK_NEAR(emo_schedule_rate(&s, .2), .5, 1e-12);
	CHECK_NEAR(emo_schedule_rate(&s, .6), (.5 + .5e-4) / 2, 1e-12);
	CHECK_NEAR(emo_schedule_rate(&s, 1), .5e-4, 1e-12);
	s.policy = EMO_STEPS;
	CHECK_NEAR(emo_schedule_rate(&s, .1), .5 * .52, 1e-12);
	CHECK_NEAR(emo_schedule_rate(&s, .49), .5, 1e-12);
	CHECK_NEAR(emo_schedule_rate(&s, .5), .05, 1e-12);
	CHECK_NEAR(emo_schedule_rate(&s, .75), .005, 1e-12);
	CHECK_NEAR(emo_schedule_rate(&s, .95), .0005, 1e-12);
}

/* Up during the warm-up, never up after it, never above the peak; without and with nothing else. */
static void test_schedules_are_monotone(void)
{
	for (int policy = EMO_COSINE; policy <= EMO_STEPS; policy++)
		for (int warmup = 0; warmup <= 4; warmup++) {
			struct emo_schedule s = {(enum emo_policy)policy, .3, warmup / 4.0};
			double before = emo_schedule_rate(&s, 0);

			for (int k = 1; k <= 400; k++) {
				double rate = emo_schedule_rate(&s, k / 400.0);

				CHECK(rate >= 0 && rate <= .3 + 1e-12);
				if (k / 400.0 < s.warmup)
					CHECK(rate > before);
				else if (k / 400.0 > s.warmup)
					CHECK(rate <= before);
				before = rate;
			}
		}
}

int main(void)
{
	RUN(test_sgd);
	RUN(test_nesterov);
	RUN(test_clipping);
	RUN(test_adamw);
	RUN(test_average);
	RUN(test_warm_up_of_the_average);
	RUN(test_pytorch);
	RUN(test_not_finite);
	RUN(test_threads);
	RUN(test_memory);
	RUN(test_schedules);
	RUN(test_schedules_are_monotone);
	return test_end();
}
