/* SPDX-License-Identifier: MIT */
/* Catalogues, plain or gzip-compressed, and what is made of their songs. */
#include "music/songs.h"

#include "fuzz_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct emo_songs songs = {0};
	struct emo_songs_account account;
	char line[512], id[EMO_SONG_ID_SIZE];

	if (emo_songs_load(&songs, fuzz_file(data, size), NULL, &account) == 0) {
		emo_songs_account_line(line, sizeof line, &account);
		for (size_t i = 0; i < songs.n && i < 20; i++)
			for (int t = 0; t < EMO_SONG_TEXTS; t++)
				if (emo_song_text(&songs, i, (enum emo_song_text)t)[0] == '\0')
					emo_song_id(&songs, i, id);
	}
	emo_songs_free(&songs);
	return 0;
}
