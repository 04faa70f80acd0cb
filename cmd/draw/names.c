/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../cli.h"
#include "base/err.h"
#include "base/mem.h"
#include "image/image.h"

static int is_given(const struct names *names, const char *path)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->given[i], path) == 0)
			return 1;
	return 0;
}

/* "folder/stem[-face][-again]suffix" */
static char *compose(const char *folder, const char *stem, int length, int face, int again,
		     const char *suffix)
{
	size_t size = strlen(folder) + (size_t)length + strlen(suffix) + 40;
	char *path = emo_calloc(size, 1);
	size_t n;

	if (!path)
		die("%s", emo_error());
	n = (size_t)snprintf(path, size, "%s/%.*s", folder, length, stem);
	if (face)
		n += (size_t)snprintf(path + n, size - n, "-%d", face);
	if (again > 1)
		n += (size_t)snprintf(path + n, size - n, "-%d", again);
	snprintf(path + n, size - n, "%s", suffix);
	return path;
}

char *names_new(struct names *names, const char *folder, const char *file, int face)
{
	const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
	const char *dot = strrchr(name, '.');
	int known = emo_image_format_of(name) >= 0;
	int length = (int)(dot && dot > name ? (size_t)(dot - name) : strlen(name));
	char *path = NULL, *copy;
	int again = 0;

	do {
		free(path);
		path = compose(folder, name, length, face, ++again,
			       dot && known && !face ? dot : ".png");
	} while (is_given(names, path));
	if (!(copy = emo_strdup(path)) ||
	    emo_grow(&names->given, &names->cap, names->n + 1, sizeof *names->given) < 0)
		die("%s", emo_error());
	names->given[names->n++] = copy;
	return path;
}

void names_done(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->given[i]);
	free(names->given);
	*names = (struct names){0};
}
