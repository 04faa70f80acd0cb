/* SPDX-License-Identifier: MIT */
/*
 * load_probe PICTURE WIDTH OUT: a picture at another size, as OUT's ending says: .png, .jpg, .pgm, or
 * .y4m, a second of video at 15 frames in which it moves a little.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "image/image.h"

static void must(int ok)
{
	if (ok)
		return;
	fprintf(stderr, "load_probe: %s\n", emo_error());
	exit(1);
}

/* The nearest pixels, in grey; `shift` pixels to the right. */
static void scale(struct emo_image *out, const struct emo_image *in, int width, int shift)
{
	int height = (int)((long)in->h * width / in->w);

	must(emo_image_init(out, width, height, 1) == 0);
	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) {
			int from = (int)((long)x * in->w / width) - shift;
			size_t at = (size_t)(y * (long)in->h / height) * (size_t)in->w +
				    (size_t)(from < 0 ? 0 : from);

			out->px[(size_t)y * (size_t)width + (size_t)x] = in->px[at * (size_t)in->c];
		}
}

static void write_video(const struct emo_image *in, int width, FILE *f)
{
	struct emo_image img;

	for (int k = 0; k < 15; k++) {
		scale(&img, in, width, k < 8 ? k : 15 - k);
		if (k == 0)
			fprintf(f, "YUV4MPEG2 W%d H%d F15:1 Ip A1:1 Cmono\n", img.w, img.h);
		fputs("FRAME\n", f);
		fwrite(img.px, 1, (size_t)img.w * (size_t)img.h, f);
		emo_image_done(&img);
	}
}

int main(int argc, char **argv)
{
	const char *out = argc == 4 ? argv[3] : "";
	struct emo_image in, img;
	int width = argc == 4 ? atoi(argv[2]) : 0;
	FILE *f;

	if (width < 1 || !strchr(out, '.')) {
		fputs("load_probe: needs a picture, a width and the name of another\n", stderr);
		return 1;
	}
	must(emo_image_load(&in, argv[1]) == 0);
	scale(&img, &in, width, 0);
	if (emo_image_format_of(out) >= 0) {
		must(emo_image_save(&img, out, (enum emo_image_format)emo_image_format_of(out), NULL) == 0);
	} else {
		must((f = fopen(out, "wb")) != NULL);
		if (strstr(out, ".y4m")) {
			write_video(&in, width, f);
		} else {
			fprintf(f, "P5\n%d %d\n255\n", img.w, img.h);
			fwrite(img.px, 1, (size_t)img.w * (size_t)img.h, f);
		}
		must(!ferror(f) && fclose(f) == 0);
	}
	emo_image_done(&img);
	emo_image_done(&in);
	return 0;
}
