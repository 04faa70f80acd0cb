/* SPDX-License-Identifier: MIT */
/*
 * Where activations lie. The output of layer i is wanted from its own turn until that of the last
 * layer that reads it; its gradient, in the turns taken backwards, in just the same interval. Two
 * outputs may share memory when their intervals do not meet. Largest first would pack tighter; in
 * the order of the layers it is within a few percent for networks of this kind, and simpler.
 */
#include "nn/net_priv.h"

int emo_net_readers(const struct emo_net *net, int i)
{
	int n = 0;

	for (int j = i + 1; j < net->nlayers; j++)
		n += (net->layers[j].in[0] == i) + (net->layers[j].in[1] == i);
	return n;
}

struct place {
	int first, last; /* turns in which it is in use */
	size_t at, size; /* size 0: the place is another layer's */
};

static int clash(const struct place *a, const struct place *b)
{
	return a->first <= b->last && b->first <= a->last && a->at < b->at + b->size &&
	       b->at < a->at + a->size;
}

/* The lowest place that clashes with none of the n before it. */
static void put(struct place *places, int n)
{
	struct place *p = places + n;

	p->at = 0;
	for (int i = 0; i < n; i++)
		if (clash(p, places + i)) {
			p->at = places[i].at + places[i].size;
			i = -1; /* look through all of them again from here */
		}
}

/* owner[i] is the layer whose memory layer i uses: its own, or, in place, its input's. */
static void find_owners(const struct emo_net *net, int *owner)
{
	for (int i = 0; i < net->nlayers; i++) {
		int in = net->layers[i].in[0];
		int in_place = net->layers[i].op->in_place && in >= 0 &&
			       emo_net_readers(net, in) == 1;

		owner[i] = in_place ? owner[in] : i;
	}
}

/* Floats of a layer's outputs, in whole cache lines. */
static size_t room_for(const struct emo_net *net, int layer, int n)
{
	return ((size_t)n * emo_shape_size(net->layers[layer].y) + 15) / 16 * 16;
}

static size_t plan_apart(const struct emo_net *net, size_t *at, int n)
{
	size_t total = 0;

	for (int i = 0; i < net->nlayers; i++) {
		at[i] = total;
		total += room_for(net, i, n);
	}
	return total;
}

size_t emo_net_plan(const struct emo_net *net, size_t *at, int n, int share)
{
	struct place places[EMO_NET_MAX_LAYERS];
	int owner[EMO_NET_MAX_LAYERS];
	size_t total = 0;

	if (!share)
		return plan_apart(net, at, n);
	find_owners(net, owner);
	for (int i = 0; i < net->nlayers; i++) {
		places[i] = (struct place){i, i, 0, owner[i] == i ? room_for(net, i, n) : 0};
		for (int k = 0; k < 2; k++)
			if (net->layers[i].in[k] >= 0)
				places[owner[net->layers[i].in[k]]].last = i;
	}
	for (int i = 0; i < net->nlayers; i++) {
		if (owner[i] == i)
			put(places, i);
		at[i] = places[owner[i]].at;
		if (total < places[i].at + places[i].size)
			total = places[i].at + places[i].size;
	}
	return total;
}
