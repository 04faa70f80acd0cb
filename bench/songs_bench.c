/* SPDX-License-Identifier: MIT */
/*
 * How time and memory grow with the catalogue: 10^4, 10^5 and 10^6 songs, the starter catalogue
 * replicated with other names and jittered values. For each size, in a process of its own: a bare
 * pass of libcsv over the file, loading it, writing an index, and a list of 20 from the index, as
 * moodrec makes it. Run in the repository's root; 300 MB under ${TMPDIR:-/tmp}, removed at the end.
 */
#define _GNU_SOURCE /* wait4, mkdtemp */
#include <csv.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/rng.h"
#include "music/index.h"
#include "music/pick.h"
#include "music/target.h"

static char folder[200], csv_path[256], index_path[256];

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int fail(void)
{
	fprintf(stderr, "songs_bench: %s\n", emo_error());
	return 1;
}

static int make_catalogue(size_t n)
{
	struct emo_songs s = {0};
	FILE *f = fopen(csv_path, "w");

	if (!f || emo_songs_load(&s, "datasets/songs-starter.csv", NULL, NULL) < 0)
		return fail();
	fputs("id,name,artist,album,year,duration_ms,valence,energy,danceability,acousticness,"
	      "instrumentalness,liveness,speechiness,loudness,tempo,path\n",
	      f);
	for (size_t i = 0; i < n; i++) {
		struct emo_rng r = emo_rng_at(1, i, 0);
		size_t k = i % s.n;

		fprintf(f, "%016zx,\"%s, No. %zu\",%s %zu,Album %zu,%d,%d", i * 2654435761u,
			emo_song_text(&s, k, EMO_SONG_NAME), i,
			emo_song_text(&s, k, EMO_SONG_ARTIST), i / s.n, i / 10,
			1950 + (int)(i % 70), 120000 + (int)emo_rng_below(&r, 200000));
		for (int v = 0; v < EMO_FEATURES; v++) {
			float jitter = emo_rng_uniform(&r, -1, 1), x = s.feature[v][k];

			if (v == EMO_LOUDNESS || v == EMO_TEMPO)
				x += 5 * jitter;
			else
				x = fminf(fmaxf(x + 0.1f * jitter, 0), 1);
			fprintf(f, v == EMO_LOUDNESS || v == EMO_TEMPO ? ",%.3f" : ",%.6f",
				(double)x);
		}
		fprintf(f, ",music/%zu.ogg\n", i);
	}
	emo_songs_free(&s);
	return fclose(f) != 0;
}

static void on_field(void *s, size_t n, void *arg)
{
	(void)s;
	*(size_t *)arg += n;
}

static void on_row(int end, void *arg)
{
	(void)end;
	(void)arg;
}

static int bare_pass(void)
{
	static char buf[1 << 16];
	FILE *f = fopen(csv_path, "r");
	struct csv_parser p;
	size_t n, total = 0;

	if (!f || csv_init(&p, CSV_APPEND_NULL))
		return 1;
	while ((n = fread(buf, 1, sizeof buf, f)) > 0)
		csv_parse(&p, buf, n, on_field, on_row, &total);
	csv_fini(&p, on_field, on_row, &total);
	csv_free(&p);
	fclose(f);
	return total == 0;
}

static int load(void)
{
	struct emo_songs s = {0};

	return emo_songs_load(&s, csv_path, NULL, NULL) < 0 ? fail() : 0;
}

static int write_index(void)
{
	struct emo_songs s = {0};
	FILE *f = fopen(index_path, "w");
	char *source = csv_path;

	if (!f || emo_songs_load(&s, csv_path, NULL, NULL) < 0 ||
	    emo_index_write(f, &s, &source, 1) < 0 || fclose(f))
		return fail();
	return 0;
}

static int list_from_index(void)
{
	struct emo_songs s = {0};
	struct emo_standard z;
	struct emo_mood_table t;
	struct emo_wish wish = {0};
	struct emo_pick_rules rules = {.n = 20, .artist_cap = 2};
	struct emo_list *list;

	if (emo_songs_load(&s, index_path, NULL, NULL) < 0 || emo_mood_table_load(&t, NULL) < 0)
		return fail();
	emo_standard_fit(&z, &s);
	memcpy(wish.feature, t.row[EMO_AIM_MATCH][EMO_HAPPY].feature, sizeof wish.feature);
	list = emo_list_new(&s, &z, &rules);
	return !list || emo_list_fill(list, &wish, NULL, 20) != 20;
}

/* Runs work() in a process of its own: its time, and how much memory it had at most. */
static int measure(const char *name, int (*work)(void), size_t n)
{
	double start = seconds();
	pid_t pid = fork();
	struct rusage use;
	int status;

	if (pid == 0)
		_exit(work());
	if (pid < 0 || wait4(pid, &status, 0, &use) < 0 || status)
		return 1;
	printf("%8zu  %-16s %8.1f ms  %7.1f MB\n", n, name, 1e3 * (seconds() - start),
	       (double)use.ru_maxrss / 1024);
	fflush(stdout);
	return 0;
}

int main(void)
{
	const char *tmp = getenv("TMPDIR");
	int failed = 0;

	snprintf(folder, sizeof folder, "%.150s/emo-bench-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(folder))
		return 1;
	snprintf(csv_path, sizeof csv_path, "%s/songs.csv", folder);
	snprintf(index_path, sizeof index_path, "%s/songs.idx", folder);
	printf("%8s  %-16s %11s  %10s\n", "songs", "work", "time", "memory");
	for (size_t n = 10000; n <= 1000000 && !failed; n *= 10)
		failed = make_catalogue(n) || measure("bare libcsv pass", bare_pass, n) ||
			 measure("load the CSV", load, n) ||
			 measure("write the index", write_index, n) ||
			 measure("list, cold start", list_from_index, n) ||
			 measure("list, warm", list_from_index, n);
	unlink(csv_path);
	unlink(index_path);
	rmdir(folder);
	return failed;
}
