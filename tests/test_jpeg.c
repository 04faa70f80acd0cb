/* SPDX-License-Identifier: MIT */
/* JPEG files of every kind, written by libjpeg from a smooth picture that survives compression. */
#include "test.h"

#include <stdlib.h>

#include <jpeglib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"
#include "image/image.h"

enum { W = 40, H = 24, TOLERANCE = 4 };

struct file {
	uint8_t *data;
	unsigned long len;
};

struct plan {
	int w, h;
	J_COLOR_SPACE in, stored;
	int channels, progressive, no_adobe;
	const jpeg_scan_info *scans;
	int nscans;
	const uint8_t *app1;
	unsigned napp1;
};

static struct file encode(const struct plan *p, const uint8_t *px)
{
	struct jpeg_compress_struct j;
	struct jpeg_error_mgr errors;
	struct file f = {0};

	j.err = jpeg_std_error(&errors);
	jpeg_create_compress(&j);
	jpeg_mem_dest(&j, &f.data, &f.len);
	j.image_width = (JDIMENSION)p->w;
	j.image_height = (JDIMENSION)p->h;
	j.input_components = p->channels;
	j.in_color_space = p->in;
	jpeg_set_defaults(&j);
	jpeg_set_colorspace(&j, p->stored);
	jpeg_set_quality(&j, 100, TRUE);
	for (int i = 0; i < p->channels; i++)
		j.comp_info[i].h_samp_factor = j.comp_info[i].v_samp_factor = 1;
	if (p->no_adobe)
		j.write_Adobe_marker = FALSE;
	if (p->progressive)
		jpeg_simple_progression(&j);
	if (p->scans) {
		j.scan_info = p->scans;
		j.num_scans = p->nscans;
	}
	jpeg_start_compress(&j, TRUE);
	if (p->app1)
		jpeg_write_marker(&j, JPEG_APP0 + 1, p->app1, p->napp1);
	while (j.next_scanline < j.image_height) {
		uint8_t row[4 * (W > H ? W : H)]; /* libjpeg's rows are not const */
		uint8_t *rows[] = {row};
		size_t n = (size_t)(p->w * p->channels);

		memcpy(row, px + j.next_scanline * n, n);
		jpeg_write_scanlines(&j, rows, 1);
	}
	jpeg_finish_compress(&j);
	jpeg_destroy_compress(&j);
	return f;
}

/* Different in every corner and channel. */
static int ramp(int x, int y, int k)
{
	int along = x * 255 / (W - 1), down = y * 255 / (H - 1);

	return k == 0 ? along : k == 1 ? down : k == 2 ? 255 - (along + down) / 2 : along / 3;
}

static struct file smooth(const struct plan *p)
{
	uint8_t px[W * H * 4];

	for (int i = 0; i < W * H * p->channels; i++) {
		int k = i % p->channels, x = i / p->channels % W, y = i / p->channels / W;
		px[i] = (uint8_t)ramp(x, y, k);
	}
	return encode(p, px);
}

static const struct plan grey = {W, H, .in = JCS_GRAYSCALE, .stored = JCS_GRAYSCALE, .channels = 1};
static const struct plan ycc = {W, H, .in = JCS_RGB, .stored = JCS_YCbCr, .channels = 3};

static void check_picture(const struct file *f, int channels, int ink)
{
	struct emo_image img;
	double worst = 0;

	if (!CHECK(emo_image_decode(&img, f->data, f->len, "x.jpg") == 0)) {
		printf("\t%s\n", emo_error());
		return;
	}
	CHECK_INT(img.w, W);
	CHECK_INT(img.h, H);
	CHECK_INT(img.c, channels);
	for (int i = 0; i < W * H * img.c; i++) {
		int k = i % img.c, x = i / img.c % W, y = i / img.c / W;
		double want = ramp(x, y, k);

		if (ink) { /* the samples were amounts of light, 'ink' = 1, or of ink, -1 */
			double black = ramp(x, y, 3);
			want = ink > 0 ? want * black / 255 : (255 - want) * (255 - black) / 255;
		}
		worst = fmax(worst, fabs(img.px[i] - want));
	}
	CHECK_NEAR(worst, 0, TOLERANCE);
	emo_image_done(&img);
}

