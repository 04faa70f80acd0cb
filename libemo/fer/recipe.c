/* SPDX-License-Identifier: MIT */
/* The recipes that come with the library, and a recipe as text. */
#include <stdio.h>
#include <string.h>

#include "base/embed.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "fer/train.h"

EMO_EMBED("models/small.cfg", emo_small_cfg);
EMO_EMBED("models/fer.cfg", emo_fer_cfg);

int emo_recipe_preset(struct emo_recipe *r, const char *name)
{
	struct emo_recipe base = {
		.cfg = emo_fer_cfg,
		.name = "models/fer.cfg",
		.epochs = 24,
		.batch = 64,
		.seed = 1,
		.schedule = {EMO_ONE_CYCLE, .08, .25},
		.opt = {EMO_SGD, .9f, 1, .999f, 5e-4f, 0, .995f},
		.augment = emo_augment_default(),
		.calm = .2f,
		.smoothing = .1f,
	};

	if (strcmp(name, "default") == 0) {
		*r = base;
	} else if (strcmp(name, "fast") == 0) {
		*r = base;
		r->epochs = 16;
	} else if (strcmp(name, "smoke") == 0) {
		*r = base;
		r->cfg = emo_small_cfg;
		r->name = "models/small.cfg";
		r->epochs = 6;
		r->augment.erase = 0;
	} else {
		return emo_fail("there is no preset '%s'; presets are smoke, fast, default", name);
	}
	return 0;
}

char *emo_recipe_text(const struct emo_recipe *r)
{
	static const char *const policies[] = {"constant", "cosine", "one-cycle", "steps"};
	enum { SIZE = 1024 };
	char *s = emo_calloc(SIZE, 1);
	const struct emo_augment *a = &r->augment;

	if (!s)
		return NULL;
	emo_snprintf(s, SIZE,
		     "epochs %d\nbatch %d\nseed %llu\nrate %.7g\nschedule %s\nwarmup %.7g\n"
		     "method %s\nmomentum %.7g\nnesterov %d\nbeta2 %.7g\ndecay %.7g\nclip %.7g\n"
		     "ema %.7g\nsmoothing %.7g\nflip %.7g\nrotate %.7g\nzoom %.7g\nshift %.7g\n"
		     "contrast %.7g\nbright %.7g\nerase %.7g\ncalm %.7g\n",
		     r->epochs, r->batch, (unsigned long long)r->seed, r->schedule.peak,
		     policies[r->schedule.policy], r->schedule.warmup,
		     r->opt.method == EMO_ADAM ? "adam" : "sgd", (double)r->opt.momentum,
		     r->opt.nesterov, (double)r->opt.beta2, (double)r->opt.decay,
		     (double)r->opt.clip, (double)r->opt.ema, (double)r->smoothing,
		     (double)a->flip, (double)a->rotate, (double)a->scale, (double)a->shift,
		     (double)a->contrast, (double)a->bright, (double)a->erase, (double)r->calm);
	return s;
}
