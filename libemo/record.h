/* SPDX-License-Identifier: MIT */
/*
 * The lines that tools pass to each other: one face, or one picture without a face, a line. See
 * emo-records(5).
 */
#ifndef EMO_RECORD_H
#define EMO_RECORD_H

#include <stdio.h>

#include "base/api.h"
#include "emotion.h"

enum { EMO_FACE_UNREAD = -1, EMO_FACE_NONE = 0 }; /* values of emo_record.face that are no face */

struct emo_record {
	char *file;  /* as it was given to fer-detect; owned by the reader or the writer's caller */
	double time; /* seconds in a stream; NAN for a still */
	int face;    /* 1, 2, …; EMO_FACE_NONE: the picture has none; EMO_FACE_UNREAD: not read */
	float x, y, w, h;         /* box, in pixels of the upright, full-size picture */
	float score;              /* of the face finder, 0 .. 1; NAN when the box was given */
	int emotion;              /* the likeliest; -1 without a face */
	float confidence;         /* its probability */
	float mood[EMO_EMOTIONS]; /* sums to 1; all 0 without a face */
};

enum emo_format { EMO_TSV, EMO_JSONL, EMO_TEXT };

/* Writing. style: EMO_TEXT lines may carry colour when `color` is set. The FILE is not closed. */
struct emo_record_writer {
	FILE *file;
	enum emo_format format;
	int color;
	size_t lines; /* written so far; the header precedes the first */
};

/* -1 when the stream has an error. */
EMO_API int emo_record_write(struct emo_record_writer *w, const struct emo_record *r);

/* Reading: TSV with a header, JSON Lines, or a bare emotion word a line, told by the first line. */
struct emo_record_reader;

/* The FILE is borrowed until _free. name is for messages. NULL on failure. */
EMO_API struct emo_record_reader *emo_record_reader_new(FILE *file, const char *name);
EMO_API void emo_record_reader_free(struct emo_record_reader *r);

/*
 * The next record; blank lines are passed over. 1, 0 at the end, -1 for a bad line (name, line and
 * reason), after which reading may go on. Strings are borrowed until the next call.
 */
EMO_API int emo_record_read(struct emo_record_reader *r, struct emo_record *out);

#endif
