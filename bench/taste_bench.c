/* SPDX-License-Identifier: MIT */
/*
 * Whether learning pays: 100 simulated listeners, 2,000 rounds each. In a round a listener is in
 * one of the seven moods, gets the best song for it that is not resting, and takes or skips it.
 * Their tastes lie outside of what the model can express: some artists are loved and the others all
 * the same, years within an era and tempos within a window are, with sharp edges, besides the mood;
 * and they answer noisily. The same policy without learning, resting songs included, is what it is
 * compared with.
 *
 *	build/bench/taste_bench [FILE.svg [SEED]]     draws its curves into the file
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "music/same.h"
#include "music/songs.h"
#include "music/target.h"
#include "music/taste.h"

enum {
	LISTENERS = 100,
	ROUNDS = 2000,
	ADAY = 40,	  /* rounds */
	REST = 30 * ADAY, /* of a skipped song: --rest 30d */
	FRESH = 7 * ADAY, /* of a played one: --fresh 7d */
	SONGS = 4000,
	ARTISTS = 400,
	STEP = 100, /* rounds between the points of the curve */
	STEPS = ROUNDS / STEP
};

static uint64_t seed; /* of the catalogue and of the listeners */

/* The share that each listener took in each STEP rounds. */
typedef double curves[STEPS][LISTENERS];

/* A made-up catalogue: artists have a sound and an era, songs vary about it. */
static void make_up(struct emo_songs *s)
{
	static char arena[ARTISTS * 12 + 1];
	static uint32_t artist_text[SONGS], none[SONGS];
	static float value[EMO_FEATURES + 2][SONGS];
	struct emo_rng r = emo_rng_at(2024 + seed, 0, 0);
	float sound[EMO_FEATURES + 1];
	uint32_t used = 1, at = 0;

	*s = (struct emo_songs){.n = SONGS, .arena = arena};
	for (int k = 0; k < EMO_SONG_TEXTS; k++)
		s->text[k] = k == EMO_SONG_ARTIST ? artist_text : none;
	s->duration = value[EMO_FEATURES];
	s->year = value[EMO_FEATURES + 1];
	for (size_t i = 0; i < SONGS; i++) {
		float loud = emo_rng_normal(&r); /* energy, loudness and acousticness go together */

		if (i % (SONGS / ARTISTS) == 0) {
			at = used;
			used += (uint32_t)sprintf(arena + used, "Artist %zu", i) + 1;
			for (int f = 0; f <= EMO_FEATURES; f++)
				sound[f] = emo_rng_normal(&r);
		}
		artist_text[i] = at;
		for (int f = 0; f < EMO_FEATURES; f++) {
			float together = f == EMO_ENERGY || f == EMO_LOUDNESS ? loud
					 : f == EMO_ACOUSTICNESS	      ? -loud
									      : 0;
			s->feature[f] = value[f];
			value[f][i] = 0.6f * sound[f] + 0.6f * together + 0.6f * emo_rng_normal(&r);
		}
		s->duration[i] = 200;
		s->year[i] = floorf(1990 + 14 * sound[EMO_FEATURES] + emo_rng_uniform(&r, 0, 4));
	}
}

struct world {
	struct emo_songs songs;
	struct emo_standard standard;
	struct emo_years years;
	struct emo_mood_table moods;
	uint64_t *artist;
	float *extra;
	unsigned char *leave_out;
	int *rests_until;
};

/* The probability that listener `who` takes song i in a mood. */
static double pleases(const struct world *w, int who, int mood, size_t i)
{
	struct emo_rng r = emo_rng_at(7 + 100 * seed, (uint64_t)who, 1), a;
	float era = emo_rng_uniform(&r, -1.2f, 1.2f), tempo = emo_rng_uniform(&r, -1.2f, 1.2f);
	float x[EMO_TASTE_DIM], fit = 0, length = 0;
	double p = 0.03;

	emo_taste_song(x, &w->standard, &w->years, &w->songs, i);
	a = emo_rng_at(7 + 100 * seed, (uint64_t)who + 1000, w->artist[i]);
	if (emo_rng_uniform(&a, 0, 1) < 1 / 6.0f)
		p += 0.45; /* loves a sixth of the artists */
	if (fabsf(x[EMO_FEATURES] - era) < 0.5f)
		p += 0.2;
	if (fabsf(x[EMO_TEMPO] - tempo) < 0.5f)
		p += 0.15;
	for (int f = 0; f < EMO_FEATURES; f++) {
		fit += x[f] * w->moods.row[EMO_AIM_MATCH][mood].feature[f];
		length += x[f] * x[f];
	}
	if (mood == EMO_NEUTRAL ? length < 9 : fit > 0)
		p += 0.1; /* the mood counts too */
	return p;
}

