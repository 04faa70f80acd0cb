/* SPDX-License-Identifier: MIT */
/* fer-train: labelled faces in, a model out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "cli.h"
#include "fer/log.h"
#include "fer/train.h"
#include "progress.h"

/* RECIPE: those whose names are keys of a recipe. */
enum { PRESET = CLI_LONG, NETWORK, MAX_TIME, CLASSES, LOG, RESUME, SKIP_BAD, PROGRESS, RECIPE };

static const struct cli_option options[] = {
	{'o', "output", "FILE", "where the model goes (default fer.emo)"},
	{PRESET, "preset", "NAME", "smoke (to see it work), fast or default"},
	{MAX_TIME, "max-time", "TIME", "as many epochs as fit into 40m, 2h"},
	{RECIPE, "epochs", "N", "how often every image is seen"},
	{NETWORK, "network", "FILE", "a Darknet cfg (default: the preset's)"},
	{CLASSES, "classes", "LIST", "learn these emotions only: happy,sad,angry"},
	{RESUME, "resume", NULL, "go on with the interrupted run to the same FILE"},
	{LOG, "log", "FILE", "write a CSV with a line for each epoch"},
	{SKIP_BAD, "skip-bad", NULL, "count bad rows and images, and go on"},
	{RECIPE, "seed", "N", "of all random choices (default 1)"},
	{'t', "threads", "N", "use N threads (default: one for each CPU)"},
	{RECIPE, "batch", "N", "images in a step"},
	{RECIPE, "rate", "X", "highest learning rate"},
	{RECIPE, "schedule", "NAME", "constant, cosine, one-cycle or steps"},
	{RECIPE, "warmup", "X", "share of the run in which the rate rises"},
	{RECIPE, "method", "NAME", "sgd (Nesterov momentum) or adam"},
	{RECIPE, "momentum", "X", "of sgd, or adam's first beta"},
	{RECIPE, "decay", "X", "weight decay"},
	{RECIPE, "clip", "X", "longest gradient (0: any)"},
	{RECIPE, "ema", "X", "share of the old in averaged weights (0: none)"},
	{RECIPE, "smoothing", "X", "label smoothing"},
	{RECIPE, "augment", "LIST", "none, or flip=0.5,rotate=15,zoom=0.12,erase=0.4 ..."},
	{RECIPE, "calm", "X", "share of the run, at its end, without erasing"},
	{PROGRESS, "progress", NULL, "show progress though stderr is no terminal"},
	{0},
};

static const struct cli tool = {
	"fer-train", "[OPTION]... DATA", "fer-train --preset fast fer2013.csv.gz -o fer.emo",
	"Trains a network on labelled faces: FER-2013's CSV, plain or .gz, or folders of images\n"
	"SPLIT/EMOTION/*.png. The best epoch is chosen on PublicTest; PrivateTest is never read.",
	options,
};

struct settings {
	const char *data, *output, *log;
	char *network; /* the text of --network */
	double max_time;
	int threads, resume, progress, epochs; /* epochs: 0 unless given */
	struct emo_dataset_options dataset;
	struct emo_recipe recipe;
};

static unsigned parse_classes(const char *list)
{
	unsigned classes;

	if (emo_emotion_parse_list(&classes, list) < 0)
		usage_error("--classes: %s", emo_error());
	if (!(classes & (classes - 1)))
		usage_error("--classes: at least two emotions are needed");
	return classes;
}

static void set_option(struct settings *s, int opt, const struct cli_args *a)
{
	size_t len;

	switch (opt) {
	case 'o': s->output = a->value; break;
	case 't': s->threads = (int)cli_long(a, 1, 256); break;
	case MAX_TIME:
		if ((s->max_time = cli_seconds(a)) <= 0)
			usage_error("--max-time: must be longer than nothing");
		break;
	case CLASSES: s->dataset.classes = parse_classes(a->value); break;
	case LOG: s->log = a->value; break;
	case RESUME: s->resume = 1; break;
	case SKIP_BAD: s->dataset.skip_bad = 1; break;
	case PROGRESS: s->progress = 1; break;
	case NETWORK:
		free(s->network);
		if (emo_read_file(&s->network, &len, a->value, 1 << 18) < 0)
			die("%s", emo_error());
		s->recipe.cfg = s->network;
		s->recipe.name = a->value;
		break;
	case RECIPE:
		if (emo_recipe_set(&s->recipe, a->option->name, a->value) < 0)
			usage_error("--%s: %s", a->option->name, emo_error());
		if (strcmp(a->option->name, "epochs") == 0)
			s->epochs = s->recipe.epochs;
		break;
	}
}

