/* SPDX-License-Identifier: MIT */
/*
 * Optimisers: what moves the parameters of a network by their gradients, how fast, and the running
 * average of where they have been, which is what is evaluated and saved.
 */
#ifndef EMO_NN_OPT_H
#define EMO_NN_OPT_H

#include "net.h"

enum emo_method {
	EMO_SGD, /* with (Nesterov) momentum; decay is part of the gradient, as in Darknet */
	EMO_ADAM /* AdamW: decay apart from the gradient. Loshchilov and Hutter, ICLR 2019 */
};

extern const char *const emo_method_names[]; /* NULL at the end */

struct emo_opt_config {
	enum emo_method method;
	float momentum; /* SGD's, and Adam's first beta; usual .9 */
	int nesterov;
	float beta2; /* Adam's second beta; usual .999 */
	float decay; /* of weights; biases and batch norm are never decayed */
	float clip;  /* gradients are scaled down to this length; 0 = never */
	float ema;   /* share of the old in the running average of parameters and state; 0 = none */
};

struct emo_opt;

/* The network must have been reserved for training and outlive the optimiser. NULL on failure. */
EMO_API struct emo_opt *emo_opt_new(struct emo_net *net, const struct emo_opt_config *config,
				    struct emo_pool *pool);
EMO_API void emo_opt_free(struct emo_opt *opt);

/* One step of this learning rate, then one of the average. -1 when a gradient is not finite. */
EMO_API int emo_opt_step(struct emo_opt *opt, double rate);

/*
 * What the average is now: parameters and state as the network has them. Until the average has
 * begun, and without one, those of the network itself.
 */
EMO_API struct emo_block emo_opt_params(const struct emo_opt *opt);
EMO_API struct emo_block emo_opt_state(const struct emo_opt *opt);

/* All that must be kept to go on later, besides the network: k = 0, 1, …; v is NULL at the end. */
EMO_API struct emo_block emo_opt_memory(const struct emo_opt *opt, int k);
EMO_API uint64_t emo_opt_steps(const struct emo_opt *opt);
EMO_API void emo_opt_set_steps(struct emo_opt *opt, uint64_t steps);

/* Learning rates over a run. */
enum emo_policy {
	EMO_CONSTANT,
	EMO_COSINE,    /* linear warm-up, half a cosine to 0. Loshchilov and Hutter, ICLR 2017 */
	EMO_ONE_CYCLE, /* a cosine up from peak / 25, a cosine down to peak / 10^4. Smith, 2018 */
	EMO_STEPS      /* linear warm-up; a tenth after 50, 75 and 90 % of the run */
};

extern const char *const emo_policy_names[]; /* NULL at the end */

struct emo_schedule {
	enum emo_policy policy;
	double peak;
	double warmup; /* share of the run, 0 .. 1 */
};

/* The rate when `done` of the run (0 .. 1) lies behind. */
EMO_API double emo_schedule_rate(const struct emo_schedule *s, double done);

#endif
