/* SPDX-License-Identifier: MIT */
/* fer-eval: how good a model, or whatever wrote the records, is at reading faces. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli.h"
#include "eval/options.h"
#include "fer/calibrate.h"
#include "fer/classify.h"
#include "fer/dataset.h"
#include "fer/report.h"
#include "fer/votes.h"
#include "record.h"
#include "sandbox.h"

#define BATCH 64 /* images given to the network together */

static int write_report(const struct settings *s, const struct emo_report *r)
{
	if ((s->json ? emo_report_json : emo_report_text)(stdout, r) < 0)
		die("%s", emo_error());
	return cli_end(CLI_OK);
}

/* No image of the wanted splits and emotions: says why. read: those that there were before votes. */
static int nothing_to_judge(const struct settings *s, const struct emo_dataset *d, size_t read)
{
	const size_t *found = d->found;

	if (read > 0)
		warn("%s: no majority in %s for the wanted emotions on any of its %zu images", s->data,
		     s->votes, read);
	else if (d->nseen > 0)
		warn("%s: all %zu images of the wanted splits are in Training, too (see --unseen)",
		     s->data, d->nseen);
	else if (found[EMO_TRAINING] + found[EMO_PUBLIC_TEST] + found[EMO_PRIVATE_TEST] == 0)
		warn("%s: no image of the wanted emotions", s->data);
	else
		warn("%s: nothing in the wanted splits (see --split); it has %zu images in Training, "
		     "%zu in PublicTest and %zu in PrivateTest", s->data, found[EMO_TRAINING],
		     found[EMO_PUBLIC_TEST], found[EMO_PRIVATE_TEST]);
	return CLI_NOTHING;
}

static void write_prediction(FILE *f, const struct emo_dataset *d, size_t i, const float *mood)
{
	char p[32];

	fprintf(f, "%u\t%s\t%s\t%s", (unsigned)d->row[i], emo_split_name(d->split[i]),
		emo_emotion_name(d->label[i]), emo_emotion_name(emo_emotion_top(mood)));
	for (int e = 0; e < EMO_EMOTIONS; e++) {
		emo_snprintf(p, sizeof p, "%.6f", (double)mood[e]);
		fprintf(f, "\t%s", p);
	}
	fputc('\n', f);
}

static void write_header(FILE *f)
{
	fputs("row\tsplit\ttruth\tpredicted", f);
	for (int e = 0; e < EMO_EMOTIONS; e++)
		fprintf(f, "\t%s", emo_emotion_name(e));
	fputc('\n', f);
}

static void judge_images(struct emo_report *r, float *moods, const struct emo_dataset *d,
			 struct emo_classifier *c, FILE *predictions)
{
	if (predictions)
		write_header(predictions);
	for (size_t i = 0; i < d->n; i += BATCH) {
		size_t n = d->n - i < BATCH ? d->n - i : BATCH;

		if (emo_classifier_run(c, moods + i * EMO_EMOTIONS, emo_dataset_image(d, i), (int)n,
				       r->views) < 0)
			die("%s", emo_error());
	}
	for (size_t i = 0; i < d->n; i++) {
		float *mood = moods + i * EMO_EMOTIONS;

		emo_mood_restrict(mood, r->classes);
		emo_metrics_add(&r->metrics, d->label[i], mood);
		if (predictions)
			write_prediction(predictions, d, i, mood);
	}
}

/*
 * Cross-fitting: the even images at the temperature that fits the odd ones, and the other way round.
 * The moods, (n, EMO_EMOTIONS), are put in order of their halves and tempered.
 */
static void cross_fit(struct emo_report *r, float *moods, const struct emo_dataset *d)
{
	size_t even = (d->n + 1) / 2;
	float *sorted = emo_calloc(d->n, EMO_EMOTIONS * sizeof *sorted);
	uint8_t *truth = emo_calloc(d->n, 1);
	double of_even, of_odd;

	if (!sorted || !truth)
		die("%s", emo_error());
	for (size_t i = 0; i < d->n; i++) {
		size_t to = i / 2 + (i % 2) * even;

		truth[to] = d->label[i];
		memcpy(sorted + to * EMO_EMOTIONS, moods + i * EMO_EMOTIONS,
		       EMO_EMOTIONS * sizeof *sorted);
	}
	of_even = emo_fit_temperature(sorted, truth, even, EMO_EMOTIONS);
	of_odd = emo_fit_temperature(sorted + even * EMO_EMOTIONS, truth + even, d->n - even,
				     EMO_EMOTIONS);
	for (size_t i = 0; i < d->n; i++) {
		emo_temper(sorted + i * EMO_EMOTIONS, EMO_EMOTIONS, i < even ? of_odd : of_even);
		emo_metrics_add(&r->cross, truth[i], sorted + i * EMO_EMOTIONS);
	}
	r->cross_fitted = 1;
	free(sorted);
	free(truth);
}

