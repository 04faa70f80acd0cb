/* SPDX-License-Identifier: MIT */
#include "base/io.h"

#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/err.h"
#include "base/rng.h"
#include "test.h"
#include "test_folder.h"

static const char *folder;

/* A path in the folder; two may be in use at a time. */
static const char *at(const char *name)
{
	static char path[2][1024];
	static int k;

	snprintf(path[k ^= 1], sizeof *path, "%s/%s", folder, name);
	return path[k];
}

static void write_file(const char *path, const void *bytes, size_t n)
{
	FILE *f = fopen(path, "wb");

	CHECK(f && fwrite(bytes, 1, n, f) == n && !fclose(f));
}

static const char *content(const char *path)
{
	static char text[64];
	FILE *f = fopen(path, "rb");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;

	text[n] = '\0';
	if (f)
		fclose(f);
	return f ? text : "(none)";
}

enum { BIG = 300000 };
static unsigned char noise[BIG], back[BIG + 10];

static void make_noise(void)
{
	struct emo_rng r = emo_rng_at(1, 2, 3);

	for (int i = 0; i < BIG; i++)
		noise[i] = (unsigned char)emo_rng_next(&r);
}

/* Reads all in pieces of 1000 bytes; returns the number of bytes, -1 on failure. */
static long read_through(const char *path)
{
	struct emo_in *in = emo_in_open(path);
	long got, n = 0;

	if (!in)
		return -1;
	while ((got = emo_in_read(in, back + n, 1000)) > 0 && n + got < BIG)
		n += got;
	emo_in_close(in);
	return got < 0 ? -1 : n + got;
}

static void plain_and_gzip_read_alike(void)
{
	gzFile gz;

	write_file(at("plain"), noise, BIG);
	CHECK_INT(read_through(at("plain")), BIG);
	CHECK(memcmp(back, noise, BIG) == 0);

	gz = gzopen(at("noise.gz"), "wb");
	gzwrite(gz, noise, BIG);
	gzclose(gz);
	memset(back, 0, sizeof back);
	CHECK_INT(read_through(at("noise.gz")), BIG);
	CHECK(memcmp(back, noise, BIG) == 0);

	write_file(at("empty"), "", 0);
	CHECK_INT(read_through(at("empty")), 0);
	write_file(at("short"), "\x1f", 1);
	CHECK_INT(read_through(at("short")), 1);
}

static void cut_off_gzip_gives_its_data_and_fails(void)
{
	const char *path = at("noise.gz");
	struct emo_in *in;
	long got, n = 0;

	CHECK(truncate(path, 200000) == 0);
	in = emo_in_open(path);
	while ((got = emo_in_read(in, back, 1000)) > 0)
		n += got;
	CHECK_INT(got, -1);
	CHECK_ERROR("noise.gz: gzip data ends too early");
	CHECK(n > 100000 && n < 200100);
	CHECK_INT(emo_in_read(in, back, 1000), -1);
	emo_in_close(in);

	CHECK(truncate(path, 5) == 0);
	CHECK_INT(read_through(path), -1);
	CHECK_ERROR("gzip data ends too early");
}

static void damaged_gzip_fails(void)
{
	static unsigned char file[BIG + 1000];
	gzFile gz = gzopen(at("damaged.gz"), "wb");
	FILE *f;
	size_t n;

	gzwrite(gz, noise, BIG);
	gzclose(gz);
	f = fopen(at("damaged.gz"), "rb");
	n = fread(file, 1, sizeof file, f);
	fclose(f);
	file[n / 2] ^= 0x55; /* the checksum at the end notices, if nothing before does */
	write_file(at("damaged.gz"), file, n);
	CHECK_INT(read_through(at("damaged.gz")), -1);
	CHECK_ERROR("damaged.gz: damaged gzip data");
}

static void unreadable_inputs_have_a_reason(void)
{
	char *buf;
	size_t n;

	CHECK(!emo_in_open(at("none")));
	CHECK_ERROR("/none: No such file or directory");
	CHECK(!emo_in_open(folder));
	CHECK_ERROR(": is a directory");
	CHECK_INT(emo_read_file(&buf, &n, at("none"), 10), -1);
	CHECK_ERROR("No such file");
	CHECK(!buf);
	CHECK_INT(emo_read_file(&buf, &n, folder, 10), -1);
	CHECK_ERROR("is a directory");
	emo_in_close(NULL);
}

static void whole_files_up_to_a_limit(void)
{
	char *buf;
	size_t n;

	write_file(at("ten"), "0123456789", 10);
	CHECK_INT(emo_read_file(&buf, &n, at("ten"), 10), 0);
	CHECK_INT((long long)n, 10);
	CHECK_STR(buf, "0123456789");
	free(buf);
	CHECK_INT(emo_read_file(&buf, &n, at("ten"), 9), -1);
	CHECK_ERROR("/ten: larger than 9 bytes");
	CHECK(!buf);
	if (access("/dev/zero", R_OK) == 0) { /* no size to ask for, no end either */
		CHECK_INT(emo_read_file(&buf, &n, "/dev/zero", 100000), -1);
		CHECK_ERROR("/dev/zero: larger than 100000 bytes");
	}
	CHECK_INT(emo_read_file(&buf, &n, at("empty"), 0), 0);
	CHECK_STR(buf, "");
	free(buf);
}

