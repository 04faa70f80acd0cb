/* SPDX-License-Identifier: MIT */
#include "face/album.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/csv.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/rng.h"
#include "face/pyramid.h"

#define MAX_PATH 4200

static int join(char *out, const char *folder, const char *name)
{
	int n = name[0] == '/' ? snprintf(out, MAX_PATH, "%s", name)
			       : snprintf(out, MAX_PATH, "%s/%s", folder, name);

	return n < MAX_PATH ? 0 : emo_fail("%.40s...: a path of %d bytes is too long", out, n);
}

/* The same whatever else is in the folder. */
static int chosen(const char *name, uint32_t one_in)
{
	uLong crc = crc32(crc32(0, NULL, 0), (const Bytef *)name, (uInt)strlen(name));
	struct emo_rng rng = emo_rng_at(crc, 0, 0); /* names that are alike have checksums that are */

	return emo_rng_below(&rng, one_in) == 0;
}

static struct emo_photo *add_photo(struct emo_album *a, const char *path)
{
	struct emo_photo *p;

	if (emo_grow(&a->photos, &a->photos_cap, a->nphotos + 1, sizeof *a->photos) < 0)
		return NULL;
	p = a->photos + a->nphotos;
	*p = (struct emo_photo){.name = emo_strdup(path), .first = a->nmarks};
	if (!p->name)
		return NULL;
	a->nphotos++;
	return p;
}

/* ---- boxes.csv ---- */

static const char *const numbers[] = {"x",  "y",  "w",  "h",   "lex", "ley", "rex",
				      "rey", "nx", "ny", "lmx", "lmy", "rmx", "rmy"};
enum { NUMBERS = sizeof numbers / sizeof *numbers, BOX = 4 };

struct columns {
	int file, kind, split, others, number[NUMBERS];
};

static int find_columns(struct columns *c, const struct emo_csv *csv)
{
	*c = (struct columns){.file = emo_csv_find(csv, "file"), .kind = emo_csv_find(csv, "kind"),
			      .split = emo_csv_find(csv, "split"),
			      .others = emo_csv_find(csv, "others")};
	if (c->file < 0)
		return emo_fail("%s:1: has no column 'file'", emo_csv_name(csv));
	for (int k = 0; k < NUMBERS; k++) {
		c->number[k] = emo_csv_find(csv, numbers[k]);
		if (k < BOX && c->number[k] < 0)
			return emo_fail("%s:1: has no column '%s'", emo_csv_name(csv), numbers[k]);
	}
	return 0;
}

static const char *cell(const struct emo_csv *csv, int column)
{
	return column < 0 ? "" : emo_csv_field(csv, (size_t)column);
}

/* 1: all of those numbers are there; 0: none is. */
static int read_numbers(float *out, const struct emo_csv *csv, const struct columns *c, int from,
			int to)
{
	int found = 0;
	double v;

	for (int k = from; k < to; k++) {
		const char *s = cell(csv, c->number[k]);

		if (!*s)
			continue;
		if (emo_parse_double(&v, s) < 0 || v < -1e5 || v > 1e5)
			return emo_fail("%s:%zu: %s '%.40s' is not a number of pixels",
					emo_csv_name(csv), emo_csv_line(csv), numbers[k], s);
		out[k - from] = (float)v;
		found++;
	}
	if (found && found < to - from)
		return emo_fail("%s:%zu: has only %d of the %d numbers %s ... %s", emo_csv_name(csv),
				emo_csv_line(csv), found, to - from, numbers[from], numbers[to - 1]);
	return found > 0;
}

/* -1: a picture without a face; -2: no such kind. */
static int parse_kind(const char *s)
{
	static const struct {
		const char *name;
		int kind;
	} kinds[] = {{"", EMO_MARK_FACE},           {"face", EMO_MARK_FACE},
		     {"crop", EMO_MARK_CROP},       {"ignore", EMO_MARK_IGNORE},
		     {"masked", EMO_MARK_IGNORE},   {"badmask", EMO_MARK_IGNORE},
		     {"none", -1}};

	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		if (strcmp(s, kinds[k].name) == 0)
			return kinds[k].kind;
	return -2;
}

static int add_mark(struct emo_album *a, const struct emo_csv *csv, const struct columns *c)
{
	struct emo_photo *p = a->photos + a->nphotos - 1;
	int kind = parse_kind(cell(csv, c->kind)), has_box;
	struct emo_mark m = {0};
	float box[BOX];

	if (kind == -2)
		return emo_fail("%s:%zu: kind '%.40s' is none of face, crop, ignore, masked, "
				"badmask, none", emo_csv_name(csv), emo_csv_line(csv),
				cell(csv, c->kind));
	if (kind == -1)
		return 0;
	m.kind = (enum emo_mark_kind)kind;
	if ((has_box = read_numbers(box, csv, c, 0, BOX)) < 0 ||
	    (m.has_points = read_numbers(m.point[0], csv, c, BOX, NUMBERS)) < 0)
		return -1;
	if (!has_box || box[2] < 1 || box[3] < 1)
		return emo_fail("%s:%zu: a face needs a box of at least 1 pixel", emo_csv_name(csv),
				emo_csv_line(csv));
	m.x = box[0];
	m.y = box[1];
	m.w = box[2];
	m.h = box[3];
	if (emo_grow(&a->marks, &a->marks_cap, a->nmarks + 1, sizeof *a->marks) < 0)
		return -1;
	a->marks[a->nmarks++] = m;
	p->n++;
	return 0;
}

