/* SPDX-License-Identifier: MIT */
/* The copies of a picture that a face finder looks at: what is where in them. */
#include "face/copies.h"
#include "test.h"

/* Centre of the bright square in a dark picture. */
static void bright(float at[2], const struct emo_image *img)
{
	float sum = 0;

	at[0] = at[1] = 0;
	for (int i = 0; i < img->w * img->h; i++) {
		at[0] += (float)img->px[i] * ((float)(i % img->w) + .5f);
		at[1] += (float)img->px[i] * ((float)(i / img->w) + .5f);
		sum += (float)img->px[i];
	}
	at[0] /= sum;
	at[1] /= sum;
}

/* Every copy, and what is cut out of it, has the square where the picture has it. */
static void check_copies(int w, int h, float min_face)
{
	struct emo_copies c = {0};
	struct emo_image img, piece;
	float x = (float)w - 90, y = (float)h - 100, at[2];

	CHECK_INT(emo_image_init(&img, w, h, 1), 0);
	CHECK_INT(emo_image_init(&piece, 24, 24, 1), 0);
	for (int k = 0; k < 40 * 40; k++)
		img.px[(h - 120 + k / 40) * w + w - 110 + k % 40] = 200;
	CHECK_INT(emo_copies_make(&c, &img, min_face), 0);
	CHECK(c.n >= 4);
	for (int i = 0; i < c.n; i++) {
		bright(at, &c.copy[i].img);
		CHECK_NEAR(at[0] * c.copy[i].kx, x, .1 + .1 * i * i);
		CHECK_NEAR(at[1] * c.copy[i].ky, y, .1 + .1 * i * i);
	}
	for (float side = 60; side < 150; side *= 1.5f) {
		emo_copies_cut(&c, piece.px, 24, &(struct emo_cut){x, y, side, 0});
		bright(at, &piece);
		CHECK_NEAR((at[0] - 12) * side / 24, 0, .5);
		CHECK_NEAR((at[1] - 12) * side / 24, 0, .5);
	}
	emo_copies_done(&c);
	emo_image_done(&img);
	emo_image_done(&piece);
}

static void test_copies(void)
{
	check_copies(256, 240, 20);
	check_copies(255, 239, 20);
	check_copies(255, 239, 23);
	check_copies(317, 253, 31);
}

int main(void)
{
	RUN(test_copies);
	return test_end();
}
