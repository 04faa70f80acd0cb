/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "personal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "../cli.h"
#include "memory.h"
#include "music/index.h"

/* Ids of songs that are to rest. */
struct ids {
	char **id;
	size_t n, cap;
};

static void keep(void *arg, const char *id)
{
	struct ids *ids = arg;

	if (!id)
		return;
	if (emo_grow(&ids->id, &ids->cap, ids->n + 1, sizeof *ids->id) < 0 ||
	    !(ids->id[ids->n] = emo_strdup(id)))
		die("%s", emo_error());
	ids->n++;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A memory that cannot be read costs a warning and no more. */
static void go_without(void)
{
	warn("%s; going on without memory", emo_error());
}

static void withhold(struct personal *p, struct memory *m, unsigned char *leave_out)
{
	struct ids ids = {0};
	double now = (double)time(NULL);

	if ((p->rest > 0 && memory_since(m, MEMORY_SKIP, now - p->rest, keep, &ids) < 0) ||
	    (p->fresh > 0 && memory_since(m, MEMORY_PLAYED, now - p->fresh, keep, &ids) < 0))
		go_without();
	if (ids.n)
		qsort(ids.id, ids.n, sizeof *ids.id, by_text);
	for (size_t i = 0; ids.n && i < p->songs->n; i++) {
		char buf[EMO_SONG_ID_SIZE];
		const char *id = emo_song_id(p->songs, i, buf);

		if (bsearch(&id, ids.id, ids.n, sizeof *ids.id, by_text)) {
			p->resting += !leave_out[i];
			leave_out[i] = 1;
		}
	}
	for (size_t k = 0; k < ids.n; k++)
		free(ids.id[k]);
	free(ids.id);
}

static void learn(struct personal *p, struct memory *m)
{
	int failed;

	if (!(p->taste = emo_taste_new()))
		die("%s", emo_error());
	if ((failed = memory_learn(m, p->taste) < 0))
		go_without();
	if (failed || emo_taste_size(p->taste) == 0) {
		emo_taste_free(p->taste);
		p->taste = NULL;
		return;
	}
	p->artists = emo_calloc(p->songs->n, sizeof *p->artists);
	p->extra = emo_calloc(p->songs->n, sizeof *p->extra);
	if (!p->artists || !p->extra)
		die("%s", emo_error());
	for (size_t i = 0; i < p->songs->n; i++)
		p->artists[i] = emo_taste_artist_hash(emo_song_text(p->songs, i, EMO_SONG_ARTIST));
}

void personal_start(struct personal *p, const struct emo_songs *songs, const struct emo_standard *s,
		    unsigned char *leave_out)
{
	struct memory *m = NULL;

	if (!p->off && memory_read(&m, p->db) < 0)
		go_without();
	p->songs = songs;
	p->standard = s;
	if ((p->log || m) && emo_index_use(songs, EMO_SONG_YEAR) < 0)
		die("%s", emo_error());
	if (p->log || m)
		p->years = emo_years_fit(songs);
	if (!m)
		return;
	withhold(p, m, leave_out);
	learn(p, m);
	memory_close(m);
}

void personal_end(struct personal *p)
{
	emo_taste_free(p->taste);
	free(p->artists);
	free(p->extra);
}

void personal_move(struct personal *p, struct emo_wish *wish, const float *mood)
{
	struct emo_rng r = emo_rng_at(p->seed, 1, 0);

	if (!p->taste)
		return;
	memcpy(p->mood, mood, sizeof p->mood);
	if (emo_taste_move(wish, p->extra, p->taste, mood, p->songs, p->standard, p->artists,
			   p->explore ? &r : NULL) < 0)
		die("%s", emo_error());
}

void personal_why(const struct personal *p, char *buf, size_t size, size_t i)
{
	float x[EMO_TASTE_DIM], w[EMO_TASTE_DIM], sum;
	size_t n = strlen(buf);

	if (!p->taste || emo_taste_weights(w, p->taste, p->mood, NULL) < 0)
		return;
	emo_taste_song(x, p->standard, &p->years, p->songs, i);
	sum = emo_taste_artist(p->taste, p->artists[i]);
	for (int k = 0; k < EMO_TASTE_DIM; k++)
		sum += w[k] * x[k];
	emo_snprintf(buf + n, size - n, "; you %s %.2f ± %.2f", sum < 0 ? "−" : "+",
		     (double)(sum < 0 ? -sum : sum), emo_taste_doubt(p->taste, p->mood, x));
}

void personal_log(const struct personal *p, const float *mood, const struct emo_ranked *songs,
		  size_t n)
{
	struct memory *m;
	int64_t list;

	if (!p->log)
		return;
	m = memory_write(p->db);
	memory_begin(m);
	list = memory_add_list(m, mood);
	for (size_t k = 0; k < n; k++) {
		char id[EMO_SONG_ID_SIZE];
		struct memory_song song = {
			.id = emo_song_id(p->songs, songs[k].song, id),
			.name = emo_song_text(p->songs, songs[k].song, EMO_SONG_NAME),
			.artist = emo_song_text(p->songs, songs[k].song, EMO_SONG_ARTIST)};

		emo_taste_song(song.x, p->standard, &p->years, p->songs, songs[k].song);
		memory_add_entry(m, list, k + 1, &song);
	}
	memory_commit(m);
	memory_close(m);
}
