/* SPDX-License-Identifier: MIT */
/* Internal: which column of a catalogue is what, and what its cells mean. */
#ifndef EMO_MUSIC_COLUMNS_H
#define EMO_MUSIC_COLUMNS_H

#include "../base/csv.h"
#include "songs.h"

struct emo_song_columns {
	int at[EMO_SONG_COLUMNS]; /* field numbers; -1: there is none */
	int duration_ms;	  /* the header says milliseconds */
	int decimal_comma; /* fields are separated by ';', so a comma in a number is its point */
	unsigned percent;  /* bit f: the header says per cent */
	unsigned mapped;   /* bit c: wanted[c] was found */
};

/*
 * Reads the header, the next row of csv. -1 when there is no column for the name, or for any
 * feature: the message says what was looked for. wanted[EMO_SONG_COLUMNS], as struct emo_songs_how
 * has it, may be NULL.
 */
int emo_song_columns_read(struct emo_song_columns *c, struct emo_csv *csv,
			  const char *const *wanted);

enum emo_cell { EMO_CELL_EMPTY, EMO_CELL_NUMBER, EMO_CELL_UNREADABLE };

/* Whether a cell says that there is nothing: "", NA, N/A, nan, null, none, dashes, "?". */
int emo_cell_is_empty(const char *text);

/*
 * The number in a cell, a unit after it passed over (%, dB, BPM). "1,412" is 1412; "0,57" is 0.57.
 */
enum emo_cell emo_cell_number(double *out, const char *text, int decimal_comma);

/* Seconds from m:ss, h:mm:ss, milliseconds or seconds: told apart by size unless `ms` is set. */
enum emo_cell emo_cell_duration(double *out, const char *text, int ms, int decimal_comma);

/* The year that a cell begins with ("1999", "1999-10-27") or ends with ("27-10-1999"); NAN. */
float emo_cell_year(const char *text);

#endif
