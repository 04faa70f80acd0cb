/* SPDX-License-Identifier: MIT */
#include "music/m3u.h"

#include <math.h>

#include "base/text.h"

/* A path may have bytes that are not UTF-8, and is found with these only; they steer nothing. */
static int is_path_byte(const char *s, int n)
{
	return n == 1 && (unsigned char)*s >= 0xa0;
}

static void put(FILE *file, const char *s, int is_uri)
{
	for (int n; *s; s += n)
		if (emo_text_is_plain(s, &n) || (is_uri && is_path_byte(s, n)))
			fwrite(s, 1, (size_t)n, file);
		else if (is_uri)
			for (int i = 0; i < n; i++)
				fprintf(file, "%%%02X", (unsigned char)s[i]);
		else
			putc(' ', file);
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
