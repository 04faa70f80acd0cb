/* SPDX-License-Identifier: MIT */
/*
 * Which crop suits the classifier: over a grid of templates, how often it reads the biggest face of
 * each picture as the folder that the picture lies in says, and the mean log-loss of that. A picture
 * without a face counts as wrong. docs/faces.md has what came of it.
 *
 *	align [-e EYES] [-y DOWN] [-w WEIGHT] PICTURE...     one of each instead of the grid's
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "face/align.h"
#include "fer/classify.h"

enum { MOST = 12 };

struct grid {
	float v[MOST];
	int n;
};

struct sample {
	struct emo_image img;
	struct emo_face face;
	int found, label;
};

static void must(int ok)
{
	if (ok)
		return;
	fprintf(stderr, "align: %s\n", emo_error());
	exit(1);
}

static struct grid steps(float from, float to, float step)
{
	struct grid g = {{0}, 0};

	for (float v = from; v < to + step / 2 && g.n < MOST; v += step)
		g.v[g.n++] = v;
	return g;
}

static int label_of(const char *path)
{
	char *copy = emo_strdup(path), *end;
	int e = -1;

	must(copy != NULL);
	if ((end = strrchr(copy, '/'))) {
		*end = '\0';
		end = strrchr(copy, '/');
		e = emo_emotion_parse(end ? end + 1 : copy);
	}
	free(copy);
	return e;
}

static void load(struct sample *s, struct emo_detector *d, const char *path)
{
	struct emo_face *faces;
	size_t n;

	s->label = label_of(path);
	if (s->label < 0) {
		fprintf(stderr, "align: %s: its folder is no emotion\n", path);
		exit(1);
	}
	must(emo_image_load(&s->img, path) == 0);
	must(emo_detect(d, &s->img, NULL, &faces, &n) == 0);
	s->found = n > 0;
	for (size_t i = 0; i < n; i++)
		if (faces[i].w * faces[i].h > s->face.w * s->face.h)
			s->face = faces[i];
}

static void judge(struct emo_classifier *c, const struct sample *s, int n,
		  const struct emo_align *how)
{
	int side = emo_classifier_side(c), right = 0, found = 0;
	size_t pixels = (size_t)side * (size_t)side;
	uint8_t *crops = emo_calloc((size_t)n, pixels);
	float *moods = emo_calloc((size_t)n * EMO_EMOTIONS, sizeof *moods);
	double loss = 0;

	must(crops && moods);
	for (int i = 0; i < n; i++)
		if (s[i].found)
			must(emo_face_crop(crops + (size_t)i * pixels, side, &s[i].img, &s[i].face,
					   how) == 0);
	must(emo_classifier_run(c, moods, crops, n, 1) == 0);
	for (int i = 0; i < n; i++) {
		const float *mood = moods + (size_t)i * EMO_EMOTIONS;

		if (!s[i].found)
			continue;
		found++;
		right += emo_emotion_top(mood) == s[i].label;
		loss -= log(fmax((double)mood[s[i].label], 1e-6));
	}
	printf("%.3f\t%.3f\t%.2f\t%.4f\t%.4f\t%d\t%d\n", (double)how->eyes, (double)how->down,
	       (double)how->mouth, (double)right / n, loss / found, found, n);
	fflush(stdout);
	free(crops);
	free(moods);
}

int main(int argc, char **argv)
{
	struct grid eyes = steps(.30f, .51f, .03f), down = steps(.29f, .47f, .03f);
	struct grid weight = {{0, .5f, 1}, 3};
	struct emo_pool *pool = emo_pool_new(0);
	struct emo_detector *d = emo_detector_open(NULL, pool);
	struct emo_classifier *c = emo_classifier_open(NULL, pool);
	struct sample *s;
	int opt, n;

	while ((opt = getopt(argc, argv, "e:y:w:")) != -1)
		switch (opt) {
		case 'e': eyes = (struct grid){{strtof(optarg, NULL)}, 1}; break;
		case 'y': down = (struct grid){{strtof(optarg, NULL)}, 1}; break;
		case 'w': weight = (struct grid){{strtof(optarg, NULL)}, 1}; break;
		default: return 1;
		}
	n = argc - optind;
	must(pool && d && c && (s = emo_calloc((size_t)n, sizeof *s)));
	for (int i = 0; i < n; i++)
		load(&s[i], d, argv[optind + i]);
	puts("eyes\tdown\tweight\taccuracy\tlog_loss\tfound\tpictures");
	for (int w = 0; n && w < weight.n; w++)
		for (int e = 0; e < eyes.n; e++)
			for (int y = 0; y < down.n; y++) {
				struct emo_align how = {eyes.v[e], down.v[y], .5f, weight.v[w],
							weight.v[w]};

				judge(c, s, n, &how);
			}
	for (int i = 0; i < n; i++)
		emo_image_done(&s[i].img);
	free(s);
	emo_detector_free(d);
	emo_classifier_free(c);
	emo_pool_free(pool);
	return 0;
}
