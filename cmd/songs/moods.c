/* SPDX-License-Identifier: MIT */
#include "moods.h"

#include <stdio.h>

#include "base/err.h"
#include "../cli.h"

/* Bad lines are reported as they come, but not before there is a good one: see end_of_input. */
struct bad {
	size_t lines;
	char first[512];
};

enum { SHOWN = 10 }; /* bad lines; the others are counted */

static void bad_line(struct bad *bad, size_t good)
{
	if (bad->lines++ == 0)
		snprintf(bad->first, sizeof bad->first, "%s", emo_error());
	if (good > 0 && bad->lines <= SHOWN)
		warn("%s", emo_error());
}

static int end_of_input(const struct bad *bad, size_t records, size_t faces, int needed)
{
	if (faces == 0) {
		if (bad->lines)
			warn("no usable line on standard input; the first bad one: %s", bad->first);
		else if (records)
			warn("standard input has no record with a face (of %zu)", records);
		else if (!needed)
			return CLI_OK;
		else
			warn("nothing on standard input; it takes records or an emotion a line");
		return CLI_NOTHING;
	}
	if (bad->lines > SHOWN)
		warn("%zu more bad lines", bad->lines - SHOWN);
	return bad->lines ? CLI_FAILED : CLI_OK;
}

int moods_read(float mean[EMO_EMOTIONS],
	       void (*use)(void *arg, const float *mood, const struct emo_record *r), void *arg,
	       int needed)
{
	struct emo_record_reader *reader = emo_record_reader_new(stdin, "(stdin)");
	struct emo_record r;
	struct bad bad = {0};
	float sum[EMO_EMOTIONS] = {0};
	size_t records = 0, faces = 0;
	int more;

	if (!reader)
		die("%s", emo_error());
	while ((more = emo_record_read(reader, &r))) {
		if (more < 0) {
			bad_line(&bad, faces);
			continue;
		}
		records++;
		if (r.face <= 0)
			continue;
		if (faces++ == 0 && bad.lines)
			warn("%s", bad.first);
		if (use)
			use(arg, r.mood, &r);
		for (int e = 0; e < EMO_EMOTIONS; e++)
			sum[e] += r.mood[e];
	}
	if (emo_record_reader_broke(reader) && faces == 0)
		die("%s", bad.first);
	emo_record_reader_free(reader);
	for (int e = 0; e < EMO_EMOTIONS && faces; e++)
		mean[e] = sum[e] / (float)faces;
	return end_of_input(&bad, records, faces, needed);
}
