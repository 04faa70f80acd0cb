/* SPDX-License-Identifier: MIT */
#include "music/taste.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "music/same.h"

/* Variances of the priors, of one reward's noise, and the rewards that an artist's prior is worth.
 */
#define GENERAL	   0.1
#define MOOD	   0.01
#define NOISE	   1.0
#define ARTIST	   4.0
#define EXTRA_GAIN 5.0 /* of year and artist, in the songs' further coordinate */
#define EXTRA_AIM  3.0 /* what is wanted there */
#define FURTHEST   3.0f

enum { BLOCK = 1 + EMO_TASTE_DIM, BLOCKS = 1 + EMO_EMOTIONS, N = BLOCK * BLOCKS };

struct artist {
	uint64_t hash; /* 0: free */
	double sum;    /* of rewards less what the weights say */
	double n;
};

struct emo_taste {
	double mean[N];
	double cov[N][N];
	size_t size;
	struct artist *artist; /* open addressing */
	size_t nartist, cap;
};

struct emo_taste *emo_taste_new(void)
{
	struct emo_taste *t = emo_calloc(1, sizeof *t);

	if (!t)
		return NULL;
	for (int i = 0; i < N; i++)
		t->cov[i][i] = i < BLOCK ? GENERAL : MOOD;
	t->cov[0][0] = 1; /* how often this listener is pleased at all */
	t->cap = 256;
	if ((t->artist = emo_calloc(t->cap, sizeof *t->artist)))
		return t;
	free(t);
	return NULL;
}

void emo_taste_free(struct emo_taste *t)
{
	if (!t)
		return;
	free(t->artist);
	free(t);
}

size_t emo_taste_size(const struct emo_taste *t)
{
	return t->size;
}

uint64_t emo_taste_artist_hash(const char *artist)
{
	return emo_artist_hash(artist);
}

static struct artist *place(struct artist *table, size_t cap, uint64_t hash)
{
	size_t i = (size_t)(hash ^ hash >> 32) & (cap - 1);

	while (table[i].hash && table[i].hash != hash)
		i = (i + 1) & (cap - 1);
	return &table[i];
}

/* The artist's entry, made when there is none. */
static struct artist *enter(struct emo_taste *t, uint64_t hash)
{
	struct artist *a;

	if (t->nartist >= t->cap / 2) {
		struct artist *table = emo_calloc(t->cap * 2, sizeof *table);

		if (!table)
			return NULL;
		for (size_t i = 0; i < t->cap; i++)
			if (t->artist[i].hash)
				*place(table, t->cap * 2, t->artist[i].hash) = t->artist[i];
		free(t->artist);
		t->artist = table;
		t->cap *= 2;
	}
	a = place(t->artist, t->cap, hash);
	t->nartist += a->hash == 0;
	a->hash = hash;
	return a;
}

float emo_taste_artist(const struct emo_taste *t, uint64_t hash)
{
	const struct artist *a = place(t->artist, t->cap, hash);

	return hash && a->hash ? (float)(a->sum / (a->n + ARTIST)) : 0;
}

/* (1, x) for the listener in general, and p[e] times that for each emotion. */
static void inputs(double u[N], const float *mood, const float *x)
{
	double sum = 0;

	for (int e = 0; e < EMO_EMOTIONS; e++)
		sum += mood[e];
	for (int b = 0; b < BLOCKS; b++) {
		double p = b == 0 ? 1 : mood[b - 1] / (sum > 0 ? sum : 1);

		u[b * BLOCK] = p;
		for (int k = 0; k < EMO_TASTE_DIM; k++)
			u[b * BLOCK + 1 + k] = p * fmaxf(-FURTHEST, fminf(FURTHEST, x[k]));
	}
}

/* v = cov · u; the emotions of which the mood has nothing cost nothing. */
static void times_cov(double v[N], const struct emo_taste *t, const double u[N])
{
	memset(v, 0, N * sizeof *v);
	for (int j = 0; j < N; j++)
		for (int i = 0; u[j] != 0 && i < N; i++)
			v[i] += t->cov[j][i] * u[j];
}

static double dot(const double *a, const double *b)
{
	double sum = 0;

	for (int i = 0; i < N; i++)
		sum += a[i] * b[i];
	return sum;
}

int emo_taste_learn(struct emo_taste *t, const float *mood, const float *x, uint64_t artist,
		    double reward)
{
	struct artist *a = artist ? enter(t, artist) : NULL;
	double u[N], v[N], miss, scale;

	if (artist && !a)
		return -1;
	inputs(u, mood, x);
	times_cov(v, t, u);
	scale = 1 / (NOISE + dot(u, v));
	miss = reward - (double)emo_taste_artist(t, artist) - dot(u, t->mean);
	for (int i = 0; i < N; i++) {
		double s = v[i] * scale;

		t->mean[i] += s * miss;
		for (int j = 0; v[i] != 0 && j < N; j++)
			t->cov[i][j] -= s * v[j];
	}
	if (a) {
		a->sum += reward - dot(u, t->mean);
		a->n++;
	}
	t->size++;
	return 0;
}

double emo_taste_doubt(const struct emo_taste *t, const float *mood, const float *x)
{
	double u[N], v[N];

	inputs(u, mood, x);
	times_cov(v, t, u);
	return sqrt(fmax(dot(u, v), 0));
}

