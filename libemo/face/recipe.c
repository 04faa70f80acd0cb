/* SPDX-License-Identifier: MIT */
/* The recipes that come with the library; a recipe as text, which one table reads and writes. */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
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

enum type { WHOLE, SEED, SINGLE, DOUBLE, WORD };

static const char *const policies[] = {"constant", "cosine", "one-cycle", "steps", NULL};
static const char *const methods[] = {"sgd", "adam", NULL};

#define IN(field) offsetof(struct emo_face_recipe, field)

static const struct key {
	const char *name;
	enum type type;
	size_t at;
	double min, max;
	const char *const *words;
} keys[] = {
	{"epochs", WHOLE, IN(epochs), 1, EMO_FACE_MAX_EPOCHS, NULL},
	{"steps", WHOLE, IN(steps), 1, 1e6, NULL},
	{"batch", WHOLE, IN(batch), 1, 4096, NULL},
	{"seed", SEED, IN(seed), 0, 0, NULL},
	{"rate", DOUBLE, IN(schedule.peak), 0, 100, NULL},
	{"schedule", WORD, IN(schedule.policy), 0, 0, policies},
	{"warmup", DOUBLE, IN(schedule.warmup), 0, 1, NULL},
	{"method", WORD, IN(opt.method), 0, 0, methods},
	{"momentum", SINGLE, IN(opt.momentum), 0, .9999, NULL},
	{"beta2", SINGLE, IN(opt.beta2), 0, .999999, NULL},
	{"decay", SINGLE, IN(opt.decay), 0, 1, NULL},
	{"clip", SINGLE, IN(opt.clip), 0, 1e6, NULL},
	{"ema", SINGLE, IN(opt.ema), 0, .999999, NULL},
};

enum { KEYS = sizeof keys / sizeof *keys };

static int set_word(unsigned *field, const struct key *k, const char *value)
{
	char list[128] = "";
	size_t n = 0;

	for (unsigned i = 0; k->words[i]; i++) {
		if (strcmp(value, k->words[i]) == 0) {
			*field = i;
			return 0;
		}
		if (n < sizeof list)
			n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", i ? ", " : "",
					      k->words[i]);
	}
	return emo_fail("'%s' is none of %s", value, list);
}

static int set_seed(uint64_t *seed, const char *value)
{
	if (!*value || value[strspn(value, "0123456789")] || strlen(value) > 19)
		return emo_fail("'%s' is not a whole number of at most 19 digits", value);
	*seed = strtoull(value, NULL, 10);
	return 0;
}

static int set_key(struct emo_face_recipe *r, const struct key *k, const char *value)
{
	void *field = (char *)r + k->at;
	double v = 0;
	long n = 0;

	if (k->type == WORD)
		return set_word(field, k, value);
	if (k->type == SEED)
		return set_seed(field, value);
	if (k->type == WHOLE && emo_parse_long(&n, value) < 0)
		return emo_fail("'%s' is not a whole number", value);
	if (emo_parse_double(&v, value) < 0)
		return emo_fail("'%s' is not a number", value);
	if (v < k->min || v > k->max)
		return emo_fail("%s is not within %g .. %.9g", value, k->min, k->max);
	if (k->type == WHOLE)
		*(int *)field = (int)n;
	else if (k->type == SINGLE)
		*(float *)field = (float)v;
	else
		*(double *)field = v;
	return 0;
}

int emo_face_recipe_set(struct emo_face_recipe *r, const char *key, const char *value)
{
	for (int k = 0; k < KEYS; k++)
		if (strcmp(key, keys[k].name) == 0)
			return set_key(r, keys + k, value);
	return emo_fail("a recipe has no '%s'", key);
}

static void print_key(char *buf, size_t size, const struct emo_face_recipe *r, const struct key *k)
{
	const void *field = (const char *)r + k->at;

	switch (k->type) {
	case WHOLE: snprintf(buf, size, "%d", *(const int *)field); break;
	case SEED: snprintf(buf, size, "%" PRIu64, *(const uint64_t *)field); break;
	case SINGLE: emo_snprintf(buf, size, "%.7g", (double)*(const float *)field); break;
	case DOUBLE: emo_snprintf(buf, size, "%.7g", *(const double *)field); break;
	case WORD: snprintf(buf, size, "%s", k->words[*(const unsigned *)field]); break;
	}
}

char *emo_face_recipe_text(const struct emo_face_recipe *r)
{
	enum { LINE = 48 };
	char *text = emo_calloc(KEYS, LINE), value[32];
	size_t n = 0;

	for (int k = 0; text && k < KEYS; k++) {
		print_key(value, sizeof value, r, keys + k);
		n += (size_t)snprintf(text + n, LINE, "%s %s\n", keys[k].name, value);
	}
	return text;
}
