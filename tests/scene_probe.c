/* SPDX-License-Identifier: MIT */
/*
 * Makes scenes for tests: faces pasted into texture at known places, sizes and tilts.
 *
 *	scene_probe OUT.png WxH TEXTURE [FACE.png EYES_X,EYES_Y,EYE_DISTANCE,TILT]...
 *
 * TEXTURE is how strong it is, 0 .. 100; EYES is the middle between the eyes, TILT in degrees,
 * clockwise. A FACE is one of datasets/samples: its eyes are known.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/rng.h"
#include "image/image.h"

/* Of the samples: the middle between the eyes, and how far these are apart. */
#define EYES_X 320.0
#define EYES_Y 206.0
#define APART  95.0

/* What of a sample is shown about that middle, in eye distances: an oval that fades at its edge. */
#define MIDDLE 0.45
#define ACROSS 1.30
#define DOWN   1.55

static void must(int ok)
{
	if (ok)
		return;
	fprintf(stderr, "scene_probe: %s\n", emo_error());
	exit(1);
}

/* Noise of several sizes, the coarsest strongest. */
static double texture(double strength, int x, int y)
{
	double sum = 0;

	if (strength == 0)
		return 0;
	for (int size = 64; size >= 4; size /= 2) {
		double v[4], fx = (double)(x % size) / size, fy = (double)(y % size) / size;

		for (int k = 0; k < 4; k++) {
			struct emo_rng rng = emo_rng_at((uint64_t)size, (uint64_t)(x / size + k % 2),
							(uint64_t)(y / size + k / 2));
			v[k] = (double)emo_rng_below(&rng, 2001) / 1000 - 1;
		}
		sum += size / 64. * ((v[0] * (1 - fx) + v[1] * fx) * (1 - fy) +
				     (v[2] * (1 - fx) + v[3] * fx) * fy);
	}
	return strength * sum;
}

static double sample_at(const struct emo_image *img, double x, double y)
{
	int x0 = (int)floor(x), y0 = (int)floor(y);
	double fx = x - x0, fy = y - y0, v = 0;

	for (int k = 0; k < 4; k++) {
		int xi = x0 + k % 2, yi = y0 + k / 2;

		xi = xi < 0 ? 0 : xi >= img->w ? img->w - 1 : xi;
		yi = yi < 0 ? 0 : yi >= img->h ? img->h - 1 : yi;
		v += (k % 2 ? fx : 1 - fx) * (k / 2 ? fy : 1 - fy) *
		     img->px[((size_t)yi * (size_t)img->w + (size_t)xi) * (size_t)img->c];
	}
	return v;
}

/* The mean over a pixel of the scene, 4 x 4 samples of the face. */
static void paste(struct emo_image *scene, const struct emo_image *face, const double at[4])
{
	enum { FINE = 4 };
	double c = cos(at[3] * acos(-1) / 180), s = sin(at[3] * acos(-1) / 180);

	for (int i = 0; i < scene->w * scene->h; i++) {
		double px = scene->px[i], sum = 0, whole = 0;

		if (hypot(i % scene->w - at[0], i / scene->w - at[1]) > 3 * at[2])
			continue;
		for (int k = 0; k < FINE * FINE; k++) {
			double x = (i % scene->w + (k % FINE + .5) / FINE - at[0]) / at[2];
			double y = (i / scene->w + (k / FINE + .5) / FINE - at[1]) / at[2];
			double u = c * x + s * y, v = c * y - s * x;
			double r = hypot(u / ACROSS, (v - MIDDLE) / DOWN), share;

			if (r >= 1)
				continue;
			share = r < .8 ? 1 : (1 - r) / .2;
			sum += share * sample_at(face, EYES_X + APART * u, EYES_Y + APART * v);
			whole += share;
		}
		scene->px[i] = (uint8_t)lrint(px + (sum - whole * px) / (FINE * FINE));
	}
}

int main(int argc, char **argv)
{
	struct emo_image scene, face;
	int w, h;
	double at[4];

	if (argc < 4 || sscanf(argv[2], "%dx%d", &w, &h) != 2)
		return 1;
	must(emo_image_init(&scene, w, h, 1) == 0);
	for (int i = 0; i < w * h; i++)
		scene.px[i] = (uint8_t)fmin(fmax(128 + texture(atof(argv[3]), i % w, i / w), 0), 255);
	for (int k = 4; k + 1 < argc; k += 2) {
		must(emo_image_load(&face, argv[k]) == 0);
		if (sscanf(argv[k + 1], "%lf,%lf,%lf,%lf", &at[0], &at[1], &at[2], &at[3]) != 4)
			return 1;
		paste(&scene, &face, at);
		emo_image_done(&face);
	}
	must(emo_image_save(&scene, argv[1], (enum emo_image_format)emo_image_format_of(argv[1]), NULL) == 0);
	emo_image_done(&scene);
	return 0;
}