/* The lower triangle l with l·lᵀ = m, in place (Cholesky). */
static int factor(double m[BLOCK][BLOCK])
{
	for (int i = 0; i < BLOCK; i++)
		for (int j = 0; j <= i; j++) {
			double sum = m[i][j];

			for (int k = 0; k < j; k++)
				sum -= m[i][k] * m[j][k];
			if (i == j && !(sum > 0))
				return emo_fail("the posterior of the taste is not positive");
			m[i][j] = i == j ? sqrt(sum) : sum / m[j][j];
		}
	return 0;
}

/* Adds a draw from the posterior's spread of the weights for a mood, with parts p[BLOCKS]. */
static int spread(double w[BLOCK], const struct emo_taste *t, const double p[BLOCKS],
		  struct emo_rng *r)
{
	double m[BLOCK][BLOCK] = {{0}}, z[BLOCK];

	for (int a = 0; a < BLOCKS; a++)
		for (int b = 0; b < BLOCKS; b++)
			for (int i = 0; i < BLOCK; i++)
				for (int j = 0; j < BLOCK; j++)
					m[i][j] +=
						p[a] * p[b] * t->cov[a * BLOCK + i][b * BLOCK + j];
	if (factor(m) < 0)
		return -1;
	for (int i = 0; i < BLOCK; i++) {
		z[i] = (double)emo_rng_normal(r);
		for (int j = 0; j <= i; j++)
			w[i] += m[i][j] * z[j];
	}
	return 0;
}

int emo_taste_weights(float *w, const struct emo_taste *t, const float *mood,
		      struct emo_rng *explore)
{
	double p[BLOCKS] = {1}, sum = 0, all[BLOCK] = {0};

	for (int e = 0; e < EMO_EMOTIONS; e++)
		sum += mood[e];
	for (int e = 0; e < EMO_EMOTIONS; e++)
		p[1 + e] = mood[e] / (sum > 0 ? sum : 1);
	for (int b = 0; b < BLOCKS; b++)
		for (int k = 0; k < BLOCK; k++)
			all[k] += p[b] * t->mean[b * BLOCK + k];
	if (explore && spread(all, t, p, explore) < 0)
		return -1;
	for (int k = 0; k < EMO_TASTE_DIM; k++)
		w[k] = (float)all[1 + k];
	return 0;
}

struct emo_years emo_years_fit(const struct emo_songs *songs)
{
	double sum = 0, squares = 0, n = 0;
	struct emo_years y = {0};

	for (size_t i = 0; songs->year && i < songs->n; i++)
		if (!isnan(songs->year[i])) {
			double year = songs->year[i] - 2000.0; /* keeps the squares exact */
			sum += year;
			squares += year * year;
			n++;
		}
	if (n > 0) {
		y.mean = 2000 + sum / n;
		y.sd = sqrt(fmax(squares / n - sum / n * (sum / n), 0));
	}
	return y;
}

static float year_of(const struct emo_years *years, const struct emo_songs *songs, size_t i)
{
	double z = songs->year && years->sd > 0 ? (songs->year[i] - years->mean) / years->sd : NAN;

	return isnan(z) ? 0 : (float)z;
}

/* What is not a feature: mean 0 and variance 1, as the features have. */
static void beyond(float *x, float year, float tempo)
{
	year = fmaxf(-FURTHEST, fminf(FURTHEST, year));
	tempo = fmaxf(-FURTHEST, fminf(FURTHEST, tempo));
	x[0] = year;
	x[1] = year == 0 ? 0 : (year * year - 1) / 1.414f;
	x[2] = tempo == 0 ? 0 : (tempo * tempo - 1) / 1.414f;
}

void emo_taste_song(float *x, const struct emo_standard *s, const struct emo_years *years,
		    const struct emo_songs *songs, size_t i)
{
	double z[EMO_FEATURES];

	emo_standard_song(z, s, songs, i);
	for (int f = 0; f < EMO_FEATURES; f++)
		x[f] = (float)z[f];
	beyond(x + EMO_FEATURES, year_of(years, songs, i), x[EMO_TEMPO]);
}

int emo_taste_move(struct emo_wish *wish, float *extra, const struct emo_taste *t,
		   const float *mood, const struct emo_songs *songs, const struct emo_standard *s,
		   const uint64_t *artists, struct emo_rng *explore)
{
	struct emo_years years = emo_years_fit(songs);
	float w[EMO_TASTE_DIM];

	if (t->size == 0)
		return 0;
	if (emo_taste_weights(w, t, mood, explore) < 0)
		return -1;
	for (int f = 0; f < EMO_FEATURES; f++)
		wish->feature[f] += (float)EMO_TASTE_GAIN * w[f];
	for (size_t i = 0; i < songs->n; i++) {
		float before = wish->extra ? wish->extra[i] : 0, x[EMO_TASTE_DIM - EMO_FEATURES];
		double tempo =
			(songs->feature[EMO_TEMPO][i] - s->mean[EMO_TEMPO]) / s->sd[EMO_TEMPO];
		float promise = emo_taste_artist(t, artists[i]);

		beyond(x, year_of(&years, songs, i),
		       s->used >> EMO_TEMPO & 1 && !isnan(tempo) ? (float)tempo : 0);
		for (int k = EMO_FEATURES; k < EMO_TASTE_DIM; k++)
			promise += w[k] * x[k - EMO_FEATURES];
		extra[i] = before + (float)EXTRA_GAIN * promise;
	}
	wish->extra_target = wish->extra ? wish->extra_target : (float)EXTRA_AIM;
	wish->extra = extra;
	return 0;
}