static void check_plan(struct plan p, int channels, int ink)
{
	for (p.progressive = 0; p.progressive < 2; p.progressive++) {
		struct file f = smooth(&p);

		check_picture(&f, channels, ink);
		free(f.data);
	}
}

static void every_colour_space(void)
{
	struct plan rgb = ycc, cmyk = ycc;

	check_plan(grey, 1, 0);
	check_plan(ycc, 3, 0);
	rgb.stored = JCS_RGB;
	check_plan(rgb, 3, 0);
	cmyk.channels = 4;
	cmyk.in = cmyk.stored = JCS_CMYK;
	check_plan(cmyk, 3, 1); /* with Adobe's marker, so inverted */
	cmyk.no_adobe = 1;
	check_plan(cmyk, 3, -1);
	cmyk.no_adobe = 0;
	cmyk.stored = JCS_YCCK;
	check_plan(cmyk, 3, 1);
}

/* EXIF's own words: the side of the upright picture where the stored row 0 and column 0 are. */
static const char *const sides[9][2] = {
	[1] = {"top", "left"},	   [2] = {"top", "right"},   [3] = {"bottom", "right"},
	[4] = {"bottom", "left"},  [5] = {"left", "top"},    [6] = {"right", "top"},
	[7] = {"right", "bottom"}, [8] = {"left", "bottom"},
};

static void place(const char *side, int i, int *x, int *y)
{
	switch (*side) {
	case 't':
		*y = i;
		break;
	case 'b':
		*y = H - 1 - i;
		break;
	case 'l':
		*x = i;
		break;
	default:
		*x = W - 1 - i;
	}
}

static struct file stored(int orientation, int big)
{
	static const char *const exif[2] = {
		"Exif\0\0II*\0\010\0\0\0\002\0\017\001\002\0\002\0\0\0A\0\0\0"
		"\022\001\003\0\001\0\0\0\0\0\0\0\0\0\0\0",
		"Exif\0\0MM\0*\0\0\0\010\0\002\001\017\0\002\0\0\0\002A\0\0\0"
		"\001\022\0\003\0\0\0\001\0\0\0\0\0\0\0\0"};
	uint8_t app1[44], px[W * H * 3];
	struct plan p = ycc;

	memcpy(app1, exif[big], sizeof app1);
	app1[big ? 37 : 36] = (uint8_t)orientation;
	p.app1 = app1;
	p.napp1 = sizeof app1;
	if (orientation >= 5) {
		p.w = H;
		p.h = W;
	}
	for (int i = 0; i < p.w * p.h; i++) {
		int x = 0, y = 0;

		place(sides[orientation][0], i / p.w, &x, &y);
		place(sides[orientation][1], i % p.w, &x, &y);
		for (int k = 0; k < 3; k++)
			px[3 * i + k] = (uint8_t)ramp(x, y, k);
	}
	return encode(&p, px);
}

static void every_orientation_is_turned_upright(void)
{
	for (int orientation = 1; orientation <= 8; orientation++)
		for (int big = 0; big < 2; big++) {
			struct file f = stored(orientation, big);

			check_picture(&f, 3, 0);
			free(f.data);
		}
}

static void every_cut_is_noticed(void)
{
	for (int progressive = 0; progressive < 2; progressive++) {
		struct plan p = ycc;
		struct emo_image img;
		struct file f;
		int passed = 0;

		p.progressive = progressive;
		f = smooth(&p);
		for (size_t n = 0; n < f.len; n++) {
			uint8_t *part = malloc(n + 1); /* its own block: overruns show */

			memcpy(part, f.data, n);
			passed += emo_image_decode(&img, part, n, "cut.jpg") == 0;
			free(part);
		}
		CHECK_INT(passed, 0);
		CHECK(emo_image_decode(&img, f.data, f.len - 2, "cut.jpg") < 0);
		CHECK_ERROR("cut.jpg: JPEG data ends too early");
		free(f.data);
	}
}

