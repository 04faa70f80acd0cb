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
#include "base/limit.h"
#include "base/mem.h"

/* Pixels over all scans, each a pass over the picture, for each that is allowed: 2^32 by default. */
#define WORK ((uint64_t)8589935)

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

/*
 * A progressive file of a few kilobytes can name the whole picture thousands of times. Encoders
 * write about ten scans; the finest possible script for three components needs under 500.
 */
static void count_scans(j_common_ptr jpeg)
{
	struct reader *r = jpeg->client_data;

	uint64_t pixels = (uint64_t)r->jpeg.image_width * r->jpeg.image_height;
	uint64_t most = emo_limit(EMO_LIMIT_SCANS), scans = (uint64_t)r->jpeg.input_scan_number;

	if (scans > 1 && scans * pixels > WORK * most) {
		emo_fail("%s: the JPEG has too many scans for its size (the limit is 'scans')",
			 r->in->name);
		longjmp(r->stop, 1);
	}
	if (scans > most) {
		emo_fail("%s: the JPEG has more than %d scans (the limit is 'scans')", r->in->name,
			 (int)most);
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
		break;
	case JCS_YCbCr: /* whose Y is the grey of warp.c */
		j->out_color_space = r->in->grey ? JCS_GRAYSCALE : JCS_RGB;
		break;
	case JCS_RGB:
		j->out_color_space = JCS_RGB;
		break;
	case JCS_CMYK:
	case JCS_YCCK:
		j->out_color_space = JCS_CMYK;
		break;
	default:
		return emo_fail("%s: a JPEG with %d components of unknown colour is not supported",
				r->in->name, j->num_components);
	}
	j->scale_num = 1;
	j->scale_denom = r->in->reduce ? (unsigned)r->in->reduce : 1;
	return emo_codec_check(r->in, j->image_width, j->image_height);
}

/*
 * Leaves out what lies beside and above the part that is wanted; the rows, of which the last is
 * returned. Without libjpeg-turbo's help the whole width and height are decoded.
 */
static JDIMENSION choose_part(struct reader *r)
{
	struct jpeg_decompress_struct *j = &r->jpeg;
	struct emo_codec *in = r->in;
	JDIMENSION last = j->output_height;

	in->at[0] = in->at[1] = 0;
	if (in->to[0] <= in->from[0] || in->to[1] <= in->from[1])
		return last;
#ifdef LIBJPEG_TURBO_VERSION
	int reduce = in->reduce ? in->reduce : 1;
	JDIMENSION x = (JDIMENSION)(in->from[0] / reduce), y = (JDIMENSION)(in->from[1] / reduce);
	JDIMENSION right = (JDIMENSION)((in->to[0] + reduce - 1) / reduce);
	JDIMENSION bottom = (JDIMENSION)((in->to[1] + reduce - 1) / reduce);

	if (right > j->output_width || bottom > last || x >= right || y >= bottom)
		return last;
	right -= x;
	jpeg_crop_scanline(j, &x, &right); /* to the left, to where a block begins */
	if (y > 0 && jpeg_skip_scanlines(j, y) != y)
		y = j->output_scanline;
	in->at[0] = (int)x * reduce;
	in->at[1] = (int)y * reduce;
	last = bottom;
#endif
	return last;
}

/* Adobe's programs store inks inverted, and so does whoever writes Adobe's marker. */
static void cmyk_to_rgb(uint8_t *rgb, const uint8_t *cmyk, size_t n, int inverted)
{
	unsigned flip = inverted ? 0 : 255;

	for (size_t i = 0; i < n; i++, cmyk += 4)
		for (int k = 0; k < 3; k++)
			*rgb++ = (uint8_t)(((cmyk[k] ^ flip) * (cmyk[3] ^ flip) + 127) / 255);
}

static void read_rows(struct reader *r, JDIMENSION last)
{
	struct jpeg_decompress_struct *j = &r->jpeg;
	size_t stride = (size_t)r->img.w * (size_t)r->img.c;
	uint8_t *to = r->img.px;

	for (; j->output_scanline < last; to += stride) {
		uint8_t *row = r->cmyk ? r->cmyk : to;

		jpeg_read_scanlines(j, &row, 1);
		if (r->cmyk)
			cmyk_to_rgb(to, r->cmyk, (size_t)r->img.w, j->saw_Adobe_marker);
	}
}

/* Errors of libjpeg end in this function: what must outlive the jump is in *r. */
static int decode(struct reader *r, int *size)
{
	struct jpeg_decompress_struct *j = &r->jpeg;
	JDIMENSION last;

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
	if (size) {
		size[0] = (int)j->image_width;
		size[1] = (int)j->image_height;
		return 0;
	}
	jpeg_start_decompress(j);
	last = choose_part(r);
	if (j->out_color_space == JCS_CMYK && !(r->cmyk = emo_calloc(j->output_width, 4)))
		return emo_fail("%s: %s", r->in->name, emo_error());
	if (emo_codec_room(&r->img, r->in, j->output_width, last - j->output_scanline,
			   j->out_color_space == JCS_GRAYSCALE ? 1 : 3) < 0)
		return -1;
	read_rows(r, last);
	if (last == j->output_height)
		jpeg_finish_decompress(j);
	return 0;
}

static int run(struct emo_image *img, struct emo_codec *in, int *size)
{
	struct reader r = {.in = in};
	int status;

	r.jpeg.err = jpeg_std_error(&r.errors);
	r.jpeg.client_data = &r;
	r.errors.error_exit = on_error;
	r.errors.emit_message = on_message;
	r.errors.output_message = output_nothing;
	r.progress.progress_monitor = count_scans;
	status = decode(&r, size);
	jpeg_destroy_decompress(&r.jpeg);
	free(r.cmyk);
	if (status < 0)
		emo_image_done(&r.img);
	*img = r.img;
	return status;
}

int emo_jpeg_decode(struct emo_image *img, struct emo_codec *in)
{
	return run(img, in, NULL);
}

int emo_jpeg_size(int size[2], struct emo_codec *in)
{
	struct emo_image none;

	return run(&none, in, size);
}
