/* SPDX-License-Identifier: MIT */
/* PNG files of every kind, written by libpng and compared with what they were made of. */
#include "test.h"

#include <png.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"
#include "image/image.h"

enum { W = 13, H = 11, MAX_CHANNELS = 4, COLORS = 200 };

struct file {
	uint8_t *data;
	size_t len, cap;
};

/* What is written: samples at the file's own depth, and what the chunks say. */
struct plan {
	int color, depth, channels, interlaced;
	unsigned samples[H * W * MAX_CHANNELS];
	png_color palette[256];
	png_byte alpha[256];
	int nalpha;	   /* of a palette: how many have an alpha */
	png_color_16 *key; /* the colour that is transparent */
	png_byte *exif;
	unsigned nexif;
	double gamma;
};

static void put(png_struct *png, png_byte *data, size_t n)
{
	struct file *f = png_get_io_ptr(png);

	if (emo_grow(&f->data, &f->cap, f->len + n, 1) < 0)
		png_error(png, emo_error());
	memcpy(f->data + f->len, data, n);
	f->len += n;
}

static void no_flush(png_struct *png)
{
	(void)png;
}

static void put_sample(uint8_t *row, int i, int depth, unsigned v)
{
	if (depth == 16) {
		row[2 * i] = (uint8_t)(v >> 8);
		row[2 * i + 1] = (uint8_t)v;
	} else {
		int per_byte = 8 / depth, up = (per_byte - 1 - i % per_byte) * depth;
		row[i / per_byte] = (uint8_t)(row[i / per_byte] | v << up);
	}
}

static struct file encode(struct plan *p)
{
	struct file f = {0};
	png_struct *png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_info *info = png_create_info_struct(png);
	uint8_t rows[H][W * 8] = {{0}};
	png_byte *pointers[H];

	for (int y = 0; y < H; y++) {
		pointers[y] = rows[y];
		for (int i = 0; i < W * p->channels; i++)
			put_sample(rows[y], i, p->depth, p->samples[y * W * p->channels + i]);
	}
	png_set_write_fn(png, &f, put, no_flush);
	png_set_IHDR(png, info, W, H, p->depth, p->color,
		     p->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, 0, 0);
	if (p->color == PNG_COLOR_TYPE_PALETTE)
		png_set_PLTE(png, info, p->palette, p->depth == 8 ? COLORS : 1 << p->depth);
	if (p->nalpha || p->key)
		png_set_tRNS(png, info, p->nalpha ? p->alpha : NULL, p->nalpha, p->key);
	if (p->gamma > 0)
		png_set_gAMA(png, info, p->gamma);
#ifdef PNG_eXIf_SUPPORTED
	if (p->exif)
		png_set_eXIf_1(png, info, p->nexif, p->exif);
#endif
	png_write_info(png, info);
	png_write_image(png, pointers);
	png_write_end(png, info);
	png_destroy_write_struct(&png, &info);
	return f;
}

static struct plan plan(int color, int depth, int interlaced)
{
	struct plan p = {.color = color, .depth = depth, .interlaced = interlaced};
	struct emo_rng rng = emo_rng_at(1, (uint64_t)color, (uint64_t)depth);
	unsigned n = color == PNG_COLOR_TYPE_PALETTE && depth == 8 ? COLORS : 1u << depth;

	p.channels = color == PNG_COLOR_TYPE_PALETTE ? 1 : 1 + (color & 2) + ((color & 4) != 0);
	for (int i = 0; i < H * W * p.channels; i++)
		p.samples[i] = emo_rng_below(&rng, n);
	for (int i = 0; i < 256; i++) {
		p.palette[i].red = (png_byte)emo_rng_below(&rng, 256);
		p.palette[i].green = (png_byte)emo_rng_below(&rng, 256);
		p.palette[i].blue = (png_byte)emo_rng_below(&rng, 256);
		p.alpha[i] = (png_byte)emo_rng_below(&rng, 256);
	}
	return p;
}

