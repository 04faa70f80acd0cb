/* SPDX-License-Identifier: MIT */
/* One network for pictures of any size: shapes are worked out anew, weights stay where they are. */
#include "base/err.h"
#include "base/limit.h"
#include "nn/net_priv.h"

void emo_net_output_shape(const struct emo_net *net, int hwc[3])
{
	struct emo_shape y = net->layers[net->nlayers - 1].y;

	hwc[0] = y.h;
	hwc[1] = y.w;
	hwc[2] = y.c;
}

static const struct emo_shape *read_by(const struct emo_net *net, const struct emo_layer *l, int k)
{
	return l->in[k] == EMO_INPUT ? &net->in : &net->layers[l->in[k]].y;
}

/* The spans stay as they are: a bias may be another layer's, after folding. */
static int fit_layer(struct emo_net *net, struct emo_layer *l)
{
	struct emo_span weight = l->weight, bias = l->bias, state = l->state;
	int same;

	l->x = *read_by(net, l, 0);
	if (l->op->shape(l, l->in[1] == EMO_NO_LAYER ? NULL : read_by(net, l, 1)) < 0)
		return -1;
	same = l->weight.n == weight.n;
	l->weight = weight;
	l->bias = bias;
	l->state = state;
	if (!same)
		return emo_fail("the weights of [%s] depend on the size", l->op->name);
	if (emo_shape_size(l->y) > emo_limit(EMO_LIMIT_BATCH) / sizeof(float))
		return emo_fail("an output of %dx%dx%d is too large", l->y.w, l->y.h, l->y.c);
	return 0;
}

static int fit_all(struct emo_net *net, struct emo_shape in)
{
	net->in = in;
	for (int i = 0; i < net->nlayers; i++)
		if (fit_layer(net, net->layers + i) < 0)
			return -1;
	return 0;
}

int emo_net_resize(struct emo_net *net, int h, int w)
{
	struct emo_shape before = net->in;

	if (h == before.h && w == before.w)
		return 0;
	emo_net_release(net);
	if (h < 1 || w < 1 || h > EMO_NET_MAX_SIDE || w > EMO_NET_MAX_SIDE)
		return emo_fail("the network takes pictures of 1 .. %d pixels a side, not %dx%d",
				EMO_NET_MAX_SIDE, w, h);
	if (fit_all(net, (struct emo_shape){h, w, before.c}) == 0)
		return 0;
	emo_fail("the network cannot take pictures of %dx%d: %s", w, h, emo_error());
	fit_all(net, before);
	return -1;
}
