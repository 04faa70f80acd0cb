/* SPDX-License-Identifier: MIT */
/*
 * Whether learning pays: 100 simulated listeners, 2,000 rounds each. In a round a listener is in
 * one of the seven moods, gets the best song for it that is not resting, and takes or skips it.
 *Their tastes lie outside of what the model can express: some artists are loved, an era is, and a
 *window of tempo, besides the mood; and they answer noisily. The same policy without learning,
 *resting songs included, is what it is compared with.
 *
 *	build/bench/taste_bench [SONGS.csv]     without a file, a catalogue is made up
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
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
	STEP = 100 /* rounds between the points of the curve */
};

/* A made-up catalogue: artists have a sound and an era, songs vary about it. */
static void make_up(struct emo_songs *s)
{
	static char arena[ARTISTS * 12 + 1];
	static uint32_t artist_text[SONGS], none[SONGS];
	static float value[EMO_FEATURES + 2][SONGS];
	struct emo_rng r = emo_rng_at(2024, 0, 0);
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
	struct emo_rng r = emo_rng_at(7, (uint64_t)who, 1), a;
	float era = emo_rng_uniform(&r, -1.2f, 1.2f), tempo = emo_rng_uniform(&r, -1.2f, 1.2f);
	float x[EMO_TASTE_DIM], fit = 0, length = 0;
	double p = 0.03;

	emo_taste_song(x, &w->standard, &w->years, &w->songs, i);
	a = emo_rng_at(7, (uint64_t)who + 1000, w->artist[i]);
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

/* One listener; returns the share taken, and into curve[] the share in each STEP rounds. */
static double listen(struct world *w, int who, int learns, double *curve)
{
	struct emo_taste *taste = emo_taste_new();
	struct emo_rng r = emo_rng_at(11, (uint64_t)who, 0);
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
		curve[round / STEP] += (double)takes / STEP / LISTENERS;
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

static void plot(const double *with, const double *without)
{
	printf("\nshare taken, by round; # with learning, o without (mean of the listeners)\n");
	for (int k = 0; k < ROUNDS / STEP; k++) {
		char line[61];

		memset(line, ' ', sizeof line - 1);
		line[sizeof line - 1] = '\0';
		line[(int)(without[k] * 59)] = 'o';
		line[(int)(with[k] * 59)] = '#';
		printf("%5d |%s %.3f %.3f\n", (k + 1) * STEP, line, with[k], without[k]);
	}
}

int main(int argc, char **argv)
{
	struct world w = {0};
	static double with[ROUNDS / STEP], without[ROUNDS / STEP];
	double share[2][LISTENERS], ratio[LISTENERS];

	if (argc > 1) {
		if (emo_songs_load(&w.songs, argv[1], NULL, NULL) < 0) {
			fprintf(stderr, "taste_bench: %s\n", emo_error());
			return 1;
		}
	} else {
		make_up(&w.songs);
	}
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
	plot(with, without);
	return 0;
}
