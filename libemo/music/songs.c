/* SPDX-License-Identifier: MIT */
#include "music/songs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "music/index.h"
#include "music/same.h"

const char *emo_song_text(const struct emo_songs *s, size_t i, enum emo_song_text which)
{
	if (s->index)
		return emo_index_text(s, i, which);
	return s->text[which] ? s->arena + s->text[which][i] : "";
}

const char *emo_song_id(const struct emo_songs *s, size_t i, char buf[EMO_SONG_ID_SIZE])
{
	const char *id = emo_song_text(s, i, EMO_SONG_ID);

	if (*id)
		return id;
	snprintf(buf, EMO_SONG_ID_SIZE, "%016" PRIx64,
		 emo_song_hash(emo_song_text(s, i, EMO_SONG_NAME),
			       emo_song_text(s, i, EMO_SONG_ARTIST)));
	return buf;
}

void emo_songs_free(struct emo_songs *s)
{
	if (s->index) {
		emo_index_close(s->index);
		*s = (struct emo_songs){0};
	}
	free(s->arena);
	for (int k = 0; k < EMO_SONG_TEXTS; k++)
		free(s->text[k]);
	free(s->duration);
	free(s->year);
	for (int f = 0; f < EMO_FEATURES; f++)
		free(s->feature[f]);
	emo_seen_free(s->seen);
	*s = (struct emo_songs){0};
}
