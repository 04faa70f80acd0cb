/* SPDX-License-Identifier: MIT */
#include "findings.h"

#include <math.h>
#include <stdlib.h>

#include "../cli.h"
#include "base/err.h"
#include "base/mem.h"

void findings_empty(struct findings *out)
{
	for (size_t i = 0; i < out->ncomplaints; i++)
		free(out->complaints[i]);
	out->n = out->ncomplaints = 0;
}

void findings_done(struct findings *out)
{
	findings_empty(out);
	free(out->records);
	free(out->complaints);
	*out = (struct findings){0};
}

void findings_complain(struct findings *out)
{
	char *copy = emo_strdup(emo_error());

	if (!copy || emo_grow(&out->complaints, &out->complaints_cap, out->ncomplaints + 1,
			      sizeof *out->complaints) < 0)
		die("%s", emo_error());
	out->complaints[out->ncomplaints++] = copy;
}

struct emo_record *findings_add(struct findings *out, const char *name, int face)
{
	struct emo_record *r;

	if (emo_grow(&out->records, &out->cap, out->n + 1, sizeof *out->records) < 0)
		die("%s", emo_error());
	r = &out->records[out->n++];
	*r = (struct emo_record){.file = name, .face = face, .emotion = -1, .sure = -1};
	r->time = NAN;
	r->x = r->y = r->w = r->h = r->score = r->confidence = NAN;
	for (int i = 0; i < EMO_MARKS; i++)
		r->mark[i][0] = r->mark[i][1] = NAN;
	return r;
}
