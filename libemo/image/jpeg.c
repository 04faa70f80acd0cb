/* SPDX-License-Identifier: MIT */
/*
 * JPEG by libjpeg. Damage that libjpeg would paint over with grey (data that ends too early, codes
 * that do not exist) is an error here: a mood read from half a face would look like any other.
 */
#include "image/codec.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "base/err.h"
#include "base/mem.h"

/*
 * A progressive file of a few kilobytes can name the whole picture thousands of times. Encoders
 * write about ten scans; the finest possible script for three components needs under 500.
 */
#define MAX_SCANS 500

struct reader {
	struct jpeg_decompress_struct jpeg;
	struct jpeg_error_mgr errors;
	struct jpeg_progress_mgr progress;
	jmp_buf stop;
	struct emo_codec *in;
	struct emo_image img;
	uint8_t *cmyk; /* one row */
};

static void on_error(j_common_ptr jpeg)
{
	struct reader *r = jpeg->client_data;
	char why[JMSG_LENGTH_MAX];

	jpeg->err->format_message(jpeg, why);
	emo_fail("%s: cannot decode JPEG: %s", r->in->name, why);
	longjmp(r->stop, 1);
}

/* level < 0: the data are not as they should be. */
static void on_message(j_common_ptr jpeg, int level)
{
	struct reader *r = jpeg->client_data;

	if (level >= 0)
		return;
	switch (jpeg->err->msg_code) {
	case JWRN_EXTRANEOUS_DATA: /* no pixel is lost by these */
	case JWRN_ADOBE_XFORM:
	case JWRN_JFIF_MAJOR:
		return;
	case JWRN_JPEG_EOF:
		emo_fail("%s: JPEG data ends too early", r->in->name);
		longjmp(r->stop, 1);
	default:
		on_error(jpeg);
	}
}

static void output_nothing(j_common_ptr jpeg)
{
	(void)jpeg;
}

static void count_scans(j_common_ptr jpeg)
{
	struct reader *r = jpeg->client_data;

	if (r->jpeg.input_scan_number > MAX_SCANS) {
		emo_fail("%s: the JPEG has more than %d scans", r->in->name, MAX_SCANS);
		longjmp(r->stop, 1);
	}
}

static void find_orientation(struct reader *r)
{
	for (jpeg_saved_marker_ptr m = r->jpeg.marker_list; m; m = m->next)
		if (m->data_length > 6 && memcmp(m->data, "Exif\0", 6) == 0) {
			r->in->orientation = emo_exif_orientation(m->data + 6, m->data_length - 6);
			return;
		}
}

/* Says what libjpeg shall deliver. */
static int choose_output(struct reader *r)
{
	struct jpeg_decompress_struct *j = &r->jpeg;

	switch (j->jpeg_color_space) {
	case JCS_GRAYSCALE:
		j->out_color_space = JCS_GRAYSCALE;
		return emo_codec_room(&r->img, r->in, j->image_width, j->image_height, 1);
	case JCS_YCbCr:
	case JCS_RGB:
		j->out_color_space = JCS_RGB;
		return emo_codec_room(&r->img, r->in, j->image_width, j->image_height, 3);
	case JCS_CMYK:
	case JCS_YCCK:
		j->out_color_space = JCS_CMYK;
		if (!(r->cmyk = emo_calloc(j->image_width, 4)))
			return emo_fail("%s: %s", r->in->name, emo_error());
		return emo_codec_room(&r->img, r->in, j->image_width, j->image_height, 3);
	default:
		return emo_fail("%s: a JPEG with %d components of unknown colour is not supported",
				r->in->name, j->num_components);
	}
}

/* Adobe's programs store inks inverted, and so does whoever writes Adobe's marker. */
static void cmyk_to_rgb(uint8_t *rgb, const uint8_t *cmyk, size_t n, int inverted)
{
	unsigned flip = inverted ? 0 : 255;

	for (size_t i = 0; i < n; i++, cmyk += 4)
		for (int k = 0; k < 3; k++)
			*rgb++ = (uint8_t)(((cmyk[k] ^ flip) * (cmyk[3] ^ flip) + 127) / 255);
}

/* Errors of libjpeg end in this function: what must outlive the jump is in *r. */
static int decode(struct reader *r)
{
	struct jpeg_decompress_struct *j = &r->jpeg;
	size_t stride;

	if (setjmp(r->stop))
		return -1;
	jpeg_create_decompress(j);
	j->progress = &r->progress;
	jpeg_mem_src(j, r->in->data, (unsigned long)r->in->len);
	jpeg_save_markers(j, JPEG_APP0 + 1, 0xffff);
	jpeg_read_header(j, TRUE);
	find_orientation(r);
	if (choose_output(r) < 0)
		return -1;
	jpeg_start_decompress(j);
	stride = (size_t)r->img.w * (size_t)r->img.c;
	while (j->output_scanline < j->output_height) {
		uint8_t *to = r->img.px + j->output_scanline * stride;
		uint8_t *row = r->cmyk ? r->cmyk : to;

		jpeg_read_scanlines(j, &row, 1);
		if (r->cmyk)
			cmyk_to_rgb(to, r->cmyk, (size_t)r->img.w, j->saw_Adobe_marker);
	}
	jpeg_finish_decompress(j);
	return 0;
}

int emo_jpeg_decode(struct emo_image *img, struct emo_codec *in)
{
	struct reader r = {.in = in};
	int status;

	r.jpeg.err = jpeg_std_error(&r.errors);
	r.jpeg.client_data = &r;
	r.errors.error_exit = on_error;
	r.errors.emit_message = on_message;
	r.errors.output_message = output_nothing;
	r.progress.progress_monitor = count_scans;
	status = decode(&r);
	jpeg_destroy_decompress(&r.jpeg);
	free(r.cmyk);
	if (status < 0)
		emo_image_done(&r.img);
	*img = r.img;
	return status;
}
