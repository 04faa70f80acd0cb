/* SPDX-License-Identifier: MIT */
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/err.h"
#include "base/limit.h"
#include "base/mem.h"

/*
 * Text shrinks 3 to 20 times, and at most 1032 times: what grows so much is not text that somebody
 * wrote, and a small file could keep a reader busy for hours.
 */
#define GROWTH_FROM ((uint64_t)64 << 20) /* bytes that are read whatever they were made of */

struct emo_in {
	gzFile gz;
	uint64_t total; /* bytes read so far */
	char name[]; /* for messages */
};

static int is_dash(const char *path)
{
	return strcmp(path, "-") == 0;
}

static const char *shown(const char *path)
{
	return is_dash(path) ? "(stdin)" : path;
}

static int open_input(const char *path)
{
	struct stat st;
	int fd;

	if (!*path)
		return emo_fail("the name of an input file is empty");
	fd = is_dash(path) ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return emo_fail("%s:", shown(path));
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		return emo_fail("%s: is a directory", shown(path));
	}
	return fd;
}

struct emo_in *emo_in_open(const char *path)
{
	size_t n = strlen(shown(path)) + 1;
	struct emo_in *in;
	int fd = open_input(path);

	if (fd < 0)
		return NULL;
	if (!(in = emo_calloc(1, sizeof *in + n)) || !(in->gz = gzdopen(fd, "rb"))) {
		emo_fail("%s: out of memory", shown(path));
		close(fd);
		free(in);
		return NULL;
	}
	gzbuffer(in->gz, 1 << 17);
	memcpy(in->name, shown(path), n);
	return in;
}

void emo_in_close(struct emo_in *in)
{
	if (!in)
		return;
	gzclose(in->gz);
	free(in);
}

/* Whether this is a file, not a pipe, whose gzip data unpack to suspiciously much. */
static int is_bomb(const struct emo_in *in)
{
	z_off_t packed = in->total > GROWTH_FROM ? gzoffset(in->gz) : -1;

	return packed > 0 && in->total / emo_limit(EMO_LIMIT_GROWTH) > (uint64_t)packed;
}

long emo_in_read(struct emo_in *in, void *buf, size_t n)
{
	unsigned want = n > INT_MAX ? INT_MAX : (unsigned)n;
	int got = gzread(in->gz, buf, want), code;
	const char *why;

	if (got > 0 && (in->total += (unsigned)got, is_bomb(in)))
		return emo_fail("%s: gzip data that grow more than %zu-fold; if you trust the file, "
				"unpack it first, or raise the limit 'growth'", in->name,
				emo_limit(EMO_LIMIT_GROWTH));
	/* A cut-off file gives all it has first and Z_BUF_ERROR with the last, short read. */
	if (got >= 0 && (unsigned)got == want)
		return got;
	why = gzerror(in->gz, &code);
	if (code == Z_OK || code == Z_STREAM_END)
		return got;
	if (code == Z_ERRNO)
		return emo_fail("%s:", in->name);
	if (code == Z_BUF_ERROR) /* give what there is; the next call finds nothing and fails */
		return got > 0 ? got : emo_fail("%s: gzip data ends too early", in->name);
	return emo_fail("%s: damaged gzip data: %s", in->name, why);
}

static int read_all(char **buf, size_t *len, int fd, const char *path, size_t limit)
{
	size_t cap = 0;
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		if ((unsigned long long)st.st_size > limit)
			return emo_fail("%s: larger than %zu bytes", shown(path), limit);
		if (emo_grow(buf, &cap, (size_t)st.st_size + 2, 1) < 0)
			return -1;
	}
	for (;;) {
		ssize_t got;

		if (*len > limit)
			return emo_fail("%s: larger than %zu bytes", shown(path), limit);
		if (emo_grow(buf, &cap, *len + 2, 1) < 0)
			return -1;
		got = read(fd, *buf + *len, cap - *len - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return emo_fail("%s:", shown(path));
		if (got == 0)
			break;
		*len += (size_t)got;
	}
	(*buf)[*len] = '\0';
	return 0;
}

int emo_read_file(char **buf, size_t *len, const char *path, size_t limit)
{
	int status, fd = open_input(path);

	*buf = NULL;
	*len = 0;
	if (fd < 0)
		return -1;
	status = read_all(buf, len, fd, path, limit);
	close(fd);
	if (status < 0) {
		free(*buf);
		*buf = NULL;
	}
	return status;
}

struct emo_out {
	FILE *file;
	char *name; /* for messages */
	char *path; /* where it will be, links resolved; NULL when written directly */
	char *temp; /* where it is until then */
};

static void out_free(struct emo_out *out)
{
	free(out->name);
	free(out->path);
	free(out->temp);
	free(out);
}

