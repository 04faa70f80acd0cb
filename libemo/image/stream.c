/* SPDX-License-Identifier: MIT */
#include "image/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "image/feed.h"
#include "image/image.h"

#define Y4M	 "YUV4MPEG2"
#define MAX_LINE 4096 /* of YUV4MPEG2 */

struct emo_stream {
	struct emo_feed feed;
	char *name;
	int started, over; /* over: nothing more comes */
	size_t used;	   /* bytes of the frame that was given last */
	int is_y4m;
	struct emo_y4m y4m;
	uint8_t *pgm; /* of YUV4MPEG2 */
	size_t pgm_head;
	long (*length)(struct emo_feed *f, size_t *skip); /* of the frame before */
};

struct emo_stream *emo_stream_new(int fd, const char *name)
{
	struct emo_stream *s = emo_calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->feed.fd = fd;
	if (!(s->name = emo_strdup(name))) {
		free(s);
		return NULL;
	}
	s->feed.name = s->name;
	return s;
}

void emo_stream_free(struct emo_stream *s)
{
	if (!s)
		return;
	free(s->feed.buf);
	free(s->pgm);
	free(s->name);
	free(s);
}

double emo_stream_rate(const struct emo_stream *s)
{
	return s->is_y4m ? s->y4m.rate : 0;
}

/* The stream's message stands when reading failed; else the reason that is given. */
static int give_up(struct emo_stream *s, const char *why)
{
	s->over = 1;
	return s->feed.failed ? -1 : emo_feed_bad(&s->feed, why);
}

/* The line at the first unused byte as a string of its own, used up with its end. */
static int take_line(struct emo_stream *s, char line[MAX_LINE])
{
	size_t n = 0;

	while (n < MAX_LINE - 1 && emo_feed_has(&s->feed, n + 1) && *emo_feed_at(&s->feed, n) != '\n')
		n++;
	if (n == MAX_LINE - 1 || !emo_feed_has(&s->feed, n + 1))
		return -1;
	memcpy(line, emo_feed_at(&s->feed, 0), n);
	line[n] = '\0';
	emo_feed_use(&s->feed, n + 1);
	return 0;
}

static int start_y4m(struct emo_stream *s)
{
	char line[MAX_LINE], head[64];
	int n;

	s->over = 1; /* unless all goes well */
	if (take_line(s, line) < 0)
		return emo_fail("%s: the YUV4MPEG2 header has no end", s->name);
	if (emo_y4m_header(&s->y4m, line, s->name) < 0)
		return -1;
	n = snprintf(head, sizeof head, "P5\n%d %d\n255\n", s->y4m.w, s->y4m.h);
	s->pgm_head = (size_t)n;
	if (!(s->pgm = emo_calloc(s->pgm_head + (size_t)s->y4m.w * (size_t)s->y4m.h, 1)))
		return -1;
	memcpy(s->pgm, head, s->pgm_head);
	s->is_y4m = 1;
	s->over = 0;
	return 0;
}

static int next_y4m(struct emo_stream *s, struct emo_frame *out)
{
	size_t n = (size_t)s->y4m.w * (size_t)s->y4m.h;
	char line[MAX_LINE];

	if (!emo_feed_has(&s->feed, 1)) {
		s->over = 1;
		return s->feed.failed ? -1 : 0;
	}
	if (!emo_feed_has(&s->feed, 6))
		return give_up(s, "is cut off");
	/* frames are all of one size, so that a wrong border means that the bytes are not in step */
	if (memcmp(emo_feed_at(&s->feed, 0), "FRAME", 5) || take_line(s, line) < 0)
		return give_up(s, "does not begin with FRAME; the rest cannot be told apart");
	if (!emo_feed_has(&s->feed, n + s->y4m.chroma))
		return give_up(s, "is cut off");
	memcpy(s->pgm + s->pgm_head, emo_feed_at(&s->feed, 0), n);
	if (!s->y4m.full_range)
		emo_y4m_expand(s->pgm + s->pgm_head, n);
	s->used = n + s->y4m.chroma;
	*out = (struct emo_frame){s->pgm, s->pgm_head + n, s->feed.number};
	return 1;
}

