/* SPDX-License-Identifier: MIT */
/*
 * Conditions on songs: tempo < 120 && (genre =~ "jazz|blues" || year >= 1990) && name !~ live
 *
 *	expression = all { "||" all }        all = one { "&&" one }
 *	one        = "!" one | "(" expression ")" | column operator value
 *	operator   = < <= > >= = == != =~ !~
 *
 * A column is any that catalogues have (emo_song_column_name). A value is a number, a word or text
 * in quotes; text is compared without letter case, and =~ searches for an extended regular
 * expression. What a song lacks meets no condition on it.
 */
#ifndef EMO_MUSIC_WHERE_H
#define EMO_MUSIC_WHERE_H

#include "../base/api.h"
#include "songs.h"

struct emo_where;

/* NULL on failure: the message names the place in the text. emo_where_free frees. */
EMO_API struct emo_where *emo_where_parse(const char *text);
EMO_API void emo_where_free(struct emo_where *where);

EMO_API int emo_where_match(const struct emo_where *where, const struct emo_songs *songs, size_t i);

#endif
