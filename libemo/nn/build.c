/* SPDX-License-Identifier: MIT */
/*
 * From cfg sections to layers. A [convolutional] or [connected] section becomes two layers, the
 * product and what follows it (batch norm with its activation, or the activation alone); `from` in a
 * [shortcut] counts sections, as Darknet does.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limit.h"
#include "base/mem.h"
#include "nn/net_priv.h"

struct builder {
	struct emo_net *net;
	const struct emo_cfg *cfg;
	struct emo_section *s; /* being read */
	int section;           /* its number, from 0 after [net] */
	int *last;             /* [sections] the last layer of each section */
};

/* ---- layers ---- */

static const struct emo_shape *shape_of(const struct emo_net *net, int layer)
{
	return layer == EMO_INPUT ? &net->in : &net->layers[layer].y;
}

static int too_large(struct emo_shape s)
{
	return emo_shape_size(s) > emo_limit(EMO_LIMIT_BATCH) / sizeof(float);
}

static int add_array(struct emo_net *net, enum emo_array_kind kind, struct emo_span *span)
{
	size_t most = emo_limit(EMO_LIMIT_PARAMETERS);
	size_t *total = kind == EMO_STATE ? &net->nstate : &net->nparams;

	if (!span->n)
		return 0;
	if (span->n > most || *total + span->n > most)
		return emo_fail("more than %zu parameters (the limit is 'parameters')", most);
	if (emo_grow(&net->arrays, &net->arrays_cap, net->narrays + 1, sizeof *net->arrays) < 0)
		return -1;
	span->at = *total;
	*total += span->n;
	net->arrays[net->narrays++] =
		(struct emo_array){.kind = kind, .at = span->at, .n = span->n};
	return 0;
}

static int try_layer(struct builder *b, struct emo_layer *l, int has_bias)
{
	struct emo_net *net = b->net;
	const struct emo_shape *second = NULL;

	if ((size_t)net->nlayers >= emo_limit(EMO_LIMIT_LAYERS))
		return emo_fail("more than %zu layers (the limit is 'layers')",
				emo_limit(EMO_LIMIT_LAYERS));
	l->section = b->section;
	l->x = *shape_of(net, l->in[0]);
	if (l->in[1] != EMO_NO_LAYER)
		second = shape_of(net, l->in[1]);
	if (l->op->shape(l, second) < 0)
		return -1;
	if (too_large(l->y))
		return emo_fail("an output of %dx%dx%d is too large", l->y.w, l->y.h, l->y.c);
	if (!has_bias)
		l->bias.n = 0;
	if (add_array(net, EMO_MATRIX, &l->weight) < 0 ||
	    add_array(net, EMO_VECTOR, &l->bias) < 0 || add_array(net, EMO_STATE, &l->state) < 0)
		return -1;
	if (emo_grow(&net->layers, &net->layers_cap, (size_t)net->nlayers + 1,
		     sizeof *net->layers) < 0)
		return -1;
	net->layers[net->nlayers++] = *l;
	return 0;
}

static int add_layer(struct builder *b, struct emo_layer l, int has_bias)
{
	if (try_layer(b, &l, has_bias) < 0)
		return emo_fail("%s:%d: [%s]: %s", b->cfg->source, b->s->line, b->s->name,
				emo_error());
	return 0;
}

static struct emo_layer new_layer(const struct builder *b, const struct emo_op *op)
{
	return (struct emo_layer){
		.op = op, .in = {b->net->nlayers - 1, EMO_NO_LAYER}, .groups = 1, .rate = 1};
}

/* ---- sections ---- */

static int number(struct builder *b, int *out, const char *key, int missing, int min, int max)
{
	return emo_cfg_int(out, b->cfg, b->s, key, missing, min, max);
}

static int activation(struct builder *b, enum emo_act *out, int missing)
{
	static const struct emo_choice choices[] = {{"linear", EMO_LINEAR}, {"relu", EMO_RELU},
						    {"leaky", EMO_LEAKY},   {"silu", EMO_SILU},
						    {"swish", EMO_SILU},    {NULL, 0}};
	int act;

	if (emo_cfg_choice(&act, b->cfg, b->s, "activation", missing, choices) < 0)
		return -1;
	if (act < 0) /* Darknet would take logistic */
		return emo_fail("%s:%d: [%s] needs activation=", b->cfg->source, b->s->line,
				b->s->name);
	*out = (enum emo_act)act;
	return 0;
}

