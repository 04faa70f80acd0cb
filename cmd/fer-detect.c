/* SPDX-License-Identifier: MIT */
/* fer-detect: pictures in, one line for each face and its mood out. See fer-detect(1). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/par.h"
#include "cli.h"
#include "fer/classify.h"
#include "image/image.h"
#include "image/warp.h"
#include "record.h"
#include "table.h"

enum { OPT_WHOLE = CLI_LONG, OPT_BOX, OPT_FILES_FROM, OPT_VIEWS };

static const struct cli_option options[] = {
	{OPT_WHOLE, "whole", NULL, "each picture is one face; nothing is searched for"},
	{OPT_BOX, "box", "X,Y,W,H", "the face is in this box; may be given several times"},
	{OPT_FILES_FROM, "files-from", "FILE", "read the names of pictures from FILE, one a line"},
	{'0', "null", NULL, "names in FILE end with a NUL byte instead of a newline"},
	{'m', "model", "FILE", "use this model (default: $EMO_MODEL, else the one built in)"},
	{OPT_VIEWS, "views", "1|10", "judge each face from this many crops of it (default 1)"},
	{'f', "format", "FORMAT", "tsv, jsonl, text or auto (default: text on a terminal, else tsv)"},
	{'t', "threads", "N", "use N threads (default: one for each CPU)"},
	{0},
};

static const struct cli tool = {
	"fer-detect",
	"[OPTION]... [PICTURE]...",
	"fer-detect photo.jpg | moodrec songs.csv",
	"Writes a line with the mood of the face in each PICTURE (PNG, JPEG or PNM; - is standard\n"
	"input). Without --whole or --box the face is what the largest centred square shows.",
	options,
};

static struct {
	int whole, ten_views, null, threads, format;
	const char *model, *list; /* NULL: not given */
	struct emo_box *boxes;
	size_t nboxes, boxes_cap;
} opt = {.format = TABLE_AUTO};

static struct {
	struct emo_classifier *classifier;
	int side;      /* of the faces that it takes */
	uint8_t *face; /* room for one */
	struct emo_record_writer out;
	size_t nfaces; /* written so far */
	int status;
} run;

static void add_box(const struct cli_args *a)
{
	char *text = emo_strdup(a->value), *at = text;
	double v[4];

	if (!text || emo_grow(&opt.boxes, &opt.boxes_cap, opt.nboxes + 1, sizeof *opt.boxes) < 0)
		die("%s", emo_error());
	for (int i = 0; i < 4; i++) {
		char *end = at + strcspn(at, ",");

		if ((*end == ',') != (i < 3))
			usage_error("--box: '%s' is not four numbers X,Y,W,H", a->value);
		*end = '\0';
		if (emo_parse_double(&v[i], at) < 0 || fabs(v[i]) > 1e9)
			usage_error("--box: '%s' in '%s' is not a number of pixels", at, a->value);
		at = end + 1;
	}
	free(text);
	opt.boxes[opt.nboxes] =
		(struct emo_box){(float)v[0], (float)v[1], (float)v[2], (float)v[3]};
	if (!(opt.boxes[opt.nboxes].w > 0 && opt.boxes[opt.nboxes].h > 0))
		usage_error("--box: '%s' has no area; width and height must be above 0", a->value);
	opt.nboxes++;
}

static void parse_options(struct cli_args *a)
{
	static const char *const views[] = {"1", "10", NULL};
	int key;

	while ((key = cli_next(a)))
		switch (key) {
		case OPT_WHOLE:
			opt.whole = 1;
			break;
		case OPT_BOX:
			add_box(a);
			break;
		case OPT_FILES_FROM:
			if (opt.list)
				usage_error("--files-from can be given once only");
			opt.list = a->value;
			break;
		case '0':
			opt.null = 1;
			break;
		case 'm':
			opt.model = a->value;
			break;
		case OPT_VIEWS:
			opt.ten_views = cli_word(a, views);
			break;
		case 'f':
			opt.format = cli_word(a, table_formats);
			break;
		case 't':
			opt.threads = (int)cli_long(a, 1, 256);
			break;
		}
	if (opt.whole && opt.nboxes)
		usage_error("--whole and --box exclude each other");
	if (opt.null && !opt.list)
		usage_error("--null is about --files-from, which is not given");
}

static void write_record(const struct emo_record *r)
{
	if (emo_record_write(&run.out, r) < 0)
		die("%s", emo_error());
}

/* The line of a picture in which there is no face, or that could not be read. */
static void write_faceless(char *name, int face)
{
	const struct emo_record r = {name, NAN, face, NAN, NAN, NAN, NAN, NAN, -1, NAN, {0}};

	write_record(&r);
}

