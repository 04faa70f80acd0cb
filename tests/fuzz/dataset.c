/* SPDX-License-Identifier: MIT */
/* Labelled faces in CSV, plain or gzip-compressed. */
#include "fer/dataset.h"

#include "fuzz_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct emo_dataset_options o = {.skip_bad = size & 1, .hold_out = 1, .unseen = size >> 1 & 1};
	struct emo_dataset d;

	if (emo_dataset_load(&d, fuzz_file(data, size), &o) == 0)
		emo_dataset_done(&d);
	return 0;
}
