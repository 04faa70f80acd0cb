/* SPDX-License-Identifier: MIT */
#include "base/map.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

enum { NAMES = 8, NAME_SIZE = 1024 }; /* of more files at once, or longer names, less is told */

static struct {
	atomic_uintptr_t begin; /* 0: free; set last and cleared first */
	size_t size;
	char name[NAME_SIZE];
} mapped[NAMES];
static atomic_flag busy = ATOMIC_FLAG_INIT;

static void remember(const void *map, size_t size, const char *path)
{
	while (atomic_flag_test_and_set(&busy))
		;
	for (int i = 0; i < NAMES; i++)
		if (!mapped[i].begin) {
			mapped[i].size = size;
			snprintf(mapped[i].name, NAME_SIZE, "%s", path);
			mapped[i].begin = (uintptr_t)map;
			break;
		}
	atomic_flag_clear(&busy);
}

const void *emo_map(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *map = MAP_FAILED;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		emo_fail("%s:", path);
	else if (st.st_size == 0)
		emo_fail("%s: is empty", path);
	else if ((map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0)) == MAP_FAILED)
		emo_fail("%s:", path);
	if (fd >= 0)
		close(fd);
	if (map == MAP_FAILED)
		return NULL;
	*size = (size_t)st.st_size;
	remember(map, *size, path);
	return map;
}

void emo_unmap(const void *map, size_t size)
{
	if (!map)
		return;
	for (int i = 0; i < NAMES; i++)
		if (mapped[i].begin == (uintptr_t)map)
			mapped[i].begin = 0;
	munmap((void *)(uintptr_t)map, size);
}

const char *emo_map_name(const void *address)
{
	for (int i = 0; i < NAMES; i++) {
		uintptr_t begin = mapped[i].begin;

		if (begin && (uintptr_t)address - begin < mapped[i].size)
			return mapped[i].name;
	}
	return NULL;
}