/* The preset, wherever it stands, because the other options change it. Reads a copy of argv. */
static const char *find_preset(int argc, char **argv)
{
	char **copy = emo_calloc((size_t)argc + 1, sizeof *copy);
	const char *preset = "default";
	struct cli_args a;
	int opt;

	if (!copy)
		die("%s", emo_error());
	memcpy(copy, argv, (size_t)argc * sizeof *copy);
	a = cli_start(&tool, argc, copy);
	while ((opt = cli_next(&a)))
		preset = opt == PRESET ? a.value : preset;
	free(copy);
	return preset;
}

static void parse_options(struct settings *s, int argc, char **argv)
{
	struct cli_args a;
	int opt;

	if (emo_recipe_preset(&s->recipe, find_preset(argc, argv)) < 0)
		usage_error("--preset: %s", emo_error());
	a = cli_start(&tool, argc, argv);
	while ((opt = cli_next(&a)))
		set_option(s, opt, &a);
	if (a.nfiles != 1)
		usage_error(a.nfiles ? "one DATA is wanted, not %d" : "no DATA given", a.nfiles);
	if (s->epochs && s->max_time > 0)
		usage_error("--epochs and --max-time exclude each other");
	s->data = a.files[0];
	s->dataset.seed = s->recipe.seed;
}

/* Better now than after hours: is there a place for the model, and no other run in the way? */
static void check_output(const struct settings *s, const char *checkpoint)
{
	int done;

	if (emo_out_check(s->output) < 0)
		die("%s", emo_error());
	if (!s->resume && (done = emo_checkpoint_epochs(checkpoint)) > 0)
		die("%s: has %d epochs of an interrupted run; --resume goes on with it; remove it "
		    "to begin anew", checkpoint, done);
	if (s->resume && access(checkpoint, F_OK) < 0 && access(s->output, F_OK) == 0)
		die("%s: is not there, but %s is: that run has ended", checkpoint, s->output);
}

static void load(struct emo_dataset *data, const struct settings *s)
{
	if (emo_dataset_load(data, s->data, &s->dataset) < 0)
		die("%s", emo_error());
	if (data->nbad)
		warn("%s: %zu bad rows or images passed over; the last: %s", s->data, data->nbad,
		     emo_error());
	if (data->held_out)
		fprintf(stderr, "no PublicTest: a tenth of Training is set aside to choose on\n");
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
		fprintf(stderr, "no %s to go on from: beginning\n", checkpoint);
	if (s->max_time > 0) {
		if ((epochs = emo_trainer_fit_time(t, s->max_time)) < 0)
			die("%s", emo_error());
		fprintf(stderr, "%d epochs fit into %s; --epochs %d repeats this run\n", epochs,
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
	struct emo_log *log = s->log ? emo_log_open(s->log, emo_trainer_done(t)) : NULL;
	struct emo_epoch e;
	int more;

	if (s->log && !log)
		die("%s", emo_error());
	progress_start(&screen.progress, s->progress);
	progress_on_interrupt(&screen.progress, "fer-train: interrupted; --resume goes on\n");
	while ((more = emo_trainer_epoch(t, &e, on_step, &screen)) > 0) {
		progress_clear(&screen.progress);
		fprintf(stderr, "epoch %d/%d  loss %.4f  accuracy %.2f %%  %s %.2f %%%s  %.0f s\n",
			e.epoch, e.epochs, e.train_loss, 100 * e.train_accuracy, chosen_on,
			100 * e.test_accuracy, e.best ? " (best)" : "", e.seconds);
		/* the log first: it can take back a line that no checkpoint stands for */
		if ((log && emo_log_add(log, &e) < 0) || emo_trainer_save(t, checkpoint) < 0)
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
					 .hold_out = 1}};
	struct emo_dataset data;
	struct emo_trainer *t;
	struct emo_pool *pool;
	char checkpoint[4200]; /* no path is longer than 4096 */
	double accuracy;
	int best;

	parse_options(&s, argc, argv);
	snprintf(checkpoint, sizeof checkpoint, "%s.ckpt", s.output);
	check_output(&s, checkpoint);
	load(&data, &s);
	if (!(pool = emo_pool_new(s.threads)) ||
	    !(t = emo_trainer_new(&data, &s.recipe, s.dataset.classes, pool)))
		die("%s", emo_error());
	begin(t, &s, checkpoint);
	train(t, &s, checkpoint, data.held_out ? "held out" : "PublicTest");
	if (emo_trainer_export(t, s.output, "trained-by fer-train " EMO_VERSION "\n") < 0)
		die("%s", emo_error());
	unlink(checkpoint);
	best = emo_trainer_best(t, &accuracy);
	fprintf(stderr, "%s: epoch %d, %.2f %% on %s\n", s.output, best, 100 * accuracy,
		data.held_out ? "the images set aside" : "PublicTest");
	emo_trainer_free(t);
	emo_pool_free(pool);
	emo_dataset_done(&data);
	free(s.network);
	return cli_end(CLI_OK);
}
