/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#include "fer/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/mem.h"
#include "fer/trainer.h"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- making a trainer ---- */

static int split_rows(struct emo_trainer *t)
{
	const struct emo_dataset *d = t->data;

	t->train = emo_calloc(d->n, sizeof *t->train);
	t->test = emo_calloc(d->n, sizeof *t->test);
	if (!t->train || !t->test)
		return -1;
	for (size_t i = 0; i < d->n; i++) {
		if (t->class_of[d->label[i]] < 0)
			continue;
		if (d->split[i] == EMO_TRAINING)
			t->train[t->ntrain++] = (uint32_t)i;
		else if (d->split[i] == EMO_PUBLIC_TEST)
			t->test[t->ntest++] = (uint32_t)i;
	}
	if (!t->ntrain)
		return emo_fail("the data has no Training rows of these emotions to learn from");
	if (!t->ntest)
		return emo_fail("the data has no PublicTest rows of these emotions to choose the "
				"best epoch on");
	if ((uint32_t)t->recipe.batch > t->ntrain)
		t->recipe.batch = (int)t->ntrain;
	return 0;
}

static void number_classes(struct emo_trainer *t, unsigned classes)
{
	for (int e = 0; e < EMO_EMOTIONS; e++) {
		t->class_of[e] = -1;
		if (classes && !(classes >> e & 1))
			continue;
		t->emotion_of[t->classes] = e;
		t->class_of[e] = t->classes++;
	}
}

/* The '7' of a line "output=7", blanks as the cfg may have them; NULL when it is another line. */
static char *seven_outputs(char *line)
{
	line += strspn(line, " \t");
	if (strncmp(line, "output", 6))
		return NULL;
	line += 6 + strspn(line + 6, " \t");
	if (*line != '=')
		return NULL;
	line += 1 + strspn(line + 1, " \t");
	return *line == '7' && strchr(" \t\r\n#;", line[1]) ? line : NULL;
}

/* A copy of the cfg in which the last "output=7", for all emotions, is as many as the classes. */
static char *fit_outputs(const char *cfg, int classes)
{
	char *copy = emo_strdup(cfg), *seven = NULL, *found;

	for (char *line = copy; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		seven = (found = seven_outputs(line)) ? found : seven;
	}
	if (seven)
		*seven = (char)('0' + classes);
	return copy;
}

static int check_network(struct emo_trainer *t)
{
	int hwc[3];

	emo_net_shape(t->net, hwc);
	t->crop = hwc[0];
	if (hwc[0] != hwc[1] || hwc[2] != 1 || t->crop > t->data->side)
		return emo_fail("%s: the network takes %dx%dx%d, but must take a grey square no "
				"larger than the %d pixels of the images", t->recipe.name, hwc[1],
				hwc[0], hwc[2], t->data->side);
	if (emo_net_outputs(t->net) != t->classes)
		return emo_fail("%s: the network has %d outputs for %d classes", t->recipe.name,
				emo_net_outputs(t->net), t->classes);
	return 0;
}

/* Weights and optimiser as before the first step. */
static int begin(struct emo_trainer *t)
{
	emo_net_init(t->net, t->recipe.seed);
	emo_opt_free(t->opt);
	t->opt = emo_opt_new(t->net, &t->recipe.opt, t->pool);
	return t->opt ? 0 : -1;
}

struct emo_trainer *emo_trainer_new(const struct emo_dataset *data,
				    const struct emo_recipe *recipe, unsigned classes,
				    struct emo_pool *pool)
{
	struct emo_trainer *t = emo_calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->data = data;
	t->recipe = *recipe;
	t->pool = pool;
	number_classes(t, classes);
	if (recipe->batch < 1 || recipe->epochs < 1 || recipe->epochs > EMO_MAX_EPOCHS) {
		emo_fail("%d epochs in batches of %d cannot be trained", recipe->epochs,
			 recipe->batch);
		goto fail;
	}
	if (!(t->cfg = fit_outputs(recipe->cfg, t->classes)))
		goto fail;
	t->net = emo_net_new(t->cfg, strlen(t->cfg), recipe->name);
	if (!t->net || check_network(t) < 0 || split_rows(t) < 0 ||
	    emo_net_reserve(t->net, t->recipe.batch, 1, pool) < 0)
		goto fail;
	t->order = emo_calloc(t->ntrain, sizeof *t->order);
	t->target = emo_calloc((size_t)t->recipe.batch * (size_t)t->classes, sizeof *t->target);
	t->best_params = emo_calloc(emo_net_params(t->net).n, sizeof *t->best_params);
	t->best_state = emo_calloc(emo_net_state(t->net).n, sizeof *t->best_state);
	if (!t->order || !t->target || !t->best_params || !t->best_state || begin(t) < 0)
		goto fail;
	return t;
fail:
	emo_trainer_free(t);
	return NULL;
}

