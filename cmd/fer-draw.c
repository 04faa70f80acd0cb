/* SPDX-License-Identifier: MIT */
/* fer-draw: what fer-detect found, drawn into the pictures it found it in. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "cli.h"
#include "draw/group.h"
#include "draw/marks.h"
#include "draw/names.h"
#include "face/align.h"
#include "sandbox.h"

enum { OPT_CROPS = CLI_LONG, OPT_CROP_SIZE, OPT_SCALE, OPT_NO_LABELS };

static const struct cli_option options[] = {
	{'o', "output", "FILE", "the picture, .png or .jpg (default: PNG to standard output)"},
	{'d', "directory", "DIR", "write every picture into DIR, under its own name"},
	{OPT_CROPS, "crops", "DIR", "write every face into DIR, upright and cut out"},
	{OPT_CROP_SIZE, "crop-size", "PX", "sides of those (default 48, what the model sees)"},
	{OPT_SCALE, "scale", "X", "enlarge pictures (default: small ones, so that labels are legible)"},
	{OPT_NO_LABELS, "no-labels", NULL, "draw boxes and landmarks only"},
	SANDBOX_OPTION,
	{0},
};

static const struct cli tool = {
	"fer-draw",
	"[OPTION]... [RECORDS]...",
	"fer-detect --landmarks photo.jpg | fer-draw -o marked.png",
	"Draws the faces in RECORDS, lines of fer-detect (default: standard input), into the pictures "
	"that they name: box, landmarks where the lines have them, emotion and probability.",
	options,
};

static struct {
	const char *output, *directory, *crops; /* NULL: not given */
	int crop_size, format; /* format: of output */
	struct marks_style style;
} opt = {.crop_size = 48};

static struct {
	struct names names; /* given to files so far */
	size_t done;
	int status;
} run;

static void parse_options(struct cli_args *a)
{
	for (int key; (key = cli_next(a));)
		switch (key) {
		case 'o': opt.output = a->value; break;
		case 'd': opt.directory = a->value; break;
		case OPT_CROPS: opt.crops = a->value; break;
		case OPT_CROP_SIZE: opt.crop_size = (int)cli_long(a, 8, 4096); break;
		case OPT_SCALE: opt.style.scale = cli_double(a, 0.01, 16); break;
		case OPT_NO_LABELS: opt.style.no_labels = 1; break;
		}
	if (opt.output && opt.directory)
		usage_error("--output and --directory exclude each other");
	if (!opt.output && !opt.directory && !opt.crops) {
		if (isatty(STDOUT_FILENO))
			usage_error("where to? Give -o FILE.png, -d DIR, or redirect standard output");
		opt.output = "-";
	}
	if (opt.output && strcmp(opt.output, "-") &&
	    (opt.format = emo_image_format_of(opt.output)) < 0)
		usage_error("--output: '%s' ends neither in .png nor in .jpg", opt.output);
}

static void make_folder(const char *path)
{
	if (path && mkdir(path, 0777) < 0 && errno != EEXIST)
		die("%s: cannot make the folder:", path);
}

/*
 * A drawn picture never takes the place of the one it was made from; and where its name was made
 * here, of no file but an earlier drawing.
 */
static int check_target(const char *path, const char *from)
{
	struct stat st;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	if (cli_same_file(path, from))
		return emo_fail("%s: would replace the picture itself", path);
	if (path == opt.output)
		return 0;
	if (opt.output && cli_same_file(path, opt.output))
		return emo_fail("%s: would replace the output", path);
	if (!emo_image_made_by(path, tool.name))
		return emo_fail("%s: is there, and fer-draw did not write it: not replaced", path);
	return 0;
}

static int save(const struct emo_image *img, const char *path, int format, const char *from)
{
	if (check_target(path, from) < 0)
		return -1;
	return emo_image_save(img, path, (enum emo_image_format)format, tool.name);
}

static int draw(const struct group *g, const struct emo_image *img)
{
	char *own = opt.output ? NULL : names_new(&run.names, opt.directory, g->file, 0);
	const char *path = opt.output ? opt.output : own;
	int format = opt.output ? opt.format : emo_image_format_of(path), status;
	struct emo_image out;

	if (!marks_any(g->r, g->n) && !(opt.style.scale > 0)) {
		status = save(img, path, format, g->file);
	} else if ((status = marks_draw(&out, img, g->r, g->n, &opt.style)) < 0) {
		emo_fail("%s: %s", g->file, emo_error());
	} else {
		status = save(&out, path, format, g->file);
		emo_image_done(&out);
	}
	free(own);
	return status;
}

