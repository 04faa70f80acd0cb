/* SPDX-License-Identifier: MIT */
/* Indexes of songs, as they come and with checksums put right, which chance would not. */
#include "music/index.h"

#include <string.h>

#include "fuzz_file.h"
#include "music/index_file.h"

static void use(const void *data, size_t size)
{
	struct emo_songs songs = {0};

	if (emo_index_open(&songs, fuzz_file(data, size)) < 0)
		return;
	emo_index_use(&songs, EMO_SONG_YEAR);
	emo_index_use(&songs, EMO_SONG_DURATION);
	for (size_t i = 0; i < songs.n && i < 50; i++)
		for (int t = 0; t < EMO_SONG_TEXTS; t++)
			if (strlen(emo_song_text(&songs, i, (enum emo_song_text)t)) > size)
				abort();
	emo_index_check(&songs);
	emo_index_damage(&songs);
	emo_songs_free(&songs);
}

/* data is aligned as from malloc */
static void sign(char *data, size_t size)
{
	struct index_head *h = (struct index_head *)(void *)data;
	uint64_t *sum = (uint64_t *)(void *)(data + INDEX_PAGE);
	size_t blocks;

	h->file_size = size;
	if (h->body < INDEX_PAGE || h->body > size || h->body % INDEX_PAGE)
		return;
	blocks = emo_index_blocks(h);
	if (blocks > (h->body - INDEX_PAGE) / sizeof *sum)
		return;
	for (size_t b = 0; b < blocks; b++) {
		size_t start = h->body + b * INDEX_BLOCK, len = size > start ? size - start : 0;

		sum[b] = emo_index_sum(2, data + start, len < INDEX_BLOCK ? len : INDEX_BLOCK);
	}
	h->sum = emo_index_head_sum(h, sum, blocks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1);

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	use(copy, size);
	if (size >= 2 * INDEX_PAGE) {
		sign(copy, size);
		use(copy, size);
	}
	free(copy);
	return 0;
}
