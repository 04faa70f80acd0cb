/* SPDX-License-Identifier: MIT */
/*
 * Internal: Darknet's network files as text: [section] lines, key=value lines, comments that start
 * with # or ;.
 */
#ifndef EMO_NN_CFG_H
#define EMO_NN_CFG_H

#include <stddef.h>

struct emo_key {
	char *name, *value; /* point into the copy of the text */
	int line, used;
};

struct emo_section {
	char *name;
	int line;
	struct emo_key *keys;
	size_t nkeys, cap;
};

struct emo_cfg {
	char *text, *source; /* a copy of the text; the name for messages */
	struct emo_section *sections;
	size_t nsections, cap;
};

/* -1 with source and line; then *cfg needs no emo_cfg_done. */
int emo_cfg_parse(struct emo_cfg *cfg, const char *text, size_t len, const char *source);
void emo_cfg_done(struct emo_cfg *cfg);

/*
 * A key's value, or `missing` when the section lacks it; -1 with the line when it is no such number
 * or outside [min, max]. They mark the key as used.
 */
int emo_cfg_int(int *out, const struct emo_cfg *cfg, struct emo_section *s, const char *key,
		int missing, int min, int max);
int emo_cfg_float(float *out, const struct emo_cfg *cfg, struct emo_section *s, const char *key,
		  float missing, float min, float max);

/* The same for a key whose value is a word; the list ends with a NULL name. */
struct emo_choice {
	const char *name;
	int value;
};
int emo_cfg_choice(int *out, const struct emo_cfg *cfg, struct emo_section *s, const char *key,
		   int missing, const struct emo_choice *choices);

/* -1 when a key was never asked for (a typing error, or something this engine cannot do) or twice. */
int emo_cfg_all_used(const struct emo_cfg *cfg, const struct emo_section *s);

#endif
