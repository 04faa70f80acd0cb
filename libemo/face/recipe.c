/* SPDX-License-Identifier: MIT */
/* The recipes that come with the library; a recipe as text, which one table reads and writes. */
#include <stddef.h>
#include <string.h>

#include "base/embed.h"
#include "base/err.h"
#include "base/keys.h"
#include "face/train.h"

EMO_EMBED("models/face.cfg", emo_face_cfg);
EMO_EMBED("models/face-refine.cfg", emo_face_refine_cfg);

int emo_face_recipe_preset(struct emo_face_recipe *r, const char *name)
{
	struct emo_face_recipe base = {
		.cfg = emo_face_cfg,
		.name = "models/face.cfg",
		.epochs = 60,
		.steps = 500,
		.batch = 32,
		.seed = 1,
		.schedule = {EMO_COSINE, 3e-3, .03},
		.opt = {EMO_ADAM, .9f, 0, .999f, 1e-3f, 5, .998f},
	};

	if (strcmp(name, "default") == 0) {
		*r = base;
	} else if (strcmp(name, "fast") == 0) {
		*r = base;
		r->epochs = 15;
	} else if (strcmp(name, "smoke") == 0) {
		*r = base;
		r->epochs = 4;
		r->steps = 100;
		r->opt.ema = .98f;
	} else {
		return emo_fail("there is no preset '%s'; presets are smoke, fast, default", name);
	}
	return 0;
}

void emo_face_recipe_refine(struct emo_face_recipe *r, const char *first)
{
	r->first = first;
	r->cfg = emo_face_refine_cfg;
	r->name = "models/face-refine.cfg";
}

/* ---- as text ---- */

#define IN(field) offsetof(struct emo_face_recipe, field)

static const struct emo_key keys[] = {
	{"epochs", EMO_WHOLE, IN(epochs), 1, EMO_FACE_MAX_EPOCHS, NULL, 0},
	{"steps", EMO_WHOLE, IN(steps), 1, 1e6, NULL, 0},
	{"batch", EMO_WHOLE, IN(batch), 1, 4096, NULL, 0},
	{"seed", EMO_SEED, IN(seed), 0, 0, NULL, 0},
	{"rate", EMO_DOUBLE, IN(schedule.peak), 0, 100, NULL, 0},
	{"schedule", EMO_WORD, IN(schedule.policy), 0, 0, emo_policy_names, 0},
	{"warmup", EMO_DOUBLE, IN(schedule.warmup), 0, 1, NULL, 0},
	{"method", EMO_WORD, IN(opt.method), 0, 0, emo_method_names, 0},
	{"momentum", EMO_SINGLE, IN(opt.momentum), 0, .9999, NULL, 0},
	{"beta2", EMO_SINGLE, IN(opt.beta2), 0, .999999, NULL, 0},
	{"decay", EMO_SINGLE, IN(opt.decay), 0, 1, NULL, 0},
	{"clip", EMO_SINGLE, IN(opt.clip), 0, 1e6, NULL, 0},
	{"ema", EMO_SINGLE, IN(opt.ema), 0, .999999, NULL, 0},
	{0},
};

int emo_face_recipe_set(struct emo_face_recipe *r, const char *key, const char *value)
{
	const struct emo_key *k = emo_key_find(keys, key);

	return k ? emo_key_set(r, k, value) : emo_fail("a recipe has no '%s'", key);
}

char *emo_face_recipe_text(const struct emo_face_recipe *r)
{
	return emo_keys_text(r, keys);
}
