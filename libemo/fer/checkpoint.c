/* SPDX-License-Identifier: MIT */
/*
 * Keeping a training run, and what comes out of it. Random numbers depend on counters alone, so a
 * checkpoint is the network, the optimiser's memory, the best weights and how many epochs are done.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/err.h"
#include "base/io.h"
#include "base/num.h"
#include "fer/trainer.h"

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
	char *recipe, *text;

	r.epochs = epochs;
	if (!(recipe = emo_recipe_text(&r)))
		return NULL;
	text = emo_asprintf("%scpu %s\nclasses %d\nnetwork-checksum %08lx\nlessons %08lx\n"
			 "Training-rows %" PRIu32 " %08lx\nPublicTest-rows %" PRIu32 " %08lx\n",
			 recipe, emo_net_cpu(t->run.net), t->classes, cfg, t->lessons_crc,
			 t->ntrain, rows_checksum(t, t->train, t->ntrain),
			 t->ntest, rows_checksum(t, t->test, t->ntest));
	free(recipe);
	return text;
}

int emo_trainer_save(const struct emo_trainer *t, const char *path)
{
	char *what = describe(t, t->recipe.epochs), *best;
	int status = -1;

	best = emo_asprintf("best-accuracy %.17g\nbest-loss %.17g\ninit %s\n", t->best_accuracy,
			    t->best_loss, t->first);
	if (what && best)
		status = emo_run_save(&t->run, MAGIC, what, best, path);
	free(best);
	free(what);
	return status;
}

/* Checkpoints of earlier programs do not tell what their run began with. */
static int compare_first(const struct emo_trainer *t, const struct emo_store *s, const char *path)
{
	char have[32];

	if (emo_store_line(s, "init", have, sizeof have) && strcmp(have, t->first))
		return emo_fail("%s: is of another run: it has 'init %s', this run 'init %s'", path,
				have, t->first);
	return 0;
}

static int read_run(struct emo_trainer *t, const struct emo_store *s, const char *path)
{
	double accuracy, loss;
	int epochs, status;
	char *want;

	if (emo_store_count(&epochs, s, "epochs", 1, EMO_MAX_EPOCHS, path) < 0 ||
	    emo_store_double(&accuracy, s, "best-accuracy", path) < 0 ||
	    emo_store_double(&loss, s, "best-loss", path) < 0)
		return -1;
	if (!(want = describe(t, epochs)))
		return -1;
	status = emo_run_compare(&t->run, s, want, path);
	free(want);
	if (status < 0 || compare_first(t, s, path) < 0 ||
	    emo_run_read(&t->run, s, epochs, emo_trainer_steps(t), path) < 0)
		return -1;
	t->recipe.epochs = epochs;
	t->best_accuracy = accuracy;
	t->best_loss = loss;
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
	return emo_run_epochs(MAGIC, EMO_MAX_EPOCHS, path);
}

int emo_trainer_export(struct emo_trainer *t, const char *path, const char *notes)
{
	char labels[EMO_LABELS], *more, *recipe;
	struct emo_out *out;
	struct emo_model m = {.cfg = t->cfg, .picture = t->data->side, .mean = EMO_FACE_MEAN,
			      .scale = EMO_FACE_SCALE, .labels = labels};
	int status = -1;

	if (!t->run.best_epoch)
		return emo_fail("%s: not written, because no epoch is done", path);
	emo_trainer_labels(t, labels);
	if (emo_trainer_temperature(t, &m.temperature) < 0 ||
	    !(recipe = emo_recipe_text(&t->recipe)))
		return -1;
	more = emo_asprintf("%s%scpu %s\ntrained-on %" PRIu32 "\nchosen-on %" PRIu32 "\nbest-epoch %d\n"
			    "accuracy-%s %.6f\n", recipe, t->lessons ? t->lessons : "",
			    emo_net_cpu(t->run.net), t->ntrain, t->ntest, t->run.best_epoch,
			    t->data->held_out ? "held-out" : "PublicTest", t->best_accuracy);
	if ((out = more ? emo_out_open(path) : NULL) &&
	    emo_run_export(&t->run, &m, notes, more, emo_out_file(out), path) == 0)
		status = emo_out_commit(out);
	else
		emo_out_abort(out);
	free(more);
	free(recipe);
	return status;
}
