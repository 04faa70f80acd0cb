/* SPDX-License-Identifier: MIT */
/* fer-detect --stream: frames from a pipe, whose faces keep their number and have steadier moods. */
#ifndef DETECT_STREAM_H
#define DETECT_STREAM_H

#include "../cli.h"
#include "finder.h"

/* Keys and rows for the tool's table of options. */
enum { STREAM_ON = CLI_LONG + 100, STREAM_LIVE, STREAM_RATE, STREAM_FPS, STREAM_EVERY, STREAM_SMOOTH };

#define STREAM_OPTIONS                                                                             \
	{STREAM_ON, "stream", NULL, "each PICTURE is a stream of frames: JPEG, PNG, PNM, YUV4MPEG2"}, \
	{STREAM_LIVE, "live", NULL, "drop frames that come too fast; time is the clock's"}, \
	{STREAM_RATE, "rate", "F", "frames a second, where the stream does not say (default 25)"}, \
	{STREAM_FPS, "fps", "F", "look at no more than F frames a second"},                       \
	{STREAM_EVERY, "every", "N", "look at every Nth frame only"},                             \
	{STREAM_SMOOTH, "smooth", "TIME", "smooth moods over TIME; 0: not at all (default 0.4s)"}

struct stream_how {
	int on, live, given; /* given: an option that needs --stream */
	double rate, fps, smooth; /* 0: not given; smooth: none */
	long every;
	float min_confidence; /* < 0: nobody asks */
};

#define STREAM_DEFAULT {.smooth = 0.4, .every = 1, .min_confidence = -1}

/* Whether the key was one of these. */
int stream_option(struct stream_how *how, int key, const struct cli_args *a);

/*
 * Delivers what is found in each frame, in order. Damaged frames are warned about. 0, or -1 with a
 * message when there was no frame at all that could be read.
 */
int stream_run(const struct stream_how *how, const char *name, struct finder *f,
	       void deliver(const struct findings *what));

#endif
