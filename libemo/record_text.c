/* SPDX-License-Identifier: MIT */
/*
 * Records for people, 80 columns wide: file, face, emotion, a bar of its probability, and the second
 * likeliest; or, for many frames, how often each emotion was seen.
 */
#include "record_text.h"

#include <math.h>

#include "base/num.h"
#include "base/text.h"

enum { NAME_WIDTH = 26, BAR_WIDTH = 12 };

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

/* The emotions by how often they were seen. */
static void put_shares(const struct emo_record_writer *w, const struct emo_record *r)
{
	int left = (1 << EMO_EMOTIONS) - 1;

	fprintf(w->file, "%6d ", r->face);
	for (int n = 0; n < EMO_EMOTIONS; n++) {
		int top = 0;
		char percent[16];

		for (int e = 0; e < EMO_EMOTIONS; e++)
			if (left & 1 << e && (!(left & 1 << top) || r->share[e] > r->share[top]))
				top = e;
		if (!(r->share[top] > 0))
			break;
		left &= ~(1 << top);
		emo_snprintf(percent, sizeof percent, "%.0f %%", 100 * (double)r->share[top]);
		fprintf(w->file, " %s%s%s %s", w->color ? color_of(top) : "", emo_emotion_name(top),
			w->color ? "\033[0m" : "", percent);
	}
	fprintf(w->file, " of %d frames", r->frames);
	if (w->reason && r->reason) {
		fputs(", ", w->file);
		emo_write_shown(w->file, r->reason);
	}
	putc('\n', w->file);
}

void emo_record_text(const struct emo_record_writer *w, const struct emo_record *r)
{
	int mood = r->face > 0 && r->emotion >= 0;
	const char *on = w->color && mood ? color_of(r->emotion) : "";
	const char *off = w->color && mood ? "\033[0m" : "";
	char bar[BAR_WIDTH + 1], percent[16], second[16];
	int top = r->emotion, filled, next;

	put_name(w->file, r);
	if (r->face <= 0) {
		fputs(r->face == EMO_FACE_NONE ? "     -  no face\n" : "     -  not read\n",
		      w->file);
		return;
	}
	if (!mood) {
		fprintf(w->file, "%6d  not judged\n", r->face);
		return;
	}
	if (w->shares && r->frames > 0) {
		put_shares(w, r);
		return;
	}
	next = runner_up(r->mood, top);
	filled = (int)lrintf(r->confidence * BAR_WIDTH);
	for (int i = 0; i < BAR_WIDTH; i++)
		bar[i] = i < filled ? '#' : '.';
	bar[BAR_WIDTH] = '\0';
	emo_snprintf(percent, sizeof percent, "%5.1f %%", 100 * (double)r->confidence);
	emo_snprintf(second, sizeof second, "%3.0f %%", 100 * (double)r->mood[next]);
	fprintf(w->file, "%6d  %s%-8s%c%s%s %s  %s %s", r->face, on, emo_emotion_name(top),
		w->sure && r->sure == 0 ? '?' : ' ', bar, off, percent, second,
		emo_emotion_name(next));
	if (w->reason && r->reason) {
		fputs(", ", w->file);
		emo_write_shown(w->file, r->reason);
	}
	putc('\n', w->file);
}
