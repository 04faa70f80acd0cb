/* SPDX-License-Identifier: MIT */
/*
 * Following moods in time: filters on the records of one stream, in the order of their time. Each
 * takes a record at a time, hands on what comes of it to use(), and at the end of the stream (NULL)
 * what is left; then another stream may begin, and so it does when time goes back.
 *
 *	struct emo_window *w = emo_window_new(3, 0, print, NULL);
 *	while (emo_record_read(reader, &r) > 0)
 *		emo_window_put(w, &r);
 *	emo_window_put(w, NULL);
 *
 * A record's file is borrowed until the end of its stream. _put returns -1 for a record without a
 * time, and when memory is short. Memory grows with the faces in sight, not with time.
 */
#ifndef EMO_FER_FOLLOW_H
#define EMO_FER_FOLLOW_H

#include "../base/api.h"
#include "../record.h"

/*
 * Smooths the moods of each face in place, by what is left after a time t of what was: exp(-t /
 * seconds). So a mood that changes at once is two thirds there after `seconds`; 0 changes nothing.
 */
struct emo_smooth;
EMO_API struct emo_smooth *emo_smooth_new(double seconds);
EMO_API int emo_smooth_apply(struct emo_smooth *s, struct emo_record *r);
EMO_API void emo_smooth_free(struct emo_smooth *s);

/* What is handed on is borrowed for the time of the call. */
typedef void emo_record_use(void *arg, const struct emo_record *r);

/*
 * One record for each `seconds` and face: the mean mood, frames, shares; box and score are the last
 * frame's, the time is the window's end. A window without a face has one record without a face.
 * one: all faces are the same person's. NULL on failure.
 */
struct emo_window;
EMO_API struct emo_window *emo_window_new(double seconds, int one, emo_record_use *use, void *arg);
EMO_API int emo_window_put(struct emo_window *w, const struct emo_record *r);
EMO_API void emo_window_free(struct emo_window *w);

/*
 * Hands a record on when a face's mood has changed: when other emotions than the one handed on last
 * have led by EMO_HOLD_LEAD for `seconds` in all, moments in which it leads again being taken off, and
 * the time between two records counting only when they lead in both; a passage to that lead counts, if
 * it takes half a second at most, so that smoothed moods do not come later. The mood is the mean of
 * that time; reason is "first" or "changed". The first record of a face is the mean of EMO_HOLD_FIRST
 * seconds, or `seconds` if that is less.
 */
#define EMO_HOLD_LEAD  0.1f
#define EMO_HOLD_FIRST 0.4

struct emo_hold;
EMO_API struct emo_hold *emo_hold_new(double seconds, int one, emo_record_use *use, void *arg);
EMO_API int emo_hold_put(struct emo_hold *h, const struct emo_record *r);
EMO_API void emo_hold_free(struct emo_hold *h);

/*
 * Hands on one face of each frame, the largest and most central: its area counts, down to half at
 * the corners of the picture (when its size is known), and another face must count a quarter more
 * to take the place. A frame is complete when the next one begins.
 */
struct emo_driver;
EMO_API struct emo_driver *emo_driver_new(emo_record_use *use, void *arg);
EMO_API int emo_driver_put(struct emo_driver *d, const struct emo_record *r);
EMO_API void emo_driver_free(struct emo_driver *d);

/*
 * Brief expressions: an emotion but neutral that leads in two frames or more, for less than
 * EMO_EVENT_LONGEST seconds, and reaches EMO_EVENT_PEAK. Moods must not have been smoothed.
 */
#define EMO_EVENT_LONGEST 0.5
#define EMO_EVENT_PEAK    0.5f

struct emo_event {
	const char *file;
	int face, emotion;
	float confidence;	 /* at the peak */
	double onset, peak, end; /* end: the first frame in which it leads no more */
};

typedef void emo_event_use(void *arg, const struct emo_event *e);

struct emo_events;
EMO_API struct emo_events *emo_events_new(int one, emo_event_use *use, void *arg);
EMO_API int emo_events_put(struct emo_events *ev, const struct emo_record *r);
EMO_API void emo_events_free(struct emo_events *ev);

#endif
