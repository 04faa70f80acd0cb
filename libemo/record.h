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

#define EMO_MARKS 5 /* landmarks of a face */

struct emo_record {
	const char *file; /* as it was given to fer-detect, borrowed; NULL when unknown */
	double time; /* seconds in a stream; NAN for a still */
	int face;    /* 1, 2, …; EMO_FACE_NONE: the picture has none; EMO_FACE_UNREAD: not read */
	float x, y, w, h;         /* box, in pixels of the upright, full-size picture; or NAN */
	float score;              /* of the face finder, 0 .. 1; NAN when the box was given */
	int emotion;              /* the likeliest; -1 without a face */
	float confidence;         /* its probability */
	float mood[EMO_EMOTIONS]; /* sums to 1; all 0 without a face */
	float mark[EMO_MARKS][2]; /* x, y of the eye on the picture's left, the eye on its right, the nose
			   * tip, the left and the right corner of the mouth; NAN when not known */
	int sure;         /* 1, 0; -1 when nobody asked */
	int frame_w, frame_h;       /* of the picture, in pixels; 0 when not known */
	int frames;                 /* that a line of mood-follow stands for; 0: it is one by itself */
	float share[EMO_EMOTIONS];  /* of those frames, each emotion's; counts when frames > 0 */
	const char *reason;         /* why mood-follow wrote the line, borrowed; NULL: not said */
};

/* The columns, in the order in which they are written. */
enum emo_record_column {
	EMO_COL_FILE,
	EMO_COL_TIME,
	EMO_COL_FACE,
	EMO_COL_X,
	EMO_COL_Y,
	EMO_COL_W,
	EMO_COL_H,
	EMO_COL_SCORE,
	EMO_COL_EMOTION,
	EMO_COL_CONFIDENCE,
	EMO_COL_MOOD, /* + an enum emo_emotion */
	EMO_COL_MARK = EMO_COL_MOOD + EMO_EMOTIONS, /* + 2 * landmark + (0: x, 1: y) */
	EMO_COL_SURE = EMO_COL_MARK + 2 * EMO_MARKS,
	EMO_COL_FRAME_W,
	EMO_COL_FRAME_H,
	EMO_COL_FRAMES,
	EMO_COL_SHARE, /* + an enum emo_emotion */
	EMO_COL_REASON = EMO_COL_SHARE + EMO_EMOTIONS,
	EMO_COLUMNS
};

/* Its name in the header and in JSON; NULL for a number that is no column. */
EMO_API const char *emo_record_column_name(int column);

enum emo_format { EMO_TSV, EMO_JSONL, EMO_TEXT };

/*
 * Writing. EMO_TEXT is for reading by people, 80 columns wide, coloured when `color` is set. The
 * FILE is borrowed; its errors also show in ferror().
 */
struct emo_record_writer {
	FILE *file;
	enum emo_format format;
	int color;
	int marks, sure, frame, shares, reason; /* whether these columns are written; the same for
						 * all lines; shares: and frames */
	size_t lines;    /* written so far; the header precedes the first */
	int terminal;	 /* found out with the first */
};

/* Absent numbers (NAN) and a NULL file are empty cells, or null. -1 when the stream failed. */
EMO_API int emo_record_write(struct emo_record_writer *w, const struct emo_record *r);


/*
 * Reading: TSV with a header, JSON Lines, or a bare emotion word a line, told by the first line
 * that is one of them. TSV columns are found by name, unknown ones passed over; a header in the
 * middle, as in joined files, starts afresh. Without mood columns the mood is made from emotion and
 * confidence (1 when absent; the rest is shared by the other six).
 */
struct emo_record_reader;

/* The FILE is borrowed until _free. name, copied, is for messages. NULL on failure. */
EMO_API struct emo_record_reader *emo_record_reader_new(FILE *file, const char *name);

/*
 * Before the first line: boxes are what is wanted. The columns x y w h are then enough; a face
 * without an emotion has emotion -1, a mood of zeros and confidence NAN.
 */
EMO_API void emo_record_reader_boxes(struct emo_record_reader *r);
EMO_API void emo_record_reader_free(struct emo_record_reader *r);

/*
 * The next record; blank lines are passed over. 1, 0 at the end, -1 for a bad line (name, line and
 * reason), after which reading may go on; after a read error, a lack of memory or 32 MiB without
 * a newline the end follows. Probabilities are normalised. out->file and out->reason are borrowed
 * until the next call.
 */
EMO_API int emo_record_read(struct emo_record_reader *r, struct emo_record *out);

/* Whether the end that was reached is none of the input's: see above. */
EMO_API int emo_record_reader_broke(const struct emo_record_reader *r);

/* The line, from 1, that the last call ended on. */
EMO_API size_t emo_record_line(const struct emo_record_reader *r);

#endif
