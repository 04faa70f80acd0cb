/* SPDX-License-Identifier: MIT */
/* The feed, and the lengths of pictures in it. */
#include "image/feed.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/limit.h"
#include "base/mem.h"
#include "image/image.h"

enum { CHUNK = 1 << 16 };

static int fill(struct emo_feed *f, size_t n)
{
	size_t most = emo_limit(EMO_LIMIT_PICTURE);
	ssize_t got;

	if (f->begin && f->begin + n + CHUNK > f->cap) {
		memmove(f->buf, f->buf + f->begin, f->end - f->begin);
		f->end -= f->begin;
		f->begin = 0;
	}
	if (n > most || emo_grow(&f->buf, &f->cap, f->begin + n + CHUNK, 1) < 0) {
		f->failed = f->ended = 1;
		return n > most ? emo_feed_bad(f, "is larger than the limit 'picture' allows") : -1;
	}
	do
		got = read(f->fd, f->buf + f->end, f->cap - f->end);
	while (got < 0 && errno == EINTR);
	if (got < 0) {
		f->failed = 1;
		emo_fail("%s: cannot read:", f->name);
	}
	if (got <= 0)
		f->ended = 1;
	else
		f->end += (size_t)got;
	return 0;
}

int emo_feed_has(struct emo_feed *f, size_t n)
{
	while (f->end - f->begin < n && !f->ended)
		fill(f, n);
	return f->end - f->begin >= n;
}

uint8_t *emo_feed_at(const struct emo_feed *f, size_t i)
{
	return f->buf + f->begin + i;
}

void emo_feed_use(struct emo_feed *f, size_t n)
{
	f->begin += n;
}

int emo_feed_bad(const struct emo_feed *f, const char *why)
{
	return emo_fail("%s: frame %zu %s", f->name, f->number + 1, why);
}

/* The end of compressed data: where a marker is, not a restart (D0 .. D7) or an escaped FF. */
static long scan_end(struct emo_feed *f, size_t at)
{
	for (;; at++) {
		uint8_t next;

		if (at + 2 > f->end - f->begin && !emo_feed_has(f, at + 2))
			return -1;
		if (*emo_feed_at(f, at) != 0xff)
			continue;
		next = *emo_feed_at(f, at + 1);
		if (next != 0 && next != 0xff && (next & 0xf8) != 0xd0)
			return (long)at;
	}
}

/*
 * From marker to marker, each but a few followed by its length, so that what a segment holds (a
 * thumbnail, a JPEG of its own) is passed over.
 */
long emo_jpeg_length(struct emo_feed *f, size_t *skip)
{
	size_t at = 2;

	while (emo_feed_has(f, at + 2)) {
		const uint8_t *p = emo_feed_at(f, at);
		size_t length;
		long end;

		if (p[0] == 0xff && p[1] == 0xd9)
			return (long)at + 2;
		*skip = at;
		if (p[0] == 0xff && p[1] == 0xd8)
			return emo_feed_bad(f, "is cut off, another JPEG begins");
		if (p[0] != 0xff || p[1] == 0)
			return emo_feed_bad(f, "is damaged: no JPEG marker where one should be");
		if (p[1] == 0xff) { /* filling */
			at++;
			continue;
		}
		if (p[1] == 0x01 || (p[1] & 0xf8) == 0xd0) { /* markers without a length */
			at += 2;
			continue;
		}
		if (!emo_feed_has(f, at + 4))
			break;
		p = emo_feed_at(f, at);
		length = (size_t)p[2] << 8 | p[3];
		if (length < 2)
			return emo_feed_bad(f, "is damaged: a JPEG segment of no length");
		if (p[1] != 0xda) {
			at += 2 + length;
			continue;
		}
		if ((end = scan_end(f, at + 2 + length)) < 0)
			break;
		at = (size_t)end;
	}
	return 0;
}

static int is_letter(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

long emo_png_length(struct emo_feed *f, size_t *skip)
{
	size_t at = 8, most = emo_limit(EMO_LIMIT_PICTURE);

	*skip = at;
	while (emo_feed_has(f, at + 8)) {
		const uint8_t *p = emo_feed_at(f, at);
		size_t length = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
		int last = memcmp(p + 4, "IEND", 4) == 0;

		if (!is_letter(p[4]) || !is_letter(p[5]) || !is_letter(p[6]) || !is_letter(p[7]) ||
		    length > most || at + length + 12 > most)
			return emo_feed_bad(f, "is damaged: no PNG chunk where one should be");
		at += length + 12;
		if (last)
			return emo_feed_has(f, at) ? (long)at : 0;
	}
	return 0;
}

/* A number of a PNM header, blanks and comments before it; -1 when there is none. */
static long pnm_number(struct emo_feed *f, size_t *at)
{
	long v = -1;

	for (int comment = 0; emo_feed_has(f, *at + 1) && *at < 4096; ++*at) {
		uint8_t c = *emo_feed_at(f, *at);

		if (comment || (c == '#' && v < 0)) {
			comment = c != '\n';
		} else if (c >= '0' && c <= '9') {
			v = (v < 0 ? 0 : v * 10) + (c - '0');
			if (v > (long)emo_limit(EMO_LIMIT_PIXELS))
				return -1;
		} else if (v >= 0 || !strchr(" \t\n\v\f\r", c) || c == '\0') {
			break;
		}
	}
	return v;
}

long emo_pnm_length(struct emo_feed *f, size_t *skip)
{
	int kind = *emo_feed_at(f, 1);
	size_t at = 2, row;
	long w, h, max = 1;

	*skip = 2;
	if (kind < '4')
		return emo_feed_bad(f, "is a plain PNM file, which has no clear end; use raw ones");
	w = pnm_number(f, &at);
	h = pnm_number(f, &at);
	if (kind != '4')
		max = pnm_number(f, &at);
	if (f->ended && !emo_feed_has(f, at + 1))
		return 0;
	if (w < 1 || h < 1 || max < 1 || max > 65535 || w > (long)emo_limit(EMO_LIMIT_PIXELS) / h)
		return emo_feed_bad(f, "is damaged: not the header of a PNM file");
	row = kind == '4' ? ((size_t)w + 7) / 8
			  : (size_t)w * (kind == '6' ? 3 : 1) * (max > 255 ? 2 : 1);
	if (row * (size_t)h > emo_limit(EMO_LIMIT_PICTURE) - 4200)
		return emo_feed_bad(f, "is larger than the limit 'picture' allows");
	at += 1 + row * (size_t)h;
	return emo_feed_has(f, at) ? (long)at : 0;
}
