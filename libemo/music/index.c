/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* madvise */
#include "music/index.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/map.h"
#include "base/mem.h"
#include "music/index_file.h"
#include "music/rank.h"

struct emo_index {
	char *path;
	const char *map;
	size_t size;
	const struct index_head *head;
	const uint64_t *sum;	/* of each block of the body */
	unsigned char *checked; /* [blocks] */
	int damaged;
	struct emo_standard standard;
};

int emo_index_is(const char *path)
{
	char magic[8];
	struct stat st;
	int fd, is = 0;

	/* a pipe must not lose its first bytes */
	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode) || (fd = open(path, O_RDONLY)) < 0)
		return 0;
	is = read(fd, magic, sizeof magic) == sizeof magic && memcmp(magic, INDEX_MAGIC, 8) == 0;
	close(fd);
	return is;
}

/* Whether head and sizes agree with each other and with the file. */
static int check_head(const struct emo_index *x)
{
	const struct index_head *h = x->head;
	uint64_t end;

	if (x->size < INDEX_PAGE || memcmp(h->magic, INDEX_MAGIC, sizeof h->magic) != 0)
		return emo_fail("%s: is no index of song-index", x->path);
	if (h->order != INDEX_ORDER)
		return emo_fail(
			"%s: was made on a machine of another byte order; make it anew with "
			"song-index",
			x->path);
	if (h->version != INDEX_VERSION)
		return emo_fail("%s: has version %u, this program reads %d; make it anew with "
				"song-index",
				x->path, (unsigned)h->version, INDEX_VERSION);
	if (h->file_size != x->size)
		return emo_fail(
			"%s: has %zu bytes and should have %llu; it was cut off or added to",
			x->path, x->size, (unsigned long long)h->file_size);
	if (h->body < INDEX_PAGE || h->body > x->size || h->body % INDEX_PAGE ||
	    h->songs > UINT32_MAX ||
	    emo_index_blocks(h) > (h->body - INDEX_PAGE) / sizeof(uint64_t) ||
	    emo_index_head_sum(h, x->sum, emo_index_blocks(h)) != h->sum)
		return emo_fail("%s: is damaged in its head; make it anew with song-index",
				x->path);
	end = h->body;
	for (int p = 0; p < PARTS; p++) { /* only a forger gets here with a wrong number */
		if (h->at[p] < end || h->at[p] % INDEX_PAGE || h->at[p] > x->size ||
		    h->size[p] > x->size - h->at[p] || (p < ARENA && h->size[p] != 4 * h->songs))
			return emo_fail("%s: its parts do not fit together", x->path);
		end = h->at[p] + h->size[p];
	}
	if (h->size[ARENA] == 0 || x->map[h->at[ARENA] + h->size[ARENA] - 1] != '\0')
		return emo_fail("%s: its parts do not fit together", x->path);
	return 0;
}

/* Checks the blocks that hold n bytes from place `at` of the file. */
static int check_blocks(struct emo_index *x, size_t at, size_t n)
{
	size_t first = (at - x->head->body) / INDEX_BLOCK, last;

	if (n == 0)
		return 0;
	last = (at + n - 1 - x->head->body) / INDEX_BLOCK;
	for (size_t b = first; b <= last; b++) {
		size_t start = x->head->body + b * INDEX_BLOCK, len = x->size - start;

		if (x->checked[b])
			continue;
		if (emo_index_sum(2, x->map + start, len < INDEX_BLOCK ? len : INDEX_BLOCK) !=
		    x->sum[b]) {
			x->damaged = 1;
			return -1;
		}
		x->checked[b] = 1;
	}
	return 0;
}

static int damage(const struct emo_index *x)
{
	return emo_fail("%s: is damaged; make it anew with song-index", x->path);
}

/* A source that changed since makes the index stale; one that is gone does not. */
static int check_sources(struct emo_index *x)
{
	const char *s = x->map + x->head->at[SOURCES], *end = s + x->head->size[SOURCES];

	if (check_blocks(x, x->head->at[SOURCES], x->head->size[SOURCES]) < 0)
		return damage(x);
	while (s < end) {
		const char *lf = memchr(s, '\n', (size_t)(end - s));
		char line[PATH_MAX + 64], path[PATH_MAX];
		long long size, seconds;
		long nano;
		struct stat st;

		if (!lf || (size_t)(lf - s) >= sizeof line)
			return damage(x);
		memcpy(line, s, (size_t)(lf - s));
		line[lf - s] = '\0';
		if (sscanf(line, "%lld %lld.%9ld %4095[^\n]", &size, &seconds, &nano, path) != 4)
			return damage(x);
		if (stat(path, &st) == 0 && (st.st_size != size || st.st_mtim.tv_sec != seconds ||
					     st.st_mtim.tv_nsec != nano))
			return emo_fail("%s: is stale: %s has changed since; make it anew with "
					"song-index",
					x->path, path);
		s = lf + 1;
	}
	return 0;
}

