/* SPDX-License-Identifier: MIT */
#include "nn/opt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "nn/kern.h"

#define CHUNK 16384 /* floats that a task works on */

const char *const emo_method_names[] = {"sgd", "adam", NULL};
const char *const emo_policy_names[] = {"constant", "cosine", "one-cycle", "steps", NULL};

struct emo_opt {
	struct emo_net *net;
	struct emo_opt_config config;
	struct emo_pool *pool;
	float *velocity, *square; /* as long as params; square is Adam's */
	float *ema_params, *ema_state;
	uint64_t steps;
};

struct emo_opt *emo_opt_new(struct emo_net *net, const struct emo_opt_config *config,
			    struct emo_pool *pool)
{
	struct emo_opt *opt = emo_calloc(1, sizeof *opt);
	size_t n = emo_net_params(net).n, m = emo_net_state(net).n;

	if (!opt)
		return NULL;
	opt->net = net;
	opt->config = *config;
	opt->pool = pool;
	opt->velocity = emo_calloc_aligned(n, sizeof(float));
	if (!opt->velocity)
		goto fail;
	if (config->method == EMO_ADAM && !(opt->square = emo_calloc_aligned(n, sizeof(float))))
		goto fail;
	if (config->ema > 0) {
		opt->ema_params = emo_calloc_aligned(n, sizeof(float));
		opt->ema_state = emo_calloc_aligned(m, sizeof(float));
		if (!opt->ema_params || !opt->ema_state)
			goto fail;
	}
	return opt;
fail:
	emo_opt_free(opt);
	return NULL;
}

void emo_opt_free(struct emo_opt *opt)
{
	if (!opt)
		return;
	free(opt->velocity);
	free(opt->square);
	free(opt->ema_params);
	free(opt->ema_state);
	free(opt);
}

struct job {
	const struct emo_opt *opt;
	const struct emo_array *array;
	float rate, gain; /* learning rate; what gradients are multiplied by (clipping) */
	float share;      /* of the new in the average */
};

static void adam(const struct job *job, float *w, float *v, float *s, const float *g, size_t n,
		 float decay)
{
	const struct emo_opt_config *c = &job->opt->config;
	double t = (double)job->opt->steps + 1;
	float first = (float)(1 - pow((double)c->momentum, t));
	float second = (float)(1 - pow((double)c->beta2, t));

	for (size_t i = 0; i < n; i++) {
		float gi = job->gain * g[i];

		v[i] += (1 - c->momentum) * (gi - v[i]);
		s[i] += (1 - c->beta2) * (gi * gi - s[i]);
		w[i] -= job->rate * (v[i] / first / (sqrtf(s[i] / second) + 1e-8f) + decay * w[i]);
	}
}

/* n of the array's weights, from `at` on. */
static void descend(const struct job *job, size_t at, size_t n)
{
	const struct emo_opt *opt = job->opt;
	float decay = job->array->kind == EMO_MATRIX ? opt->config.decay : 0;
	float *w = emo_net_params(opt->net).v + at;
	const float *g = emo_net_grads(opt->net).v + at;

	if (opt->config.method == EMO_ADAM)
		adam(job, w, opt->velocity + at, opt->square + at, g, n, decay);
	else /* rate * (gain g + decay w) = (rate gain) (g + (decay / gain) w) */
		emo_kern()->sgd(w, opt->velocity + at, g, n, job->rate * job->gain,
				opt->config.momentum, decay / job->gain, opt->config.nesterov);
}

static int step_task(void *ctx, int chunk, int thread)
{
	const struct job *job = ctx;
	const struct emo_opt *opt = job->opt;
	size_t from = (size_t)chunk * CHUNK, left = job->array->n - from;
	size_t at = job->array->at + from, n = left < CHUNK ? left : CHUNK;

	(void)thread;
	if (!job->array->frozen) /* without a gradient they would still decay */
		descend(job, at, n);
	if (opt->ema_params)
		emo_kern()->lerp(opt->ema_params + at, emo_net_params(opt->net).v + at, n,
				 job->share);
	return 0;
}

