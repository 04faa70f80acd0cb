/* SPDX-License-Identifier: MIT */
/* Internal: the bytes of a stream that were read and not yet used, and where a frame among them ends. */
#ifndef EMO_IMAGE_FEED_H
#define EMO_IMAGE_FEED_H

#include <stddef.h>
#include <stdint.h>

struct emo_feed {
	int fd;
	const char *name; /* borrowed */
	size_t number;	  /* of the frame, for messages */
	int ended, failed; /* failed: reading did, or memory was short */
	uint8_t *buf;
	size_t cap, begin, end;
};

/* Whether there are n bytes, after reading what is missing; 0 at the end of the stream. */
int emo_feed_has(struct emo_feed *f, size_t n);

/* The bytes that emo_feed_has promised, from the first unused one; they move when more is read. */
uint8_t *emo_feed_at(const struct emo_feed *f, size_t i);
void emo_feed_use(struct emo_feed *f, size_t n);

/* -1 with the message that the frame is damaged. */
int emo_feed_bad(const struct emo_feed *f, const char *why);

/*
 * The length of the picture that begins at the first unused byte. 0 when the stream ends within it;
 * -1 with a message when it is damaged, *skip being the bytes among which no other begins.
 */
long emo_jpeg_length(struct emo_feed *f, size_t *skip);
long emo_png_length(struct emo_feed *f, size_t *skip);
long emo_pnm_length(struct emo_feed *f, size_t *skip);

#define EMO_PNG_SIGNATURE "\x89PNG\r\n\x1a\n"

/* What a YUV4MPEG2 stream's header says. */
struct emo_y4m {
	int w, h, full_range;
	size_t chroma; /* bytes of colour after each frame's brightness */
	double rate;
};

/* The header line, without its end; -1 with a message. */
int emo_y4m_header(struct emo_y4m *y, char *line, const char *name);

/* Limited range, 16 .. 235, to 0 .. 255, in place. */
void emo_y4m_expand(uint8_t *px, size_t n);

#endif
