/* SPDX-License-Identifier: MIT */
/* Reading a listener's memory; writing it is in memory.c. */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "../cli.h"
#include "memory.h"
#include "memory_db.h"
#include "music/target.h"

int memory_read(struct memory **m, const char *path)
{
	struct stat st;

	*m = NULL;
	path = memory_path(path);
	if (!path || stat(path, &st) != 0 || (S_ISREG(st.st_mode) && st.st_size == 0))
		return 0; /* or one whose first writer was interrupted */
	/*
	 * For writing, though nothing is: a writer that was killed leaves a journal, and what it
	 * had begun is taken back here. In a read-only home SQLite opens the file for reading by
	 * itself.
	 */
	*m = memory_open(path, SQLITE_OPEN_READWRITE);
	if (*m && memory_check(*m) == 0)
		return 0;
	memory_close(*m);
	*m = NULL;
	return -1;
}

/* Runs a statement that reads to its end. */
static int each(struct memory *m, sqlite3_stmt *s, void (*use)(void *, sqlite3_stmt *), void *arg)
{
	int code;

	while ((code = sqlite3_step(s)) == SQLITE_ROW)
		use(arg, s);
	sqlite3_finalize(s);
	return code == SQLITE_DONE ? 0 : memory_failed(m);
}

static sqlite3_stmt *prepare_read(struct memory *m, const char *sql)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(m->db, sql, -1, &s, NULL) == SQLITE_OK)
		return s;
	memory_failed(m);
	return NULL;
}

struct id_user {
	void (*use)(void *arg, const char *id);
	void *arg;
};

static void use_id(void *arg, sqlite3_stmt *s)
{
	struct id_user *u = arg;

	u->use(u->arg, (const char *)sqlite3_column_text(s, 0));
}

int memory_since(struct memory *m, enum memory_kind kind, double since,
		 void (*use)(void *arg, const char *id), void *arg)
{
	struct id_user u = {use, arg};
	sqlite3_stmt *s =
		prepare_read(m, "SELECT DISTINCT song FROM event WHERE kind = ? AND time >= ?");

	if (!s)
		return -1;
	sqlite3_bind_int(s, 1, (int)kind);
	sqlite3_bind_double(s, 2, since);
	return each(m, s, use_id, &u);
}

struct learner {
	struct emo_taste *taste;
	int failed;
};

static void learn_one(void *arg, sqlite3_stmt *s)
{
	static const double rewards[MEMORY_KINDS] = {EMO_LIKED, EMO_SKIPPED, EMO_PLAYED};
	struct learner *l = arg;
	int kind = sqlite3_column_int(s, 0);
	const char *mood_words = (const char *)sqlite3_column_text(s, 1);
	const char *artist = (const char *)sqlite3_column_text(s, 2);
	float x[EMO_TASTE_DIM], mood[EMO_EMOTIONS] = {0};

	if (kind < 0 || kind >= MEMORY_KINDS || sqlite3_column_bytes(s, 3) != sizeof x || !mood_words)
		return; /* of another version: nothing to learn from */
	if (*mood_words && emo_mood_parse(mood, mood_words) < 0) /* a list --near a song has no mood */
		return;
	memcpy(x, sqlite3_column_blob(s, 3), sizeof x);
	for (int k = 0; k < EMO_TASTE_DIM; k++)
		if (!(x[k] > -100 && x[k] < 100))
			return;
	l->failed |= emo_taste_learn(l->taste, mood, x, emo_taste_artist_hash(artist ? artist : ""),
				     rewards[kind]) < 0;
}

int memory_learn(struct memory *m, struct emo_taste *taste)
{
	struct learner l = {.taste = taste};
	sqlite3_stmt *s = prepare_read(m, "SELECT kind, mood, artist, x FROM event ORDER BY id");

	return s && each(m, s, learn_one, &l) == 0 && !l.failed ? 0 : -1;
}

struct row_user {
	memory_row *use;
	void *arg;
};

static void use_row(void *arg, sqlite3_stmt *s)
{
	struct row_user *u = arg;
	int kind = sqlite3_column_int(s, 1);
	const char *cells[6];

	for (int k = 0; k < 6; k++)
		cells[k] = (const char *)sqlite3_column_text(s, k);
	cells[1] = kind >= 0 && kind < MEMORY_KINDS ? memory_kinds[kind] : "";
	u->use(u->arg, cells);
}

int memory_history(struct memory *m, long limit, memory_row *use, void *arg)
{
	struct row_user u = {use, arg};
	sqlite3_stmt *s = prepare_read(
		m, "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', time, 'unixepoch'), kind, song, name,"
		   " artist, mood FROM event ORDER BY id DESC LIMIT ?");

	if (!s)
		return -1;
	sqlite3_bind_int64(s, 1, limit);
	return each(m, s, use_row, &u);
}
