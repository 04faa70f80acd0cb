/* SPDX-License-Identifier: MIT */
/* Pictures: PNG, JPEG, PNM, EXIF, through the public call and through the one that reads parts. */
#include "image/image.h"

#include "fuzz.h"
#include "image/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct emo_picture *p;
	struct emo_image img;
	uint8_t face[16 * 16];

	if (emo_image_decode(&img, data, size, "fuzz") == 0) {
		emo_image_crop(face, 16, 16, &img, (struct emo_box){1, 1, 20, 20});
		emo_image_done(&img);
	}
	if ((p = emo_picture_parse(data, size, "fuzz"))) {
		struct emo_box part = {2, 3, 9, 7};

		emo_picture_view(p, &part, 4);
		emo_picture_view(p, NULL, 1);
		emo_picture_free(p);
	}
	return 0;
}
