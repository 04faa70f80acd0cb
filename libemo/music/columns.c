/* SPDX-License-Identifier: MIT */
#include "music/columns.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/num.h"

enum { NAMES = 12 };

/*
 * Names of columns in lower case, letters and digits alone ("Loudness (dB)" is loudnessdb), best
 * first: a catalogue may have both track_name and title. The short ones are from chart data sets.
 */
static const char *const names[EMO_SONG_COLUMNS][NAMES] = {
	[EMO_SONG_ID] = {"id", "trackid", "songid", "spotifyid", "spotifytrackid", "isrc"},
	[EMO_SONG_NAME] = {"trackname", "songname", "name", "track", "song", "title", "tracktitle",
			   "songtitle", "titletrack"},
	[EMO_SONG_ARTIST] = {"artistname", "artistnames", "artistsname", "artist", "artists",
			     "trackartist", "trackartists", "performer", "singer", "band",
			     "composer"},
	[EMO_SONG_ALBUM] = {"albumname", "trackalbumname", "album", "albumtitle"},
	[EMO_SONG_URI] = {"path", "filepath", "file", "filename", "location", "uri", "trackuri",
			  "spotifyuri", "url", "link", "trackurl"},
	[EMO_SONG_GENRE] = {"genre", "genres", "trackgenre", "primarygenre", "playlistgenre",
			    "topgenre", "maingenre", "finalgenre", "artistgenres"},
	[EMO_SONG_FEATURE + EMO_VALENCE] = {"valence", "happiness", "val"},
	[EMO_SONG_FEATURE + EMO_ENERGY] = {"energy", "nrgy"},
	[EMO_SONG_FEATURE + EMO_DANCEABILITY] = {"danceability", "dnce"},
	[EMO_SONG_FEATURE + EMO_ACOUSTICNESS] = {"acousticness", "acous"},
	[EMO_SONG_FEATURE + EMO_INSTRUMENTALNESS] = {"instrumentalness"},
	[EMO_SONG_FEATURE + EMO_LIVENESS] = {"liveness", "live"},
	[EMO_SONG_FEATURE + EMO_SPEECHINESS] = {"speechiness", "spch"},
	[EMO_SONG_FEATURE + EMO_LOUDNESS] = {"loudness", "loudnessdb", "db"},
	[EMO_SONG_FEATURE +
		EMO_TEMPO] = {"tempo", "tempobpm", "bpm", "beatsperminute", "beatsperminutebpm"},
	[EMO_SONG_DURATION] = {"durationms", "trackdurationms", "lengthms", "duration",
			       "trackduration", "length", "lengthduration", "tracklength",
			       "durations", "durationsec", "time", "dur"},
	[EMO_SONG_YEAR] = {"year", "releaseyear", "releasedyear", "releasedate", "albumreleasedate",
			   "trackalbumreleasedate", "yearreleased"},
};

/* What this project calls them. */
static const char *const own_names[EMO_SONG_COLUMNS] = {
	"id",	    "name",	   "artist",   "album",	       "uri",	       "genre",
	"label",    "valence",	   "energy",   "danceability", "acousticness", "instrumentalness",
	"liveness", "speechiness", "loudness", "tempo",	       "duration",     "year"};

const char *emo_song_column_name(int c)
{
	return c >= 0 && c < EMO_SONG_COLUMNS ? own_names[c] : NULL;
}

const char *emo_feature_name(int f)
{
	return f >= 0 && f < EMO_FEATURES ? own_names[EMO_SONG_FEATURE + f] : NULL;
}

static void simplify(char *out, size_t size, const char *name)
{
	size_t n = 0;

	for (; *name && n + 1 < size; name++) {
		char c = *name >= 'A' && *name <= 'Z' ? (char)(*name - 'A' + 'a') : *name;
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[n++] = c;
	}
	out[n] = '\0';
}

int emo_song_column_parse(const char *name)
{
	char simple[64];

	simplify(simple, sizeof simple, name);
	for (int c = 0; c < EMO_SONG_COLUMNS; c++)
		if (strcmp(simple, own_names[c]) == 0)
			return c;
	return -1;
}

/* The first field with the best of the names of column c; -1 when none has any. */
static int find(const struct emo_csv *csv, int c)
{
	for (int k = 0; k < NAMES && names[c][k]; k++)
		for (size_t i = 0; i < emo_csv_nfields(csv); i++) {
			char simple[64];
			simplify(simple, sizeof simple, emo_csv_field(csv, i));
			if (strcmp(simple, names[c][k]) == 0)
				return (int)i;
		}
	return -1;
}

