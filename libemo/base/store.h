/* SPDX-License-Identifier: MIT */
/*
 * Files with a readable head and blocks of binary data behind it; models and checkpoints are such
 * files.
 *
 *	emo-model 1 8192          magic, version, bytes of the head
 *	key value                 lines of the caller's
 *	text CRC32                of the caller's lines
 *	block NAME BYTES CRC32    where the data is: in this order, each from a multiple of 64
 *	                          blanks up to the end of the head, which is an empty line
 */
#ifndef EMO_BASE_STORE_H
#define EMO_BASE_STORE_H

#include <stddef.h>
#include <stdio.h>

#include "api.h"

#define EMO_STORE_BLOCKS 16

struct emo_store_block {
	char name[24];
	const void *data; /* borrowed */
	size_t bytes;
};

struct emo_store {
	const char *magic; /* one word */
	char *text;        /* the caller's lines, NUL-terminated */
	struct emo_store_block blocks[EMO_STORE_BLOCKS];
	int nblocks;
	int alone;  /* saved as by emo_out_open_alone */
	void *file; /* what blocks point into after reading a file */
};

/*
 * Writes beside and renames. Each line of s->text ends with a newline; none is empty or begins with
 * a blank, "text " or "block ".
 */
EMO_API int emo_store_save(const struct emo_store *s, const char *path);

/* The same to a stream; whether all got there is for the caller to find out. `name`: for messages. */
EMO_API int emo_store_write(const struct emo_store *s, FILE *file, const char *name);

/*
 * Reads and checks everything. magic says what is expected; -1 with the reason. Blocks point into
 * memory that emo_store_done frees, or, of emo_store_parse, into data, which is borrowed.
 */
EMO_API int emo_store_load(struct emo_store *s, const char *magic, const char *path);
EMO_API int emo_store_parse(struct emo_store *s, const char *magic, const char *data,
			    size_t len, const char *name);
EMO_API void emo_store_done(struct emo_store *s);

/* Adds a block to be saved; at most EMO_STORE_BLOCKS. data is borrowed until then. */
EMO_API void emo_store_add(struct emo_store *s, const char *name, const void *data, size_t bytes);

/* The data of a block of just so many bytes; NULL with a message. */
EMO_API const void *emo_store_block(const struct emo_store *s, const char *name,
				    size_t bytes, const char *file);

/* The rest of the first line that begins with "key ", in buf; NULL when there is none. */
EMO_API const char *emo_store_line(const struct emo_store *s, const char *key, char *buf,
				   size_t size);

/* That line as a number, as a whole number of min .. max, or a message. */
EMO_API int emo_store_double(double *out, const struct emo_store *s, const char *key,
			     const char *file);
EMO_API int emo_store_count(int *out, const struct emo_store *s, const char *key, long min,
			    long max, const char *file);

/* Whether the head begins with these lines; else -1 with the first that differs. */
EMO_API int emo_store_compare(const struct emo_store *s, const char *lines, const char *file);

#endif
