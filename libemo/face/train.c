/* SPDX-License-Identifier: MIT */
#include "face/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "face/grid.h"
#include "face/trainer.h"

/* ---- making ---- */

static int check_network(struct emo_face_trainer *t)
{
	struct emo_scan *scan;
	int hwc[3];

	if (t->recipe.first) {
		t->cells = 1;
		return emo_refine_check(t->run.net, t->recipe.name, &t->side);
	}
	if (!(scan = emo_scan_new(t->run.net, t->recipe.name, NULL)))
		return -1;
	emo_scan_free(scan);
	emo_net_shape(t->run.net, hwc);
	t->side = hwc[0];
	t->cells = hwc[0] / EMO_CELL;
	if (hwc[0] != hwc[1] || hwc[0] < 32 || hwc[0] > 1024)
		return emo_fail("%s: tiles of %dx%d: must be squares of 32 to 1024 pixels",
				t->recipe.name, hwc[1], hwc[0]);
	return 0;
}

/* Room for the pictures of a batch, or for their pieces. */
static int make_room(struct emo_face_trainer *t)
{
	int batch = t->recipe.batch, tile_side = t->recipe.first ? EMO_REFINE_TILE : t->side;
	int most = t->recipe.first ? batch * EMO_CUTS : batch;

	if (emo_composer_init(&t->composer, t->album, tile_side) < 0 ||
	    emo_net_reserve(t->run.net, most, 1, t->pool) < 0)
		return -1;
	t->tiles = emo_calloc(2 * (size_t)emo_pool_size(t->pool),
			      (size_t)tile_side * (size_t)tile_side);
	t->target = emo_calloc((size_t)most * emo_net_target_size(t->run.net), sizeof *t->target);
	return t->tiles && t->target ? 0 : -1;
}

struct emo_face_trainer *emo_face_trainer_new(const struct emo_album *album,
					      const struct emo_face_recipe *recipe,
					      struct emo_pool *pool)
{
	struct emo_face_trainer *t = emo_calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->album = album;
	t->recipe = *recipe;
	t->pool = pool;
	if (!(t->cfg = emo_strdup(recipe->cfg)) ||
	    emo_run_init(&t->run, t->cfg, recipe->name) < 0 || check_network(t) < 0 || make_room(t) < 0)
		goto fail;
	emo_net_init(t->run.net, recipe->seed);
	if ((t->run.opt = emo_opt_new(t->run.net, &t->recipe.opt, pool)) &&
	    (!recipe->first || emo_refine_begin(t) == 0))
		return t;
fail:
	emo_face_trainer_free(t);
	return NULL;
}

void emo_face_trainer_free(struct emo_face_trainer *t)
{
	if (!t)
		return;
	emo_refine_end(t);
	emo_run_free(&t->run);
	emo_composer_done(&t->composer);
	free(t->cfg);
	free(t->tiles);
	free(t->target);
	free(t->spots);
	free(t);
}

/* The model in a file; where the second network learns, the second one, if it has one. */
static int load_model(struct emo_model *m, const struct emo_face_trainer *t, const char *path)
{
	struct emo_store s;
	int status = 0;

	*m = (struct emo_model){0};
	if (emo_store_load(&s, EMO_MODEL_MAGIC, path) < 0)
		return -1;
	if (t->recipe.first)
		status = emo_refine_model(m, &s, path);
	if (status == 0 && !m->net)
		status = emo_model_read(m, &s, path);
	emo_store_done(&s);
	return status;
}

int emo_face_trainer_from(struct emo_face_trainer *t, const char *path)
{
	struct emo_block params = emo_net_params(t->run.net), state = emo_net_state(t->run.net), p, q;
	struct emo_model m;
	int status = -1;

	if (load_model(&m, t, path) < 0)
		return -1;
	p = emo_net_params(m.net);
	q = emo_net_state(m.net);
	if (!emo_net_alike(m.net, t->run.net)) {
		emo_fail("%s: is of another network than %s", path, t->recipe.name);
	} else {
		memcpy(params.v, p.v, p.n * sizeof *p.v);
		memcpy(state.v, q.v, q.n * sizeof *q.v);
		emo_net_changed(t->run.net);
		t->begun = 1;
		status = 0;
	}
	emo_model_done(&m);
	return status;
}

/* ---- learning ---- */

struct batch {
	struct emo_face_trainer *t;
	int step;
};

