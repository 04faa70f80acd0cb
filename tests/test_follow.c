/* SPDX-License-Identifier: MIT */
#include "fer/follow.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/rng.h"
#include "test.h"

enum { MAX = 4096 };

static struct emo_record got[MAX];
static struct emo_event events[MAX];
static int ngot, nevents;

static void keep(void *arg, const struct emo_record *r)
{
	(void)arg;
	if (ngot < MAX)
		got[ngot++] = *r;
}

static void keep_event(void *arg, const struct emo_event *e)
{
	(void)arg;
	if (nevents < MAX)
		events[nevents++] = *e;
}

/* A face that shows an emotion with probability p. */
static struct emo_record shows(double time, int face, int emotion, float p)
{
	struct emo_record r = {.file = "v", .time = time, .face = face, .w = 100, .h = 100, .score = 1,
			       .emotion = face > 0 ? emotion : -1, .confidence = p, .sure = -1};

	for (int e = 0; e < EMO_EMOTIONS && face > 0; e++)
		r.mood[e] = e == emotion ? p : (1 - p) / (EMO_EMOTIONS - 1);
	return r;
}

static void windows(void)
{
	struct emo_window *w;
	struct emo_record r;

	ngot = 0;
	w = emo_window_new(1, 0, keep, NULL);
	for (int i = 0; i < 25; i++) { /* 10 frames a second, from 5 s on */
		r = shows(5 + i / 10.0, 1, i % 5 == 0 ? EMO_SAD : EMO_HAPPY, 0.9f);
		CHECK_INT(emo_window_put(w, &r), 0);
		if (i < 10) {
			r = shows(5 + i / 10.0, 7, EMO_FEAR, 0.5f);
			CHECK_INT(emo_window_put(w, &r), 0);
		}
		CHECK_INT(ngot, i < 10 ? 0 : i < 20 ? 2 : 3);
	}
	CHECK_INT(emo_window_put(w, NULL), 0);
	CHECK_INT(ngot, 4);
	CHECK_NEAR(got[0].time, 6, 1e-9);
	CHECK_INT(got[0].face, 1);
	CHECK_INT(got[0].frames, 10);
	CHECK_INT(got[0].emotion, EMO_HAPPY);
	CHECK_NEAR(got[0].share[EMO_HAPPY], 0.8, 1e-6);
	CHECK_NEAR(got[0].share[EMO_SAD], 0.2, 1e-6);
	CHECK_NEAR(got[0].mood[EMO_HAPPY], 0.8 * 0.9 + 0.2 * 0.1 / 6, 1e-6);
	CHECK_INT(got[1].face, 7);
	CHECK_INT(got[1].emotion, EMO_FEAR);
	CHECK_NEAR(got[2].time, 7, 1e-9);
	CHECK_INT(got[3].frames, 5);
	CHECK_NEAR(got[3].time, 7.4, 1e-9); /* cut off: the last frame */
	emo_window_free(w);
}

static void empty_windows(void)
{
	struct emo_window *w = emo_window_new(1, 0, keep, NULL);
	struct emo_record r = shows(0, 0, 0, 0);

	ngot = 0;
	emo_window_put(w, &r);
	r.time = 0.5;
	emo_window_put(w, &r);
	r = shows(1e9, 1, EMO_SAD, 1); /* a long way, and no line for the windows between */
	emo_window_put(w, &r);
	CHECK_INT(ngot, 1);
	CHECK_INT(got[0].face, EMO_FACE_NONE);
	CHECK_INT(got[0].frames, 2);
	r = shows(3, 1, EMO_SAD, 1); /* back: another stream */
	emo_window_put(w, &r);
	CHECK_INT(ngot, 2);
	r.time = NAN;
	CHECK_INT(emo_window_put(w, &r), -1);
	CHECK_ERROR("without a time");
	emo_window_free(w);
	CHECK(emo_window_new(0, 0, keep, NULL) == NULL);
}

