/* SPDX-License-Identifier: MIT */
/*
 * Internal: what image.c and the decoders of single formats share. A decoder delivers the picture
 * as it is stored; turning it upright is left to image.c.
 */
#ifndef EMO_IMAGE_CODEC_H
#define EMO_IMAGE_CODEC_H

#include "image.h"

/* One picture file in memory: what a decoder is asked, and what it found besides the pixels. */
struct emo_codec {
	const uint8_t *data;
	size_t len;
	const char *name; /* for messages */
	int orientation;  /* out: EXIF's, 1 .. 8; stays as it is when the file names none */
};

/* On failure -1 with name and reason, and *img needs no freeing. */
int emo_png_decode(struct emo_image *img, struct emo_codec *in);
int emo_jpeg_decode(struct emo_image *img, struct emo_codec *in);
int emo_pnm_decode(struct emo_image *img, struct emo_codec *in);

/* Room for a picture of 1 .. 4 channels, black, after a check against EMO_IMAGE_MAX_PIXELS. */
int emo_codec_room(struct emo_image *img, const struct emo_codec *in, size_t w, size_t h, int c);

/*
 * The orientation in a block of EXIF data (which begins with its TIFF header), 1 .. 8; 1 when the
 * block has none or is damaged. CIPA DC-008 (Exif 2.3), tag 274.
 */
int emo_exif_orientation(const uint8_t *data, size_t len);

/* Turns a picture upright. -1 when memory is short; then the picture is as it was. */
int emo_exif_upright(struct emo_image *img, int orientation);

#endif
