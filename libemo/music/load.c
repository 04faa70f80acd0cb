/* SPDX-License-Identifier: MIT */
/* Reading catalogues: rows into columns, and the account of what was dropped or repaired. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/par.h"
#include "music/columns.h"
#include "music/fill.h"
#include "music/index.h"
#include "music/songs.h"

#define UNIT_FEATURES (EMO_SPEECHINESS + 1) /* the features from 0 to 1 come first */
#define SLACK	      0.01		    /* that far above 1 is taken for 1 */

/* One catalogue while it is read. */
struct load {
	struct emo_songs *songs;
	struct emo_csv *csv;
	struct emo_song_columns columns;
	const struct emo_songs_how *how;
	size_t fields; /* of the header, without empty ones at its end */
	struct emo_songs_account account;
};

/* Says what was done to the current row, to whom it may concern. */
__attribute__((format(printf, 2, 3))) static void note(const struct load *l, const char *fmt, ...)
{
	char text[EMO_ERROR_MAX];
	va_list ap;
	int n;

	if (!l->how || !l->how->note)
		return;
	n = snprintf(text, sizeof text, "%.4000s:%zu: ", emo_csv_name(l->csv),
		     emo_csv_line(l->csv));
	va_start(ap, fmt);
	vsnprintf(text + n, sizeof text - (size_t)n, fmt, ap);
	va_end(ap);
	l->how->note(l->how->arg, text);
}

/* The field of column c in the current row. */
static const char *field(const struct load *l, int c)
{
	return l->columns.at[c] < 0 ? "" : emo_csv_field(l->csv, (size_t)l->columns.at[c]);
}

static void impossible(struct load *l, int c)
{
	l->account.out_of_range++;
	note(l, "%s: '%.40s' cannot be; taken as missing", emo_song_column_name(c), field(l, c));
}

static void unreadable(struct load *l, int c)
{
	l->account.unreadable++;
	note(l, "%s: '%.40s' is no number; taken as missing", emo_song_column_name(c), field(l, c));
}

/* A feature as it stands in the file; its scale is settled when the whole column is known. */
static float feature_value(struct load *l, int f)
{
	double v;
	enum emo_cell kind =
		emo_cell_number(&v, field(l, EMO_SONG_FEATURE + f), l->columns.decimal_comma);

	if (kind == EMO_CELL_UNREADABLE)
		unreadable(l, EMO_SONG_FEATURE + f);
	if (kind != EMO_CELL_NUMBER)
		return NAN;
	if ((f < UNIT_FEATURES && (v < 0 || v > 100 + 100 * SLACK)) ||
	    (f == EMO_LOUDNESS && fabs(v) > 100) || (f == EMO_TEMPO && (v < 0 || v > 1000))) {
		impossible(l, EMO_SONG_FEATURE + f);
		return NAN;
	}
	return (float)v;
}

static float duration_value(struct load *l)
{
	double seconds;
	enum emo_cell kind = emo_cell_duration(&seconds, field(l, EMO_SONG_DURATION),
					       l->columns.duration_ms, l->columns.decimal_comma);

	if (kind == EMO_CELL_UNREADABLE)
		unreadable(l, EMO_SONG_DURATION);
	return kind == EMO_CELL_NUMBER && seconds > 0 && seconds < 1e6 ? (float)seconds : NAN;
}

/* Song s->n from the current row. */
static int read_row(struct load *l, struct emo_song_keys *keys)
{
	struct emo_songs *s = l->songs;
	size_t i = s->n;

	for (int k = 0; k < EMO_SONG_TEXTS; k++) {
		size_t n =
			l->columns.at[k] < 0 ? 0 : emo_csv_length(l->csv, (size_t)l->columns.at[k]);

		if (emo_songs_put(s, k, field(l, k), n) < 0)
			return -1;
	}
	*keys = emo_song_keys(s, i);
	for (int f = 0; f < EMO_FEATURES; f++)
		s->feature[f][i] =
			l->columns.at[EMO_SONG_FEATURE + f] < 0 ? NAN : feature_value(l, f);
	s->duration[i] = l->columns.at[EMO_SONG_DURATION] < 0 ? NAN : duration_value(l);
	s->year[i] = emo_cell_year(field(l, EMO_SONG_YEAR));
	/* a tempo of 0 means that no beat was found, and then zeros beside it are no values either
	 */
	if (s->feature[EMO_TEMPO][i] == 0) {
		s->feature[EMO_TEMPO][i] = NAN;
		if (s->feature[EMO_VALENCE][i] == 0)
			s->feature[EMO_VALENCE][i] = NAN;
		if (s->feature[EMO_DANCEABILITY][i] == 0)
			s->feature[EMO_DANCEABILITY][i] = NAN;
		impossible(l, EMO_SONG_FEATURE + EMO_TEMPO);
	}
	return 0;
}

/* An empty name, or the gap that R's "NA" leaves in both name and artist, of which none is left. */
static int is_nameless(const struct emo_songs *s, size_t i)
{
	const char *name = emo_song_text(s, i, EMO_SONG_NAME);

	return !*name || (strcmp(name, "NA") == 0 && !*emo_song_text(s, i, EMO_SONG_ARTIST));
}

static int has_feature(const struct emo_songs *s, size_t i)
{
	for (int f = 0; f < EMO_FEATURES; f++)
		if (!isnan(s->feature[f][i]))
			return 1;
	return 0;
}

static int is_ragged(const struct emo_csv *csv, size_t header)
{
	size_t n = emo_csv_nfields(csv);

	while (n > header && !*emo_csv_field(csv, n - 1))
		n--; /* empty cells at the end are harmless */
	return n != header;
}

