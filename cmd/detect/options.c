/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <stdlib.h>

#include "../sandbox.h"
#include "../table.h"

enum {
	OPT_BIGGEST = CLI_LONG,
	OPT_BEST,
	OPT_MIN_FACE,
	OPT_THRESHOLD,
	OPT_WHOLE,
	OPT_BOX,
	OPT_BOXES,
	OPT_LANDMARKS,
	OPT_MIN_CONFIDENCE,
	OPT_FILES_FROM,
	OPT_FACE_MODEL,
	OPT_VIEWS
};

static const struct cli_option options[] = {
	{OPT_BIGGEST, "biggest", NULL, "only the biggest face of each picture"},
	{OPT_BEST, "best", NULL, "only the face that the finder is most sure of"},
	{OPT_MIN_FACE, "min-face", "PX",
	 "pass over faces under about PX pixels (default 20; see the manual)"},
	{OPT_THRESHOLD, "threshold", "P", "pass over scores under P (default: the model's)"},
	{OPT_WHOLE, "whole", NULL, "each picture is one face; nothing is searched for"},
	{OPT_BOX, "box", "X,Y,W,H", "the face is in this box; may be given several times"},
	{OPT_BOXES, "boxes", "FILE", "the faces are where this file of records says"},
	{OPT_LANDMARKS, "landmarks", NULL, "add columns with eyes, nose and corners of the mouth"},
	{OPT_MIN_CONFIDENCE, "min-confidence", "P",
	 "add a column `sure`: 1 if the emotion has P or more"},
	{OPT_FILES_FROM, "files-from", "FILE", "read the names of pictures from FILE, one a line"},
	{'0', "null", NULL, "names in FILE end with a NUL byte, not a newline"},
	{'m', "model", "FILE", "use this model (default: $EMO_MODEL, else the one built in)"},
	{OPT_FACE_MODEL, "face-model", "FILE", "find faces with this model, not the one built in"},
	{OPT_VIEWS, "views", "1|10", "judge each face from so many crops (default 1)"},
	STREAM_OPTIONS,
	{'f', "format", "FORMAT", "tsv, jsonl, text or auto (default: text on a terminal, else tsv)"},
	{'j', "jobs", "N", "read N pictures at once, each with one thread (default 1)"},
	{'t', "threads", "N", "use N threads for each picture (default: one for each CPU)"},
	SANDBOX_OPTION,
	{0},
};

const struct cli detect_tool = {
	"fer-detect",
	"[OPTION]... [PICTURE]...",
	"fer-detect photo.jpg | moodrec songs.csv",
	"Writes a line with the mood of each face in each PICTURE (PNG, JPEG or PNM; - is standard "
	"input), the biggest face first.",
	options,
};

static void once(const struct cli_args *a, const char **value)
{
	if (*value)
		usage_error("--%s can be given once only", a->option->name);
	*value = a->value;
}

static void search_option(struct detect *o, const struct cli_args *a, int key)
{
	switch (key) {
	case OPT_BIGGEST: o->how.pick = PICK_BIGGEST; break;
	case OPT_BEST: o->how.pick = PICK_BEST; break;
	case OPT_MIN_FACE: o->how.min_face = (float)cli_double(a, EMO_FACE_MIN, 100000); break;
	case OPT_THRESHOLD: o->how.threshold = (float)cli_double(a, 0, 1); break;
	case OPT_WHOLE: o->how.whole = 1; break;
	case OPT_BOX: boxes_add(&o->boxes, a); break;
	case OPT_BOXES: once(a, &o->boxes_file); break;
	case OPT_FACE_MODEL: o->how.face_model = a->value; break;
	}
}

/* Options that do not go together. */
static void check(const struct detect *o, int searched)
{
	if (o->how.whole + (o->boxes.n > 0) + !!o->boxes_file > 1)
		usage_error("--whole, --box and --boxes exclude each other");
	if (searched && (o->how.whole || o->boxes.n || o->boxes_file))
		usage_error("--biggest, --best, --min-face, --threshold and --face-model are about "
			    "searching, which --whole, --box and --boxes replace");
	if (o->null && !o->list)
		usage_error("--null is about --files-from, which is not given");
	if (o->stream.given && !o->stream.on)
		usage_error("--live, --rate, --fps, --every and --smooth are about --stream, which is "
			    "not given");
	if (o->stream.on && (o->jobs > 1 || o->list || o->boxes_file))
		usage_error("--stream goes neither with --jobs nor --files-from nor --boxes");
	if (o->jobs > 1 && o->threads > 1)
		usage_error("--jobs gives each picture one thread, so --threads has no say");
}

void detect_options(struct detect *o, struct cli_args *a)
{
	static const char *const views[] = {"1", "10", NULL};
	int searched = 0;
	const char *model = getenv("EMO_MODEL");

	*o = (struct detect){.how = {.views = 1, .threshold = -1, .min_confidence = -1},
			     .stream = STREAM_DEFAULT,
			     .jobs = 1,
			     .format = TABLE_AUTO};
	for (int key; (key = cli_next(a));)
		switch (stream_option(&o->stream, key, a) ? 0 : key) {
		case 0: break;
		case OPT_LANDMARKS: o->landmarks = 1; break;
		case OPT_MIN_CONFIDENCE: o->how.min_confidence = (float)cli_double(a, 0, 1); break;
		case OPT_FILES_FROM: once(a, &o->list); break;
		case '0': o->null = 1; break;
		case 'm': o->how.model = a->value; break;
		case OPT_VIEWS: o->how.views = cli_word(a, views) ? 10 : 1; break;
		case 'f': o->format = cli_word(a, table_formats); break;
		case 'j': o->jobs = (int)cli_long(a, 1, 256); break;
		case 't': o->threads = (int)cli_long(a, 1, 256); break;
		case OPT_BIGGEST:
		case OPT_BEST:
		case OPT_MIN_FACE:
		case OPT_THRESHOLD:
		case OPT_FACE_MODEL: searched = 1; /* fallthrough */
		default: search_option(o, a, key);
		}
	check(o, searched);
	o->stream.min_confidence = o->how.min_confidence;
	if (!o->how.model && model && *model)
		o->how.model = model;
}
