/* SPDX-License-Identifier: MIT */
/*
 * Keeping a training run, and what comes out of it. Random numbers depend on counters alone, so a
 * checkpoint is the network, the optimiser's memory, the best weights and how many epochs are done.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/store.h"
#include "fer/trainer.h"
#include "nn/model.h"

#define MAGIC "emo-checkpoint"

/* A checksum of the rows that are used; others may change. */
static uLong rows_checksum(const struct emo_trainer *t, const uint32_t *rows, uint32_t n)
{
	size_t pixels = (size_t)t->data->side * (size_t)t->data->side;
	uLong crc = crc32(0, NULL, 0);

	for (uint32_t i = 0; i < n; i++) {
		crc = crc32_z(crc, (const Bytef *)(rows + i), sizeof *rows);
		crc = crc32_z(crc, t->data->label + rows[i], 1);
		crc = crc32_z(crc, emo_dataset_image(t->data, rows[i]), pixels);
	}
	return crc;
}

/* What must be the same for a run to go on: one line a thing. Caller frees with free(). */
static char *describe(const struct emo_trainer *t, int epochs)
{
	struct emo_recipe r = t->recipe;
	uLong cfg = crc32_z(crc32(0, NULL, 0), (const Bytef *)t->cfg, strlen(t->cfg));
	char *recipe, *text = NULL;
	size_t n;

	r.epochs = epochs;
	if (!(recipe = emo_recipe_text(&r)))
		return NULL;
	n = strlen(recipe) + 256;
	if ((text = emo_calloc(n, 1)))
		snprintf(text, n, "%scpu %s\nclasses %d\nnetwork-checksum %08lx\nlessons %08lx\n"
			 "Training-rows %" PRIu32 " %08lx\nPublicTest-rows %" PRIu32 " %08lx\n",
			 recipe, emo_net_cpu(t->net), t->classes, cfg, t->lessons_crc,
			 t->ntrain, rows_checksum(t, t->train, t->ntrain),
			 t->ntest, rows_checksum(t, t->test, t->ntest));
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
		emo_snprintf(s.text, n, "%sdone %d\nbest-epoch %d\nbest-accuracy %.17g\n"
			     "best-loss %.17g\n", what, t->done, t->best_epoch, t->best_accuracy,
			     t->best_loss);
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
			return emo_fail("%s: is of another run: it has '%.*s', this run '%.*s'",
					path, m, file, n, want);
		want += n + 1;
		file += m + (file[m] == '\n');
	}
	return 0;
}

/* All blocks are looked for before the first is read. */
static int read_blocks(struct emo_trainer *t, const struct emo_store *s, const char *path)
{
	struct emo_store mine = {.magic = MAGIC};
	const void *found[EMO_STORE_BLOCKS];

	add_blocks(&mine, t);
	for (int i = 0; i < mine.nblocks; i++) {
		const struct emo_store_block *b = mine.blocks + i;

		if (!(found[i] = emo_store_block(s, b->name, b->bytes, path)))
			return -1;
	}
	for (int i = 0; i < mine.nblocks; i++) /* into our own arrays, which are not const */
		memcpy((void *)(uintptr_t)mine.blocks[i].data, found[i], mine.blocks[i].bytes);
	return 0;
}

static int read_double(double *out, const struct emo_store *s, const char *key, const char *path)
{
	char buf[64];

	if (!emo_store_line(s, key, buf, sizeof buf) || emo_parse_double(out, buf) < 0)
		return emo_fail("%s: needs a number '%s' in its head", path, key);
	return 0;
}

static int read_count(int *out, const struct emo_store *s, const char *key, long min, long max,
		      const char *path)
{
	char buf[64];
	long v;

	if (!emo_store_line(s, key, buf, sizeof buf) || emo_parse_long(&v, buf) < 0 || v < min ||
	    v > max)
		return emo_fail("%s: needs a number '%s' from %ld to %ld in its head", path, key,
				min, max);
	*out = (int)v;
	return 0;
}

static int read_run(struct emo_trainer *t, const struct emo_store *s, const char *path)
{
	double accuracy, loss;
	int epochs, done, best, status;
	char *want;

	if (read_count(&epochs, s, "epochs", 1, EMO_MAX_EPOCHS, path) < 0 ||
	    read_count(&done, s, "done", 0, epochs, path) < 0 ||
	    read_count(&best, s, "best-epoch", done > 0, done, path) < 0 ||
	    read_double(&accuracy, s, "best-accuracy", path) < 0 ||
	    read_double(&loss, s, "best-loss", path) < 0)
		return -1;
	if (!(want = describe(t, epochs)))
		return -1;
	status = compare(s->text, want, path);
	free(want);
	if (status < 0 || read_blocks(t, s, path) < 0)
		return -1;
	t->recipe.epochs = epochs;
	t->done = done;
	t->best_epoch = best;
	t->best_accuracy = accuracy;
	t->best_loss = loss;
	emo_opt_set_steps(t->opt, (uint64_t)done * (uint64_t)emo_trainer_steps(t));
	emo_net_changed(t->net);
	return 0;
}

int emo_trainer_resume(struct emo_trainer *t, const char *path)
{
	struct emo_store s;
	int status;

	if (emo_store_load(&s, MAGIC, path) < 0)
		return -1;
	status = read_run(t, &s, path);
	emo_store_done(&s);
	return status;
}

int emo_checkpoint_epochs(const char *path)
{
	struct emo_store s;
	int done;

	if (emo_store_load(&s, MAGIC, path) < 0)
		return -1;
	if (read_count(&done, &s, "done", 0, EMO_MAX_EPOCHS, path) < 0)
		done = -1;
	emo_store_done(&s);
	return done;
}

/* ---- the model ---- */

/* What the head of a model says of how it came about. Caller frees with free(). */
static char *make_notes(const struct emo_trainer *t, const char *first)
{
	char *recipe = emo_recipe_text(&t->recipe), *name = emo_strdup(t->recipe.name);
	char *text = NULL;
	size_t n;

	if (!recipe || !name)
		goto out;
	for (char *s = name; *s; s++) /* whatever a file is called, a note is one line */
		*s = (unsigned char)*s < ' ' ? '?' : *s;
	n = strlen(first) + strlen(name) + strlen(recipe) + 256;
	if ((text = emo_calloc(n, 1)))
		emo_snprintf(text, n, "%snetwork %s\n%strained-on %" PRIu32 "\nchosen-on %" PRIu32
			     "\nbest-epoch %d\naccuracy-%s %.6f\n", first, name, recipe, t->ntrain,
			     t->ntest, t->best_epoch, t->data->held_out ? "held-out" : "PublicTest",
			     t->best_accuracy);
out:
	free(recipe);
	free(name);
	return text;
}

int emo_trainer_export(struct emo_trainer *t, const char *path, const char *notes)
{
	struct emo_block params = emo_net_params(t->net), state = emo_net_state(t->net);
	char labels[EMO_LABELS];
	struct emo_model m = {.net = t->net, .cfg = t->cfg, .picture = t->data->side,
			      .mean = EMO_FACE_MEAN, .scale = EMO_FACE_SCALE,
			      .labels = labels};
	int status;

	if (!t->best_epoch)
		return emo_fail("%s: not written, because no epoch is done", path);
	emo_trainer_labels(t, labels);
	if (emo_trainer_temperature(t, &m.temperature) < 0 ||
	    !(m.notes = make_notes(t, notes ? notes : "")))
		return -1;
	params.v = t->best_params;
	state.v = t->best_state;
	status = emo_model_save(&m, params, state, path);
	free(m.notes);
	return status;
}
