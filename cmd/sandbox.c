/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* O_PATH, syscall */
#include "sandbox.h"

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
#include <seccomp.h>
#endif

#include "cli.h"

enum { PATHS_MAX = 64 }; /* inputs; of more, reading is not limited */

static struct {
	int off;
	int fd[PATHS_MAX]; /* O_PATH */
	int n, anywhere; /* anywhere: reading is not limited */
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
	r.allowed = S_ISDIR(st.st_mode) ? allowed : allowed & (READ_FILE | WRITE_FILE);
	syscall(ADD_RULE, set, 1, &r, 0u);
}

static void grant_path(int set, const char *path, uint64_t allowed)
{
	int fd = open(path, O_PATH | O_CLOEXEC);

	grant(set, fd, allowed);
	if (fd >= 0)
		close(fd);
}

/* The folder that a file is in, links of the file followed. */
static void grant_folder(int set, const char *file)
{
	char path[PATH_MAX], *slash;

	if (!realpath(file, path) && strlen(file) < sizeof path)
		strcpy(path, file);
	slash = strrchr(path, '/');
	if (slash)
		slash[slash == path] = '\0';
	grant_path(set, slash ? path : ".",
		   READ_FILE | READ_DIR | WRITE_FILE | REMOVE_FILE | MAKE_REG);
}

static void limit_files(const char *output)
{
	/* what the C library may want to know later */
	static const char *const system[] = {"/sys/devices/system/cpu", "/etc/localtime",
					     "/usr/share/zoneinfo", "/usr/share/locale",
					     "/usr/lib/locale", "/proc/self", "/dev/null", NULL};
	uint64_t handled = ALL;
	int set;

	if (box.anywhere)
		handled &= ~(uint64_t)(READ_FILE | READ_DIR);
	if ((set = (int)syscall(RULESET, &handled, sizeof handled, 0u)) < 0)
		return;
	if (!box.anywhere) {
		for (int i = 0; i < box.n; i++)
			grant(set, box.fd[i], READ_FILE | READ_DIR);
		for (int i = 0; system[i]; i++)
			grant_path(set, system[i], READ_FILE | READ_DIR);
	}
	if (output && strcmp(output, "-") != 0)
		grant_folder(set, output);
	if (syscall(RESTRICT, set, 0u) < 0)
		warn("cannot enter Landlock:");
	close(set);
}

/* ---- seccomp ---- */

static int kill_on(scmp_filter_ctx f, const int *calls)
{
	for (; *calls != -1; calls++)
		if (seccomp_rule_add(f, SCMP_ACT_KILL_PROCESS, *calls, 0) < 0)
			return -1;
	return 0;
}

/* Calls that make or change files; open with any flag that does. */
static int kill_on_writing(scmp_filter_ctx f)
{
	static const int calls[] = {
		SCMP_SYS(creat), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2),
		SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rmdir), SCMP_SYS(mkdir),
		SCMP_SYS(mkdirat), SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(symlink),
		SCMP_SYS(symlinkat), SCMP_SYS(truncate), SCMP_SYS(mknod), SCMP_SYS(mknodat),
		SCMP_SYS(chmod), SCMP_SYS(fchmodat), SCMP_SYS(chown), SCMP_SYS(fchownat), -1};
	static const unsigned flags[] = {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC};

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (seccomp_rule_add(f, SCMP_ACT_KILL_PROCESS, SCMP_SYS(open), 1,
				     SCMP_A1(SCMP_CMP_MASKED_EQ, flags[i], flags[i])) < 0 ||
		    seccomp_rule_add(f, SCMP_ACT_KILL_PROCESS, SCMP_SYS(openat), 1,
				     SCMP_A2(SCMP_CMP_MASKED_EQ, flags[i], flags[i])) < 0)
			return -1;
	return kill_on(f, calls);
}

static void limit_calls(int writes)
{
	static const int calls[] = {
		SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind),
		SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork),
		SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
		SCMP_SYS(mount), SCMP_SYS(chroot), SCMP_SYS(bpf), SCMP_SYS(keyctl), -1};
	/* other ways to open files, whose flags a filter cannot see: as if they did not exist */
	static const int unseen[] = {SCMP_SYS(openat2), SCMP_SYS(io_uring_setup)};
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	int bad = !f || kill_on(f, calls) < 0 || (!writes && kill_on_writing(f) < 0);

	for (int i = 0; !bad && i < 2; i++)
		bad = seccomp_rule_add(f, SCMP_ACT_ERRNO(38 /* ENOSYS */), unseen[i], 0) < 0;
	if (bad || seccomp_load(f) < 0)
		die("cannot enter the sandbox, perhaps for want of memory; --no-sandbox does without");
	seccomp_release(f);
}

void sandbox_enter(const char *output)
{
	if (!box.off) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		limit_files(output);
		limit_calls(output && strcmp(output, "-") != 0);
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
