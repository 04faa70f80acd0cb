/* SPDX-License-Identifier: MIT */
/* The songs that a tool is given: its options about them, and their account on standard error. */
#ifndef CATALOGUE_H
#define CATALOGUE_H

#include "music/songs.h"

struct catalogue {
	struct emo_songs songs;
	struct emo_songs_how how;
	int quiet, verbose;
	int failed; /* a file could not be read; the songs are those of the others */
	char **files;
	size_t *first; /* [nfiles] the first song of each */
	int nfiles;
};

/* For the tables of options; catalogue_option() takes their keys. */
enum { CATALOGUE_MAP = 1000 };

#define CATALOGUE_OPTIONS                                                                         \
	{CATALOGUE_MAP, "map", "WHAT=COLUMN", "the column of a catalogue that is, say, valence"}, \
		{'v', "verbose", NULL,                                                            \
		 "name each line of songs that was dropped or repaired"},                         \
	{                                                                                         \
		'q', "quiet", NULL, "do not say what was dropped or repaired in songs"            \
	}

/* Whether the option was one of these, and is done with. value is its argument. */
int catalogue_option(struct catalogue *c, int key, const char *value);

/* Reads the songs of all files into one, with a warning for those that fail; when all do, it ends. */
void catalogue_load(struct catalogue *c, char **files, int nfiles);
void catalogue_free(struct catalogue *c);

/* The file that song i came from. */
const char *catalogue_file(const struct catalogue *c, size_t i);

/* The number of the song with that id, or else of the only one with that name; misuse ends. */
size_t catalogue_find(const struct catalogue *c, const char *id);

#endif
