/* SPDX-License-Identifier: MIT */
#include "music/m3u.h"

#include <stdlib.h>

#include "test.h"

static void playlists(void)
{
	char arena[] = "\0#1\nx.ogg\0A\nrtist\0Na\rme\0";
	uint32_t none[1] = {0}, uri[1] = {1}, artist[1] = {10}, name[1] = {18};
	float duration[1] = {61.4f};
	struct emo_songs s = {.n = 1,
			      .arena = arena,
			      .text = {none, name, artist, none, uri, none},
			      .duration = duration};
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	emo_m3u_write(f, &s, 0, emo_song_text(&s, 0, EMO_SONG_URI));
	duration[0] = NAN;
	artist[0] = 0;
	emo_m3u_write(f, &s, 0, emo_song_text(&s, 0, EMO_SONG_URI));
	fclose(f);
	CHECK_STR(text, "#EXTINF:61,A rtist - Na me\n./#1%0Ax.ogg\n"
			"#EXTINF:-1,Na me\n./#1%0Ax.ogg\n");
	free(text);
}

int main(void)
{
	RUN(playlists);
	return test_end();
}
