/* SPDX-License-Identifier: MIT */
/* Lines between tools, read and written again in all forms. */
#define _GNU_SOURCE /* fmemopen */
#include "record.h"

#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	union {
		const uint8_t *from;
		void *bytes;
	} u = {data};
	FILE *in = size ? fmemopen(u.bytes, size, "r") : NULL, *out = fopen("/dev/null", "w");
	struct emo_record_reader *reader = in ? emo_record_reader_new(in, "fuzz") : NULL;
	struct emo_record_writer w[3] = {{.file = out, .format = EMO_TSV},
					 {.file = out, .format = EMO_JSONL},
					 {.file = out, .format = EMO_TEXT}};
	struct emo_record r;
	int more;

	while (out && reader && (more = emo_record_read(reader, &r)))
		for (int i = 0; more > 0 && i < 3; i++)
			if (emo_record_write(&w[i], &r) < 0)
				abort();
	emo_record_reader_free(reader);
	if (in)
		fclose(in);
	if (out)
		fclose(out);
	return 0;
}
