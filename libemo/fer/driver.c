/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "fer/follow.h"

#define CORNER 0.5 /* what a face in a corner of the picture counts, in the middle 1 */
#define STAY   1.25 /* what the face that has the place counts more */

struct emo_driver {
	struct emo_record best;
	double weight; /* of best */
	int filled, face; /* face: that had the place last; 0: none */
	emo_record_use *use;
	void *arg;
};

struct emo_driver *emo_driver_new(emo_record_use *use, void *arg)
{
	struct emo_driver *d = emo_calloc(1, sizeof *d);

	if (d)
		*d = (struct emo_driver){.use = use, .arg = arg};
	return d;
}

void emo_driver_free(struct emo_driver *d)
{
	free(d);
}

static double weigh(const struct emo_driver *d, const struct emo_record *r)
{
	double weight, x, y, off = 0;

	if (r->face <= 0)
		return r->face == EMO_FACE_NONE ? -1 : -2;
	weight = isfinite(r->w) && isfinite(r->h) ? (double)r->w * (double)r->h : 0;
	if (r->frame_w > 0 && r->frame_h > 0 && isfinite(r->x) && isfinite(r->y)) {
		x = (double)r->x + (double)r->w / 2 - r->frame_w / 2.0;
		y = (double)r->y + (double)r->h / 2 - r->frame_h / 2.0;
		off = fmin(1, hypot(x, y) / hypot(r->frame_w / 2.0, r->frame_h / 2.0));
	}
	weight *= 1 - (1 - CORNER) * off;
	return r->face == d->face ? STAY * weight : weight;
}

static void end_frame(struct emo_driver *d)
{
	if (!d->filled)
		return;
	d->filled = 0;
	if (d->best.face > 0)
		d->face = d->best.face;
	d->use(d->arg, &d->best);
}

int emo_driver_put(struct emo_driver *d, const struct emo_record *r)
{
	double weight;

	if (!r) {
		end_frame(d);
		d->face = 0;
		return 0;
	}
	if (!isfinite(r->time))
		return emo_fail("a record without a time belongs to no frame");
	if (d->filled && r->time != d->best.time)
		end_frame(d);
	weight = weigh(d, r);
	if (d->filled && !(weight > d->weight))
		return 0;
	d->filled = 1;
	d->best = *r;
	d->weight = weight;
	return 0;
}
