/* SPDX-License-Identifier: MIT */
/* Telling kinds of files apart, PNM in all its spellings, EXIF that lies, loading from files. */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/rng.h"
#include "image/codec.h"
#include "image/image.h"

/* A literal with NULs in it, and its length. */
#define BYTES(s) (s), sizeof(s) - 1

static void kinds_are_named(void)
{
	static const struct {
		const char *data;
		size_t len;
		const char *error;
	} rows[] = {
		{BYTES(""), "x: is empty"},
		{BYTES("GIF89a\1\0\1\0"), "x: GIF is not supported; convert it to PNG or JPEG"},
		{BYTES("RIFF\x24\0\0\0WEBPVP8 "), "x: WebP is not"},
		{BYTES("\0\0\0\x18"
		       "ftypheic\0\0\0\0"),
		 "x: HEIC is not"},
		{BYTES("\0\0\0\x18"
		       "ftypmif1\0\0\0\0"),
		 "x: HEIC is not"},
		{BYTES("\0\0\0\x1c"
		       "ftypavif\0\0\0\0"),
		 "x: AVIF is not"},
		{BYTES("\0\0\0\x1c"
		       "ftypisom\0\0\0\0"),
		 "x: MP4 or MOV video is not"},
		{BYTES("II*\0\010\0\0\0"), "x: TIFF is not"},
		{BYTES("MM\0*\0\0\0\010"), "x: TIFF is not"},
		{BYTES("BM\x9a\x1a\0\0\0\0\0\0"), "x: BMP is not"},
		{BYTES("BMW is a car.\n"), "x: is text, not a picture"},
		{BYTES("emotion,pixels\n0,1 2 3\n"), "x: is text, not a picture"},
		{BYTES("P7\nWIDTH 1\n"), "x: PAM is not"},
		{BYTES("P8 1 1 1 1\n"), "x: is text, not a picture"},
		{BYTES("%PDF-1.5\n"), "x: PDF is not"},
		{BYTES("\x1f\x8b\010\0\0\0\0\0"), "x: is compressed with gzip, not a picture"},
		{BYTES("\x7f"
		       "ELF\2\1\1\0\0\0"),
		 "x: is not a PNG, JPEG or PNM picture"},
		{BYTES("\xff\xd8"), "x: is not a PNG, JPEG or PNM picture"},
		{BYTES("\x89PNG\n\x1a\n\0\0\0\0"), "x: damaged PNG"},
		{BYTES("\xff\xd8\xff"), "x: JPEG data ends too early"},
		{BYTES("\xff\xd8\xff\xd9"), "x: cannot decode JPEG"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct emo_image img;

		CHECK(emo_image_decode(&img, rows[i].data, rows[i].len, "x") < 0);
		CHECK_ERROR(rows[i].error);
		CHECK(img.px == NULL);
	}
}

static void pnm_forms(void)
{
	static const struct {
		const char *data;
		size_t len;
		int w, h, c;
		uint8_t px[12];
	} rows[] = {
		{BYTES("P1\n3 2\n1 0 1\n0 1 0\n"), 3, 2, 1, {0, 255, 0, 255, 0, 255}},
		{BYTES("P1 3 2 101010"), 3, 2, 1, {0, 255, 0, 255, 0, 255}},
		{BYTES("P2 2 2 10 0 5\t10\r\n7"), 2, 2, 1, {0, 128, 255, 179}},
		{BYTES("P2#c\n2# w\n#\n1 65535\n65535 257"), 2, 1, 1, {255, 1}},
		{BYTES("P3 1 2 255\n1 2 3 #red\n4 5 6"), 1, 2, 3, {1, 2, 3, 4, 5, 6}},
		{BYTES("P4\n9 2\n\x80\x80\x7f\x00"),
		 9,
		 2,
		 1,
		 {0, 255, 255, 255, 255, 255, 255, 255, 0, 255, 0, 0}},
		{BYTES("P5\n# made by hand\n2 2\n255\n\0\1\n#"), 2, 2, 1, {0, 1, 10, 35}},
		{BYTES("P5 2 1 255\r\n\7\10"), 2, 1, 1, {7, 8}},
		{BYTES("P5 2 1 3 \0\3 and more"), 2, 1, 1, {0, 255}},
		{BYTES("P5 2 1 1000\n\3\350\1\364"), 2, 1, 1, {255, 128}},
		{BYTES("P6 1 1 255\n\1\2\3"), 1, 1, 3, {1, 2, 3}},
		{BYTES("P6 1 1 65535\n\xff\xff\0\0\x80\0"), 1, 1, 3, {255, 0, 128}},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct emo_image img;
		size_t n = (size_t)(rows[i].w * rows[i].h * rows[i].c);

		if (!CHECK(emo_image_decode(&img, rows[i].data, rows[i].len, "x.pnm") == 0)) {
			printf("\trow %zu: %s\n", i, emo_error());
			continue;
		}
		CHECK_INT(img.w, rows[i].w);
		CHECK_INT(img.h, rows[i].h);
		CHECK_INT(img.c, rows[i].c);
		for (size_t k = 0; k < n && k < sizeof rows[i].px; k++)
			if (!CHECK(img.px[k] == rows[i].px[k]))
				printf("\trow %zu, pixel %zu is %d\n", i, k, img.px[k]);
		emo_image_done(&img);
	}
}

static void pnm_faults(void)
{
	static const struct {
		const char *data;
		size_t len;
		const char *error;
	} rows[] = {
		{BYTES("P5 "), "x.pnm: PNM data ends too early"},
		{BYTES("P5 2 2 255"), "ends too early"},
		{BYTES("P5 2 2 255\nabc"), "ends too early"},
		{BYTES("P5 2 2 256\nabcdefg"), "ends too early"},
		{BYTES("P4 9 2\nabc"), "ends too early"},
		{BYTES("P2 2 2 255 1 2 3"), "ends too early"},
		{BYTES("P1 2 2 101"), "ends too early"},
		{BYTES("P1 2 1 12"), "sample of the PNM file is 2, its largest should be 1"},
		{BYTES("P2 1 1 10 11"), "sample of the PNM file is 11, its largest should be 10"},
		{BYTES("P5 1 1 10\n\x0b"), "sample of the PNM file is 11"},
		{BYTES("P2 x 1 10 1"), "byte 3 of the PNM file should be the width, a number"},
		{BYTES("P2 1 -1 10 1"), "should be the height"},
		{BYTES("P5 1 1 255x"), "should be a blank"},
		{BYTES("P5 0 1 255\n"), "x.pnm: the picture has no pixels: 0 x 1"},
		{BYTES("P5 1 1 0\na"), "not within 1 .. 65535"},
		{BYTES("P5 1 1 65536\nab"), "not within 1 .. 65535"},
		{BYTES("P5 99999 99999 255\n"),
		 "99999 x 99999 pixels are more than 268 megapixels"},
		{BYTES("P2 99999999999999999999 1 1\n"), "the width in the PNM file is too large"},
		{BYTES("P6 268435456 2 255\n"), "megapixels"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct emo_image img;
		char *own = malloc(rows[i].len); /* its own block: overruns show */

		memcpy(own, rows[i].data, rows[i].len);
		CHECK(emo_image_decode(&img, own, rows[i].len, "x.pnm") < 0);
		CHECK_ERROR(rows[i].error);
		CHECK(img.px == NULL);
		free(own);
	}
}

static void exif_is_read_with_care(void)
{
	static const struct {
		const char *data;
		size_t len;
		int want;
	} rows[] = {
		{BYTES("MM\0*\0\0\0\010\0\001\001\022\0\003\0\0\0\001\0\010\0\0"), 8},
		{BYTES("II*\0\010\0\0\0\001\0\022\001\003\0\001\0\0\0\003\0\0\0"), 3},
		{BYTES("II*\0\010\0\0\0\001\0\022\001\003\0\001\0\0\0\011\0\0\0"), 1}, /* 9 */
		{BYTES("II*\0\010\0\0\0\001\0\022\001\003\0\001\0\0\0\0\0\0\0"), 1},   /* 0 */
		{BYTES("II*\0\010\0\0\0\001\0\022\001\002\0\001\0\0\0\003\0\0\0"), 1}, /* text */
		{BYTES("II*\0\377\377\377\377\001\0\022\001\003\0\001\0\0\0\003\0\0\0"), 1},
		{BYTES("II*\0\024\0\0\0\001\0\022\001\003\0\001\0\0\0\003\0\0\0"), 1},
		{BYTES("II*\0\010\0\0\0\377\377"), 1},
		{BYTES("XX*\0\010\0\0\0\001\0\022\001\003\0\001\0\0\0\003\0\0\0"), 1},
		{BYTES(""), 1},
	};
	struct emo_rng rng = emo_rng_at(4, 0, 0);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint8_t *own = malloc(rows[i].len + 1);

		memcpy(own, rows[i].data, rows[i].len);
		CHECK_INT(emo_exif_orientation(own, rows[i].len), rows[i].want);
		free(own);
	}
	for (int i = 0; i < 5000; i++) {
		size_t n = emo_rng_below(&rng, 40);
		uint8_t *noise = malloc(n + 1);
		int got;

		for (size_t k = 0; k < n; k++)
			noise[k] = (uint8_t)emo_rng_below(&rng, i % 2 ? 256 : 20);
		memcpy(noise, "II*", n < 4 ? n : 4);
		got = emo_exif_orientation(noise, n);
		CHECK(got >= 1 && got <= 8);
		free(noise);
	}
}

static void files_are_loaded(void)
{
	const char *tmp = getenv("TMPDIR");
	char dir[256], path[300];
	struct emo_image img;
	FILE *f;

	snprintf(dir, sizeof dir, "%s/emo-image-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!CHECK(mkdtemp(dir) != NULL))
		return;
	CHECK(emo_image_load(&img, dir) < 0);
	CHECK_ERROR("is a directory");
	snprintf(path, sizeof path, "%s/a picture.pgm", dir);
	CHECK(emo_image_load(&img, path) < 0);
	CHECK_ERROR("a picture.pgm: No such file");
	CHECK(img.px == NULL);
	if (CHECK((f = fopen(path, "wb")) != NULL)) {
		fputs("P5 1 1 255\nA", f);
		fclose(f);
		if (CHECK(emo_image_load(&img, path) == 0)) {
			CHECK_INT(img.px[0], 'A');
			emo_image_done(&img);
			emo_image_done(&img); /* twice is harmless */
		}
	}
	unlink(path);
	rmdir(dir);
}

static void new_pictures_are_black(void)
{
	struct emo_image img;

	if (CHECK(emo_image_init(&img, 3, 2, 3) == 0)) {
		for (int i = 0; i < 18; i++)
			CHECK_INT(img.px[i], 0);
		emo_image_done(&img);
	}
	CHECK(emo_image_init(&img, 0, 2, 3) < 0);
	CHECK(emo_image_init(&img, 3, -2, 3) < 0);
	CHECK(emo_image_init(&img, 3, 2, 2) < 0);
	CHECK_ERROR("a picture cannot have 3 x 2 pixels of 2 channels");
	CHECK(emo_image_init(&img, 1 << 20, 1 << 20, 1) < 0);
	CHECK_ERROR("megapixels");
}

int main(void)
{
	RUN(kinds_are_named);
	RUN(pnm_forms);
	RUN(pnm_faults);
	RUN(exif_is_read_with_care);
	RUN(files_are_loaded);
	RUN(new_pictures_are_black);
	return test_end();
}
