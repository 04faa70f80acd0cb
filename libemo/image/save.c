/* SPDX-License-Identifier: MIT */
/* Writing pictures: PNG by libpng's simplified interface, JPEG by libjpeg. */
#include <errno.h>
#include <png.h>
#include <setjmp.h>
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

static int write_png(const struct emo_image *img, FILE *file, const char *name)
{
	png_image png = {.version = PNG_IMAGE_VERSION,
			 .width = (png_uint_32)img->w,
			 .height = (png_uint_32)img->h,
			 .format = img->c == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB};

	if (png_image_write_to_stdio(&png, file, 0, img->px, 0, NULL))
		return 0;
	return fail(file, name, png.message);
}

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
static int compress(struct writer *w, const struct emo_image *img)
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
	while (j->next_scanline < j->image_height) {
		uint8_t *row = img->px + j->next_scanline * stride;

		jpeg_write_scanlines(j, &row, 1);
	}
	jpeg_finish_compress(j);
	return 0;
}

static int write_jpeg(const struct emo_image *img, FILE *file, const char *name)
{
	struct writer w = {.file = file, .name = name};
	int status;

	w.jpeg.err = jpeg_std_error(&w.errors);
	w.jpeg.client_data = &w;
	w.errors.error_exit = on_error;
	w.errors.output_message = output_nothing;
	status = compress(&w, img);
	jpeg_destroy_compress(&w.jpeg);
	return status;
}

int emo_image_save(const struct emo_image *img, const char *path, enum emo_image_format format)
{
	const char *name = strcmp(path, "-") ? path : "(stdout)";
	struct emo_out *out = emo_out_open(path);
	int status;

	if (!out)
		return -1;
	errno = 0;
	status = format == EMO_IMAGE_PNG ? write_png(img, emo_out_file(out), name)
					 : write_jpeg(img, emo_out_file(out), name);
	if (status == 0)
		return emo_out_commit(out);
	emo_out_abort(out);
	return -1;
}
