/* SPDX-License-Identifier: MIT */
/*
 * A listener's memory: which songs were listed, liked, played and skipped, in an SQLite database.
 * Reading never changes it; what reads returns -1 with emo_error() set when the memory is damaged.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdint.h>

#include "music/taste.h"

struct memory;

enum memory_kind { MEMORY_LIKE, MEMORY_SKIP, MEMORY_PLAYED, MEMORY_KINDS };

extern const char *const memory_kinds[]; /* "like", "skip", "played", NULL */

/* The database in use: `path`, or when that is NULL emo/taste.db in the XDG data directory. */
const char *memory_path(const char *path);

/* Opens the database for reading -> *m, NULL when there is none. -1 when it cannot be read. */
int memory_read(struct memory **m, const char *path);

/* Opens it for writing too, made with its folder when it is not there; failure ends the program. */
struct memory *memory_write(const char *path);
void memory_close(struct memory *m);

/* A song as it is remembered: enough to learn from without its catalogue. */
struct memory_song {
	const char *id, *name, *artist;
	float x[EMO_TASTE_DIM];
};

/*
 * Writing; a failure ends the program with its reason and leaves the memory as it was. A list is
 * written whole, between begin and commit.
 */
void memory_begin(struct memory *m);
void memory_commit(struct memory *m);
int64_t memory_add_list(struct memory *m, const float *mood);
void memory_add_entry(struct memory *m, int64_t list, size_t rank, const struct memory_song *song);

/*
 * What became of a song. mood NULL: that of the last list which has the song. Returns 0 when the
 * song was never listed and so nothing is known about it.
 */
int memory_add_event(struct memory *m, enum memory_kind kind, const char *id, const float *mood);

/*
 * The id of song `rank`, from 1, of the last list -> *id, which free() frees; NULL when the list has
 * no such song. 0 when there is no list yet, else 1.
 */
int memory_last_song(struct memory *m, long rank, char **id);

/* Learns all events, in their order. */
int memory_learn(struct memory *m, struct emo_taste *taste);

/* Calls use() with the id of each song with that kind of event since `since` (seconds, Unix). */
int memory_since(struct memory *m, enum memory_kind kind, double since,
		 void (*use)(void *arg, const char *id), void *arg);

/* Rows of the history, the latest first: use(arg, time, kind, id, name, artist, mood). */
typedef void memory_row(void *arg, const char *const cells[6]);
int memory_history(struct memory *m, long limit, memory_row *use, void *arg);

/*
 * Forgets all, or one song; what is erased is overwritten. Returns the events that went; -1 for a
 * song that was never listed.
 */
long memory_forget(struct memory *m, const char *id);

#endif
