/* SPDX-License-Identifier: MIT */
#include "music/columns.h"

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
static const char *const text_names[EMO_SONG_TEXTS][NAMES] = {
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
};
static const char *const feature_names[EMO_FEATURES][NAMES] = {
	[EMO_VALENCE] = {"valence", "happiness", "val"},
	[EMO_ENERGY] = {"energy", "nrgy"},
	[EMO_DANCEABILITY] = {"danceability", "dnce"},
	[EMO_ACOUSTICNESS] = {"acousticness", "acous"},
	[EMO_INSTRUMENTALNESS] = {"instrumentalness"},
	[EMO_LIVENESS] = {"liveness", "live"},
	[EMO_SPEECHINESS] = {"speechiness", "spch"},
	[EMO_LOUDNESS] = {"loudness", "loudnessdb", "db"},
	[EMO_TEMPO] = {"tempo", "tempobpm", "bpm", "beatsperminute", "beatsperminutebpm"},
};
static const char *const duration_names[NAMES] = {
	"durationms",	  "trackdurationms", "lengthms",  "duration",	 "trackduration", "length",
	"lengthduration", "tracklength",     "durations", "durationsec", "time",	  "dur"};

const char *emo_feature_name(int f)
{
	return f >= 0 && f < EMO_FEATURES ? feature_names[f][0] : NULL;
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

/* The first field with the best of the names; -1 when none has any. */
static int find(const struct emo_csv *csv, const char *const names[NAMES])
{
	for (int k = 0; k < NAMES && names[k]; k++)
		for (size_t i = 0; i < emo_csv_nfields(csv); i++) {
			char simple[64];
			simplify(simple, sizeof simple, emo_csv_field(csv, i));
			if (strcmp(simple, names[k]) == 0)
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
	for (int k = 0; k < NAMES && text_names[EMO_SONG_NAME][k]; k++)
		n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", k ? ", " : "",
				      text_names[EMO_SONG_NAME][k]);
	return emo_fail("%s:%zu: no column for the name of the song; looked for %s",
			emo_csv_name(csv), emo_csv_line(csv), list);
}

int emo_song_columns_read(struct emo_song_columns *c, struct emo_csv *csv)
{
	int more, features = 0;

	c->decimal_comma = emo_csv_guess_separator(csv) == ';';
	if ((more = emo_csv_next(csv)) < 0)
		return -1;
	if (!more)
		return emo_fail("%s: is empty", emo_csv_name(csv));
	for (int k = 0; k < EMO_SONG_TEXTS; k++)
		c->text[k] = find(csv, text_names[k]);
	c->duration = find(csv, duration_names);
	c->duration_ms =
		c->duration >= 0 && strstr(emo_csv_field(csv, (size_t)c->duration), "ms") != NULL;
	c->percent = 0;
	for (int f = 0; f < EMO_FEATURES; f++) {
		c->feature[f] = find(csv, feature_names[f]);
		if (c->feature[f] < 0)
			continue;
		features++;
		if (strchr(emo_csv_field(csv, (size_t)c->feature[f]), '%'))
			c->percent |= 1u << f;
	}
	if (c->text[EMO_SONG_NAME] < 0)
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

enum emo_cell emo_cell_number(double *out, const char *text, int decimal_comma)
{
	static const char *const empty[] = {"", "na", "n/a", "nan", "null", "none", "-", "--", "?"};
	char s[64], *comma, *to = s;

	bare_number(s, sizeof s, text);
	for (size_t k = 0; k < sizeof empty / sizeof *empty; k++)
		if (strcasecmp(s, empty[k]) == 0)
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
