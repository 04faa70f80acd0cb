/* SPDX-License-Identifier: MIT */
/*
 * Internal: what is inside a trainer of face finders. train.c makes it and learns, survey.c looks
 * for faces in many pictures, judge.c judges what was found, keep.c keeps and exports.
 */
#ifndef EMO_FACE_TRAINER_H
#define EMO_FACE_TRAINER_H

#include "face/compose.h"
#include "face/scan.h"
#include "face/train.h"
#include "nn/run.h"

#define EMO_PORTRAITS 16 /* pieces of photos that come with a tile */
#define EMO_CUTS (8 + EMO_PORTRAITS) /* of one tile, at most, and with it */

/* One thread's networks: those that look through pictures. */
struct emo_surveyor {
	struct emo_net *first, *second;
	struct emo_scan *scan;
};

struct emo_face_trainer {
	const struct emo_album *album;
	struct emo_face_recipe recipe;
	char *cfg;
	struct emo_pool *pool;
	struct emo_run run;
	struct emo_composer composer;
	int side, cells; /* of a tile, of its map; or of what is cut out of a tile, and 1 */
	uint8_t *tiles;  /* two tiles for each thread */
	float *target;   /* (batch, cells, cells, EMO_TARGET_FLOATS) */
	struct emo_spot *spots;
	size_t spots_cap;

	/* when the network looks again at what another finds */
	struct emo_store first_file;  /* read at the beginning: the output may take its place */
	struct emo_model first;
	struct emo_surveyor *finders; /* for each thread, the first network alone */
	float *cuts, *cut_targets;    /* (batch, EMO_CUTS) pieces of tiles */
	int *ncuts;                   /* (batch) how many of them there are */

	int begun; /* with weights that were learnt before */
	struct emo_face_scores best; /* of run.best_epoch */
};

/* What was found in some of the album's photos. */
struct emo_findings {
	uint32_t *list; /* indexes of the photos */
	size_t n;
	struct emo_found { /* of each */
		struct emo_face *faces;
		size_t n;
	} *found;
};

/* The trainer's first network; with `second`, also the one it trains. -1: still to be freed. */
int emo_surveyor_init(struct emo_surveyor *s, const struct emo_face_trainer *t, int second);
void emo_surveyor_done(struct emo_surveyor *s);

/* Learning to look again: refine_train.c. A batch's pieces and targets, and how many they are. */
#define EMO_REFINE_TILE 128
#define EMO_THRESHOLD_LINE "\nthreshold " /* in the head of the first model */
int emo_refine_begin(struct emo_face_trainer *t);
int emo_refine_fill(struct emo_face_trainer *t, int step);
void emo_refine_end(struct emo_face_trainer *t);

/*
 * Looks through all photos that are held out, or those to learn from in which all faces are marked,
 * with the averaged weights. emo_findings_done is to be called also after a failure.
 */
int emo_face_survey(struct emo_findings *out, const struct emo_face_trainer *t, int held_out,
		    float threshold);
void emo_findings_done(struct emo_findings *f);

/*
 * As many false alarms in the pictures as leave little doubt that there are fewer than 0.1 a picture: if
 * there were not, so few would be met at most once in twenty times. 0 where there are too few pictures
 * to know.
 */
int emo_face_alarms(int pictures);

/* Judges the averaged weights on what is held out. */
int emo_face_judge(const struct emo_face_trainer *t, struct emo_face_scores *scores);

/* Looks for faces where there are none; fills spots. */
int emo_face_mine(struct emo_face_trainer *t);

#endif
