/* SPDX-License-Identifier: MIT */
/*
 * Pictures to learn faces from, grey and in memory, with what is known of the faces in them.
 *
 * A folder has a boxes.csv with the columns file,x,y,w,h and, as far as known, kind, split, others
 * and the five points lex,ley,rex,rey,nx,ny,lmx,lmy,rmx,rmy (see face-train(1)); or, without one,
 * all pictures in it and below are pictures without faces.
 */
#ifndef EMO_FACE_ALBUM_H
#define EMO_FACE_ALBUM_H

#include <stddef.h>
#include <stdint.h>

#include "../base/api.h"
#include "../base/par.h"
#include "../image/image.h"

enum emo_mark_kind {
	EMO_MARK_FACE,
	EMO_MARK_CROP,  /* a face, but its box is rough: only that it is a face is learnt */
	EMO_MARK_IGNORE, /* neither a face nor none */
	EMO_MARK_UNKNOWN /* of tiles: nobody looked; what is near a known face is known all the same */
};

struct emo_mark {
	enum emo_mark_kind kind;
	int has_points;
	float x, y, w, h;
	float point[5][2]; /* as in struct emo_face */
};

/* Whether a face is there, however well its place is known. */
static inline int emo_mark_is_face(const struct emo_mark *m)
{
	return m->kind == EMO_MARK_FACE || m->kind == EMO_MARK_CROP;
}

#define EMO_PHOTO_LEVELS 4

struct emo_photo {
	char *name;
	struct emo_image level[EMO_PHOTO_LEVELS]; /* grey; each half the one before; NULL px: too small */
	size_t first, n; /* its marks */
	int others;      /* faces that nobody marked may be in it */
	int held_out;    /* for judging, not for learning */
};

struct emo_album {
	struct emo_photo *photos;
	size_t nphotos, photos_cap;
	struct emo_mark *marks;
	size_t nmarks, marks_cap;
};

/*
 * Adds a folder; begin with {0}. Where no column `split` says what is held out, a quarter of the
 * pictures of a boxes.csv and a tenth of those of a folder without are, by a checksum of their names.
 * -1 with file, line and reason; then nothing was added.
 */
EMO_API int emo_album_add(struct emo_album *album, const char *folder, struct emo_pool *pool);
EMO_API void emo_album_done(struct emo_album *album);

#endif
