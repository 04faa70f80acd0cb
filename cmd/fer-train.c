/* SPDX-License-Identifier: MIT */
/* fer-train: labelled faces in, a model out. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli.h"
#include "fer/train.h"
#include "progress.h"

enum {
	PRESET = CLI_LONG, NETWORK, EPOCHS, MAX_TIME, BATCH, RATE, SCHEDULE, WARMUP, METHOD, MOMENTUM,
	DECAY, CLIP, EMA, SMOOTHING, AUGMENT, CALM, SEED, CLASSES, LOG, RESUME, SKIP_BAD, PROGRESS
};

static const struct cli_option options[] = {
	{'o', "output", "FILE", "where the model goes (default fer.emo)"},
	{PRESET, "preset", "NAME", "smoke (3 minutes), fast (30) or default"},
	{MAX_TIME, "max-time", "TIME", "as many epochs as fit into 40m, 2h …"},
	{EPOCHS, "epochs", "N", "how often every image is seen"},
	{NETWORK, "network", "FILE", "a Darknet cfg (default: the preset's)"},
	{CLASSES, "classes", "LIST", "learn these emotions only: happy,sad,angry"},
	{RESUME, "resume", NULL, "go on from OUTPUT.ckpt"},
	{LOG, "log", "FILE", "write a CSV with a line an epoch"},
	{SKIP_BAD, "skip-bad", NULL, "count bad rows and images, and go on"},
	{SEED, "seed", "N", "of all random choices (default 1)"},
	{'t', "threads", "N", "threads (default: one for each CPU)"},
	{BATCH, "batch", "N", "images a step"},
	{RATE, "rate", "X", "highest learning rate"},
	{SCHEDULE, "schedule", "NAME", "constant, cosine, one-cycle or steps"},
	{WARMUP, "warmup", "X", "share of the run in which the rate rises"},
	{METHOD, "method", "NAME", "sgd (Nesterov momentum) or adam"},
	{MOMENTUM, "momentum", "X", "of sgd, or adam's first beta"},
	{DECAY, "decay", "X", "weight decay"},
	{CLIP, "clip", "X", "longest gradient (0: any)"},
	{EMA, "ema", "X", "share of the old in averaged weights (0: none)"},
	{SMOOTHING, "smoothing", "X", "label smoothing"},
	{AUGMENT, "augment", "LIST", "flip=0.5,rotate=15,zoom=0.12,shift=5, contrast, bright, erase"},
	{CALM, "calm", "X", "share of the run, at its end, without erasing"},
	{PROGRESS, "progress", NULL, "show progress though stderr is no terminal"},
	{0},
};

static const struct cli tool = {
	"fer-train", "[OPTION]... DATA",
	"Example: fer-train --preset fast fer2013.csv.gz -o fer.emo",
	"Trains a network on labelled faces: FER-2013's CSV, plain or .gz, or folders of images\n"
	"SPLIT/EMOTION/*.png. The best epoch is chosen on PublicTest; PrivateTest is never read.",
	options,
};

struct settings {
	const char *output, *log, *network;
	double max_time;
	int threads, resume, progress;
	const char *fixed; /* the option that --resume must find unchanged */
	struct emo_dataset_options data;
	struct emo_recipe recipe;
};

static void set_augment(struct emo_augment *a, const struct cli_args *args)
{
	struct {
		const char *name;
		float *value;
	} const keys[] = {{"flip", &a->flip},   {"rotate", &a->rotate},     {"zoom", &a->scale},
			  {"shift", &a->shift}, {"contrast", &a->contrast}, {"bright", &a->bright},
			  {"erase", &a->erase}};
	char *list = strdup(args->value), *rest = list, *word;

	while (list && (word = strtok_r(rest, ",", &rest))) {
		char *eq = strchr(word, '=');
		size_t k = 0;
		double v;

		if (eq)
			*eq = '\0';
		while (k < sizeof keys / sizeof *keys && strcmp(word, keys[k].name))
			k++;
		if (k == sizeof keys / sizeof *keys)
			usage_error("--augment: there is no '%s'", word);
		if (!eq || emo_parse_double(&v, eq + 1) < 0 || v < 0 || v > 180)
			usage_error("--augment: %s needs a number, such as %s=0.5", word, word);
		*keys[k].value = (float)v;
	}
	free(list);
}

static unsigned parse_classes(const struct cli_args *args)
{
	char *list = strdup(args->value), *rest = list, *word;
	unsigned classes = 0;

	while (list && (word = strtok_r(rest, ",", &rest))) {
		int e = emo_emotion_parse(word);

		if (e < 0)
			usage_error("--classes: '%s' is no emotion", word);
		classes |= 1u << e;
	}
	free(list);
	if (!(classes & (classes - 1)))
		usage_error("--classes: at least two emotions are needed");
	return classes;
}

