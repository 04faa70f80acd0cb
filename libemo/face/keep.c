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
	char *recipe = emo_face_recipe_text(&t->recipe), *text;

	if (!recipe)
		return NULL;
	text = emo_asprintf("%scpu %s\nnetwork-checksum %08lx\nbegun %d\n"
			 "first-checksum %08lx\npictures %zu %zu %08lx\n", recipe,
			 emo_net_cpu(t->run.net), cfg, t->begun, first, t->album->nphotos,
			 t->album->nmarks, album_checksum(t->album));
	free(recipe);
	return text;
}

int emo_face_trainer_save(const struct emo_face_trainer *t, const char *path)
{
	const struct emo_face_scores *b = &t->best;
	char *what = describe(t), *best;
	int status = -1;

	best = emo_asprintf("best-ap %.17g\nbest-recall %.17g\nbest-threshold %.17g\n"
			    "best-points %.17g\nbest-pictures %d\nbest-faces %d\n", b->ap, b->recall,
			    b->threshold, b->points, b->pictures, b->faces);
	if (what && best)
		status = emo_run_save(&t->run, MAGIC, what, best, path);
	free(best);
	free(what);
	return status;
}

static int read_run(struct emo_face_trainer *t, const struct emo_store *s, const char *path)
{
	struct emo_face_scores best;
	char *want = describe(t);
	int status;

	if (!want)
		return -1;
	status = emo_run_compare(&t->run, s, want, path);
	free(want);
	if (status < 0 || emo_store_double(&best.ap, s, "best-ap", path) < 0 ||
	    emo_store_double(&best.recall, s, "best-recall", path) < 0 ||
	    emo_store_double(&best.threshold, s, "best-threshold", path) < 0 ||
	    emo_store_double(&best.points, s, "best-points", path) < 0 ||
	    emo_store_count(&best.pictures, s, "best-pictures", 0, INT32_MAX, path) < 0 ||
	    emo_store_count(&best.faces, s, "best-faces", 0, INT32_MAX, path) < 0 ||
	    emo_run_read(&t->run, s, t->recipe.epochs, t->recipe.steps, path) < 0)
		return -1;
	t->best = best;
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
	return emo_run_epochs(MAGIC, EMO_FACE_MAX_EPOCHS, path);
}

/* ---- the model ---- */

/* The network that was trained. */
static int write_one(const struct emo_face_trainer *t, FILE *file, const char *name,
		     const char *notes)
{
	char *recipe = emo_face_recipe_text(&t->recipe), *more = NULL, labels[] = "face";
	struct emo_model m = {.cfg = t->cfg, .picture = t->side, .mean = EMO_SCAN_MEAN,
			      .scale = EMO_SCAN_SCALE, .temperature = 1, .labels = labels};
	int status = -1;

	if (recipe)
		more = emo_asprintf("%strained-on %u faces\nchosen-on %d pictures with %d faces\n"
				    "best-epoch %d\nap-held-out %.6f\nrecall-held-out %.6f\n"
				    "points-held-out %.6f\nthreshold %.6f\n", recipe,
				    t->composer.ncuts, t->best.pictures, t->best.faces,
				    t->run.best_epoch, t->best.ap, t->best.recall, t->best.points,
				    t->best.threshold);
	if (more)
		status = emo_run_export(&t->run, &m, notes, more, file, name);
	free(more);
	free(recipe);
	return status;
}

/* The head of the first model, with the threshold of both together. Caller frees with free(). */
static char *joint_head(const char *text, double threshold)
{
	const char *old = strstr(text, EMO_THRESHOLD_LINE); /* it is there: emo_refine_begin */

	return emo_asprintf("%.*s" EMO_THRESHOLD_LINE "%.6f%s", (int)(old - text), text, threshold,
			    strchr(old + 1, '\n'));
}

/* As write_one, into memory. Caller frees *data with free(). */
static int make_one(char **data, size_t *len, const struct emo_face_trainer *t, const char *name,
		    const char *notes)
{
	FILE *file = open_memstream(data, len);
	int status, bad;

	if (!file)
		return emo_fail("%s: not written, for lack of memory", name);
	status = write_one(t, file, name, notes);
	bad = ferror(file);
	if ((fclose(file) || bad) && status == 0)
		status = emo_fail("%s: not written, for lack of memory", name);
	return status;
}

/* The first model, with the network that was trained as one more block. */
static int write_both(const struct emo_face_trainer *t, FILE *file, const char *name,
		      const char *notes)
{
	struct emo_store s = t->first_file;
	char *second = NULL;
	size_t len;
	int status = -1;

	if (!(s.text = joint_head(t->first_file.text, t->best.threshold))) {
		emo_fail("%s: %s", t->recipe.first, emo_error());
	} else if (make_one(&second, &len, t, name, notes) == 0) {
		emo_store_add(&s, EMO_SECOND_BLOCK, second, len);
		status = emo_store_write(&s, file, name);
	}
	free(s.text);
	free(second);
	return status;
}

int emo_face_trainer_export(const struct emo_face_trainer *t, const char *path, const char *notes)
{
	struct emo_out *out = emo_out_open(path);
	int status = -1;

	if (out)
		status = (t->recipe.first ? write_both : write_one)(t, emo_out_file(out), path, notes);
	if (status == 0)
		return emo_out_commit(out);
	emo_out_abort(out);
	return -1;
}
