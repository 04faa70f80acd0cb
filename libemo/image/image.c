/* SPDX-License-Identifier: MIT */
#include "image/image.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/limit.h"
#include "base/io.h"
#include "base/mem.h"
#include "image/codec.h"

int emo_codec_check(const struct emo_codec *in, size_t w, size_t h)
{
	size_t most = emo_limit(EMO_LIMIT_PIXELS);

	if (w == 0 || h == 0)
		return emo_fail("%s: the picture has no pixels: %zu x %zu", in->name, w, h);
	if (w > most / h)
		return emo_fail("%s: %zu x %zu pixels are more than %.3g megapixels (the limit is "
				"'pixels')", in->name, w, h, (double)most / 1e6);
	return 0;
}

int emo_codec_room(struct emo_image *img, const struct emo_codec *in, size_t w, size_t h, int c)
{
	*img = (struct emo_image){0};
	if (emo_codec_check(in, w, h) < 0)
		return -1;
	*img = (struct emo_image){(int)w, (int)h, c, emo_calloc(w * h, (size_t)c)};
	if (!img->px)
		return emo_fail("%s: %s", in->name, emo_error());
	return 0;
}

int emo_image_init(struct emo_image *img, int w, int h, int c)
{
	const struct emo_codec in = {.name = "new picture"};

	*img = (struct emo_image){0};
	if (w < 1 || h < 1 || (c != 1 && c != 3))
		return emo_fail("a picture cannot have %d x %d pixels of %d channels", w, h, c);
	return emo_codec_room(img, &in, (size_t)w, (size_t)h, c);
}

void emo_image_done(struct emo_image *img)
{
	free(img->px);
	*img = (struct emo_image){0};
}

/* The first bytes of what is often taken for a picture, or is one, but not of a kind we read. */
#define KIND(at, bytes, name) {at, bytes, sizeof bytes - 1, name}
static const struct {
	size_t at;
	const char *bytes;
	size_t n;
	const char *name;
} others[] = {
	KIND(0, "GIF8", "GIF"),
	KIND(8, "WEBP", "WebP"),
	KIND(4, "ftypavif", "AVIF"),
	KIND(4, "ftypavis", "AVIF"),
	KIND(4, "ftyphei", "HEIC"),
	KIND(4, "ftyphev", "HEIC"),
	KIND(4, "ftypmif1", "HEIC"),
	KIND(4, "ftypmsf1", "HEIC"),
	KIND(4, "ftyp", "MP4 or MOV video"),
	KIND(4, "jP  \r\n", "JPEG 2000"),
	KIND(4, "JXL \r\n", "JPEG XL"),
	KIND(0, "\xff\x0a", "JPEG XL"),
	KIND(0, "II*\0", "TIFF"),
	KIND(0, "MM\0*", "TIFF"),
	KIND(0, "BM", "BMP"),
	KIND(0, "8BPS", "Photoshop"),
	KIND(0, "P7\n", "PAM"),
	KIND(0, "%PDF-", "PDF"),
	KIND(0, "<svg", "SVG"),
};

static int starts(const struct emo_codec *in, size_t at, const char *bytes, size_t n)
{
	return in->len >= at + n && memcmp(in->data + at, bytes, n) == 0;
}

static int is_text(const struct emo_codec *in)
{
	for (size_t i = 0; i < in->len && i < 512; i++)
		if (in->data[i] == 0xff ||
		    (in->data[i] < ' ' && !memchr("\t\n\v\f\r\033", in->data[i], 6)))
			return 0;
	return 1;
}

static int unsupported(const struct emo_codec *in)
{
	int text = is_text(in);

	if (in->len == 0)
		return emo_fail("%s: is empty", in->name);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (starts(in, others[i].at, others[i].bytes, others[i].n) &&
		    !(text && others[i].n == 2)) /* a text may begin with BM, too */
			return emo_fail("%s: %s is not supported; convert it to PNG or JPEG",
					in->name, others[i].name);
	if (starts(in, 0, "\x1f\x8b", 2))
		return emo_fail("%s: is compressed with gzip, not a picture", in->name);
	if (text)
		return emo_fail("%s: is text, not a picture", in->name);
	return emo_fail("%s: is not a PNG, JPEG or PNM picture", in->name);
}

int emo_codec_is_jpeg(const struct emo_codec *in)
{
	return starts(in, 0, "\xff\xd8\xff", 3);
}

int emo_codec_decode(struct emo_image *img, struct emo_codec *in)
{
	*img = (struct emo_image){0};
	if (starts(in, 0, "\x89PNG", 4))
		return emo_png_decode(img, in);
	if (emo_codec_is_jpeg(in))
		return emo_jpeg_decode(img, in);
	if (in->len >= 3 && in->data[0] == 'P' && in->data[1] >= '1' && in->data[1] <= '6' &&
	    memchr(" \t\n\v\f\r#", in->data[2], 7))
		return emo_pnm_decode(img, in);
	return unsupported(in);
}

int emo_image_decode(struct emo_image *img, const void *data, size_t len, const char *name)
{
	struct emo_codec in = {data, len, name, .orientation = 1};

	if (emo_codec_decode(img, &in) < 0)
		return -1;
	if (emo_exif_upright(img, in.orientation) == 0)
		return 0;
	emo_image_done(img);
	return emo_fail("%s: %s", name, emo_error());
}

int emo_image_load(struct emo_image *img, const char *path)
{
	char *data;
	size_t len;
	int status;

	*img = (struct emo_image){0};
	if (emo_read_file(&data, &len, path, emo_limit(EMO_LIMIT_PICTURE)) < 0)
		return -1;
	status = emo_image_decode(img, data, len, strcmp(path, "-") == 0 ? "(stdin)" : path);
	free(data);
	return status;
}

int emo_image_named(const char *name)
{
	static const char *const endings[] = {"png", "jpg", "jpeg", "pbm", "pgm", "ppm", "pnm"};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
		if (strcasecmp(dot + 1, endings[i]) == 0)
			return 1;
	return 0;
}
