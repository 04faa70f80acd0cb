/* SPDX-License-Identifier: MIT */
#include "image/picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limit.h"
#include "base/io.h"
#include "base/mem.h"
#include "image/codec.h"

struct emo_picture {
	char *own; /* the file, when it was read here */
	char *name;
	struct emo_codec file;
	int stored[2]; /* width and height in the file */
	int is_jpeg, viewed;
	struct emo_view view;
	struct emo_box part; /* what the view was asked for; w = 0: all */
};

static int look_at_head(struct emo_picture *p)
{
	p->file.orientation = 1;
	p->file.grey = 1;
	p->is_jpeg = emo_codec_is_jpeg(&p->file);
	if (p->is_jpeg)
		return emo_jpeg_size(p->stored, &p->file);
	if (emo_codec_decode(&p->view.img, &p->file) < 0)
		return -1;
	p->stored[0] = p->view.img.w;
	p->stored[1] = p->view.img.h;
	p->view.reduce = p->viewed = 1;
	return emo_exif_upright(&p->view.img, p->file.orientation);
}

struct emo_picture *emo_picture_parse(const void *data, size_t len, const char *name)
{
	struct emo_picture *p = emo_calloc(1, sizeof *p);

	if (!p)
		return NULL;
	if (!(p->name = emo_strdup(name)))
		goto fail;
	p->file.data = data;
	p->file.len = len;
	p->file.name = p->name;
	if (look_at_head(p) < 0)
		goto fail;
	return p;
fail:
	emo_picture_free(p);
	return NULL;
}

struct emo_picture *emo_picture_open(const char *path)
{
	struct emo_picture *p;
	char *data;
	size_t len;

	if (emo_read_file(&data, &len, path, emo_limit(EMO_LIMIT_PICTURE)) < 0)
		return NULL;
	p = emo_picture_parse(data, len, strcmp(path, "-") == 0 ? "(stdin)" : path);
	if (p && p->is_jpeg)
		p->own = data;
	else
		free(data);
	return p;
}

void emo_picture_free(struct emo_picture *p)
{
	if (!p)
		return;
	emo_image_done(&p->view.img);
	free(p->name);
	free(p->own);
	free(p);
}

static int swaps(const struct emo_picture *p)
{
	return p->file.orientation >= 5;
}

/* Whether the stored x (axis 0) or y runs against the upright picture; the table is in exif.c. */
static int flips(const struct emo_picture *p, int axis)
{
	return (axis ? 0xd8 : 0x18c) >> p->file.orientation & 1;
}

void emo_picture_size(const struct emo_picture *p, int *w, int *h)
{
	*w = p->stored[swaps(p)];
	*h = p->stored[!swaps(p)];
}

static int within(double v, int max)
{
	return v > 0 ? v < max ? (int)v : max : 0;
}

/* Asks the decoder for an upright part, in the file's own axes. */
static void choose_part(struct emo_picture *p, const struct emo_box *part)
{
	for (int axis = 0; axis < 2; axis++) {
		int upright = axis ^ swaps(p), n = p->stored[axis];
		double begin = (double)(upright ? part->y : part->x);
		double length = (double)(upright ? part->h : part->w);
		int from = within(floor(begin), n), to = within(ceil(begin + length), n);

		p->file.from[axis] = flips(p, axis) ? n - to : from;
		p->file.to[axis] = flips(p, axis) ? n - from : to;
		if (to <= from) /* beside the picture: its nearest pixels will do */
			p->file.from[axis] = p->file.from[axis] < n ? p->file.from[axis] : n - 1;
		if (to <= from)
			p->file.to[axis] = p->file.from[axis] + 1;
	}
}

static int decode(struct emo_picture *p, const struct emo_box *part, int reduce)
{
	struct emo_image *img = &p->view.img;
	float at[2];

	emo_image_done(img);
	p->viewed = 0;
	p->file.reduce = reduce;
	memset(p->file.to, 0, sizeof p->file.to);
	if (part)
		choose_part(p, part);
	if (emo_jpeg_decode(img, &p->file) < 0)
		return -1;
	for (int axis = 0; axis < 2; axis++) {
		int length = reduce * (axis ? img->h : img->w), begin = p->file.at[axis];

		at[axis] = (float)(flips(p, axis) ? p->stored[axis] - begin - length : begin);
	}
	if (emo_exif_upright(img, p->file.orientation) < 0)
		return emo_fail("%s: %s", p->name, emo_error());
	p->view.x = at[swaps(p)];
	p->view.y = at[!swaps(p)];
	p->view.reduce = reduce;
	p->part = part ? *part : (struct emo_box){0};
	p->viewed = 1;
	return 0;
}

static int same_box(const struct emo_box *a, const struct emo_box *b)
{
	return a->x == b->x && a->y == b->y && a->w == b->w && a->h == b->h;
}

const struct emo_view *emo_picture_view(struct emo_picture *p, const struct emo_box *part,
					int reduce)
{
	int same = p->viewed && (!p->is_jpeg || p->view.reduce == reduce) &&
		   (p->part.w == 0 || (part && same_box(part, &p->part)));

	if (!same && decode(p, part, reduce) < 0)
		return NULL;
	return &p->view;
}

int emo_view_warp(uint8_t *out, int w, int h, const struct emo_view *v, const float m[6])
{
	float k = 1 / (float)v->reduce; /* a power of two: exact */
	const float map[6] = {m[0] * k, m[1] * k, (m[2] - v->x) * k,
			      m[3] * k, m[4] * k, (m[5] - v->y) * k};

	return emo_image_warp(out, w, h, &v->img, map);
}
