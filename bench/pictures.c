/* SPDX-License-Identifier: MIT */
/*
 * From a 12-megapixel baseline JPEG to faces: what each stage takes. The picture is one of the
 * project's composites, enlarged, with a camera's noise; colours at half the size, quality 90.
 *
 *	pictures [FILE.jpg]      another picture; with -w FILE.jpg the picture is written there
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jpeglib.h>

#include "base/err.h"
#include "base/limit.h"
#include "base/io.h"
#include "base/rng.h"
#include "face/align.h"
#include "image/picture.h"

enum { W = 4000, H = 3000, RUNS = 5 };

static void must(int ok)
{
	if (ok)
		return;
	fprintf(stderr, "pictures: %s\n", emo_error());
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void make_row(uint8_t *row, const uint8_t *grey, int y)
{
	for (int x = 0; x < W; x++) {
		struct emo_rng rng = emo_rng_at(1, (uint64_t)x, (uint64_t)y);
		int noise = (int)emo_rng_below(&rng, 9) + (int)emo_rng_below(&rng, 9) - 8;

		for (int k = 0; k < 3; k++) {
			int v = grey[x] + noise + (k == 0 ? 12 : k == 2 ? -12 : 0);

			row[3 * x + k] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
		}
	}
}

static unsigned long make(uint8_t **data)
{
	struct jpeg_compress_struct j;
	struct jpeg_error_mgr errors;
	struct emo_image face;
	unsigned long len = 0;
	uint8_t *grey = malloc((size_t)W * H), *row = malloc((size_t)W * 3);

	must(emo_image_load(&face, "datasets/samples/happy.png") == 0);
	must(emo_image_crop(grey, W, H, &face, (struct emo_box){0, 0, (float)face.w, (float)face.h}) == 0);
	j.err = jpeg_std_error(&errors);
	jpeg_create_compress(&j);
	jpeg_mem_dest(&j, data, &len);
	j.image_width = W;
	j.image_height = H;
	j.input_components = 3;
	j.in_color_space = JCS_RGB;
	jpeg_set_defaults(&j);
	jpeg_set_quality(&j, 90, TRUE);
	jpeg_start_compress(&j, TRUE);
	for (int y = 0; y < H; y++) {
		make_row(row, grey + (size_t)y * W, y);
		jpeg_write_scanlines(&j, &row, 1);
	}
	jpeg_finish_compress(&j);
	jpeg_destroy_compress(&j);
	emo_image_done(&face);
	free(grey);
	free(row);
	return len;
}

/* The best of some runs of one view, in milliseconds. */
static double view(const void *data, size_t len, const struct emo_box *part, int reduce)
{
	double best = INFINITY;

	for (int i = 0; i < RUNS; i++) {
		double start = now();
		struct emo_picture *p = emo_picture_parse(data, len, "picture");

		must(p && emo_picture_view(p, part, reduce));
		best = fmin(best, now() - start);
		emo_picture_free(p);
	}
	return 1000 * best;
}

static void time_whole(const void *data, size_t len)
{
	double best = INFINITY;

	for (int i = 0; i < RUNS; i++) {
		struct emo_image img;
		double start = now();

		must(emo_image_decode(&img, data, len, "picture") == 0);
		best = fmin(best, now() - start);
		emo_image_done(&img);
	}
	printf("  in colours, all of it        %7.1f ms\n", 1000 * best);
}

static void time_faces(const void *data, size_t len, int reduce, float min_face)
{
	struct emo_picture *p = emo_picture_parse(data, len, "picture");
	struct emo_detector *d = emo_detector_open(NULL, NULL);
	struct emo_find how = {min_face / (float)reduce, -1};
	const struct emo_view *v;
	struct emo_face *faces;
	double best = INFINITY;
	size_t n = 0;

	must(p && d && (v = emo_picture_view(p, NULL, reduce)));
	for (int i = 0; i < RUNS; i++) {
		double start = now();

		must(emo_detect(d, &v->img, &how, &faces, &n) == 0);
		best = fmin(best, now() - start);
	}
	printf("  faces from %3.0f pixels, 1 / %d %7.1f ms  %zu found\n", (double)min_face, reduce,
	       1000 * best, n);
	emo_detector_free(d);
	emo_picture_free(p);
}

int main(int argc, char **argv)
{
	uint8_t *data = NULL;
	char *file;
	size_t len;

	if (argc == 2) {
		must(emo_read_file(&file, &len, argv[1], emo_limit(EMO_LIMIT_PICTURE)) == 0);
		data = (uint8_t *)file;
	} else {
		len = make(&data);
	}
	if (argc == 3) {
		FILE *f = fopen(argv[2], "wb");

		return !f || fwrite(data, 1, len, f) != len || fclose(f) != 0;
	}
	printf("One thread, the best of %d runs, a JPEG of %.1f megabytes\n", RUNS, (double)len / 1e6);
	time_whole(data, len);
	for (int reduce = 1; reduce <= 8; reduce *= 2)
		printf("  grey, 1 / %d                  %7.1f ms\n", reduce, view(data, len, NULL, reduce));
	printf("  grey, 400 x 400 in the middle %6.1f ms\n",
	       view(data, len, &(struct emo_box){1800, 1300, 400, 400}, 1));
	time_faces(data, len, 8, 160);
	time_faces(data, len, 4, 94);
	time_faces(data, len, 2, 47);
	free(data);
	return 0;
}