static int no_name(const struct emo_csv *csv)
{
	char list[256] = "";
	size_t n = 0;

	if (strncmp(emo_csv_field(csv, 0), "\xff\xfe", 2) == 0 ||
	    strncmp(emo_csv_field(csv, 0), "\xfe\xff", 2) == 0)
		return emo_fail("%s: is UTF-16 text; save it as UTF-8", emo_csv_name(csv));
	for (int k = 0; k < NAMES && names[EMO_SONG_NAME][k]; k++)
		n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", k ? ", " : "",
				      names[EMO_SONG_NAME][k]);
	return emo_fail("%s:%zu: no column for the name of the song; looked for %s",
			emo_csv_name(csv), emo_csv_line(csv), list);
}

int emo_song_columns_read(struct emo_song_columns *c, struct emo_csv *csv,
			  const char *const *wanted)
{
	int more, features = 0, at;

	*c = (struct emo_song_columns){.decimal_comma = emo_csv_guess_separator(csv) == ';'};
	if ((more = emo_csv_next(csv)) < 0)
		return -1;
	if (!more)
		return emo_fail("%s: is empty", emo_csv_name(csv));
	for (int k = 0; k < EMO_SONG_COLUMNS; k++) {
		at = wanted && wanted[k] ? emo_csv_find(csv, wanted[k]) : -1;
		c->mapped |= (unsigned)(at >= 0) << k;
		c->at[k] = at >= 0 ? at : find(csv, k);
	}
	at = c->at[EMO_SONG_DURATION];
	c->duration_ms = at >= 0 && strstr(emo_csv_field(csv, (size_t)at), "ms") != NULL;
	for (int f = 0; f < EMO_FEATURES; f++) {
		at = c->at[EMO_SONG_FEATURE + f];
		features += at >= 0;
		if (at >= 0 && strchr(emo_csv_field(csv, (size_t)at), '%'))
			c->percent |= 1u << f;
	}
	if (c->at[EMO_SONG_NAME] < 0)
		return no_name(csv);
	if (!features)
		return emo_fail("%s:%zu: no audio features; looked for columns valence, energy, "
				"danceability, acousticness, instrumentalness, liveness, "
				"speechiness, loudness, tempo",
				emo_csv_name(csv), emo_csv_line(csv));
	return 0;
}

/* Copies a cell without blanks around it and units; a Unicode minus becomes an ASCII one. */
static void bare_number(char *out, size_t size, const char *text)
{
	static const char *const units[] = {"%", "dB", "BPM", "ms", "s"};
	size_t n = 0;

	while (*text && n + 1 < size) {
		if (strncmp(text, "\xe2\x88\x92", 3) == 0) {
			out[n++] = '-';
			text += 3;
		} else if (n > 0 || !strchr(" \t\r\n", *text)) {
			out[n++] = *text++;
		} else {
			text++;
		}
	}
	out[n] = '\0';
	for (size_t k = 0; k < sizeof units / sizeof *units; k++) {
		size_t u = strlen(units[k]);
		if (n > u && strcasecmp(out + n - u, units[k]) == 0 &&
		    strchr("0123456789. ", out[n - u - 1])) {
			n -= u;
			break;
		}
	}
	while (n > 0 && strchr(" \t\r\n", out[n - 1]))
		n--;
	out[n] = '\0';
}

/* Whether the commas of s stand before groups of three digits, and the first group is not 0. */
static int groups_thousands(const char *s)
{
	size_t digits;

	s += *s == '-' || *s == '+';
	digits = strspn(s, "0123456789");
	if (digits < 1 || digits > 3 || *s == '0')
		return 0;
	for (s += digits; *s == ','; s += digits) {
		digits = strspn(++s, "0123456789");
		if (digits != 3)
			return 0;
	}
	return *s == '\0' || *s == '.';
}

static inline int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * The usual cell, digits with a point and an exponent, without copying and strtod: digits as one
 * integer, times a power of ten. At most two roundings of a double for what becomes a float.
 */
