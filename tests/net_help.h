/* SPDX-License-Identifier: MIT */
/* What the tests of whole networks share: a network with everything in it, and filling arrays. */
#ifndef NET_HELP_H
#define NET_HELP_H

#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "nn/net_priv.h"
#include "test.h"

/* One of everything, with outputs that several layers read. */
static const char everything[] =
	"[net]\nheight=11\nwidth=9\nchannels=3\n"
	"[convolutional]\nbatch_normalize=1\nfilters=18\nsize=3\npad=1\nactivation=silu\n"
	"[convolutional]\nbatch_normalize=1\nfilters=18\nsize=3\npad=1\ngroups=18\nactivation=leaky\n"
	"[convolutional]\nfilters=18\nsize=1\nactivation=linear\n"
	"[shortcut]\nfrom=-3\nactivation=silu\n"
	"[shortcut]\nfrom=0\n"
	"[dropout]\nprobability=.3\n"
	"[shortcut]\nfrom=-2\n"
	"[maxpool]\nsize=2\nstride=2\n"
	"[convolutional]\nfilters=34\nsize=3\nstride=2\npad=1\ngroups=2\nactivation=silu\n"
	"[avgpool]\n"
	"[connected]\noutput=21\nbatch_normalize=1\nactivation=silu\n"
	"[dropout]\nprobability=.2\n"
	"[connected]\noutput=5\nactivation=linear\n"
	"[softmax]\n";

static inline struct emo_net *new_net(const char *cfg)
{
	struct emo_net *net = emo_net_new(cfg, strlen(cfg), "test");

	if (!CHECK(net != NULL)) {
		printf("\t%s\n", emo_error());
		exit(1);
	}
	emo_net_init(net, 7);
	return net;
}

static inline void reserve(struct emo_net *net, int n, int train, struct emo_pool *pool)
{
	if (!CHECK(emo_net_reserve(net, n, train, pool) == 0)) {
		printf("\t%s\n", emo_error());
		exit(1);
	}
}

static inline void randomise(float *v, size_t n, uint64_t key, float low, float high)
{
	struct emo_rng rng = emo_rng_at(5, key, 0);

	for (size_t i = 0; i < n; i++)
		v[i] = emo_rng_uniform(&rng, low, high);
}

static inline void fill_input(struct emo_net *net, int n)
{
	randomise(emo_net_input(net), (size_t)n * emo_shape_size(net->in), 1, -1, 1);
}

/* Targets like those of label smoothing. */
static inline void fill_target(float *target, int n, int classes)
{
	for (int i = 0; i < n * classes; i++)
		target[i] = i % classes == i / classes % classes ? .9f : .1f / (float)(classes - 1);
}

static inline float *copy(const float *v, size_t n)
{
	float *to = malloc((n + 1) * sizeof *to);

	if (!to)
		exit(1);
	return memcpy(to, v, n * sizeof *v);
}

static inline void near_all(const float *a, const float *b, size_t n, double tol)
{
	double off = 0;

	for (size_t i = 0; i < n; i++) {
		double d = fabs((double)a[i] - (double)b[i]);

		off = d <= off ? off : d;
	}
	CHECK_NEAR(off, 0, tol);
}

static inline int same(const float *a, const float *b, size_t n)
{
	return memcmp(a, b, n * sizeof *a) == 0;
}

static inline void randomise_params(struct emo_net *net)
{
	for (int i = 0; i < net->nlayers; i++) {
		const struct emo_layer *l = net->layers + i;
		size_t c = l->state.n / 2;

		randomise(net->params + l->bias.at, l->bias.n, (uint64_t)i + 10, .2f, 1.2f);
		randomise(net->state + l->state.at, c, (uint64_t)i + 50, -.5f, .5f);
		randomise(net->state + l->state.at + c, c, (uint64_t)i + 90, .3f, 2);
	}
	emo_net_changed(net);
}

#endif
