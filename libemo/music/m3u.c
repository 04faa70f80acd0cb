/* SPDX-License-Identifier: MIT */
#include "music/m3u.h"

#include <math.h>

static void put(FILE *file, const char *s, int is_uri)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= ' ' && c != 127)
			putc(c, file);
		else
			fprintf(file, is_uri ? "%%%02X" : " ", c);
	}
}

void emo_m3u_write(FILE *file, const struct emo_songs *songs, size_t i, const char *uri)
{
	const char *artist = emo_song_text(songs, i, EMO_SONG_ARTIST);
	float seconds = songs->duration[i];

	fprintf(file, "#EXTINF:%ld,", isnan(seconds) ? -1 : lrintf(seconds));
	put(file, artist, 0);
	fputs(*artist ? " - " : "", file);
	put(file, emo_song_text(songs, i, EMO_SONG_NAME), 0);
	fputs(*uri == '#' ? "\n./" : "\n", file); /* a line that begins with '#' is a comment */
	put(file, uri, 1);
	putc('\n', file);
}
