/* SPDX-License-Identifier: MIT */
#include "finder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "crops.h"
#include "fer/classify.h"
#include "near.h"

/*
 * What is looked for when nobody says how small: everything that the model can see; but in pictures
 * of more pixels than this only what is at least so large a part of the shorter side, because time
 * grows with the pixels looked at, and nobody sends a 12-megapixel photo for a face of 20 pixels.
 */
#define MOST_PIXELS   4e6
#define SMALLEST_PART 32

/*
 * A picture as small and square as this is taken for a face itself when none is found in it, or when
 * one is that fills it: its crop would share so much with the picture, and be turned so little.
 */
#define TIGHT_SIDE  128
#define TIGHT_RATIO 1.25
#define FILLED      0.4f
#define UPRIGHT     0.18f /* tangent of 10 degrees */

#define SEARCH_EVERY 0.5 /* seconds of a stream in which faces are only looked for where they were */

struct finder {
	const struct finder_how *how;
	struct emo_detector *detector; /* NULL when nothing is searched for */
	struct emo_classifier *classifier;
	struct found *found; /* in the current picture */
	size_t n, cap;
	struct crops crops;
	float *moods;
	size_t moods_cap;
	struct emo_tracks *tracks; /* NULL: faces are numbered by size */
	double time, searched; /* of this frame; of the last one that was searched whole */
	struct emo_face *faces; /* for the tracks, with their numbers; they stay till the next frame */
	size_t nfaces;
	int *numbers;
	size_t faces_cap, numbers_cap;
};

struct finder *finder_new(const struct finder_how *how, struct emo_pool *pool)
{
	struct finder *f = emo_calloc(1, sizeof *f);

	if (!f)
		return NULL;
	f->how = how;
	if (!(f->classifier = emo_classifier_open(how->model, pool)))
		goto fail;
	f->crops.side = emo_classifier_side(f->classifier);
	if (!how->whole && !how->boxes &&
	    !(f->detector = emo_detector_open(how->face_model, pool)))
		goto fail;
	return f;
fail:
	finder_free(f);
	return NULL;
}

void finder_free(struct finder *f)
{
	if (!f)
		return;
	emo_classifier_free(f->classifier);
	emo_detector_free(f->detector);
	free(f->found);
	free(f->crops.px);
	free(f->moods);
	free(f->faces);
	free(f->numbers);
	free(f);
}

static struct found *add_face(struct finder *f, const struct emo_face *face, int number)
{
	if (emo_grow(&f->found, &f->cap, f->n + 1, sizeof *f->found) < 0)
		die("%s", emo_error());
	f->found[f->n] = (struct found){.face = *face, .number = number};
	emo_face_map(f->found[f->n].map, face, f->crops.side, NULL);
	return &f->found[f->n++];
}

/* The crop is the whole picture, stretched to a square. */
static void crop_whole(const struct finder *f, struct found *found, int w, int h)
{
	memset(found->map, 0, sizeof found->map);
	found->map[0] = (float)w / (float)f->crops.side;
	found->map[4] = (float)h / (float)f->crops.side;
}

/* The picture is the face. */
static void add_whole(struct finder *f, int w, int h, float score)
{
	struct emo_face face = {0, 0, (float)w, (float)h, score, {{0}}};

	for (int i = 0; i < EMO_MARKS; i++)
		face.mark[i][0] = face.mark[i][1] = NAN;
	crop_whole(f, add_face(f, &face, 1), w, h);
}

static void take_boxes(struct finder *f, struct findings *out, const char *name, int w, int h)
{
	size_t n;
	const struct named_box *box = boxes_of(f->how->boxes, name, &n);

	for (size_t i = 0; i < n; i++) {
		const struct emo_face *b = &box[i].face;

		if (isnan(b->w))
			continue;
		if (b->x < (float)w && b->y < (float)h && b->x + b->w > 0 && b->y + b->h > 0) {
			add_face(f, b, (int)i + 1);
			continue;
		}
		emo_fail("%s: the box %g,%g,%g,%g is outside the picture of %d x %d pixels", name,
			 (double)b->x, (double)b->y, (double)b->w, (double)b->h, w, h);
		findings_complain(out);
	}
}

