/* SPDX-License-Identifier: MIT */
/*
 * Learning expressions: a network is trained on the Training rows of a dataset; after each epoch
 * the averaged weights are judged on its PublicTest rows, and the best are kept. PrivateTest is
 * never looked at. The same recipe and data give the same bits, whatever the number of threads and
 * however often the run was interrupted.
 */
#ifndef EMO_FER_TRAIN_H
#define EMO_FER_TRAIN_H

#include <stdint.h>

#include "../base/api.h"
#include "../base/log.h"
#include "../base/par.h"
#include "../nn/opt.h"
#include "augment.h"
#include "dataset.h"
#include "votes.h"

#define EMO_MAX_EPOCHS 100000

struct emo_recipe {
	const char *cfg;  /* the network's text; its last output=7 becomes as many as the classes */
	const char *name; /* of the cfg, for messages and the model's head */
	int epochs; /* 1 .. EMO_MAX_EPOCHS */
	int batch;
	uint64_t seed;
	struct emo_schedule schedule;
	struct emo_opt_config opt;
	struct emo_augment augment;
	float calm;      /* share of the run, at its end, without erasing */
	float smoothing; /* label smoothing: this much of each target is spread over all classes */
	float votes;     /* share of a target that the annotators' votes have at the beginning */
	float votes_until; /* it falls to 0 by this share of the run; 0: it stays */
	float teacher;     /* share of a target that the teachers have */
};

/* What is learnt from besides the labels; all zero: nothing. */
struct emo_lessons {
	const struct emo_votes *votes; /* NULL: none; borrowed until emo_trainer_free */
	const char *votes_name;        /* of their file, for the model's head; may be NULL; not kept */
	const char *const *teachers;   /* model files, whose mean answer is followed; not kept */
	int nteachers;
	/*
	 * How much each emotion's images count, relative to one another; 0 counts as 1. balanced:
	 * that all emotions count alike, however many images they have.
	 */
	float class_weight[EMO_EMOTIONS];
	int balanced;
	const char *init; /* a model whose weights are begun with; NULL: random ones; not kept */
};

/* The presets, quickest first: "smoke", "fast", "default". -1 for other names. */
EMO_API int emo_recipe_preset(struct emo_recipe *r, const char *name);

/*
 * Sets what emo_recipe_text names so, as in ("rate", "0.05"); also ("augment", "flip=0.5,erase=0"),
 * or "none". -1 when there is no such key or the value is not fit; the message is about the value.
 */
EMO_API int emo_recipe_set(struct emo_recipe *r, const char *key, const char *value);

/* The recipe as "key value" lines, the cfg left out. Caller frees with free(); NULL on failure. */
EMO_API char *emo_recipe_text(const struct emo_recipe *r);

/* How a finished epoch went. */
struct emo_epoch {
	int epoch, epochs; /* from 1 */
	double rate;       /* learning rate at its end */
	double train_loss, train_accuracy; /* over its augmented images, while learning */
	double test_loss, test_accuracy;   /* of the averaged weights on PublicTest */
	double seconds;                    /* the epoch took */
	int best;                          /* this is the best so far */
};

/* The log of a run has these columns; this adds an epoch's line. */
#define EMO_EPOCH_COLUMNS \
	"epoch,rate,train_loss,train_accuracy,test_loss,test_accuracy,seconds,best"
EMO_API int emo_log_epoch(struct emo_log *log, const struct emo_epoch *epoch);

struct emo_trainer;

/*
 * The dataset (Training and PublicTest rows), recipe.name and pool are borrowed until
 * emo_trainer_free. NULL on failure. classes: as in emo_dataset_options; 0 = all. lessons: NULL =
 * the labels alone.
 *
 * A teacher answers to the same augmented image as its pupil: Hinton, Vinyals, Dean, "Distilling
 * the knowledge in a neural network", 2015; Beyer et al., "Knowledge distillation: a good teacher
 * is patient and consistent", CVPR 2022.
 */
EMO_API struct emo_trainer *emo_trainer_new(const struct emo_dataset *data,
					    const struct emo_recipe *recipe,
					    const struct emo_lessons *lessons, unsigned classes,
					    struct emo_pool *pool);
EMO_API void emo_trainer_free(struct emo_trainer *t);

/*
 * Before the first epoch: sets the number of epochs to what fits into so many seconds, from the
 * time of some steps, which are then undone. Returns it, at least 1; -1 on failure.
 */
EMO_API int emo_trainer_fit_time(struct emo_trainer *t, double seconds);

/* Called after each step: step of steps in this epoch, its mean loss and accuracy so far. */
typedef void emo_train_step(void *ctx, int epoch, int step, int steps, double loss,
			    double accuracy);

/*
 * Trains the next epoch and judges it. 1, 0 when all epochs are done, -1 on failure, such as
 * numbers that are no longer finite; then the trainer is of no further use.
 */
EMO_API int emo_trainer_epoch(struct emo_trainer *t, struct emo_epoch *result,
			      emo_train_step *step, void *ctx);

/* What is followed: the recipe as given, with the number of epochs settled. */
EMO_API struct emo_recipe emo_trainer_recipe(const struct emo_trainer *t);

/* Epochs of the run, and those that are done. */
EMO_API int emo_trainer_epochs(const struct emo_trainer *t);
EMO_API int emo_trainer_done(const struct emo_trainer *t);

/* The best epoch so far and its accuracy on PublicTest. */
EMO_API int emo_trainer_best(const struct emo_trainer *t, double *accuracy);

/*
 * Everything that is needed to go on: written beside and renamed; and read by a trainer made of the
 * same recipe, network, Training and PublicTest rows, else -1 says what differs and leaves the
 * trainer as it was. The number of epochs is the file's.
 */
EMO_API int emo_trainer_save(const struct emo_trainer *t, const char *path);
EMO_API int emo_trainer_resume(struct emo_trainer *t, const char *path);

/* The epochs that the run in a checkpoint has behind it; -1 when the file cannot be read. */
EMO_API int emo_checkpoint_epochs(const char *path);

/*
 * Writes the best weights so far as a model, whose head tells the recipe, what was learnt from, the
 * instruction set, the number of images and the accuracy; its temperature is fitted on the PublicTest
 * rows, so that its probabilities are calibrated. notes: further "key value" lines for it; may be
 * NULL.
 */
EMO_API int emo_trainer_export(struct emo_trainer *t, const char *path, const char *notes);

#endif