void emo_trainer_free(struct emo_trainer *t)
{
	if (!t)
		return;
	emo_opt_free(t->opt);
	emo_net_free(t->net);
	free(t->cfg);
	free(t->train);
	free(t->test);
	free(t->order);
	free(t->target);
	free(t->best_params);
	free(t->best_state);
	free(t);
}

/* ---- a step ---- */

struct batch {
	struct emo_trainer *t;
	const uint32_t *rows; /* indexes into data */
	const struct emo_augment *augment; /* NULL: the centre */
	struct emo_net *net;  /* whose input is filled */
	uint64_t epoch;
};

static int fill_task(void *ctx, int i, int thread)
{
	const struct batch *b = ctx;
	const struct emo_augment none = {0};
	size_t n = (size_t)b->t->crop * (size_t)b->t->crop;
	float *out = emo_net_input(b->net) + (size_t)i * n;
	struct emo_rng rng = emo_rng_at(b->t->recipe.seed, b->epoch, b->rows[i]);

	(void)thread;
	emo_augment_image(out, b->t->crop, emo_dataset_image(b->t->data, b->rows[i]),
			  b->t->data->side, b->augment ? b->augment : &none, &rng);
	for (size_t k = 0; k < n; k++)
		out[k] = (out[k] - EMO_FACE_MEAN) * EMO_FACE_SCALE;
	return 0;
}

static int class_at(const struct emo_trainer *t, uint32_t row)
{
	return t->class_of[t->data->label[row]];
}

static void set_targets(struct emo_trainer *t, const uint32_t *rows, int n)
{
	float spread = t->recipe.smoothing / (float)t->classes;

	for (int i = 0; i < n; i++) {
		float *target = t->target + i * t->classes;

		for (int k = 0; k < t->classes; k++)
			target[k] = spread;
		target[class_at(t, rows[i])] += 1 - t->recipe.smoothing;
	}
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

	return (t->done * steps + step) / (t->recipe.epochs * steps);
}

/* One step; adds to *loss and *right. Returns the learning rate; negative on failure. */
static double take_step(struct emo_trainer *t, int step, double *loss, int *right)
{
	struct emo_augment augment = t->recipe.augment;
	const uint32_t *rows = t->order + (size_t)step * (size_t)t->recipe.batch;
	struct batch b = {t, rows, &augment, t->net, (uint64_t)t->done + 1};
	double done = progress(t, step), rate = emo_schedule_rate(&t->recipe.schedule, done), l;
	int n = t->recipe.batch;
	const float *y;

	if (done >= 1 - (double)t->recipe.calm)
		augment.erase = 0;
	if (emo_for(t->pool, n, fill_task, &b) < 0)
		return -1;
	set_targets(t, rows, n);
	y = emo_net_train(t->net, n, t->target, t->recipe.seed, emo_opt_steps(t->opt), &l);
	if (!y)
		return -1;
	*loss += l;
	*right += count_right(t, y, rows, n);
	return emo_opt_step(t->opt, rate) < 0 ? -1 : rate;
}

static void shuffle(struct emo_trainer *t)
{
	struct emo_rng rng = emo_rng_at(t->recipe.seed, (uint64_t)t->done + 1, UINT64_MAX);

	emo_rng_permutation(&rng, t->order, t->ntrain);
	for (uint32_t i = 0; i < t->ntrain; i++)
		t->order[i] = t->train[t->order[i]];
}

/* ---- judging ---- */

/* A folded copy of the network, with the averaged weights. NULL on failure. */
static struct emo_net *averaged_network(const struct emo_trainer *t)
{
	struct emo_net *net = emo_net_new(t->cfg, strlen(t->cfg), t->recipe.name);
	struct emo_block params = emo_opt_params(t->opt), state = emo_opt_state(t->opt);

