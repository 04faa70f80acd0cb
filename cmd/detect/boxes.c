/* SPDX-License-Identifier: MIT */
#include "boxes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "record.h"

static struct named_box *new_box(struct boxes *b)
{
	if (emo_grow(&b->box, &b->cap, b->n + 1, sizeof *b->box) < 0)
		die("%s", emo_error());
	b->box[b->n] = (struct named_box){.at = b->n, .face.score = NAN};
	for (int i = 0; i < EMO_MARKS; i++)
		b->box[b->n].face.mark[i][0] = b->box[b->n].face.mark[i][1] = NAN;
	return &b->box[b->n++];
}

void boxes_add(struct boxes *b, const struct cli_args *a)
{
	char *text = emo_strdup(a->value), *at = text;
	struct emo_face *f = &new_box(b)->face;
	double v[4];

	if (!text)
		die("%s", emo_error());
	for (int i = 0; i < 4; i++) {
		char *end = at + strcspn(at, ",");

		if ((*end == ',') != (i < 3))
			usage_error("--box: '%s' is not four numbers X,Y,W,H", a->value);
		*end = '\0';
		if (emo_parse_double(&v[i], at) < 0 || fabs(v[i]) > 1e9)
			usage_error("--box: '%s' in '%s' is not a number of pixels", at, a->value);
		at = end + 1;
	}
	free(text);
	f->x = (float)v[0];
	f->y = (float)v[1];
	f->w = (float)v[2];
	f->h = (float)v[3];
	if (!(f->w > 0 && f->h > 0))
		usage_error("--box: '%s' has no area; width and height must be above 0", a->value);
}

/* 0, or -1 for a line that is of no use as a box. */
static int take_record(struct boxes *b, const struct emo_record *r)
{
	struct named_box *box;

	if (!r->file)
		return emo_fail("names no picture");
	if (r->face > 0 && !(isfinite(r->x) && isfinite(r->y) && r->w > 0 && r->h > 0))
		return emo_fail("a face without a box, or one that has no area");
	box = new_box(b);
	if (!(box->file = emo_strdup(r->file)))
		die("%s", emo_error());
	box->face.x = r->x;
	box->face.y = r->y;
	box->face.w = r->face > 0 ? r->w : NAN;
	box->face.h = r->h;
	box->face.score = r->score;
	memcpy(box->face.mark, r->mark, sizeof box->face.mark);
	return 0;
}

static int by_file(const void *a, const void *b)
{
	const struct named_box *p = a, *q = b;
	int order = strcmp(p->file, q->file);

	return order ? order : p->at < q->at ? -1 : 1;
}

static int by_place(const void *a, const void *b)
{
	size_t p = (*(struct named_box *const *)a)->at, q = (*(struct named_box *const *)b)->at;

	return p < q ? -1 : p > q;
}

static void list_files(struct boxes *b)
{
	struct named_box **first = emo_calloc(b->n, sizeof *first);

	if (!first || !(b->files = emo_calloc(b->n, sizeof *b->files)))
		die("%s", emo_error());
	for (size_t i = 0; i < b->n; i++)
		if (i == 0 || strcmp(b->box[i].file, b->box[i - 1].file))
			first[b->nfiles++] = &b->box[i];
	if (b->nfiles)
		qsort(first, b->nfiles, sizeof *first, by_place);
	for (size_t i = 0; i < b->nfiles; i++)
		b->files[i] = first[i]->file;
	free(first);
}

void boxes_read(struct boxes *b, const char *path)
{
	int is_stdin = strcmp(path, "-") == 0, got;
	const char *name = is_stdin ? "(stdin)" : path;
	FILE *file = is_stdin ? stdin : fopen(path, "r");
	struct emo_record_reader *reader;
	struct emo_record r;

	if (!file)
		die("%s:", path);
	if (!(reader = emo_record_reader_new(file, name)))
		die("%s", emo_error());
	emo_record_reader_boxes(reader);
	while ((got = emo_record_read(reader, &r)))
		if (got < 0) {
			warn("%s", emo_error());
			b->failed = 1;
		} else if (take_record(b, &r) < 0) {
			warn("%s:%zu: %s", name, emo_record_line(reader), emo_error());
			b->failed = 1;
		}
	emo_record_reader_free(reader);
	if (!is_stdin)
		fclose(file);
	if (b->n)
		qsort(b->box, b->n, sizeof *b->box, by_file);
	list_files(b);
}

const struct named_box *boxes_of(const struct boxes *b, const char *file, size_t *n)
{
	size_t low = 0, high = b->n, end;

	*n = b->n;
	if (b->n == 0 || !b->box[0].file)
		return b->box;
	while (low < high) { /* the first that is not before file */
		size_t middle = low + (high - low) / 2;

		if (strcmp(b->box[middle].file, file) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < b->n && strcmp(b->box[end].file, file) == 0; end++)
		;
	*n = end - low;
	return b->box + low;
}

void boxes_done(struct boxes *b)
{
	for (size_t i = 0; i < b->n; i++)
		free(b->box[i].file);
	free(b->box);
	free(b->files);
	*b = (struct boxes){0};
}
