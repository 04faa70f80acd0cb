/* SPDX-License-Identifier: MIT */
/* Views of JPEG files at every size, part and orientation, against the whole file decoded. */
#include "test.h"

#include <stdlib.h>

#include <jpeglib.h>

#include "base/err.h"
#include "base/rng.h"
#include "image/picture.h"

struct file {
	uint8_t *data;
	unsigned long len;
};

struct kind {
	int w, h, orientation, progressive, halved; /* halved: colours at half the size */
	J_COLOR_SPACE stored;
};

/* Smooth, with an edge, and different everywhere. */
static int shade(const struct kind *k, int x, int y, int c)
{
	double v = 128 + 60 * sin(x * 0.11 + c) + 50 * cos(y * 0.07 + x * 0.02);

	return (int)v + (x > k->w / 3 && y > k->h / 4 ? 17 : 0);
}

static struct file encode(const struct kind *k)
{
	static uint8_t exif[] = "Exif\0\0II*\0\010\0\0\0\001\0\022\001\003\0\001\0\0\0\001\0\0\0\0\0\0\0";
	struct jpeg_compress_struct j;
	struct jpeg_error_mgr errors;
	struct file f = {0};
	int c = k->stored == JCS_GRAYSCALE ? 1 : k->stored == JCS_CMYK ? 4 : 3;
	uint8_t *row = malloc((size_t)(k->w * c));

	j.err = jpeg_std_error(&errors);
	jpeg_create_compress(&j);
	jpeg_mem_dest(&j, &f.data, &f.len);
	j.image_width = (JDIMENSION)k->w;
	j.image_height = (JDIMENSION)k->h;
	j.input_components = c;
	j.in_color_space = c == 1 ? JCS_GRAYSCALE : c == 4 ? JCS_CMYK : JCS_RGB;
	jpeg_set_defaults(&j);
	jpeg_set_colorspace(&j, k->stored);
	jpeg_set_quality(&j, 95, TRUE);
	if (c == 3 && !k->halved)
		j.comp_info[0].h_samp_factor = j.comp_info[0].v_samp_factor = 1;
	if (k->progressive)
		jpeg_simple_progression(&j);
	jpeg_start_compress(&j, TRUE);
	exif[24] = (uint8_t)k->orientation;
	jpeg_write_marker(&j, JPEG_APP0 + 1, exif, sizeof exif - 1);
	for (int y = 0; y < k->h; y++) {
		for (int i = 0; i < k->w * c; i++)
			row[i] = (uint8_t)shade(k, i / c, y, i % c);
		jpeg_write_scanlines(&j, &row, 1);
	}
	jpeg_finish_compress(&j);
	jpeg_destroy_compress(&j);
	free(row);
	return f;
}

static int grey(const struct emo_image *img, int x, int y)
{
	const uint8_t *p = img->px + ((size_t)y * (size_t)img->w + (size_t)x) * (size_t)img->c;

	return img->c == 1 ? *p : (299 * p[0] + 587 * p[1] + 114 * p[2] + 500) / 1000;
}

/* The mean of a square of the full-size picture. */
static double mean(const struct emo_image *img, int x, int y, int side)
{
	int sum = 0, n = 0;

	for (int b = y; b < y + side; b++)
		for (int a = x; a < x + side; a++)
			if (a >= 0 && b >= 0 && a < img->w && b < img->h) {
				sum += grey(img, a, b);
				n++;
			}
	return n ? (double)sum / n : -1;
}

/* Each pixel of a view shows what lies there in the full picture. */
static void check_view(const struct emo_view *v, const struct emo_image *full)
{
	double square = 0;

	for (int y = 0; y < v->img.h; y++)
		for (int x = 0; x < v->img.w; x++) {
			double want = mean(full, (int)v->x + x * v->reduce, (int)v->y + y * v->reduce,
					   v->reduce);
			double d = grey(&v->img, x, y) - want;

			square += want < 0 ? 0 : d * d;
		}
	CHECK_NEAR(sqrt(square / (v->img.w * v->img.h)), 0, v->img.c == 1 ? 2.5 : 4);
}

