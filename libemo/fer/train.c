/* SPDX-License-Identifier: MIT */
#include "fer/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "fer/calibrate.h"
#include "fer/teach.h"
#include "fer/trainer.h"

/* ---- a step ---- */

static size_t pixels(const struct emo_trainer *t)
{
	return (size_t)t->crop * (size_t)t->crop;
}

static int fill_task(void *ctx, int i, int thread)
{
	const struct emo_batch *b = ctx;
	const struct emo_trainer *t = b->t;
	size_t n = pixels(t);
	float *out = b->out + (size_t)i * n;
	struct emo_rng rng = emo_rng_at(t->recipe.seed, b->epoch, b->rows[i]);

	(void)thread;
	emo_augment_image(out, t->crop, emo_dataset_image(t->data, b->rows[i]), t->data->side,
			  &b->augment, &rng);
	for (size_t k = 0; k < n; k++)
		out[k] = (out[k] - EMO_FACE_MEAN) * EMO_FACE_SCALE;
	return 0;
}

static int class_at(const struct emo_trainer *t, uint32_t row)
{
	return t->class_of[t->data->label[row]];
}

static int count_right(const struct emo_trainer *t, const float *y, const uint32_t *rows, int n)
{
	int right = 0;

	for (int i = 0; i < n; i++, y += t->classes) {
		int top = 0;

		for (int k = 1; k < t->classes; k++)
			top = y[k] > y[top] ? k : top;
		right += top == class_at(t, rows[i]);
	}
	return right;
}

/* How far the run is, 0 .. 1, before this step. */
static double progress(const struct emo_trainer *t, int step)
{
	double steps = emo_trainer_steps(t);

	return (t->run.done * steps + step) / (t->recipe.epochs * steps);
}

/*
 * The pictures of a step are made while the step before it runs, by threads that would otherwise wait
 * for others: they depend on seed, epoch and row alone.
 */
static int look_ahead(struct emo_trainer *t, int step)
{
	t->next = (struct emo_batch){.t = t,
				     .rows = t->order + (size_t)step * (size_t)t->recipe.batch,
				     .augment = t->recipe.augment,
				     .out = t->ahead,
				     .epoch = (uint64_t)t->run.done + 1};
	if (progress(t, step) >= 1 - (double)t->recipe.calm)
		t->next.augment.erase = 0;
	return emo_later(t->pool, t->recipe.batch, fill_task, &t->next);
}

/* One step; adds to *loss and *right. Returns the learning rate; negative on failure. */
static double take_step(struct emo_trainer *t, int step, double *loss, int *right)
{
	const uint32_t *rows = t->order + (size_t)step * (size_t)t->recipe.batch;
	double done = progress(t, step), rate = emo_schedule_rate(&t->recipe.schedule, done), l;
	int n = t->recipe.batch;
	const float *y;

	if (step == 0 && look_ahead(t, 0) < 0)
		return -1;
	if (emo_later_done(t->pool) < 0)
		return -1;
	memcpy(emo_net_input(t->run.net), t->ahead, (size_t)n * pixels(t) * sizeof *t->ahead);
	if (step + 1 < emo_trainer_steps(t) && look_ahead(t, step + 1) < 0)
		return -1;
	if (emo_teach(t, rows, n, done) < 0)
		return -1;
	y = emo_net_train(t->run.net, n, t->target, t->recipe.seed, emo_opt_steps(t->run.opt), &l);
	if (!y)
		return -1;
	*loss += l;
	*right += count_right(t, y, rows, n);
	return emo_opt_step(t->run.opt, rate) < 0 ? -1 : rate;
}

static void shuffle(struct emo_trainer *t)
{
	struct emo_rng rng = emo_rng_at(t->recipe.seed, (uint64_t)t->run.done + 1, UINT64_MAX);

	emo_rng_permutation(&rng, t->order, t->ntrain);
	for (uint32_t i = 0; i < t->ntrain; i++)
		t->order[i] = t->train[t->order[i]];
}

/* ---- judging ---- */

/* What a network with these weights says of all test rows -> t->said. */
static int predict(struct emo_trainer *t, struct emo_block params, struct emo_block state)
{
	struct emo_net *net = emo_net_with(t->cfg, t->recipe.name, params, state);
	size_t classes = (size_t)t->classes;
	int status = -1;

	if (!net || emo_net_reserve(net, t->recipe.batch, 0, t->pool) < 0)
		goto out;
	for (uint32_t at = 0; at < t->ntest; at += (uint32_t)t->recipe.batch) {
		uint32_t left = t->ntest - at;
		int n = left < (uint32_t)t->recipe.batch ? (int)left : t->recipe.batch;
		struct emo_batch b = {.t = t, .rows = t->test + at, .out = emo_net_input(net)};
		const float *y;

		if (emo_for(t->pool, n, fill_task, &b) < 0 || !(y = emo_net_run(net, n)))
			goto out;
		memcpy(t->said + at * classes, y, (size_t)n * classes * sizeof *y);
	}
	status = 0;
out:
	emo_net_free(net);
	return status;
}

