/* SPDX-License-Identifier: MIT */
/* Pictures in memory, and reading them from PNG, JPEG and PNM files. */
#ifndef EMO_IMAGE_IMAGE_H
#define EMO_IMAGE_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "../base/api.h"


struct emo_image {
	int w, h, c; /* c = 1 grey, 3 red green blue */
	uint8_t *px; /* (h, w, c), rows without gaps */
};

/*
 * Reads a picture and turns it upright as its EXIF orientation says. Alpha is laid over white;
 * 16 bits become 8; palettes, CMYK and YCCK become RGB; grey stays grey. "-" is standard input.
 * On failure -1 with file and reason, and *img needs no freeing.
 */
EMO_API int emo_image_load(struct emo_image *img, const char *path);

/* The same from memory; name is for messages. The format is told by the first bytes. */
EMO_API int emo_image_decode(struct emo_image *img, const void *data, size_t len, const char *name);

/* Whether a file is called as pictures are: *.png, *.JPG … */
EMO_API int emo_image_named(const char *name);

enum emo_image_format { EMO_IMAGE_PNG, EMO_IMAGE_JPEG };

/* What the end of a name says, letter case aside; -1, without a message, when it says nothing. */
EMO_API int emo_image_format_of(const char *path);

/*
 * Writes a picture beside its place and renames it; "-" is standard output. JPEGs are written at
 * quality 92, with colours at full size so that thin red lines stay red. The file names the program
 * `maker`; NULL: none.
 */
EMO_API int emo_image_save(const struct emo_image *img, const char *path,
			   enum emo_image_format format, const char *maker);

/* Whether there is such a file that names this maker. */
EMO_API int emo_image_made_by(const char *path, const char *maker);

/* A black picture. -1 when it would be too large or too small. */
EMO_API int emo_image_init(struct emo_image *img, int w, int h, int c);
EMO_API void emo_image_done(struct emo_image *img);

#endif