/* The labels give way to the annotators' majorities; images without one are dropped. */
static void take_votes(struct emo_dataset *d, const struct settings *s, unsigned classes)
{
	size_t pixels = (size_t)d->side * (size_t)d->side, kept = 0;
	struct emo_votes v;

	if (emo_votes_load(&v, s->votes, d) < 0)
		die("%s", emo_error());
	for (size_t i = 0; i < d->n; i++) {
		if (v.major[d->row[i]] == EMO_NO_MAJORITY || !(classes >> v.major[d->row[i]] & 1))
			continue;
		d->label[kept] = v.major[d->row[i]];
		d->split[kept] = d->split[i];
		d->row[kept] = d->row[i];
		memmove(d->pixels + kept * pixels, d->pixels + i * pixels, pixels);
		kept++;
	}
	d->n = kept;
	emo_votes_done(&v);
}

/* Reads the images that are to be judged. Returns how many there were before the votes. */
static size_t load(struct emo_dataset *d, struct emo_report *r, const struct settings *s, int side)
{
	struct emo_dataset_options o = {.side = side, .splits = s->splits, .skip_bad = s->skip_bad,
					.unseen = s->unseen};
	size_t read;

	o.classes = s->votes ? 0 : r->classes; /* whatever the label, votes may be for them */
	if (emo_dataset_load(d, s->data, &o) < 0)
		die("%s", emo_error());
	r->nseen = d->nseen;
	if ((r->nbad = d->nbad) > 0)
		warn("passed over %zu bad rows or images; the last: %s", d->nbad, emo_error());
	if (d->n && d->side != side)
		die("%s: the images are %d x %d, the model takes %d x %d", s->data, d->side, d->side,
		    side, side);
	read = d->n;
	if (read > 0 && s->votes)
		take_votes(d, s, r->classes);
	return read;
}

static int judge(struct emo_report *r, const struct emo_dataset *d, const struct settings *s,
		 struct emo_classifier *c)
{
	float *moods = emo_calloc(d->n, EMO_EMOTIONS * sizeof *moods);
	struct emo_out *out = NULL;

	if (!moods || (s->predictions && !(out = emo_out_open(s->predictions))))
		die("%s", emo_error());
	judge_images(r, moods, d, c, out ? emo_out_file(out) : NULL);
	if (s->cross_fit)
		cross_fit(r, moods, d);
	if (out && emo_out_commit(out) < 0)
		die("%s", emo_error());
	free(moods);
	return write_report(s, r);
}

static int judge_model(const struct settings *s)
{
	struct emo_pool *pool = emo_pool_new(s->threads);
	struct emo_classifier *c = pool ? emo_classifier_open(s->model, pool) : NULL;
	struct emo_report r = {.model = s->model ? s->model : "built in",
			       .data = strcmp(s->data, "-") ? s->data : "(stdin)",
			       .splits = s->splits, .views = s->views, .votes = s->votes};
	struct emo_dataset d;
	size_t read;
	int status;

	if (!c)
		die("%s", emo_error());
	r.classes = s->classes ? s->classes : emo_classifier_classes(c);
	read = load(&d, &r, s, emo_classifier_side(c));
	status = d.n ? judge(&r, &d, s, c) : nothing_to_judge(s, &d, read);
	emo_dataset_done(&d);
	emo_classifier_free(c);
	emo_pool_free(pool);
	return status;
}

/* Takes one record into account: 0, or -1 when its truth is unknown. */
static int judge_record(struct emo_report *r, struct emo_record *record, size_t *ignored)
{
	int truth = emo_folder_emotion(record->file);

	if (truth < 0)
		return -1;
	if (r->classes && !(r->classes >> truth & 1))
		return 0;
	if (record->face > 1) {
		++*ignored;
	} else if (record->face < 1) {
		emo_metrics_miss(&r->metrics, truth);
	} else {
		if (r->classes)
			emo_mood_restrict(record->mood, r->classes);
		emo_metrics_add(&r->metrics, truth, record->mood);
	}
	return 0;
}

static int judge_records(const struct settings *s)
{
	int from_stdin = strcmp(s->data, "-") == 0, more;
	const char *name = from_stdin ? "(stdin)" : s->data;
	struct emo_report r = {.data = name, .classes = s->classes};
	FILE *f = from_stdin ? stdin : fopen(name, "r");
	struct emo_record_reader *reader;
	struct emo_record record;
	struct emo_scores scores;
	size_t ignored = 0;

	if (!f)
		die("%s:", name);
	if (!(reader = emo_record_reader_new(f, name)))
		die("%s", emo_error());
	while ((more = emo_record_read(reader, &record)) != 0) {
		if (more > 0 && judge_record(&r, &record, &ignored) == 0)
			continue;
		if (!s->skip_bad || emo_record_reader_broke(reader))
			die("%s", emo_error());
		warn("%s", emo_error());
		r.nbad++;
	}
	if (ignored)
		warn("%zu further faces in pictures with several: ignored", ignored);
	emo_record_reader_free(reader);
	if (!from_stdin)
		fclose(f);
	emo_metrics_scores(&scores, &r.metrics);
	if (scores.n > 0)
		return write_report(s, &r);
	warn("%s: no record to judge", name);
	return CLI_NOTHING;
}

int main(int argc, char **argv)
{
	struct settings s = parse_options(argc, argv);

	sandbox_reads(s.model);
	sandbox_reads(s.data);
	sandbox_reads(s.votes);
	sandbox_enter(s.predictions);
	return s.records ? judge_records(&s) : judge_model(&s);
}
