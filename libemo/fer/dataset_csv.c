/* SPDX-License-Identifier: MIT */
/* Labelled images from a CSV in FER-2013's form: one row an image, its pixels as text. */
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/err.h"
#include "fer/dataset_build.h"

#define MIN_SIDE 8
#define MAX_SIDE 512
#define SHOWN    40 /* characters of a wrong value in a message */

struct columns {
	int emotion, pixels, usage; /* usage: -1 when there is none */
	size_t n;
};

static int read_header(struct columns *c, struct emo_csv *csv)
{
	char found[240] = "";
	size_t used = 0;
	int more = emo_csv_next(csv);

	if (more < 0)
		return -1;
	if (more == 0)
		return emo_fail("%s: is empty", emo_csv_name(csv));
	c->n = emo_csv_nfields(csv);
	c->emotion = emo_csv_find(csv, "emotion");
	c->pixels = emo_csv_find(csv, "pixels");
	c->usage = emo_csv_find(csv, "Usage");
	if (c->emotion >= 0 && c->pixels >= 0)
		return 0;
	for (size_t i = 0; i < c->n && used < sizeof found - SHOWN - 4; i++)
		used += (size_t)snprintf(found + used, sizeof found - used, "%s%.*s",
					 i ? ", " : "", SHOWN, emo_csv_field(csv, i));
	return emo_fail("%s:%zu: no column '%s': wanted emotion, pixels and perhaps Usage, "
			"found %s", emo_csv_name(csv), emo_csv_line(csv),
			c->emotion < 0 ? "emotion" : "pixels", found);
}

static int is_blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}

static size_t count_words(const char *s)
{
	size_t n = 0;

	for (int in_word = 0; *s; s++) {
		int blank = is_blank(*s);

		n += !blank && !in_word;
		in_word = !blank;
	}
	return n;
}

/* The side of the square that the first image is. */
static int set_side(struct emo_dataset *d, const struct emo_csv *csv, const char *pixels)
{
	size_t n = count_words(pixels);
	int side = MIN_SIDE;

	while (side < MAX_SIDE && (size_t)side * (size_t)side < n)
		side++;
	if ((size_t)side * (size_t)side != n)
		return emo_fail("%s:%zu: %zu pixels are no square image of side %d .. %d",
				emo_csv_name(csv), emo_csv_line(csv), n, MIN_SIDE, MAX_SIDE);
	d->side = side;
	return 0;
}

static int wrong_pixel(const struct emo_csv *csv, size_t k, const char *word)
{
	int n = (int)strcspn(word, " \t\r\n");

	return emo_fail("%s:%zu: pixel %zu is '%.*s', not a whole number 0 .. 255",
			emo_csv_name(csv), emo_csv_line(csv), k + 1, n < SHOWN ? n : SHOWN, word);
}

/* FER-2013 has 83 million numbers: hence no strtol. */
static int parse_pixels(uint8_t *out, int side, const struct emo_csv *csv, const char *s)
{
	size_t want = (size_t)side * (size_t)side, k = 0;
	const char *at = s;

	for (;; k++) {
		const char *word;
		unsigned v = 0;

		while (is_blank(*at))
			at++;
		if (!*at || k == want)
			break;
		for (word = at; *at >= '0' && *at <= '9' && v <= 255; at++)
			v = 10 * v + (unsigned)(*at - '0');
		if (at == word || v > 255 || (*at && !is_blank(*at)))
			return wrong_pixel(csv, k, word);
		out[k] = (uint8_t)v;
	}
	if (*at || k < want)
		return emo_fail("%s:%zu: %zu pixels instead of %zu (%d x %d)", emo_csv_name(csv),
				emo_csv_line(csv), count_words(s), want, side, side);
	return 0;
}

static int read_row(struct emo_dataset_build *b, const struct emo_csv *csv,
		    const struct columns *c, size_t row)
{
	const char *emotion = emo_csv_field(csv, (size_t)c->emotion);
	const char *pixels = emo_csv_field(csv, (size_t)c->pixels);
	const char *usage = c->usage < 0 ? "Training" : emo_csv_field(csv, (size_t)c->usage);
	int label = emo_emotion_parse(emotion), split = emo_split_parse(usage);
	uint8_t *out;

	if (emo_csv_nfields(csv) != c->n)
		return emo_fail("%s:%zu: %zu fields instead of the header's %zu%s",
				emo_csv_name(csv), emo_csv_line(csv), emo_csv_nfields(csv), c->n,
				emo_csv_nfields(csv) < c->n ? " (a cut-off file?)" : "");
	if (label < 0)
		return emo_fail("%s:%zu: unknown emotion '%.*s'", emo_csv_name(csv),
				emo_csv_line(csv), SHOWN, emotion);
	if (split < 0)
		return emo_fail("%s:%zu: unknown usage '%.*s'; known are Training, PublicTest and "
				"PrivateTest", emo_csv_name(csv), emo_csv_line(csv), SHOWN, usage);
	if (!emo_dataset_wants(b, label, split))
		return 0;
	if (b->pixels_cap == 0 && set_side(b->d, csv, pixels) < 0)
		return -1;
	if (!(out = emo_dataset_room(b)))
		return -1;
	if (parse_pixels(out, b->d->side, csv, pixels) < 0)
		return -1;
	emo_dataset_take(b, label, split, row);
	return 0;
}

int emo_dataset_read_csv(struct emo_dataset_build *b, const char *path)
{
	struct emo_csv *csv = emo_csv_open(path);
	struct columns c = {0};
	size_t row = 0;
	int more, status = -1;

	if (!csv)
		return -1;
	if (read_header(&c, csv) < 0)
		goto out;
	for (; (more = emo_csv_next(csv)) > 0; row++)
		if (read_row(b, csv, &c, row) < 0 && emo_dataset_bad(b) < 0)
			goto out;
	/* A cut-off file ends the reading, but what came before it is good. */
	if (more < 0 && emo_dataset_bad(b) < 0)
		goto out;
	status = 0;
out:
	emo_csv_close(csv);
	return status;
}
