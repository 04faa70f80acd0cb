/* SPDX-License-Identifier: MIT */
/* Internal: the form of an index, for the two halves that write and read it. */
#ifndef EMO_MUSIC_INDEX_FILE_H
#define EMO_MUSIC_INDEX_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "songs.h"

#define INDEX_MAGIC   "EMOSONGS"
#define INDEX_VERSION 1
#define INDEX_ORDER   0x01020304
#define INDEX_PAGE	      ((size_t)4096)
#define INDEX_BLOCK   ((size_t)16384)

/* Columns of numbers, then of offsets, then the texts, then the sources. */
enum { DURATION = EMO_FEATURES, YEAR, TEXT, ARENA = TEXT + EMO_SONG_TEXTS, SOURCES, PARTS };

struct index_head {
	char magic[8];
	uint32_t version, order;
	uint64_t sum;	    /* of the head, this being 0, and of the table of blocks */
	uint64_t file_size; /* bytes */
	uint64_t songs;
	uint64_t body; /* where it begins */
	uint64_t at[PARTS], size[PARTS];
	double mean[EMO_FEATURES], sd[EMO_FEATURES];
	uint64_t used;
};

/*
 * Four sums side by side, each word stirred in by a multiplication (as in FNV, but 8 bytes at a
 * time): a flipped bit always shows, and it is as fast as memory. n is a multiple of 32, or padded.
 */
uint64_t emo_index_sum(uint64_t seed, const char *data, size_t n);

/* Of the head without its own sum, and of the table of blocks. */
uint64_t emo_index_head_sum(const struct index_head *head, const uint64_t *sum, size_t blocks);

/* How many blocks the body has. */
size_t emo_index_blocks(const struct index_head *h);

#endif
