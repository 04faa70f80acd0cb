/* SPDX-License-Identifier: MIT */
/*
 * Learning to find faces: a fully convolutional network with a [detect] layer is trained on tiles
 * composed of an album's pictures, among them what it took for faces in pictures without any. After
 * each epoch the averaged weights are judged on the pictures held out, and the best are kept. The
 * same recipe and pictures give the same bits, whatever the number of threads and however often the
 * run was interrupted.
 */
#ifndef EMO_FACE_TRAIN_H
#define EMO_FACE_TRAIN_H

#include <stdint.h>

#include "../base/api.h"
#include "../base/log.h"
#include "../base/par.h"
#include "../nn/opt.h"
#include "album.h"

#define EMO_FACE_MAX_EPOCHS 100000

struct emo_face_recipe {
	const char *cfg;  /* the network's text */
	const char *name; /* of the cfg, for messages and the model's head */
	const char *first; /* NULL; or a model whose finds the network learns to look at again */
	int epochs;
	int steps; /* of an epoch */
	int batch; /* tiles in a step */
	uint64_t seed;
	struct emo_schedule schedule;
	struct emo_opt_config opt;
};

/* The presets, quickest first: "smoke", "fast", "default". -1 for other names. */
EMO_API int emo_face_recipe_preset(struct emo_face_recipe *r, const char *name);

/* Makes the recipe one for a network that looks again at what this model finds. */
EMO_API void emo_face_recipe_refine(struct emo_face_recipe *r, const char *first);

/* As emo_recipe_set and emo_recipe_text of fer/train.h. */
EMO_API int emo_face_recipe_set(struct emo_face_recipe *r, const char *key, const char *value);
EMO_API char *emo_face_recipe_text(const struct emo_face_recipe *r);

/* What a network is worth on pictures held out. */
struct emo_face_scores {
	double ap;        /* average precision, boxes that share 0.4 counting as hits */
	double recall;    /* faces found at 0.1 false alarms a picture */
	double threshold; /* the score with which they are fewer than that, at 95 % confidence */
	double points;    /* mean distance of the five points by that of the eyes; 0 if unknown */
	int pictures, faces;
};

struct emo_face_epoch {
	int epoch, epochs; /* from 1 */
	double rate;       /* learning rate at its end */
	double loss;       /* mean over its tiles, while learning */
	struct emo_face_scores scores;
	int hard;       /* places without a face that were learnt because they had been taken for one */
	double seconds; /* the epoch took */
	int best;       /* this is the best so far */
};

/* The log of a run has these columns; this adds an epoch's line. */
#define EMO_FACE_EPOCH_COLUMNS "epoch,rate,loss,ap,recall,threshold,points,hard,seconds,best"
EMO_API int emo_log_face_epoch(struct emo_log *log, const struct emo_face_epoch *epoch);

struct emo_face_trainer;

/* The album, recipe.name, recipe.first and pool are borrowed until emo_face_trainer_free. NULL on failure. */
EMO_API struct emo_face_trainer *emo_face_trainer_new(const struct emo_album *album,
						      const struct emo_face_recipe *recipe,
						      struct emo_pool *pool);
EMO_API void emo_face_trainer_free(struct emo_face_trainer *t);

/*
 * Before the first epoch: begins with the weights of a model of the same network. emo_face_trainer_new
 * begins with random ones.
 */
EMO_API int emo_face_trainer_from(struct emo_face_trainer *t, const char *path);

/* Called after each step: step of steps in this epoch, and its mean loss so far. */
typedef void emo_face_step(void *ctx, int epoch, int step, int steps, double loss);

/* Trains the next epoch and judges it. 1, 0 when all epochs are done, -1 on failure. */
EMO_API int emo_face_trainer_epoch(struct emo_face_trainer *t, struct emo_face_epoch *result,
				   emo_face_step *step, void *ctx);

EMO_API int emo_face_trainer_epochs(const struct emo_face_trainer *t);
EMO_API int emo_face_trainer_done(const struct emo_face_trainer *t);

/* The best epoch so far and its scores. */
EMO_API int emo_face_trainer_best(const struct emo_face_trainer *t, struct emo_face_scores *scores);

/* As emo_trainer_save and emo_trainer_resume of fer/train.h. */
EMO_API int emo_face_trainer_save(const struct emo_face_trainer *t, const char *path);
EMO_API int emo_face_trainer_resume(struct emo_face_trainer *t, const char *path);
EMO_API int emo_face_checkpoint_epochs(const char *path);

/* Writes the best weights so far as a model; notes: further "key value" lines, may be NULL. */
EMO_API int emo_face_trainer_export(const struct emo_face_trainer *t, const char *path,
				    const char *notes);

#endif
