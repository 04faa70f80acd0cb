/* SPDX-License-Identifier: MIT */
/* Writing a listener's memory; reading it is in memory_read.c. */
#define _DEFAULT_SOURCE
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "../cli.h"
#include "memory_db.h"

enum { MOOD_LEN = 256 };

static const char schema[] =
	"CREATE TABLE IF NOT EXISTS list(id INTEGER PRIMARY KEY, time REAL NOT NULL,"
	" mood TEXT NOT NULL);"
	"CREATE TABLE IF NOT EXISTS entry(list INTEGER NOT NULL, rank INTEGER NOT NULL,"
	" song TEXT NOT NULL, name TEXT, artist TEXT, x BLOB NOT NULL, PRIMARY KEY(list, rank));"
	"CREATE INDEX IF NOT EXISTS entry_song ON entry(song, list);"
	"CREATE TABLE IF NOT EXISTS event(id INTEGER PRIMARY KEY, time REAL NOT NULL,"
	" kind INTEGER NOT NULL, song TEXT NOT NULL, name TEXT, artist TEXT, mood TEXT NOT NULL,"
	" x BLOB NOT NULL);"
	"CREATE INDEX IF NOT EXISTS event_song ON event(song, time);";

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Nothing is kept back: the program ends, and the transaction with it. */
static void sql_die(struct memory *m)
{
	memory_failed(m);
	memory_close(m);
	die("%s", emo_error());
}

static int run(struct memory *m, const char *sql)
{
	return sqlite3_exec(m->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : memory_failed(m);
}

/* Makes the folders that the path leads through, for this user alone. */
static int make_folders(const char *path)
{
	char part[PATH_MAX];

	snprintf(part, sizeof part, "%s", path);
	for (char *s = part + 1; (s = strchr(s, '/')); *s++ = '/') {
		*s = '\0';
		if (mkdir(part, 0700) < 0 && errno != EEXIST && access(part, F_OK) != 0)
			return emo_fail("%.4000s: cannot make this folder for the memory: %s", part,
					strerror(errno));
	}
	return 0;
}

/* A new one is for this user alone: the mode that the journal takes over. */
static void make_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 && errno != EEXIST)
		die("%s:", path);
	if (fd >= 0) {
		fchmod(fd, 0600);
		close(fd);
	}
}

/* Tables and marks of a memory that is new. */
static int make_tables(struct memory *m)
{
	char marks[100];

	snprintf(marks, sizeof marks, "PRAGMA application_id=%d; PRAGMA user_version=%d;",
		 MEMORY_APP_ID, MEMORY_VERSION);
	return run(m, schema) < 0 ? -1 : run(m, marks);
}

struct memory *memory_write(const char *path)
{
	static const char tables[] = "SELECT count(*) FROM sqlite_master";
	struct memory *m;
	long n;

	path = memory_path(path);
	if (!path)
		die("no place for the memory: neither XDG_DATA_HOME nor HOME is set; use --db");
	if (make_folders(path) < 0)
		die("%s", emo_error());
	make_file(path);
	if (!(m = memory_open(path, SQLITE_OPEN_READWRITE)))
		die("%s", emo_error());
	/* nothing is changed in a file before it is known to be a memory, or empty */
	if ((n = memory_number(m, tables)) < 0 || (n > 0 && memory_check(m) < 0)) {
		memory_close(m);
		die("%s", emo_error());
	}
	if (run(m, "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON") < 0 ||
	    run(m, "BEGIN IMMEDIATE") < 0)
		sql_die(m);
	if ((n = memory_number(m, tables)) < 0 || (n == 0 && make_tables(m) < 0))
		sql_die(m);
	if (run(m, "COMMIT") < 0)
		sql_die(m);
	return m;
}

void memory_begin(struct memory *m)
{
	if (run(m, "BEGIN IMMEDIATE") < 0)
		sql_die(m);
}

void memory_commit(struct memory *m)
{
	if (run(m, "COMMIT") < 0)
		sql_die(m);
}

static sqlite3_stmt *prepare(struct memory *m, const char *sql)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(m->db, sql, -1, &s, NULL) != SQLITE_OK)
		sql_die(m);
	return s;
}

static void text(sqlite3_stmt *s, int at, const char *value)
{
	sqlite3_bind_text(s, at, value ? value : "", -1, SQLITE_TRANSIENT);
}