static void check_part(struct emo_picture *p, const struct emo_view *whole, struct emo_box part)
{
	int reduce = whole->reduce, wrong = 0, wx = (int)whole->x, wy = (int)whole->y;
	struct emo_view kept = *whole;
	const struct emo_view *v;

	kept.img.px = malloc((size_t)(kept.img.w * kept.img.h * kept.img.c));
	memcpy(kept.img.px, whole->img.px, (size_t)(kept.img.w * kept.img.h * kept.img.c));
	if (!CHECK((v = emo_picture_view(p, &part, reduce)) != NULL)) {
		printf("\t%s\n", emo_error());
		free(kept.img.px);
		return;
	}
	if (part.x >= 0 && part.y >= 0) {
		CHECK(v->x <= part.x && v->y <= part.y);
		CHECK(v->x + (float)(v->img.w * reduce) >= part.x + part.w);
		CHECK(v->y + (float)(v->img.h * reduce) >= part.y + part.h);
	}
	CHECK(v->img.w < kept.img.w && v->img.h < kept.img.h);
	for (int y = 0; y < v->img.h; y++)
		for (int x = 0; x < v->img.w; x++)
			wrong += grey(&v->img, x, y) != grey(&kept.img, x + ((int)v->x - wx) / reduce,
							     y + ((int)v->y - wy) / reduce);
	CHECK_INT(wrong, 0);
	free(kept.img.px);
}

static void check_kind(const struct kind *k)
{
	struct file f = encode(k);
	struct emo_image full;
	struct emo_picture *p;
	int w, h;

	if (!CHECK(emo_image_decode(&full, f.data, f.len, "x.jpg") == 0))
		return;
	for (int reduce = 1; reduce <= 8; reduce *= 2) {
		static const struct emo_box parts[] = {
			{40, 30, 60, 33}, {0, 0, 5, 5}, {80.5f, 60.5f, 20, 20}, {-9, -9, 30, 30}};
		const struct emo_view *v;

		for (int i = 0; i < 4; i++) { /* anew each time, so that each part is decoded */
			if (!CHECK((p = emo_picture_parse(f.data, f.len, "x.jpg")) != NULL))
				continue;
			emo_picture_size(p, &w, &h);
			CHECK_INT(w, full.w);
			CHECK_INT(h, full.h);
			v = emo_picture_view(p, NULL, reduce);
			CHECK(v && v->reduce == reduce);
			if (v && i == 0)
				check_view(v, &full);
			if (v) {
				struct emo_picture *q = emo_picture_parse(f.data, f.len, "x.jpg");
				const uint8_t *px = v->img.px;

				/* a part of what is there needs no decoding */
				CHECK(emo_picture_view(p, &parts[i], reduce) == v);
				CHECK(v->img.px == px);

				if (CHECK(q != NULL))
					check_part(q, v, parts[i]);
				emo_picture_free(q);
			}
			emo_picture_free(p);
		}
	}
	emo_image_done(&full);
	free(f.data);
}

static void every_orientation_size_and_part(void)
{
	for (int orientation = 1; orientation <= 8; orientation++)
		for (int progressive = 0; progressive < 2; progressive++)
			check_kind(&(struct kind){219, 163, orientation, progressive, 1, JCS_YCbCr});
}

static void every_colour_space(void)
{
	static const J_COLOR_SPACE spaces[] = {JCS_GRAYSCALE, JCS_YCbCr, JCS_RGB, JCS_CMYK};

	for (int i = 0; i < 4; i++)
		check_kind(&(struct kind){203, 170, 6, 0, 0, spaces[i]});
}

