/* SPDX-License-Identifier: MIT */
#include "events.h"

#include <stdio.h>

#include "base/num.h"

static const struct table_column event_columns[] = {
	{"file", 0, 16, 1}, {"face", 1, 4, 0},	  {"emotion", 0, 8, 0}, {"confidence", 1, 10, 0},
	{"onset", 1, 9, 0}, {"peak", 1, 9, 0},	  {"end", 1, 9, 0},	{0}};

struct table events_table(int format)
{
	return table_start(format, event_columns);
}

void events_row(struct table *t, const struct emo_event *e)
{
	char face[16], confidence[32], onset[32], peak[32], end[32];
	const char *cells[] = {e->file, face,  emo_emotion_name(e->emotion), confidence,
			       onset,	peak, end};

	snprintf(face, sizeof face, "%d", e->face);
	emo_snprintf(confidence, sizeof confidence, "%.6f", (double)e->confidence);
	emo_snprintf(onset, sizeof onset, "%.3f", e->onset);
	emo_snprintf(peak, sizeof peak, "%.3f", e->peak);
	emo_snprintf(end, sizeof end, "%.3f", e->end);
	table_row(t, cells);
}
