/* SPDX-License-Identifier: MIT */
#include "music/pick.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"
#include "music/same.h"

#define LITTLE 90.0  /* seconds; with less left, a list of minutes is full */
enum { TRIES = 50 }; /* of random orders that keep artists apart */

/* A candidate, and what is worked out about it once. */
struct candidate {
	struct emo_ranked ranked;
	uint64_t artist; /* 0: nobody; looked up late, because texts in an index cost a look */
	double nearest;	 /* the largest likeness to a song in the list */
	int gone;	 /* in the list, or barred by a rule for good */
	int looked_up;	 /* artist is known */
};

struct emo_list {
	const struct emo_songs *songs;
	const struct emo_standard *standard;
	struct emo_pick_rules rules;
	struct emo_ranked *song; /* [n] the list */
	uint64_t *artist;	 /* [n] */
	size_t n, cap, artist_cap;
	double seconds;
	struct emo_seen *works, *songs_in; /* hashes; songs by their number */
	struct emo_seen *artists;	   /* an artist's k-th song has a hash of its own */
	struct candidate *pool;
	size_t npool;
};

struct emo_list *emo_list_new(const struct emo_songs *songs, const struct emo_standard *s,
			      const struct emo_pick_rules *rules)
{
	struct emo_list *l = emo_calloc(1, sizeof *l);

	if (!l)
		return NULL;
	l->songs = songs;
	l->standard = s;
	l->rules = *rules;
	l->works = emo_seen_new();
	l->songs_in = emo_seen_new();
	l->artists = emo_seen_new();
	if (l->works && l->songs_in && l->artists)
		return l;
	emo_list_free(l);
	return NULL;
}

void emo_list_free(struct emo_list *l)
{
	if (!l)
		return;
	emo_seen_free(l->works);
	emo_seen_free(l->songs_in);
	emo_seen_free(l->artists);
	free(l->song);
	free(l->artist);
	free(l->pool);
	free(l);
}

const struct emo_ranked *emo_list_songs(const struct emo_list *l, size_t *n)
{
	*n = l->n;
	return l->song;
}

static uint64_t kth(uint64_t artist, int k)
{
	return artist ^ (uint64_t)(k + 1) * 0x9e3779b97f4a7c15u; /* 2^64 over the golden ratio */
}

static uint64_t work_of(const struct emo_list *l, size_t song)
{
	return emo_song_work_hash(emo_song_text(l->songs, song, EMO_SONG_NAME),
				  emo_song_text(l->songs, song, EMO_SONG_ARTIST));
}

/* Whether a rule that no later song can change keeps the candidate out. */
static int barred(const struct emo_list *l, const struct candidate *c)
{
	size_t song = c->ranked.song;
	double seconds = l->songs->duration ? l->songs->duration[song] : NAN;

	return emo_seen_has(l->songs_in, song + 1) ||
	       (l->rules.artist_cap > 0 && c->artist &&
		emo_seen_has(l->artists, kth(c->artist, l->rules.artist_cap - 1))) ||
	       (l->rules.seconds > 0 && !(l->seconds + seconds <= l->rules.seconds)) ||
	       (!l->rules.all_versions && emo_seen_has(l->works, work_of(l, song)));
}

/* Whether a song of the artist can stand at place `at` of the list. */
static int fits_at(const struct emo_list *l, size_t at, uint64_t artist)
{
	if (l->rules.artist_cap == 0 || !artist)
		return 1;
	return (at == 0 || l->artist[at - 1] != artist) && (at == l->n || l->artist[at] != artist);
}

/* The last place of the list where a song of the artist can stand; -1: there is none. */
static long last_place(const struct emo_list *l, uint64_t artist)
{
	size_t at = l->n;

	while (at > 0 && !fits_at(l, at, artist))
		at--;
	return fits_at(l, at, artist) ? (long)at : -1;
}

/* Puts a song at a place of the list, which has room for it. */
static void put(struct emo_list *l, size_t at, struct emo_ranked song, uint64_t artist)
{
	memmove(l->song + at + 1, l->song + at, (l->n - at) * sizeof *l->song);
	memmove(l->artist + at + 1, l->artist + at, (l->n - at) * sizeof *l->artist);
	l->song[at] = song;
	l->artist[at] = artist;
	l->n++;
}

static int insert(struct emo_list *l, size_t at, struct candidate *c)
{
	int k = 0;

	if (emo_grow(&l->song, &l->cap, l->n + 1, sizeof *l->song) < 0 ||
	    emo_grow(&l->artist, &l->artist_cap, l->n + 1, sizeof *l->artist) < 0)
		return -1;
	put(l, at, c->ranked, c->artist);
	if (l->rules.seconds > 0)
		l->seconds += l->songs->duration[c->ranked.song];
	c->gone = 1;
	while (k + 1 < l->rules.artist_cap && emo_seen_has(l->artists, kth(c->artist, k)))
		k++;
	if ((c->artist && emo_seen_add(l->artists, kth(c->artist, k)) < 0) ||
	    emo_seen_add(l->songs_in, c->ranked.song + 1) < 0)
		return -1;
	return l->rules.all_versions ? 0 : emo_seen_add(l->works, work_of(l, c->ranked.song));
}

/* The cosine of two songs, in the space in which they are ranked. */
static double likeness(const struct emo_list *l, size_t a, size_t b)
{
	double za[EMO_FEATURES], zb[EMO_FEATURES];
	double k2 = EMO_RANK_CONSTANT * EMO_RANK_CONSTANT, dot = k2, aa = k2, bb = k2;

	emo_standard_song(za, l->standard, l->songs, a);
	emo_standard_song(zb, l->standard, l->songs, b);
	for (int f = 0; f < EMO_FEATURES; f++) {
		dot += za[f] * zb[f];
		aa += za[f] * za[f];
		bb += zb[f] * zb[f];
	}
	return dot / sqrt(aa * bb);
}