static void other_formats_are_decoded_once(void)
{
	char pgm[16 + 60 * 40] = "P5 60 40 255\n";
	const struct emo_view *v;
	struct emo_picture *p;
	uint8_t out[4];
	int w, h;

	for (int i = 0; i < 60 * 40; i++)
		pgm[13 + i] = (char)(i % 60);
	p = emo_picture_parse(pgm, 13 + 60 * 40, "x.pgm");
	if (!CHECK(p != NULL))
		return;
	emo_picture_size(p, &w, &h);
	CHECK_INT(w, 60);
	CHECK_INT(h, 40);
	v = emo_picture_view(p, NULL, 8);
	CHECK(v != NULL);
	if (v) {
		CHECK_INT(v->reduce, 1);
		CHECK_INT(v->img.w, 60);
		CHECK(emo_picture_view(p, &(struct emo_box){3, 4, 5, 6}, 1) == v);
		CHECK(emo_view_warp(out, 2, 2, v, (float[6]){1, 0, 30, 0, 1, 7}) == 0);
		CHECK_INT(out[0], 30);
		CHECK_INT(out[3], 31);
	}
	emo_picture_free(p);
}

/* A map to the full-size picture shows the same through any view of it. */
static void maps_lead_to_the_full_picture(void)
{
	struct kind k = {240, 160, 3, 0, 1, JCS_YCbCr};
	struct file f = encode(&k);
	struct emo_picture *p = emo_picture_parse(f.data, f.len, "x.jpg");
	const float m[6] = {4, -1, 60, 1, 4, 20};
	uint8_t out[2][16 * 16];

	if (!CHECK(p != NULL))
		return;
	for (int i = 0; i < 3; i++) {
		const struct emo_view *v = emo_picture_view(
			p, i == 1 ? &(struct emo_box){30, 10, 110, 90} : NULL, i == 2 ? 4 : 1);

		CHECK(v && emo_view_warp(out[i > 0], 16, 16, v, m) == 0);
		for (int at = 0; i && at < 256; at++)
			CHECK_NEAR(out[1][at], out[0][at], i == 1 ? 0 : 12);
		emo_picture_free(p);
		p = emo_picture_parse(f.data, f.len, "x.jpg");
	}
	emo_picture_free(p);
	free(f.data);
}

static void failures(void)
{
	struct kind k = {120, 90, 1, 0, 1, JCS_YCbCr};
	struct file f = encode(&k);
	struct emo_picture *p;
	struct emo_rng rng = emo_rng_at(7, 0, 0);

	CHECK(emo_picture_parse("", 0, "x") == NULL);
	CHECK_ERROR("x: is empty");
	CHECK(emo_picture_open("missing.jpg") == NULL);
	CHECK_ERROR("missing.jpg: No such file");
	CHECK(emo_picture_parse(f.data, 200, "x.jpg") == NULL);
	CHECK_ERROR("x.jpg: JPEG data ends too early");
	p = emo_picture_parse(f.data, f.len / 2, "x.jpg"); /* the head is there */
	CHECK(p != NULL);
	for (int reduce = 1; p && reduce <= 8; reduce *= 2) {
		CHECK(emo_picture_view(p, NULL, reduce) == NULL);
		CHECK_ERROR("x.jpg: JPEG data ends too early");
	}
	emo_picture_free(p);
	for (int i = 0; i < 400; i++) {
		uint32_t at = emo_rng_below(&rng, i % 3 ? 700 : (uint32_t)f.len);
		uint8_t was = f.data[at];

		f.data[at] ^= (uint8_t)(1 + emo_rng_below(&rng, 255));
		if ((p = emo_picture_parse(f.data, f.len, "x.jpg"))) {
			emo_picture_view(p, NULL, 1 << i % 4);
			emo_picture_view(p, &(struct emo_box){20, 30, 40, 20}, 1 << i / 4 % 4);
		}
		emo_picture_free(p);
		f.data[at] = was;
	}
	free(f.data);
}

int main(void)
{
	RUN(every_orientation_size_and_part);
	RUN(every_colour_space);
	RUN(other_formats_are_decoded_once);
	RUN(maps_lead_to_the_full_picture);
	RUN(failures);
	return test_end();
}
