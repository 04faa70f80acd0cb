/* SPDX-License-Identifier: MIT */
/*
 * Keeping a training run, and what comes out of it. Random numbers depend on counters alone, so a
 * checkpoint is the network, the optimiser's memory, the best weights and how many epochs are done.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "fer/trainer.h"
#include "nn/kern.h"
#include "nn/model.h"
#include "nn/store.h"

#define MAGIC "emo-checkpoint"

/* What must be the same for a run to go on: one line a thing. */
static char *describe(const struct emo_trainer *t, int epochs)
{
	struct emo_recipe r = t->recipe;
	uLong data = crc32(0, NULL, 0), cfg = crc32(0, NULL, 0);
	size_t pixels = (size_t)t->data->side * (size_t)t->data->side, n;
	char *recipe, *text = NULL;

	r.epochs = epochs;
	if (!(recipe = emo_recipe_text(&r)))
		return NULL;
	data = crc32_z(data, t->data->pixels, t->data->n * pixels);
	data = crc32_z(data, t->data->label, t->data->n);
	data = crc32_z(data, t->data->split, t->data->n);
	cfg = crc32_z(cfg, (const Bytef *)t->cfg, strlen(t->cfg));
	n = strlen(recipe) + 256;
	if ((text = emo_calloc(n, 1)))
		snprintf(text, n, "%scpu %s\nclasses %d\nrows %zu %08lx\nnetwork %s %08lx\n", recipe,
			 emo_kern()->name, t->classes, t->data->n, data, r.name, cfg);
	free(recipe);
	return text;
}

static void add_blocks(struct emo_store *s, const struct emo_trainer *t)
{
	struct emo_block params = emo_net_params(t->net), state = emo_net_state(t->net), m;
	char name[32];

	emo_store_add(s, "params", params.v, params.n * sizeof(float));
	emo_store_add(s, "state", state.v, state.n * sizeof(float));
	emo_store_add(s, "best-params", t->best_params, params.n * sizeof(float));
	emo_store_add(s, "best-state", t->best_state, state.n * sizeof(float));
	for (int k = 0; (m = emo_opt_memory(t->opt, k)).v; k++) {
		snprintf(name, sizeof name, "optimiser-%d", k);
		emo_store_add(s, name, m.v, m.n * sizeof(float));
	}
}

int emo_trainer_save(const struct emo_trainer *t, const char *path)
{
	struct emo_store s = {.magic = MAGIC};
	char *what = describe(t, t->recipe.epochs);
	size_t n;
	int status = -1;

	if (!what)
		return -1;
	n = strlen(what) + 256;
	if ((s.text = emo_calloc(n, 1))) {
		emo_snprintf(s.text, n, "%sdone %d\nsteps %llu\nbest %d %.17g %.17g\n", what, t->done,
			     (unsigned long long)emo_opt_steps(t->opt), t->best_epoch,
			     t->best_accuracy, t->best_loss);
		add_blocks(&s, t);
		status = emo_store_save(&s, path);
	}
	free(s.text);
	free(what);
	return status;
}

/* Names the first line of `want` that the file's head does not have in the same place. */
static int compare(const char *file, const char *want, const char *path)
{
	while (*want) {
		int n = (int)strcspn(want, "\n"), m = (int)strcspn(file, "\n");

		if (n != m || strncmp(want, file, (size_t)n))
			return emo_fail("%s: is of another run: it has '%.*s', this run '%.*s'", path,
					m, file, n, want);
		want += n + 1;
		file += m + (file[m] == '\n');
	}
	return 0;
}

static int read_blocks(struct emo_trainer *t, const struct emo_store *s, const char *path)
{
	struct emo_store mine = {.magic = MAGIC};

	add_blocks(&mine, t);
	for (int i = 0; i < mine.nblocks; i++)
		if (!emo_store_block(s, mine.blocks[i].name, mine.blocks[i].bytes, path))
			return -1;
	for (int i = 0; i < mine.nblocks; i++) {
		void *into = (void *)(uintptr_t)mine.blocks[i].data; /* our own arrays, not const */

		memcpy(into, emo_store_block(s, mine.blocks[i].name, mine.blocks[i].bytes, path),
		       mine.blocks[i].bytes);
	}
	return 0;
}

static int read_counts(struct emo_trainer *t, const struct emo_store *s, const char *path,
		       uint64_t *steps)
{
	char buf[128], accuracy[32], loss[32];
	unsigned long long n;

	if (!emo_store_line(s, "done", buf, sizeof buf) || sscanf(buf, "%d", &t->done) != 1 ||
	    !emo_store_line(s, "steps", buf, sizeof buf) || sscanf(buf, "%llu", &n) != 1 ||
	    !emo_store_line(s, "best", buf, sizeof buf) ||
	    sscanf(buf, "%d %31s %31s", &t->best_epoch, accuracy, loss) != 3 ||
	    emo_parse_double(&t->best_accuracy, accuracy) < 0 ||
	    emo_parse_double(&t->best_loss, loss) < 0 || t->done < 0 || t->done > t->recipe.epochs)
		return emo_fail("%s: its counts are damaged", path);
	*steps = n;
	return 0;
}

int emo_trainer_resume(struct emo_trainer *t, const char *path)
{
	struct emo_store s;
	char buf[32], *want = NULL;
	uint64_t steps = 0;
	int status = -1, epochs;

	if (emo_store_load(&s, MAGIC, path) < 0)
		return -1;
	if (!emo_store_line(&s, "epochs", buf, sizeof buf) || sscanf(buf, "%d", &epochs) != 1 ||
	    epochs < 1) {
		/* the first line has no line before it, so it is looked at by itself */
		emo_fail("%s: does not say how many epochs", path);
		goto out;
	}
	if (!(want = describe(t, epochs)) || compare(s.text, want, path) < 0)
		goto out;
	t->recipe.epochs = epochs;
	if (read_counts(t, &s, path, &steps) < 0 || read_blocks(t, &s, path) < 0)
		goto out;
	emo_opt_set_steps(t->opt, steps);
	emo_net_changed(t->net);
	status = 0;
out:
	free(want);
	emo_store_done(&s);
	return status;
}

int emo_trainer_export(const struct emo_trainer *t, const char *path, const char *notes)
{
	struct emo_block params = emo_net_params(t->net), state = emo_net_state(t->net);
	char labels[128] = "", none[] = "", *copy = notes ? emo_strdup(notes) : none;
	struct emo_model m = {.net = t->net, .cfg = t->cfg, .picture = t->data->side,
			      .mean = EMO_FACE_MEAN, .scale = EMO_FACE_SCALE, .temperature = 1,
			      .labels = labels, .notes = copy};
	int status;

	for (int k = 0; k < t->classes; k++) {
		size_t n = strlen(labels);

		snprintf(labels + n, sizeof labels - n, "%s%s", k ? " " : "",
			 emo_emotion_name(t->emotion_of[k]));
	}
	params.v = t->best_params;
	state.v = t->best_state;
	status = copy ? emo_model_save(&m, params, state, path) : -1;
	if (notes)
		free(copy);
	return status;
}