/* The options that make a recipe; 0 when the option is none of them. */
static int recipe_option(struct emo_recipe *r, int opt, const struct cli_args *a)
{
	static const char *const policies[] = {"constant", "cosine", "one-cycle", "steps", NULL};
	static const char *const methods[] = {"sgd", "adam", NULL};

	switch (opt) {
	case EPOCHS: r->epochs = (int)cli_long(a, 1, 100000); break;
	case BATCH: r->batch = (int)cli_long(a, 1, 4096); break;
	case RATE: r->schedule.peak = cli_double(a, 0, 100); break;
	case SCHEDULE: r->schedule.policy = (enum emo_policy)cli_word(a, policies); break;
	case WARMUP: r->schedule.warmup = cli_double(a, 0, 1); break;
	case METHOD: r->opt.method = (enum emo_method)cli_word(a, methods); break;
	case MOMENTUM: r->opt.momentum = (float)cli_double(a, 0, .9999); break;
	case DECAY: r->opt.decay = (float)cli_double(a, 0, 1); break;
	case CLIP: r->opt.clip = (float)cli_double(a, 0, 1e6); break;
	case EMA: r->opt.ema = (float)cli_double(a, 0, .999999); break;
	case SMOOTHING: r->smoothing = (float)cli_double(a, 0, .99); break;
	case CALM: r->calm = (float)cli_double(a, 0, 1); break;
	case SEED: r->seed = (uint64_t)cli_long(a, 0, 2147483647); break;
	case AUGMENT: set_augment(&r->augment, a); break;
	default: return 0;
	}
	return 1;
}

static void other_option(struct settings *s, int opt, const struct cli_args *a)
{
	switch (opt) {
	case 'o': s->output = a->value; break;
	case 't': s->threads = (int)cli_long(a, 1, 256); break;
	case MAX_TIME: s->max_time = cli_seconds(a); break;
	case NETWORK: s->network = a->value; break;
	case CLASSES: s->data.classes = parse_classes(a); break;
	case RESUME: s->resume = 1; break;
	case LOG: s->log = a->value; break;
	case SKIP_BAD: s->data.skip_bad = 1; break;
	case PROGRESS: s->progress = 1; break;
	default: break;
	}
}

/* The preset, wherever it stands: the other options change it. Reads a copy of argv. */
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
		if (opt == PRESET)
			preset = a.value;
	free(copy);
	return preset;
}

static const char *parse_options(struct settings *s, int argc, char **argv)
{
	struct cli_args a;
	int opt;

	if (emo_recipe_preset(&s->recipe, find_preset(argc, argv)) < 0)
		usage_error("--preset: %s", emo_error());
	a = cli_start(&tool, argc, argv);
	while ((opt = cli_next(&a))) {
		if (opt == EPOCHS)
			s->fixed = a.value;
		if (!recipe_option(&s->recipe, opt, &a))
			other_option(s, opt, &a);
	}
	if (a.nfiles != 1)
		usage_error(a.nfiles ? "one DATA is wanted, not %d" : "no DATA given", a.nfiles);
	if (s->fixed && s->max_time > 0)
		usage_error("--epochs and --max-time exclude each other");
	return a.files[0];
}

/* ---- the run ---- */

struct screen {
	struct progress progress;
	double start, epoch_start;
	int first, epochs, batch; /* epochs done before; of the run */
};

static void on_step(void *ctx, int epoch, int step, int steps, double loss, double accuracy)
{
	struct screen *s = ctx;
	double t = progress_now(), share = (double)step / steps, done, left;
	char time[24];

	if (step == 1)
		s->epoch_start = t;
	done = epoch - 1 - s->first + share; /* epochs of this session */
	left = (t - s->start) / done * (s->epochs - s->first - done);
	progress_show(&s->progress, (epoch - 1 + share) / s->epochs,
		      "epoch %d/%d  loss %.3f  %.1f %%  %.0f images/s  %s left", epoch, s->epochs,
		      loss, 100 * accuracy,
		      step > 1 ? (step - 1) * s->batch / (t - s->epoch_start) : 0,
		      progress_time(time, left));
}

static FILE *open_log(const struct settings *s)
{
	FILE *f;

	if (!s->log)
		return NULL;
	if (!(f = fopen(s->log, s->resume ? "a" : "w")))
		die("%s:", s->log);
	setvbuf(f, NULL, _IOLBF, 0);
	if (!s->resume || (fseek(f, 0, SEEK_END) == 0 && ftell(f) == 0))
		fputs("epoch,rate,train_loss,train_accuracy,test_loss,test_accuracy,seconds,best\n",
		      f);
	return f;
}

static void report_epoch(const struct emo_epoch *e, FILE *log, const char *log_name)
{
	fprintf(stderr, "epoch %d/%d  loss %.4f  accuracy %.2f %%  PublicTest %.2f %%%s  %.0f s\n",
		e->epoch, e->epochs, e->train_loss, 100 * e->train_accuracy,
		100 * e->test_accuracy, e->best ? " (best)" : "", e->seconds);
	if (!log)
		return;
	fprintf(log, "%d,%.6g,%.6f,%.6f,%.6f,%.6f,%.1f,%d\n", e->epoch, e->rate, e->train_loss,
		e->train_accuracy, e->test_loss, e->test_accuracy, e->seconds, e->best);
	if (fflush(log))
		die("%s:", log_name);
}

