/* SPDX-License-Identifier: MIT */
/*
 * Keeping a training run, and what comes out of it. Random numbers depend on counters alone, and
 * hard places on the weights, so a checkpoint is the network, the optimiser's memory, the best
 * weights and how many epochs are done.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/store.h"
#include "face/trainer.h"
#include "nn/model.h"

#define MAGIC "emo-face-checkpoint"

/* A checksum of all pictures and of what is marked in them. */
static uLong album_checksum(const struct emo_album *a)
{
	uLong crc = crc32(0, NULL, 0);

	for (size_t i = 0; i < a->nphotos; i++) {
		const struct emo_photo *p = a->photos + i;
		size_t pixels = (size_t)p->level[0].w * (size_t)p->level[0].h;
		const int facts[] = {p->level[0].w, p->level[0].h, p->others, p->held_out, (int)p->n};

		crc = crc32_z(crc, (const Bytef *)facts, sizeof facts);
		crc = crc32_z(crc, p->level[0].px, pixels);
	}
	for (size_t i = 0; i < a->nmarks; i++)
		crc = crc32_z(crc, (const Bytef *)(a->marks + i), sizeof *a->marks);
	return crc;
}

static uLong first_checksum(const struct emo_face_trainer *t)
{
	struct emo_block p;

	if (!t->recipe.first)
		return 0;
	p = emo_net_params(t->first.net);
	return crc32_z(crc32(0, NULL, 0), (const Bytef *)p.v, p.n * sizeof *p.v);
}

/* What must be the same for a run to go on: one line a thing. Caller frees with free(). */
static char *describe(const struct emo_face_trainer *t)
{
	uLong cfg = crc32_z(crc32(0, NULL, 0), (const Bytef *)t->cfg, strlen(t->cfg));
	uLong first = first_checksum(t);
	char *recipe = emo_face_recipe_text(&t->recipe), *text = NULL;
	size_t n;

	if (!recipe)
		return NULL;
	n = strlen(recipe) + 256;
	if ((text = emo_calloc(n, 1)))
		snprintf(text, n, "%scpu %s\nnetwork-checksum %08lx\nbegun %d\n"
			 "first-checksum %08lx\npictures %zu %zu %08lx\n", recipe,
			 emo_net_cpu(t->net), cfg, t->begun, first, t->album->nphotos,
			 t->album->nmarks, album_checksum(t->album));
	free(recipe);
	return text;
}

static void add_blocks(struct emo_store *s, const struct emo_face_trainer *t)
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

