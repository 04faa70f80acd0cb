/* SPDX-License-Identifier: MIT */
/*
 * From cfg sections to layers. A [convolutional] or [connected] section becomes two layers, the
 * product and what follows it (batch norm with its activation, or the activation alone); `from` in a
 * [shortcut] counts sections, as Darknet does.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "nn/net_priv.h"

struct builder {
	struct emo_net *net;
	const struct emo_cfg *cfg;
	int *last; /* [sections] the last layer of each section */
	int section;
};

/* ---- layers ---- */

static const struct emo_shape *shape_of(const struct emo_net *net, int layer)
{
	return layer == EMO_INPUT ? &net->in : &net->layers[layer].y;
}

static int add_array(struct emo_net *net, enum emo_array_kind kind, struct emo_span *span)
{
	size_t *total = kind == EMO_STATE ? &net->nstate : &net->nparams;

	if (!span->n)
		return 0;
	if (span->n > EMO_NET_MAX_PARAMS || *total + span->n > EMO_NET_MAX_PARAMS)
		return emo_fail("more than %zu parameters", EMO_NET_MAX_PARAMS);
	if (emo_grow(&net->arrays, &net->arrays_cap, net->narrays + 1, sizeof *net->arrays) < 0)
		return -1;
	span->at = *total;
	*total += span->n;
	net->arrays[net->narrays++] = (struct emo_array){kind, span->at, span->n};
	return 0;
}

static int add_layer(struct builder *b, struct emo_layer l, int has_bias)
{
	struct emo_net *net = b->net;
	const struct emo_shape *second = NULL;

	if (net->nlayers >= EMO_NET_MAX_LAYERS)
		return emo_fail("more than %d layers", EMO_NET_MAX_LAYERS);
	l.section = b->section;
	l.x = *shape_of(net, l.in[0]);
	if (l.in[1] != EMO_NO_LAYER)
		second = shape_of(net, l.in[1]);
	if (l.op->shape(&l, second) < 0)
		return -1;
	if (emo_shape_size(l.y) > EMO_NET_MAX_BYTES / sizeof(float))
		return emo_fail("an output of %dx%dx%d is too large", l.y.w, l.y.h, l.y.c);
	if (!has_bias)
		l.bias.n = 0;
	if (add_array(net, EMO_MATRIX, &l.weight) < 0 || add_array(net, EMO_VECTOR, &l.bias) < 0 ||
	    add_array(net, EMO_STATE, &l.state) < 0)
		return -1;
	if (emo_grow(&net->layers, &net->layers_cap, (size_t)net->nlayers + 1,
		     sizeof *net->layers) < 0)
		return -1;
	net->layers[net->nlayers++] = l;
	return 0;
}

static struct emo_layer new_layer(const struct builder *b, const struct emo_op *op)
{
	return (struct emo_layer){
		.op = op, .in = {b->net->nlayers - 1, EMO_NO_LAYER}, .groups = 1, .rate = 1};
}

/* ---- sections ---- */

static int activation(enum emo_act *out, const struct emo_cfg *cfg, struct emo_section *s,
		      const char *missing)
{
	static const struct {
		const char *name;
		enum emo_act act;
	} names[] = {{"linear", EMO_LINEAR}, {"relu", EMO_RELU},  {"leaky", EMO_LEAKY},
		     {"silu", EMO_SILU},     {"swish", EMO_SILU}};
	const char *name = emo_cfg_text(s, "activation", missing);

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i].name) == 0) {
			*out = names[i].act;
			return 0;
		}
	return emo_fail("%s:%d: activation=%s is none of linear, relu, leaky, silu", cfg->source,
			s->line, name);
}

/* The layer that a product is followed by. */
static int add_finish(struct builder *b, int batch_norm, enum emo_act act)
{
	struct emo_layer l = new_layer(b, batch_norm ? &emo_op_norm : &emo_op_act);

	l.act = act;
	return batch_norm || act != EMO_LINEAR ? add_layer(b, l, 1) : 0;
}

static int convolutional(struct builder *b, struct emo_section *s)
{
	struct emo_layer l = new_layer(b, &emo_op_conv);
	int pad, padding, batch_norm;
	enum emo_act act;

	if (emo_cfg_int(&l.filters, b->cfg, s, "filters", 1, 1, 65536) < 0 ||
	    emo_cfg_int(&l.size, b->cfg, s, "size", 1, 1, 64) < 0 ||
	    emo_cfg_int(&l.stride, b->cfg, s, "stride", 1, 1, 64) < 0 ||
	    emo_cfg_int(&pad, b->cfg, s, "pad", 0, 0, 1) < 0 ||
	    emo_cfg_int(&padding, b->cfg, s, "padding", 0, 0, 63) < 0 ||
	    emo_cfg_int(&l.groups, b->cfg, s, "groups", 1, 1, 65536) < 0 ||
	    emo_cfg_int(&batch_norm, b->cfg, s, "batch_normalize", 0, 0, 1) < 0 ||
	    activation(&act, b->cfg, s, "logistic") < 0)
		return -1;
	l.pad = pad ? l.size / 2 : padding; /* Darknet: pad=1 means "same" */
	if (add_layer(b, l, !batch_norm) < 0)
		return -1;
	return add_finish(b, batch_norm, act);
}

