/* SPDX-License-Identifier: MIT */
/* face-train: pictures with marked faces in, a model that finds faces out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/io.h"
#include "cli.h"
#include "face/train.h"
#include "progress.h"
#include "sandbox.h"

/* RECIPE: those whose names are keys of a recipe. */
enum { PRESET = CLI_LONG, NETWORK, FROM, REFINE, LOG, RESUME, PROGRESS, RECIPE };

static const struct cli_option options[] = {
	{'o', "output", "FILE", "where the model goes (default face.emo)"},
	{PRESET, "preset", "NAME", "smoke (to see it work), fast or default"},
	{RECIPE, "epochs", "N", "how many times it is judged, and the best kept"},
	{RECIPE, "steps", "N", "steps of an epoch"},
	{NETWORK, "network", "FILE", "a Darknet cfg (default: models/face.cfg's)"},
	{REFINE, "refine", "FIRST", "learn to look again at what this model finds"},
	{FROM, "from", "FILE", "begin with the weights of this model"},
	{RESUME, "resume", NULL, "go on with the interrupted run to the same FILE"},
	{LOG, "log", "FILE", "write a CSV with a line for each epoch"},
	{RECIPE, "seed", "N", "of all random choices (default 1)"},
	{'t', "threads", "N", "use N threads (default: one for each CPU)"},
	{RECIPE, "batch", "N", "tiles in a step"},
	{RECIPE, "rate", "X", "highest learning rate"},
	{RECIPE, "schedule", "NAME", "constant, cosine, one-cycle or steps"},
	{RECIPE, "warmup", "X", "share of the run in which the rate rises"},
	{RECIPE, "method", "NAME", "sgd (momentum) or adam"},
	{RECIPE, "momentum", "X", "of sgd, or adam's first beta"},
	{RECIPE, "decay", "X", "weight decay"},
	{RECIPE, "clip", "X", "longest gradient (0: any)"},
	{RECIPE, "ema", "X", "share of the old in averaged weights (0: none)"},
	{PROGRESS, "progress", NULL, "show progress though stderr is no terminal"},
	SANDBOX_OPTION,
	{0},
};

static const struct cli tool = {
	"face-train", "[OPTION]... FOLDER...", "face-train faces/ photos-without-faces/ -o face.emo",
	"Trains a network that finds faces. A FOLDER has a boxes.csv that says where faces are in "
	"its pictures; or, without one, pictures that show no face.",
	options,
};

struct settings {
	char **folders;
	int nfolders;
	const char *output, *log, *from, *refine;
	char *network; /* the text of --network */
	const char *network_name;
	int threads, resume, progress;
	struct emo_face_recipe recipe;
};

static void set_option(struct settings *s, int opt, const struct cli_args *a)
{
	size_t len;

	switch (opt) {
	case 'o': s->output = a->value; break;
	case 't': s->threads = (int)cli_long(a, 1, 256); break;
	case REFINE: s->refine = a->value; break;
	case FROM: s->from = a->value; break;
	case LOG: s->log = a->value; break;
	case RESUME: s->resume = 1; break;
	case PROGRESS: s->progress = 1; break;
	case NETWORK:
		free(s->network);
		if (emo_read_file(&s->network, &len, a->value, 1 << 18) < 0)
			die("%s", emo_error());
		s->network_name = a->value;
		break;
	case RECIPE:
		if (emo_face_recipe_set(&s->recipe, a->option->name, a->value) < 0)
			usage_error("--%s: %s", a->option->name, emo_error());
		break;
	}
}

static void parse_options(struct settings *s, int argc, char **argv)
{
	const char *preset = cli_find(&tool, argc, argv, PRESET);
	struct cli_args a;
	int opt;

	if (emo_face_recipe_preset(&s->recipe, preset ? preset : "default") < 0)
		usage_error("--preset: %s", emo_error());
	a = cli_start(&tool, argc, argv);
	while ((opt = cli_next(&a)))
		set_option(s, opt, &a);
	if (s->refine)
		emo_face_recipe_refine(&s->recipe, s->refine);
	if (s->network) {
		s->recipe.cfg = s->network;
		s->recipe.name = s->network_name;
	}
	if (!a.nfiles)
		usage_error("no FOLDER given");
	s->folders = a.files;
	s->nfolders = a.nfiles;
}

static void load(struct emo_album *album, const struct settings *s, struct emo_pool *pool)
{
	for (int i = 0; i < s->nfolders; i++)
		if (emo_album_add(album, s->folders[i], pool) < 0)
			die("%s", emo_error());
	fprintf(stderr, "%zu pictures, %zu marks\n", album->nphotos, album->nmarks);
}

