/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* O_PATH, syscall */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef EMO_SECCOMP
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp_filters.h> /* made by the Makefile */
#endif

#include "cli.h"

enum {
	PATHS_MAX = 64, /* inputs; of more, reading is not limited */
	OUTPUTS_MAX = 4
};

static struct {
	int off;
	int fd[PATHS_MAX]; /* O_PATH */
	int n, anywhere; /* anywhere: reading is not limited */
	const char *output[OUTPUTS_MAX];
	int noutputs, refuses;
	uint64_t handled; /* kinds of access that need a grant */
} box;

void sandbox_off(void)
{
	box.off = 1;
}

void sandbox_reads(const char *path)
{
	struct stat st;

	if (!path || strcmp(path, "-") == 0 || box.off)
		return;
	if (box.n < PATHS_MAX && (box.fd[box.n] = open(path, O_PATH | O_CLOEXEC)) < 0)
		return; /* whoever opens it will say why */
	box.anywhere |= box.n == PATHS_MAX ||
			(fstat(box.fd[box.n], &st) == 0 && S_ISDIR(st.st_mode));
	box.n += box.n < PATHS_MAX;
}

void sandbox_writes(const char *path)
{
	if (path && strcmp(path, "-") != 0 && box.noutputs < OUTPUTS_MAX)
		box.output[box.noutputs++] = path;
}

void sandbox_refuses(void)
{
	box.refuses = 1;
}

#ifdef EMO_SECCOMP

/* ---- Landlock, by its numbers: C libraries and their headers may be older ---- */

enum { RULESET = 444, ADD_RULE = 445, RESTRICT = 446 }; /* the same on all machines */
enum {
	WRITE_FILE = 1 << 1,
	READ_FILE = 1 << 2,
	READ_DIR = 1 << 3,
	REMOVE_FILE = 1 << 5,
	MAKE_REG = 1 << 8,
	ALL = (1 << 13) - 1, /* what the first version knows */
};

struct rule {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

static int has_landlock(void)
{
	return syscall(RULESET, NULL, (size_t)0, 1u) >= 1;
}

static void grant(int set, int fd, uint64_t allowed)
{
	struct rule r = {.parent = fd};
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return;
	r.allowed = allowed & box.handled;
	if (!S_ISDIR(st.st_mode))
		r.allowed &= READ_FILE | WRITE_FILE;
	syscall(ADD_RULE, set, 1, &r, 0u);
}

static void grant_path(int set, const char *path, uint64_t allowed)
{
	int fd = open(path, O_PATH | O_CLOEXEC);

	grant(set, fd, allowed);
	if (fd >= 0)
		close(fd);
}

/* A folder, or the one that a file is in, links of the file followed. */
static void grant_folder(int set, const char *file)
{
	char path[PATH_MAX], *slash;
	struct stat st;

	if (stat(file, &st) == 0 && S_ISDIR(st.st_mode)) {
		grant_path(set, file, READ_FILE | READ_DIR | WRITE_FILE | REMOVE_FILE | MAKE_REG);
		return;
	}
	if (!realpath(file, path) && strlen(file) < sizeof path)
		strcpy(path, file);
	slash = strrchr(path, '/');
	if (slash)
		slash[slash == path] = '\0';
	grant_path(set, slash ? path : ".",
		   READ_FILE | READ_DIR | WRITE_FILE | REMOVE_FILE | MAKE_REG);
}

static void limit_files(void)
{
	/* what the C library may want to know later */
	static const char *const system[] = {"/sys/devices/system/cpu", "/etc/localtime",
					     "/usr/share/zoneinfo", "/usr/share/locale",
					     "/usr/lib/locale", "/proc/self", "/dev/null", NULL};
	int set;

	box.handled = ALL;
	if (box.anywhere)
		box.handled &= ~(uint64_t)(READ_FILE | READ_DIR);
	if ((set = (int)syscall(RULESET, &box.handled, sizeof box.handled, 0u)) < 0)
		return;
	if (!box.anywhere) {
		for (int i = 0; i < box.n; i++)
			grant(set, box.fd[i], READ_FILE | READ_DIR);
		for (int i = 0; system[i]; i++)
			grant_path(set, system[i], READ_FILE | READ_DIR);
	}
	for (int i = 0; i < box.noutputs; i++)
		grant_folder(set, box.output[i]);
	if (syscall(RESTRICT, set, 0u) < 0)
		warn("cannot enter Landlock:");
	close(set);
}

/* ---- seccomp: filters that were made when the tools were built; see scripts/seccomp-filters.c ---- */

#define PROGRAM(array) {sizeof (array) / sizeof *(array), (struct sock_filter *)(uintptr_t)(array)}

static void limit_calls(void)
{
	const struct sock_fprog reading = PROGRAM(filter_reading), writing = PROGRAM(filter_writing),
				refusing = PROGRAM(filter_refusing);
	const struct sock_fprog *f = box.noutputs ? &writing : box.refuses ? &refusing : &reading;

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, f) < 0 && errno != EINVAL)
		die("cannot enter the sandbox; --no-sandbox does without:");
}

void sandbox_enter(const char *output)
{
	sandbox_writes(output);
	if (!box.off) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		limit_files();
		limit_calls();
	}
	for (int i = 0; i < box.n; i++)
		close(box.fd[i]);
	box.n = 0;
}

const char *sandbox_kind(void)
{
	return has_landlock() ? "sandbox: seccomp and Landlock" : "sandbox: seccomp";
}

#else

void sandbox_enter(const char *output)
{
	(void)output;
}

const char *sandbox_kind(void)
{
	return "sandbox: none in this build";
}

#endif