/* Why song s->n is not to be added, counted; NULL when it is. */
static const char *reason_to_drop(struct load *l, int is_known)
{
	if (is_nameless(l->songs, l->songs->n)) {
		l->account.nameless++;
		return "has no name";
	}
	if (!has_feature(l->songs, l->songs->n)) {
		l->account.featureless++;
		return "has no feature";
	}
	l->account.repeated += is_known != 0;
	return is_known ? "was listed before" : NULL;
}

/* Adds the current row, unless there is a reason to drop it. */
static int take_row(struct load *l)
{
	struct emo_songs *s = l->songs;
	size_t arena_used = s->arena_used;
	struct emo_song_keys keys;
	const char *why;
	int is_known = 0;

	if (emo_songs_room(s) < 0 || read_row(l, &keys) < 0)
		return -1;
	if (!is_nameless(s, s->n) && has_feature(s, s->n) &&
	    (is_known = emo_songs_known(s, &keys)) < 0)
		return -1;
	if ((why = reason_to_drop(l, is_known))) {
		note(l, "left out '%.60s': it %s", emo_song_text(s, s->n, EMO_SONG_NAME), why);
		s->arena_used = arena_used;
		return 0;
	}
	if (s->n == UINT32_MAX)
		return emo_fail("more than %u songs", UINT32_MAX);
	s->n++;
	l->account.songs++;
	return 0;
}

/*
 * Whether values from song `first` on run from 0 to 100 instead of 0 to 1. One in fifty beyond 1.5,
 * because instrumentalness is 0 for most songs; a single stray value decides only if it is alone.
 */
static int runs_to_100(const float *v, size_t first, size_t n)
{
	size_t all = 0, over = 0;

	for (size_t i = first; i < n; i++) {
		all += !isnan(v[i]);
		over += v[i] > 1.5f;
	}
	return over > 0 && over * 50 >= all && (over > 1 || all == 1);
}

static void settle_scales(struct emo_songs *s, size_t first, struct emo_songs_account *a)
{
	for (int f = 0; f < UNIT_FEATURES; f++) {
		float *v = s->feature[f];
		int percent = a->percent >> f & 1 || runs_to_100(v, first, s->n);

		a->percent |= (unsigned)percent << f;
		for (size_t i = first; i < s->n; i++) {
			v[i] = percent ? v[i] / 100 : v[i];
			if (v[i] > 1 + (float)SLACK) {
				v[i] = NAN;
				a->out_of_range++;
			} else if (v[i] > 1) {
				v[i] = 1;
			}
		}
	}
}

/* Takes the current row and those that are at hand after it. */
static int take_rows(struct load *l)
{
	do {
		l->account.rows++;
		if (is_ragged(l->csv, l->fields)) {
			l->account.ragged++;
			note(l, "%zu fields where the header has %zu", emo_csv_nfields(l->csv),
			     l->fields);
		}
		if (take_row(l) < 0)
			return -1;
	} while (emo_csv_is_at_hand(l->csv) && emo_csv_next(l->csv) > 0);
	return 0;
}

/* The CSV parser, which nothing else can keep up with, goes on while its last rows are taken. */
static int parse_or_take(void *arg, int index, int thread)
{
	struct load *l = arg;

	(void)thread;
	if (index > 0)
		return take_rows(l);
	emo_csv_ahead(l->csv);
	return 0;
}

static int read_rows(struct load *l)
{
	struct emo_pool *pool = NULL;
	int more;

	l->fields = emo_csv_nfields(l->csv);
	while (l->fields > 0 && !*emo_csv_field(l->csv, l->fields - 1))
		l->fields--;
	for (int turn = 0; (more = emo_csv_next(l->csv)) > 0; turn++) {
		if (turn == 1)			/* it is no small file */
			pool = emo_pool_new(2); /* and without threads it still works */
		if (emo_for(pool, 2, parse_or_take, l) < 0) {
			more = -1;
			break;
		}
	}
	emo_pool_free(pool);
	return more;
}

static int load_csv(struct emo_songs *s, const char *path, const struct emo_songs_how *how,
		    struct emo_songs_account *account)
{
	struct load l = {.songs = s, .csv = emo_csv_open(path), .how = how};
	size_t first = s->n;
	int status = -1;

	if (!l.csv || emo_songs_begin(s) < 0 ||
	    emo_song_columns_read(&l.columns, l.csv, how ? how->column : NULL) < 0)
		goto out;
	l.account.percent = l.columns.percent;
	l.account.mapped = l.columns.mapped;
	for (int f = 0; f < EMO_FEATURES; f++)
		l.account.missing |= (unsigned)(l.columns.at[EMO_SONG_FEATURE + f] < 0) << f;
	if (read_rows(&l) < 0)
		goto out;
	settle_scales(s, first, &l.account);
	status = 0;
out:
	emo_csv_close(l.csv);
	*account = l.account;
	return status;
}

int emo_songs_load(struct emo_songs *s, const char *path, const struct emo_songs_how *how,
		   struct emo_songs_account *account)
{
	struct emo_songs_account a = {0};
	size_t n = s->n, arena_used;
	int status;

	if (s->index && emo_songs_leave_index(s) < 0)
		return -1;
	arena_used = s->arena_used;
	status =
		emo_index_is(path) ? emo_songs_load_index(s, path, how, &a) : load_csv(s, path, how, &a);
	if (status < 0)
		emo_songs_back_to(s, n, arena_used);
	if (account)
		*account = a;
	return status;
}
