/* SPDX-License-Identifier: MIT */
/*
 * Song catalogues: CSV files with audio features, in the dialects that are about, brought into one
 * shape. Kept column by column, because ranking runs down columns.
 */
#ifndef EMO_MUSIC_SONGS_H
#define EMO_MUSIC_SONGS_H

#include <stddef.h>
#include <stdint.h>

#include "../base/api.h"

/* Audio features as Spotify defined them; others use the same names. */
enum emo_feature {
	EMO_VALENCE, /* these seven: 0 .. 1 */
	EMO_ENERGY,
	EMO_DANCEABILITY,
	EMO_ACOUSTICNESS,
	EMO_INSTRUMENTALNESS,
	EMO_LIVENESS,
	EMO_SPEECHINESS,
	EMO_LOUDNESS, /* dB */
	EMO_TEMPO,    /* beats a minute */
	EMO_FEATURES
};

/* "valence" … "tempo"; NULL for a number that is no feature. */
EMO_API const char *emo_feature_name(int feature);

/* What songs are called and where they are. */
enum emo_song_text {
	EMO_SONG_ID,
	EMO_SONG_NAME,
	EMO_SONG_ARTIST,
	EMO_SONG_ALBUM,
	EMO_SONG_URI, /* an address or the path of a file */
	EMO_SONG_GENRE,
	EMO_SONG_LABEL, /* a mood or emotion the catalogue gives; no column is taken for it unasked
			 */
	EMO_SONG_TEXTS
};

/* The columns of a catalogue: the texts as above, then these. */
enum {
	EMO_SONG_FEATURE = EMO_SONG_TEXTS, /* + an enum emo_feature */
	EMO_SONG_DURATION = EMO_SONG_FEATURE + EMO_FEATURES,
	EMO_SONG_YEAR,
	EMO_SONG_COLUMNS
};

/* "id" … "year"; NULL for a number that is no column. The reverse is -1, without a message. */
EMO_API const char *emo_song_column_name(int column);
EMO_API int emo_song_column_parse(const char *name);

struct emo_songs {
	size_t n;
	char *arena;			/* NUL-terminated strings; the first is "" */
	uint32_t *text[EMO_SONG_TEXTS]; /* [n] offsets into arena */
	float *duration;		/* [n] seconds; NAN: unknown */
	float *year;			/* [n] of release; NAN: unknown */
	float *feature[EMO_FEATURES];	/* [n]; NAN: missing */

	/* private: capacities, and which songs have been seen */
	size_t arena_used, arena_cap, cap[EMO_SONG_COLUMNS];
	struct emo_seen *seen;
	struct emo_index
		*index; /* the file that the columns lie in; NULL: in memory of their own */
};

/* What became of the rows of one catalogue. */
struct emo_songs_account {
	size_t rows, songs;			/* rows after the header; songs added */
	size_t nameless, featureless, repeated; /* rows dropped */
	size_t ragged;				/* rows with fewer or more fields than the header */
	size_t unreadable;			/* cells with text where a number belongs */
	size_t out_of_range;			/* numbers that cannot be, such as a tempo of 0 */
	unsigned missing;			/* bit f: there is no column for feature f */
	unsigned percent;			/* bit f: the column ran from 0 to 100 */
	unsigned mapped;			/* bit c: how->column[c] was there */
};

/* How to read a catalogue when its own words are not enough; {0} is no wish. */
struct emo_songs_how {
	const char
		*column[EMO_SONG_COLUMNS]; /* header of each column; NULL: found by usual names */
	void (*note)(void *arg, const char *text); /* "file:line: what was done"; may be NULL */
	void *arg;
};

/*
 * Adds the songs of a catalogue, plain or gzip-compressed, to *songs, which starts as {0}; "-" is
 * standard input. A song is listed once: not again with the same id, or the same title and first
 * artist, letter case and punctuation aside. Unreadable and impossible values become missing. -1
 * when the file cannot be read, or has no column for the name or for any feature; *songs is then as
 * it was (or empty, when it lay in an index that turns out to be damaged) and to be freed too. A
 * file of song-index(1) is taken too, and used where it lies when it is the only one; see index.h.
 * A column that `how` names and the catalogue lacks is found by its usual names. how and account
 * may be NULL.
 */
EMO_API int emo_songs_load(struct emo_songs *songs, const char *path,
			   const struct emo_songs_how *how, struct emo_songs_account *account);
EMO_API void emo_songs_free(struct emo_songs *songs);

/* A text of song i < n; borrowed until the next load. "" when the catalogue has none. */
EMO_API const char *emo_song_text(const struct emo_songs *songs, size_t i,
				  enum emo_song_text which);

/*
 * The id of song i: the catalogue's, or else 16 hex digits hashed from title and first artist (as
 * they are compared for repetition), written to buf. Borrowed from the songs or from buf.
 */
#define EMO_SONG_ID_SIZE 17
EMO_API const char *emo_song_id(const struct emo_songs *songs, size_t i,
				char buf[EMO_SONG_ID_SIZE]);

/*
 * The account as one line without a newline, such as "686 rows, 680 songs; left out 6 repeated".
 * Returns whether anything was dropped, repaired or missing.
 */
EMO_API int emo_songs_account_line(char *buf, size_t size, const struct emo_songs_account *a);

#endif