static int connected(struct builder *b, struct emo_section *s)
{
	struct emo_layer l = new_layer(b, &emo_op_dense);
	int batch_norm;
	enum emo_act act;

	if (emo_cfg_int(&l.filters, b->cfg, s, "output", 1, 1, 1 << 20) < 0 ||
	    emo_cfg_int(&batch_norm, b->cfg, s, "batch_normalize", 0, 0, 1) < 0 ||
	    activation(&act, b->cfg, s, "logistic") < 0)
		return -1;
	if (add_layer(b, l, !batch_norm) < 0)
		return -1;
	return add_finish(b, batch_norm, act);
}

static int maxpool(struct builder *b, struct emo_section *s)
{
	struct emo_layer l = new_layer(b, &emo_op_maxpool);

	if (emo_cfg_int(&l.stride, b->cfg, s, "stride", 1, 1, 64) < 0 ||
	    emo_cfg_int(&l.size, b->cfg, s, "size", l.stride, 1, 64) < 0 ||
	    emo_cfg_int(&l.pad, b->cfg, s, "padding", l.size - 1, 0, 64) < 0)
		return -1;
	return add_layer(b, l, 0);
}

static int avgpool(struct builder *b, struct emo_section *s)
{
	(void)s;
	return add_layer(b, new_layer(b, &emo_op_avgpool), 0);
}

static int shortcut(struct builder *b, struct emo_section *s)
{
	struct emo_layer l = new_layer(b, &emo_op_shortcut);
	int from;
	enum emo_act act;

	if (emo_cfg_int(&from, b->cfg, s, "from", 0, -b->section, b->section - 1) < 0 ||
	    activation(&act, b->cfg, s, "linear") < 0)
		return -1;
	if (from < 0)
		from += b->section;
	if (b->section == 0 || from == b->section - 1)
		return emo_fail("%s:%d: from must name a layer before the last one", b->cfg->source,
				s->line);
	l.in[1] = b->last[from];
	if (add_layer(b, l, 0) < 0)
		return -1;
	return add_finish(b, 0, act);
}

static int dropout(struct builder *b, struct emo_section *s)
{
	struct emo_layer l = new_layer(b, &emo_op_dropout);

	if (emo_cfg_float(&l.rate, b->cfg, s, "probability", .5f, 0, .99f) < 0)
		return -1;
	return add_layer(b, l, 0);
}

static int softmax(struct builder *b, struct emo_section *s)
{
	struct emo_layer l = new_layer(b, &emo_op_softmax);

	if (emo_cfg_float(&l.rate, b->cfg, s, "temperature", 1, .01f, 100) < 0)
		return -1;
	return add_layer(b, l, 0);
}

static const struct {
	const char *name;
	int (*add)(struct builder *b, struct emo_section *s);
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
};

static int add_section(struct builder *b, struct emo_section *s)
{
	size_t k = 0, n = sizeof kinds / sizeof *kinds;

	while (k < n && strcmp(s->name, kinds[k].name))
		k++;
	if (k == n)
		return emo_fail("%s:%d: no such layer: [%s]", b->cfg->source, s->line, s->name);
	if (kinds[k].add(b, s) < 0) {
		if (strncmp(emo_error(), b->cfg->source, strlen(b->cfg->source)) == 0)
			return -1; /* it names its line already */
		return emo_fail("%s:%d: [%s]: %s", b->cfg->source, s->line, s->name, emo_error());
	}
	return emo_cfg_all_used(b->cfg, s);
}

int emo_net_build(struct emo_net *net, const struct emo_cfg *cfg)
{
	struct builder b = {.net = net, .cfg = cfg};
	struct emo_section *first = cfg->sections;
	int status = -1;

	if (cfg->nsections < 2 || (strcmp(first->name, "net") && strcmp(first->name, "network")))
		return emo_fail("%s: must begin with [net] and have at least one layer", cfg->source);
	/* [net] also holds training settings of Darknet's, which are passed over */
	if (emo_cfg_int(&net->in.h, cfg, first, "height", 0, 1, 16384) < 0 ||
	    emo_cfg_int(&net->in.w, cfg, first, "width", 0, 1, 16384) < 0 ||
	    emo_cfg_int(&net->in.c, cfg, first, "channels", 1, 1, 1024) < 0)
		return -1;
	if (!net->in.h || !net->in.w)
		return emo_fail("%s:%d: [net] needs height and width", cfg->source, first->line);
	if (!(b.last = emo_calloc(cfg->nsections, sizeof *b.last)))
		return -1;
	for (size_t i = 1; i < cfg->nsections; i++, b.section++) {
		if (add_section(&b, cfg->sections + i) < 0)
			goto out;
		b.last[b.section] = net->nlayers - 1;
	}
	status = 0;
out:
	free(b.last);
	return status;
}
