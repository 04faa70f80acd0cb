/* SPDX-License-Identifier: MIT */
/* The bytes as a file, for what takes the names of files. */
#ifndef FUZZ_FILE_H
#define FUZZ_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

static char fuzz_path[64];
static int fuzz_fd = -1;

static inline void fuzz_remove(void)
{
	unlink(fuzz_path);
}

/*
 * The name of a file with these bytes; it is written anew each time and removed at the end. It lies in
 * memory where there is such a place: on a disk most of the time would be spent waiting.
 */
static inline const char *fuzz_file(const void *data, size_t size)
{
	if (fuzz_fd < 0) {
		snprintf(fuzz_path, sizeof fuzz_path, "%s/emo-fuzz-XXXXXX",
			 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
		fuzz_fd = mkstemp(fuzz_path);
		atexit(fuzz_remove);
	}
	if (fuzz_fd < 0 || ftruncate(fuzz_fd, 0) || pwrite(fuzz_fd, data, size, 0) != (ssize_t)size)
		abort();
	return fuzz_path;
}

#endif
