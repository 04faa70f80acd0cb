/* SPDX-License-Identifier: MIT */
/*
 * Folding, for inference: act(scale (w x - mean) / sd + shift) = act((w scale / sd) x + b) with
 * b = shift - mean scale / sd. So batch norm and activation vanish into the product before them.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "nn/net_priv.h"

/* Multiplies the weights of output j by gain[j]; outputs of group g are at the end of its rows. */
static void scale_outputs(float *w, const struct emo_layer *l, const float *gain)
{
	size_t per_group = (size_t)(l->filters / l->groups);
	size_t rows = l->weight.n / (size_t)l->filters; /* of one group */

	for (int g = 0; g < l->groups; g++)
		for (size_t r = 0; r < rows; r++)
			for (size_t j = 0; j < per_group; j++)
				*w++ *= gain[(size_t)g * per_group + j];
}

static void fold_norm(struct emo_net *net, struct emo_layer *product, const struct emo_layer *norm)
{
	size_t c = (size_t)norm->x.c;
	float *scale = net->params + norm->bias.at, *shift = scale + c;
	const float *mean = net->state + norm->state.at, *var = mean + c;

	for (size_t j = 0; j < c; j++) {
		scale[j] /= sqrtf(var[j] + EMO_NORM_EPSILON);
		shift[j] -= mean[j] * scale[j];
	}
	scale_outputs(net->params + product->weight.at, product, scale);
	product->bias = (struct emo_span){norm->bias.at + c, c}; /* the shift's place */
}

static void remove_layer(struct emo_net *net, int i)
{
	int reads = net->layers[i].in[0];

	if (net->layers[i].op->done)
		net->layers[i].op->done(net->layers + i);
	net->nlayers--;
	memmove(net->layers + i, net->layers + i + 1,
		(size_t)(net->nlayers - i) * sizeof *net->layers);
	for (int j = i; j < net->nlayers; j++)
		for (int k = 0; k < 2; k++) {
			int *in = &net->layers[j].in[k];

			*in = *in == i ? reads : *in > i ? *in - 1 : *in;
		}
}

void emo_net_fold(struct emo_net *net)
{
	assert(net->n == 0);
	for (int i = 1; i < net->nlayers; i++) {
		struct emo_layer *product = net->layers + i - 1, *l = net->layers + i;
		int is_product = product->op == &emo_op_conv || product->op == &emo_op_dense;

		if (l->op == &emo_op_dropout && l->in[0] >= 0) {
			remove_layer(net, i--);
			continue;
		}
		if (!is_product || l->in[0] != i - 1 || product->act != EMO_LINEAR)
			continue;
		if (l->op == &emo_op_norm)
			fold_norm(net, product, l);
		else if (l->op != &emo_op_act)
			continue;
		product->act = l->act;
		remove_layer(net, i--);
	}
	net->folded = 1;
	emo_net_changed(net);
}
