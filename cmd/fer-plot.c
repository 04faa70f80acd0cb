/* SPDX-License-Identifier: MIT */
/* fer-plot: what fer-train and fer-eval wrote, as a picture. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli.h"
#include "plot/charts.h"
#include "sandbox.h"

#define MOST_BYTES  ((size_t)64 << 20) /* of an input */
#define MOST_PIXELS 1e8
#define MOST_SIDE   32767 /* cairo's */
#define LEAST_SIDE  100

enum { KIND = CLI_LONG, TITLE, SIZE, SCALE };

static const struct cli_option options[] = {
	{'o', "output", "FILE", "the picture, .png or .svg (default: PNG to standard output)"},
	{KIND, "kind", "curves|confusion|reliability|auto",
	 "what to draw (default auto: what the input is for)"},
	{TITLE, "title", "TEXT", "what stands above the picture"},
	{SIZE, "size", "WxH", "in pixels, e.g. 800x600 (default: fits the kind)"},
	{SCALE, "scale", "X", "enlarge everything, e.g. 2 for sharp print (default 1)"},
	{'f', "format", "FORMAT", "png or svg (default: as the name of the output says)"},
	SANDBOX_OPTION,
	{0},
};

static const struct cli tool = {
	"fer-plot", "[OPTION]... [FILE]...", "fer-plot log.csv -o curves.png",
	"Draws the logs of fer-train --log as learning curves, several in one picture for comparison, "
	"and a report of fer-eval --format=json as a confusion matrix or a reliability diagram.",
	options,
};

enum { CURVES, CONFUSION, RELIABILITY, AUTO };
static const char *const kinds[] = {"curves", "confusion", "reliability", "auto", NULL};

struct settings {
	struct canvas_file file; /* w and h 0: as the kind wants */
	const char *title;
	int kind;
	char **inputs;
	int ninputs;
};

struct input {
	const char *name; /* for messages and legends */
	char *text;
	size_t len;
	int is_report;
};

static void parse_size(const struct cli_args *a, struct canvas_file *f)
{
	const char *x = strpbrk(a->value, "xX");
	char width[16];
	long w, h;

	emo_snprintf(width, sizeof width, "%.*s", x ? (int)(x - a->value) : 0, a->value);
	if (!x || emo_parse_long(&w, width) < 0 || emo_parse_long(&h, x + 1) < 0)
		usage_error("--size: '%s' is not width and height such as 800x600", a->value);
	if (w < LEAST_SIDE || h < LEAST_SIDE || w > MOST_SIDE || h > MOST_SIDE)
		usage_error("--size: %ldx%ld is not within %dx%d .. %dx%d", w, h, LEAST_SIDE,
			    LEAST_SIDE, MOST_SIDE, MOST_SIDE);
	f->w = (double)w;
	f->h = (double)h;
}

static int ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && strcasecmp(name + n - m, end) == 0;
}

/* Where to and in which form; format: 0 png, 1 svg, -1 not said. */
static void settle_output(struct canvas_file *f, int format)
{
	if (!f->path && isatty(STDOUT_FILENO))
		usage_error("where to? Give -o FILE.png or FILE.svg, or redirect standard output");
	if (!f->path)
		f->path = "-";
	f->svg = format >= 0 ? format : ends_with(f->path, ".svg");
	if (format < 0 && strcmp(f->path, "-") && !f->svg && !ends_with(f->path, ".png"))
		usage_error("--output: '%s' ends neither in .png nor in .svg; which --format?",
			    f->path);
}

static struct settings parse_options(int argc, char **argv)
{
	static const char *const formats[] = {"png", "svg", NULL};
	static char dash[] = "-", *standard_input[] = {dash};
	struct settings s = {.file = {.scale = 1}, .kind = AUTO};
	struct cli_args a = cli_start(&tool, argc, argv);
	int format = -1;

	for (int opt; (opt = cli_next(&a));)
		switch (opt) {
		case 'o': s.file.path = a.value; break;
		case KIND: s.kind = cli_word(&a, kinds); break;
		case TITLE: s.title = a.value; break;
		case SIZE: parse_size(&a, &s.file); break;
		case SCALE: s.file.scale = cli_double(&a, 0.25, 16); break;
		case 'f': format = cli_word(&a, formats); break;
		}
	settle_output(&s.file, format);
	s.inputs = a.nfiles ? a.files : standard_input;
	s.ninputs = a.nfiles ? a.nfiles : 1;
	return s;
}

static struct input read_input(const char *path)
{
	int is_stdin = strcmp(path, "-") == 0;
	struct input in = {.name = is_stdin ? "(stdin)" : path};
	struct emo_in *f;
	size_t cap = 0, start = 0;
	long got;

