/* SPDX-License-Identifier: MIT */
#include "fer/report.h"

#include <math.h>

#include "base/err.h"
#include "base/num.h"
#include "base/text.h"
#include "fer/dataset.h"

struct number {
	char text[32];
};

static struct number format(double v, int digits, const char *undefined)
{
	struct number n = {""};

	if (isnan(v))
		snprintf(n.text, sizeof n.text, "%s", undefined);
	else
		emo_snprintf(n.text, sizeof n.text, "%.*f", digits, v);
	return n;
}

static int judged(const struct emo_report *r, int e)
{
	return !r->classes || (r->classes >> e & 1);
}

static int checked(FILE *f)
{
	return ferror(f) ? emo_fail("cannot write the report") : 0;
}

static void text_head(FILE *f, const struct emo_report *r, const struct emo_scores *s)
{
	if (r->model) {
		fputs("model  ", f);
		emo_write_shown(f, r->model);
		fputs(r->views > 1 ? ", ten crops\n" : "\n", f);
	}
	fputs("data   ", f);
	emo_write_shown(f, r->data);
	for (int k = 0; k < EMO_SPLITS; k++)
		if (r->splits >> k & 1)
			fprintf(f, ", %s", emo_split_name(k));
	fprintf(f, ": %zu images", s->n);
	if (s->missed)
		fprintf(f, ", %zu of them without a face", s->missed);
	if (r->nbad)
		fprintf(f, "; bad and passed over: %zu", r->nbad);
	if (r->nseen)
		fprintf(f, "\n       without %zu that are in Training, too", r->nseen);
	if (r->votes) {
		fputs("\ntruth  the annotators' majority in ", f);
		emo_write_shown(f, r->votes);
	}
	if (r->classes && r->classes != (1u << EMO_EMOTIONS) - 1) {
		fprintf(f, "\nonly  ");
		for (int e = 0; e < EMO_EMOTIONS; e++)
			if (judged(r, e))
				fprintf(f, " %s", emo_emotion_name(e));
	}
	fprintf(f, "\n\n");
}

static void text_summary(FILE *f, const struct emo_report *r, const struct emo_scores *s)
{
	struct emo_scores cross;

	fprintf(f, "accuracy            %8s %%  %zu of %zu right\n",
		format(100 * s->accuracy, 2, "-").text, s->right, s->n);
	fprintf(f, "balanced accuracy   %8s %%  mean recall\n",
		format(100 * s->balanced_accuracy, 2, "-").text);
	fprintf(f, "macro F1            %8s    mean F1\n", format(s->macro_f1, 4, "-").text);
	fprintf(f, "calibration error   %8s    confidence against accuracy, %d bins\n",
		format(s->ece, 4, "-").text, EMO_BINS);
	if (r->cross_fitted) {
		emo_metrics_scores(&cross, &r->cross);
		fprintf(f, "  cross-fitted      %8s    each half at the temperature that fits the "
			"other\n", format(cross.ece, 4, "-").text);
	}
	fprintf(f, "log loss            %8s    mean -ln p of the truth\n\n",
		format(s->nll, 4, "-").text);
}

static void text_classes(FILE *f, const struct emo_report *r, const struct emo_scores *s)
{
	fprintf(f, "%-8s %8s %10s %8s %12s %8s %9s\n", "", "images", "precision", "recall",
		"specificity", "F1", "accuracy");
	for (int e = 0; e < EMO_EMOTIONS; e++) {
		const struct emo_class_scores *c = &s->of[e];

		if (judged(r, e))
			fprintf(f, "%-8s %8zu %10s %8s %12s %8s %9s\n", emo_emotion_name(e),
				c->support, format(c->precision, 4, "-").text,
				format(c->recall, 4, "-").text,
				format(c->specificity, 4, "-").text,
				format(c->f1, 4, "-").text,
				format(c->accuracy, 4, "-").text);
	}
}

static void text_confusion(FILE *f, const struct emo_report *r, const struct emo_scores *s)
{
	fprintf(f, "\nRows: what it is; columns: what it was taken for.\n%-8s", "");
	for (int e = 0; e < EMO_EMOTIONS; e++)
		if (judged(r, e))
			fprintf(f, " %8s", emo_emotion_name(e));
	fprintf(f, "%s\n", s->missed ? "  no face" : "");
	for (int t = 0; t < EMO_EMOTIONS; t++) {
		if (!judged(r, t))
			continue;
		fprintf(f, "%-8s", emo_emotion_name(t));
		for (int e = 0; e < EMO_EMOTIONS; e++)
			if (judged(r, e))
				fprintf(f, " %8zu", r->metrics.confusion[t][e]);
		if (s->missed)
			fprintf(f, " %8zu", r->metrics.missed[t]);
		fputc('\n', f);
	}
}