/* Rows of one picture stand together. */
static int add_row(struct emo_album *a, const struct emo_csv *csv, const struct columns *c,
		   const char *folder, size_t begin)
{
	const char *file = cell(csv, c->file), *split = cell(csv, c->split);
	char path[MAX_PATH];
	struct emo_photo *p;

	if (!*file)
		return emo_fail("%s:%zu: names no file", emo_csv_name(csv), emo_csv_line(csv));
	if (join(path, folder, file) < 0)
		return -1;
	if (a->nphotos == begin || strcmp(a->photos[a->nphotos - 1].name, path)) {
		if (!(p = add_photo(a, path)))
			return -1;
		p->others = strcmp(cell(csv, c->others), "1") == 0;
		if (c->split >= 0)
			p->held_out = strcmp(split, "train") != 0;
		else
			p->held_out = chosen(file, 4);
	}
	return add_mark(a, csv, c);
}

static int add_boxes(struct emo_album *a, const char *path, const char *folder)
{
	struct emo_csv *csv = emo_csv_open(path);
	size_t begin = a->nphotos;
	struct columns c;
	int more, status = -1;

	if (!csv)
		return -1;
	if ((more = emo_csv_next(csv)) < 0 || (more > 0 && find_columns(&c, csv) < 0))
		goto out;
	while (more > 0 && (more = emo_csv_next(csv)) > 0)
		if (add_row(a, csv, &c, folder, begin) < 0)
			goto out;
	status = more < 0 ? -1 : 0;
out:
	emo_csv_close(csv);
	return status;
}

/* ---- folders of pictures without faces ---- */

static int add_folder(struct emo_album *a, const char *folder, int depth);

static int add_entry(struct emo_album *a, const char *folder, const char *name, int depth)
{
	char path[MAX_PATH];
	struct emo_photo *p;
	struct stat st;

	if (name[0] == '.')
		return 0;
	if (join(path, folder, name) < 0)
		return -1;
	if (stat(path, &st) < 0)
		return emo_fail("%s:", path);
	if (S_ISDIR(st.st_mode))
		return depth < 16 ? add_folder(a, path, depth + 1)
				  : emo_fail("%s: folders within folders, too deep", path);
	if (!emo_image_named(name))
		return 0;
	if (!(p = add_photo(a, path)))
		return -1;
	p->held_out = chosen(name, 10);
	return 0;
}

static int add_folder(struct emo_album *a, const char *folder, int depth)
{
	struct dirent **names;
	int n = scandir(folder, &names, NULL, alphasort), status = 0;

	if (n < 0)
		return emo_fail("%s:", folder);
	for (int i = 0; i < n; i++) {
		if (status == 0)
			status = add_entry(a, folder, names[i]->d_name, depth);
		free(names[i]);
	}
	free(names);
	return status;
}

/* ---- pixels ---- */

static int load_task(void *ctx, int i, int thread)
{
	struct emo_photo *p = (struct emo_photo *)ctx + i;
	struct emo_image img;
	int status;

	(void)thread;
	if (emo_image_load(&img, p->name) < 0)
		return -1;
	status = emo_grey_shrink(p->level, &img, img.w, img.h);
	emo_image_done(&img);
	for (int k = 1; k < EMO_PHOTO_LEVELS && status == 0; k++) {
		const struct emo_image *last = p->level + k - 1;

		if (last->w < 16 || last->h < 16)
			break;
		status = emo_grey_halve(p->level + k, last);
	}
	return status;
}

static int add_all(struct emo_album *a, const char *folder, struct emo_pool *pool)
{
	size_t begin = a->nphotos;
	char path[MAX_PATH];
	struct stat st;
	int boxes;

	if (join(path, folder, "boxes.csv") < 0)
		return -1;
	boxes = stat(path, &st) == 0;
	if ((boxes ? add_boxes(a, path, folder) : add_folder(a, folder, 0)) < 0)
		return -1;
	if (a->nphotos == begin)
		return emo_fail("%s: has neither a boxes.csv nor pictures", folder);
	return emo_for(pool, (int)(a->nphotos - begin), load_task, a->photos + begin);
}

static void free_photo(struct emo_photo *p)
{
	free(p->name);
	for (int k = 0; k < EMO_PHOTO_LEVELS; k++)
		emo_image_done(p->level + k);
}

int emo_album_add(struct emo_album *a, const char *folder, struct emo_pool *pool)
{
	size_t photos = a->nphotos, marks = a->nmarks;
	int status = add_all(a, folder, pool);

	while (status < 0 && a->nphotos > photos)
		free_photo(a->photos + --a->nphotos);
	if (status < 0)
		a->nmarks = marks;
	return status;
}

void emo_album_done(struct emo_album *a)
{
	for (size_t i = 0; i < a->nphotos; i++)
		free_photo(a->photos + i);
	free(a->photos);
	free(a->marks);
	*a = (struct emo_album){0};
}
