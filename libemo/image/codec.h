/* SPDX-License-Identifier: MIT */
/*
 * Internal: what image.c and the decoders of single formats share. A decoder delivers the picture
 * as it is stored; turning it upright is left to image.c.
 */
#ifndef EMO_IMAGE_CODEC_H
#define EMO_IMAGE_CODEC_H

#include "image.h"

/*
 * One picture file in memory: what a decoder is asked, and what it found besides the pixels. All
 * zero but the first three: the whole picture as it is. Only the JPEG decoder can do less; the
 * others pass over what they are asked to leave out.
 */
struct emo_codec {
	const uint8_t *data;
	size_t len;
	const char *name; /* for messages */
	int orientation;  /* out: EXIF's, 1 .. 8; stays as it is when the file names none */
	int grey;         /* colours are not needed */
	int reduce;       /* 2, 4, 8: this many pixels become one, each way */
	int from[2], to[2]; /* the part wanted, x and y in stored full-size pixels; to 0: all */
	int at[2];          /* out: where the part that was decoded begins; it may be larger */
};

/* On failure -1 with name and reason, and *img needs no freeing. */
int emo_png_decode(struct emo_image *img, struct emo_codec *in);
int emo_jpeg_decode(struct emo_image *img, struct emo_codec *in);
int emo_pnm_decode(struct emo_image *img, struct emo_codec *in);

/* Whichever of these it is, told by the first bytes; not turned upright. */
int emo_codec_decode(struct emo_image *img, struct emo_codec *in);

int emo_codec_is_jpeg(const struct emo_codec *in);

/* The size of a JPEG as it is stored, and its orientation, from its head. */
int emo_jpeg_size(int size[2], struct emo_codec *in);

/* -1 for a picture without pixels, or with more than the limit. */
int emo_codec_check(const struct emo_codec *in, size_t w, size_t h);

/* Room for a picture of 1 .. 4 channels, black, after that check. */
int emo_codec_room(struct emo_image *img, const struct emo_codec *in, size_t w, size_t h, int c);

/*
 * The orientation in a block of EXIF data (which begins with its TIFF header), 1 .. 8; 1 when the
 * block has none or is damaged. CIPA DC-008 (Exif 2.3), tag 274.
 */
int emo_exif_orientation(const uint8_t *data, size_t len);

/* Turns a picture upright. -1 when memory is short; then the picture is as it was. */
int emo_exif_upright(struct emo_image *img, int orientation);

#endif
