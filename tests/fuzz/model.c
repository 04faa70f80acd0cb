/* SPDX-License-Identifier: MIT */
/* Model files, as they come and with checksums put right, which chance would not. */
#include "nn/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "fuzz.h"

enum { HEAD = 4096, STEP = 64 };

static void put_crc(char *at, const char *end, const char *from, size_t n)
{
	char hex[9];

	snprintf(hex, sizeof hex, "%08lx", crc32_z(crc32_z(0, NULL, 0), (const Bytef *)from, n));
	if (end - at >= 8)
		memcpy(at, hex, 8);
}

/* Checksums of "text CRC" and of "block NAME BYTES CRC", with blocks one after the other. */
static void sign(char *data, size_t size)
{
	char *first = memchr(data, '\n', size), *end = data + size, *line, *lf;
	size_t at = HEAD;

	for (line = first; line && (lf = memchr(line + 1, '\n', (size_t)(end - line - 1)));
	     line = lf) {
		char *s = line + 1, text[128] = "";
		unsigned long bytes;
		int place = 0;

		memcpy(text, s, (size_t)(lf - s) < sizeof text ? (size_t)(lf - s) : sizeof text - 1);
		if (strncmp(text, "text ", 5) == 0)
			put_crc(s + 5, lf, first + 1, (size_t)(s - first - 1));
		else if (sscanf(text, "block %*s %9lu %n", &bytes, &place) == 1 && place &&
			 at <= size && bytes <= size - at) {
			put_crc(s + place, lf, data + at, bytes);
			at += (bytes + STEP - 1) / STEP * STEP;
		}
	}
}

static void parse(const char *data, size_t size)
{
	struct emo_model m;

	if (emo_model_parse(&m, data, size, "fuzz.emo") == 0)
		emo_model_done(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1);

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	parse(copy, size);
	sign(copy, size);
	parse(copy, size);
	free(copy);
	return 0;
}
