/* SPDX-License-Identifier: MIT */
/* fer-detect: pictures in, one line for each face and its mood out. See fer-detect(1). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/par.h"
#include "cli.h"
#include "detect/boxes.h"
#include "detect/finder.h"
#include "detect/queue.h"
#include "detect/stream.h"
#include "record.h"
#include "sandbox.h"
#include "table.h"

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
	{OPT_MIN_FACE, "min-face", "PX", "pass over faces under PX pixels (default 20; see the manual)"},
	{OPT_THRESHOLD, "threshold", "P", "pass over faces that score under P (default: the model's)"},
	{OPT_WHOLE, "whole", NULL, "each picture is one face; nothing is searched for"},
	{OPT_BOX, "box", "X,Y,W,H", "the face is in this box; may be given several times"},
	{OPT_BOXES, "boxes", "FILE", "the faces are where this file of records says"},
	{OPT_LANDMARKS, "landmarks", NULL, "add columns with eyes, nose and corners of the mouth"},
	{OPT_MIN_CONFIDENCE, "min-confidence", "P",
	 "add a column `sure`: 1 when the emotion has at least P"},
	{OPT_FILES_FROM, "files-from", "FILE", "read the names of pictures from FILE, one a line"},
	{'0', "null", NULL, "names in FILE end with a NUL byte instead of a newline"},
	{'m', "model", "FILE", "use this model (default: $EMO_MODEL, else the one built in)"},
	{OPT_FACE_MODEL, "face-model", "FILE", "find faces with this model, not the one built in"},
	{OPT_VIEWS, "views", "1|10", "judge each face from this many crops of it (default 1)"},
	STREAM_OPTIONS,
	{'f', "format", "FORMAT", "tsv, jsonl, text or auto (default: text on a terminal, else tsv)"},
	{'j', "jobs", "N", "read N pictures at once, each with one thread (default 1)"},
	{'t', "threads", "N", "use N threads for each picture (default: one for each CPU)"},
	SANDBOX_OPTION,
	{0},
};

static const struct cli tool = {
	"fer-detect",
	"[OPTION]... [PICTURE]...",
	"fer-detect photo.jpg | moodrec songs.csv",
	"Writes a line with the mood of each face in each PICTURE (PNG, JPEG or PNM; - is standard\n"
	"input), the biggest face first.",
	options,
};

static struct {
	struct finder_how how;
	struct boxes boxes;
	struct stream_how stream;
	int null, threads, jobs, format, landmarks;
	const char *list, *boxes_file; /* NULL: not given */
} opt = {.how = {.views = 1, .threshold = -1, .min_confidence = -1},
	 .stream = STREAM_DEFAULT,
	 .jobs = 1,
	 .format = TABLE_AUTO};

static struct {
	struct queue *queue;
	struct emo_record_writer out;
	size_t nfaces; /* written so far */
	int status;
} run;

static void once(const struct cli_args *a, const char **value)
{
	if (*value)
		usage_error("--%s can be given once only", a->option->name);
	*value = a->value;
}

static void search_option(const struct cli_args *a, int key)
{
	switch (key) {
	case OPT_BIGGEST: opt.how.pick = PICK_BIGGEST; break;
	case OPT_BEST: opt.how.pick = PICK_BEST; break;
	case OPT_MIN_FACE: opt.how.min_face = (float)cli_double(a, EMO_FACE_MIN, 100000); break;
	case OPT_THRESHOLD: opt.how.threshold = (float)cli_double(a, 0, 1); break;
	case OPT_WHOLE: opt.how.whole = 1; break;
	case OPT_BOX: boxes_add(&opt.boxes, a); break;
	case OPT_BOXES: once(a, &opt.boxes_file); break;
	case OPT_FACE_MODEL: opt.how.face_model = a->value; break;
	}
}

static void parse_options(struct cli_args *a)
{
	static const char *const views[] = {"1", "10", NULL};
	int key, searched = 0;

	while ((key = cli_next(a)))
		switch (stream_option(&opt.stream, key, a) ? 0 : key) {
		case 0: break;
		case OPT_LANDMARKS: opt.landmarks = 1; break;
		case OPT_MIN_CONFIDENCE: opt.how.min_confidence = (float)cli_double(a, 0, 1); break;
		case OPT_FILES_FROM: once(a, &opt.list); break;
		case '0': opt.null = 1; break;
		case 'm': opt.how.model = a->value; break;
		case OPT_VIEWS: opt.how.views = cli_word(a, views) ? 10 : 1; break;
		case 'f': opt.format = cli_word(a, table_formats); break;
		case 'j': opt.jobs = (int)cli_long(a, 1, 256); break;
		case 't': opt.threads = (int)cli_long(a, 1, 256); break;
		case OPT_BIGGEST:
		case OPT_BEST:
		case OPT_MIN_FACE:
		case OPT_THRESHOLD:
		case OPT_FACE_MODEL: searched = 1; /* fallthrough */
		default: search_option(a, key);
		}
	if (opt.how.whole + (opt.boxes.n > 0) + !!opt.boxes_file > 1)
		usage_error("--whole, --box and --boxes exclude each other");
	if (searched && (opt.how.whole || opt.boxes.n || opt.boxes_file))
		usage_error("--biggest, --best, --min-face, --threshold and --face-model are about "
			    "searching, which --whole, --box and --boxes replace");
	if (opt.null && !opt.list)
		usage_error("--null is about --files-from, which is not given");
	if (opt.stream.given && !opt.stream.on)
		usage_error("--live, --rate, --fps, --every and --smooth are about --stream, which is "
			    "not given");
	if (opt.stream.on && (opt.jobs > 1 || opt.list || opt.boxes_file))
		usage_error("--stream goes neither with --jobs nor --files-from nor --boxes");
	opt.stream.min_confidence = opt.how.min_confidence;
	if (opt.jobs > 1 && opt.threads > 1)
		usage_error("--jobs gives each picture one thread, so --threads has no say");
}