static int cut_out(const struct group *g, const struct emo_image *img)
{
	int side = opt.crop_size, status = 0;
	struct emo_image out;

	if (emo_image_init(&out, side, side, 1) < 0)
		return -1;
	for (size_t i = 0; i < g->n && status == 0; i++) {
		const struct emo_record *r = &g->r[i];
		struct emo_face face = {r->x, r->y, r->w, r->h, r->score, {{0}}};
		char *path;

		if (r->face <= 0)
			continue;
		memcpy(face.mark, r->mark, sizeof face.mark);
		if (emo_face_crop(out.px, side, img, &face, NULL) < 0) {
			status = emo_fail("%s: face %d: %s", g->file, r->face, emo_error());
			break;
		}
		path = names_new(&run.names, opt.crops, g->file, r->face);
		status = save(&out, path, EMO_IMAGE_PNG, g->file);
		free(path);
	}
	emo_image_done(&out);
	return status;
}

/* -1 where a face has no box, or one that cannot be in this picture: it must be another one now. */
static int check_boxes(const struct group *g, const struct emo_image *img)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct emo_record *r = &g->r[i];

		if (r->face <= 0)
			continue;
		if (!marks_any(r, 1))
			return emo_fail("%s: face %d has no box", g->file, r->face);
		if (!(r->x < (float)img->w && r->y < (float)img->h && r->x + r->w > 0 &&
		      r->y + r->h > 0))
			return emo_fail("%s: the box %g,%g,%g,%g of face %d is outside the picture "
					"of %d x %d pixels", g->file, (double)r->x, (double)r->y,
					(double)r->w, (double)r->h, r->face, img->w, img->h);
	}
	return 0;
}

/* Whatever the file is, opening it would give the first frame, and faces are those of all. */
static int is_stream(const struct group *g)
{
	for (size_t i = 0; i < g->n; i++)
		if (isfinite(g->r[i].time))
			return 1;
	return 0;
}

static int process(const struct group *g)
{
	struct emo_image img;
	int status;

	if (!g->file)
		return emo_fail("records without the name of a picture");
	if (is_stream(g))
		return emo_fail("%s: is a stream by its times; fer-draw draws pictures", g->file);
	if (strcmp(g->file, "-") == 0)
		return emo_fail("-: was standard input, which cannot be read again; name a file");
	if (emo_image_load(&img, g->file) < 0)
		return -1;
	status = check_boxes(g, &img);
	if (status == 0 && (opt.output || opt.directory))
		status = draw(g, &img);
	if (status == 0 && opt.crops)
		status = cut_out(g, &img);
	emo_image_done(&img);
	return status;
}

int main(int argc, char **argv)
{
	static char dash[] = "-", *standard_input[] = {dash};
	struct cli_args a = cli_start(&tool, argc, argv);
	const struct group *g, *next;
	struct groups *all;

	parse_options(&a);
	make_folder(opt.directory);
	make_folder(opt.crops);
	if (opt.directory && opt.crops && cli_same_file(opt.directory, opt.crops))
		opt.crops = opt.directory; /* so that names there are told apart by how they read */
	sandbox_reads("/"); /* pictures are named in the records; and fonts */
	sandbox_refuses();
	sandbox_writes(opt.directory);
	sandbox_writes(opt.crops);
	sandbox_enter(opt.output);
	all = groups_new(a.nfiles ? a.files : standard_input, a.nfiles ? a.nfiles : 1);
	for (g = groups_next(all); g; g = next) {
		next = groups_next(all);
		if (opt.output && next)
			usage_error("the records name more than one picture (%s, %s); use "
				    "--directory", g->file ? g->file : "?",
				    next->file ? next->file : "?");
		if (process(g) < 0) {
			warn("%s", emo_error());
			run.status = CLI_FAILED;
		}
		run.done++;
	}
	if (groups_failed(all))
		run.status = CLI_FAILED;
	if (!run.done && !run.status)
		warn("no record: nothing to draw");
	groups_end(all);
	names_done(&run.names);
	return cli_end(run.status || run.done ? run.status : CLI_NOTHING);
}
