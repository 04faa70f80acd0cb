/* SPDX-License-Identifier: MIT */
/*
 * Where activations lie. The output of layer i is wanted from its own turn until that of the last
 * layer that reads it; its gradient, in the turns taken backwards, in just the same interval. Two
 * outputs may share memory when their intervals do not meet. Largest first would pack tighter; in
 * the order of the layers it is within a few percent for networks of this kind, and simpler.
 */
#include "nn/net_priv.h"

int emo_net_last_use(const struct emo_net *net, int i)
{
	int last = i == net->nlayers - 1 ? net->nlayers : i;

	for (int j = i + 1; j < net->nlayers; j++)
		if (net->layers[j].in[0] == i || net->layers[j].in[1] == i)
			last = j;
	return last;
}

int emo_net_readers(const struct emo_net *net, int i)
{
	int n = 0;

	for (int j = i + 1; j < net->nlayers; j++)
		n += (net->layers[j].in[0] == i) + (net->layers[j].in[1] == i);
	return n;
}

/* The layer whose memory layer i uses: its own, or, in place, that of the layer it reads. */
static int owner(const struct emo_net *net, int i)
{
	while (net->layers[i].op->in_place && net->layers[i].in[0] >= 0 &&
	       emo_net_readers(net, net->layers[i].in[0]) == 1)
		i = net->layers[i].in[0];
	return i;
}

struct place {
	int first, last;
	size_t at, size;
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

size_t emo_net_plan(const struct emo_net *net, size_t *at, int n, int share)
{
	struct place places[EMO_NET_MAX_LAYERS];
	size_t total = 0;

	for (int i = 0; i < net->nlayers; i++) {
		int own = share ? owner(net, i) : i;
		size_t size = (size_t)n * emo_shape_size(net->layers[i].y);

		places[i] = (struct place){i, share ? emo_net_last_use(net, i) : net->nlayers, 0,
					   (size + 15) / 16 * 16};
		if (own != i) { /* nothing of its own */
			places[i].size = 0;
			at[i] = at[own];
			continue;
		}
		for (int j = i + 1; share && j < net->nlayers; j++)
			if (owner(net, j) == i)
				places[i].last = emo_net_last_use(net, j);
		put(places, i);
		at[i] = places[i].at;
		if (total < places[i].at + places[i].size)
			total = places[i].at + places[i].size;
	}
	return total;
}
