/* SPDX-License-Identifier: MIT */
/*
 * A picture in, the records of its faces out: found or said, turned upright, judged together. Each
 * worker of fer-detect has a finder of its own.
 */
#ifndef DETECT_FINDER_H
#define DETECT_FINDER_H

#include "base/par.h"
#include "boxes.h"
#include "face/track.h"
#include "findings.h"
#include "image/picture.h"

enum finder_pick { PICK_ALL, PICK_BIGGEST, PICK_BEST };

struct finder_how {
	const char *model, *face_model; /* NULL: built in */
	int whole, views;
	const struct boxes *boxes; /* NULL: faces are searched for */
	enum finder_pick pick;
	float min_face;       /* 0: as the size of the picture suggests */
	float threshold;      /* < 0: the model's */
	float min_confidence; /* < 0: nobody asks */
	const char *on_stdin; /* what standard input is, so that it cannot be a picture; or NULL */
};

struct finder;

/* `how` is kept; the pool may be NULL. NULL on failure. */
struct finder *finder_new(const struct finder_how *how, struct emo_pool *pool);
void finder_free(struct finder *f);

/* Out is emptied first, then filled; out of memory ends the program. */
void finder_run(struct finder *f, struct findings *out, const char *name);

/* The same for a picture that is open already. */
void finder_look(struct finder *f, struct findings *out, const char *name, struct emo_picture *p);

/*
 * From now on faces get the numbers that the tracks, borrowed, give them, this being a frame of that
 * time.
 */
void finder_follow(struct finder *f, struct emo_tracks *tracks, double time);

#endif
