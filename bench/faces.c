/* SPDX-License-Identifier: MIT */
/*
 * Finding faces: how long it takes, beside OpenCV's Haar cascade (Debian's python3-opencv and
 * opencv-data, when they are there), one thread each and in turns; on 640x480 pixels with eight
 * composite faces. With pictures given, the faces in them as TSV instead, for judging them.
 *
 *	faces [-m MODEL] [-s MIN_FACE] [-t THRESHOLD] [PICTURE...]
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "clock.h"
#include "face/detect.h"
#include "image/warp.h"
#include "worker.h"

#define ROUNDS 9
#define WIDTH  640
#define HEIGHT 480

static void must(int ok)
{
	if (ok)
		return;
	fprintf(stderr, "faces: %s\n", emo_error());
	exit(1);
}

/* ---- pictures given ---- */

static void print(const char *file, const struct emo_face *f)
{
	printf("%s\t%.2f\t%.2f\t%.2f\t%.2f\t%.6f", file, (double)f->x, (double)f->y, (double)f->w,
	       (double)f->h, (double)f->score);
	for (int k = 0; k < 10; k++)
		printf("\t%.2f", (double)f->mark[k / 2][k % 2]);
	putchar('\n');
}

static void list(struct emo_detector *d, const struct emo_find *how, char **files, int nfiles)
{
	double spent = 0, pixels = 0;

	puts("file\tx\ty\tw\th\tscore\tlex\tley\trex\trey\tnx\tny\tlmx\tlmy\trmx\trmy");
	for (int i = 0; i < nfiles; i++) {
		struct emo_face *faces;
		struct emo_image img;
		double start;
		size_t n;

		must(emo_image_load(&img, files[i]) == 0);
		start = seconds_now();
		must(emo_detect(d, &img, how, &faces, &n) == 0);
		spent += seconds_now() - start;
		pixels += (double)img.w * img.h;
		for (size_t k = 0; k < n; k++)
			print(files[i], faces + k);
		emo_image_done(&img);
	}
	fprintf(stderr, "%d pictures, %.3f megapixels and %.1f ms each\n", nfiles,
		pixels / 1e6 / nfiles, 1e3 * spent / nfiles);
}

/* ---- time ---- */

static double haar_run(struct worker *h, int side, int *faces)
{
	char command[32];
	double answer[2];

	snprintf(command, sizeof command, "%d 1", side);
	if (worker_ask(h, command, answer, 2) < 0)
		return -1;
	*faces = (int)answer[1];
	return answer[0];
}

/* Eight faces of 33 to 150 pixels, on a slope with stripes. */
static void make_scene(struct emo_image *img)
{
	static const char *const names[] = {"happy", "neutral", "sad", "surprise"};
	static const int places[8][3] = {{20, 20, 140},  {190, 30, 110}, {330, 20, 90},
					 {450, 20, 160}, {30, 250, 60},  {130, 240, 220},
					 {370, 260, 50}, {440, 230, 190}};
	char path[128];
	uint8_t piece[220 * 220];

	must(emo_image_init(img, WIDTH, HEIGHT, 1) == 0);
	for (int i = 0; i < WIDTH * HEIGHT; i++)
		img->px[i] = (uint8_t)(60 + i % WIDTH / 8 + i / WIDTH / 6 + (i * 7 % 64 < 8) * 15);
	for (int k = 0; k < 8; k++) {
		int w = places[k][2];
		struct emo_image face;

		snprintf(path, sizeof path, "datasets/samples/%s.png", names[k % 4]);
		must(emo_image_load(&face, path) == 0);
		must(emo_image_crop(piece, w, w, &face, (struct emo_box){149, 84, 340, 340}) == 0);
		for (int y = 0; y < w; y++)
			memcpy(img->px + (places[k][1] + y) * WIDTH + places[k][0], piece + y * w,
			       (size_t)w);
		emo_image_done(&face);
	}
}

static void save_pgm(const struct emo_image *img, const char *path)
{
	FILE *f = fopen(path, "wb");

	if (!f)
		return;
	fprintf(f, "P5\n%d %d\n255\n", img->w, img->h);
	fwrite(img->px, 1, (size_t)img->w * (size_t)img->h, f);
	fclose(f);
}

static void compare(struct emo_detector *d, struct worker *h, const struct emo_image *img, int side)
{
	double ours = 1e9, theirs = 1e9, t;
	struct emo_find how = {(float)side, -1};
	struct emo_face *faces;
	int haar_faces = 0;
	size_t n = 0;

	for (int k = 0; k < ROUNDS; k++) {
		t = seconds_now();
		must(emo_detect(d, img, &how, &faces, &n) == 0);
		t = seconds_now() - t;
		ours = t < ours ? t : ours;
		if (h->pid && (t = haar_run(h, side, &haar_faces)) > 0 && t < theirs)
			theirs = t;
	}
	printf("faces of %d pixels and up: %.1f ms, %zu found", side, 1e3 * ours, n);
	if (h->pid)
		printf("; OpenCV %s, Haar: %.1f ms, %d found", h->version, 1e3 * theirs, haar_faces);
	putchar('\n');
}

static void bench(struct emo_detector *d)
{
	char path[] = "/tmp/emo-bench-XXXXXX";
	int fd = mkstemp(path);
	struct emo_image img;
	struct worker haar;

	make_scene(&img);
	save_pgm(&img, path);
	worker_start(&haar, (char *[]){"python3", "bench/haar_worker.py", path, NULL});
	printf("%dx%d pixels, 8 faces, one thread, the quickest of %d rounds\n", WIDTH, HEIGHT, ROUNDS);
	compare(d, &haar, &img, 20);
	compare(d, &haar, &img, 40);
	if (!haar.pid)
		puts("(no OpenCV to compare with: python3-opencv and opencv-data are not there)");
	worker_stop(&haar);
	if (fd >= 0)
		close(fd);
	unlink(path);
	emo_image_done(&img);
}

int main(int argc, char **argv)
{
	struct emo_find how = EMO_FIND_DEFAULT;
	const char *model = NULL;
	struct emo_detector *d;
	int opt;

	while ((opt = getopt(argc, argv, "m:s:t:")) != -1)
		switch (opt) {
		case 'm': model = optarg; break;
		case 's': how.min_face = strtof(optarg, NULL); break;
		case 't': how.threshold = strtof(optarg, NULL); break;
		default: return 1;
		}
	must((d = emo_detector_open(model, NULL)) != NULL);
	if (optind < argc)
		list(d, &how, argv + optind, argc - optind);
	else
		bench(d);
	emo_detector_free(d);
	return 0;
}