/* Frames are never lost and never counted twice, shares and moods stay probabilities. */
static void window_sums(void)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct emo_rng rng = emo_rng_at(seed, 0, 0);
		struct emo_window *w = emo_window_new(0.3, 0, keep, NULL);
		double time = 0;
		long frames = 0;

		ngot = 0;
		for (int i = 0; i < 1000; i++) {
			int faces = (int)(emo_rng_below(&rng, 4));

			time += 0.001 * (emo_rng_below(&rng, 200));
			for (int f = 1; f <= faces; f++) {
				int e = (int)emo_rng_below(&rng, EMO_EMOTIONS);
				struct emo_record r = shows(time, f, e, emo_rng_uniform(&rng, 0.3f, 1));

				CHECK_INT(emo_window_put(w, &r), 0);
			}
			frames += faces;
		}
		emo_window_put(w, NULL);
		for (int i = 0; i < ngot; i++) {
			double mood = 0, share = 0;

			for (int e = 0; e < EMO_EMOTIONS; e++) {
				mood += (double)got[i].mood[e];
				share += (double)got[i].share[e];
			}
			CHECK_NEAR(mood, 1, 1e-5);
			CHECK_NEAR(share, 1, 1e-5);
			CHECK(i == 0 || got[i].time >= got[i - 1].time);
			frames -= got[i].frames;
		}
		CHECK_INT(frames, 0);
		emo_window_free(w);
	}
}

static void put_for(struct emo_hold *h, double from, double to, int emotion, float p)
{
	for (int i = (int)lrint(from * 30); i < (int)lrint(to * 30); i++) {
		struct emo_record r = shows(i / 30.0, 1, emotion, p);

		CHECK_INT(emo_hold_put(h, &r), 0);
	}
}

static void holds(void)
{
	struct emo_hold *h = emo_hold_new(5, 0, keep, NULL);

	ngot = 0;
	put_for(h, 0, 10, EMO_HAPPY, 0.8f);
	CHECK_INT(ngot, 1);
	CHECK_STR(got[0].reason, "first");
	CHECK_NEAR(got[0].time, 0.4, 1e-6);
	put_for(h, 10, 12, EMO_SURPRISE, 0.9f); /* a moment */
	put_for(h, 12, 20, EMO_HAPPY, 0.8f);
	CHECK_INT(ngot, 1);
	put_for(h, 20, 30, EMO_SAD, 0.7f);
	CHECK_INT(ngot, 2);
	CHECK_STR(got[1].reason, "changed");
	CHECK_INT(got[1].emotion, EMO_SAD);
	CHECK(got[1].time >= 24.9 && got[1].time <= 25.1);
	CHECK_NEAR(got[1].mood[EMO_SAD], 0.7, 1e-5);
	put_for(h, 30, 60, EMO_FEAR, 0.19f); /* leads, but by too little */
	CHECK_INT(ngot, 2);
	emo_hold_put(h, NULL);
	CHECK_INT(ngot, 2);
	emo_hold_free(h);
}

/* A pause, in which nothing was seen, is no time for which the frame after it has lasted. */
static void hold_and_pauses(void)
{
	struct emo_hold *h = emo_hold_new(5, 1, keep, NULL);

	ngot = 0;
	put_for(h, 0, 10, EMO_HAPPY, 0.8f);
	put_for(h, 3600, 3600.1, EMO_SAD, 0.8f);
	put_for(h, 3600.1, 3602, EMO_HAPPY, 0.8f);
	put_for(h, 7200, 7204.9, EMO_SAD, 0.8f);
	CHECK_INT(ngot, 1);
	put_for(h, 7204.9, 7206, EMO_SAD, 0.8f);
	CHECK_INT(ngot, 2);
	CHECK_NEAR(got[1].time, 7205, 0.1);
	emo_hold_free(h);
	h = emo_hold_new(1.9, 0, keep, NULL); /* nor is one frame, however far apart they are */
	ngot = 0;
	for (int i = 0; i < 8; i++) {
		struct emo_record r = shows(2 * i, 1, i == 3 || i > 5 ? EMO_SAD : EMO_HAPPY, 0.8f);

		CHECK_INT(emo_hold_put(h, &r), 0);
	}
	CHECK_INT(ngot, 2);
	CHECK_NEAR(got[1].time, 14, 0);
	emo_hold_free(h);
}

