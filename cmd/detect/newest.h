/* SPDX-License-Identifier: MIT */
/* The newest frame of a stream that is read as it comes: what is not taken in time is dropped. */
#ifndef DETECT_NEWEST_H
#define DETECT_NEWEST_H

#include "image/stream.h"

struct newest;

/* The stream is borrowed until _free and read by a thread. Ends the program on failure. */
struct newest *newest_new(struct emo_stream *s);
void newest_free(struct newest *n);

/*
 * Waits for a frame that is newer than the last; as emo_stream_next, with the time of its arrival
 * in seconds since the first one's. The frame is borrowed until the next call.
 */
int newest_next(struct newest *n, struct emo_frame *out, double *time);

#endif
