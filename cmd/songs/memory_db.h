/* SPDX-License-Identifier: MIT */
/* What the two halves of the memory share: the database itself. */
#ifndef MEMORY_DB_H
#define MEMORY_DB_H

#include <limits.h>
#include <sqlite3.h>

#define MEMORY_VERSION 1	  /* of the tables */
#define MEMORY_APP_ID  0x656d6f74 /* "emot", in the head of the file */

struct memory {
	sqlite3 *db;
	char path[PATH_MAX];
};

/* flags are sqlite3_open_v2's. NULL on failure. */
struct memory *memory_open(const char *path, int flags);

/* Sets the message to what SQLite says; -1. */
int memory_failed(const struct memory *m);

/* The number that a statement such as PRAGMA user_version gives; -1 on failure. */
long memory_number(struct memory *m, const char *sql);

/* 0 when the database is one of these, of a version that is understood; else -1. */
int memory_check(struct memory *m);

#endif
