/* SPDX-License-Identifier: MIT */
/* fer-train: labelled faces in, a model out. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "cli.h"
#include "fer/train.h"
#include "progress.h"
#include "sandbox.h"
#include "train/options.h"

/*
 * Without PublicTest the same images are set aside whatever --seed says: a run must not be judged on
 * what its teachers, or the model that it begins with, were trained on.
 */
#define HOLD_OUT_SEED 1

static void load(struct emo_dataset *data, struct emo_votes *votes, struct settings *s)
{
	if (emo_dataset_load(data, s->data, &s->dataset) < 0)
		die("%s", emo_error());
	if (data->nbad)
		warn("%s: %zu bad rows or images passed over; the last: %s", s->data, data->nbad,
		     emo_error());
	if (data->held_out)
		fprintf(stderr, "no PublicTest: a tenth of Training is set aside to choose on\n");
	if (!s->votes)
		return;
	if (emo_votes_load(votes, s->votes, data) < 0)
		die("%s", emo_error());
	s->lessons.votes = votes;
	s->lessons.votes_name = s->votes;
}

/* Goes on where a checkpoint ends; or settles the number of epochs, in a first checkpoint. */
static void begin(struct emo_trainer *t, const struct settings *s, const char *checkpoint)
{
	int epochs;
	char time[24];

	if (s->resume && access(checkpoint, F_OK) == 0) {
		if (emo_trainer_resume(t, checkpoint) < 0)
			die("%s", emo_error());
		epochs = emo_trainer_epochs(t);
		if (s->epochs && s->epochs != epochs)
			die("%s: is of a run of %d epochs, not %d", checkpoint, epochs, s->epochs);
		fprintf(stderr, "going on after epoch %d of %d\n", emo_trainer_done(t), epochs);
		return;
	}
	if (s->resume)
		note("no %s to go on from: beginning", checkpoint);
	if (s->max_time > 0) {
		if ((epochs = emo_trainer_fit_time(t, s->max_time)) < 0)
			die("%s", emo_error());
		note("%d epochs fit into %s; --epochs %d repeats this run", epochs,
			progress_time(time, s->max_time), epochs);
	}
	if (emo_trainer_save(t, checkpoint) < 0)
		die("%s", emo_error());
}

struct screen {
	struct progress progress;
	int epochs, batch;
};

static void on_step(void *ctx, int epoch, int step, int steps, double loss, double accuracy)
{
	struct screen *s = ctx;
	double done = (epoch - 1 + (double)step / steps) / s->epochs;
	double speed = progress_speed(&s->progress, done);
	char left[24];

	progress_show(&s->progress, done, "epoch %d/%d  loss %.3f  %.1f %%  %.0f images/s  %s left",
		      epoch, s->epochs, loss, 100 * accuracy, speed * s->epochs * steps * s->batch,
		      progress_time(left, speed > 0 ? (1 - done) / speed : 0));
}

static void train(struct emo_trainer *t, const struct settings *s, const char *checkpoint,
		  const char *chosen_on)
{
	struct screen screen = {.epochs = emo_trainer_epochs(t),
				.batch = emo_trainer_recipe(t).batch};
	struct emo_log *log = NULL;
	struct emo_epoch e;
	int more;

	if (s->log && !(log = emo_log_open(s->log, EMO_EPOCH_COLUMNS, emo_trainer_done(t))))
		die("%s", emo_error());
	progress_start(&screen.progress, s->progress);
	progress_on_interrupt(&screen.progress, "fer-train: interrupted; --resume goes on\n");
	while ((more = emo_trainer_epoch(t, &e, on_step, &screen)) > 0) {
		progress_clear(&screen.progress);
		fprintf(stderr, "epoch %d/%d  loss %.4f  accuracy %.2f %%  %s %.2f %%%s  %.0f s\n",
			e.epoch, e.epochs, e.train_loss, 100 * e.train_accuracy, chosen_on,
			100 * e.test_accuracy, e.best ? " (best)" : "", e.seconds);
		/* the log first: it can take back a line that no checkpoint stands for */
		if ((log && emo_log_epoch(log, &e) < 0) || emo_trainer_save(t, checkpoint) < 0)
			die("%s", emo_error());
	}
	progress_clear(&screen.progress);
	if (more < 0 || emo_log_close(log) < 0)
		die("%s", emo_error());
}

int main(int argc, char **argv)
{
	struct settings s = {.output = "fer.emo",
			     .dataset = {.splits = 1u << EMO_TRAINING | 1u << EMO_PUBLIC_TEST,
					 .hold_out = 1, .seed = HOLD_OUT_SEED}};
	struct emo_votes votes = {0};
	struct emo_dataset data;
	struct emo_trainer *t;
	struct emo_pool *pool;
	char checkpoint[4200]; /* no path is longer than 4096 */
	double accuracy;
	int best;

	parse_options(&s, argc, argv);
	snprintf(checkpoint, sizeof checkpoint, "%s.ckpt", s.output);
	cli_check_run(s.output, checkpoint, s.resume, emo_checkpoint_epochs);
	sandbox_reads("/"); /* pictures in folders, teachers */
	sandbox_writes(checkpoint);
	sandbox_writes(s.log);
	sandbox_enter(s.output);
	load(&data, &votes, &s);
	if (!(pool = emo_pool_new(s.threads)) ||
	    !(t = emo_trainer_new(&data, &s.recipe, &s.lessons, s.dataset.classes, pool)))
		die("%s", emo_error());
	begin(t, &s, checkpoint);
	train(t, &s, checkpoint, data.held_out ? "held out" : "PublicTest");
	if (emo_trainer_export(t, s.output, "trained-by fer-train " EMO_VERSION "\n") < 0)
		die("%s", emo_error());
	unlink(checkpoint);
	best = emo_trainer_best(t, &accuracy);
	note("%s: epoch %d, %.2f %% on %s", s.output, best, 100 * accuracy,
		data.held_out ? "the images set aside" : "PublicTest");
	emo_trainer_free(t);
	emo_pool_free(pool);
	emo_dataset_done(&data);
	emo_votes_done(&votes);
	free_settings(&s);
	return cli_end(CLI_OK);
}
