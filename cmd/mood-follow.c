/* SPDX-License-Identifier: MIT */
/* mood-follow: the records of a stream in, fewer and steadier ones out. See mood-follow(1). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "cli.h"
#include "fer/follow.h"
#include "follow/events.h"
#include "follow/options.h"
#include "record.h"
#include "sandbox.h"
#include "table.h"

static struct follow opt;

static struct {
	struct emo_window *window;
	struct emo_hold *hold;
	struct emo_driver *driver;
	struct emo_events *events;
	struct emo_record_writer out;
	struct table table;
	struct emo_record last; /* what the hold handed on last, when has_last */
	int has_last, face, told; /* face: seen last; told: of the pin, in this stream */
	char *file;		  /* the stream's */
	double now;
	size_t done;
	int status;
} run = {.now = NAN};

static void write_record(const struct emo_record *r)
{
	run.done += r->face > 0;
	if (emo_record_write(&run.out, r) < 0)
		die("%s", emo_error());
}

/* A line with the mood that is pinned, in the place of r. */
static void write_pinned(const struct emo_record *r)
{
	struct emo_record p = *r;

	memcpy(p.mood, opt.pin.mood, sizeof p.mood);
	p.emotion = emo_emotion_top(p.mood);
	p.confidence = p.mood[p.emotion];
	p.sure = -1;
	p.reason = "pinned";
	write_record(&p);
}

/* The end of the chain. A pinned mood does not change, so that with --hold it is told once. */
static void finish(void *arg, const struct emo_record *r)
{
	(void)arg;
	if (opt.hold >= 0) {
		run.last = *r;
		run.has_last = 1;
	}
	if (!opt.pin.on || r->face <= 0)
		write_record(r);
	else if (opt.hold < 0)
		write_pinned(r);
}

static void check(int status)
{
	if (status < 0)
		die("%s", emo_error());
}

static void hold(void *arg, const struct emo_record *r)
{
	if (run.hold)
		check(emo_hold_put(run.hold, r));
	else
		finish(arg, r);
}

static void follow(void *arg, const struct emo_record *r)
{
	if (run.events)
		check(emo_events_put(run.events, r));
	else if (run.window)
		check(emo_window_put(run.window, r));
	else
		hold(arg, r);
}

static void show_event(void *arg, const struct emo_event *e)
{
	(void)arg;
	events_row(&run.table, e);
	run.done++;
}

/* With --hold, a mood that was just pinned, or taken away, is told at once. */
static void tell_pin(const struct emo_record *r)
{
	struct emo_record now = *r;
	int changed = pin_look(&opt.pin) || (opt.pin.on && !run.told);

	if (r->face > 0)
		run.face = r->face;
	if (!changed || opt.hold < 0)
		return;
	run.told = 1;
	if (opt.pin.on) {
		now.face = run.face > 0 ? run.face : 1;
		write_pinned(&now);
	} else if (run.has_last) {
		now = run.last;
		now.time = r->time;
		now.reason = "released";
		write_record(&now);
	}
}

static void end_stream(void)
{
	if (run.driver)
		emo_driver_put(run.driver, NULL);
	if (run.window)
		emo_window_put(run.window, NULL);
	if (run.hold)
		emo_hold_put(run.hold, NULL);
	if (run.events)
		emo_events_put(run.events, NULL);
	run.has_last = run.told = run.face = 0;
	run.now = NAN;
}

/* The filters keep records, and with them this name, until the stream ends. */
static void begin_stream(const char *file)
{
	end_stream();
	free(run.file);
	run.file = NULL;
	if (file && !(run.file = emo_strdup(file)))
		die("%s", emo_error());
}

static int same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void take(struct emo_record *r)
{
	if (isnan(run.now) || r->time < run.now || !same(r->file, run.file))
		begin_stream(r->file);
	run.now = r->time;
	r->file = run.file;
	r->reason = NULL;
	tell_pin(r);
	if (run.driver)
		check(emo_driver_put(run.driver, r));
	else
		follow(NULL, r);
}

static void complain(void)
{
	warn("%s", emo_error());
	run.status = CLI_FAILED;
}

static void read_records(const char *path)
{
	int is_stdin = strcmp(path, "-") == 0, got, timeless = 0;
	const char *name = is_stdin ? "(stdin)" : path;
	FILE *file = is_stdin ? stdin : fopen(path, "r");
	struct emo_record_reader *reader;
	struct emo_record r;

	if (!file) {
		warn("%s:", path);
		run.status = CLI_FAILED;
		return;
	}
	if (!(reader = emo_record_reader_new(file, name)))
		die("%s", emo_error());
	while ((got = emo_record_read(reader, &r)))
		if (got < 0) {
			complain();
		} else if (isfinite(r.time)) {
			take(&r);
		} else if (!timeless++) {
			emo_fail("%s:%zu: a line without a time; only records of a stream have one",
				 name, emo_record_line(reader));
			complain();
		}
	if (timeless > 1)
		warn("%s: %d lines have no time", name, timeless);
	end_stream();
	emo_record_reader_free(reader);
	if (!is_stdin)
		fclose(file);
}

static void set_up(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0); /* someone is waiting */
	run.out = (struct emo_record_writer){
		.file = stdout,
		.color = cli_wants_color(STDOUT_FILENO),
		.frame = opt.driver,
		.shares = opt.window > 0,
		.reason = opt.hold >= 0 || opt.pinned,
		.format = opt.format != TABLE_AUTO	    ? (enum emo_format)opt.format
			  : cli_is_terminal(STDOUT_FILENO) ? EMO_TEXT
							   : EMO_TSV};
	if ((opt.events && !(run.events = emo_events_new(opt.driver, show_event, NULL))) ||
	    (opt.window > 0 &&
	     !(run.window = emo_window_new(opt.window, opt.driver, hold, NULL))) ||
	    (opt.hold >= 0 && !(run.hold = emo_hold_new(opt.hold, opt.driver, finish, NULL))) ||
	    (opt.driver && !(run.driver = emo_driver_new(follow, NULL))))
		die("%s", emo_error());
	if (opt.events)
		run.table = events_table(opt.format);
}

int main(int argc, char **argv)
{
	struct cli_args a = cli_start(&follow_tool, argc, argv);

	follow_options(&opt, &a);
	if (opt.pin.file) /* which comes and goes */
		sandbox_reads("/");
	for (int i = 0; i < a.nfiles; i++)
		sandbox_reads(a.files[i]);
	sandbox_enter(NULL);
	set_up();
	for (int i = 0; i < a.nfiles; i++)
		read_records(a.files[i]);
	if (!a.nfiles)
		read_records("-");
	if (!run.status && !run.done)
		warn(opt.events ? "no brief expression" : "no record with a face");
	emo_driver_free(run.driver);
	emo_window_free(run.window);
	emo_hold_free(run.hold);
	emo_events_free(run.events);
	free(run.file);
	return cli_end(run.status || run.done ? run.status : CLI_NOTHING);
}
