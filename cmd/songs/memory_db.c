/* SPDX-License-Identifier: MIT */
/* The database of a listener's memory: where it is, opening it, and whether it is one. */
#include "memory_db.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "memory.h"

#define BUSY_MS 10000

const char *const memory_kinds[] = {"like", "skip", "played", NULL};

const char *memory_path(const char *path)
{
	static char buf[PATH_MAX];
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	int n;

	if (path)
		return path;
	if (data && *data == '/')
		n = snprintf(buf, sizeof buf, "%s/emo/taste.db", data);
	else
		n = snprintf(buf, sizeof buf, "%s/.local/share/emo/taste.db", home ? home : "");
	return n < 0 || (size_t)n >= sizeof buf || (!home && !data) ? NULL : buf;
}

int memory_failed(const struct memory *m)
{
	if ((sqlite3_errcode(m->db) & 0xff) == SQLITE_READONLY)
		return emo_fail("%.4000s: the file or its folder cannot be written", m->path);
	return emo_fail("%.4000s: %s", m->path, sqlite3_errmsg(m->db));
}

/* The number that a statement such as PRAGMA user_version gives; -1 on failure. */
long memory_number(struct memory *m, const char *sql)
{
	sqlite3_stmt *s;
	long value = -1;

	if (sqlite3_prepare_v2(m->db, sql, -1, &s, NULL) != SQLITE_OK)
		return memory_failed(m);
	if (sqlite3_step(s) == SQLITE_ROW)
		value = (long)sqlite3_column_int64(s, 0);
	else
		memory_failed(m);
	sqlite3_finalize(s);
	return value;
}

struct memory *memory_open(const char *path, int flags)
{
	struct memory *m = emo_calloc(1, sizeof *m);

	if (!m)
		return NULL;
	snprintf(m->path, sizeof m->path, "%s", path);
	if (sqlite3_open_v2(path, &m->db, flags, NULL) != SQLITE_OK) {
		memory_failed(m);
		memory_close(m);
		return NULL;
	}
	sqlite3_extended_result_codes(m->db, 1);
	sqlite3_busy_timeout(m->db, BUSY_MS);
	return m;
}

/* Whether the database is one of these, of a version that is understood. */
int memory_check(struct memory *m)
{
	long version = memory_number(m, "PRAGMA user_version"),
	     app = memory_number(m, "PRAGMA application_id");

	if (version < 0 || app < 0)
		return -1;
	if (app != MEMORY_APP_ID)
		return emo_fail("%.4000s: is no memory of mood-taste", m->path);
	if (version > MEMORY_VERSION)
		return emo_fail("%.4000s: was written by a later version", m->path);
	return 0;
}

void memory_close(struct memory *m)
{
	sqlite3_stmt *s;

	if (!m)
		return;
	while (m->db && (s = sqlite3_next_stmt(m->db, NULL))) /* else it would stay open */
		sqlite3_finalize(s);
	sqlite3_close(m->db); /* rolls back what was begun */
	free(m);
}
