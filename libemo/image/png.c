/* SPDX-License-Identifier: MIT */
/*
 * PNG by libpng, which expands everything to 8-bit grey or RGB, with or without alpha. Alpha is
 * laid over white here: libpng would do it in linear light where a file names its gamma, and the
 * same pixels should give the same picture whatever a file says of gamma.
 */
#include "image/codec.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

#define MAX_CHUNK 8000000 /* bytes that one ancillary chunk may unfold to, libpng's default */

struct reader {
	png_struct *png;
	png_info *info;
	struct emo_codec *in;
	size_t at;
	struct emo_image img;
};

static void on_error(png_struct *png, const char *why)
{
	struct reader *r = png_get_error_ptr(png);

	emo_fail("%s: damaged PNG: %s", r->in->name, why);
	png_longjmp(png, 1);
}

static void on_warning(png_struct *png, const char *why)
{
	(void)png;
	(void)why;
}

static void read_bytes(png_struct *png, png_byte *to, size_t n)
{
	struct reader *r = png_get_io_ptr(png);

	if (n > r->in->len - r->at) {
		emo_fail("%s: PNG data ends too early", r->in->name);
		png_longjmp(png, 1);
	}
	memcpy(to, r->in->data + r->at, n);
	r->at += n;
}

/* (h, w, c + 1) with alpha to (h, w, c) over white, in place. */
static void drop_alpha(struct emo_image *img)
{
	size_t n = (size_t)img->w * (size_t)img->h, c = (size_t)img->c - 1;
	const uint8_t *from = img->px;
	uint8_t *to = img->px, *less;

	for (size_t i = 0; i < n; i++, from += c + 1)
		for (size_t k = 0; k < c; k++) {
			unsigned a = from[c];
			*to++ = (uint8_t)((from[k] * a + 255 * (255 - a) + 127) / 255);
		}
	img->c = (int)c;
	if (n && (less = realloc(img->px, n * c)))
		img->px = less;
}

static int decode(struct reader *r)
{
	size_t w, h, stride;
	int passes, channels;

	png_set_read_fn(r->png, r, read_bytes);
	png_set_user_limits(r->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); /* emo_codec_room's task */
	png_set_chunk_malloc_max(r->png, MAX_CHUNK);
	png_read_info(r->png, r->info);
	w = png_get_image_width(r->png, r->info);
	h = png_get_image_height(r->png, r->info);
	png_set_expand(r->png);
	png_set_scale_16(r->png);
	passes = png_set_interlace_handling(r->png);
	channels = png_get_color_type(r->png, r->info) & PNG_COLOR_MASK_COLOR ? 3 : 1;
	if (png_get_color_type(r->png, r->info) & PNG_COLOR_MASK_ALPHA ||
	    png_get_valid(r->png, r->info, PNG_INFO_tRNS))
		channels++;
	if (emo_codec_room(&r->img, r->in, w, h, channels) < 0)
		return -1;
	png_read_update_info(r->png, r->info);
	stride = w * (size_t)channels;
	if (png_get_rowbytes(r->png, r->info) != stride)
		png_error(r->png, "unexpected row size");
	for (int pass = 0; pass < passes; pass++)
		for (size_t y = 0; y < h; y++)
			png_read_row(r->png, r->img.px + y * stride, NULL);
	png_read_end(r->png, r->info);
	return 0;
}

static void find_orientation(struct reader *r)
{
#ifdef PNG_eXIf_SUPPORTED
	png_uint_32 n;
	png_byte *data;

	if (png_get_eXIf_1(r->png, r->info, &n, &data))
		r->in->orientation = emo_exif_orientation(data, n);
#else
	(void)r;
#endif
}

/* Errors of libpng end in this function: what must outlive the jump is in *r, not in its frame. */
static int run(struct reader *r)
{
	if (setjmp(png_jmpbuf(r->png)))
		return -1;
	if (decode(r) < 0)
		return -1;
	find_orientation(r);
	return 0;
}

int emo_png_decode(struct emo_image *img, struct emo_codec *in)
{
	struct reader r = {.in = in};
	int status;

	r.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &r, on_error, on_warning);
	if (r.png && (r.info = png_create_info_struct(r.png)))
		status = run(&r);
	else
		status = emo_fail("%s: cannot start libpng: out of memory", in->name);
	png_destroy_read_struct(&r.png, &r.info, NULL);
	if (status < 0)
		emo_image_done(&r.img);
	else if (r.img.c == 2 || r.img.c == 4)
		drop_alpha(&r.img);
	*img = r.img;
	return status;
}