/* Biggest first; of equals the one further left, then further up. */
static int by_size(const void *a, const void *b)
{
	const struct emo_face *p = &((const struct found *)a)->face;
	const struct emo_face *q = &((const struct found *)b)->face;
	float d = q->w * q->h - p->w * p->h;

	d = d != 0 ? d : p->x != q->x ? p->x - q->x : p->y - q->y;
	return d < 0 ? -1 : d > 0;
}

static void choose(struct finder *f)
{
	size_t best = 0;

	if (f->n == 0)
		return;
	qsort(f->found, f->n, sizeof *f->found, by_size);
	for (size_t i = 1; i < f->n; i++)
		if (f->found[i].face.score > f->found[best].face.score)
			best = i;
	if (f->how->pick == PICK_BEST)
		f->found[0] = f->found[best];
	if (f->how->pick != PICK_ALL)
		f->n = 1;
	for (size_t i = 0; i < f->n; i++)
		f->found[i].number = (int)i + 1;
}

/* The view that was searched; NULL on failure. */
static const struct emo_view *search(struct finder *f, struct emo_picture *p, const char *name)
{
	struct emo_find find = {EMO_FACE_MIN, f->how->threshold};
	struct emo_face *faces;
	const struct emo_view *v;
	size_t n;
	int w, h;

	emo_picture_size(p, &w, &h);
	if (f->how->min_face > 0)
		find.min_face = f->how->min_face;
	else if ((double)w * h > MOST_PIXELS)
		find.min_face = fmaxf(EMO_FACE_MIN, (float)(w < h ? w : h) / SMALLEST_PART);
	if (!(v = emo_picture_view(p, NULL, crops_reduction(find.min_face, EMO_FACE_MIN))))
		return NULL;
	find.min_face /= (float)v->reduce;
	if (emo_detect(f->detector, &v->img, &find, &faces, &n) < 0) {
		emo_fail("%s: %s", name, emo_error());
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		struct emo_face face = near_enlarge(&faces[i], v);

		add_face(f, &face, 0);
	}
	f->searched = f->time;
	choose(f);
	return v;
}

/*
 * The faces of the frame before, near where they were; NULL when one of them is not there or when it
 * is time to look for others.
 */
static const struct emo_view *search_near(struct finder *f, struct emo_picture *p)
{
	double since = f->time - f->searched;
	float smallest = INFINITY;
	const struct emo_view *v;

	if (!f->tracks || !f->nfaces || since < 0 || since >= SEARCH_EVERY)
		return NULL;
	for (size_t i = 0; i < f->nfaces; i++)
		smallest = fminf(smallest, near_smallest(&f->faces[i]));
	if (!(v = emo_picture_view(p, NULL, crops_reduction(smallest, EMO_FACE_MIN))))
		return NULL;
	for (size_t i = 0; i < f->nfaces; i++) {
		struct emo_face face;
		int there = near_find(&face, f->detector, v, &f->faces[i], f->how->threshold) > 0;

		for (size_t k = 0; k < f->n; k++)
			there = there && !near_same(&face, &f->found[k].face);
		if (!there) {
			f->n = 0;
			return NULL;
		}
		add_face(f, &face, 0);
	}
	choose(f);
	return v;
}

/* Whether a picture may be a face itself, cut out tightly. */
static int is_tight(int w, int h)
{
	int shorter = w < h ? w : h, longer = w < h ? h : w;

	return shorter >= EMO_FACE_MIN && longer <= TIGHT_SIDE && longer <= TIGHT_RATIO * shorter;
}

static float overlap(float at, float size, int n)
{
	return fmaxf(0, fminf(at + size, (float)n) - fmaxf(at, 0));
}

/* Whether a face fills such a picture: reckoned with the crop as if it were not turned at all. */
static int fills(const struct finder *f, const struct found *found, int w, int h)
{
	const float *m = found->map, side = (float)f->crops.side, size = hypotf(m[0], m[3]) * side;
	float x = (m[0] + m[1]) * side / 2 + m[2] - size / 2;
	float y = (m[3] + m[4]) * side / 2 + m[5] - size / 2;
	float both = overlap(x, size, w) * overlap(y, size, h);

	return fabsf(m[3]) <= UPRIGHT * m[0] &&
	       both >= FILLED * ((float)w * (float)h + size * size - both);
}

/*
 * Such pictures are what the classifier has learnt from: as they are they are as sharp as they can be,
 * and cut as those were.
 */
