/* SPDX-License-Identifier: MIT */
/*
 * Convolutional networks, described by Darknet's cfg text (see emo-cfg(5)), trained and run.
 *
 *	net = emo_net_new(cfg, strlen(cfg), "x.cfg");
 *	emo_net_init(net, seed);
 *	emo_net_reserve(net, 64, 1, pool);
 *	for each batch:
 *		fill emo_net_input(net);
 *		emo_net_train(net, n, target, seed, step, &loss);
 *		an optimiser moves the parameters by the gradients; emo_net_changed(net);
 *
 * A network is used by one thread at a time; it spreads its work over the pool by itself. The bits
 * of its results do not depend on the number of threads.
 */
#ifndef EMO_NN_NET_H
#define EMO_NN_NET_H

#include <stddef.h>
#include <stdint.h>

#include "../base/api.h"
#include "../base/par.h"

#define EMO_NET_MAX_LAYERS 4000 /* to which the limit can be raised */
#define EMO_NET_MAX_BATCH  65536
#define EMO_NET_MAX_SIDE   16384 /* of a picture */

struct emo_net;

/* A block of numbers that belong to a network; borrowed until it is freed. */
struct emo_block {
	float *v;
	size_t n;
};

/* source is for messages: "FILE:line: reason". NULL on failure; emo_net_free frees. */
EMO_API struct emo_net *emo_net_new(const char *cfg, size_t len, const char *source);
EMO_API void emo_net_free(struct emo_net *net);

/* Sizes of one input picture (h, w, c), and how many numbers the last layer gives. */
EMO_API void emo_net_shape(const struct emo_net *net, int hwc[3]);
EMO_API int emo_net_outputs(const struct emo_net *net);
/* The last layer's output, (h, w, c); what emo_net_train wants for each picture, in floats. */
EMO_API void emo_net_output_shape(const struct emo_net *net, int hwc[3]);
EMO_API size_t emo_net_target_size(const struct emo_net *net);
EMO_API int emo_net_layers(const struct emo_net *net);

/* The instruction set that its kernels use: avx512, avx2, neon or generic; see EMO_CPU. */
EMO_API const char *emo_net_cpu(const struct emo_net *net);

/* Random weights; the same for the same seed. */
EMO_API void emo_net_init(struct emo_net *net, uint64_t seed);

/*
 * Makes room for batches of up to n pictures (1 .. EMO_NET_MAX_BATCH): for running alone, or for
 * training too. The pool (NULL: none) must outlive the network. -1 on failure, and then there is no
 * room at all; may be called again.
 */
EMO_API int emo_net_reserve(struct emo_net *net, int n, int train, struct emo_pool *pool);

/* Where the caller puts the batch, (n, h, w, c). Borrowed until the next emo_net_reserve. */
EMO_API float *emo_net_input(struct emo_net *net);

/*
 * Runs the first n pictures of the input: (n, outputs), borrowed until the next run. NULL on
 * failure.
 */
EMO_API const float *emo_net_run(struct emo_net *net, int n);

/*
 * Forward and backward: sets the gradients and the *loss of the batch with (n, target_size) targets.
 * The network must end in [softmax], whose targets are probabilities, or in [detect]; see
 * emo-cfg(5). Random choices depend on seed and step. Returns the outputs as emo_net_run does.
 * Weights that have grown beyond bounds show as a *loss that is not finite, which is not a failure
 * here.
 */
EMO_API const float *emo_net_train(struct emo_net *net, int n, const float *target, uint64_t seed,
				   uint64_t step, double *loss);

/* Learnt parameters, their gradients, and what is kept but not learnt (batch norm's means). */
EMO_API struct emo_block emo_net_params(struct emo_net *net);
EMO_API struct emo_block emo_net_grads(struct emo_net *net);
EMO_API struct emo_block emo_net_state(struct emo_net *net);

/* To be called after parameters or state were written to. */
EMO_API void emo_net_changed(struct emo_net *net);

/*
 * The arrays that the blocks consist of, in the order of the layers. kind tells weights (matrices;
 * decayed) from vectors (biases, scales), and from state. NULL when i is past the last one.
 */
enum emo_array_kind { EMO_MATRIX, EMO_VECTOR, EMO_STATE };
struct emo_array {
	enum emo_array_kind kind;
	size_t at, n; /* within params, or within state */
	int frozen;   /* an optimiser leaves it as it is: stopbackward= */
};
EMO_API const struct emo_array *emo_net_array(const struct emo_net *net, size_t i);

/* Whether two networks have the same arrays, so that the weights of one fit into the other. */
EMO_API int emo_net_alike(const struct emo_net *a, const struct emo_net *b);

/* Divides what goes into softmax; the cfg's, usually 1, unless set, > 0. Above 1 is milder. */
EMO_API float emo_net_temperature(const struct emo_net *net);
EMO_API void emo_net_set_temperature(struct emo_net *net, float temperature);

/*
 * Batch norm goes into the weights of the layer before it and activations into the same pass, for
 * running only, and dropout is taken out: afterwards emo_net_train fails and the parameters are no
 * longer those of a file. To be called before emo_net_reserve.
 */
EMO_API void emo_net_fold(struct emo_net *net);

/*
 * Gives the network another size of input; weights stay. To be called before emo_net_reserve, or
 * again, and then room is made anew. -1 when the number of weights depends on the size, as that of
 * [connected] does, or when the size is not fit; then the network is as before, without room.
 */
EMO_API int emo_net_resize(struct emo_net *net, int h, int w);

#endif
