/* SPDX-License-Identifier: MIT */
#include "nn/net.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limit.h"
#include "base/mem.h"
#include "nn/net_priv.h"

struct emo_net *emo_net_outline(const char *text, size_t len, const char *source)
{
	struct emo_net *net = NULL;
	struct emo_cfg cfg;
	int ok;

	if (emo_cfg_parse(&cfg, text, len, source) < 0)
		return NULL;
	net = emo_calloc(1, sizeof *net);
	ok = net && emo_net_build(net, &cfg) == 0;
	emo_cfg_done(&cfg);
	if (ok)
		return net;
	emo_net_free(net);
	return NULL;
}

int emo_net_allocate(struct emo_net *net)
{
	net->kern = emo_kern();
	net->version = 1;
	net->params = emo_alloc_aligned(net->nparams, sizeof *net->params);
	net->state = emo_alloc_aligned(net->nstate, sizeof *net->state);
	return net->params && net->state ? 0 : -1;
}

struct emo_net *emo_net_new(const char *text, size_t len, const char *source)
{
	struct emo_net *net = emo_net_outline(text, len, source);

	if (net && emo_net_allocate(net) == 0) {
		memset(net->params, 0, net->nparams * sizeof *net->params);
		memset(net->state, 0, net->nstate * sizeof *net->state);
		return net;
	}
	emo_net_free(net);
	return NULL;
}

void emo_net_release(struct emo_net *net)
{
	for (int i = 0; i < net->nlayers; i++)
		if (net->layers[i].op->done)
			net->layers[i].op->done(net->layers + i);
	free(net->input);
	free(net->acts);
	free(net->dacts);
	free(net->spare);
	free(net->scratch);
	free(net->grads);
	free(net->act_at);
	free(net->dact_at);
	net->input = net->acts = net->dacts = net->spare = net->scratch = net->grads = NULL;
	net->act_at = net->dact_at = NULL;
	net->n = 0;
}

void emo_net_free(struct emo_net *net)
{
	if (!net)
		return;
	emo_net_release(net);
	free(net->layers);
	free(net->arrays);
	free(net->params);
	free(net->state);
	free(net);
}

void emo_net_shape(const struct emo_net *net, int hwc[3])
{
	hwc[0] = net->in.h;
	hwc[1] = net->in.w;
	hwc[2] = net->in.c;
}

int emo_net_outputs(const struct emo_net *net)
{
	return (int)emo_shape_size(net->layers[net->nlayers - 1].y);
}

size_t emo_net_target_size(const struct emo_net *net)
{
	const struct emo_layer *last = net->layers + net->nlayers - 1;

	return last->op->target_size ? last->op->target_size(last) : 0;
}

int emo_net_layers(const struct emo_net *net)
{
	return net->nlayers;
}

const char *emo_net_cpu(const struct emo_net *net)
{
	return net->kern->name;
}

void emo_net_init(struct emo_net *net, uint64_t seed)
{
	for (int i = 0; i < net->nlayers; i++) {
		struct emo_layer *l = net->layers + i;
		struct emo_rng rng = emo_rng_at(seed, 0, (uint64_t)i);

		if (l->op->init)
			l->op->init(l, net->params + l->weight.at, net->params + l->bias.at,
				    net->state + l->state.at, &rng);
	}
	emo_net_changed(net);
}

/* The largest output that more than one layer reads: its gradient is a sum of parts. */
static size_t spare_floats(const struct emo_net *net, int n)
{
	size_t most = 0;

	for (int i = 0; i < net->nlayers; i++) {
		size_t size = (size_t)n * emo_shape_size(net->layers[i].y);

		if (emo_net_readers(net, i) > 1 && size > most)
			most = size;
	}
	return most;
}

void *emo_take(struct emo_room *room, size_t n, size_t size)
{
	size_t bytes;

	if (emo_size_mul(&bytes, n, size) < 0)
		return NULL;
	if (bytes > room->left) {
		emo_fail("batches of %d pictures would need more than %llu MiB of memory (the limit is "
			 "'batch')", room->n, (unsigned long long)(emo_limit(EMO_LIMIT_BATCH) >> 20));
		room->left = 0; /* nor is anything smaller worth taking now */
		return NULL;
	}
	room->left -= bytes;
	return emo_alloc_aligned(n, size);
}