/* The layer that a product is followed by. */
static int add_finish(struct builder *b, int batch_norm, enum emo_act act)
{
	struct emo_layer l = new_layer(b, batch_norm ? &emo_op_norm : &emo_op_act);

	l.act = act;
	return batch_norm || act != EMO_LINEAR ? add_layer(b, l, 1) : 0;
}

/* All that there is so far. */
static void freeze(struct emo_net *net)
{
	net->frozen = net->nlayers;
	for (size_t i = 0; i < net->narrays; i++)
		net->arrays[i].frozen = 1;
}

static int convolutional(struct builder *b)
{
	struct emo_layer l = new_layer(b, &emo_op_conv);
	int pad, padding, batch_norm, stop;
	enum emo_act act;

	if (number(b, &l.filters, "filters", 1, 1, 65536) < 0 ||
	    number(b, &l.size, "size", 1, 1, 64) < 0 ||
	    number(b, &l.stride, "stride", 1, 1, 64) < 0 || number(b, &pad, "pad", 0, 0, 1) < 0 ||
	    number(b, &padding, "padding", 0, 0, 63) < 0 ||
	    number(b, &l.groups, "groups", 1, 1, 65536) < 0 ||
	    number(b, &batch_norm, "batch_normalize", 0, 0, 1) < 0 ||
	    number(b, &stop, "stopbackward", 0, 0, 1) < 0 || activation(b, &act, -1) < 0)
		return -1;
	l.pad = pad ? l.size / 2 : padding; /* Darknet: pad=1 means "same" */
	if (add_layer(b, l, !batch_norm) < 0 || add_finish(b, batch_norm, act) < 0)
		return -1;
	if (stop)
		freeze(b->net);
	return 0;
}

static int connected(struct builder *b)
{
	struct emo_layer l = new_layer(b, &emo_op_dense);
	int batch_norm;
	enum emo_act act;

	if (number(b, &l.filters, "output", 1, 1, 1 << 20) < 0 ||
	    number(b, &batch_norm, "batch_normalize", 0, 0, 1) < 0 || activation(b, &act, -1) < 0)
		return -1;
	if (add_layer(b, l, !batch_norm) < 0)
		return -1;
	return add_finish(b, batch_norm, act);
}

static int maxpool(struct builder *b)
{
	struct emo_layer l = new_layer(b, &emo_op_maxpool);

	if (number(b, &l.stride, "stride", 1, 1, 64) < 0 ||
	    number(b, &l.size, "size", l.stride, 1, 64) < 0 ||
	    number(b, &l.pad, "padding", l.size - 1, 0, 127) < 0)
		return -1;
	return add_layer(b, l, 0);
}

static int avgpool(struct builder *b)
{
	return add_layer(b, new_layer(b, &emo_op_avgpool), 0);
}

static int shortcut(struct builder *b)
{
	struct emo_layer l = new_layer(b, &emo_op_shortcut);
	int from;
	enum emo_act act;

	if (b->section < 2)
		return emo_fail("%s:%d: [%s] needs two sections before it", b->cfg->source,
				b->s->line, b->s->name);
	if (number(b, &from, "from", b->section, -b->section, b->section - 2) < 0 ||
	    activation(b, &act, EMO_LINEAR) < 0)
		return -1;
	if (from == b->section || from == -1)
		return emo_fail("%s:%d: [%s] needs from=, a section before the last one",
				b->cfg->source, b->s->line, b->s->name);
	l.in[1] = b->last[from < 0 ? b->section + from : from];
	if (add_layer(b, l, 0) < 0)
		return -1;
	return add_finish(b, 0, act);
}

static int dropout(struct builder *b)
{
	struct emo_layer l = new_layer(b, &emo_op_dropout);

	if (emo_cfg_float(&l.rate, b->cfg, b->s, "probability", .5f, 0, .99f) < 0)
		return -1;
	return add_layer(b, l, 0);
}