	if (is_stdin && cli_is_terminal(STDIN_FILENO))
		warn("reading from the terminal; Ctrl-D ends");
	if (!(f = emo_in_open(path)))
		die("%s", emo_error());
	do {
		if (in.len > MOST_BYTES)
			die("%s: larger than %zu bytes", in.name, MOST_BYTES);
		if (emo_grow(&in.text, &cap, in.len + 65536, 1) < 0)
			die("%s: out of memory", in.name);
		if ((got = emo_in_read(f, in.text + in.len, 65536)) < 0)
			die("%s", emo_error());
		in.len += (size_t)got;
	} while (got > 0);
	emo_in_close(f);
	while (start < in.len && isspace((unsigned char)in.text[start]))
		start++;
	in.is_report = start < in.len && in.text[start] == '{';
	return in;
}

struct size {
	double w, h;
};

/*
 * Fills in the size where none was wanted, and keeps the picture within what can be drawn. What is
 * smaller than `least` is laid out at that and reduced, so that nothing overlaps.
 */
static void settle_size(struct canvas_file *f, struct size usual, struct size least)
{
	double w, h, reduced;

	if (f->w == 0) {
		f->w = usual.w;
		f->h = usual.h;
	}
	w = f->w * f->scale;
	h = f->h * f->scale;
	if (w > MOST_SIDE || h > MOST_SIDE || w * h > MOST_PIXELS)
		usage_error("--size, --scale: %.0f x %.0f pixels are too many; at most %d a side and "
			    "%.0f million", w, h, MOST_SIDE, MOST_PIXELS / 1e6);
	reduced = fmax(1, fmax(least.w / f->w, least.h / f->h));
	f->w *= reduced;
	f->h *= reduced;
	f->scale /= reduced;
}

static int plot_report(struct settings *s, const struct input *in)
{
	static struct scores scores;
	struct judgement j = {.scores = &scores, .title = s->title};
	struct size usual = {540, 790}, least = {520, 480};

	scores_read(&scores, in->text, in->len, in->name);
	if ((s->kind == RELIABILITY ? scores.predicted : scores.n) == 0) {
		warn("%s: no face was judged", in->name);
		return CLI_NOTHING;
	}
	if (s->kind != RELIABILITY) {
		confusion_size(&scores, &usual.w, &usual.h);
		least = (struct size){0.75 * usual.w, 0.75 * usual.h};
	}
	settle_size(&s->file, usual, least);
	canvas_write(&s->file, s->kind == RELIABILITY ? draw_reliability : draw_confusion, &j);
	return CLI_OK;
}

static int plot_logs(struct settings *s, const struct input *in, int n)
{
	struct run runs[CHARTS_RUNS];
	struct curves curves = {.runs = runs, .n = (size_t)n, .title = s->title};
	int status = CLI_OK;

	for (int i = 0; i < n; i++) {
		runs[i] = run_read(in[i].text, in[i].len, in[i].name);
		if (runs[i].n == 0) {
			warn("%s: no epoch yet", in[i].name);
			status = CLI_NOTHING;
		}
	}
	settle_size(&s->file, (struct size){860, 870}, (struct size){560, 520 + 20.0 * n});
	if (status == CLI_OK)
		canvas_write(&s->file, draw_curves, &curves);
	for (int i = 0; i < n; i++)
		free(runs[i].epochs);
	return status;
}

int main(int argc, char **argv)
{
	struct settings s = parse_options(argc, argv);
	struct input in[CHARTS_RUNS] = {{0}};
	int reports = 0, status;

	sandbox_reads("/"); /* fonts are anywhere */
	sandbox_refuses();
	sandbox_enter(s.file.path);
	if (s.ninputs > CHARTS_RUNS)
		usage_error("one picture compares at most %d logs, not %d", CHARTS_RUNS, s.ninputs);
	for (int i = 0; i < s.ninputs; i++) {
		in[i] = read_input(s.inputs[i]);
		reports += in[i].is_report;
		if (in[i].is_report && s.kind == CURVES)
			die("%s: is a report; curves need a log of fer-train --log", in[i].name);
		if (!in[i].is_report && (s.kind == CONFUSION || s.kind == RELIABILITY))
			die("%s: is no report; this kind needs one of fer-eval --format=json",
			    in[i].name);
	}
	if (reports && s.ninputs > 1)
		usage_error("one report makes one picture; only logs are compared");
	status = reports ? plot_report(&s, in) : plot_logs(&s, in, s.ninputs);
	for (int i = 0; i < s.ninputs; i++)
		free(in[i].text);
	return cli_end(status);
}