/* Standard input can be one thing only. */
static void settle_inputs(const struct cli_args *a)
{
	int lists = opt.list && strcmp(opt.list, "-") == 0;
	int boxes = opt.boxes_file && strcmp(opt.boxes_file, "-") == 0;

	if (lists && boxes)
		usage_error("--files-from and --boxes cannot both be standard input");
	opt.how.on_stdin = lists ? "the list of names" : boxes ? "the file of boxes" : NULL;
	if (!a->nfiles && !opt.list && !opt.boxes_file && isatty(STDIN_FILENO))
		usage_error("no picture given, and standard input is a terminal");
	if (opt.boxes_file)
		boxes_read(&opt.boxes, opt.boxes_file);
	if (opt.boxes.failed)
		run.status = CLI_FAILED;
	if (opt.boxes.n || opt.boxes_file)
		opt.how.boxes = &opt.boxes;
}

static void deliver(const struct findings *what)
{
	for (size_t i = 0; i < what->ncomplaints; i++)
		warn("%s", what->complaints[i]);
	if (what->ncomplaints)
		run.status = CLI_FAILED;
	for (size_t i = 0; i < what->n; i++) {
		run.nfaces += what->records[i].face > 0;
		if (emo_record_write(&run.out, &what->records[i]) < 0)
			die("%s", emo_error());
	}
}

static void add(char *name)
{
	queue_add(run.queue, name);
}

static void add_all(const struct cli_args *a)
{
	for (int i = 0; i < a->nfiles; i++)
		add(a->files[i]);
	if (opt.list)
		cli_read_names(opt.list, opt.null ? '\0' : '\n', add);
	else if (!a->nfiles && opt.boxes_file)
		for (size_t i = 0; i < opt.boxes.nfiles; i++)
			add(opt.boxes.files[i]);
	else if (!a->nfiles)
		add((char[]){"-"});
}

static void set_up_output(void)
{
	struct stat st;

	if (opt.stream.on || fstat(STDOUT_FILENO, &st) != 0 || !S_ISREG(st.st_mode))
		setvbuf(stdout, NULL, _IOLBF, 0); /* someone may be waiting */
	run.out.file = stdout;
	run.out.color = cli_wants_color(STDOUT_FILENO);
	run.out.marks = opt.landmarks;
	run.out.sure = opt.how.min_confidence >= 0;
	run.out.frame = opt.stream.on;
	run.out.format = opt.format != TABLE_AUTO	  ? (enum emo_format)opt.format
			 : cli_is_terminal(STDOUT_FILENO) ? EMO_TEXT
							  : EMO_TSV;
}

/* Streams, one after the other. */
static void follow_all(const struct cli_args *a, struct emo_pool *pool)
{
	struct finder *f = finder_new(&opt.how, pool);

	if (!f)
		die("%s", emo_error());
	for (int i = 0; i < (a->nfiles ? a->nfiles : 1); i++)
		if (stream_run(&opt.stream, a->nfiles ? a->files[i] : "-", f, deliver) < 0) {
			warn("%s", emo_error());
			run.status = CLI_FAILED;
		}
	finder_free(f);
}

static void enter_sandbox(const struct cli_args *a)
{
	sandbox_reads(opt.how.model);
	sandbox_reads(opt.how.face_model);
	if (opt.list || opt.boxes_file) /* which name any files */
		sandbox_reads("/");
	for (int i = 0; i < a->nfiles; i++)
		sandbox_reads(a->files[i]);
	sandbox_enter(NULL);
}

int main(int argc, char **argv)
{
	struct cli_args a = cli_start(&tool, argc, argv);
	const char *model = getenv("EMO_MODEL");
	struct emo_pool *pool;

	parse_options(&a);
	if (!opt.how.model && model && *model)
		opt.how.model = model;
	enter_sandbox(&a);
	settle_inputs(&a);
	if (!(pool = emo_pool_new(opt.jobs > 1 ? 1 : opt.threads)))
		die("%s", emo_error());
	set_up_output();
	if (opt.stream.on) {
		follow_all(&a, pool);
	} else {
		run.queue = queue_new(opt.jobs, &opt.how, pool, deliver);
		add_all(&a);
		queue_end(run.queue);
	}
	if (!run.out.lines && !run.status)
		warn("%s: names no picture", opt.list ? opt.list : opt.boxes_file);
	emo_pool_free(pool);
	boxes_done(&opt.boxes);
	return cli_end(run.status || run.nfaces ? run.status : CLI_NOTHING);
}
