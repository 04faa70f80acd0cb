/* SPDX-License-Identifier: MIT */
/*
 * Internal: layers and what they do. A network is an array of layers in execution order; each has an
 * op and reads one or two earlier layers. A new op is one file, one row of the table of sections in
 * build.c and one row of the op tests.
 *
 * Activations are NHWC: (images, rows, columns, channels), channels side by side.
 */
#ifndef EMO_NN_OP_H
#define EMO_NN_OP_H

#include <stddef.h>
#include <stdint.h>

#include "base/par.h"
#include "base/rng.h"
#include "nn/kern.h"

enum { EMO_INPUT = -1, EMO_NO_LAYER = -2 }; /* values of emo_layer.in that are no layer */

/* A piece of the network's block of parameters or of state. */
struct emo_span {
	size_t at, n;
};

struct emo_layer {
	const struct emo_op *op;
	int section; /* of the cfg, from 0 after [net] */
	int in[2];   /* the layers read */
	struct emo_shape x, y;

	/* what the cfg says; an op uses what concerns it */
	int filters, size, stride, pad, groups;
	float rate; /* dropout: probability; softmax: temperature */
	enum emo_act act;
	float focus, balance, knee, box_loss, point_loss; /* detect, with size = points */

	struct emo_span weight, bias; /* parameters; weight decay is for weights alone */
	struct emo_span state;        /* batch norm: running mean, then running variance */
	size_t scratch;               /* floats wanted in emo_pass.scratch, set by prepare */
	void *aux;                    /* the op's own; made by prepare, freed by done */
};

/* What a network is made ready for, and how much memory that may still take. */
struct emo_room {
	const struct emo_kern *kern;
	int n, threads, train;
	int direct;    /* no Winograd: for tests and comparisons */
	int tile;      /* Winograd with tiles of this side, for tests; 0: the cheapest */
	uint64_t left; /* bytes */
};

/* emo_alloc_aligned out of what is left, not zeroed; NULL with a message. Caller frees with free(). */
void *emo_take(struct emo_room *room, size_t n, size_t size);

/* One run of one layer over n images. */
struct emo_pass {
	const struct emo_kern *kern;
	struct emo_pool *pool;
	int n, train;
	uint64_t seed, step; /* dropout's random numbers depend on these and on the image */
	unsigned version;    /* of the parameters: what was derived from older ones is stale */

	const float *x[2]; /* (n, x) inputs */
	float *y;          /* (n, y) output */
	const float *dy;   /* gradient of the loss by y */
	float *dx[2];      /* … by the inputs, to be set; NULL when nobody wants it */
	const float *target; /* of the last layer: (n, target_size), what is wanted of it */

	const float *weight, *bias;
	float *dweight, *dbias; /* to be added to */
	float *state, *scratch;
};

struct emo_op {
	const char *name;
	int in_place; /* dx may be the same memory as dy */
	/* Checks l->x (and the second input), sets l->y and the n of the spans. */
	int (*shape)(struct emo_layer *l, const struct emo_shape *second);
	/* Makes aux for batches of up to room->n, and sets l->scratch. NULL: nothing to do. */
	int (*prepare)(struct emo_layer *l, struct emo_room *room);
	void (*init)(const struct emo_layer *l, float *weight, float *bias, float *state,
		     struct emo_rng *rng);
	int (*forward)(struct emo_layer *l, const struct emo_pass *p);
	int (*backward)(struct emo_layer *l, const struct emo_pass *p);
	void (*done)(struct emo_layer *l); /* frees aux */

	/*
	 * Of ops that end a network for training: floats of a picture's target, and the loss of a
	 * batch, whose gradient by x backward gives. NULL: a network cannot be trained that ends so.
	 */
	size_t (*target_size)(const struct emo_layer *l);
	double (*loss)(const struct emo_layer *l, const struct emo_pass *p);
};

#define EMO_NORM_EPSILON 1e-5f /* Darknet's */

extern const struct emo_op emo_op_conv, emo_op_dense, emo_op_norm, emo_op_act, emo_op_maxpool,
	emo_op_avgpool, emo_op_shortcut, emo_op_dropout, emo_op_softmax, emo_op_detect;

#define EMO_DETECT_POINTS 64 /* at most */
#define EMO_DETECT_CHANNELS(points) (5 + 2 * (points))
#define EMO_DETECT_TARGET(points)   (7 + 2 * (points))

static inline size_t emo_shape_size(struct emo_shape s)
{
	return (size_t)s.h * (size_t)s.w * (size_t)s.c;
}

/* What y = act(x) multiplies negative values by, for the activations that do just that. */
static inline float emo_act_below_zero(enum emo_act act)
{
	return act == EMO_RELU ? 0 : act == EMO_LEAKY ? .1f : 1;
}

#endif
