/* SPDX-License-Identifier: MIT */
/* fer-eval: how good a model, or whatever wrote the records, is at reading faces. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/io.h"
#include "base/num.h"
#include "cli.h"
#include "fer/classify.h"
#include "fer/dataset.h"
#include "fer/report.h"
#include "record.h"

#define BATCH      64 /* images given to the network together */
#define ALL_SPLITS ((1u << EMO_SPLITS) - 1)

enum { SPLIT = CLI_LONG, CLASSES, TTA, SKIP_BAD, PREDICTIONS, RECORDS };

static const struct cli_option options[] = {
	{'m', "model", "FILE", "use this model (default: $EMO_MODEL, else the one built in)"},
	{SPLIT, "split", "LIST", "splits to judge on, or all (default PublicTest)"},
	{CLASSES, "classes", "LIST", "judge these emotions only, e.g. happy,sad"},
	{TTA, "tta", NULL, "mean of ten crops of each image"},
	{'f', "format", "FORMAT", "text or json (default text)"},
	{'t', "threads", "N", "use N threads (default: one for each CPU)"},
	{SKIP_BAD, "skip-bad", NULL, "pass over bad rows, images and records"},
	{PREDICTIONS, "predictions", "FILE", "write what each image was taken for"},
	{RECORDS, "records", NULL, "judge records of fer-detect instead of a model"},
	{0},
};

static const struct cli tool = {
	"fer-eval", "[OPTION]... DATA | fer-eval --records [FILE]", "fer-eval fer2013.csv.gz",
	"Judges a model on labelled faces: a CSV in FER-2013's form or a folder of images. With\n"
	"--records it judges records, whose pictures lie in folders named after their emotions.",
	options,
};

struct settings {
	const char *model, *data, *predictions;
	unsigned splits, classes; /* classes: 0 = all that the model knows */
	int views, json, threads, skip_bad, records;
};

static unsigned parse_classes(const struct cli_args *a)
{
	unsigned classes;

	if (emo_emotion_parse_list(&classes, a->value) < 0)
		usage_error("--classes: %s", emo_error());
	return classes;
}

/* The bits of a list of names with commas. */
static unsigned parse_splits(const struct cli_args *a)
{
	unsigned bits = 0;
	char name[32];
	const char *s = a->value;

	if (strcmp(s, "all") == 0)
		return ALL_SPLITS;
	for (;; s++) {
		size_t n = strcspn(s, ",");
		int k;

		emo_snprintf(name, sizeof name, "%.*s", (int)(n < sizeof name ? n : 0), s);
		if ((k = emo_split_parse(name)) < 0)
			usage_error("--split: '%.*s' is no split", (int)n, s);
		bits |= 1u << k;
		s += n;
		if (!*s)
			return bits;
	}
}

static struct settings parse_options(int argc, char **argv)
{
	static const char *const formats[] = {"text", "json", NULL};
	struct settings s = {.splits = 1u << EMO_PUBLIC_TEST, .views = 1};
	struct cli_args a = cli_start(&tool, argc, argv);
	const char *env = getenv("EMO_MODEL"), *needs_data = NULL;

	s.model = env && *env ? env : NULL;
	for (int opt; (opt = cli_next(&a));) {
		if (opt == 'm' || opt == SPLIT || opt == TTA || opt == PREDICTIONS)
			needs_data = a.option->name;
		switch (opt) {
		case 'm': s.model = a.value; break;
		case SPLIT: s.splits = parse_splits(&a); break;
		case CLASSES: s.classes = parse_classes(&a); break;
		case TTA: s.views = 10; break;
		case 'f': s.json = cli_word(&a, formats); break;
		case 't': s.threads = (int)cli_long(&a, 1, 256); break;
		case SKIP_BAD: s.skip_bad = 1; break;
		case PREDICTIONS: s.predictions = a.value; break;
		case RECORDS: s.records = 1; break;
		}
	}
	if (s.records && needs_data)
		usage_error("--%s goes with DATA; records are predictions already", needs_data);
	if (a.nfiles > 1)
		usage_error("one source at a time; '%s' is the second", a.files[1]);
	if (a.nfiles == 0 && !s.records)
		usage_error("which data? Give a CSV file or a folder, or --records");
	s.data = a.nfiles ? a.files[0] : "-";
	if (strcmp(s.data, "-") == 0 && cli_is_terminal(0))
		warn("reading from the terminal; Ctrl-D ends");
	return s;
}

static int write_report(const struct settings *s, const struct emo_report *r)
{
	if ((s->json ? emo_report_json : emo_report_text)(stdout, r) < 0)
		die("%s", emo_error());
	return cli_end(CLI_OK);
}

/* No image of the wanted splits and emotions: says what there is instead. */
static int nothing_to_judge(const struct settings *s, const size_t found[EMO_SPLITS])
{
	if (found[EMO_TRAINING] + found[EMO_PUBLIC_TEST] + found[EMO_PRIVATE_TEST] == 0)
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

static void judge_images(struct emo_report *r, const struct emo_dataset *d,
			 struct emo_classifier *c, FILE *predictions)
{
	float moods[BATCH][EMO_EMOTIONS];

	if (predictions) {
		fputs("row\tsplit\ttruth\tpredicted", predictions);
		for (int e = 0; e < EMO_EMOTIONS; e++)
			fprintf(predictions, "\t%s", emo_emotion_name(e));
		fputc('\n', predictions);
	}
	for (size_t i = 0; i < d->n; i += BATCH) {
		size_t n = d->n - i < BATCH ? d->n - i : BATCH;

		if (emo_classifier_run(c, *moods, emo_dataset_image(d, i), (int)n, r->views) < 0)
			die("%s", emo_error());
		for (size_t k = 0; k < n; k++) {
			emo_mood_restrict(moods[k], r->classes);
			emo_metrics_add(&r->metrics, d->label[i + k], moods[k]);
			if (predictions)
				write_prediction(predictions, d, i + k, moods[k]);
		}
	}
}

static int judge_model(const struct settings *s)
{
	struct emo_pool *pool = emo_pool_new(s->threads);
	struct emo_classifier *c = pool ? emo_classifier_open(s->model, pool) : NULL;
	struct emo_report r = {.model = s->model ? s->model : "built in",
			       .data = strcmp(s->data, "-") ? s->data : "(stdin)",
			       .splits = s->splits, .views = s->views};
	struct emo_dataset_options o = {.splits = s->splits, .skip_bad = s->skip_bad};
	struct emo_out *out = NULL;
	struct emo_dataset d;
	int status;

	if (!c)
		die("%s", emo_error());
	o.side = emo_classifier_side(c);
	o.classes = r.classes = s->classes ? s->classes : emo_classifier_classes(c);
	if (emo_dataset_load(&d, s->data, &o) < 0)
		die("%s", emo_error());
	if ((r.nbad = d.nbad) > 0)
		warn("passed over %zu bad rows or images; the last: %s", d.nbad, emo_error());
	if (d.n && d.side != o.side)
		die("%s: the images are %d x %d, the model takes %d x %d", s->data, d.side, d.side,
		    o.side, o.side);
	if (d.n && s->predictions && !(out = emo_out_open(s->predictions)))
		die("%s", emo_error());
	judge_images(&r, &d, c, out ? emo_out_file(out) : NULL);
	if (out && emo_out_commit(out) < 0)
		die("%s", emo_error());
	status = d.n ? write_report(s, &r) : nothing_to_judge(s, d.found);
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
		if (!s->skip_bad || ferror(f))
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

	return s.records ? judge_records(&s) : judge_model(&s);
}