static int judge(struct emo_trainer *t, struct emo_epoch *e)
{
	double loss = 0;

	if (predict(t, emo_opt_params(t->run.opt), emo_opt_state(t->run.opt)) < 0)
		return -1;
	for (uint32_t i = 0; i < t->ntest; i++) {
		double p = (double)t->said[i * (uint32_t)t->classes +
					   (uint32_t)class_at(t, t->test[i])];

		loss -= p < 1e-30 ? log(1e-30) : log(p); /* NaN stays NaN */
	}
	if (!isfinite(loss))
		return emo_fail("training diverged: what the network says is not finite; a lower "
				"learning rate may help");
	e->test_loss = loss / t->ntest;
	e->test_accuracy = count_right(t, t->said, t->test, (int)t->ntest) / (double)t->ntest;
	return 0;
}

int emo_trainer_temperature(struct emo_trainer *t, float *temperature)
{
	uint8_t *truth = emo_calloc(t->ntest, 1);
	int status = -1;

	if (!truth || predict(t, t->run.best_params, t->run.best_state) < 0)
		goto out;
	for (uint32_t i = 0; i < t->ntest; i++)
		truth[i] = (uint8_t)class_at(t, t->test[i]);
	*temperature = emo_net_temperature(t->run.net) *
		       (float)emo_fit_temperature(t->said, truth, t->ntest, t->classes);
	status = 0;
out:
	free(truth);
	return status;
}

/* ---- the run ---- */

static int is_better(const struct emo_trainer *t, const struct emo_epoch *e)
{
	return e->test_accuracy > t->best_accuracy ||
	       (e->test_accuracy == t->best_accuracy && e->test_loss < t->best_loss);
}

int emo_trainer_epoch(struct emo_trainer *t, struct emo_epoch *e, emo_train_step *report, void *ctx)
{
	int steps = emo_trainer_steps(t), right = 0;
	double start = emo_run_clock(), loss = 0;

	if (t->run.done >= t->recipe.epochs)
		return 0;
	*e = (struct emo_epoch){.epoch = t->run.done + 1, .epochs = t->recipe.epochs};
	shuffle(t);
	for (int s = 0; s < steps; s++) {
		double seen = (double)(s + 1) * t->recipe.batch;

		if ((e->rate = take_step(t, s, &loss, &right)) < 0)
			return -1;
		e->train_loss = loss / (s + 1);
		e->train_accuracy = right / seen;
		if (report)
			report(ctx, e->epoch, s + 1, steps, e->train_loss, e->train_accuracy);
	}
	if (judge(t, e) < 0)
		return -1;
	if ((e->best = emo_run_end_epoch(&t->run, is_better(t, e)))) {
		t->best_accuracy = e->test_accuracy;
		t->best_loss = e->test_loss;
	}
	e->seconds = emo_run_clock() - start;
	return 1;
}

int emo_trainer_fit_time(struct emo_trainer *t, double seconds)
{
	enum { WARM = 2, LEAST = 8, MOST = 40 };
	int steps = emo_trainer_steps(t), timed = 0, right = 0;
	double start = emo_run_clock(), from = start, loss = 0, per_step, per_judging;
	struct emo_epoch e;

	if (t->run.done)
		return emo_fail("a run that has begun cannot be fitted to a time");
	t->recipe.epochs = 1;
	shuffle(t);
	for (int s = 0; s < steps && timed < MOST && (timed < LEAST || emo_run_clock() - start < 8); s++) {
		if (s == WARM) /* the first steps touch new memory */
			from = emo_run_clock();
		if (take_step(t, s, &loss, &right) < 0)
			return -1;
		timed = s < WARM ? timed : timed + 1;
	}
	if (emo_later_done(t->pool) < 0)
		return -1;
	per_step = (emo_run_clock() - from) / (timed ? timed : steps < WARM ? steps : WARM);
	from = emo_run_clock();
	if (judge(t, &e) < 0 || emo_trainer_begin(t) < 0)
		return -1;
	per_judging = emo_run_clock() - from;
	t->recipe.epochs = (int)fmin((seconds - (emo_run_clock() - start)) / (per_step * steps + per_judging),
				     EMO_MAX_EPOCHS);
	if (t->recipe.epochs < 1)
		t->recipe.epochs = 1;
	return t->recipe.epochs;
}

int emo_log_epoch(struct emo_log *log, const struct emo_epoch *e)
{
	char line[256];

	emo_snprintf(line, sizeof line, "%d,%.6g,%.6f,%.6f,%.6f,%.6f,%.1f,%d", e->epoch, e->rate,
		     e->train_loss, e->train_accuracy, e->test_loss, e->test_accuracy, e->seconds,
		     e->best);
	return emo_log_line(log, line);
}

struct emo_recipe emo_trainer_recipe(const struct emo_trainer *t)
{
	return t->recipe;
}

int emo_trainer_epochs(const struct emo_trainer *t)
{
	return t->recipe.epochs;
}

int emo_trainer_done(const struct emo_trainer *t)
{
	return t->run.done;
}

int emo_trainer_best(const struct emo_trainer *t, double *accuracy)
{
	*accuracy = t->best_accuracy;
	return t->run.best_epoch;
}
