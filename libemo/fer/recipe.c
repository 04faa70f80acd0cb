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

enum type { WHOLE, SEED, SINGLE, DOUBLE, WORD };

static const char *const policies[] = {"constant", "cosine", "one-cycle", "steps", NULL};
static const char *const methods[] = {"sgd", "adam", NULL};

#define IN(field) offsetof(struct emo_recipe, field)

static const struct key {
	const char *name;
	enum type type;
	size_t at;
	double min, max;
	int is_augment;
	const char *const *words;
} keys[] = {
	{"epochs", WHOLE, IN(epochs), 1, EMO_MAX_EPOCHS, 0, NULL},
	{"batch", WHOLE, IN(batch), 1, 4096, 0, NULL},
	{"seed", SEED, IN(seed), 0, 0, 0, NULL},
	{"rate", DOUBLE, IN(schedule.peak), 0, 100, 0, NULL},
	{"schedule", WORD, IN(schedule.policy), 0, 0, 0, policies},
	{"warmup", DOUBLE, IN(schedule.warmup), 0, 1, 0, NULL},
	{"method", WORD, IN(opt.method), 0, 0, 0, methods},
	{"momentum", SINGLE, IN(opt.momentum), 0, .9999, 0, NULL},
	{"nesterov", WHOLE, IN(opt.nesterov), 0, 1, 0, NULL},
	{"beta2", SINGLE, IN(opt.beta2), 0, .999999, 0, NULL},
	{"decay", SINGLE, IN(opt.decay), 0, 1, 0, NULL},
	{"clip", SINGLE, IN(opt.clip), 0, 1e6, 0, NULL},
	{"ema", SINGLE, IN(opt.ema), 0, .999999, 0, NULL},
	{"smoothing", SINGLE, IN(smoothing), 0, .99, 0, NULL},
	{"flip", SINGLE, IN(augment.flip), 0, 1, 1, NULL},
	{"rotate", SINGLE, IN(augment.rotate), 0, 180, 1, NULL},
	{"zoom", SINGLE, IN(augment.scale), 0, .9, 1, NULL},
	{"shift", SINGLE, IN(augment.shift), 0, 512, 1, NULL},
	{"contrast", SINGLE, IN(augment.contrast), 0, 1, 1, NULL},
	{"bright", SINGLE, IN(augment.bright), 0, 1, 1, NULL},
	{"erase", SINGLE, IN(augment.erase), 0, 1, 1, NULL},
	{"calm", SINGLE, IN(calm), 0, 1, 0, NULL},
	{"votes-share", SINGLE, IN(votes), 0, 1, 0, NULL},
	{"votes-until", SINGLE, IN(votes_until), 0, 1, 0, NULL},
	{"teacher-share", SINGLE, IN(teacher), 0, 1, 0, NULL},
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

static int set_key(struct emo_recipe *r, const struct key *k, const char *value)
{
	void *field = (char *)r + k->at;
	char *end;
	double v = 0;
	long n = 0;

	if (k->type == WORD)
		return set_word(field, k, value);
	if (k->type == SEED) {
		*(uint64_t *)field = strtoull(value, &end, 10);
		return *end || strspn(value, "0123456789") == 0 || strlen(value) > 19
			       ? emo_fail("'%s' is not a whole number of at most 19 digits", value)
			       : 0;
	}
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

/* "flip=0.5,rotate=15", or "none". */
static int set_augment(struct emo_recipe *r, const char *list)
{
	char *copy = emo_strdup(list), *rest = copy, *word;
	int status = copy ? 0 : -1;

	if (strcmp(list, "none") == 0)
		r->augment = (struct emo_augment){0};
	else
		while (status == 0 && (word = strtok_r(rest, ",", &rest))) {
			char *eq = strchr(word, '=');
			size_t k = 0;

			if (eq)
				*eq++ = '\0';
			while (k < KEYS && (!keys[k].is_augment || strcmp(word, keys[k].name)))
				k++;
			if (k == KEYS)
				status = emo_fail("there is no '%s'", word);
			else if (!eq)
				status = emo_fail("%s needs a number, such as %s=0.5", word, word);
			else if (set_key(r, keys + k, eq) < 0)
				status = emo_fail("%s: %s", word, emo_error());
		}
	free(copy);
	return status;
}

int emo_recipe_set(struct emo_recipe *r, const char *key, const char *value)
{
	if (strcmp(key, "augment") == 0)
		return set_augment(r, value);
	for (int k = 0; k < KEYS; k++)
		if (strcmp(key, keys[k].name) == 0)
			return set_key(r, keys + k, value);
	return emo_fail("a recipe has no '%s'", key);
}

static void print_key(char *buf, size_t size, const struct emo_recipe *r, const struct key *k)
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

char *emo_recipe_text(const struct emo_recipe *r)
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