static int prepare_layers(struct emo_net *net, struct emo_room *room)
{
	size_t scratch = 0;

	for (int i = 0; i < net->nlayers; i++) {
		struct emo_layer *l = net->layers + i;

		l->scratch = 0;
		if (l->op->prepare && l->op->prepare(l, room) < 0)
			return -1;
		if (l->scratch > scratch)
			scratch = l->scratch;
	}
	return (net->scratch = emo_take(room, scratch, sizeof(float))) ? 0 : -1;
}

static int reserve_gradients(struct emo_net *net, struct emo_room *room)
{
	net->dact_at = emo_calloc((size_t)net->nlayers, sizeof *net->dact_at);
	if (!net->dact_at)
		return -1;
	net->dacts = emo_take(room, emo_net_plan(net, net->dact_at, room->n, 1), sizeof(float));
	net->spare = emo_take(room, spare_floats(net, room->n), sizeof(float));
	net->grads = emo_take(room, net->nparams, sizeof(float));
	if (net->grads) /* the caller may look at them before there are any */
		memset(net->grads, 0, net->nparams * sizeof(float));
	return net->dacts && net->spare && net->grads ? 0 : -1;
}

int emo_net_reserve(struct emo_net *net, int n, int train, struct emo_pool *pool)
{
	struct emo_room room = {.kern = net->kern, .n = n, .threads = emo_pool_size(pool),
				.train = train, .direct = net->direct, .left = emo_limit(EMO_LIMIT_BATCH)};

	emo_net_release(net);
	if (n < 1 || n > EMO_NET_MAX_BATCH)
		return emo_fail("batches of %d pictures: must be 1 .. %d", n, EMO_NET_MAX_BATCH);
	net->n = n;
	net->pool = pool;
	net->act_at = emo_calloc((size_t)net->nlayers, sizeof *net->act_at);
	if (!net->act_at)
		goto fail;
	net->acts = emo_take(&room, emo_net_plan(net, net->act_at, n, !train), sizeof(float));
	net->input = emo_take(&room, (size_t)n * emo_shape_size(net->in), sizeof(float));
	if (!net->acts || !net->input || prepare_layers(net, &room) < 0)
		goto fail;
	memset(net->input, 0, (size_t)n * emo_shape_size(net->in) * sizeof *net->input);
	if (train && reserve_gradients(net, &room) < 0)
		goto fail;
	return 0;
fail:
	emo_net_release(net);
	return -1;
}

float *emo_net_input(struct emo_net *net)
{
	return net->input;
}

static float *output_of(const struct emo_net *net, int layer)
{
	return layer == EMO_INPUT ? net->input : net->acts + net->act_at[layer];
}

static struct emo_pass make_pass(struct emo_net *net, int i, int n)
{
	const struct emo_layer *l = net->layers + i;

	return (struct emo_pass){
		.kern = net->kern,
		.pool = net->pool,
		.n = n,
		.version = net->version,
		.x = {output_of(net, l->in[0]),
		      l->in[1] == EMO_NO_LAYER ? NULL : output_of(net, l->in[1])},
		.y = output_of(net, i),
		.weight = net->params + l->weight.at,
		.bias = net->params + l->bias.at,
		.state = net->state + l->state.at,
		.scratch = net->scratch,
	};
}

static int check_batch(const struct emo_net *net, int n)
{
	if (n < 1 || n > net->n)
		return emo_fail("a batch of %d pictures, but the network has room for %d", n,
				net->n);
	return 0;
}

static void layer_done(const struct emo_net *net, int layer, int backward)
{
	if (net->watch)
		net->watch(net->watch_ctx, layer, backward);
}

const float *emo_net_run(struct emo_net *net, int n)
{
	if (check_batch(net, n) < 0)
		return NULL;
	for (int i = 0; i < net->nlayers; i++) {
		struct emo_pass p = make_pass(net, i, n);

		if (net->layers[i].op->forward(net->layers + i, &p) < 0)
			return NULL;
		layer_done(net, i, 0);
	}
	return output_of(net, net->nlayers - 1);
}