static int state_task(void *ctx, int chunk, int thread)
{
	const struct job *job = ctx;
	struct emo_block state = emo_net_state(job->opt->net);
	size_t at = (size_t)chunk * CHUNK, left = state.n - at;

	(void)thread;
	emo_kern()->lerp(job->opt->ema_state + at, state.v + at, left < CHUNK ? left : CHUNK,
			 job->share);
	return 0;
}

static int chunks(size_t n)
{
	return (int)((n + CHUNK - 1) / CHUNK);
}

/* What gradients are multiplied by so that they are no longer than `clip`. */
static int clip_gain(float *gain, struct emo_block g, float clip)
{
	double sum = 0;

	for (size_t i = 0; i < g.n; i++)
		sum += (double)g.v[i] * (double)g.v[i];
	if (!(sum < 1e60)) /* nor is a gradient of 1e30 of any use */
		return emo_fail("training diverged: a gradient is not finite; a lower learning "
				"rate may help");
	*gain = clip > 0 && sum > (double)clip * (double)clip ? clip / (float)sqrt(sum) : 1;
	return 0;
}

int emo_opt_step(struct emo_opt *opt, double rate)
{
	struct job job = {.opt = opt, .rate = (float)rate};
	double t = (double)opt->steps;
	const struct emo_array *a;

	if (clip_gain(&job.gain, emo_net_grads(opt->net), opt->config.clip) < 0)
		return -1;
	/* warm-up: a young average must not remember the random weights for long */
	job.share = 1 - (float)fmin((double)opt->config.ema, t / (10 + t));
	for (size_t i = 0; (a = emo_net_array(opt->net, i)); i++) {
		job.array = a;
		if (a->kind != EMO_STATE &&
		    emo_for(opt->pool, chunks(a->n), step_task, &job) < 0)
			return -1;
	}
	if (opt->ema_state &&
	    emo_for(opt->pool, chunks(emo_net_state(opt->net).n), state_task, &job) < 0)
		return -1;
	opt->steps++;
	emo_net_changed(opt->net);
	return 0;
}

struct emo_block emo_opt_params(const struct emo_opt *opt)
{
	struct emo_block b = emo_net_params(opt->net);

	if (opt->ema_params && opt->steps)
		b.v = opt->ema_params;
	return b;
}

struct emo_block emo_opt_state(const struct emo_opt *opt)
{
	struct emo_block b = emo_net_state(opt->net);

	if (opt->ema_state && opt->steps)
		b.v = opt->ema_state;
	return b;
}

struct emo_block emo_opt_memory(const struct emo_opt *opt, int k)
{
	size_t n = emo_net_params(opt->net).n, m = emo_net_state(opt->net).n;
	struct emo_block all[] = {{opt->velocity, n},
				  {opt->square, n},
				  {opt->ema_params, n},
				  {opt->ema_state, m}};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].v && k-- == 0)
			return all[i];
	return (struct emo_block){NULL, 0};
}

uint64_t emo_opt_steps(const struct emo_opt *opt)
{
	return opt->steps;
}

void emo_opt_set_steps(struct emo_opt *opt, uint64_t steps)
{
	opt->steps = steps;
}

/* From a at t = 0 to b at t = 1 along half a cosine. */
static double cosine(double a, double b, double t)
{
	return b + (a - b) * (1 + cos(3.141592653589793 * t)) / 2;
}

double emo_schedule_rate(const struct emo_schedule *s, double done)
{
	double up = s->warmup > 0 ? done / s->warmup : 1;
	double down = s->warmup < 1 ? (done - s->warmup) / (1 - s->warmup) : 0;

	if (s->policy == EMO_ONE_CYCLE)
		return up < 1 ? cosine(s->peak / 25, s->peak, up)
			      : cosine(s->peak, s->peak / 1e4, down);
	if (s->policy != EMO_CONSTANT && up < 1)
		return s->peak * (.04 + .96 * up);
	if (s->policy == EMO_COSINE)
		return cosine(s->peak, 0, down);
	if (s->policy == EMO_STEPS)
		return s->peak * pow(.1, (done >= .5) + (done >= .75) + (done >= .9));
	return s->peak;
}
