/* SPDX-License-Identifier: MIT */
/* Making small datasets in FER-2013's form, for the tests of loading them. */
#ifndef DATASET_CSV_H
#define DATASET_CSV_H

#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "fer/dataset.h"
#include "test.h"

#define SIDE   8
#define PIXELS (SIDE * SIDE)

static char folder[256];
static char path_buf[512];

/* The path of a file in the test's folder; overwritten by the next call. */
static inline const char *at(const char *name)
{
	snprintf(path_buf, sizeof path_buf, "%s/%s", folder, name);
	return path_buf;
}

static inline void put(const char *name, const char *text, size_t n)
{
	FILE *f = fopen(at(name), "wb");

	CHECK(f && fwrite(text, 1, n, f) == n);
	if (f)
		fclose(f);
}

/* A growing text, for CSV files. */
static char text[1 << 20];
static size_t len;

static inline void add(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static inline void add(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	len += (size_t)vsnprintf(text + len, sizeof text - len, fmt, ap);
	va_end(ap);
}

/* n pixels: first, first + 1, … modulo 256 */
static inline void add_pixels(int first, int n)
{
	for (int i = 0; i < n; i++)
		add("%s%d", i ? " " : "", (first + i) % 256);
}

static inline const char *save(const char *name)
{
	put(name, text, len);
	len = 0;
	return at(name);
}

static inline void header(void)
{
	len = 0;
	add("emotion,pixels,Usage\n");
}

static inline void row(const char *emotion, int first, const char *usage)
{
	add("%s,", emotion);
	add_pixels(first, PIXELS);
	add(",%s\n", usage);
}

/* Loading works; on failure says why and leaves an empty dataset. */
static inline int loads(struct emo_dataset *d, const char *path, const struct emo_dataset_options *o)
{
	int ok = CHECK(emo_dataset_load(d, path, o) == 0);

	if (!ok)
		printf("\t%s\n", emo_error());
	return ok;
}

static inline int load(struct emo_dataset *d, const char *path, int skip_bad)
{
	struct emo_dataset_options o = {.skip_bad = skip_bad};

	return emo_dataset_load(d, path, &o);
}

/* Loading fails and says so with these words; with skip_bad nothing but `good` rows remain. */
static inline void fails(const char *path, const char *words, size_t good)
{
	struct emo_dataset d;

	CHECK(load(&d, path, 0) == -1);
	CHECK_ERROR(words);
	CHECK(d.pixels == NULL);
	if (good == 0)
		return;
	CHECK(load(&d, path, 1) == 0);
	CHECK_INT(d.n, good);
	CHECK_INT(d.nbad, 1);
	CHECK_ERROR(words);
	emo_dataset_done(&d);
}

static inline void make_folder(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(folder, sizeof folder, "%s/emo-dataset.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(folder)) {
		perror(folder);
		exit(1);
	}
}

static inline void remove_folder(void)
{
	char command[300];

	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	CHECK(system(command) == 0);
}

#endif