	if (!net)
		return NULL;
	memcpy(emo_net_params(net).v, params.v, params.n * sizeof *params.v);
	memcpy(emo_net_state(net).v, state.v, state.n * sizeof *state.v);
	emo_net_fold(net);
	if (emo_net_reserve(net, t->recipe.batch, 0, t->pool) == 0)
		return net;
	emo_net_free(net);
	return NULL;
}

static int judge(struct emo_trainer *t, struct emo_epoch *e)
{
	struct emo_net *net = averaged_network(t);
	double loss = 0;
	int right = 0, status = -1;

	if (!net)
		return -1;
	for (uint32_t at = 0; at < t->ntest; at += (uint32_t)t->recipe.batch) {
		uint32_t left = t->ntest - at;
		int n = left < (uint32_t)t->recipe.batch ? (int)left : t->recipe.batch;
		struct batch b = {t, t->test + at, NULL, net, 0};
		const float *y;

		if (emo_for(t->pool, n, fill_task, &b) < 0 || !(y = emo_net_run(net, n)))
			goto out;
		right += count_right(t, y, b.rows, n);
		for (int i = 0; i < n; i++) {
			double p = (double)y[i * t->classes + class_at(t, b.rows[i])];

			loss -= p < 1e-30 ? log(1e-30) : log(p); /* NaN stays NaN */
		}
	}
	if (!isfinite(loss)) {
		emo_fail("training diverged: what the network says is not finite; a lower learning "
			 "rate may help");
		goto out;
	}
	e->test_loss = loss / t->ntest;
	e->test_accuracy = (double)right / t->ntest;
	status = 0;
out:
	emo_net_free(net);
	return status;
}

static void keep_if_best(struct emo_trainer *t, struct emo_epoch *e)
{
	struct emo_block params = emo_opt_params(t->opt), state = emo_opt_state(t->opt);

	e->best = t->best_epoch == 0 || e->test_accuracy > t->best_accuracy ||
		  (e->test_accuracy == t->best_accuracy && e->test_loss < t->best_loss);
	if (!e->best)
		return;
	t->best_epoch = t->done;
	t->best_accuracy = e->test_accuracy;
	t->best_loss = e->test_loss;
	memcpy(t->best_params, params.v, params.n * sizeof *params.v);
	memcpy(t->best_state, state.v, state.n * sizeof *state.v);
}

/* ---- the run ---- */

int emo_trainer_epoch(struct emo_trainer *t, struct emo_epoch *e, emo_train_step *report, void *ctx)
{
	int steps = emo_trainer_steps(t), right = 0;
	double start = now(), loss = 0;

	if (t->done >= t->recipe.epochs)
		return 0;
	*e = (struct emo_epoch){.epoch = t->done + 1, .epochs = t->recipe.epochs};
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
	t->done++;
	keep_if_best(t, e);
	e->seconds = now() - start;
	return 1;
}

int emo_trainer_fit_time(struct emo_trainer *t, double seconds)
{
	enum { WARM = 2, LEAST = 8, MOST = 40 };
	int steps = emo_trainer_steps(t), timed = 0, right = 0;
	double start = now(), from = start, loss = 0, per_step, per_judging;
	struct emo_epoch e;

	if (t->done)
		return emo_fail("a run that has begun cannot be fitted to a time");
	t->recipe.epochs = 1;
	shuffle(t);
	for (int s = 0; s < steps && timed < MOST && (timed < LEAST || now() - start < 8); s++) {
		if (s == WARM) /* the first steps touch new memory */
			from = now();
		if (take_step(t, s, &loss, &right) < 0)
			return -1;
		timed = s < WARM ? timed : timed + 1;
	}
	per_step = (now() - from) / (timed ? timed : steps < WARM ? steps : WARM);
	from = now();
	if (judge(t, &e) < 0 || begin(t) < 0)
		return -1;
	per_judging = now() - from;
	t->recipe.epochs = (int)fmin((seconds - (now() - start)) / (per_step * steps + per_judging),
				     EMO_MAX_EPOCHS);
	if (t->recipe.epochs < 1)
		t->recipe.epochs = 1;
	return t->recipe.epochs;
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
	return t->done;
}

int emo_trainer_best(const struct emo_trainer *t, double *accuracy)
{
	*accuracy = t->best_accuracy;
	return t->best_epoch;
}
