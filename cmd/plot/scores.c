/* SPDX-License-Identifier: MIT */
#include "scores.h"

#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "../cli.h"

#define MOST  9e15 /* the largest count */
#define SHOWN 240  /* bytes of a name, at most 59 characters */

struct report {
	json_t *root;
	const char *name;
};

static void bad(const struct report *r, const char *key, const char *why) __attribute__((noreturn));

static void bad(const struct report *r, const char *key, const char *why)
{
	die("%s: \"%s\" %s, so it is no report of fer-eval --format=json", r->name, key, why);
}

static double number(const struct report *r, const json_t *v, const char *key, double most)
{
	double x = json_number_value(v);

	if (!json_is_number(v) || !(x >= 0 && x <= most))
		bad(r, key, "has no number where one is expected");
	return x;
}

static double count(const struct report *r, const json_t *v, const char *key)
{
	double x = number(r, v, key, MOST);

	if (!json_is_integer(v))
		bad(r, key, "has a count that is not a whole number");
	return x;
}

static const json_t *array(const struct report *r, const json_t *v, const char *key, size_t least,
			   size_t most)
{
	if (!json_is_array(v))
		bad(r, key, "is missing or no list");
	if (json_array_size(v) < least || json_array_size(v) > most)
		bad(r, key, "has too few or too many items");
	return v;
}

static void read_classes(struct scores *s, const struct report *r)
{
	const json_t *names = array(r, json_object_get(r->root, "classes"), "classes", 1,
				    EMO_EMOTIONS);
	const json_t *per_class = json_object_get(r->root, "per_class");

	s->classes = (int)json_array_size(names);
	for (int t = 0; t < s->classes; t++) {
		const char *name = json_string_value(json_array_get(names, (size_t)t));
		const json_t *missed;

		if (!name)
			bad(r, "classes", "has an item that is no text");
		emo_text_fit(s->name[t], sizeof s->name[t], name, 16, EMO_CUT_END);
		missed = json_object_get(json_object_get(per_class, name), "missed");
		s->missed[t] = count(r, missed, "per_class");
	}
}

static void read_confusion(struct scores *s, const struct report *r)
{
	static const char key[] = "confusion";
	size_t n = (size_t)s->classes;
	const json_t *rows = array(r, json_object_get(r->root, key), key, n, n);

	for (int t = 0; t < s->classes; t++) {
		const json_t *row = array(r, json_array_get(rows, (size_t)t), key, n, n);

		s->support[t] = s->missed[t];
		for (int e = 0; e < s->classes; e++) {
			s->confusion[t][e] = count(r, json_array_get(row, (size_t)e), key);
			s->support[t] += s->confusion[t][e];
		}
		s->n += s->support[t];
		s->n_missed += s->missed[t];
		s->right += s->confusion[t][t];
	}
}

static void read_bins(struct scores *s, const struct report *r)
{
	static const char key[] = "calibration";
	const json_t *bins = array(r, json_object_get(r->root, key), key, 1, SCORES_BINS);
	double from = 0;

	s->bins = (int)json_array_size(bins);
	for (int k = 0; k < s->bins; k++) {
		const json_t *from_file = json_array_get(bins, (size_t)k);
		struct scores_bin *b = &s->bin[k];

		b->from = from;
		b->to = from = number(r, json_object_get(from_file, "to"), key, 1);
		if (!(b->to > b->from))
			bad(r, key, "has bins that are not in order");
		b->n = count(r, json_object_get(from_file, "n"), key);
		s->predicted += b->n;
		if (b->n == 0)
			continue;
		b->confidence = number(r, json_object_get(from_file, "confidence"), key, 1);
		b->accuracy = number(r, json_object_get(from_file, "accuracy"), key, 1);
		s->ece += b->n * fabs(b->confidence - b->accuracy);
	}
	s->ece /= s->predicted > 0 ? s->predicted : 1;
}

/* The last part of a path, as it may be shown. */
static const char *shown(char buf[SHOWN], const json_t *path)
{
	const char *text = json_is_string(path) ? json_string_value(path) : "?";
	const char *slash = strrchr(text, '/');

	emo_text_fit(buf, SHOWN, slash && slash[1] ? slash + 1 : text, SHOWN / 4 - 1, EMO_CUT_END);
	return buf;
}

static void add_detail(struct scores *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void add_detail(struct scores *s, const char *fmt, ...)
{
	size_t n = strlen(s->detail);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->detail + n, sizeof s->detail - n, fmt, ap);
	va_end(ap);
}

/*
 * " on PublicTest", "3589 images of fer2013.csv.gz; model: fer.emo, 10 crops". What was judged comes
 * before the model: a line that is too long loses its end.
 */
static void describe(struct scores *s, const struct report *r)
{
	const json_t *model = json_object_get(r->root, "model");
	const json_t *splits = json_object_get(r->root, "splits");
	const json_t *votes = json_object_get(r->root, "votes");
	const json_t *seen = json_object_get(r->root, "seen_in_training");
	double views = json_number_value(json_object_get(r->root, "views"));
	char buf[SHOWN];
	size_t n = 0;

	for (size_t k = 0; k < json_array_size(splits) && n < sizeof s->title; k++)
		n += (size_t)snprintf(s->title + n, sizeof s->title - n, "%s%s", k ? " + " : " on ",
				      shown(buf, json_array_get(splits, k)));
	add_detail(s, "%.0f images of %s", s->n, shown(buf, json_object_get(r->root, "data")));
	if (seen && count(r, seen, "seen_in_training") > 0)
		add_detail(s, " without %.0f seen in Training", json_number_value(seen));
	if (json_is_string(votes))
		add_detail(s, "; truth: majority in %s", shown(buf, votes));
	if (json_is_string(model))
		add_detail(s, "; model: %s", shown(buf, model));
	if (views > 1)
		add_detail(s, ", %.0f crops", views);
}

void scores_read(struct scores *s, const char *text, size_t len, const char *name)
{
	json_error_t error;
	struct report r = {.root = json_loadb(text, len, 0, &error), .name = name};

	if (!r.root)
		die("%s:%d: %s", name, error.line, error.text);
	*s = (struct scores){0};
	read_classes(s, &r);
	read_confusion(s, &r);
	read_bins(s, &r);
	describe(s, &r);
	json_decref(r.root);
}
