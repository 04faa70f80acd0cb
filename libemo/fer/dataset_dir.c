/* SPDX-License-Identifier: MIT */
/* Labelled images from folders named after splits and emotions. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "fer/dataset_build.h"
#include "image/warp.h"

/* Where the walk is; -1: not yet known. */
struct place {
	const char *dir;
	int split, label;
};

static int add_image(struct emo_dataset_build *b, const char *path, const struct place *p)
{
	size_t file = b->nfiles++;
	struct emo_image img;
	uint8_t *out;
	int side = b->d->side, status = -1;

	if (!emo_dataset_wants(b, p->label, p->split))
		return 0;
	if (emo_image_load(&img, path) < 0)
		return -1;
	if ((out = emo_dataset_room(b))) {
		struct emo_box all = {0, 0, (float)img.w, (float)img.h};

		status = emo_image_crop(out, side, side, &img, all);
	}
	if (status == 0)
		emo_dataset_take(b, p->label, p->split, file);
	emo_image_done(&img);
	return status;
}

int emo_folder_emotion(const char *file)
{
	const char *end = file ? strrchr(file, '/') : NULL, *start = end;
	char name[32] = "";
	int emotion;

	while (start && start > file && start[-1] != '/')
		start--;
	if (start && (size_t)(end - start) < sizeof name)
		memcpy(name, start, (size_t)(end - start));
	emotion = emo_emotion_parse(name);
	if (emotion < 0)
		emo_fail("%s: does not lie in a folder named after an emotion, such as happy/",
			 file && *file ? file : "a record without a file");
	return emotion;
}

static int walk(struct emo_dataset_build *b, const struct place *p);

static int enter(struct emo_dataset_build *b, const char *path, const char *name,
		 const struct place *from)
{
	struct place p = {path, from->split, emo_emotion_parse(name)};

	if (from->label >= 0)
		return emo_fail("%s: a folder within the folder of an emotion", path);
	if (p.label >= 0 && p.split < 0)
		p.split = EMO_TRAINING;
	else if (p.label < 0 && p.split < 0)
		p.split = emo_split_parse(name);
	else if (p.label < 0)
		p.split = -1;
	if (p.split < 0)
		return emo_fail("%s: the folder's name is no emotion%s", path,
				from->split < 0 ? " and no split such as train" : "");
	return walk(b, &p);
}

/* One entry of a folder. What is neither a folder nor an image is none of our business. */
static int visit(struct emo_dataset_build *b, const char *name, const struct place *from)
{
	size_t size = strlen(from->dir) + strlen(name) + 2;
	char *path = emo_calloc(size, 1);
	struct stat st;
	int status = 0;

	if (!path) {
		b->fatal = 1;
		return -1;
	}
	snprintf(path, size, "%s/%s", from->dir, name);
	if (stat(path, &st) < 0)
		status = emo_fail("%s:", path);
	else if (S_ISDIR(st.st_mode))
		status = enter(b, path, name, from);
	else if (S_ISREG(st.st_mode) && emo_image_named(name) && from->label < 0)
		status = emo_fail("%s: an image outside the folder of an emotion", path);
	else if (S_ISREG(st.st_mode) && emo_image_named(name))
		status = add_image(b, path, from);
	free(path);
	return status;
}

static int is_visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* By bytes, not by the locale: the same order on every machine. */
static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int walk(struct emo_dataset_build *b, const struct place *p)
{
	struct dirent **names;
	int n = scandir(p->dir, &names, is_visible, by_bytes), status = 0;

	if (n < 0)
		return emo_fail("%s:", p->dir);
	for (int i = 0; i < n; i++) {
		if (status == 0 && visit(b, names[i]->d_name, p) < 0)
			status = emo_dataset_bad(b);
		free(names[i]);
	}
	free(names);
	return status;
}

int emo_dataset_read_dir(struct emo_dataset_build *b, const char *path)
{
	struct place root = {path, -1, -1};

	return walk(b, &root);
}