int emo_face_trainer_save(const struct emo_face_trainer *t, const char *path)
{
	struct emo_store s = {.magic = MAGIC};
	char *what = describe(t);
	size_t n;
	int status = -1;

	if (!what)
		return -1;
	n = strlen(what) + 512;
	if ((s.text = emo_calloc(n, 1))) {
		emo_snprintf(s.text, n, "%sdone %d\nbest-epoch %d\nbest-ap %.17g\n"
			     "best-recall %.17g\nbest-threshold %.17g\nbest-points %.17g\n"
			     "best-pictures %d\nbest-faces %d\n", what, t->done, t->best_epoch,
			     t->best.ap, t->best.recall, t->best.threshold, t->best.points,
			     t->best.pictures, t->best.faces);
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
static int read_blocks(struct emo_face_trainer *t, const struct emo_store *s, const char *path)
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

static int read_count(int *out, const struct emo_store *s, const char *key, long max,
		      const char *path)
{
	char buf[64];
	long v;

	if (!emo_store_line(s, key, buf, sizeof buf) || emo_parse_long(&v, buf) < 0 || v < 0 ||
	    v > max)
		return emo_fail("%s: needs a number '%s' from 0 to %ld in its head", path, key, max);
	*out = (int)v;
	return 0;
}

static int read_run(struct emo_face_trainer *t, const struct emo_store *s, const char *path)
{
	struct emo_face_scores best;
	int done, epoch, status;
	char *want = describe(t);

	if (!want)
		return -1;
	status = compare(s->text, want, path);
	free(want);
	if (status < 0 || read_count(&done, s, "done", t->recipe.epochs, path) < 0 ||
	    read_count(&epoch, s, "best-epoch", done, path) < 0 ||
	    read_double(&best.ap, s, "best-ap", path) < 0 ||
	    read_double(&best.recall, s, "best-recall", path) < 0 ||
	    read_double(&best.threshold, s, "best-threshold", path) < 0 ||
	    read_double(&best.points, s, "best-points", path) < 0 ||
	    read_count(&best.pictures, s, "best-pictures", INT32_MAX, path) < 0 ||
	    read_count(&best.faces, s, "best-faces", INT32_MAX, path) < 0 ||
	    read_blocks(t, s, path) < 0)
		return -1;
	t->done = done;
	t->best_epoch = epoch;
	t->best = best;
	emo_opt_set_steps(t->opt, (uint64_t)done * (uint64_t)t->recipe.steps);
	emo_net_changed(t->net);
	return 0;
}

int emo_face_trainer_resume(struct emo_face_trainer *t, const char *path)
{
	struct emo_store s;
	int status;

	if (emo_store_load(&s, MAGIC, path) < 0)
		return -1;
	status = read_run(t, &s, path);
	emo_store_done(&s);
	return status;
}

int emo_face_checkpoint_epochs(const char *path)
{
	struct emo_store s;
	int done;

	if (emo_store_load(&s, MAGIC, path) < 0)
		return -1;
	if (read_count(&done, &s, "done", EMO_FACE_MAX_EPOCHS, path) < 0)
		done = -1;
	emo_store_done(&s);
	return done;
}

/* ---- the model ---- */

/* What the head of a model says of how it came about. Caller frees with free(). */
static char *make_notes(const struct emo_face_trainer *t, const char *first)
{
	char *recipe = emo_face_recipe_text(&t->recipe), *name = emo_strdup(t->recipe.name);
	char *text = NULL;
	size_t n;

	if (!recipe || !name)
		goto out;
	for (char *s = name; *s; s++) /* whatever a file is called, a note is one line */
		*s = (unsigned char)*s < ' ' ? '?' : *s;
	n = strlen(first) + strlen(name) + strlen(recipe) + 512;
	if ((text = emo_calloc(n, 1)))
		emo_snprintf(text, n, "%snetwork %s\n%strained-on %u faces\nchosen-on %d pictures "
			     "with %d faces\nbest-epoch %d\nap-held-out %.6f\n"
			     "recall-held-out %.6f\npoints-held-out %.6f\nthreshold %.6f\n", first,
			     name, recipe, t->composer.ncuts, t->best.pictures, t->best.faces,
			     t->best_epoch, t->best.ap, t->best.recall, t->best.points,
			     t->best.threshold);
out:
	free(recipe);
	free(name);
	return text;
}

static int save_model(const struct emo_face_trainer *t, const char *path, const char *notes)
{
	struct emo_block params = emo_net_params(t->net), state = emo_net_state(t->net);
	char labels[] = "face";
	struct emo_model m = {.net = t->net, .cfg = t->cfg, .picture = t->side,
			      .mean = EMO_SCAN_MEAN, .scale = EMO_SCAN_SCALE, .temperature = 1,
			      .labels = labels};
	int status;

	if (!(m.notes = make_notes(t, notes ? notes : "")))
		return -1;
	params.v = t->best_params;
	state.v = t->best_state;
	status = emo_model_save(&m, params, state, path);
	free(m.notes);
	return status;
}

/* The head of the first model, with the threshold of both together. Caller frees with free(). */
static char *joint_head(const char *text, double threshold)
{
	const char *old = strstr(text, "\nthreshold "), *rest;
	size_t n = strlen(text) + 64;
	char *head;

	if (!old)
		emo_fail("its head has no threshold");
	if (!old)
		return NULL;
	rest = strchr(old + 1, '\n');
	if ((head = emo_calloc(n, 1)))
		emo_snprintf(head, n, "%.*s\nthreshold %.6f%s", (int)(old - text), text, threshold,
			     rest);
	return head;
}

/* The first model with the second as one more block; the second is written to `path` on the way. */
static int save_both(const struct emo_face_trainer *t, const char *path)
{
	struct emo_store s;
	char *second = NULL, *text = NULL, *old;
	size_t len;
	int status = -1;

	if (emo_store_load(&s, EMO_MODEL_MAGIC, t->recipe.first) < 0)
		return -1;
	old = s.text;
	if (emo_read_file(&second, &len, path, (size_t)1 << 30) < 0)
		goto out;
	if (!(text = joint_head(s.text, t->best.threshold))) {
		emo_fail("%s: %s", t->recipe.first, emo_error());
		goto out;
	}
	s.text = text;
	s.magic = EMO_MODEL_MAGIC;
	if (s.nblocks > 0 && !strcmp(s.blocks[s.nblocks - 1].name, EMO_SECOND_BLOCK))
		s.nblocks--;
	emo_store_add(&s, EMO_SECOND_BLOCK, second, len);
	status = emo_store_save(&s, path);
out:
	s.text = old;
	emo_store_done(&s);
	free(second);
	free(text);
	return status;
}

int emo_face_trainer_export(const struct emo_face_trainer *t, const char *path, const char *notes)
{
	if (!t->best_epoch)
		return emo_fail("%s: not written, because no epoch is done", path);
	if (save_model(t, path, notes) < 0)
		return -1;
	return t->recipe.first ? save_both(t, path) : 0;
}