/*
 * Where layer i puts the gradient by its input `which`. The first of several readers sets it; the
 * others write to the spare, which is then added.
 */
static float *gradient_place(struct emo_net *net, int i, int which, const char *written)
{
	int in = net->layers[i].in[which];

	if (in < net->frozen) /* the input's index too is less */
		return NULL;
	return written[in] ? net->spare : net->dacts + net->dact_at[in];
}

static int backward_layer(struct emo_net *net, int i, struct emo_pass *p, char *written)
{
	struct emo_layer *l = net->layers + i;

	p->dy = net->dacts + net->dact_at[i];
	p->dweight = net->grads + l->weight.at;
	p->dbias = net->grads + l->bias.at;
	for (int k = 0; k < 2; k++)
		p->dx[k] = gradient_place(net, i, k, written);
	if (l->op->backward(l, p) < 0)
		return -1;
	for (int k = 0; k < 2; k++) {
		int in = l->in[k];

		if (in < net->frozen)
			continue;
		if (written[in]) {
			float *sum = net->dacts + net->dact_at[in];

			p->kern->add(sum, sum, net->spare,
				     (size_t)p->n * emo_shape_size(net->layers[in].y));
		}
		written[in] = 1;
	}
	return 0;
}

const float *emo_net_train(struct emo_net *net, int n, const float *target, uint64_t seed,
			   uint64_t step, double *loss)
{
	char written[EMO_NET_MAX_LAYERS] = {0};
	int last = net->nlayers - 1;
	struct emo_pass end;

	if (net->folded || !net->grads || !net->layers[last].op->loss) {
		emo_fail("this network is not set up for training");
		return NULL;
	}
	if (check_batch(net, n) < 0)
		return NULL;
	memset(net->grads, 0, net->nparams * sizeof *net->grads);
	for (int pass = 0; pass < 2; pass++)
		for (int k = 0; k < net->nlayers - (pass ? net->frozen : 0); k++) {
			int i = pass == 0 ? k : last - k;
			struct emo_layer *l = net->layers + i;
			struct emo_pass p = make_pass(net, i, n);

			p.train = 1;
			p.seed = seed;
			p.step = step;
			p.target = target;
			if ((pass == 0 ? l->op->forward(l, &p)
				       : backward_layer(net, i, &p, written)) < 0)
				return NULL;
			layer_done(net, i, pass);
		}
	end = make_pass(net, last, n);
	end.target = target;
	*loss = net->layers[last].op->loss(net->layers + last, &end);
	return end.y;
}

struct emo_block emo_net_params(struct emo_net *net)
{
	return (struct emo_block){net->params, net->nparams};
}

struct emo_block emo_net_grads(struct emo_net *net)
{
	return (struct emo_block){net->grads, net->grads ? net->nparams : 0};
}

struct emo_block emo_net_state(struct emo_net *net)
{
	return (struct emo_block){net->state, net->nstate};
}

void emo_net_changed(struct emo_net *net)
{
	net->version++;
}

const struct emo_array *emo_net_array(const struct emo_net *net, size_t i)
{
	return i < net->narrays ? net->arrays + i : NULL;
}

int emo_net_alike(const struct emo_net *a, const struct emo_net *b)
{
	if (a->narrays != b->narrays)
		return 0;
	for (size_t i = 0; i < a->narrays; i++)
		if (a->arrays[i].kind != b->arrays[i].kind || a->arrays[i].n != b->arrays[i].n)
			return 0;
	return 1;
}

float emo_net_temperature(const struct emo_net *net)
{
	const struct emo_layer *last = net->layers + net->nlayers - 1;

	return last->op == &emo_op_softmax ? last->rate : 1;
}

void emo_net_set_temperature(struct emo_net *net, float temperature)
{
	struct emo_layer *last = net->layers + net->nlayers - 1;

	if (last->op == &emo_op_softmax)
		last->rate = temperature;
}