static int plain_number(double *out, const char *s)
{
	static const double tens[] = {1,    1e1,  1e2,	1e3,  1e4,  1e5,  1e6,	1e7,
				      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
				      1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
	int negative = *s == '-', digits = 0, scale = 0, exponent = 0, down;
	const char *from = s += negative, *point;
	uint64_t m = 0;

	while (is_digit(*s))
		m = m * 10 + (uint64_t)(*s++ - '0');
	digits = s - from > 18 ? 19 : (int)(s - from);
	if (*s == '.') {
		point = ++s;
		while (is_digit(*s))
			m = m * 10 + (uint64_t)(*s++ - '0');
		scale = s - point > 18 ? 19 : (int)(s - point);
	}
	if (digits + scale == 0 || digits + scale > 18)
		return 0;
	if (*s == 'e' || *s == 'E') {
		down = *++s == '-';
		s += *s == '-' || *s == '+';
		if (*s < '0' || *s > '9')
			return 0;
		for (; *s >= '0' && *s <= '9' && exponent < 100; s++)
			exponent = exponent * 10 + (*s - '0');
		scale += down ? exponent : -exponent;
	}
	if (*s || scale > 22 || scale < -22)
		return 0;
	*out = scale > 0 ? (double)m / tens[scale] : (double)m * tens[-scale];
	if (negative)
		*out = -*out;
	return 1;
}

int emo_cell_is_empty(const char *s)
{
	static const char *const empty[] = {"", "na", "n/a", "nan", "null", "none", "-", "--", "?"};

	if (!strchr("nN-?", *s)) /* nearly all cells; "" goes on */
		return 0;
	for (size_t k = 0; k < sizeof empty / sizeof *empty; k++)
		if (strcasecmp(s, empty[k]) == 0)
			return 1;
	return 0;
}

enum emo_cell emo_cell_number(double *out, const char *text, int decimal_comma)
{
	char s[64], *comma, *to = s;

	if (plain_number(out, text))
		return EMO_CELL_NUMBER;
	bare_number(s, sizeof s, text);
	if (emo_cell_is_empty(s))
		return EMO_CELL_EMPTY;
	comma = strchr(s, ',');
	if (comma && !decimal_comma && groups_thousands(s)) {
		for (const char *from = s; *from; from++)
			if (*from != ',')
				*to++ = *from;
		*to = '\0';
	} else if (comma && !strchr(s, '.')) {
		*comma = '.';
	}
	return emo_parse_double(out, s) < 0 ? EMO_CELL_UNREADABLE : EMO_CELL_NUMBER;
}

/* m:ss or h:mm:ss; -1 when s is neither. */
static double clock_seconds(const char *s)
{
	int part[3], n = 0;

	s += strspn(s, " ");
	for (; n < 3; s++) {
		size_t digits = strspn(s, "0123456789");
		if (digits < (n > 0 ? 2u : 1u) || digits > (n > 0 ? 2u : 4u))
			return -1;
		for (part[n] = 0; digits > 0; digits--)
			part[n] = part[n] * 10 + (*s++ - '0');
		n++;
		if (*s != ':')
			break;
	}
	if (n < 2 || s[strspn(s, " ")] || part[n - 1] > 59 || (n == 3 && part[1] > 59))
		return -1;
	return n == 2 ? part[0] * 60.0 + part[1] : part[0] * 3600.0 + part[1] * 60 + part[2];
}

enum emo_cell emo_cell_duration(double *out, const char *text, int ms, int decimal_comma)
{
	enum emo_cell cell;

	if (strchr(text, ':')) {
		*out = clock_seconds(text);
		return *out < 0 ? EMO_CELL_UNREADABLE : EMO_CELL_NUMBER;
	}
	cell = emo_cell_number(out, text, decimal_comma);
	if (cell == EMO_CELL_NUMBER && (ms || *out >= 7200)) /* two hours, or 7.2 seconds */
		*out /= 1000;
	return cell;
}

float emo_cell_year(const char *text)
{
	const char *at = NULL;
	size_t n = 0;
	int year = 0;

	while (is_digit(text[n]))
		n++;
	if (n == 4)
		at = text;
	else if ((n = strlen(text)) > 5 && strspn(text + n - 4, "0123456789") == 4 &&
		 strchr("-/. ", text[n - 5]))
		at = text + n - 4;
	for (int k = 0; at && k < 4; k++)
		year = year * 10 + (at[k] - '0');
	return year >= 1000 && year < 2200 ? (float)year : NAN;
}