static void take_tight(struct finder *f, int w, int h)
{
	float least = f->how->min_face; /* 0: not given */

	if (f->n > 0 && fills(f, &f->found[0], w, h))
		crop_whole(f, &f->found[0], w, h);
	else if (f->n == 0 && f->how->threshold < 0 && least * least <= (float)(w * h))
		add_whole(f, w, h, 0);
}

static void write_faces(struct finder *f, struct findings *out, const char *name)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct emo_face *face = &f->found[i].face;
		struct emo_record *r;

		if (!f->found[i].number)
			continue;
		r = findings_add(out, name, f->found[i].number);
		r->x = face->x;
		r->y = face->y;
		r->w = face->w;
		r->h = face->h;
		r->score = face->score;
		memcpy(r->mark, face->mark, sizeof r->mark);
		memcpy(r->mood, f->moods + i * EMO_EMOTIONS, sizeof r->mood);
		r->emotion = emo_emotion_top(r->mood);
		r->confidence = r->mood[r->emotion];
		if (f->how->min_confidence >= 0)
			r->sure = r->confidence >= f->how->min_confidence;
	}
}

void finder_follow(struct finder *f, struct emo_tracks *tracks, double time)
{
	if (f->tracks != tracks || time < f->time)
		f->nfaces = 0; /* another stream */
	f->tracks = tracks;
	f->time = time;
}

/* Numbers by the tracks, for the faces that have one. */
static void number_faces(struct finder *f)
{
	if (emo_grow(&f->faces, &f->faces_cap, f->n + 1, sizeof *f->faces) < 0 ||
	    emo_grow(&f->numbers, &f->numbers_cap, f->n + 1, sizeof *f->numbers) < 0)
		die("%s", emo_error());
	for (size_t i = 0; i < f->n; i++)
		f->faces[i] = f->found[i].face;
	f->nfaces = f->n;
	if (emo_tracks_update(f->tracks, f->time, f->faces, f->n, f->crops.px, f->crops.side,
			      f->numbers) < 0)
		die("%s", emo_error());
	for (size_t i = 0; i < f->n; i++)
		if (f->found[i].number)
			f->found[i].number = f->numbers[i];
}

static int look(struct finder *f, struct findings *out, const char *name, struct emo_picture *p)
{
	const struct emo_view *searched = NULL;
	int w, h;

	f->n = 0;
	emo_picture_size(p, &w, &h);
	if (f->how->whole)
		add_whole(f, w, h, NAN);
	else if (f->how->boxes)
		take_boxes(f, out, name, w, h);
	else if (!(searched = search_near(f, p)) && !(searched = search(f, p, name)))
		return -1;
	if (searched && is_tight(w, h))
		take_tight(f, w, h);
	if (f->n == 0) {
		if (f->tracks)
			number_faces(f);
		return 0;
	}
	if (crops_make(&f->crops, f->found, f->n, p, searched, name, out) < 0)
		return -1;
	if (f->tracks)
		number_faces(f);
	if (emo_grow(&f->moods, &f->moods_cap, f->n * EMO_EMOTIONS, sizeof *f->moods) < 0)
		die("%s", emo_error());
	if (emo_classifier_run(f->classifier, f->moods, f->crops.px, (int)f->n, f->how->views) < 0)
		return emo_fail("%s: %s", name, emo_error());
	write_faces(f, out, name);
	return 0;
}

void finder_look(struct finder *f, struct findings *out, const char *name, struct emo_picture *p)
{
	findings_empty(out);
	if (look(f, out, name, p) < 0) {
		findings_complain(out);
		findings_add(out, name, EMO_FACE_UNREAD);
	}
	if (out->n == 0)
		findings_add(out, name, EMO_FACE_NONE);
}

void finder_run(struct finder *f, struct findings *out, const char *name)
{
	struct emo_picture *p = NULL;

	findings_empty(out);
	if (strcmp(name, "-") == 0 && f->how->on_stdin)
		emo_fail("-: standard input is %s and cannot be a picture too", f->how->on_stdin);
	else if (strcmp(name, "-") == 0 && isatty(STDIN_FILENO))
		emo_fail("-: standard input is a terminal, not a picture");
	else
		p = emo_picture_open(name);
	if (p) {
		finder_look(f, out, name, p);
	} else {
		findings_complain(out);
		findings_add(out, name, EMO_FACE_UNREAD);
	}
	emo_picture_free(p);
}
