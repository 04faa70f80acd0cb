/* SPDX-License-Identifier: MIT */
/*
 * Internal: making the pictures that a face finder learns from. Faces are cut out of the pictures
 * of an album, with what surrounds them, and set into pictures without faces, at random sizes and
 * tilts; or a piece of a picture is taken as it is. Then light, focus and noise are varied.
 */
#ifndef EMO_FACE_COMPOSE_H
#define EMO_FACE_COMPOSE_H

#include "base/rng.h"
#include "face/album.h"

#define EMO_TILE_MARKS 48 /* of a tile, at most */

/* A place where the network took something for a face that is none. */
struct emo_spot {
	uint32_t photo;
	float x, y, size;
};

struct emo_composer {
	const struct emo_album *album;
	int side;                  /* of a tile */
	uint32_t *cuts, ncuts;     /* marks to be cut out and set elsewhere */
	uint32_t *scenes, nscenes; /* photos with all their faces marked */
	uint32_t *backs, nbacks;   /* photos without faces */
	struct emo_spot *spots;    /* NULL for none */
	uint32_t nspots;
};

/* Sorts the album's pictures that are not held out. -1 when there is nothing to learn from. */
int emo_composer_init(struct emo_composer *c, const struct emo_album *album, int side);
void emo_composer_done(struct emo_composer *c);

/* The photo that a mark of the album is in. */
const struct emo_photo *emo_photo_of(const struct emo_album *album, size_t mark);

/* Makes a tile and tells what is in it. Scratch: as many bytes as the tile. Returns the marks. */
int emo_compose(uint8_t *tile, struct emo_mark marks[EMO_TILE_MARKS], uint8_t *scratch,
		const struct emo_composer *c, struct emo_rng *rng);

/* Light, focus, noise and missing borders, which belong to emo_compose: degrade.c. */
void emo_degrade(uint8_t *tile, uint8_t *scratch, int side, struct emo_rng *rng);

#endif
