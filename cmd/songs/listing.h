/* SPDX-License-Identifier: MIT */
/* Printing lists of songs: the three forms of tables, and playlists. */
#ifndef LISTING_H
#define LISTING_H

#include <stdio.h>

#include "catalogue.h"
#include "music/rank.h"
#include "personal.h"
#include "record.h"
#include "../table.h"

enum { LISTING_M3U = TABLE_FORMATS, LISTING_M3U8 };

/* The words for --format; those of tables first. And for --paths. */
extern const char *const listing_formats[];
extern const char *const listing_paths[];
enum { PATHS_AS_IS, PATHS_RELATIVE, PATHS_ABSOLUTE };

struct listing {
	const struct catalogue *cat;
	const struct emo_standard *standard;
	int format, each, explain;
	int paths;	    /* of playlists */
	const char *output; /* the playlist's file; NULL: standard output */
	const struct personal *personal;
	const struct emo_record *whose; /* the face that the next list is for, or NULL */
	struct table table; /* from here on private */
	struct table_column columns[14];
	size_t lists;
};

/* Settles columns and form; the fields above are set. */
void listing_start(struct listing *l);

/* Whether songs without a uri are of no use. */
int listing_is_playlist(const struct listing *l);

/*
 * Prints a list. heading, for the text form, says what it is for. Song k was picked for
 * wishes[k], or for the last of them, with which --explain compares it.
 */
void listing_print(struct listing *l, const struct emo_ranked *songs, size_t n, const char *heading,
		   const struct emo_wish *wishes, size_t nwishes);

#endif
