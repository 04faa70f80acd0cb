/* SPDX-License-Identifier: MIT */
/* Playlist files in the extended M3U form, which players read. UTF-8. */
#ifndef EMO_MUSIC_M3U_H
#define EMO_MUSIC_M3U_H

#include <stdio.h>

#include "../base/api.h"
#include "songs.h"

#define EMO_M3U_HEADER "#EXTM3U" /* the first line */

/*
 * The two lines of song i: its length in seconds (-1: unknown), artist and name, then where it is.
 * What steers a terminal becomes a blank, or %XX in the uri, so that nothing can add lines; errors of
 * the stream show in ferror().
 */
EMO_API void emo_m3u_write(FILE *file, const struct emo_songs *songs, size_t i, const char *uri);

#endif
