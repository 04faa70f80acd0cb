/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "fer/follow.h"
#include "fer/persons.h"

#define PASSAGE 0.5 /* seconds that a smoothed mood may take to a clear lead, and that count */
#define FORGET	10 /* seconds after which a face that left is forgotten, or the hold if longer */

struct held {
	int face;
	int known, emotion;  /* known: something was handed on, of this emotion */
	double since, seen;  /* first and last record */
	double away;	     /* seconds for which others led */
	double passing;	     /* for which they have led by too little */
	int led;	     /* others led in the record before */
	int n;		     /* records in the sum */
	double sum[EMO_EMOTIONS];
	struct emo_record last;
};

struct emo_hold {
	double seconds, now;
	double step, before; /* between the frames now and before, and between those before */
	int started, one;
	struct emo_persons held;
	emo_record_use *use;
	void *arg;
};

struct emo_hold *emo_hold_new(double seconds, int one, emo_record_use *use, void *arg)
{
	struct emo_hold *h = emo_calloc(1, sizeof *h);

	if (!h)
		return NULL;
	*h = (struct emo_hold){.seconds = seconds,
			       .one = one,
			       .held = {.size = sizeof(struct held)},
			       .use = use,
			       .arg = arg};
	return h;
}

void emo_hold_free(struct emo_hold *h)
{
	if (!h)
		return;
	free(h->held.entry);
	free(h);
}

static void add(struct held *p, const float *mood)
{
	p->n++;
	for (int e = 0; e < EMO_EMOTIONS; e++)
		p->sum[e] += mood[e];
}

static void clear(struct held *p)
{
	p->away = 0;
	p->n = 0;
	for (int e = 0; e < EMO_EMOTIONS; e++)
		p->sum[e] = 0;
}

/* Hands on the mean of what was added, unless its emotion is the one that is held already. */
static void hand_on(const struct emo_hold *h, struct held *p, const char *reason)
{
	struct emo_record r = p->last;

	for (int e = 0; e < EMO_EMOTIONS; e++)
		r.mood[e] = (float)(p->sum[e] / p->n);
	clear(p);
	r.emotion = emo_emotion_top(r.mood);
	if (p->known && r.emotion == p->emotion)
		return;
	r.confidence = r.mood[r.emotion];
	r.sure = -1;
	r.reason = reason;
	p->known = 1;
	p->emotion = r.emotion;
	h->use(h->arg, &r);
}

static void end_stream(struct emo_hold *h)
{
	for (size_t i = 0; i < h->held.n; i++) {
		struct held *p = emo_persons_get(&h->held, i);

		if (!p->known)
			hand_on(h, p, "first");
	}
	h->held.n = 0;
	h->started = 0;
}

static void forget(struct emo_hold *h)
{
	double oldest = h->now - fmax(FORGET, h->seconds);

	for (size_t i = h->held.n; i-- > 0;) {
		const struct held *p = emo_persons_get(&h->held, i);

		if (p->seen < oldest)
			emo_persons_drop(&h->held, i);
	}
}

/* By how much the likeliest other emotion leads the one that is held. */
static float lead(const struct held *p, const float *mood)
{
	float most = -1;

	for (int e = 0; e < EMO_EMOTIONS; e++)
		if (e != p->emotion && mood[e] > most)
			most = mood[e];
	return most - mood[p->emotion];
}

/*
 * The time for which another mood has lasted: from the record before on, if it led there, too. One
 * frame, after however long a pause, shows no more than a moment; a window as much as it is long.
 */
static double lasted(const struct emo_hold *h, const struct held *p, const struct emo_record *r)
{
	return p->led ? h->step : r->frames > 1 ? fmin(h->step, h->before) : 0;
}

static void weigh(const struct emo_hold *h, struct held *p, const struct emo_record *r)
{
	float by = lead(p, r->mood);
	double step = lasted(h, p, r);

	p->led = by > 0;
	if (by >= EMO_HOLD_LEAD) {
		p->away += step + p->passing;
		add(p, r->mood);
	} else if (by <= 0 && (p->away -= h->step) <= 0) {
		clear(p);
	}
	p->passing = by > 0 && by < EMO_HOLD_LEAD ? fmin(p->passing + step, PASSAGE) : 0;
	/* the sum of many steps may miss a whole number by a little */
	if (p->n && p->away >= h->seconds - 1e-6)
		hand_on(h, p, "changed");
}

static void move_to(struct emo_hold *h, double time)
{
	if (h->started && time < h->now)
		end_stream(h);
	if (!h->started) {
		h->now = time;
		h->step = h->before = 0;
		h->started = 1;
	}
	if (time > h->now) {
		h->before = h->step > 0 ? h->step : time - h->now;
		h->step = time - h->now;
	}
	h->now = time;
}

int emo_hold_put(struct emo_hold *h, const struct emo_record *r)
{
	struct held *p;
	size_t before;

	if (!r) {
		end_stream(h);
		return 0;
	}
	if (!isfinite(r->time))
		return emo_fail("a record without a time cannot be held");
	move_to(h, r->time);
	if (r->face <= 0 || r->emotion < 0)
		return 0;
	if (!h->one)
		forget(h);
	before = h->held.n;
	if (!(p = emo_persons_at(&h->held, h->one ? 1 : r->face)))
		return -1;
	if (h->held.n > before)
		p->since = r->time;
	p->seen = r->time;
	p->last = *r;
	if (p->known) {
		weigh(h, p, r);
		return 0;
	}
	add(p, r->mood);
	if (r->frames > 1 || r->time - p->since >= fmin(h->seconds, EMO_HOLD_FIRST) - 1e-6)
		hand_on(h, p, "first");
	return 0;
}