/* The 8-bit pixel (at most 3 channels) that sample group i stands for. */
static void expected(int *want, const struct plan *p, int i)
{
	const unsigned *s = p->samples + i * p->channels;
	double most = (1 << p->depth) - 1, alpha = 255;
	int c = p->color & PNG_COLOR_MASK_COLOR ? 3 : 1, same = 1;

	if (p->color == PNG_COLOR_TYPE_PALETTE) {
		want[0] = p->palette[*s].red;
		want[1] = p->palette[*s].green;
		want[2] = p->palette[*s].blue;
		if ((int)*s < p->nalpha)
			alpha = p->alpha[*s];
	} else {
		for (int k = 0; k < c; k++)
			want[k] = (int)floor(s[k] * 255 / most + 0.5);
		if (p->color & PNG_COLOR_MASK_ALPHA)
			alpha = floor(s[c] * 255 / most + 0.5);
	}
	if (p->key) {
		const unsigned rgb[] = {p->key->red, p->key->green, p->key->blue};

		for (int k = 0; k < c; k++)
			same &= s[k] == (c == 1 ? p->key->gray : rgb[k]);
		alpha = same ? 0 : 255;
	}
	for (int k = 0; k < c; k++)
		want[k] = (int)floor((want[k] * alpha + 255 * (255 - alpha)) / 255 + 0.5);
}

static void check_plan(struct plan *p)
{
	struct file f = encode(p);
	struct emo_image img;
	int c = p->color & PNG_COLOR_MASK_COLOR ? 3 : 1, wrong = 0;

	if (CHECK(emo_image_decode(&img, f.data, f.len, "x.png") == 0)) {
		CHECK_INT(img.w, W);
		CHECK_INT(img.h, H);
		CHECK_INT(img.c, c);
		for (int i = 0; i < W * H; i++) {
			int want[3];

			expected(want, p, i);
			for (int k = 0; k < c; k++)
				wrong += img.px[i * c + k] != want[k];
		}
		CHECK_INT(wrong, 0);
		if (wrong)
			printf("\tcolour type %d, depth %d\n", p->color, p->depth);
		emo_image_done(&img);
	}
	free(f.data);
}

