/* SPDX-License-Identifier: MIT */
/* Internal: the fields of a struct by name, as text; one table of them both reads and writes. */
#ifndef EMO_BASE_KEYS_H
#define EMO_BASE_KEYS_H

#include <stddef.h>

enum emo_key_type {
	EMO_WHOLE,  /* int */
	EMO_SEED,   /* uint64_t */
	EMO_SINGLE, /* float */
	EMO_DOUBLE,
	EMO_WORD    /* an enum whose values have names */
};

struct emo_key {
	const char *name; /* NULL: the table ends */
	enum emo_key_type type;
	size_t at;       /* offset of the field */
	double min, max; /* of numbers */
	const char *const *words; /* of EMO_WORD, NULL at the end */
	int group;       /* as the table's owner likes */
};

/* NULL when there is no such key. */
const struct emo_key *emo_key_find(const struct emo_key *keys, const char *name);

/* Sets the field of *object; -1 when the value is not fit, with a message about it alone. */
int emo_key_set(void *object, const struct emo_key *key, const char *value);

/* All fields as "name value" lines. NULL on failure; freed with free(). */
char *emo_keys_text(const void *object, const struct emo_key *keys);

#endif