static void finish(struct memory *m, sqlite3_stmt *s)
{
	if (sqlite3_step(s) != SQLITE_DONE)
		sql_die(m);
	sqlite3_finalize(s);
}

/* The mood as text: "happy=0.700,sad=0.300". */
static void mood_text(char buf[MOOD_LEN], const float *mood)
{
	size_t n = 0;

	buf[0] = '\0';
	for (int e = 0; e < EMO_EMOTIONS; e++)
		if (mood[e] >= 0.0005f)
			n += (size_t)emo_snprintf(buf + n, MOOD_LEN - n, "%s%s=%.3f", n ? "," : "",
						  emo_emotion_name(e), (double)mood[e]);
}

int64_t memory_add_list(struct memory *m, const float *mood)
{
	sqlite3_stmt *s = prepare(m, "INSERT INTO list(time, mood) VALUES(?, ?)");
	char buf[MOOD_LEN];

	mood_text(buf, mood);
	sqlite3_bind_double(s, 1, now());
	text(s, 2, buf);
	finish(m, s);
	return sqlite3_last_insert_rowid(m->db);
}

void memory_add_entry(struct memory *m, int64_t list, size_t rank, const struct memory_song *song)
{
	sqlite3_stmt *s = prepare(m, "INSERT INTO entry VALUES(?, ?, ?, ?, ?, ?)");

	sqlite3_bind_int64(s, 1, list);
	sqlite3_bind_int64(s, 2, (int64_t)rank);
	text(s, 3, song->id);
	text(s, 4, song->name);
	text(s, 5, song->artist);
	sqlite3_bind_blob(s, 6, song->x, sizeof song->x, SQLITE_TRANSIENT);
	finish(m, s);
}

int memory_add_event(struct memory *m, enum memory_kind kind, const char *id, const float *mood)
{
	sqlite3_stmt *s = prepare(
		m,
		"INSERT INTO event(time, kind, song, name, artist, mood, x)"
		" SELECT ?1, ?2, e.song, e.name, e.artist, CASE ?4 WHEN '' THEN l.mood ELSE ?4 END,"
		" e.x FROM entry e JOIN list l ON l.id = e.list WHERE e.song = ?3"
		" ORDER BY e.list DESC LIMIT 1");
	char buf[MOOD_LEN] = "";

	if (mood)
		mood_text(buf, mood);
	sqlite3_bind_double(s, 1, now());
	sqlite3_bind_int(s, 2, (int)kind);
	text(s, 3, id);
	text(s, 4, buf);
	finish(m, s);
	return sqlite3_changes(m->db);
}

int memory_last_song(struct memory *m, long rank, char **id)
{
	sqlite3_stmt *s = prepare(m, "SELECT l.id, e.song FROM (SELECT max(id) AS id FROM list) AS l"
				     " LEFT JOIN entry AS e ON e.list = l.id AND e.rank = ?");
	const char *song;
	int any;

	sqlite3_bind_int64(s, 1, rank);
	if (sqlite3_step(s) != SQLITE_ROW)
		sql_die(m);
	any = sqlite3_column_type(s, 0) != SQLITE_NULL;
	song = (const char *)sqlite3_column_text(s, 1);
	*id = song ? emo_strdup(song) : NULL;
	if (song && !*id)
		die("%s", emo_error());
	sqlite3_finalize(s);
	return any;
}

/* Of one table; returns the rows. */
static long delete_song(struct memory *m, const char *sql, const char *id)
{
	sqlite3_stmt *s = prepare(m, sql);

	text(s, 1, id);
	finish(m, s);
	return sqlite3_changes(m->db);
}

long memory_forget(struct memory *m, const char *id)
{
	long n;

	memory_begin(m);
	if (id) {
		n = delete_song(m, "DELETE FROM event WHERE song = ?", id);
		if (delete_song(m, "DELETE FROM entry WHERE song = ?", id) == 0 && n == 0)
			n = -1;
	} else {
		n = memory_number(m, "SELECT count(*) FROM event");
		if (n < 0 || run(m, "DELETE FROM event; DELETE FROM entry; DELETE FROM list") < 0)
			sql_die(m);
	}
	memory_commit(m);
	if (run(m, "VACUUM") < 0) /* no free pages are left to read from */
		sql_die(m);
	return n;
}