static double worth(const struct emo_list *l, const struct candidate *c)
{
	double v = l->rules.variety;

	return (1 - v) * c->ranked.score - v * c->nearest;
}

static void look_up(const struct emo_list *l, struct candidate *c)
{
	if (!c->looked_up)
		c->artist =
			emo_artist_hash(emo_song_text(l->songs, c->ranked.song, EMO_SONG_ARTIST));
	c->looked_up = 1;
}

/*
 * The place in the pool of the song to come next, from *first on, where those that are gone end;
 * npool when none can stand at the end of the list. *waiting is the best that only its neighbour
 * keeps out.
 */
static size_t next(struct emo_list *l, size_t *first, size_t *waiting)
{
	size_t best = l->npool;

	*waiting = l->npool;
	while (*first < l->npool && l->pool[*first].gone)
		++*first;
	for (size_t i = *first; i < l->npool; i++) {
		struct candidate *c = &l->pool[i];

		if (c->gone)
			continue;
		look_up(l, c);
		if ((c->gone = barred(l, c)))
			continue;
		if (!fits_at(l, l->n, c->artist)) {
			if (*waiting == l->npool)
				*waiting = i;
			continue;
		}
		if (best == l->npool || worth(l, c) > worth(l, &l->pool[best]))
			best = i;
		if (l->rules.variety <= 0) /* the pool is in order of score */
			break;
	}
	return best;
}

static void note_likeness(struct emo_list *l, size_t song)
{
	for (size_t i = 0; i < l->npool; i++)
		if (!l->pool[i].gone)
			l->pool[i].nearest =
				fmax(l->pool[i].nearest, likeness(l, l->pool[i].ranked.song, song));
}

static int is_full(const struct emo_list *l, size_t goal)
{
	return l->n >= goal ||
	       (l->n && l->rules.seconds > 0 && l->rules.seconds - l->seconds < LITTLE);
}

/* Picks from the pool until the list is full or the pool is spent: 1, 0; -1 on failure. */
static int pick(struct emo_list *l, size_t goal, int last_pool)
{
	size_t first = 0, waiting, at;

	while (!is_full(l, goal)) {
		long place;

		at = next(l, &first, &waiting);
		if (at == l->npool && last_pool) /* further up there may be room */
			at = waiting;
		if (at == l->npool)
			return 0;
		if ((place = last_place(l, l->pool[at].artist)) < 0) {
			l->pool[at].gone = 1;
			continue;
		}
		if (insert(l, (size_t)place, &l->pool[at]) < 0)
			return -1;
		if (l->rules.variety > 0)
			note_likeness(l, l->pool[at].ranked.song);
	}
	return 1;
}

/* The pool: the best n songs of the wish. */
static int make_pool(struct emo_list *l, const struct emo_wish *wish,
		     const unsigned char *leave_out, size_t n)
{
	struct emo_ranked *best = emo_calloc(n, sizeof *best);

	free(l->pool);
	l->npool = 0;
	l->pool = emo_calloc(n, sizeof *l->pool);
	if (!best || !l->pool) {
		free(best);
		return -1;
	}
	l->npool = emo_rank(best, n, l->songs, l->standard, wish, leave_out);
	for (size_t i = 0; i < l->npool; i++) {
		struct candidate *c = &l->pool[i];

		c->ranked = best[i];
		c->nearest = l->n && l->rules.variety > 0 ? -1 : 0;
		for (size_t k = 0; k < l->n && l->rules.variety > 0; k++)
			c->nearest = fmax(c->nearest, likeness(l, best[i].song, l->song[k].song));
	}
	free(best);
	return 0;
}

long emo_list_fill(struct emo_list *l, const struct emo_wish *wish, const unsigned char *leave_out,
		   size_t max)
{
	size_t before = l->n, all = l->songs->n, pool;
	size_t goal = max < l->rules.n - l->n ? l->n + max : l->rules.n;
	int full = 0;

	pool = goal > all / 4 ? all : 4 * goal + 64;
	while (!full) {
		if (pool > all)
			pool = all;
		if (make_pool(l, wish, leave_out, pool) < 0 ||
		    (full = pick(l, goal, l->npool < pool || pool == all)) < 0)
			return -1;
		if (l->npool < pool || pool == all)
			break;
		pool = pool > all / 8 ? all : pool * 8;
	}
	return (long)(l->n - before);
}

int emo_list_shuffle(struct emo_list *l, uint64_t seed)
{
	size_t n = l->n, done = 0;
	struct emo_ranked *song = emo_calloc(n, sizeof *song);
	uint64_t *artist = emo_calloc(n, sizeof *artist);
	uint32_t *order = emo_calloc(n, sizeof *order);
	int status = -1;

	if (!song || !order || !artist)
		goto out;
	memcpy(song, l->song, n * sizeof *song);
	memcpy(artist, l->artist, n * sizeof *artist);
	for (uint64_t attempt = 0; attempt < TRIES && done < n; attempt++) {
		struct emo_rng r = emo_rng_at(seed, attempt, 0);
		long place;

		emo_rng_permutation(&r, order, (uint32_t)n);
		l->n = 0;
		for (done = 0; done < n; done++) {
			if ((place = last_place(l, artist[order[done]])) < 0)
				break;
			put(l, (size_t)place, song[order[done]], artist[order[done]]);
		}
	}
	if (done < n) { /* hardly any order keeps the artists apart: the old one does */
		memcpy(l->song, song, n * sizeof *song);
		memcpy(l->artist, artist, n * sizeof *artist);
		l->n = n;
	}
	status = 0;
out:
	free(song);
	free(order);
	free(artist);
	return status;
}
