/* SPDX-License-Identifier: MIT */
/* A temporary folder for a test program; ends the program when there can be none. */
#ifndef TEST_FOLDER_H
#define TEST_FOLDER_H

#include <stdio.h>
#include <stdlib.h>

static inline const char *test_folder(void)
{
	static char folder[512];
	const char *tmp = getenv("TMPDIR");

	snprintf(folder, sizeof folder, "%s/emo-test-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(folder)) {
		perror(folder);
		exit(1);
	}
	return folder;
}

#endif
