/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "../cli.h"
#include "../sandbox.h"
#include "base/err.h"
#include "base/num.h"
#include "fer/dataset.h"

#define ALL_SPLITS ((1u << EMO_SPLITS) - 1)

enum { SPLIT = CLI_LONG, CLASSES, TTA, SKIP_BAD, PREDICTIONS, RECORDS, VOTES, CROSS_FIT, UNSEEN };

static const struct cli_option options[] = {
	{'m', "model", "FILE", "use this model (default: $EMO_MODEL, else the one built in)"},
	{SPLIT, "split", "LIST", "splits to judge on, or all (default PublicTest)"},
	{CLASSES, "classes", "LIST", "judge these emotions only, e.g. happy,sad"},
	{TTA, "tta", NULL, "mean of ten crops of each image"},
	{UNSEEN, "unseen", NULL, "leave out images that are in Training, too"},
	{CROSS_FIT, "cross-fit", NULL, "also the error when calibrated on the other half"},
	{VOTES, "votes", "FILE", "judge by the majority of annotators' votes (FER+), not by labels"},
	{'f', "format", "FORMAT", "text or json (default text)"},
	{'t', "threads", "N", "use N threads (default: one for each CPU)"},
	{SKIP_BAD, "skip-bad", NULL, "pass over bad rows, images and records"},
	{PREDICTIONS, "predictions", "FILE", "write what each image was taken for"},
	{RECORDS, "records", NULL, "judge records of fer-detect instead of a model"},
	SANDBOX_OPTION,
	{0},
};

static const struct cli tool = {
	"fer-eval", "[OPTION]... DATA | fer-eval --records [FILE]", "fer-eval fer2013.csv.gz",
	"Judges a model on labelled faces: a CSV in FER-2013's form or a folder of images. With "
	"--records it judges records, whose pictures lie in folders named after their emotions.",
	options,
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

struct settings parse_options(int argc, char **argv)
{
	static const char *const formats[] = {"text", "json", NULL};
	struct settings s = {.splits = 1u << EMO_PUBLIC_TEST, .views = 1};
	struct cli_args a = cli_start(&tool, argc, argv);
	const char *env = getenv("EMO_MODEL"), *needs_data = NULL;

	s.model = env && *env ? env : NULL;
	for (int opt; (opt = cli_next(&a));) {
		if (opt == 'm' || opt == SPLIT || opt == TTA || opt == PREDICTIONS ||
		    opt == VOTES || opt == CROSS_FIT || opt == UNSEEN)
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
		case VOTES: s.votes = a.value; break;
		case CROSS_FIT: s.cross_fit = 1; break;
		case UNSEEN: s.unseen = 1; break;
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
