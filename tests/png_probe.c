/* SPDX-License-Identifier: MIT */
/* png_probe DATA FOLDER STEP: writes every STEP-th image of a dataset as FOLDER/<row>.png. */
#include <png.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "fer/dataset.h"

static int write_png(const char *path, const uint8_t *px, int side)
{
	png_image png = {.version = PNG_IMAGE_VERSION, .width = (unsigned)side,
			 .height = (unsigned)side, .format = PNG_FORMAT_GRAY};

	return png_image_write_to_file(&png, path, 0, px, side, NULL);
}

int main(int argc, char **argv)
{
	struct emo_dataset_options options = {.splits = 1u << EMO_PUBLIC_TEST};
	struct emo_dataset data;
	char path[4096];
	int step = argc == 4 ? atoi(argv[3]) : 0;

	if (step < 1 || emo_dataset_load(&data, argv[1], &options) < 0) {
		fprintf(stderr, "png_probe: %s\n", step < 1 ? "DATA FOLDER STEP" : emo_error());
		return 1;
	}
	for (size_t i = 0; i < data.n; i += (size_t)step) {
		snprintf(path, sizeof path, "%s/%u.png", argv[2], (unsigned)data.row[i]);
		if (!write_png(path, emo_dataset_image(&data, i), data.side)) {
			fprintf(stderr, "png_probe: %s: cannot write\n", path);
			return 1;
		}
	}
	emo_dataset_done(&data);
	return 0;
}
