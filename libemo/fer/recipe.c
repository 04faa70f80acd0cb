/* SPDX-License-Identifier: MIT */
/* The recipes that come with the library; a recipe as text, which one table reads and writes. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "base/err.h"
#include "base/keys.h"
#include "base/mem.h"
#include "fer/train.h"

EMO_EMBED("models/small.cfg", emo_small_cfg);
EMO_EMBED("models/fer.cfg", emo_fer_cfg);

int emo_recipe_preset(struct emo_recipe *r, const char *name)
{
	struct emo_recipe base = {
		.cfg = emo_fer_cfg,
		.name = "models/fer.cfg",
		.epochs = 40,
		.batch = 64,
		.seed = 1,
		.schedule = {EMO_ONE_CYCLE, .08, .25},
		.opt = {EMO_SGD, .9f, 1, .999f, 5e-4f, 0, .995f},
		.augment = emo_augment_default(),
		.calm = .2f,
		.smoothing = .1f,
		.votes = 1,
		.votes_until = .7f,
		.teacher = .5f,
	};

	if (strcmp(name, "default") == 0) {
		*r = base;
	} else if (strcmp(name, "fast") == 0) {
		*r = base;
		r->epochs = 28;
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

/* ---- as text ---- */

#define IN(field) offsetof(struct emo_recipe, field)

enum { AUGMENT = 1 }; /* the group of what --augment names */

static const struct emo_key keys[] = {
	{"epochs", EMO_WHOLE, IN(epochs), 1, EMO_MAX_EPOCHS, NULL, 0},
	{"batch", EMO_WHOLE, IN(batch), 1, 4096, NULL, 0},
	{"seed", EMO_SEED, IN(seed), 0, 0, NULL, 0},
	{"rate", EMO_DOUBLE, IN(schedule.peak), 0, 100, NULL, 0},
	{"schedule", EMO_WORD, IN(schedule.policy), 0, 0, emo_policy_names, 0},
	{"warmup", EMO_DOUBLE, IN(schedule.warmup), 0, 1, NULL, 0},
	{"method", EMO_WORD, IN(opt.method), 0, 0, emo_method_names, 0},
	{"momentum", EMO_SINGLE, IN(opt.momentum), 0, .9999, NULL, 0},
	{"nesterov", EMO_WHOLE, IN(opt.nesterov), 0, 1, NULL, 0},
	{"beta2", EMO_SINGLE, IN(opt.beta2), 0, .999999, NULL, 0},
	{"decay", EMO_SINGLE, IN(opt.decay), 0, 1, NULL, 0},
	{"clip", EMO_SINGLE, IN(opt.clip), 0, 1e6, NULL, 0},
	{"ema", EMO_SINGLE, IN(opt.ema), 0, .999999, NULL, 0},
	{"smoothing", EMO_SINGLE, IN(smoothing), 0, .99, NULL, 0},
	{"flip", EMO_SINGLE, IN(augment.flip), 0, 1, NULL, AUGMENT},
	{"rotate", EMO_SINGLE, IN(augment.rotate), 0, 180, NULL, AUGMENT},
	{"zoom", EMO_SINGLE, IN(augment.scale), 0, .9, NULL, AUGMENT},
	{"shift", EMO_SINGLE, IN(augment.shift), 0, 512, NULL, AUGMENT},
	{"contrast", EMO_SINGLE, IN(augment.contrast), 0, 1, NULL, AUGMENT},
	{"bright", EMO_SINGLE, IN(augment.bright), 0, 1, NULL, AUGMENT},
	{"erase", EMO_SINGLE, IN(augment.erase), 0, 1, NULL, AUGMENT},
	{"calm", EMO_SINGLE, IN(calm), 0, 1, NULL, 0},
	{"votes-share", EMO_SINGLE, IN(votes), 0, 1, NULL, 0},
	{"votes-until", EMO_SINGLE, IN(votes_until), 0, 1, NULL, 0},
	{"teacher-share", EMO_SINGLE, IN(teacher), 0, 1, NULL, 0},
	{0},
};

/* "flip=0.5,rotate=15", or "none". */
static int set_augment(struct emo_recipe *r, const char *list)
{
	char *copy = emo_strdup(list), *rest = copy, *word;
	int status = copy ? 0 : -1;

	if (strcmp(list, "none") == 0)
		r->augment = (struct emo_augment){0};
	else if (!list[strspn(list, ",")])
		status = emo_fail("nothing is named; no change at all is 'none'");
	else
		while (status == 0 && (word = strtok_r(rest, ",", &rest))) {
			char *eq = strchr(word, '=');
			const struct emo_key *k;

			if (eq)
				*eq++ = '\0';
			k = emo_key_find(keys, word);
			if (!k || k->group != AUGMENT)
				status = emo_fail("there is no '%s'", word);
			else if (!eq)
				status = emo_fail("%s needs a number, such as %s=0.5", word, word);
			else if (emo_key_set(r, k, eq) < 0)
				status = emo_fail("%s: %s", word, emo_error());
		}
	free(copy);
	return status;
}

int emo_recipe_set(struct emo_recipe *r, const char *key, const char *value)
{
	const struct emo_key *k = emo_key_find(keys, key);

	if (strcmp(key, "augment") == 0)
		return set_augment(r, value);
	return k ? emo_key_set(r, k, value) : emo_fail("a recipe has no '%s'", key);
}

char *emo_recipe_text(const struct emo_recipe *r)
{
	return emo_keys_text(r, keys);
}
