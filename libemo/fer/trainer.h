/* SPDX-License-Identifier: MIT */
/*
 * Internal: what is inside a trainer. trainer.c makes it, train.c learns and judges, checkpoint.c
 * keeps and exports.
 */
#ifndef EMO_FER_TRAINER_H
#define EMO_FER_TRAINER_H

#include "fer/train.h"

/* What the network sees of a byte: (byte - mean) * scale, about -2 .. 2. */
#define EMO_FACE_MEAN  128.f
#define EMO_FACE_SCALE (1 / 64.f)

struct emo_trainer {
	const struct emo_dataset *data;
	struct emo_recipe recipe;
	char *cfg; /* the recipe's, with as many outputs as classes */
	struct emo_pool *pool;
	struct emo_net *net;
	struct emo_opt *opt;
	int crop;                   /* side of what the network sees */
	int classes;                /* outputs */
	int class_of[EMO_EMOTIONS]; /* the output of each emotion; -1 when it is left out */
	int emotion_of[EMO_EMOTIONS];

	uint32_t *train, *test; /* indexes into data */
	uint32_t ntrain, ntest;
	uint32_t *order; /* [ntrain] of this epoch */
	float *target;   /* (batch, classes) */

	int done; /* epochs */
	int best_epoch;
	double best_accuracy, best_loss;
	float *best_params, *best_state;
};

/* Steps of an epoch; a last, smaller batch is left out: the next epoch orders anew. */
static inline int emo_trainer_steps(const struct emo_trainer *t)
{
	int steps = (int)(t->ntrain / (uint32_t)t->recipe.batch);

	return steps > 0 ? steps : 1;
}

/* Weights and optimiser as before the first step. */
int emo_trainer_begin(struct emo_trainer *t);

#endif
