/* SPDX-License-Identifier: MIT */
/* Writing records for programs; the form for people is in record_text.c. */
#include "record.h"
#include "record_text.h"

#include <math.h>
#include <unistd.h>

#include "base/err.h"
#include "base/num.h"
#include "base/text.h"

const char *emo_record_column_name(int column)
{
	static const char *const names[] = {"file", "time", "face",  "x",	"y",
					    "w",    "h",    "score", "emotion", "confidence"};

	static const char *const marks[] = {"lex", "ley", "rex", "rey", "nx",
					    "ny",  "lmx", "lmy", "rmx", "rmy"};

	static const char *const more[] = {
		"sure",	      "frame_w",    "frame_h",	 "frames",	   "share_angry",   "share_disgust",
		"share_fear", "share_happy", "share_sad", "share_surprise", "share_neutral", "reason"};

	if (column < 0 || column >= EMO_COLUMNS)
		return NULL;
	if (column < EMO_COL_MOOD)
		return names[column];
	if (column < EMO_COL_MARK)
		return emo_emotion_name(column - EMO_COL_MOOD);
	return column < EMO_COL_SURE ? marks[column - EMO_COL_MARK] : more[column - EMO_COL_SURE];
}

/* The number in a column; NAN when it has none, or is a column of text. */
static double number(const struct emo_record *r, int column)
{
	switch (column) {
	case EMO_COL_FILE:
	case EMO_COL_EMOTION:
	case EMO_COL_REASON:
		return NAN;
	case EMO_COL_TIME:
		return r->time;
	case EMO_COL_FACE:
		return r->face == EMO_FACE_UNREAD ? (double)NAN : r->face;
	case EMO_COL_X:
		return r->x;
	case EMO_COL_Y:
		return r->y;
	case EMO_COL_W:
		return r->w;
	case EMO_COL_H:
		return r->h;
	case EMO_COL_SCORE:
		return r->score;
	case EMO_COL_CONFIDENCE:
		return r->face > 0 && r->emotion >= 0 ? r->confidence : NAN;
	case EMO_COL_SURE:
		return r->face > 0 && r->sure >= 0 ? r->sure : (double)NAN;
	case EMO_COL_FRAME_W:
		return r->frame_w > 0 ? r->frame_w : (double)NAN;
	case EMO_COL_FRAME_H:
		return r->frame_h > 0 ? r->frame_h : (double)NAN;
	case EMO_COL_FRAMES:
		return r->frames > 0 ? r->frames : (double)NAN;
	}
	if (r->face <= 0)
		return NAN;
	if (column < EMO_COL_MARK)
		return r->emotion >= 0 ? r->mood[column - EMO_COL_MOOD] : NAN;
	if (column < EMO_COL_SURE)
		return r->mark[(column - EMO_COL_MARK) / 2][(column - EMO_COL_MARK) % 2];
	return r->frames > 0 ? r->share[column - EMO_COL_SHARE] : NAN;
}

static int is_written(const struct emo_record_writer *w, int column)
{
	switch (column) {
	case EMO_COL_SURE:
		return w->sure;
	case EMO_COL_FRAME_W:
	case EMO_COL_FRAME_H:
		return w->frame;
	case EMO_COL_REASON:
		return w->reason;
	}
	return column < EMO_COL_MARK || (column < EMO_COL_SURE ? w->marks : w->shares);
}

/* The text of a column; NULL when it has none, or is no column of text. */
static const char *text_of(const struct emo_record *r, int column)
{
	if (column == EMO_COL_EMOTION)
		return r->face > 0 && r->emotion >= 0 ? emo_emotion_name(r->emotion) : NULL;
	return column == EMO_COL_FILE ? r->file : column == EMO_COL_REASON ? r->reason : NULL;
}

static int is_share(int column)
{
	return (column >= EMO_COL_CONFIDENCE && column < EMO_COL_MARK) ||
	       (column >= EMO_COL_SHARE && column < EMO_COL_REASON);
}

/* The number as it is written; 0 when there is none. */
static int format_number(char *buf, size_t size, const struct emo_record *r, int column)
{
	double v = number(r, column);

	if (!isfinite(v))
		return 0;
	/* six decimals: seven rounded probabilities still sum to 1 within 4e-6 */
	emo_snprintf(buf, size,
		     column == EMO_COL_TIME ? "%.3f"
		     : is_share(column)	     ? "%.6f"
					     : "%.6g",
		     v);
	return 1;
}

static void write_tsv(const struct emo_record_writer *w, const struct emo_record *r)
{
	int terminal = w->terminal;
	FILE *f = w->file;
	char digits[64];

	for (int c = 0; c < EMO_COLUMNS; c++) {
		const char *text = text_of(r, c);

		if (!is_written(w, c))
			continue;
		if (c > 0)
			putc('\t', f);
		if (text && terminal)
			emo_write_shown(f, text);
		else if (text)
			emo_write_tsv_cell(f, text);
		else if (format_number(digits, sizeof digits, r, c))
			fputs(digits, f);
	}
	putc('\n', f);
}

static void write_jsonl(const struct emo_record_writer *w, const struct emo_record *r)
{
	FILE *f = w->file;
	char digits[64];

	for (int c = 0; c < EMO_COLUMNS; c++) {
		const char *text = text_of(r, c);

		if (!is_written(w, c))
			continue;
		fprintf(f, "%s\"%s\": ", c ? ", " : "{", emo_record_column_name(c));
		if (text)
			emo_write_json_string(f, text);
		else if (format_number(digits, sizeof digits, r, c))
			fputs(digits, f);
		else
			fputs("null", f);
	}
	fputs("}\n", f);
}

static void write_header(const struct emo_record_writer *w)
{
	for (int c = 0; c < EMO_COLUMNS; c++)
		if (is_written(w, c))
			fprintf(w->file, "%s%s", c ? "\t" : "", emo_record_column_name(c));
	putc('\n', w->file);
}

int emo_record_write(struct emo_record_writer *w, const struct emo_record *r)
{
	if (w->lines == 0)
		w->terminal = isatty(fileno(w->file)); /* where exact data would steer it */
	if (w->lines == 0 && w->format == EMO_TSV)
		write_header(w);
	if (w->lines == 0 && w->format == EMO_TEXT)
		fputs(EMO_RECORD_TEXT_HEADER, w->file);
	if (w->format == EMO_TSV)
		write_tsv(w, r);
	else if (w->format == EMO_JSONL)
		write_jsonl(w, r);
	else
		emo_record_text(w, r);
	w->lines++;
	return ferror(w->file) ? emo_fail("cannot write the records:") : 0;
}
