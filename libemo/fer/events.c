/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "fer/follow.h"
#include "fer/persons.h"

#define LOST 0.25 /* seconds without a face, after which its expression begins anew */

/* Frames in a row that one emotion leads in. */
struct run {
	int face;
	int begun, whole; /* whole: its first frame was seen, another emotion led before */
	int frames, emotion;
	float confidence;
	double onset, peak, last;
};

struct emo_events {
	int one;
	double now;
	struct emo_persons runs;
	emo_event_use *use;
	void *arg;
};

struct emo_events *emo_events_new(int one, emo_event_use *use, void *arg)
{
	struct emo_events *ev = emo_calloc(1, sizeof *ev);

	if (ev)
		*ev = (struct emo_events){
			.one = one, .runs = {.size = sizeof(struct run)}, .use = use, .arg = arg};
	return ev;
}

void emo_events_free(struct emo_events *ev)
{
	if (!ev)
		return;
	free(ev->runs.entry);
	free(ev);
}

static void end_run(const struct emo_events *ev, const struct run *run, const struct emo_record *r)
{
	struct emo_event e = {r->file,	  r->face,    run->emotion, run->confidence,
			      run->onset, run->peak,  r->time};

	if (run->whole && run->frames >= 2 && run->emotion != EMO_NEUTRAL &&
	    run->confidence >= EMO_EVENT_PEAK && e.end - e.onset < EMO_EVENT_LONGEST - 1e-6)
		ev->use(ev->arg, &e);
}

static void begin_run(struct run *run, int emotion, double time, int whole)
{
	*run = (struct run){.face = run->face,
			    .begun = 1,
			    .whole = whole,
			    .emotion = emotion,
			    .onset = time};
}

static void forget(struct emo_events *ev)
{
	for (size_t i = ev->runs.n; i-- > 0;) {
		const struct run *run = emo_persons_get(&ev->runs, i);

		if (ev->now - run->last > LOST)
			emo_persons_drop(&ev->runs, i);
	}
}

int emo_events_put(struct emo_events *ev, const struct emo_record *r)
{
	struct run *run;
	int top;

	if (!r) {
		ev->runs.n = 0;
		return 0;
	}
	if (!isfinite(r->time))
		return emo_fail("a record without a time is no event");
	if (r->time < ev->now)
		ev->runs.n = 0;
	if (r->time != ev->now) {
		ev->now = r->time;
		forget(ev);
	}
	if (r->face <= 0 || r->emotion < 0)
		return 0;
	if (!(run = emo_persons_at(&ev->runs, ev->one ? 1 : r->face)))
		return -1;
	top = emo_emotion_top(r->mood);
	if (!run->begun) {
		begin_run(run, top, r->time, 0);
	} else if (top != run->emotion) {
		end_run(ev, run, r);
		begin_run(run, top, r->time, 1);
	}
	run->frames++;
	run->last = r->time;
	if (r->mood[top] > run->confidence) {
		run->confidence = r->mood[top];
		run->peak = r->time;
	}
	return 0;
}
