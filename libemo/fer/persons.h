/* SPDX-License-Identifier: MIT */
/* Internal: what a filter remembers of each face in sight, found by the face's number. */
#ifndef EMO_FER_PERSONS_H
#define EMO_FER_PERSONS_H

#include <stddef.h>

struct emo_persons {
	size_t size; /* of an entry, which begins with the int that is its number; set by the user */
	char *entry;
	size_t n, cap;
};

/* The entry of a face, new ones zeroed but for the number. Moves the others. NULL on failure. */
void *emo_persons_at(struct emo_persons *p, int face);

/* Entry i, in the order of their numbers; i < p->n. */
void *emo_persons_get(const struct emo_persons *p, size_t i);
void emo_persons_drop(struct emo_persons *p, size_t i);

#endif
