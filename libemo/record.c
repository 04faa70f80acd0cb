/* SPDX-License-Identifier: MIT */
/* Writing records; reading them is in record_read.c. */
#include "record.h"

#include <math.h>

#include "base/err.h"
#include "base/num.h"
#include "base/text.h"

const char *emo_record_column_name(int column)
{
	static const char *const names[] = {"file", "time", "face",  "x",	"y",
					    "w",    "h",    "score", "emotion", "confidence"};

	if (column >= EMO_COL_MOOD)
		return emo_emotion_name(column - EMO_COL_MOOD);
	return column >= 0 ? names[column] : NULL;
}

static double number(const struct emo_record *r, int column)
{
	switch (column) {
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
		return r->face > 0 ? r->confidence : NAN;
	default:
		return r->face > 0 ? r->mood[column - EMO_COL_MOOD] : NAN;
	}
}

/* The number as it is written; 0 when there is none. */
static int format_number(char *buf, size_t size, const struct emo_record *r, int column)
{
	double v = number(r, column);

	if (!isfinite(v))
		return 0;
	/* six decimals: seven rounded probabilities still sum to 1 within 4e-6 */
	emo_snprintf(buf, size,
		     column >= EMO_COL_CONFIDENCE ? "%.6f"
		     : column == EMO_COL_TIME	  ? "%.3f"
						  : "%.6g",
		     v);
	return 1;
}

static void write_tsv(FILE *f, const struct emo_record *r)
{
	char text[64];

	for (int c = 0; c < EMO_COLUMNS; c++) {
		if (c > 0)
			putc('\t', f);
		if (c == EMO_COL_FILE && r->file)
			emo_write_tsv_cell(f, r->file);
		else if (c == EMO_COL_EMOTION && r->face > 0)
			fputs(emo_emotion_name(r->emotion), f);
		else if (c != EMO_COL_FILE && c != EMO_COL_EMOTION &&
			 format_number(text, sizeof text, r, c))
			fputs(text, f);
	}
	putc('\n', f);
}

static void write_jsonl(FILE *f, const struct emo_record *r)
{
	char text[64];

	for (int c = 0; c < EMO_COLUMNS; c++) {
		fprintf(f, "%s\"%s\": ", c ? ", " : "{", emo_record_column_name(c));
		if (c == EMO_COL_FILE && r->file)
			emo_write_json_string(f, r->file);
		else if (c == EMO_COL_EMOTION && r->face > 0)
			fprintf(f, "\"%s\"", emo_emotion_name(r->emotion));
		else if (c != EMO_COL_FILE && c != EMO_COL_EMOTION &&
			 format_number(text, sizeof text, r, c))
			fputs(text, f);
		else
			fputs("null", f);
	}
	fputs("}\n", f);
}

/* The text form: file, face, emotion, confidence, a bar of it, and the second likeliest. */
enum { NAME_WIDTH = 26, BAR_WIDTH = 12 };

#define TEXT_HEADER "file                        face  emotion         confidence    then\n"

static const char *color_of(int emotion)
{
	static const char *const colors[EMO_EMOTIONS] = {
		[EMO_ANGRY] = "\033[31m",  [EMO_DISGUST] = "\033[32m", [EMO_FEAR] = "\033[35m",
		[EMO_HAPPY] = "\033[33m",  [EMO_SAD] = "\033[34m",     [EMO_SURPRISE] = "\033[36m",
		[EMO_NEUTRAL] = ""}; /* white would vanish on white */

	return colors[emotion];
}

static int runner_up(const float *mood, int top)
{
	int second = top == 0;

	for (int e = 0; e < EMO_EMOTIONS; e++)
		if (e != top && mood[e] > mood[second])
			second = e;
	return second;
}

/* The name, cut at its start because ends tell pictures apart, with the time of a frame. */
static void put_name(FILE *f, const struct emo_record *r)
{
	char name[4 * NAME_WIDTH + 1], time[32] = "";
	int used, room = NAME_WIDTH;

	if (isfinite(r->time))
		room -= emo_snprintf(time, sizeof time, " %.2fs", r->time);
	used = emo_text_fit(name, sizeof name, r->file ? r->file : "-", room > 8 ? room : 8,
			    EMO_CUT_START);
	fprintf(f, "%s%s%*s", name, time, room > used ? room - used : 0, "");
}

static void write_text(const struct emo_record_writer *w, const struct emo_record *r)
{
	const char *on = w->color && r->face > 0 ? color_of(r->emotion) : "";
	const char *off = w->color && r->face > 0 ? "\033[0m" : "";
	char bar[BAR_WIDTH + 1], percent[16], second[16];
	int top = r->emotion, filled, next;

	put_name(w->file, r);
	if (r->face <= 0) {
		fputs(r->face == EMO_FACE_NONE ? "     -  no face\n" : "     -  not read\n",
		      w->file);
		return;
	}
	next = runner_up(r->mood, top);
	filled = (int)lrintf(r->confidence * BAR_WIDTH);
	for (int i = 0; i < BAR_WIDTH; i++)
		bar[i] = i < filled ? '#' : '.';
	bar[BAR_WIDTH] = '\0';
	emo_snprintf(percent, sizeof percent, "%5.1f %%", 100 * (double)r->confidence);
	emo_snprintf(second, sizeof second, "%3.0f %%", 100 * (double)r->mood[next]);
	fprintf(w->file, "%6d  %s%-8s %s%s %s  %s %s\n", r->face, on, emo_emotion_name(top), bar,
		off, percent, second, emo_emotion_name(next));
}

int emo_record_write(struct emo_record_writer *w, const struct emo_record *r)
{
	if (w->lines == 0 && w->format == EMO_TSV)
		for (int c = 0; c < EMO_COLUMNS; c++)
			fprintf(w->file, "%s%c", emo_record_column_name(c),
				c + 1 < EMO_COLUMNS ? '\t' : '\n');
	if (w->lines == 0 && w->format == EMO_TEXT)
		fputs(TEXT_HEADER, w->file);
	if (w->format == EMO_TSV)
		write_tsv(w->file, r);
	else if (w->format == EMO_JSONL)
		write_jsonl(w->file, r);
	else
		write_text(w, r);
	w->lines++;
	return ferror(w->file) ? emo_fail("cannot write the records:") : 0;
}