/* Opens path itself: standard output, a device or a pipe. */
static int open_direct(struct emo_out *out, const char *path)
{
	int fd = is_dash(path) ? dup(STDOUT_FILENO) : open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || !(out->file = fdopen(fd, "wb"))) {
		emo_fail("%s:", out->name);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return 0;
}

/*
 * Creates out->path with a suffix that no file has yet (alone: with .tmp, in the place of what may be
 * there), and puts that name into out->temp.
 */
static int create_beside(struct emo_out *out, int alone)
{
	size_t n = strlen(out->path) + 64;
	char *temp = emo_calloc(n, 1);
	int fd = -1;

	if (!temp)
		return -1;
	snprintf(temp, n, "%s.tmp", out->path);
	if (alone)
		unlink(temp);
	for (int k = 0; fd < 0 && k < (alone ? 1 : 1000); k++) {
		if (!alone)
			snprintf(temp, n, "%s.%ld-%d.tmp", out->path, (long)getpid(), k);
		fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd < 0) {
		emo_fail("%s: cannot write beside it:", out->name);
		free(temp);
		return -1;
	}
	out->temp = temp;
	return fd;
}

/* old: the file that is there already, or NULL. The new one keeps its permissions. */
static int open_beside(struct emo_out *out, const char *path, const struct stat *old, int alone)
{
	int fd;

	if (old && access(path, W_OK) < 0)
		return emo_fail("%s:", path);
	out->path = realpath(path, NULL); /* a link stays, its target is replaced */
	if (!out->path && !(out->path = emo_strdup(path)))
		return -1;
	if ((fd = create_beside(out, alone)) < 0)
		return -1;
	if ((old && fchmod(fd, old->st_mode & 0777) < 0) || !(out->file = fdopen(fd, "wb"))) {
		emo_fail("%s:", path);
		close(fd);
		return -1;
	}
	return 0;
}

static struct emo_out *open_out(const char *path, int alone)
{
	struct emo_out *out = emo_calloc(1, sizeof *out);
	struct stat st;
	int there, status;

	if (!out || !(out->name = emo_strdup(is_dash(path) ? "(stdout)" : path)))
		goto fail;
	if (!*path) {
		emo_fail("the name of the output file is empty");
		goto fail;
	}
	there = !is_dash(path) && stat(path, &st) == 0;
	if (there && S_ISDIR(st.st_mode)) {
		emo_fail("%s: is a directory", path);
		goto fail;
	}
	if (is_dash(path) || (there && !S_ISREG(st.st_mode)))
		status = open_direct(out, path);
	else
		status = open_beside(out, path, there ? &st : NULL, alone);
	if (status == 0)
		return out;
fail:
	emo_out_abort(out);
	return NULL;
}

struct emo_out *emo_out_open(const char *path)
{
	return open_out(path, 0);
}

struct emo_out *emo_out_open_alone(const char *path)
{
	return open_out(path, 1);
}

int emo_out_check(const char *path)
{
	struct emo_out *out;
	struct stat st;

	if (is_dash(path) || (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
		return 0; /* opening a pipe would be noticed at its other end */
	out = emo_out_open(path);
	emo_out_abort(out);
	return out ? 0 : -1;
}

FILE *emo_out_file(struct emo_out *out)
{
	return out->file;
}

/* Makes a rename last through a power cut; file systems that cannot are let be. */
static void sync_directory(const char *path)
{
	char *dir = emo_strdup(path), *slash = dir ? strrchr(dir, '/') : NULL;
	int fd;

	if (slash)
		slash[slash == dir] = '\0'; /* "/x" lies in "/" */
	fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(dir);
}

/* Some file systems cannot sync a file; that is no reason to lose it. */
static int sync_file(int fd)
{
	return fsync(fd) && errno != EINVAL && errno != ENOSYS && errno != ENOTSUP ? -1 : 0;
}

int emo_out_commit(struct emo_out *out)
{
	int bad = 0;

	if (ferror(out->file)) /* of an earlier write, so errno may be about something else */
		bad = emo_fail("%s: cannot write; is the disk full?", out->name);
	else if (fflush(out->file) || (out->temp && sync_file(fileno(out->file))))
		bad = emo_fail("%s: cannot write:", out->name);
	if (fclose(out->file) && !bad)
		bad = emo_fail("%s: cannot write:", out->name);
	out->file = NULL;
	if (!bad && out->temp) {
		if (rename(out->temp, out->path)) {
			bad = emo_fail("%s:", out->name);
		} else {
			sync_directory(out->path);
			free(out->temp);
			out->temp = NULL;
		}
	}
	emo_out_abort(out);
	return bad ? -1 : 0;
}

void emo_out_abort(struct emo_out *out)
{
	if (!out)
		return;
	if (out->file)
		fclose(out->file);
	if (out->temp)
		unlink(out->temp);
	out_free(out);
}