static int map_file(struct emo_index *x)
{
	const void *map = emo_map(x->path, &x->size);

	if (!map)
		return -1;
	x->map = map;
	if (x->size < INDEX_PAGE)
		return emo_fail("%s: is no index of song-index", x->path);
	x->head = map;
	x->sum = (const uint64_t *)(const void *)(x->map + INDEX_PAGE);
	return 0;
}

/* The songs' columns are the file's; they are not written to while the index is there. */
static void point(struct emo_songs *songs, struct emo_index *x)
{
	const struct index_head *h = x->head;
	union {
		const char *from;
		char *chars;
		float *floats;
		uint32_t *offsets;
	} part;

	songs->n = (size_t)h->songs;
	songs->index = x;
	for (int p = 0; p < SOURCES; p++) {
		part.from = x->map + h->at[p];
		if (p < EMO_FEATURES)
			songs->feature[p] = part.floats;
		else if (p == DURATION)
			songs->duration = part.floats;
		else if (p == YEAR)
			songs->year = part.floats;
		else if (p == ARENA)
			songs->arena = part.chars;
		else
			songs->text[p - TEXT] = part.offsets;
	}
	songs->arena_used = (size_t)h->size[ARENA];
}

/* The features are wanted at once, of the rest a little here and there; mere advice. */
static void advise(const struct emo_index *x)
{
	size_t features = x->head->at[DURATION];
	union {
		const char *from;
		char *map;
	} u = {x->map};

#ifdef MADV_POPULATE_READ
	madvise(u.map, features, MADV_POPULATE_READ);
#endif
	madvise(u.map + features, x->size - features, MADV_RANDOM);
}

int emo_index_open(struct emo_songs *songs, const char *path)
{
	struct emo_index *x = emo_calloc(1, sizeof *x);

	if (!x || !(x->path = emo_strdup(path)) || map_file(x) < 0 || check_head(x) < 0 ||
	    !(x->checked = emo_calloc(emo_index_blocks(x->head), 1)) || check_sources(x) < 0)
		goto fail;
	advise(x);
	if (check_blocks(x, x->head->at[0], x->head->at[DURATION] - x->head->at[0]) < 0) {
		damage(x);
		goto fail;
	}
	memcpy(x->standard.mean, x->head->mean, sizeof x->standard.mean);
	memcpy(x->standard.sd, x->head->sd, sizeof x->standard.sd);
	x->standard.used = (unsigned)x->head->used & ((1u << EMO_FEATURES) - 1);
	point(songs, x);
	return 0;
fail:
	emo_index_close(x);
	return -1;
}

void emo_index_close(struct emo_index *x)
{
	if (!x)
		return;
	emo_unmap(x->map, x->size);
	free(x->checked);
	free(x->path);
	free(x);
}

int emo_index_check(const struct emo_songs *songs)
{
	struct emo_index *x = songs->index;

	return check_blocks(x, x->head->body, x->size - x->head->body) < 0 ? damage(x) : 0;
}

int emo_index_use(const struct emo_songs *songs, int column)
{
	struct emo_index *x = songs->index;
	int part = column == EMO_SONG_DURATION ? DURATION : YEAR;

	if (!x || (column != EMO_SONG_DURATION && column != EMO_SONG_YEAR))
		return 0;
	return check_blocks(x, x->head->at[part], x->head->size[part]) < 0 ? damage(x) : 0;
}

int emo_index_damage(const struct emo_songs *songs)
{
	return songs->index && songs->index->damaged ? damage(songs->index) : 0;
}

const struct emo_standard *emo_index_standard(const struct emo_songs *songs)
{
	return &songs->index->standard;
}

const char *emo_index_text(const struct emo_songs *songs, size_t i, enum emo_song_text which)
{
	struct emo_index *x = songs->index;
	size_t arena = x->head->at[ARENA], size = x->head->size[ARENA], offset, end;

	if (check_blocks(x, x->head->at[TEXT + which] + 4 * i, 4) < 0)
		return "";
	offset = songs->text[which][i];
	if (offset >= size) {
		x->damaged = 1;
		return "";
	}
	do { /* block by block to the end of the text; the last byte of all is 0 */
		if (check_blocks(x, arena + offset, 1) < 0)
			return "";
		end = x->head->body +
		      ((arena + offset - x->head->body) / INDEX_BLOCK + 1) * INDEX_BLOCK - arena;
		end = end < size ? end : size;
		if (memchr(x->map + arena + offset, '\0', end - offset))
			return songs->arena + songs->text[which][i];
		offset = end;
	} while (offset < size);
	x->damaged = 1;
	return "";
}
