/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target on each of the files named, without libFuzzer; and on the beginnings of each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/* On memory of its exact size, so that sanitizers see a byte too many. */
static void give(const uint8_t *data, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);

	if (!copy)
		exit(1);
	memcpy(copy, data, n);
	LLVMFuzzerTestOneInput(copy, n);
	free(copy);
}

int main(int argc, char **argv)
{
	static uint8_t data[1 << 20];

	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");
		size_t n;

		if (!f) {
			perror(argv[i]);
			return 1;
		}
		n = fread(data, 1, sizeof data, f);
		fclose(f);
		give(data, n);
		for (size_t k = 1; k < 8; k++)
			give(data, n * k / 8);
	}
	printf("%d files\n", argc - 1);
	return argc < 2;
}
