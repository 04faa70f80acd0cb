/* SPDX-License-Identifier: MIT */
/*
 * Internal: what is inside a trainer. trainer.c makes it, train.c learns and judges, checkpoint.c
 * keeps and exports.
 */
#ifndef EMO_FER_TRAINER_H
#define EMO_FER_TRAINER_H

#include "fer/train.h"
#include "nn/run.h"

/* What the network sees of a byte: (byte - mean) * scale, about -2 .. 2. */
#define EMO_FACE_MEAN  128.f
#define EMO_FACE_SCALE (1 / 64.f)

/* Pictures to be made of rows, for the network to see. */
struct emo_batch {
	const struct emo_trainer *t;
	const uint32_t *rows; /* indexes into data */
	struct emo_augment augment; /* zeros: the centre, as it is */
	float *out;
	uint64_t epoch;
};

struct emo_trainer {
	const struct emo_dataset *data;
	struct emo_recipe recipe;
	char *cfg; /* the recipe's, with as many outputs as classes */
	struct emo_pool *pool;
	struct emo_run run;
	int crop;                   /* side of what the network sees */
	int classes;                /* outputs */
	int class_of[EMO_EMOTIONS]; /* the output of each emotion; -1 when it is left out */
	int emotion_of[EMO_EMOTIONS];

	uint32_t *train, *test; /* indexes into data */
	uint32_t ntrain, ntest;
	uint32_t *order; /* [ntrain] of this epoch */
	float *target;   /* (batch, classes) */
	float *ahead;    /* (batch, crop, crop) of the step to come, */
	struct emo_batch next; /* being made of these */
	float *said;     /* (ntest, classes) what the weights last judged say */

	const struct emo_votes *votes; /* NULL: none */
	struct emo_model *teachers;
	int nteachers;
	float *answers; /* (batch, classes) the teachers' mean */
	float class_weight[EMO_EMOTIONS]; /* of each output */
	unsigned long lessons_crc;        /* of votes, teachers and class weights */
	char *lessons;                    /* lines for the model's head about them; NULL: none */
	struct emo_block first_params, first_state; /* what was begun with; none: random weights */
	char first[16];                             /* its checksum, or "none" */

	double best_accuracy, best_loss; /* of run.best_epoch */
};

/* Steps of an epoch; a last, smaller batch is left out: the next epoch orders anew. */
static inline int emo_trainer_steps(const struct emo_trainer *t)
{
	int steps = (int)(t->ntrain / (uint32_t)t->recipe.batch);

	return steps > 0 ? steps : 1;
}

enum { EMO_LABELS = 128 }; /* room for the names of all emotions */

/* The names of the outputs in their order, with blanks between, into out[EMO_LABELS]. */
void emo_trainer_labels(const struct emo_trainer *t, char *out);

/* Whether a model answers about the same classes, in the same order, as seen through the same eyes. */
int emo_trainer_check_model(const struct emo_trainer *t, const struct emo_model *m,
			    const char *path);

/* Of a model's weights and state, before it is folded. */
unsigned long emo_trainer_checksum(const struct emo_model *m);

/* The temperature at which the best weights say the truth about the test rows most clearly. */
int emo_trainer_temperature(struct emo_trainer *t, float *temperature);

/* Weights and optimiser as before the first step. */
int emo_trainer_begin(struct emo_trainer *t);

#endif
