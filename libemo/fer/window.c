/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "fer/follow.h"
#include "fer/persons.h"

struct seen {
	int face;
	struct emo_record last;
	int frames;
	int top[EMO_EMOTIONS]; /* frames that each emotion led in */
	double sum[EMO_EMOTIONS];
};

struct emo_window {
	double seconds, begin, now;
	double index; /* of the window that is open, from 0 */
	int started, one;
	struct emo_record empty; /* the last frame without a face, if there was one */
	int nempty;
	struct emo_persons seen;
	emo_record_use *use;
	void *arg;
};

struct emo_window *emo_window_new(double seconds, int one, emo_record_use *use, void *arg)
{
	struct emo_window *w;

	if (!(seconds > 0)) {
		emo_fail("a window of %g seconds holds no frame", seconds);
		return NULL;
	}
	if (!(w = emo_calloc(1, sizeof *w)))
		return NULL;
	*w = (struct emo_window){.seconds = seconds,
				 .one = one,
				 .seen = {.size = sizeof(struct seen)},
				 .use = use,
				 .arg = arg};
	return w;
}

void emo_window_free(struct emo_window *w)
{
	if (!w)
		return;
	free(w->seen.entry);
	free(w);
}

static void hand_on(const struct emo_window *w, const struct seen *s, double end)
{
	struct emo_record r = s->last;

	for (int i = 0; i < 2 * EMO_MARKS; i++)
		r.mark[i / 2][i % 2] = NAN;
	r.sure = -1;
	r.time = end;
	r.frames = s->frames;
	for (int e = 0; e < EMO_EMOTIONS; e++) {
		r.mood[e] = (float)(s->sum[e] / s->frames);
		r.share[e] = (float)s->top[e] / (float)s->frames;
	}
	r.emotion = emo_emotion_top(r.mood);
	r.confidence = r.mood[r.emotion];
	w->use(w->arg, &r);
}

static void close_window(struct emo_window *w, double end)
{
	for (size_t i = 0; i < w->seen.n; i++)
		hand_on(w, emo_persons_get(&w->seen, i), end);
	if (!w->seen.n && w->nempty) {
		w->empty.time = end;
		w->empty.frames = w->nempty;
		w->use(w->arg, &w->empty);
	}
	w->seen.n = 0;
	w->nempty = 0;
}

/* Opens the window that a time is in, after closing the one before. */
static void move_to(struct emo_window *w, double time)
{
	double index;

	if (w->started && time < w->now) {
		close_window(w, w->now);
		w->started = 0;
	}
	if (!w->started) {
		w->begin = time;
		w->index = 0;
		w->started = 1;
	}
	/* times have three decimals: a frame on the edge belongs to the window that begins there */
	index = floor((time - w->begin) / w->seconds + 1e-6);
	if (index > w->index) {
		close_window(w, w->begin + (w->index + 1) * w->seconds);
		w->index = index;
	}
	w->now = time;
}

int emo_window_put(struct emo_window *w, const struct emo_record *r)
{
	struct seen *s;

	if (!r) {
		close_window(w, w->now);
		w->started = 0;
		return 0;
	}
	if (!isfinite(r->time))
		return emo_fail("a record without a time belongs to no window");
	move_to(w, r->time);
	if (r->face <= 0 || r->emotion < 0) {
		w->empty = *r;
		w->nempty++;
		return 0;
	}
	if (!(s = emo_persons_at(&w->seen, w->one ? 1 : r->face)))
		return -1;
	s->last = *r;
	s->frames++;
	s->top[emo_emotion_top(r->mood)]++;
	for (int e = 0; e < EMO_EMOTIONS; e++)
		s->sum[e] += r->mood[e];
	return 0;
}
