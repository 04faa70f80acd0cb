/* SPDX-License-Identifier: MIT */
/* What was read of a line, checked and made a record. */
#include <math.h>

#include "base/err.h"
#include "record_cells.h"

static int bad(const struct emo_cells *c, const char *reason)
{
	return emo_fail("%s:%zu: %s", c->name, c->line, reason);
}

static int is_mood(int column)
{
	return column >= EMO_COL_MOOD && column < EMO_COL_MARK;
}

/* What is a number of pixels or frames; 0 when absent, or none of a picture. */
static int count(double v)
{
	return v >= 1 ? (int)v : 0;
}

static int check_numbers(const struct emo_cells *c)
{
	double face = c->number[EMO_COL_FACE];

	if (!isnan(face) && (face < 0 || face > 1e6 || face != floor(face)))
		return bad(c, "face is not a whole number from 0");
	if (c->number[EMO_COL_W] < 0 || c->number[EMO_COL_H] < 0)
		return bad(c, "box with a negative size");
	if (c->number[EMO_COL_SURE] != 0 && c->number[EMO_COL_SURE] != 1 &&
	    !isnan(c->number[EMO_COL_SURE]))
		return bad(c, "sure is neither 0 nor 1");
	for (int k = 0; k < EMO_COLUMNS; k++) {
		int is_share = (k >= EMO_COL_CONFIDENCE && k < EMO_COL_MARK) ||
			       (k >= EMO_COL_SHARE && k < EMO_COL_REASON);
		double v = c->number[k];

		if (is_share ? v < 0 || (!is_mood(k) && v > 1 + 1e-4) : fabs(v) > 1e9)
			return emo_fail("%s:%zu: %s %g is %s", c->name, c->line,
					emo_record_column_name(k), v,
					is_share ? "not a probability" : "out of range");
	}
	return 0;
}

/* The mood from its columns. 1, 0 when there are none, -1 when they are no probability. */
static int take_mood(const struct emo_cells *c, struct emo_record *out)
{
	double sum = 0;
	int given = 0;

	for (int e = 0; e < EMO_EMOTIONS; e++)
		if (!isnan(c->number[EMO_COL_MOOD + e])) {
			sum += c->number[EMO_COL_MOOD + e];
			given++;
		}
	if (!given)
		return 0;
	if (!(sum > 0) || !isfinite(sum))
		return bad(c, "the seven probabilities do not add up to anything");
	for (int e = 0; e < EMO_EMOTIONS; e++) {
		double p = c->number[EMO_COL_MOOD + e];
		out->mood[e] = isnan(p) ? 0 : (float)(p / sum);
	}
	return 1;
}

/* The mood of an emotion of which no more is known than its confidence. */
static void make_mood(struct emo_record *out, double confidence)
{
	double p = isnan(confidence) ? 1 : fmin(confidence, 1);

	for (int e = 0; e < EMO_EMOTIONS; e++)
		out->mood[e] = (float)(e == out->emotion ? p : (1 - p) / (EMO_EMOTIONS - 1));
}

int emo_cells_check(struct emo_cells *c, const char *name, size_t line, int boxes,
		    struct emo_record *out)
{
	double face = c->number[EMO_COL_FACE], confidence = c->number[EMO_COL_CONFIDENCE];
	int has_mood;

	c->name = name;
	c->line = line;
	if (check_numbers(c) < 0)
		return -1;
	*out = (struct emo_record){.file = c->file, .emotion = -1, .sure = -1};
	out->face = isnan(face) ? EMO_FACE_UNREAD : (int)face;
	out->time = c->number[EMO_COL_TIME];
	out->x = (float)c->number[EMO_COL_X];
	out->y = (float)c->number[EMO_COL_Y];
	out->w = (float)c->number[EMO_COL_W];
	out->h = (float)c->number[EMO_COL_H];
	out->score = (float)c->number[EMO_COL_SCORE];
	for (int i = 0; i < 2 * EMO_MARKS; i++)
		out->mark[i / 2][i % 2] = (float)c->number[EMO_COL_MARK + i];
	if (!isnan(c->number[EMO_COL_SURE]))
		out->sure = (int)c->number[EMO_COL_SURE];
	out->reason = c->reason;
	out->frame_w = count(c->number[EMO_COL_FRAME_W]);
	out->frame_h = count(c->number[EMO_COL_FRAME_H]);
	out->frames = count(c->number[EMO_COL_FRAMES]);
	for (int e = 0; e < EMO_EMOTIONS; e++)
		if (out->frames && !isnan(c->number[EMO_COL_SHARE + e]))
			out->share[e] = (float)c->number[EMO_COL_SHARE + e];
	if (out->face <= 0)
		return 1;
	if (c->emotion && (out->emotion = emo_emotion_parse(c->emotion)) < 0)
		return emo_fail("%s:%zu: '%.40s' is no emotion", c->name, c->line, c->emotion);
	if ((has_mood = take_mood(c, out)) < 0)
		return -1;
	out->confidence = NAN;
	if (!has_mood && out->emotion < 0)
		return boxes ? 1 : bad(c, "a face without an emotion");
	if (!has_mood)
		make_mood(out, confidence);
	if (out->emotion < 0)
		out->emotion = emo_emotion_top(out->mood);
	out->confidence = isnan(confidence) ? out->mood[out->emotion] : (float)fmin(confidence, 1);
	return 1;
}
