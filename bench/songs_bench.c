/* SPDX-License-Identifier: MIT */
/*
 * How time and memory grow with the catalogue: 10^4, 10^5 and 10^6 songs, the starter catalogue
 * replicated with other names and jittered values. For each size, in a process of its own: a bare
 * pass of libcsv over the file, loading it (on one CPU too), writing an index, and a list of 20
 * from the index, as moodrec makes it on one CPU. Run in the repository's root; 350 MB under
 * ${TMPDIR:-/tmp}, removed at the end.
 */
#define _GNU_SOURCE /* wait4, mkdtemp, sched_setaffinity */
#include <csv.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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
static size_t *text_bytes; /* shared: of the texts of the songs that were loaded last */

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
	return fflush(f) != 0 || fsync(fileno(f)) != 0 || fclose(f) != 0; /* no work is left over */
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

	if (emo_songs_load(&s, csv_path, NULL, NULL) < 0)
		return fail();
	*text_bytes = s.arena_used;
	return 0;
}

static void stay_on_one_cpu(void)
{
	cpu_set_t all, one;

	CPU_ZERO(&one);
	for (int i = 0; sched_getaffinity(0, sizeof all, &all) == 0 && i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &all)) {
			CPU_SET(i, &one);
			sched_setaffinity(0, sizeof one, &one);
			return;
		}
}

static int load_on_one_cpu(void)
{
	stay_on_one_cpu();
	return load();
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

	stay_on_one_cpu();
	if (emo_songs_load(&s, index_path, NULL, NULL) < 0 || emo_mood_table_load(&t, NULL) < 0)
		return fail();
	emo_standard_fit(&z, &s);
	memcpy(wish.feature, t.row[EMO_AIM_MATCH][EMO_HAPPY].feature, sizeof wish.feature);
	list = emo_list_new(&s, &z, &rules);
	return !list || emo_list_fill(list, &wish, NULL, 20) != 20;
}

/* Runs work() in a process of its own: its time, and how much memory it had at most. */
static int run(double *time, double *bytes, int (*work)(void))
{
	double start = seconds();
	struct rusage use;
	int status;
	pid_t pid;

	if ((pid = fork()) == 0)
		_exit(work());
	if (pid < 0 || wait4(pid, &status, 0, &use) < 0 || status)
		return 1;
	*time = seconds() - start;
	*bytes = 1024.0 * (double)use.ru_maxrss;
	return 0;
}

/* The quickest of so many runs; of memory also what is more than the texts of the songs. */
static int measure(const char *name, int (*work)(void), size_t n, int runs)
{
	double best = INFINITY, time, bytes = 0;

	*text_bytes = 0;
	for (int k = 0; k < runs; k++) {
		if (run(&time, &bytes, work))
			return 1;
		best = fmin(best, time);
	}
	printf("%8zu  %-16s %8.1f ms  %7.1f MB", n, name, 1e3 * best, bytes / 1e6);
	if (*text_bytes)
		printf("  %5.0f", (bytes - (double)*text_bytes) / (double)n);
	putchar('\n');
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
	text_bytes = mmap(NULL, sizeof *text_bytes, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (text_bytes == MAP_FAILED)
		return 1;
	printf("%8s  %-16s %11s  %10s  bytes a song beyond its texts\n", "songs", "work", "time",
	       "memory");
	for (size_t n = 10000; n <= 1000000 && !failed; n *= 10)
		failed = make_catalogue(n) || measure("bare libcsv pass", bare_pass, n, 3) ||
			 measure("load the CSV", load, n, 3) ||
			 measure("load, one CPU", load_on_one_cpu, n, 3) ||
			 measure("write the index", write_index, n, 3) ||
			 measure("list, cold start", list_from_index, n, 1) ||
			 measure("list, warm", list_from_index, n, 3);
	unlink(csv_path);
	unlink(index_path);
	rmdir(folder);
	return failed;
}