/* What the head of the model says about how it came about. */
static char *make_notes(const struct emo_trainer *t, const struct emo_dataset *data)
{
	enum { SIZE = 2048 };
	char *notes = malloc(SIZE), *recipe;
	struct emo_recipe used = emo_trainer_recipe(t);
	double accuracy;
	int best = emo_trainer_best(t, &accuracy);

	if (!(recipe = emo_recipe_text(&used)) || !notes)
		die("out of memory");
	emo_snprintf(notes, SIZE, "trained-by fer-train %s\nnetwork %s\n%sbest-epoch %d\n"
		     "accuracy-%s %.6f\n", EMO_VERSION, used.name, recipe, best,
		     data->held_out ? "held-out" : "PublicTest", accuracy);
	free(recipe);
	return notes;
}

static void train(struct emo_trainer *t, const struct settings *s, const char *checkpoint)
{
	struct screen screen = {.start = progress_now(), .first = emo_trainer_done(t),
				.epochs = emo_trainer_epochs(t),
				.batch = emo_trainer_recipe(t).batch};
	FILE *log = open_log(s);
	struct emo_epoch e;
	int more;

	progress_start(&screen.progress, s->progress);
	while ((more = emo_trainer_epoch(t, &e, on_step, &screen)) > 0) {
		progress_clear(&screen.progress);
		if (emo_trainer_save(t, checkpoint) < 0)
			die("%s", emo_error());
		report_epoch(&e, log, s->log);
	}
	progress_clear(&screen.progress);
	if (more < 0)
		die("%s", emo_error());
	if (log && fclose(log))
		die("%s:", s->log);
}

/* Sets the number of epochs, or goes on where a checkpoint ends. */
static void prepare(struct emo_trainer *t, const struct settings *s, const char *checkpoint)
{
	char time[24];

	if (s->resume) {
		if (emo_trainer_resume(t, checkpoint) < 0)
			die("%s", emo_error());
		if (s->fixed && emo_trainer_epochs(t) != s->recipe.epochs)
			die("%s: is of a run of %d epochs, not %d", checkpoint,
			    emo_trainer_epochs(t), s->recipe.epochs);
		fprintf(stderr, "going on after epoch %d of %d\n", emo_trainer_done(t),
			emo_trainer_epochs(t));
	} else if (s->max_time > 0) {
		if (emo_trainer_fit_time(t, s->max_time) < 0)
			die("%s", emo_error());
		fprintf(stderr, "%d epochs fit into %s; --epochs %d repeats this run\n",
			emo_trainer_epochs(t), progress_time(time, s->max_time),
			emo_trainer_epochs(t));
	}
}

static void load(struct emo_dataset *data, const struct settings *s, const char *path)
{
	if (emo_dataset_load(data, path, &s->data) < 0)
		die("%s", emo_error());
	if (data->nbad)
		warn("%s: %zu bad rows or images passed over; the last: %s", path, data->nbad,
		     emo_error());
	if (data->held_out)
		fprintf(stderr, "no PublicTest: a tenth of Training is set aside to choose on\n");
}

int main(int argc, char **argv)
{
	struct settings s = {.output = "fer.emo",
			     .data = {.splits = 1u << EMO_TRAINING | 1u << EMO_PUBLIC_TEST,
				      .hold_out = 1}};
	const char *path = parse_options(&s, argc, argv);
	char checkpoint[4096], *notes, *cfg = NULL;
	struct emo_dataset data;
	struct emo_trainer *t;
	struct emo_pool *pool;
	double accuracy;
	size_t len;
	int best;

	if ((size_t)snprintf(checkpoint, sizeof checkpoint, "%s.ckpt", s.output) >=
	    sizeof checkpoint)
		die("the name of the output file is too long");
	if (s.network) {
		if (emo_read_file(&cfg, &len, s.network, 1 << 20) < 0)
			die("%s", emo_error());
		s.recipe.cfg = cfg;
		s.recipe.name = s.network;
	}
	s.data.seed = s.recipe.seed;
	load(&data, &s, path);
	if (!(pool = emo_pool_new(s.threads)) ||
	    !(t = emo_trainer_new(&data, &s.recipe, s.data.classes, pool)))
		die("%s", emo_error());
	prepare(t, &s, checkpoint);
	train(t, &s, checkpoint);
	notes = make_notes(t, &data);
	if (emo_trainer_export(t, s.output, notes) < 0)
		die("%s", emo_error());
	unlink(checkpoint);
	best = emo_trainer_best(t, &accuracy);
	fprintf(stderr, "%s: epoch %d, %.2f %% on %s\n", s.output, best, 100 * accuracy,
		data.held_out ? "the images set aside" : "PublicTest");
	free(notes);
	emo_trainer_free(t);
	emo_pool_free(pool);
	emo_dataset_done(&data);
	free(cfg);
	return cli_end(CLI_OK);
}
