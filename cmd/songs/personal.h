/* SPDX-License-Identifier: MIT */
/* What moodrec knows of its listener: taste, and which songs are to rest. */
#ifndef PERSONAL_H
#define PERSONAL_H

#include "music/rank.h"
#include "music/taste.h"

struct personal {
	const char *db;	    /* NULL: the usual place */
	int off, log;	    /* --no-taste, --log */
	double rest, fresh; /* seconds that skipped, played songs are withheld */
	int explore;
	unsigned long seed;
	const struct emo_songs *songs; /* from here on private */
	const struct emo_standard *standard;
	size_t resting; /* songs that are withheld */
	struct emo_years years;
	struct emo_taste *taste; /* NULL: nothing is known */
	uint64_t *artists;	 /* [songs] */
	float *extra;
	float mood[EMO_EMOTIONS];
};

/* Reads the memory, if there is one, and marks in leave_out[songs] what is to rest. */
void personal_start(struct personal *p, const struct emo_songs *songs, const struct emo_standard *s,
		    unsigned char *leave_out);
void personal_end(struct personal *p);

/* Moves the wish of a mood by the listener's taste. */
void personal_move(struct personal *p, struct emo_wish *wish, const float *mood);

/* Adds to the reasons for song i what the taste expects of it: "; you +0.4 ± 0.3". */
void personal_why(const struct personal *p, char *buf, size_t size, size_t i);

/* Remembers a list, when that was asked for. */
void personal_log(const struct personal *p, const float *mood, const struct emo_ranked *songs,
		  size_t n);

#endif
