/* SPDX-License-Identifier: MIT */
/* What is saved is read back: exactly from PNG, nearly from JPEG. */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/rng.h"
#include "image/image.h"

static char folder[256], path[300];

static const char *place(const char *name)
{
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static struct emo_image smooth(int w, int h, int c)
{
	struct emo_image img;

	if (CHECK(emo_image_init(&img, w, h, c) == 0))
		for (int i = 0; i < w * h * c; i++)
			img.px[i] = (uint8_t)(128 + 90 * sin(i / c % w * .05 + i % c) *
							  cos(i / c / w * .04));
	return img;
}

static void round_trips(void)
{
	static const char *const names[] = {"a.png", "b.JPG", "c.jpeg"};
	static const int sizes[][2] = {{1, 1}, {67, 41}, {300, 7}};

	for (int n = 0; n < 3; n++)
		for (int s = 0; s < 3; s++)
			for (int c = 1; c <= 3; c += 2) {
				struct emo_image img = smooth(sizes[s][0], sizes[s][1], c), back;
				int format = emo_image_format_of(names[n]), worst = 0;

				CHECK_INT(format, n ? EMO_IMAGE_JPEG : EMO_IMAGE_PNG);
				CHECK(emo_image_save(&img, place(names[n]),
						     (enum emo_image_format)format, NULL) == 0);
				CHECK(emo_image_load(&back, path) == 0);
				CHECK_INT(back.w, img.w);
				CHECK_INT(back.h, img.h);
				CHECK_INT(back.c, img.c);
				for (int i = 0; back.px && i < img.w * img.h * c; i++)
					worst = abs(back.px[i] - img.px[i]) > worst
							? abs(back.px[i] - img.px[i])
							: worst;
				CHECK(worst <= (n ? 12 : 0));
				emo_image_done(&img);
				emo_image_done(&back);
				unlink(path);
			}
}

static void makers(void)
{
	struct emo_image img = smooth(30, 20, 3);

	for (int format = 0; format < 2; format++) {
		CHECK(emo_image_save(&img, place("made"), (enum emo_image_format)format, NULL) == 0);
		CHECK(!emo_image_made_by(path, "test-save"));
		CHECK(emo_image_save(&img, path, (enum emo_image_format)format, "test-save") == 0);
		CHECK(emo_image_made_by(path, "test-save"));
		CHECK(!emo_image_made_by(path, "test-load"));
		unlink(path);
		CHECK(!emo_image_made_by(path, "test-save"));
	}
	emo_image_done(&img);
}

static void names_without_a_format(void)
{
	CHECK_INT(emo_image_format_of("a"), -1);
	CHECK(emo_image_named("a.JPG") && emo_image_named(".pgm") && emo_image_named("a.pbm"));
	CHECK(!emo_image_named("png"));
	CHECK(!emo_image_named("a.png.gz") && !emo_image_named(""));
	CHECK_INT(emo_image_format_of("a.png/b"), -1);
	CHECK_INT(emo_image_format_of("a.gif"), -1);
	CHECK_INT(emo_image_format_of(""), -1);
}

static void failures_leave_nothing(void)
{
	struct emo_image img = smooth(200, 200, 3);

	for (int format = 0; format < 2; format++) {
		CHECK(emo_image_save(&img, place("no/where"), (enum emo_image_format)format, NULL) < 0);
		CHECK_ERROR("No such file");
		if (access("/dev/full", W_OK) == 0) {
			CHECK(emo_image_save(&img, "/dev/full", (enum emo_image_format)format, NULL) < 0);
			CHECK_ERROR("/dev/full: cannot write: No space left");
		}
	}
	emo_image_done(&img);
	CHECK(rmdir(folder) == 0); /* it is empty */
}

int main(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(folder, sizeof folder, "%s/emo-save-XXXXXX", tmp ? tmp : "/tmp");
	if (!CHECK(mkdtemp(folder) != NULL))
		return test_end();
	RUN(round_trips);
	RUN(makers);
	RUN(names_without_a_format);
	RUN(failures_leave_nothing);
	return test_end();
}
