/* SPDX-License-Identifier: MIT */
/*
 * Labelled face images in memory: square, grey, one byte a pixel; from a CSV in FER-2013's form or
 * from folders of images.
 */
#ifndef EMO_FER_DATASET_H
#define EMO_FER_DATASET_H

#include <stddef.h>
#include <stdint.h>

#include "../base/api.h"
#include "../emotion.h"

enum emo_split {
	EMO_TRAINING,
	EMO_PUBLIC_TEST,  /* choose on this */
	EMO_PRIVATE_TEST, /* report on this, once */
	EMO_SPLITS
};

/* "Training", "PublicTest", "PrivateTest"; NULL otherwise. */
EMO_API const char *emo_split_name(int split);

/* Those names, letter case aside, and the usual ones of folders (train, val, validation, test). */
EMO_API int emo_split_parse(const char *name);

struct emo_dataset_options {
	int side;         /* images from folders are scaled to this; 0 = 48 */
	unsigned splits;  /* bit s: keep rows of split s; 0 = all. Others are not even decoded */
	unsigned classes; /* bit e: keep rows of emotion e; 0 = all */
	int skip_bad;     /* count bad rows and images in nbad and go on */
	int hold_out;     /* no PublicTest: set aside a tenth of Training, equal images together */
	uint64_t seed;    /* of hold_out */
	int unseen;       /* leave out images of the other splits that are in Training, too */
};

struct emo_dataset {
	int side;
	size_t n;
	uint8_t *pixels; /* (n, side, side) */
	uint8_t *label;  /* [n] enum emo_emotion */
	uint8_t *split;  /* [n] enum emo_split */
	uint32_t *row;   /* [n] row of the CSV, from 0 below the header; or number of the file */
	size_t nseen;    /* images left out by `unseen` */
	size_t nbad;     /* rows or images passed over; emo_error() tells of the last */
	int held_out;    /* the PublicTest rows were set aside from Training */
	size_t found[EMO_SPLITS]; /* rows of `classes` in the source, kept or not */
};

/*
 * Loads a CSV (emotion,pixels[,Usage], in any order, plain or .gz; "-" is standard input), whose
 * first row sets the side, or a folder (<split>/<emotion>/image or <emotion>/image), whose images
 * are made grey and scaled. Without Usage or split all is Training. Rows keep the file's order;
 * folders are read in byte order of their names. None of `splits` and `classes` in it: n is 0.
 * -1 with file and line or image; then *d needs no freeing.
 */
EMO_API int emo_dataset_load(struct emo_dataset *d, const char *path,
			     const struct emo_dataset_options *options);
EMO_API void emo_dataset_done(struct emo_dataset *d);

/*
 * The emotion that the folder of a picture is named after, as in "test/happy/1.png"; -1 with a
 * message when it is none. NULL and "" are files without a name.
 */
EMO_API int emo_folder_emotion(const char *file);

/* Image i, borrowed. */
static inline const uint8_t *emo_dataset_image(const struct emo_dataset *d, size_t i)
{
	return d->pixels + i * (size_t)d->side * (size_t)d->side;
}

#endif
