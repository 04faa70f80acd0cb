/* SPDX-License-Identifier: MIT */
/*
 * A model: a network with its weights and all that is needed to use it, in one .emo file that
 * begins with a readable head (see emo-model(5)).
 */
#ifndef EMO_NN_MODEL_H
#define EMO_NN_MODEL_H

#include <stdio.h>

#include "../base/api.h"
#include "net.h"

struct emo_store;

#define EMO_MODEL_MAGIC "emo-model" /* of the store that a model file is */

struct emo_model {
	struct emo_net *net;
	char *cfg;         /* the text that net was made from */
	char *labels;      /* names of the outputs, separated by blanks */
	int picture;       /* side of the square pictures that it was trained on, before cropping */
	float mean, scale; /* input = (byte - mean) * scale */
	float temperature; /* of softmax */
	char *notes;       /* "key value" lines about training and scores; may be "" */
};

/*
 * Reads a model; its network has weights but is not reserved. Everything is checked before it is
 * used. -1 with file and reason; then *m needs no emo_model_done. `name` is for messages; data is
 * aligned as from malloc and not kept.
 */
EMO_API int emo_model_load(struct emo_model *m, const char *path);
EMO_API int emo_model_parse(struct emo_model *m, const char *data, size_t len, const char *name);

/* The same from a store (base/store.h) that was read with EMO_MODEL_MAGIC. */
EMO_API int emo_model_read(struct emo_model *m, const struct emo_store *s, const char *name);
EMO_API void emo_model_done(struct emo_model *m);

/*
 * Writes a model: matrices as half-precision numbers, vectors and state as single. params and state
 * are as those of m->net, whose own are not used. Written beside and renamed. -1 also when a weight
 * is not finite or a line of the notes has no value.
 */
EMO_API int emo_model_save(const struct emo_model *m, struct emo_block params,
			   struct emo_block state, const char *path);

/* The same to a stream, as emo_store_write does it. */
EMO_API int emo_model_write(const struct emo_model *m, struct emo_block params,
			    struct emo_block state, FILE *file, const char *name);

#endif
