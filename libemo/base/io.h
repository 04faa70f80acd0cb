/* SPDX-License-Identifier: MIT */
/* Files: gzip seen through on the way in, complete or not there at all on the way out. */
#ifndef EMO_BASE_IO_H
#define EMO_BASE_IO_H

#include <stddef.h>
#include <stdio.h>

#include "api.h"

/* A file read as a stream, plain or gzip-compressed. */
struct emo_in;

/* "-" is standard input. NULL on failure; emo_in_close frees. */
EMO_API struct emo_in *emo_in_open(const char *path);
EMO_API void emo_in_close(struct emo_in *in);

/*
 * Up to n bytes into buf. Bytes read, 0 at the end, -1 on failure: a gzip file that is cut off, too, or
 * one (not a pipe) that grows more than 200-fold beyond 64 MiB.
 */
EMO_API long emo_in_read(struct emo_in *in, void *buf, size_t n);

/*
 * A whole file as it is (gzip is not seen through), at most `limit` bytes; "-" is standard input.
 * *buf gets a terminating NUL that *len does not count. Caller frees *buf with free().
 */
EMO_API int emo_read_file(char **buf, size_t *len, const char *path, size_t limit);

/*
 * A file being written: beside its final place, and renamed when complete, so that a reader sees
 * the old file or the new one. It keeps the old one's permissions, and a link to a file stays. A
 * place that is not a regular file (a device, a pipe) is written directly; "-" is standard output.
 */
struct emo_out;

EMO_API struct emo_out *emo_out_open(const char *path); /* NULL on failure */
EMO_API FILE *emo_out_file(struct emo_out *out);        /* borrowed until commit or abort */

/*
 * The same for what one program at a time writes, again and again: what lies beside is called
 * path.tmp, and one that an interrupted program left there is replaced.
 */
EMO_API struct emo_out *emo_out_open_alone(const char *path);

/* Whether emo_out_open would succeed; nothing is left behind, devices and pipes are not opened. */
EMO_API int emo_out_check(const char *path);

/* Both free `out`. Commit flushes to the disk and renames; -1 when the file could not be kept. */
EMO_API int emo_out_commit(struct emo_out *out);
EMO_API void emo_out_abort(struct emo_out *out); /* NULL is fine */

#endif
