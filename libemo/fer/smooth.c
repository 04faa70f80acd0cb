/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "fer/follow.h"
#include "fer/persons.h"

#define FORGET 5 /* time constants after which nothing is left of a mood */

struct smoothed {
	int face, known;
	double seen;
	float mood[EMO_EMOTIONS];
};

struct emo_smooth {
	double seconds, now;
	struct emo_persons faces;
};

struct emo_smooth *emo_smooth_new(double seconds)
{
	struct emo_smooth *s = emo_calloc(1, sizeof *s);

	if (s)
		*s = (struct emo_smooth){.seconds = seconds, .faces = {.size = sizeof(struct smoothed)}};
	return s;
}

void emo_smooth_free(struct emo_smooth *s)
{
	if (!s)
		return;
	free(s->faces.entry);
	free(s);
}

static void forget(struct emo_smooth *s, double time)
{
	for (size_t i = s->faces.n; i-- > 0;) {
		const struct smoothed *p = emo_persons_get(&s->faces, i);

		if (time < s->now || time - p->seen > FORGET * s->seconds)
			emo_persons_drop(&s->faces, i);
	}
	s->now = time;
}

int emo_smooth_apply(struct emo_smooth *s, struct emo_record *r)
{
	struct smoothed *p;
	float part;

	if (!isfinite(r->time))
		return emo_fail("a record without a time cannot be smoothed");
	if (r->time != s->now)
		forget(s, r->time);
	if (r->face <= 0 || r->emotion < 0 || !(s->seconds > 0))
		return 0;
	if (!(p = emo_persons_at(&s->faces, r->face)))
		return -1;
	part = p->known ? (float)-expm1(-(r->time - p->seen) / s->seconds) : 1;
	for (int e = 0; e < EMO_EMOTIONS; e++)
		r->mood[e] = p->mood[e] += part * (r->mood[e] - p->mood[e]);
	p->known = 1;
	p->seen = r->time;
	r->emotion = emo_emotion_top(r->mood);
	r->confidence = r->mood[r->emotion];
	return 0;
}