static void begin(struct emo_face_trainer *t, const struct settings *s, const char *checkpoint)
{
	if (s->from && emo_face_trainer_from(t, s->from) < 0)
		die("%s", emo_error());
	if (s->resume && access(checkpoint, F_OK) == 0) {
		if (emo_face_trainer_resume(t, checkpoint) < 0)
			die("%s", emo_error());
		fprintf(stderr, "going on after epoch %d of %d\n", emo_face_trainer_done(t),
			emo_face_trainer_epochs(t));
		return;
	}
	if (s->resume)
		note("no %s to go on from: beginning", checkpoint);
	if (emo_face_trainer_save(t, checkpoint) < 0)
		die("%s", emo_error());
}

struct screen {
	struct progress progress;
	int epochs, batch;
};

static void on_step(void *ctx, int epoch, int step, int steps, double loss)
{
	struct screen *s = ctx;
	double done = (epoch - 1 + (double)step / steps) / s->epochs;
	double speed = progress_speed(&s->progress, done);
	char left[24];

	progress_show(&s->progress, done, "epoch %d/%d  loss %.3f  %.0f tiles/s  %s left", epoch,
		      s->epochs, loss, speed * s->epochs * steps * s->batch,
		      progress_time(left, speed > 0 ? (1 - done) / speed : 0));
}

static void say(const struct emo_face_epoch *e)
{
	fprintf(stderr, "epoch %d/%d  loss %.4f  AP %.4f  recall %.4f  points %.2f %%  hard %d%s  "
		"%.0f s\n", e->epoch, e->epochs, e->loss, e->scores.ap, e->scores.recall,
		100 * e->scores.points, e->hard, e->best ? " (best)" : "", e->seconds);
}

static void train(struct emo_face_trainer *t, const struct settings *s, const char *checkpoint)
{
	struct screen screen = {.epochs = emo_face_trainer_epochs(t), .batch = s->recipe.batch};
	struct emo_log *log = NULL;
	struct emo_face_epoch e;
	int more;

	if (s->log && !(log = emo_log_open(s->log, EMO_FACE_EPOCH_COLUMNS,
					  emo_face_trainer_done(t))))
		die("%s", emo_error());
	progress_start(&screen.progress, s->progress);
	progress_on_interrupt(&screen.progress, "face-train: interrupted; --resume goes on\n");
	while ((more = emo_face_trainer_epoch(t, &e, on_step, &screen)) > 0) {
		progress_clear(&screen.progress);
		say(&e);
		/* the log first: it can take back a line that no checkpoint stands for */
		if ((log && emo_log_face_epoch(log, &e) < 0) ||
		    emo_face_trainer_save(t, checkpoint) < 0)
			die("%s", emo_error());
	}
	progress_clear(&screen.progress);
	if (more < 0 || emo_log_close(log) < 0)
		die("%s", emo_error());
}

int main(int argc, char **argv)
{
	struct settings s = {.output = "face.emo"};
	struct emo_face_scores scores;
	struct emo_album album = {0};
	struct emo_face_trainer *t;
	struct emo_pool *pool;
	char checkpoint[4200]; /* no path is longer than 4096 */
	int best;

	parse_options(&s, argc, argv);
	snprintf(checkpoint, sizeof checkpoint, "%s.ckpt", s.output);
	cli_check_run(s.output, checkpoint, s.resume, emo_face_checkpoint_epochs);
	sandbox_reads("/"); /* pictures in folders */
	sandbox_writes(checkpoint);
	sandbox_writes(s.log);
	sandbox_enter(s.output);
	if (!(pool = emo_pool_new(s.threads)))
		die("%s", emo_error());
	load(&album, &s, pool);
	if (!(t = emo_face_trainer_new(&album, &s.recipe, pool)))
		die("%s", emo_error());
	begin(t, &s, checkpoint);
	train(t, &s, checkpoint);
	if (emo_face_trainer_export(t, s.output, "trained-by face-train " EMO_VERSION "\n") < 0)
		die("%s", emo_error());
	unlink(checkpoint);
	best = emo_face_trainer_best(t, &scores);
	note("%s: epoch %d, AP %.4f on %d pictures held out", s.output, best,
		scores.ap, scores.pictures);
	emo_face_trainer_free(t);
	emo_album_done(&album);
	emo_pool_free(pool);
	free(s.network);
	return cli_end(CLI_OK);
}