int emo_report_text(FILE *f, const struct emo_report *r)
{
	struct emo_scores s;

	emo_metrics_scores(&s, &r->metrics);
	text_head(f, r, &s);
	text_summary(f, r, &s);
	text_classes(f, r, &s);
	text_confusion(f, r, &s);
	return checked(f);
}

/* Bytes beyond ASCII pass as they are: UTF-8 in, UTF-8 out. */
static void json_string(FILE *f, const char *key, const char *s)
{
	fprintf(f, "  \"%s\": ", key);
	if (!s) {
		fputs("null,\n", f);
		return;
	}
	emo_write_json_string(f, s);
	fputs(",\n", f);
}

static void json_names(FILE *f, const char *key, unsigned bits, int n, const char *name(int))
{
	const char *comma = "";

	fprintf(f, "  \"%s\": [", key);
	for (int k = 0; k < n; k++)
		if (bits >> k & 1) {
			fprintf(f, "%s\"%s\"", comma, name(k));
			comma = ", ";
		}
	fputs("],\n", f);
}

static void json_number(FILE *f, const char *key, double v)
{
	fprintf(f, "  \"%s\": %s,\n", key, format(v, 6, "null").text);
}

static void json_classes(FILE *f, const struct emo_report *r, const struct emo_scores *s)
{
	const char *comma = "";

	fputs("  \"per_class\": {", f);
	for (int e = 0; e < EMO_EMOTIONS; e++) {
		const struct emo_class_scores *c = &s->of[e];

		if (!judged(r, e))
			continue;
		fprintf(f, "%s\n    \"%s\": {\"n\": %zu, \"missed\": %zu, \"precision\": %s, "
			"\"recall\": %s, \"specificity\": %s, \"f1\": %s, \"accuracy\": %s}",
			comma, emo_emotion_name(e), c->support, c->missed,
			format(c->precision, 6, "null").text,
			format(c->recall, 6, "null").text,
			format(c->specificity, 6, "null").text,
			format(c->f1, 6, "null").text,
			format(c->accuracy, 6, "null").text);
		comma = ",";
	}
	fputs("\n  },\n", f);
}

static void json_confusion(FILE *f, const struct emo_report *r)
{
	const char *row = "";

	fputs("  \"confusion\": [", f);
	for (int t = 0; t < EMO_EMOTIONS; t++) {
		const char *comma = "";

		if (!judged(r, t))
			continue;
		fprintf(f, "%s\n    [", row);
		for (int e = 0; e < EMO_EMOTIONS; e++)
			if (judged(r, e)) {
				fprintf(f, "%s%zu", comma, r->metrics.confusion[t][e]);
				comma = ", ";
			}
		fputc(']', f);
		row = ",";
	}
	fputs("\n  ],\n", f);
}

static void json_calibration(FILE *f, const struct emo_report *r)
{
	fputs("  \"calibration\": [", f);
	for (int k = 0; k < EMO_BINS; k++) {
		const struct emo_bin *b = &r->metrics.bins[k];
		double n = b->n ? (double)b->n : NAN;

		fprintf(f, "%s\n    {\"to\": %s, \"n\": %zu, \"confidence\": %s, \"accuracy\": %s}",
			k ? "," : "", format((k + 1.0) / EMO_BINS, 6, "null").text, b->n,
			format(b->confidence / n, 6, "null").text,
			format((double)b->right / n, 6, "null").text);
	}
	fputs("\n  ]\n", f);
}

int emo_report_json(FILE *f, const struct emo_report *r)
{
	struct emo_scores s, cross;

	emo_metrics_scores(&s, &r->metrics);
	emo_metrics_scores(&cross, &r->cross);
	fputs("{\n", f);
	json_string(f, "model", r->model);
	json_string(f, "data", r->data);
	if (r->votes)
		json_string(f, "votes", r->votes);
	json_names(f, "splits", r->splits, EMO_SPLITS, emo_split_name);
	json_names(f, "classes", r->classes ? r->classes : ~0u, EMO_EMOTIONS, emo_emotion_name);
	fprintf(f, "  \"views\": %d,\n  \"n\": %zu,\n  \"missed\": %zu,\n  \"passed_over\": %zu,\n"
		"  \"seen_in_training\": %zu,\n", r->views, s.n, s.missed, r->nbad, r->nseen);
	json_number(f, "accuracy", s.accuracy);
	json_number(f, "balanced_accuracy", s.balanced_accuracy);
	json_number(f, "macro_f1", s.macro_f1);
	json_number(f, "nll", s.nll);
	json_number(f, "ece", s.ece);
	if (r->cross_fitted)
		json_number(f, "ece_cross_fitted", cross.ece);
	json_classes(f, r, &s);
	json_confusion(f, r);
	json_calibration(f, r);
	fputs("}\n", f);
	return checked(f);
}