static void a_new_file_appears_when_complete(void)
{
	struct emo_out *out = emo_out_open(at("new"));

	if (!CHECK(out))
		return;
	fputs("hello", emo_out_file(out));
	fflush(emo_out_file(out));
	CHECK_STR(content(at("new")), "(none)");
	CHECK_INT(emo_out_commit(out), 0);
	CHECK_STR(content(at("new")), "hello");
}

static void abort_leaves_the_old_file(void)
{
	struct emo_out *out, *other;

	write_file(at("kept"), "old", 3);
	out = emo_out_open(at("kept"));
	other = emo_out_open(at("kept")); /* two at once do not disturb each other */
	fputs("half of the ne", emo_out_file(out));
	fputs("other", emo_out_file(other));
	emo_out_abort(out);
	CHECK_STR(content(at("kept")), "old");
	CHECK_INT(emo_out_commit(other), 0);
	CHECK_STR(content(at("kept")), "other");
	emo_out_abort(NULL);
}

/* What an interrupted program left beside its file does not stay. */
static void one_writer_leaves_one_file(void)
{
	struct emo_out *out;

	write_file(at("often.tmp"), "half of an earli", 16);
	out = emo_out_open_alone(at("often"));
	if (!CHECK(out))
		return;
	fputs("whole", emo_out_file(out));
	fflush(emo_out_file(out));
	CHECK_STR(content(at("often.tmp")), "whole");
	CHECK_INT(emo_out_commit(out), 0);
	CHECK_STR(content(at("often")), "whole");
	CHECK_STR(content(at("often.tmp")), "(none)");
}

static void links_and_permissions_stay(void)
{
	struct emo_out *out;
	struct stat st;
	mode_t mask = umask(027);

	write_file(at("target"), "old", 3);
	CHECK(chmod(at("target"), 0604) == 0 && symlink("target", at("link")) == 0);
	out = emo_out_open(at("link"));
	fputs("new", emo_out_file(out));
	CHECK_INT(emo_out_commit(out), 0);
	CHECK(lstat(at("link"), &st) == 0 && S_ISLNK(st.st_mode));
	CHECK_STR(content(at("target")), "new");
	CHECK(stat(at("target"), &st) == 0);
	CHECK_INT(st.st_mode & 0777, 0604);

	out = emo_out_open(at("fresh"));
	CHECK_INT(emo_out_commit(out), 0);
	CHECK(stat(at("fresh"), &st) == 0);
	CHECK_INT(st.st_mode & 0777, 0640);
	umask(mask);
}

static void unwritable_places_have_a_reason(void)
{
	CHECK(!emo_out_open(at("no/such/folder")));
	CHECK_ERROR("no/such/folder: cannot write beside it: No such file or directory");
	CHECK(!emo_out_open(folder));
	CHECK_ERROR(": is a directory");
	CHECK(!emo_out_open(""));
	CHECK_ERROR("empty");
	write_file(at("readonly"), "old", 3);
	chmod(at("readonly"), 0444);
	if (geteuid() != 0) {
		CHECK(!emo_out_open(at("readonly")));
		CHECK_ERROR("readonly: Permission denied");
	}
}

static void a_full_disk_is_an_error(void)
{
	struct emo_out *out;

	if (access("/dev/full", W_OK) != 0)
		return;
	out = emo_out_open("/dev/full");
	if (!CHECK(out))
		return;
	fputs("x", emo_out_file(out));
	CHECK_INT(emo_out_commit(out), -1);
	CHECK_ERROR("/dev/full: cannot write: No space left on device");

	out = emo_out_open("/dev/full"); /* noticed long before the end */
	fwrite(noise, 1, BIG, emo_out_file(out));
	CHECK_INT(emo_out_commit(out), -1);
	CHECK_ERROR("/dev/full: cannot write; is the disk full?");
	CHECK(access("/dev/full", F_OK) == 0);
}

/* Nothing but the files that were committed or written here is left. */
static void no_temporary_file_is_left(void)
{
	static const char *const names[] = {"plain", "noise.gz", "empty", "short", "damaged.gz",
					    "ten",   "new",	 "kept",  "link",  "target",
					    "fresh", "readonly",   "often"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		CHECK(unlink(at(names[i])) == 0);
	CHECK(rmdir(folder) == 0);
}

int main(void)
{
	folder = test_folder();
	make_noise();
	RUN(plain_and_gzip_read_alike);
	RUN(cut_off_gzip_gives_its_data_and_fails);
	RUN(damaged_gzip_fails);
	RUN(unreadable_inputs_have_a_reason);
	RUN(whole_files_up_to_a_limit);
	RUN(a_new_file_appears_when_complete);
	RUN(abort_leaves_the_old_file);
	RUN(one_writer_leaves_one_file);
	RUN(links_and_permissions_stay);
	RUN(unwritable_places_have_a_reason);
	RUN(a_full_disk_is_an_error);
	RUN(no_temporary_file_is_left);
	return test_end();
}