/* Smoothing takes a while to an unclear mood's lead; the change comes in half a second all the same. */
static void hold_counts_the_passage(void)
{
	struct emo_hold *h = emo_hold_new(2, 0, keep, NULL);
	struct emo_smooth *s = emo_smooth_new(0.5);

	ngot = 0;
	for (int i = 0; i < 300; i++) {
		int changed = i >= 150;
		struct emo_record r = shows(i / 30.0, 1, changed ? EMO_ANGRY : EMO_DISGUST,
					    changed ? 0.57f : 0.93f);

		CHECK_INT(emo_smooth_apply(s, &r), 0);
		CHECK_INT(emo_hold_put(h, &r), 0);
	}
	CHECK_INT(ngot, 2);
	CHECK_INT(got[1].emotion, EMO_ANGRY);
	CHECK(got[1].time > 7 && got[1].time <= 7.5);
	emo_hold_free(h);
	emo_smooth_free(s);
}

/* A face seen for a moment only has its line at the end; zero seconds pass every change on. */
static void hold_ends(void)
{
	struct emo_hold *h = emo_hold_new(5, 0, keep, NULL);

	ngot = 0;
	put_for(h, 0, 0.2, EMO_ANGRY, 0.8f);
	CHECK_INT(ngot, 0);
	emo_hold_put(h, NULL);
	CHECK_INT(ngot, 1);
	CHECK_INT(got[0].emotion, EMO_ANGRY);
	emo_hold_free(h);
	h = emo_hold_new(0, 0, keep, NULL);
	ngot = 0;
	put_for(h, 0, 1, EMO_ANGRY, 0.8f);
	put_for(h, 1, 2, EMO_HAPPY, 0.8f);
	CHECK_INT(ngot, 2);
	CHECK_NEAR(got[0].time, 0, 0);
	CHECK_NEAR(got[1].time, 1, 1e-9);
	emo_hold_free(h);
}

/* Whatever comes, lines of a face differ from the one before and are at least the hold apart. */
static void hold_never_hurries(void)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct emo_rng rng = emo_rng_at(seed, 1, 0);
		struct emo_hold *h = emo_hold_new(2, 1, keep, NULL);
		int emotion = 0;

		ngot = 0;
		for (int i = 0; i < 5000; i++) {
			struct emo_record r;

			if (emo_rng_below(&rng, 40) == 0)
				emotion = (int)(emo_rng_below(&rng, EMO_EMOTIONS));
			r = shows(i / 30.0, 1 + (int)(emo_rng_below(&rng, 3)), emotion, 0.6f);
			CHECK_INT(emo_hold_put(h, &r), 0);
		}
		CHECK(ngot > 5);
		for (int i = 1; i < ngot; i++) {
			CHECK(got[i].emotion != got[i - 1].emotion);
			CHECK(got[i].time - got[i - 1].time >= 2 - 0.05);
		}
		emo_hold_free(h);
	}
}

static void drivers(void)
{
	struct emo_driver *d = emo_driver_new(keep, NULL);
	struct emo_record r;

	ngot = 0;
	for (int i = 0; i < 3; i++) {
		r = shows(i, 1, EMO_HAPPY, 0.8f);
		r.frame_w = 640;
		r.frame_h = 480;
		r.x = 0;
		r.y = 0;
		r.w = r.h = i == 2 ? 200 : 110; /* larger, in a corner; then much larger */
		CHECK_INT(emo_driver_put(d, &r), 0);
		r.face = 2;
		r.x = 270;
		r.y = 190;
		r.w = r.h = 100;
		CHECK_INT(emo_driver_put(d, &r), 0);
		CHECK_INT(ngot, i);
	}
	r = shows(3, 0, 0, 0);
	emo_driver_put(d, &r);
	emo_driver_put(d, NULL);
	CHECK_INT(ngot, 4);
	CHECK_INT(got[0].face, 2);
	CHECK_INT(got[1].face, 2);
	CHECK_INT(got[2].face, 1);
	CHECK_INT(got[3].face, EMO_FACE_NONE);
	emo_driver_free(d);
}