/* One listener; returns the share taken. */
static double listen(struct world *w, int who, int learns, curves curve)
{
	struct emo_taste *taste = emo_taste_new();
	struct emo_rng r = emo_rng_at(11 + 100 * seed, (uint64_t)who, 0);
	size_t taken = 0;

	if (!taste)
		exit(1);
	memset(w->rests_until, 0, w->songs.n * sizeof *w->rests_until);
	for (int round = 0; round < ROUNDS; round++) {
		int mood = (int)emo_rng_below(&r, EMO_EMOTIONS), takes;
		float p[EMO_EMOTIONS] = {0}, x[EMO_TASTE_DIM];
		struct emo_wish wish = {0};
		struct emo_ranked best;

		p[mood] = 1;
		memcpy(wish.feature, w->moods.row[EMO_AIM_MATCH][mood].feature,
		       sizeof wish.feature);
		if (learns && emo_taste_move(&wish, w->extra, taste, p, &w->songs, &w->standard,
					     w->artist, NULL) < 0)
			exit(1);
		for (size_t i = 0; i < w->songs.n; i++)
			w->leave_out[i] = w->rests_until[i] > round;
		if (!emo_rank(&best, 1, &w->songs, &w->standard, &wish, w->leave_out))
			break;
		takes = (double)emo_rng_uniform(&r, 0, 1) < pleases(w, who, mood, best.song);
		taken += (size_t)takes;
		curve[round / STEP][who] += (double)takes / STEP;
		w->rests_until[best.song] = round + (takes ? FRESH : REST);
		emo_taste_song(x, &w->standard, &w->years, &w->songs, best.song);
		if (emo_taste_learn(taste, p, x, w->artist[best.song],
				    takes ? EMO_PLAYED : EMO_SKIPPED) < 0)
			exit(1);
	}
	emo_taste_free(taste);
	return (double)taken / ROUNDS;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Of sorted values, one for each listener. */
static double quantile(const double *sorted, double part)
{
	return sorted[(int)(part * LISTENERS)];
}

/* A row for every STEP rounds: the medians, and between which shares 90 of 100 listeners lie. */
static void print_curves(curves with, curves without)
{
	printf("\nshare taken in %d rounds: median  5 %% .. 95 %%\n", STEP);
	printf("round  with learning         without\n");
	for (int k = 0; k < STEPS; k++)
		printf("%5d  %.3f  %.3f .. %.3f  %.3f  %.3f .. %.3f\n", (k + 1) * STEP,
		       quantile(with[k], 0.5), quantile(with[k], 0.05), quantile(with[k], 0.95),
		       quantile(without[k], 0.5), quantile(without[k], 0.05),
		       quantile(without[k], 0.95));
}

enum { WIDE = 720, HIGH = 400, LEFT = 60, BASE = 350, RIGHT = 700, TOP = 40 };

static double x_of(int k)
{
	return LEFT + (RIGHT - LEFT) * (k + 0.5) / STEPS;
}

static double y_of(double share)
{
	return BASE - (BASE - TOP) * share;
}

/* The share of which so many listeners are below. */
static void draw_line(FILE *f, curves c, double part, const char *color, double width)
{
	fprintf(f, "<path fill='none' stroke='%s' stroke-width='%.1f' d='", color, width);
	for (int k = 0; k < STEPS; k++)
		fprintf(f, "%c%.1f,%.1f", k ? 'L' : 'M', x_of(k), y_of(quantile(c[k], part)));
	fprintf(f, "'/>\n");
}

static void draw_band(FILE *f, curves c, const char *color)
{
	fprintf(f, "<polygon stroke='none' fill='%s' points='", color);
	for (int k = 0; k < STEPS; k++)
		fprintf(f, "%.1f,%.1f ", x_of(k), y_of(quantile(c[k], 0.05)));
	for (int k = STEPS; k-- > 0;)
		fprintf(f, "%.1f,%.1f ", x_of(k), y_of(quantile(c[k], 0.95)));
	fprintf(f, "'/>\n");
}

static void draw_curve(FILE *f, curves c, const char *color, const char *name)
{
	draw_line(f, c, 0.05, color, 0.5);
	draw_line(f, c, 0.95, color, 0.5);
	draw_line(f, c, 0.5, color, 2.5);
	fprintf(f, "<text x='%.0f' y='%.1f' fill='%s' text-anchor='end'>%s</text>\n",
		x_of(STEPS - 1), y_of(quantile(c[STEPS - 1], 0.5)) - 10, color, name);
}

static int draw(const char *path, curves with, curves without)
{
	FILE *f = fopen(path, "w");

	if (!f)
		return -1;
	fprintf(f,
		"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' "
		"font-family='sans-serif' font-size='14'>\n"
		"<rect width='100%%' height='100%%' fill='white'/>\n"
		"<text x='%d' y='24'>Share of songs taken: median of %d simulated listeners, and "
		"where 90 %% of them lie</text>\n",
		WIDE, HIGH, LEFT, LISTENERS);
	for (int k = 0; k <= 5; k++)
		fprintf(f,
			"<path d='M%d %.1fH%d' stroke='#ccc'/><text x='%d' y='%.1f' "
			"text-anchor='end'>%d %%</text>\n",
			LEFT, y_of(k / 5.0), RIGHT, LEFT - 8, y_of(k / 5.0) + 5, 20 * k);
	for (int k = 0; k <= ROUNDS; k += 500)
		fprintf(f, "<text x='%d' y='%d' text-anchor='middle'>%d</text>\n",
			LEFT + (RIGHT - LEFT) * k / ROUNDS, BASE + 20, k);
	fprintf(f, "<text x='%d' y='%d' text-anchor='middle'>rounds</text>\n", (LEFT + RIGHT) / 2,
		BASE + 40);
	draw_band(f, without, "#f6e3cf");
	draw_band(f, with, "#d3e4f3");
	draw_curve(f, without, "#b35900", "without learning");
	draw_curve(f, with, "#00539c", "with learning");
	fprintf(f, "</svg>\n");
	return fclose(f);
}

int main(int argc, char **argv)
{
	struct world w = {0};
	static curves with, without;
	double share[2][LISTENERS], ratio[LISTENERS];

	seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	make_up(&w.songs);
	if (emo_mood_table_load(&w.moods, NULL) < 0)
		return 1;
	emo_standard_fit(&w.standard, &w.songs);
	w.years = emo_years_fit(&w.songs);
	w.artist = emo_calloc(w.songs.n, sizeof *w.artist);
	w.extra = emo_calloc(w.songs.n, sizeof *w.extra);
	w.leave_out = emo_calloc(w.songs.n, 1);
	w.rests_until = emo_calloc(w.songs.n, sizeof *w.rests_until);
	if (!w.artist || !w.extra || !w.leave_out || !w.rests_until)
		return 1;
	for (size_t i = 0; i < w.songs.n; i++)
		w.artist[i] = emo_taste_artist_hash(emo_song_text(&w.songs, i, EMO_SONG_ARTIST));
	for (int who = 0; who < LISTENERS; who++) {
		share[0][who] = listen(&w, who, 0, without);
		share[1][who] = listen(&w, who, 1, with);
		ratio[who] = share[1][who] / share[0][who];
	}
	qsort(share[0], LISTENERS, sizeof **share, ascending);
	qsort(share[1], LISTENERS, sizeof **share, ascending);
	qsort(ratio, LISTENERS, sizeof *ratio, ascending);
	printf("%zu songs, %d listeners, %d rounds each\n", w.songs.n, LISTENERS, ROUNDS);
	printf("share taken        median  5 %% .. 95 %%\n");
	for (int k = 0; k < 2; k++)
		printf("%-18s  %.3f  %.3f .. %.3f\n", k ? "with learning" : "without learning",
		       share[k][LISTENERS / 2], share[k][LISTENERS / 20],
		       share[k][LISTENERS * 19 / 20]);
	printf("%-18s  %.2f   %.2f .. %.2f\n", "ratio", ratio[LISTENERS / 2], ratio[LISTENERS / 20],
	       ratio[LISTENERS * 19 / 20]);
	printf("ratio of medians    %.2f\n", share[1][LISTENERS / 2] / share[0][LISTENERS / 2]);
	for (int k = 0; k < STEPS; k++) {
		qsort(with[k], LISTENERS, sizeof **with, ascending);
		qsort(without[k], LISTENERS, sizeof **without, ascending);
	}
	print_curves(with, without);
	if (argc > 1 && draw(argv[1], with, without) < 0) {
		perror(argv[1]);
		return 1;
	}
	return 0;
}
