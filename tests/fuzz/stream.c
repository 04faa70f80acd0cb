/* SPDX-License-Identifier: MIT */
/* The borders of frames in a stream of JPEG, PNG, PNM or YUV4MPEG2. */
#include "image/stream.h"

#include <fcntl.h>

#include "fuzz_file.h"

static volatile uint8_t seen;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = open(fuzz_file(data, size), O_RDONLY | O_CLOEXEC), got;
	struct emo_stream *s = fd < 0 ? NULL : emo_stream_new(fd, "fuzz");
	struct emo_frame f;
	size_t frames = 0;

	while (s && (got = emo_stream_next(s, &f))) {
		if (got > 0)
			seen = f.data[0] ^ f.data[f.len - 1]; /* whether all of it is there */
		if (frames++ > size || emo_stream_rate(s) < 0) /* more frames than bytes */
			abort();
	}
	emo_stream_free(s);
	if (fd >= 0)
		close(fd);
	return 0;
}
