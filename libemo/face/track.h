/* SPDX-License-Identifier: MIT */
/*
 * Which face of a frame is which of the frame before: by where it is, moving on as it did, and by
 * how it looks. A face keeps its number through a short absence; numbers are never given again.
 */
#ifndef EMO_FACE_TRACK_H
#define EMO_FACE_TRACK_H

#include <stddef.h>
#include <stdint.h>

#include "../base/api.h"
#include "detect.h"

#define EMO_TRACK_KEEP 2.0 /* seconds for which a face that is not seen is remembered */

struct emo_tracks;

EMO_API struct emo_tracks *emo_tracks_new(void);
EMO_API void emo_tracks_free(struct emo_tracks *t);

/*
 * The faces of the next frame, at most a few hundred; number[n], from 1, is filled in. crops, which
 * may be NULL, are their grey (n, side, side) pictures, upright. A time before the last one begins
 * anew, but for the numbers. -1 when memory is short.
 */
EMO_API int emo_tracks_update(struct emo_tracks *t, double time, const struct emo_face *face,
			      size_t n, const uint8_t *crops, int side, int *number);

#endif