/* Face number k of a picture. */
static int read_face(char *name, int k, const struct emo_image *img, struct emo_box b)
{
	struct emo_record r = {name, NAN, k, b.x, b.y, b.w, b.h, NAN, -1, NAN, {0}};

	if (!(b.x < (float)img->w && b.y < (float)img->h && b.x + b.w > 0 && b.y + b.h > 0))
		return emo_fail("%s: the box %g,%g,%g,%g is outside the picture of %d x %d pixels",
				name, (double)b.x, (double)b.y, (double)b.w, (double)b.h, img->w,
				img->h);
	if (emo_image_crop(run.face, run.side, run.side, img, b) < 0 ||
	    emo_classifier_run(run.classifier, r.mood, run.face, 1, opt.ten_views ? 10 : 1) < 0)
		return emo_fail("%s: %s", name, emo_error());
	r.emotion = emo_emotion_top(r.mood);
	r.confidence = r.mood[r.emotion];
	write_record(&r);
	run.nfaces++;
	return 0;
}

/* Until faces are searched for: the largest square in the middle, on whole pixels. */
static struct emo_box the_one_box(const struct emo_image *img)
{
	int side = img->w < img->h ? img->w : img->h;

	if (opt.whole)
		return (struct emo_box){0, 0, (float)img->w, (float)img->h};
	return (struct emo_box){(float)((img->w - side) / 2), (float)((img->h - side) / 2),
				(float)side, (float)side};
}

static void read_picture(char *name)
{
	int from_stdin = strcmp(name, "-") == 0, read = 0;
	struct emo_image img;
	size_t before = run.nfaces;

	if (from_stdin && opt.list && strcmp(opt.list, "-") == 0)
		emo_fail("-: standard input is the list of names and cannot be a picture too");
	else if (from_stdin && isatty(STDIN_FILENO))
		emo_fail("-: standard input is a terminal, not a picture");
	else
		read = emo_image_load(&img, name) == 0;
	if (!read) {
		warn("%s", emo_error());
		write_faceless(name, EMO_FACE_UNREAD);
		run.status = CLI_FAILED;
		return;
	}
	for (size_t i = 0; i < (opt.nboxes ? opt.nboxes : 1); i++)
		if (read_face(name, (int)i + 1, &img,
			      opt.nboxes ? opt.boxes[i] : the_one_box(&img)) < 0) {
			warn("%s", emo_error());
			run.status = CLI_FAILED;
		}
	if (run.nfaces == before)
		write_faceless(name, EMO_FACE_NONE);
	emo_image_done(&img);
}

static void set_up_output(void)
{
	struct stat st;

	if (fstat(STDOUT_FILENO, &st) != 0 || !S_ISREG(st.st_mode))
		setvbuf(stdout, NULL, _IOLBF, 0); /* someone may be waiting */
	run.out.file = stdout;
	run.out.color = cli_wants_color(STDOUT_FILENO);
	run.out.format = opt.format != TABLE_AUTO	  ? (enum emo_format)opt.format
			 : cli_is_terminal(STDOUT_FILENO) ? EMO_TEXT
							  : EMO_TSV;
}

int main(int argc, char **argv)
{
	struct cli_args a = cli_start(&tool, argc, argv);
	const char *model = getenv("EMO_MODEL");
	struct emo_pool *pool;

	parse_options(&a);
	if (!a.nfiles && !opt.list && isatty(STDIN_FILENO))
		usage_error("no picture given, and standard input is a terminal");
	if (!opt.model && model && *model)
		opt.model = model;
	if (!(pool = emo_pool_new(opt.threads)) ||
	    !(run.classifier = emo_classifier_open(opt.model, pool)))
		die("%s", emo_error());
	run.side = emo_classifier_side(run.classifier);
	if (!(run.face = emo_calloc((size_t)run.side, (size_t)run.side)))
		die("%s", emo_error());
	set_up_output();
	for (int i = 0; i < a.nfiles; i++)
		read_picture(a.files[i]);
	if (opt.list)
		cli_read_names(opt.list, opt.null ? '\0' : '\n', read_picture);
	else if (!a.nfiles)
		read_picture((char[]){"-"});
	if (!run.out.lines && !run.status)
		warn("%s: names no picture", opt.list);
	emo_classifier_free(run.classifier);
	emo_pool_free(pool);
	free(run.face);
	free(opt.boxes);
	return cli_end(run.status || run.nfaces ? run.status : CLI_NOTHING);
}