static void every_kind(void)
{
	static const struct {
		int color, depths[6];
	} kinds[] = {
		{PNG_COLOR_TYPE_GRAY, {1, 2, 4, 8, 16}}, {PNG_COLOR_TYPE_GRAY_ALPHA, {8, 16}},
		{PNG_COLOR_TYPE_PALETTE, {1, 2, 4, 8}},	 {PNG_COLOR_TYPE_RGB, {8, 16}},
		{PNG_COLOR_TYPE_RGB_ALPHA, {8, 16}},
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		for (const int *depth = kinds[i].depths; *depth; depth++)
			for (int interlaced = 0; interlaced < 2; interlaced++) {
				struct plan p = plan(kinds[i].color, *depth, interlaced);
				check_plan(&p);
			}
}

static void transparency_chunks(void)
{
	for (int depth = 1; depth <= 8; depth *= 2) {
		struct plan p = plan(PNG_COLOR_TYPE_PALETTE, depth, depth == 4);
		p.nalpha = depth == 8 ? 150 : (1 << depth) - 1;
		check_plan(&p);
	}
	for (int depth = 1; depth <= 16; depth *= 2) {
		struct plan p = plan(PNG_COLOR_TYPE_GRAY, depth, depth == 2);
		png_color_16 key = {.gray = (png_uint_16)p.samples[5]};
		p.key = &key;
		check_plan(&p);
	}
	for (int depth = 8; depth <= 16; depth *= 2) {
		struct plan p = plan(PNG_COLOR_TYPE_RGB, depth, depth == 16);
		png_color_16 key = {.red = (png_uint_16)p.samples[3],
				    .green = (png_uint_16)p.samples[4],
				    .blue = (png_uint_16)p.samples[5]};
		p.key = &key;
		check_plan(&p);
	}
}

static void alpha_over_white_whatever_the_gamma(void)
{
	struct plan p = plan(PNG_COLOR_TYPE_RGB_ALPHA, 8, 0);

	p.gamma = 1.0 / 2.2;
	check_plan(&p);
	p.gamma = 1.0;
	check_plan(&p);
}

static void exif_turns_it(void)
{
#ifdef PNG_eXIf_SUPPORTED
	png_byte exif[] = "MM\0*\0\0\0\010\0\001\001\022\0\003\0\0\0\001\0\006\0\0\0\0\0\0";
	struct plan p = plan(PNG_COLOR_TYPE_GRAY, 8, 0);
	struct emo_image img;
	struct file f;

	p.exif = exif;
	p.nexif = sizeof exif - 1;
	f = encode(&p);
	if (CHECK(emo_image_decode(&img, f.data, f.len, "x.png") == 0)) {
		CHECK_INT(img.w, H);
		CHECK_INT(img.h, W);
		/* A quarter turn clockwise: the stored lower left corner becomes the upper left. */
		CHECK_INT(img.px[0], (int)p.samples[(H - 1) * W]);
		CHECK_INT(img.px[H - 1], (int)p.samples[0]);
		CHECK_INT(img.px[W * H - 1], (int)p.samples[W - 1]);
		emo_image_done(&img);
	}
	free(f.data);
#endif
}

static void every_cut_is_noticed(void)
{
	for (int interlaced = 0; interlaced < 2; interlaced++) {
		struct plan p = plan(PNG_COLOR_TYPE_RGB_ALPHA, 8, interlaced);
		struct file f = encode(&p);
		struct emo_image img;
		int passed = 0;

		for (size_t n = 0; n < f.len; n++) {
			uint8_t *part = malloc(n + 1); /* its own block: overruns show */

			memcpy(part, f.data, n);
			passed += emo_image_decode(&img, part, n, "cut.png") == 0;
			free(part);
		}
		CHECK_INT(passed, 0);
		CHECK(emo_image_decode(&img, f.data, f.len / 2, "cut.png") < 0);
		CHECK_ERROR("cut.png: PNG data ends too early");
		free(f.data);
	}
}

static void damage_does_no_harm(void)
{
	struct plan p = plan(PNG_COLOR_TYPE_PALETTE, 4, 1);
	struct file f = encode(&p);
	struct emo_rng rng = emo_rng_at(2, 0, 0);
	struct emo_image img;

	for (int i = 0; i < 400; i++) {
		uint32_t at = emo_rng_below(&rng, (uint32_t)f.len);
		uint8_t was = f.data[at];

		f.data[at] ^= (uint8_t)(1 + emo_rng_below(&rng, 255));
		if (emo_image_decode(&img, f.data, f.len, "x.png") == 0)
			emo_image_done(&img);
		f.data[at] = was;
	}
	f.data[f.len / 2] ^= 1;
	CHECK(emo_image_decode(&img, f.data, f.len, "x.png") < 0);
	CHECK_ERROR("x.png: damaged PNG: ");
	free(f.data);
}

static void set32(uint8_t *p, unsigned long v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

/* The header's width and height stand at 16 and 20, its checksum at 29. */
static void sizes_are_checked_first(void)
{
	static const struct {
		unsigned long w, h;
		const char *error;
	} rows[] = {
		{0x7fffffff, 0x7fffffff, "megapixels"},
		{1 << 15, 1 << 14, "x.png: 32768 x 16384 pixels are more than 268 megapixels"},
		{1, (1 << 28) + 1, "megapixels"},
		{0, 10, "x.png: damaged PNG"},
		{10, 0, "x.png: damaged PNG"},
		{0xffffffff, 1, "x.png: damaged PNG"},
	};
	struct plan p = plan(PNG_COLOR_TYPE_GRAY, 8, 0);
	struct file f = encode(&p);
	struct emo_image img;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		set32(f.data + 16, rows[i].w);
		set32(f.data + 20, rows[i].h);
		set32(f.data + 29, crc32(0, f.data + 12, 17));
		CHECK(emo_image_decode(&img, f.data, f.len, "x.png") < 0);
		CHECK_ERROR(rows[i].error);
		CHECK(img.px == NULL);
	}
	free(f.data);
}

int main(void)
{
	RUN(every_kind);
	RUN(transparency_chunks);
	RUN(alpha_over_white_whatever_the_gamma);
	RUN(exif_turns_it);
	RUN(every_cut_is_noticed);
	RUN(damage_does_no_harm);
	RUN(sizes_are_checked_first);
	return test_end();
}