static void event_frames(struct emo_events *ev, int from, int to, int emotion, float p)
{
	for (int i = from; i < to; i++) {
		struct emo_record r = shows(i / 30.0, 1, emotion, p);

		CHECK_INT(emo_events_put(ev, &r), 0);
	}
}

static void brief_expressions(void)
{
	struct emo_events *ev = emo_events_new(0, keep_event, NULL);

	nevents = 0;
	event_frames(ev, 0, 3, EMO_SAD, 0.9f);	      /* began before */
	event_frames(ev, 3, 60, EMO_NEUTRAL, 0.9f);
	event_frames(ev, 60, 62, EMO_SURPRISE, 0.6f); /* 200 ms */
	event_frames(ev, 62, 63, EMO_SURPRISE, 0.8f);
	event_frames(ev, 63, 66, EMO_SURPRISE, 0.7f);
	event_frames(ev, 66, 90, EMO_NEUTRAL, 0.9f);
	CHECK_INT(nevents, 1);
	CHECK_INT(events[0].emotion, EMO_SURPRISE);
	CHECK_NEAR(events[0].onset, 2, 1e-9);
	CHECK_NEAR(events[0].peak, 62 / 30.0, 1e-9);
	CHECK_NEAR(events[0].end, 2.2, 1e-9);
	CHECK_NEAR(events[0].confidence, 0.8, 1e-6);
	event_frames(ev, 90, 91, EMO_FEAR, 0.9f); /* a single frame */
	event_frames(ev, 91, 120, EMO_NEUTRAL, 0.9f);
	event_frames(ev, 120, 124, EMO_FEAR, 0.4f); /* weak */
	event_frames(ev, 124, 150, EMO_NEUTRAL, 0.9f);
	event_frames(ev, 150, 165, EMO_HAPPY, 0.9f); /* half a second: no longer brief */
	event_frames(ev, 165, 170, EMO_NEUTRAL, 0.9f);
	event_frames(ev, 170, 174, EMO_HAPPY, 0.9f); /* the face goes away while it lasts */
	event_frames(ev, 200, 220, EMO_NEUTRAL, 0.9f);
	emo_events_put(ev, NULL);
	CHECK_INT(nevents, 1);
	emo_events_free(ev);
}

static void smoothing(void)
{
	struct emo_smooth *s = emo_smooth_new(0.5);
	struct emo_record r = shows(0, 1, EMO_HAPPY, 1);

	CHECK_INT(emo_smooth_apply(s, &r), 0);
	CHECK_NEAR(r.mood[EMO_HAPPY], 1, 0); /* the first as it is */
	for (int i = 1; i <= 15; i++) {	     /* whatever the number of frames */
		r = shows(i / 30.0, 1, EMO_SAD, 1);
		CHECK_INT(emo_smooth_apply(s, &r), 0);
	}
	CHECK_NEAR(r.mood[EMO_HAPPY], exp(-1), 1e-5);
	CHECK_NEAR(r.mood[EMO_SAD], 1 - exp(-1), 1e-5);
	CHECK_INT(r.emotion, EMO_SAD);
	r = shows(0.5, 2, EMO_FEAR, 1); /* another face */
	emo_smooth_apply(s, &r);
	CHECK_NEAR(r.mood[EMO_FEAR], 1, 0);
	r = shows(9, 1, EMO_FEAR, 1); /* long after */
	emo_smooth_apply(s, &r);
	CHECK_NEAR(r.mood[EMO_FEAR], 1, 0);
	emo_smooth_free(s);
}

int main(void)
{
	RUN(smoothing);
	RUN(windows);
	RUN(empty_windows);
	RUN(window_sums);
	RUN(holds);
	RUN(hold_and_pauses);
	RUN(hold_counts_the_passage);
	RUN(hold_ends);
	RUN(hold_never_hurries);
	RUN(drivers);
	RUN(brief_expressions);
	return test_end();
}
