/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "../cli.h"
#include "../sandbox.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/num.h"

/* RECIPE: those whose names are keys of a recipe. */
enum {
	PRESET = CLI_LONG,
	NETWORK,
	INIT,
	MAX_TIME,
	CLASSES,
	CLASS_WEIGHTS,
	VOTES,
	TEACHER,
	LOG,
	RESUME,
	SKIP_BAD,
	PROGRESS,
	RECIPE
};

static const struct cli_option options[] = {
	{'o', "output", "FILE", "where the model goes (default fer.emo)"},
	{PRESET, "preset", "NAME", "smoke (to see it work), fast or default"},
	{MAX_TIME, "max-time", "TIME", "as many epochs as fit into 40m, 2h"},
	{RECIPE, "epochs", "N", "how often every image is seen"},
	{NETWORK, "network", "FILE", "a Darknet cfg (default: the preset's)"},
	{INIT, "init", "MODEL", "begin with the weights of this model"},
	{CLASSES, "classes", "LIST", "learn these emotions only: happy,sad,angry"},
	{CLASS_WEIGHTS, "class-weights", "LIST", "balanced, or disgust=3,fear=1.5 (default: all 1)"},
	{VOTES, "votes", "FILE", "learn from annotators' votes too: a CSV like FER+'s"},
	{TEACHER, "teacher", "MODEL,...", "learn from what these models answer, too"},
	{RESUME, "resume", NULL, "go on with the interrupted run to the same FILE"},
	{LOG, "log", "FILE", "write a CSV with a line for each epoch"},
	{SKIP_BAD, "skip-bad", NULL, "count bad rows and images, and go on"},
	{RECIPE, "seed", "N", "of random choices (default 1)"},
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
	{RECIPE, "votes-share", "X", "of each target, what the votes have of it at first"},
	{RECIPE, "votes-until", "X", "by this share of the run it falls to 0 (0: it stays)"},
	{RECIPE, "teacher-share", "X", "of each target, what the teachers have of it"},
	{PROGRESS, "progress", NULL, "show progress though stderr is no terminal"},
	SANDBOX_OPTION,
	{0},
};

static const struct cli tool = {
	"fer-train", "[OPTION]... DATA", "fer-train --preset fast fer2013.csv.gz -o fer.emo",
	"Trains a network on labelled faces: FER-2013's CSV, plain or .gz, or folders of images "
	"SPLIT/EMOTION/*.png. The best epoch is chosen on PublicTest; PrivateTest is never read.",
	options,
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

/* "balanced", or "disgust=3,fear=1.5". */
static void parse_class_weights(struct emo_lessons *l, const char *value)
{
	char *list = emo_strdup(value), *rest = list, *word;

	if (!list)
		die("%s", emo_error());
	if ((l->balanced = strcmp(value, "balanced") == 0))
		*list = '\0';
	else if (!list[strspn(list, ",")])
		usage_error("--class-weights: no emotion is named");
	while ((word = strtok_r(rest, ",", &rest))) {
		char *eq = strchr(word, '=');
		double w;
		int e;

		if (!eq)
			usage_error("--class-weights: '%s' is neither balanced nor like disgust=3", word);
		*eq++ = '\0';
		if ((e = emo_emotion_parse(word)) < 0)
			usage_error("--class-weights: there is no emotion '%s'", word);
		if (emo_parse_double(&w, eq) < 0 || w < .001 || w > 1000)
			usage_error("--class-weights: '%s' is not a weight of 0.001 .. 1000", eq);
		l->class_weight[e] = (float)w;
	}
	free(list);
}

static void parse_teachers(struct settings *s, const char *value)
{
	char *rest, *word;

	free(s->teacher_names);
	s->lessons.nteachers = 0;
	if (!(rest = s->teacher_names = emo_strdup(value)))
		die("%s", emo_error());
	while ((word = strtok_r(rest, ",", &rest))) {
		if (s->lessons.nteachers == MAX_TEACHERS)
			usage_error("--teacher: there are more than %d", MAX_TEACHERS);
		s->teachers[s->lessons.nteachers++] = word;
	}
	if (!s->lessons.nteachers)
		usage_error("--teacher: no model is named");
	s->lessons.teachers = s->teachers;
}

static void read_network(struct settings *s, const char *path)
{
	size_t len;

	free(s->network);
	if (emo_read_file(&s->network, &len, path, 1 << 18) < 0)
		die("%s", emo_error());
	s->recipe.cfg = s->network;
	s->recipe.name = path;
}

static void set_option(struct settings *s, int opt, const struct cli_args *a)
{
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
	case NETWORK: read_network(s, a->value); break;
	case INIT: s->lessons.init = a->value; break;
	case CLASS_WEIGHTS: parse_class_weights(&s->lessons, a->value); break;
	case VOTES: s->votes = a->value; break;
	case TEACHER: parse_teachers(s, a->value); break;
	case RECIPE:
		if (emo_recipe_set(&s->recipe, a->option->name, a->value) < 0)
			usage_error("--%s: %s", a->option->name, emo_error());
		if (strcmp(a->option->name, "epochs") == 0)
			s->epochs = s->recipe.epochs;
		if (strncmp(a->option->name, "votes-", 6) == 0)
			s->of_votes = a->option->name;
		if (strcmp(a->option->name, "teacher-share") == 0)
			s->of_teacher = a->option->name;
		break;
	}
}

/* What would be taken and do nothing: whoever gave it believes that it does something. */
static void check_idle(const struct settings *s)
{
	unsigned classes = s->dataset.classes;

	if (s->of_votes && !s->votes)
		usage_error("--%s does nothing without --votes", s->of_votes);
	if (s->of_teacher && !s->lessons.nteachers)
		usage_error("--%s does nothing without --teacher", s->of_teacher);
	for (int e = 0; classes && e < EMO_EMOTIONS; e++)
		if (s->lessons.class_weight[e] > 0 && !(classes >> e & 1))
			usage_error("--class-weights: %s is left out by --classes",
				    emo_emotion_name(e));
}

void parse_options(struct settings *s, int argc, char **argv)
{
	const char *preset = cli_find(&tool, argc, argv, PRESET);
	struct cli_args a = cli_start(&tool, argc, argv);
	int opt;

	if (emo_recipe_preset(&s->recipe, preset ? preset : "default") < 0)
		usage_error("--preset: %s", emo_error());
	while ((opt = cli_next(&a)))
		set_option(s, opt, &a);
	if (a.nfiles != 1)
		usage_error(a.nfiles ? "one DATA is wanted, not %d" : "no DATA given", a.nfiles);
	if (s->epochs && s->max_time > 0)
		usage_error("--epochs and --max-time exclude each other");
	check_idle(s);
	s->data = a.files[0];
	if (strcmp(s->data, "-") == 0 && cli_is_terminal(0))
		warn("reading from the terminal; Ctrl-D ends");
}

void free_settings(struct settings *s)
{
	free(s->network);
	free(s->teacher_names);
}
