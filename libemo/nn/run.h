/* SPDX-License-Identifier: MIT */
/*
 * A training run: a network, what moves its parameters, and the best that it has been so far. What
 * it learns from, and which epoch is better, its trainer knows.
 */
#ifndef EMO_NN_RUN_H
#define EMO_NN_RUN_H

#include "../base/store.h"
#include "model.h"
#include "opt.h"

struct emo_run {
	const char *cfg, *name; /* of the network; borrowed */
	struct emo_net *net;
	struct emo_opt *opt; /* the trainer's to make, when the network is ready */
	int done;            /* epochs */
	int best_epoch;      /* 0: none yet */
	struct emo_block best_params, best_state;
};

/* Makes the network and room for its best weights; -1: emo_run_free is still to be called. */
EMO_API int emo_run_init(struct emo_run *r, const char *cfg, const char *name);
EMO_API void emo_run_free(struct emo_run *r);

/* Ends an epoch; where it is better, or the first, its averaged weights are kept. Were they? */
EMO_API int emo_run_end_epoch(struct emo_run *r, int better);

/*
 * A checkpoint: these lines, which end with newlines, then the epochs done and the best of them,
 * `more` lines, and all weights and the optimiser's memory. Written beside and renamed.
 */
EMO_API int emo_run_save(const struct emo_run *r, const char *magic, const char *lines,
			 const char *more, const char *path);

/*
 * Whether a checkpoint begins with these lines, among them "cpu" and the instruction set; else -1 with
 * the first that differs.
 */
EMO_API int emo_run_compare(const struct emo_run *r, const struct emo_store *s, const char *lines,
			    const char *path);

/* Takes weights, memory and counts from a checkpoint; on failure the run is as it was. */
EMO_API int emo_run_read(struct emo_run *r, const struct emo_store *s, int epochs, int steps,
			 const char *path);

/* The epochs done that a checkpoint's head tells; -1 when the file cannot be read. */
EMO_API int emo_run_epochs(const char *magic, int most, const char *path);

/*
 * Writes the best weights as a model, of which m says the rest, as emo_model_write does; its notes are
 * then made of `notes` (NULL: none), the network's name, and `more`, all lines.
 */
EMO_API int emo_run_export(const struct emo_run *r, struct emo_model *m, const char *notes,
			   const char *more, FILE *file, const char *name);

/* A folded copy of a network with these weights. NULL on failure. */
EMO_API struct emo_net *emo_net_with(const char *cfg, const char *name, struct emo_block params,
				     struct emo_block state);

/* Seconds, from some moment on. */
EMO_API double emo_run_clock(void);

#endif
