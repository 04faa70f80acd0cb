/* SPDX-License-Identifier: MIT */
/*
 * Frames from a pipe: pictures one after the other (JPEG, PNG, raw PNM, told apart by their first
 * bytes), or YUV4MPEG2. Only their borders are found here; a frame's bytes are a picture file of its
 * own, for emo_picture_parse or emo_image_decode.
 *
 *	struct emo_stream *s = emo_stream_new(0, "(stdin)");
 *	struct emo_frame f;
 *	int got;
 *	while ((got = emo_stream_next(s, &f)))
 *		if (got > 0) emo_picture_parse(f.data, f.len, "frame"); else warn(emo_error());
 */
#ifndef EMO_IMAGE_STREAM_H
#define EMO_IMAGE_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "../base/api.h"

struct emo_frame {
	const uint8_t *data; /* borrowed until the next call; of YUV4MPEG2 a PGM of its brightness, */
	size_t len;	     /* made full range */
	size_t number;	     /* from 0; damaged frames count */
};

struct emo_stream;

/* fd stays the caller's; it is read no further than to the end of what it has to give. */
EMO_API struct emo_stream *emo_stream_new(int fd, const char *name);
EMO_API void emo_stream_free(struct emo_stream *s);

/*
 * 1 for a frame, given as soon as its last byte is there; 0 at the end; -1 for a damaged or cut
 * frame (name, frame, reason), after which the next call looks for the one that follows, at the end also
 * among what a damaged length had claimed. When the stream cannot go on, -1 once and then 0. Memory is
 * that of the largest frame, at most the limit.
 */
EMO_API int emo_stream_next(struct emo_stream *s, struct emo_frame *out);

/* Frames a second, as the stream declares them; 0 when it does not, or before the first call. */
EMO_API double emo_stream_rate(const struct emo_stream *s);

#endif
