/* SPDX-License-Identifier: MIT */
/* Paths in playlists. Worked out from the names alone: links are not followed, files not sought. */
#ifndef EMO_MUSIC_PATHS_H
#define EMO_MUSIC_PATHS_H

#include <stddef.h>

#include "../base/api.h"

/* Whether the text is an address such as https://… or spotify:track:…, which is to stay as it is.
 */
EMO_API int emo_path_is_uri(const char *text);

/*
 * The path as seen from folder, which is absolute, without ".", ".." and doubled slashes. -1 when
 * it does not fit into the buffer.
 */
EMO_API int emo_path_absolute(char *buf, size_t size, const char *folder, const char *path);

/* The way from a folder to a path, both as emo_path_absolute makes them. -1 when it does not fit.
 */
EMO_API int emo_path_relative(char *buf, size_t size, const char *folder, const char *path);

#endif