/* What kind of picture begins at unused byte i; NULL: none. */
static long (*kind_at(struct emo_feed *f, size_t i))(struct emo_feed *, size_t *)
{
	const uint8_t *p;

	if (!emo_feed_has(f, i + 3))
		return NULL;
	p = emo_feed_at(f, i);
	if (p[0] == 0xff && p[1] == 0xd8 && p[2] == 0xff)
		return emo_jpeg_length;
	if (p[0] == 'P' && p[1] >= '1' && p[1] <= '6' && p[2] && strchr(" \t\n\v\f\r#", p[2]))
		return emo_pnm_length;
	if (p[0] != 0x89 || !emo_feed_has(f, i + 8))
		return NULL;
	return memcmp(emo_feed_at(f, i), EMO_PNG_SIGNATURE, 8) == 0 ? emo_png_length : NULL;
}

/* To where the next picture of the same kind begins. */
static void find_next(struct emo_stream *s)
{
	while (emo_feed_has(&s->feed, 3) && kind_at(&s->feed, 0) != s->length)
		emo_feed_use(&s->feed, 1);
}

/*
 * To the next whole picture, where the stream has ended within one: the length that was believed of
 * it may have been damage, and swallowed those that follow. 0 when there is none.
 */
static int find_whole(struct emo_stream *s, size_t skip)
{
	do {
		emo_feed_use(&s->feed, skip);
		find_next(s);
		if (!emo_feed_has(&s->feed, 3))
			return 0;
		skip = 2;
	} while (s->length(&s->feed, &skip) <= 0);
	return 1;
}

/* Cameras and converters leave zeros and line ends between pictures. */
static void pass_padding(struct emo_stream *s)
{
	while (emo_feed_has(&s->feed, 1) && memchr("\0\n\r", *emo_feed_at(&s->feed, 0), 3))
		emo_feed_use(&s->feed, 1);
}

static int next_picture(struct emo_stream *s, struct emo_frame *out)
{
	size_t skip = 2;
	long length;

	pass_padding(s);
	if (!emo_feed_has(&s->feed, 1)) {
		s->over = 1;
		return s->feed.failed ? -1 : 0;
	}
	if (!kind_at(&s->feed, 0)) {
		find_next(s);
		s->over = !emo_feed_has(&s->feed, 3);
		return s->over ? give_up(s, "is damaged or cut off")
			       : emo_fail("%s: what precedes frame %zu is no picture", s->name,
					  s->feed.number-- + 1);
	}
	s->length = kind_at(&s->feed, 0);
	if ((length = s->length(&s->feed, &skip)) == 0)
		return !s->feed.failed && find_whole(s, skip) ? emo_feed_bad(&s->feed, "is cut off")
							      : give_up(s, "is cut off");
	if (length < 0) {
		char why[EMO_ERROR_MAX];

		snprintf(why, sizeof why, "%s", emo_error());
		emo_feed_use(&s->feed, skip);
		find_next(s);
		return emo_fail("%s", why);
	}
	s->used = (size_t)length;
	*out = (struct emo_frame){emo_feed_at(&s->feed, 0), s->used, s->feed.number};
	return 1;
}

static int start(struct emo_stream *s)
{
	s->started = 1;
	if (emo_feed_has(&s->feed, sizeof Y4M - 1) &&
	    memcmp(emo_feed_at(&s->feed, 0), Y4M, sizeof Y4M - 1) == 0)
		return start_y4m(s);
	pass_padding(s);
	if (!emo_feed_has(&s->feed, 1) || kind_at(&s->feed, 0))
		return 0;
	s->over = 1;
	return s->feed.failed ? -1 : emo_fail("%s: is no stream of JPEG, PNG, PNM or YUV4MPEG2 "
					      "frames", s->name);
}

int emo_stream_next(struct emo_stream *s, struct emo_frame *out)
{
	int got;

	if (s->over)
		return 0;
	emo_feed_use(&s->feed, s->used);
	s->used = 0;
	if (!s->started && start(s) < 0)
		return -1;
	got = s->is_y4m ? next_y4m(s, out) : next_picture(s, out);
	if (got)
		s->feed.number++;
	return got;
}
