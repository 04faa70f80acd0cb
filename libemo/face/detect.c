/* SPDX-License-Identifier: MIT */
#include "face/detect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/store.h"
#include "face/scan.h"
#include "nn/model.h"

#define LOWEST .005f /* score of a face: with 0, every cell of the map would be one */

EMO_EMBED("models/face.emo", emo_builtin_face_model);

struct emo_detector {
	struct emo_model model, second; /* second.net NULL: there is none */
	struct emo_scan *scan;
	float threshold;
};

/* The line "threshold X" of the model's notes. */
static int read_threshold(struct emo_detector *d, const char *name)
{
	const char *line = d->model.notes, *key = "threshold ";
	char value[32];
	double v;
	size_t n;

	while (line && strncmp(line, key, strlen(key)))
		line = (line = strchr(line, '\n')) ? line + 1 : NULL;
	n = line ? strcspn(line += strlen(key), "\n") : 0;
	if (n == 0 || n >= sizeof value)
		return emo_fail("%s: finds no faces: its head has no threshold", name);
	memcpy(value, line, n);
	value[n] = '\0';
	if (emo_parse_double(&v, value) < 0 || v < 0 || v > 1)
		return emo_fail("%s: its threshold '%s' is not a number from 0 to 1", name, value);
	d->threshold = (float)v;
	return 0;
}

static int read_second(struct emo_detector *d, const struct emo_store *s, const char *name)
{
	if (emo_refine_model(&d->second, s, name) < 0)
		return -1;
	if (!d->second.net)
		return 0;
	emo_net_fold(d->second.net);
	return emo_scan_check_bytes(&d->second, name);
}

static int make_ready(struct emo_detector *d, const struct emo_store *s, const char *name,
		      struct emo_pool *pool)
{
	if (emo_model_read(&d->model, s, name) < 0)
		return -1;
	emo_net_fold(d->model.net);
	if (emo_scan_check_bytes(&d->model, name) < 0 || read_threshold(d, name) < 0 ||
	    read_second(d, s, name) < 0 || !(d->scan = emo_scan_new(d->model.net, name, pool)))
		return -1;
	return d->second.net ? emo_scan_refine(d->scan, d->second.net, name) : 0;
}

struct emo_detector *emo_detector_open(const char *path, struct emo_pool *pool)
{
	struct emo_detector *d = emo_calloc(1, sizeof *d);
	const char *name = path ? path : "the built-in face model";
	size_t size = (size_t)(emo_builtin_face_model_end - emo_builtin_face_model);
	struct emo_store s;
	int status;

	if (!d)
		return NULL;
	status = path ? emo_store_load(&s, EMO_MODEL_MAGIC, path)
		      : emo_store_parse(&s, EMO_MODEL_MAGIC, emo_builtin_face_model, size, name);
	if (status == 0) {
		status = make_ready(d, &s, name, pool);
		emo_store_done(&s);
	}
	if (status == 0)
		return d;
	emo_detector_free(d);
	return NULL;
}

void emo_detector_free(struct emo_detector *d)
{
	if (!d)
		return;
	emo_scan_free(d->scan);
	emo_model_done(&d->model);
	emo_model_done(&d->second);
	free(d);
}

float emo_detector_threshold(const struct emo_detector *d)
{
	return d->threshold;
}

int emo_detect(struct emo_detector *d, const struct emo_image *img, const struct emo_find *how,
	       struct emo_face **faces, size_t *n)
{
	static const struct emo_find usual = EMO_FIND_DEFAULT;
	const struct emo_find *find = how ? how : &usual;
	float threshold = find->threshold < 0 ? d->threshold : find->threshold;

	if (!(find->min_face >= EMO_FACE_MIN && find->min_face < 1e6f) || threshold != threshold)
		return emo_fail("faces of %g pixels and up with a score of %g cannot be looked for: "
				"%d pixels is the least", (double)find->min_face, (double)threshold,
				EMO_FACE_MIN);
	if (emo_scan_run(d->scan, img, find->min_face, fmaxf(threshold, LOWEST), faces, n) < 0)
		return -1;
	*n = emo_faces_tidy(*faces, *n, img->w, img->h);
	return 0;
}
