/* SPDX-License-Identifier: MIT */
/* Internal: where a piece of a photo goes in a tile, and laying it there with soft edges. */
#ifndef EMO_FACE_VIEW_H
#define EMO_FACE_VIEW_H

#include "face/album.h"

/* Point (u, v) of the tile shows (m[0] u + m[1] v + m[2], m[3] u + m[4] v + m[5]) of the photo. */
struct emo_placing {
	float m[6];
	int flip;
	float scale; /* pixels of the tile to one of the photo */
};

/* (x, y) of the photo comes to (u, v) of the tile; `aspect` narrows what is shown, `flip` mirrors it. */
struct emo_placing emo_placing_at(float x, float y, float u, float v, float scale, float tilt,
				  float aspect, int flip);

/* A mark of the photo, in pixels of the tile. */
struct emo_mark emo_placing_mark(const struct emo_mark *mark, const struct emo_placing *view);

/* The (w, h) region from (left, top) of what the tile shows, from the photo's copy of the fit size. */
void emo_placing_show(uint8_t *out, int left, int top, int w, int h, const struct emo_photo *photo,
		      const struct emo_placing *view);

/* A piece of a photo about (u, v) of the tile, as far as `keep` times size, fading out at its edge. */
struct emo_patch {
	const struct emo_photo *photo;
	struct emo_placing view;
	float u, v, size, keep, feather;
	int round; /* else square */
};

/* Lays the patch over the tile; gain and lift change its light. Scratch: as many bytes as the tile. */
void emo_patch_lay(uint8_t *tile, int side, uint8_t *scratch, const struct emo_patch *patch,
		   float gain, float lift);

#endif