static void damage_does_no_harm(void)
{
	for (int big = 0; big < 2; big++) {
		struct file f = stored(6, big);
		struct emo_rng rng = emo_rng_at(3, (uint64_t)big, 0);
		struct emo_image img;

		for (int i = 0; i < 400; i++) { /* two of three in the headers */
			uint32_t end = i % 3 ? 700 : (uint32_t)f.len;
			uint32_t at = emo_rng_below(&rng, end);
			uint8_t was = f.data[at];

			f.data[at] ^= (uint8_t)(1 + emo_rng_below(&rng, 255));
			if (emo_image_decode(&img, f.data, f.len, "x.jpg") == 0)
				emo_image_done(&img);
			f.data[at] = was;
		}
		free(f.data);
	}
}

/* Where the first marker of this kind stands, at its 0xff. */
static size_t find_marker(const struct file *f, int marker)
{
	for (size_t at = 2; at + 4 < f->len;
	     at += 2 + (size_t)(f->data[at + 2] << 8 | f->data[at + 3]))
		if (f->data[at + 1] == marker)
			return at;
	return 0;
}

static void headers_are_checked(void)
{
	static const struct {
		int at; /* from the frame header's 0xff: precision 4, height 5, width 7 */
		uint8_t bytes[4];
		int n;
		const char *error;
	} rows[] = {
		{5, {0xfd, 0xe8, 0xfd, 0xe8}, 4, "x.jpg: 65000 x 65000 pixels are more than"},
		{5, {0, 0}, 2, "x.jpg: cannot decode JPEG"},
		{7, {0, 0}, 2, "x.jpg: cannot decode JPEG"},
		{4, {12}, 1, "x.jpg: cannot decode JPEG: Unsupported JPEG data precision 12"},
	};
	struct plan two = ycc;
	struct emo_image img;
	struct file f;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		f = smooth(&ycc);
		memcpy(f.data + find_marker(&f, 0xc0) + rows[i].at, rows[i].bytes,
		       (size_t)rows[i].n);
		CHECK(emo_image_decode(&img, f.data, f.len, "x.jpg") < 0);
		CHECK_ERROR(rows[i].error);
		CHECK(img.px == NULL);
		free(f.data);
	}
	two.channels = 2;
	two.in = two.stored = JCS_UNKNOWN;
	f = smooth(&two);
	CHECK(emo_image_decode(&img, f.data, f.len, "x.jpg") < 0);
	CHECK_ERROR("2 components");
	free(f.data);
}

/* A file whose last scan is there `more` times again. */
static struct file repeat_last_scan(const struct file *f, size_t more)
{
	size_t end = f->len - 2, begin = end, n;
	struct file g;

	while (!(f->data[begin] == 0xff && f->data[begin + 1] == 0xda))
		begin--;
	n = end - begin;
	g.len = f->len + more * n;
	g.data = malloc(g.len);
	memcpy(g.data, f->data, end);
	for (size_t i = 0; i < more; i++)
		memcpy(g.data + end + i * n, f->data + begin, n);
	memcpy(g.data + g.len - 2, "\xff\xd9", 2);
	return g;
}

static void scans_are_counted(void)
{
	static const jpeg_scan_info scans[] = {
		{1, {0}, 0, 63, 0, 0}, {1, {1}, 0, 63, 0, 0}, {1, {2}, 0, 63, 0, 0}};
	struct plan p = ycc;
	struct emo_image img;
	struct file f, many;

	p.scans = scans;
	p.nscans = 3;
	f = smooth(&p);
	many = repeat_last_scan(&f, 100);
	check_picture(&many, 3, 0);
	free(many.data);
	many = repeat_last_scan(&f, 600);
	CHECK(emo_image_decode(&img, many.data, many.len, "bomb.jpg") < 0);
	CHECK_ERROR("bomb.jpg: the JPEG has more than 500 scans");
	free(many.data);
	free(f.data);
}

int main(void)
{
	RUN(every_colour_space);
	RUN(every_orientation_is_turned_upright);
	RUN(every_cut_is_noticed);
	RUN(damage_does_no_harm);
	RUN(headers_are_checked);
	RUN(scans_are_counted);
	return test_end();
}
