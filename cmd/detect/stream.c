/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* F_SETPIPE_SZ */
#include "stream.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "face/track.h"
#include "fer/follow.h"
#include "newest.h"

#define DEFAULT_RATE 25 /* frames a second: what ffmpeg takes pictures for */

struct run {
	const struct stream_how *how;
	const char *name;
	struct emo_stream *stream;
	struct newest *newest; /* NULL: every frame counts */
	struct emo_tracks *tracks;
	struct emo_smooth *smooth;
	struct findings found;
	double due; /* time of the next frame to look at, for --fps */
	size_t taken; /* frames that came, damaged ones aside */
	size_t read, bad, passed; /* passed: over, unread, for --every or --fps */
};

int stream_option(struct stream_how *how, int key, const struct cli_args *a)
{
	if (key < STREAM_ON || key > STREAM_SMOOTH)
		return 0;
	how->given |= key != STREAM_ON;
	switch (key) {
	case STREAM_ON: how->on = 1; break;
	case STREAM_LIVE: how->live = 1; break;
	case STREAM_RATE: how->rate = cli_double(a, 0.001, 100000); break;
	case STREAM_FPS: how->fps = cli_double(a, 0.001, 100000); break;
	case STREAM_EVERY: how->every = cli_long(a, 1, 1000000000); break;
	case STREAM_SMOOTH: how->smooth = cli_seconds(a); break;
	}
	return 1;
}

/* The next frame and its time; as emo_stream_next. */
static int next_frame(struct run *r, struct emo_frame *f, double *time)
{
	double rate;
	int got;

	if (r->newest)
		return newest_next(r->newest, f, time);
	if ((got = emo_stream_next(r->stream, f)) <= 0)
		return got;
	rate = emo_stream_rate(r->stream);
	if (!(rate > 0))
		rate = r->how->rate > 0 ? r->how->rate : DEFAULT_RATE;
	*time = (double)f->number / rate;
	return got;
}

/* Whether --every and --fps let a frame pass. Frames are a little early now and then. */
static int is_due(struct run *r, const struct emo_frame *f, double time)
{
	/* of a camera those that were dropped do not count: chance would choose */
	size_t number = r->newest ? r->taken : f->number;
	double step;

	r->taken++;
	if (number % (size_t)r->how->every)
		return 0;
	if (!(r->how->fps > 0))
		return 1;
	step = 1 / r->how->fps;
	if (time < r->due - 1e-6)
		return 0;
	r->due = step * (floor((time + 1e-6) / step) + 1);
	return 1;
}

static void complete(struct run *r, double time, int w, int h)
{
	for (size_t i = 0; i < r->found.n; i++) {
		struct emo_record *rec = &r->found.records[i];

		rec->time = time;
		rec->frame_w = w;
		rec->frame_h = h;
		if (emo_smooth_apply(r->smooth, rec) < 0)
			die("%s", emo_error());
		if (rec->face > 0 && r->how->min_confidence >= 0)
			rec->sure = rec->confidence >= r->how->min_confidence;
	}
	for (size_t i = 0; i < r->found.ncomplaints; i++)
		warn("%.2f s: %s", time, r->found.complaints[i]);
	for (size_t i = 0; i < r->found.ncomplaints; i++)
		free(r->found.complaints[i]);
	r->found.ncomplaints = 0;
	if (r->found.records[0].face == EMO_FACE_UNREAD)
		r->bad++;
	else
		r->read++;
}

static void look_at(struct run *r, struct finder *finder, const struct emo_frame *f, double time)
{
	struct emo_picture *p = emo_picture_parse(f->data, f->len, r->name);
	int w = 0, h = 0;

	if (p) {
		emo_picture_size(p, &w, &h);
		finder_follow(finder, r->tracks, time);
		finder_look(finder, &r->found, r->name, p);
	} else {
		findings_empty(&r->found);
		findings_complain(&r->found);
		findings_add(&r->found, r->name, EMO_FACE_UNREAD);
	}
	complete(r, time, w, h);
	emo_picture_free(p);
}

static int open_stream(const char *name)
{
	if (strcmp(name, "-") && strcmp(name, "/dev/stdin"))
		return open(name, O_RDONLY | O_CLOEXEC);
	if (isatty(STDIN_FILENO))
		usage_error("-: standard input is a terminal, not a stream of frames");
	return STDIN_FILENO;
}

/* The newest frame only, also for a slow reader: a pipe has room for hundreds of lines otherwise. */
static void begin_live(struct run *r)
{
#ifdef F_SETPIPE_SZ
	fcntl(STDOUT_FILENO, F_SETPIPE_SZ, 4096); /* fails when it is no pipe */
#endif
	r->newest = newest_new(r->stream);
}

int stream_run(const struct stream_how *how, const char *name, struct finder *finder,
	       void deliver(const struct findings *what))
{
	struct run r = {.how = how, .name = name};
	struct emo_frame f;
	double time;
	int fd = open_stream(name), got;

	if (fd < 0)
		return emo_fail("%s:", name);
	r.stream = emo_stream_new(fd, fd == STDIN_FILENO ? "(stdin)" : name);
	r.tracks = emo_tracks_new();
	r.smooth = emo_smooth_new(how->smooth);
	if (!r.stream || !r.tracks || !r.smooth)
		die("%s", emo_error());
	if (how->live)
		begin_live(&r);
	while ((got = next_frame(&r, &f, &time))) {
		if (got < 0) {
			warn("%s", emo_error());
			r.bad++;
		} else if (is_due(&r, &f, time)) {
			look_at(&r, finder, &f, time);
			deliver(&r.found);
		} else {
			r.passed++;
		}
	}
	finder_follow(finder, NULL, 0); /* the tracks end here */
	newest_free(r.newest);
	emo_stream_free(r.stream);
	emo_tracks_free(r.tracks);
	emo_smooth_free(r.smooth);
	findings_done(&r.found);
	if (fd != STDIN_FILENO)
		close(fd);
	if (r.read || r.passed)
		return 0;
	return emo_fail(r.bad ? "%s: no frame could be read" : "%s: no frames", name);
}