static int fill_task(void *ctx, int i, int thread)
{
	const struct batch *b = ctx;
	struct emo_face_trainer *t = b->t;
	size_t n = (size_t)t->side * (size_t)t->side;
	uint8_t *tile = t->tiles + 2 * (size_t)thread * n;
	float *input = emo_net_input(t->run.net) + (size_t)i * n;
	uint64_t number = (uint64_t)b->step * (uint64_t)t->recipe.batch + (uint64_t)i;
	struct emo_rng rng = emo_rng_at(t->recipe.seed, (uint64_t)t->run.done + 1, number);
	struct emo_mark marks[EMO_TILE_MARKS];
	int nmarks = emo_compose(tile, marks, tile + n, &t->composer, &rng);

	for (size_t k = 0; k < n; k++)
		input[k] = ((float)tile[k] - EMO_SCAN_MEAN) * EMO_SCAN_SCALE;
	emo_grid_targets(t->target + (size_t)i * emo_net_target_size(t->run.net), t->cells, t->cells,
			 marks, nmarks);
	return 0;
}

/* One step; returns the learning rate, negative on failure. */
static double take_step(struct emo_face_trainer *t, int step, double *loss)
{
	struct batch b = {t, step};
	double all = (double)t->recipe.epochs * t->recipe.steps, l;
	double done = ((double)t->run.done * t->recipe.steps + step) / all;
	double rate = emo_schedule_rate(&t->recipe.schedule, done);
	int n = t->recipe.batch;

	if (t->recipe.first)
		n = emo_refine_fill(t, step);
	else if (emo_for(t->pool, n, fill_task, &b) < 0)
		n = -1;
	if (n == 0) /* of a batch in which there was nothing to look at again */
		return rate;
	if (n < 0 || !emo_net_train(t->run.net, n, t->target, t->recipe.seed, emo_opt_steps(t->run.opt), &l))
		return -1;
	*loss += l;
	return emo_opt_step(t->run.opt, rate) < 0 ? -1 : rate;
}

/* Points that nobody knows are as bad as can be: else what finds nothing would have none amiss. */
static double worth(const struct emo_face_scores *s)
{
	return s->ap - (s->points > 0 ? s->points : 1);
}

int emo_face_trainer_epoch(struct emo_face_trainer *t, struct emo_face_epoch *e,
			   emo_face_step *report, void *ctx)
{
	double start = emo_run_clock(), loss = 0;

	if (t->run.done >= t->recipe.epochs)
		return 0;
	*e = (struct emo_face_epoch){.epoch = t->run.done + 1, .epochs = t->recipe.epochs};
	if ((t->run.done || t->begun || t->recipe.first) && emo_face_mine(t) < 0)
		return -1; /* not when untrained: all would be a face */
	e->hard = (int)t->composer.nspots;
	for (int s = 0; s < t->recipe.steps; s++) {
		if ((e->rate = take_step(t, s, &loss)) < 0)
			return -1;
		e->loss = loss / (s + 1);
		if (report)
			report(ctx, e->epoch, s + 1, t->recipe.steps, e->loss);
	}
	if (t->recipe.first && loss == 0)
		return emo_fail("%s: finds nothing at all to look at again", t->recipe.first);
	if (!isfinite(loss))
		return emo_fail("training diverged: what the network says is not finite; a lower "
				"learning rate may help");
	if (emo_face_judge(t, &e->scores) < 0)
		return -1;
	if ((e->best = emo_run_end_epoch(&t->run, worth(&e->scores) > worth(&t->best))))
		t->best = e->scores;
	e->seconds = emo_run_clock() - start;
	return 1;
}

int emo_log_face_epoch(struct emo_log *log, const struct emo_face_epoch *e)
{
	char line[256];

	emo_snprintf(line, sizeof line, "%d,%.6g,%.6f,%.6f,%.6f,%.6f,%.6f,%d,%.1f,%d", e->epoch,
		     e->rate, e->loss, e->scores.ap, e->scores.recall, e->scores.threshold,
		     e->scores.points, e->hard, e->seconds, e->best);
	return emo_log_line(log, line);
}

int emo_face_trainer_epochs(const struct emo_face_trainer *t)
{
	return t->recipe.epochs;
}

int emo_face_trainer_done(const struct emo_face_trainer *t)
{
	return t->run.done;
}

int emo_face_trainer_best(const struct emo_face_trainer *t, struct emo_face_scores *scores)
{
	*scores = t->best;
	return t->run.best_epoch;
}