static int softmax(struct builder *b)
{
	struct emo_layer l = new_layer(b, &emo_op_softmax);

	if (number(b, &l.groups, "groups", 1, 1, 1) < 0 ||
	    emo_cfg_float(&l.rate, b->cfg, b->s, "temperature", 1, .01f, 100) < 0)
		return -1;
	return add_layer(b, l, 0);
}

static int real(struct builder *b, float *out, const char *key, float missing, float max)
{
	return emo_cfg_float(out, b->cfg, b->s, key, missing, 0, max);
}

static int detect(struct builder *b)
{
	struct emo_layer l = new_layer(b, &emo_op_detect);

	if (number(b, &l.size, "points", 0, 0, EMO_DETECT_POINTS) < 0 ||
	    real(b, &l.focus, "focus", 2, 10) < 0 || real(b, &l.balance, "balance", .25f, 1) < 0 ||
	    real(b, &l.box_loss, "box_loss", 1, 1000) < 0 ||
	    real(b, &l.point_loss, "point_loss", 1, 1000) < 0 ||
	    emo_cfg_float(&l.knee, b->cfg, b->s, "knee", .1f, 1e-4f, 1000) < 0)
		return -1;
	return add_layer(b, l, 0);
}

static const struct {
	const char *name;
	int (*add)(struct builder *b);
} kinds[] = {
	{"convolutional", convolutional},
	{"conv", convolutional},
	{"connected", connected},
	{"conn", connected},
	{"maxpool", maxpool},
	{"max", maxpool},
	{"avgpool", avgpool},
	{"avg", avgpool},
	{"shortcut", shortcut},
	{"dropout", dropout},
	{"softmax", softmax},
	{"soft", softmax},
	{"detect", detect},
};

static int add_section(struct builder *b)
{
	const struct emo_net *net = b->net;
	size_t k = 0, n = sizeof kinds / sizeof *kinds;

	if (net->nlayers > 0 && net->layers[net->nlayers - 1].op->loss)
		return emo_fail("%s:%d: nothing can follow [%s]", b->cfg->source, b->s->line,
				net->layers[net->nlayers - 1].op->name);
	while (k < n && strcmp(b->s->name, kinds[k].name))
		k++;
	if (k == n)
		return emo_fail("%s:%d: no such layer: [%s]", b->cfg->source, b->s->line, b->s->name);
	if (kinds[k].add(b) < 0)
		return -1;
	b->last[b->section] = net->nlayers - 1;
	return emo_cfg_all_used(b->cfg, b->s);
}

/* [net] also holds training settings of Darknet's, which are passed over. */
static int input_shape(struct builder *b)
{
	struct emo_shape *in = &b->net->in;

	if (number(b, &in->h, "height", 0, 1, EMO_NET_MAX_SIDE) < 0 ||
	    number(b, &in->w, "width", 0, 1, EMO_NET_MAX_SIDE) < 0 ||
	    number(b, &in->c, "channels", 1, 1, 1024) < 0)
		return -1;
	if (!in->h || !in->w)
		return emo_fail("%s:%d: [net] needs height= and width=", b->cfg->source, b->s->line);
	if (too_large(*in))
		return emo_fail("%s:%d: pictures of %dx%dx%d are too large", b->cfg->source,
				b->s->line, in->w, in->h, in->c);
	return 0;
}

int emo_net_build(struct emo_net *net, const struct emo_cfg *cfg)
{
	struct builder b = {.net = net, .cfg = cfg, .s = cfg->sections};
	int status = -1;

	if (!cfg->nsections || (strcmp(b.s->name, "net") && strcmp(b.s->name, "network")))
		return emo_fail("%s:%d: must begin with [net]", cfg->source,
				cfg->nsections ? b.s->line : 1);
	if (cfg->nsections < 2)
		return emo_fail("%s:%d: no layers after [net]", cfg->source, b.s->line);
	if (!(b.last = emo_calloc(cfg->nsections, sizeof *b.last)))
		return -1;
	if (input_shape(&b) < 0)
		goto out;
	for (b.s++; b.s < cfg->sections + cfg->nsections; b.s++, b.section++)
		if (add_section(&b) < 0)
			goto out;
	status = 0;
out:
	free(b.last);
	return status;
}
