/* SPDX-License-Identifier: MIT */
/* Internal: what is inside a network; build.c makes it, net.c runs it, fold.c simplifies it. */
#ifndef EMO_NN_NET_PRIV_H
#define EMO_NN_NET_PRIV_H

#include "nn/cfg.h"
#include "nn/net.h"
#include "nn/op.h"

struct emo_net {
	struct emo_layer *layers;
	int nlayers;
	size_t layers_cap;
	struct emo_shape in;
	int folded;
	int frozen; /* layers before this one are not trained: stopbackward= */
	int direct; /* no Winograd, when reserved next: for tests and comparisons */

	float *params, *grads, *state; /* one block each */
	size_t nparams, nstate;
	struct emo_array *arrays;
	size_t narrays, arrays_cap;
	unsigned version; /* of the parameters, from 1 */

	/* called after each layer's turn, for measurements; NULL: not */
	void (*watch)(void *ctx, int layer, int backward);
	void *watch_ctx;

	/* what emo_net_reserve makes */
	const struct emo_kern *kern;
	struct emo_pool *pool;
	int n;
	float *input, *acts, *dacts, *spare, *scratch;
	size_t *act_at, *dact_at; /* [nlayers] where an output, and its gradient, begin */
};

/*
 * emo_net_new in two steps: what the cfg describes, without memory for parameters and state, whose
 * sizes are known then; and that memory.
 */
struct emo_net *emo_net_outline(const char *cfg, size_t len, const char *source);
int emo_net_allocate(struct emo_net *net);

/* Fills layers, in, arrays and the counts from the cfg. -1 with source and line. */
int emo_net_build(struct emo_net *net, const struct emo_cfg *cfg);

/* Frees what emo_net_reserve made. */
void emo_net_release(struct emo_net *net);

/* How many layers read layer i; twice counts as two. */
int emo_net_readers(const struct emo_net *net, int i);

/*
 * Lays out the outputs of all layers, of n pictures each: at[i] floats from the start. With `share`
 * memory is used again once nobody reads it, and in-place ops get their input's. Returns the total.
 */
size_t emo_net_plan(const struct emo_net *net, size_t *at, int n, int share);

#endif
