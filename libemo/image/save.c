/* SPDX-License-Identifier: MIT */
/* Writing pictures: PNG by libpng, JPEG by libjpeg. */
#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <jpeglib.h>

#include "base/err.h"
#include "base/io.h"
#include "image/image.h"

#define QUALITY 92

int emo_image_format_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	if (dot && strcasecmp(dot, ".png") == 0)
		return EMO_IMAGE_PNG;
	return dot && (strcasecmp(dot, ".jpg") == 0 || strcasecmp(dot, ".jpeg") == 0)
		       ? EMO_IMAGE_JPEG
		       : -1;
}

static int fail(FILE *file, const char *name, const char *why)
{
	return ferror(file) ? emo_fail("%s: cannot write:", name)
			    : emo_fail("%s: cannot write the picture: %s", name, why);
}

/* ---- PNG ---- */

struct target {
	FILE *file;
	const char *name;
};

static void on_png_error(png_struct *png, const char *why)
{
	const struct target *to = png_get_error_ptr(png);

	fail(to->file, to->name, why);
	png_longjmp(png, 1);
}

static void on_png_warning(png_struct *png, const char *why)
{
	(void)png;
	(void)why;
}

/* Errors of libpng end here. */
static int put_png(png_struct *png, png_info *info, const struct emo_image *img, FILE *file,
		   const char *maker)
{
	char key[] = "Software", value[80];
	png_text origin = {.compression = PNG_TEXT_COMPRESSION_NONE, .key = key, .text = value};
	size_t stride = (size_t)img->w * (size_t)img->c;

	if (setjmp(png_jmpbuf(png)))
		return -1;
	png_init_io(png, file);
	png_set_IHDR(png, info, (png_uint_32)img->w, (png_uint_32)img->h, 8,
		     img->c == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
		     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_sRGB_gAMA_and_cHRM(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
	snprintf(value, sizeof value, "%s", maker ? maker : "");
	if (maker)
		png_set_text(png, info, &origin, 1);
	png_write_info(png, info);
	for (int y = 0; y < img->h; y++)
		png_write_row(png, img->px + (size_t)y * stride);
	png_write_end(png, info);
	return 0;
}

static int write_png(const struct emo_image *img, FILE *file, const char *name, const char *maker)
{
	struct target to = {file, name};
	png_struct *png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &to, on_png_error,
						  on_png_warning);
	png_info *info = png ? png_create_info_struct(png) : NULL;
	int status;

	if (info)
		status = put_png(png, info, img, file, maker);
	else
		status = emo_fail("%s: cannot start libpng: out of memory", name);
	png_destroy_write_struct(&png, &info);
	return status;
}

/* ---- JPEG ---- */

struct writer {
	struct jpeg_compress_struct jpeg;
	struct jpeg_error_mgr errors;
	jmp_buf stop;
	FILE *file;
	const char *name;
};

static void on_error(j_common_ptr jpeg)
{
	struct writer *w = jpeg->client_data;
	char why[JMSG_LENGTH_MAX];

	jpeg->err->format_message(jpeg, why);
	fail(w->file, w->name, why);
	longjmp(w->stop, 1);
}

static void output_nothing(j_common_ptr jpeg)
{
	(void)jpeg;
}

/* Errors of libjpeg end here. It does not write to the rows, whatever its types say. */
static int compress(struct writer *w, const struct emo_image *img, const char *maker)
{
	struct jpeg_compress_struct *j = &w->jpeg;
	size_t stride = (size_t)img->w * (size_t)img->c;

	if (setjmp(w->stop))
		return -1;
	jpeg_create_compress(j);
	jpeg_stdio_dest(j, w->file);
	j->image_width = (JDIMENSION)img->w;
	j->image_height = (JDIMENSION)img->h;
	j->input_components = img->c;
	j->in_color_space = img->c == 1 ? JCS_GRAYSCALE : JCS_RGB;
	jpeg_set_defaults(j);
	jpeg_set_quality(j, QUALITY, TRUE);
	j->comp_info[0].h_samp_factor = j->comp_info[0].v_samp_factor = 1;
	jpeg_start_compress(j, TRUE);
	if (maker)
		jpeg_write_marker(j, JPEG_COM, (const JOCTET *)maker, (unsigned)strlen(maker));
	while (j->next_scanline < j->image_height) {
		uint8_t *row = img->px + j->next_scanline * stride;

		jpeg_write_scanlines(j, &row, 1);
	}
	jpeg_finish_compress(j);
	return 0;
}

static int write_jpeg(const struct emo_image *img, FILE *file, const char *name, const char *maker)
{
	struct writer w = {.file = file, .name = name};
	int status;

	w.jpeg.err = jpeg_std_error(&w.errors);
	w.jpeg.client_data = &w;
	w.errors.error_exit = on_error;
	w.errors.output_message = output_nothing;
	status = compress(&w, img, maker);
	jpeg_destroy_compress(&w.jpeg);
	return status;
}

/* ---- both ---- */

int emo_image_save(const struct emo_image *img, const char *path, enum emo_image_format format,
		   const char *maker)
{
	const char *name = strcmp(path, "-") ? path : "(stdout)";
	struct emo_out *out = emo_out_open(path);
	int status;

	if (!out)
		return -1;
	errno = 0;
	status = format == EMO_IMAGE_PNG ? write_png(img, emo_out_file(out), name, maker)
					 : write_jpeg(img, emo_out_file(out), name, maker);
	if (status == 0)
		return emo_out_commit(out);
	emo_out_abort(out);
	return -1;
}

int emo_image_made_by(const char *path, const char *maker)
{
	uint8_t head[512]; /* both kinds have it ahead of the pixels */
	size_t n = 0, len = strlen(maker);
	FILE *file = fopen(path, "rb");

	if (file) {
		n = fread(head, 1, sizeof head, file);
		fclose(file);
	}
	for (size_t i = 0; i + len <= n; i++)
		if (memcmp(head + i, maker, len) == 0)
			return 1;
	return 0;
}
