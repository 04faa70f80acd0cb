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
#include "detect/options.h"
#include "detect/queue.h"
#include "record.h"
#include "sandbox.h"
#include "table.h"

static struct detect opt;

static struct {
	struct queue *queue;
	struct emo_record_writer out;
	size_t nfaces; /* written so far */
	int status;
} run;

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

/* -1 after a message: not all of the list could be read. */
static int add_all(const struct cli_args *a)
{
	for (int i = 0; i < a->nfiles; i++)
		add(a->files[i]);
	if (opt.list)
		return cli_read_names(opt.list, opt.null ? '\0' : '\n', add);
	if (!a->nfiles && opt.boxes_file)
		for (size_t i = 0; i < opt.boxes.nfiles; i++)
			add(opt.boxes.files[i]);
	else if (!a->nfiles)
		add((char[]){"-"});
	return 0;
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
	struct cli_args a = cli_start(&detect_tool, argc, argv);
	struct emo_pool *pool;
	int listed;

	detect_options(&opt, &a);
	enter_sandbox(&a);
	settle_inputs(&a);
	if (!(pool = emo_pool_new(opt.jobs > 1 ? 1 : opt.threads)))
		die("%s", emo_error());
	set_up_output();
	if (opt.stream.on) {
		follow_all(&a, pool);
	} else {
		run.queue = queue_new(opt.jobs, &opt.how, pool, deliver);
		listed = add_all(&a);
		queue_end(run.queue); /* what was named before a list turned bad is told */
		if (listed < 0)
			run.status = CLI_FAILED;
	}
	if (!run.out.lines && !run.status && (opt.list || opt.boxes_file))
		warn("%s: names no picture", opt.list ? opt.list : opt.boxes_file);
	emo_pool_free(pool);
	boxes_done(&opt.boxes);
	return cli_end(run.status || run.nfaces ? run.status : CLI_NOTHING);
}
