/* SPDX-License-Identifier: MIT */
/* Writing indexes; reading them is in index.c. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "music/index.h"
#include "music/index_file.h"
#include "music/rank.h"

#define PRIME 0x9e3779b97f4a7c15u /* 2^64 over the golden ratio */

static inline uint64_t stir(uint64_t h, uint64_t word)
{
	h = (h ^ word) * PRIME;
	return h ^ h >> 32;
}

uint64_t emo_index_sum(uint64_t seed, const char *data, size_t n)
{
	uint64_t a = seed, b = seed + 1, c = seed + 2, d = seed + 3, w[4];

	for (size_t i = 0; i < n; i += sizeof w) {
		if (n - i >= sizeof w) {
			memcpy(w, data + i, sizeof w);
		} else {
			memset(w, 0, sizeof w);
			memcpy(w, data + i, n - i);
		}
		a = stir(a, w[0]);
		b = stir(b, w[1]);
		c = stir(c, w[2]);
		d = stir(d, w[3]);
	}
	return stir(stir(stir(stir(n, a), b), c), d);
}

uint64_t emo_index_head_sum(const struct index_head *head, const uint64_t *sum, size_t blocks)
{
	struct index_head copy = *head;

	copy.sum = 0;
	return emo_index_sum(emo_index_sum(1, (const char *)&copy, sizeof copy), (const char *)sum,
			     blocks * sizeof *sum);
}

size_t emo_index_blocks(const struct index_head *h)
{
	return (h->file_size - h->body + INDEX_BLOCK - 1) / INDEX_BLOCK;
}

static size_t round_up(size_t n)
{
	return (n + INDEX_PAGE - 1) / INDEX_PAGE * INDEX_PAGE;
}

/* "size mtime path" of each source, a line each; NULL on failure. Standard input has none. */
static char *describe_sources(char *const *sources, int n, size_t *len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, len);

	for (int i = 0; f && i < n; i++) {
		char path[PATH_MAX];
		struct stat st;

		if (strcmp(sources[i], "-") != 0 && realpath(sources[i], path) &&
		    stat(path, &st) == 0 && S_ISREG(st.st_mode) && !strchr(path, '\n'))
			fprintf(f, "%lld %lld.%09ld %s\n", (long long)st.st_size,
				(long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec, path);
	}
	if (!f || fclose(f)) {
		free(text);
		emo_fail("out of memory");
		return NULL;
	}
	return text;
}

/* The bytes of the parts, one after the other, padded to pages, while sums of blocks are taken. */
struct sink {
	FILE *file;
	char block[INDEX_BLOCK];
	size_t used;
	uint64_t *sum;
	size_t blocks, written;
};

static void end_block(struct sink *s)
{
	if (!s->used)
		return;
	s->sum[s->blocks++] = emo_index_sum(2, s->block, s->used);
	if (s->file)
		s->written += fwrite(s->block, 1, s->used, s->file);
	s->used = 0;
}

static void pour(struct sink *s, const char *data, size_t n)
{
	while (n > 0) {
		size_t room = INDEX_BLOCK - s->used, len = n < room ? n : room;

		if (data)
			memcpy(s->block + s->used, data, len);
		else
			memset(s->block + s->used, 0, len);
		data = data ? data + len : NULL;
		s->used += len;
		n -= len;
		if (s->used == INDEX_BLOCK)
			end_block(s);
	}
}

static void pour_parts(struct sink *s, const struct index_head *h, const void *const data[PARTS])
{
	for (int p = 0; p < PARTS; p++) {
		size_t end = p + 1 < PARTS ? h->at[p + 1] : h->file_size;

		pour(s, data[p], h->size[p]);
		pour(s, NULL, end - h->at[p] - h->size[p]);
	}
	end_block(s);
}

static void plan(struct index_head *h, const struct emo_songs *songs, size_t sources)
{
	struct emo_standard standard;
	size_t at, body = 0, blocks;

	*h = (struct index_head){.magic = INDEX_MAGIC,
				 .version = INDEX_VERSION,
				 .order = INDEX_ORDER,
				 .songs = songs->n};
	emo_standard_fit(&standard, songs);
	memcpy(h->mean, standard.mean, sizeof h->mean);
	memcpy(h->sd, standard.sd, sizeof h->sd);
	h->used = standard.used;
	for (int p = 0; p < PARTS; p++) {
		h->size[p] = p == ARENA ? songs->arena_used : p == SOURCES ? sources : 4 * songs->n;
		body += round_up(h->size[p]);
	}
	blocks = (body + INDEX_BLOCK - 1) / INDEX_BLOCK;
	h->body = INDEX_PAGE + round_up(blocks * sizeof(uint64_t));
	h->file_size = h->body + body;
	at = h->body;
	for (int p = 0; p < PARTS; p++) {
		h->at[p] = at;
		at += round_up(h->size[p]);
	}
}

/* Sums first, without a file, because they stand before what they are sums of. */
int emo_index_write(FILE *file, const struct emo_songs *songs, char *const *sources, int nsources)
{
	const void *data[PARTS] = {0};
	size_t nsource = 0;
	char *source = describe_sources(sources, nsources, &nsource);
	struct sink *sink = emo_calloc(1, sizeof *sink);
	char page[INDEX_PAGE] = {0};
	struct index_head h;
	int status = -1;

	if (!source || !sink || (songs->index && emo_index_check(songs) < 0))
		goto out;
	plan(&h, songs, nsource);
	for (int f = 0; f < EMO_FEATURES; f++)
		data[f] = songs->feature[f];
	data[DURATION] = songs->duration;
	data[YEAR] = songs->year;
	for (int k = 0; k < EMO_SONG_TEXTS; k++)
		data[TEXT + k] = songs->text[k];
	data[ARENA] = songs->arena;
	data[SOURCES] = source;
	if (!(sink->sum = emo_calloc(emo_index_blocks(&h), sizeof *sink->sum)))
		goto out;
	pour_parts(sink, &h, data);
	h.sum = emo_index_head_sum(&h, sink->sum, sink->blocks);
	memcpy(page, &h, sizeof h);
	fwrite(page, 1, INDEX_PAGE, file);
	fwrite(sink->sum, sizeof *sink->sum, sink->blocks, file);
	memset(page, 0, INDEX_PAGE);
	fwrite(page, 1, h.body - INDEX_PAGE - sink->blocks * sizeof *sink->sum, file);
	sink->file = file;
	sink->blocks = 0;
	pour_parts(sink, &h, data);
	status = ferror(file) ? emo_fail("cannot write the index:") : 0;
out:
	if (sink)
		free(sink->sum);
	free(sink);
	free(source);
	return status;
}
