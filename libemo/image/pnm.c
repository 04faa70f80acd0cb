/* SPDX-License-Identifier: MIT */
/* PBM, PGM and PPM, plain (P1 P2 P3) and raw (P4 P5 P6): the first picture of a file. */
#include "image/codec.h"

#include <string.h>

#include "base/err.h"
#include "base/limit.h"

struct reader {
	const struct emo_codec *in;
	size_t at;
	unsigned max; /* what the file calls white; 1 for PBM */
};

static int is_blank(int ch)
{
	return ch == ' ' || (ch >= '\t' && ch <= '\r');
}

static void skip_blanks_and_comments(struct reader *r)
{
	const struct emo_codec *in = r->in;

	for (; r->at < in->len; r->at++) {
		if (in->data[r->at] == '#')
			while (r->at < in->len && in->data[r->at] != '\n' &&
			       in->data[r->at] != '\r')
				r->at++;
		else if (!is_blank(in->data[r->at]))
			return;
	}
}

/* Of one digit only when `bit` is set: the pixels of a plain bitmap may touch. */
static int read_number(struct reader *r, unsigned *out, int bit, const char *what)
{
	const struct emo_codec *in = r->in;
	uint64_t v = 0; /* ten times the limit is more than an unsigned has room for */
	size_t begin;

	skip_blanks_and_comments(r);
	for (begin = r->at; r->at < in->len && !(bit && r->at > begin); r->at++) {
		unsigned digit = (unsigned)in->data[r->at] - '0';

		if (digit > 9)
			break;
		v = v * 10 + digit;
		if (v > emo_limit(EMO_LIMIT_PIXELS))
			return emo_fail("%s: the %s in the PNM file is too large", in->name, what);
	}
	if (r->at == begin && r->at >= in->len)
		return emo_fail("%s: PNM data ends too early", in->name);
	if (r->at == begin)
		return emo_fail("%s: byte %zu of the PNM file should be the %s, a number", in->name,
				r->at, what);
	*out = (unsigned)v;
	return 0;
}

static int too_bright(const struct reader *r, unsigned v)
{
	return emo_fail("%s: a sample of the PNM file is %u, its largest should be %u", r->in->name,
			v, r->max);
}

static uint8_t to_byte(const struct reader *r, unsigned v)
{
	return (uint8_t)((v * 255 + r->max / 2) / r->max);
}

static int read_plain(struct reader *r, uint8_t *px, size_t n, int bitmap)
{
	unsigned v;

	for (size_t i = 0; i < n; i++) {
		if (read_number(r, &v, bitmap, "sample") < 0)
			return -1;
		if (v > r->max)
			return too_bright(r, v);
		px[i] = to_byte(r, bitmap ? 1 - v : v);
	}
	return 0;
}

/* Rows of bits, the first pixel highest, each row padded to whole bytes; 1 is black. */
static void read_bits(const uint8_t *from, struct emo_image *img)
{
	size_t w = (size_t)img->w, h = (size_t)img->h, stride = (w + 7) / 8;

	for (size_t y = 0; y < h; y++)
		for (size_t x = 0; x < w; x++)
			img->px[y * w + x] = from[y * stride + x / 8] >> (7 - x % 8) & 1 ? 0 : 255;
}

static int read_samples(const struct reader *r, const uint8_t *from, uint8_t *px, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned v = r->max < 256 ? from[i] : (unsigned)from[2 * i] << 8 | from[2 * i + 1];

		if (v > r->max)
			return too_bright(r, v);
		px[i] = to_byte(r, v);
	}
	return 0;
}

/* `need` bytes of raw pixels follow the header after one blank. */
static int find_raster(struct reader *r, size_t need)
{
	const struct emo_codec *in = r->in;

	if (r->at < in->len && !is_blank(in->data[r->at]))
		return emo_fail("%s: byte %zu of the PNM file should be a blank", in->name, r->at);
	/* A header that went through Windows ends in two: tell by the length. */
	if (in->len - r->at == need + 2 && memcmp(in->data + r->at, "\r\n", 2) == 0)
		r->at++;
	if (r->at >= in->len || in->len - r->at - 1 < need)
		return emo_fail("%s: PNM data ends too early", in->name);
	r->at++;
	return 0;
}

static int read_header(struct reader *r, unsigned *w, unsigned *h, int bitmap)
{
	if (read_number(r, w, 0, "width") < 0 || read_number(r, h, 0, "height") < 0)
		return -1;
	r->max = 1;
	if (bitmap)
		return 0;
	if (read_number(r, &r->max, 0, "largest sample") < 0)
		return -1;
	if (r->max < 1 || r->max > 65535)
		return emo_fail(
			"%s: the largest sample of the PNM file is %u, not within 1 .. 65535",
			r->in->name, r->max);
	return 0;
}

int emo_pnm_decode(struct emo_image *img, struct emo_codec *in)
{
	struct reader r = {.in = in, .at = 2};
	int kind = in->data[1] - '0', plain = kind <= 3, bitmap = kind % 3 == 1;
	int c = kind % 3 == 0 ? 3 : 1, status = 0;
	unsigned w, h;
	size_t n, need;

	*img = (struct emo_image){0};
	if (read_header(&r, &w, &h, bitmap) < 0 || emo_codec_room(img, in, w, h, c) < 0)
		return -1;
	n = (size_t)w * h * (size_t)c;
	need = bitmap ? ((size_t)w + 7) / 8 * h : r.max > 255 ? 2 * n : n;
	if (plain)
		status = read_plain(&r, img->px, n, bitmap);
	else if ((status = find_raster(&r, need)) == 0 && bitmap)
		read_bits(in->data + r.at, img);
	else if (status == 0)
		status = read_samples(&r, in->data + r.at, img->px, n);
	if (status < 0)
		emo_image_done(img);
	return status;
}
