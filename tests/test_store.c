/* SPDX-License-Identifier: MIT */
/* Files of a readable head and blocks: written and read back, cut off, damaged, made up. */
#include "base/store.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "test.h"
#include "test_folder.h"

static char path[600];

static void save(const char *text, int nblocks)
{
	static const char data[200] = "some bytes";
	char copy[256], name[32];
	struct emo_store s = {.magic = "emo-test", .text = copy};

	snprintf(copy, sizeof copy, "%s", text);
	for (int k = 0; k < nblocks; k++) {
		snprintf(name, sizeof name, "block-%d", k);
		emo_store_add(&s, name, data, (size_t)(k * 13 % 200));
	}
	CHECK_INT(emo_store_save(&s, path), 0);
}

static void test_round_trip(void)
{
	struct emo_store s;
	char buf[8];

	for (int n = 0; n <= EMO_STORE_BLOCKS; n++) {
		save("key value\nkeyless\nkey again\nlong 123456789\n", n);
		if (!CHECK(emo_store_load(&s, "emo-test", path) == 0))
			continue;
		CHECK_STR(s.text, "key value\nkeyless\nkey again\nlong 123456789\n");
		CHECK_INT(s.nblocks, n);
		for (int k = 0; k < n; k++) {
			CHECK_INT((long long)s.blocks[k].bytes, k * 13 % 200);
			CHECK(emo_store_block(&s, s.blocks[k].name, s.blocks[k].bytes, "x") ==
			      s.blocks[k].data);
			CHECK(k * 13 % 200 < 10 || memcmp(s.blocks[k].data, "some bytes", 10) == 0);
		}
		CHECK_STR(emo_store_line(&s, "key", buf, sizeof buf), "value");
		CHECK_STR(emo_store_line(&s, "long", buf, sizeof buf), "1234567");
		CHECK(emo_store_line(&s, "keyless", buf, sizeof buf) == NULL);
		CHECK(emo_store_line(&s, "block", buf, sizeof buf) == NULL);
		CHECK(emo_store_block(&s, "block-x", 0, "FILE") == NULL);
		CHECK_ERROR("FILE: has no 'block-x'");
		if (n > 1) {
			CHECK(emo_store_block(&s, "block-1", 12, "FILE") == NULL);
			CHECK_ERROR("FILE: 'block-1' has 13 bytes where its network needs 12");
		}
		emo_store_done(&s);
	}
}

/* As emo-model(5) says: what lies where, and the checksums of zlib. */
static void test_layout(void)
{
	char *data, *line, name[32], magic[32];
	size_t n, head, bytes, at;
	unsigned crc;
	int version, blocks = 0;

	save("key value\n", 5);
	CHECK_INT(emo_read_file(&data, &n, path, 1 << 20), 0);
	CHECK_INT(sscanf(data, "%31s %d %zu", magic, &version, &head), 3);
	CHECK_STR(magic, "emo-test");
	CHECK_INT(version, 1);
	CHECK_INT((long long)head, 4096);
	CHECK(data[head - 1] == '\n' && data[head - 2] == '\n');
	line = strstr(data, "\ntext ") + 1;
	CHECK_INT(sscanf(line, "text %x", &crc), 1);
	CHECK(crc == crc32(crc32(0, NULL, 0), (const Bytef *)"key value\n", 10));
	at = head;
	while ((line = strstr(line, "\nblock ")) && line++) {
		CHECK_INT(sscanf(line, "block %31s %zu %x", name, &bytes, &crc), 3);
		CHECK(at % 64 == 0);
		CHECK(crc == crc32(crc32(0, NULL, 0), (const Bytef *)data + at, (unsigned)bytes));
		for (at += bytes; at % 64; at++)
			CHECK(data[at] == 0);
		blocks++;
	}
	CHECK_INT(blocks, 5);
	CHECK(at == n);
	free(data);
}

static void test_text_that_cannot_be(void)
{
	const char *const bad[] = {"no newline", "a b\n\nc d\n", " blank\n",
				   "block x\n",  "text x\n",	 "\n"};
	char copy[64];
	struct emo_store s = {.magic = "emo-test", .text = copy};

	for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
		snprintf(copy, sizeof copy, "%s", bad[k]);
		CHECK_INT(emo_store_save(&s, path), -1);
		CHECK_ERROR("cannot be a line of its head");
	}
	s.text = emo_calloc((1 << 20) + 1, 1);
	memset(s.text, 'x', 1 << 20);
	s.text[(1 << 20) - 1] = '\n';
	CHECK_INT(emo_store_save(&s, path), -1);
	CHECK_ERROR("would be too long");
	free(s.text);
}

/* A file of a head of `size` bytes with these lines, and 100 bytes behind it. */
static int parse(const char *first, const char *rest, size_t size)
{
	size_t n = size + 100, used = strlen(first) + strlen(rest);
	char *data = emo_calloc(n, 1);
	struct emo_store s;
	int status;

	memset(data, ' ', size);
	memcpy(data, first, strlen(first));
	memcpy(data + strlen(first), rest, strlen(rest));
	if (used < size)
		data[size - 1] = '\n';
	status = emo_store_parse(&s, "emo-test", data, n, "FILE");
	if (status == 0)
		emo_store_done(&s);
	free(data);
	return status;
}

static void test_messages(void)
{
	static const struct {
		const char *first, *rest, *message;
	} cases[] = {
		{"emo-test 1 512\n", "a b\nblock x 200 00000000\n", "the file ends inside 'x'"},
		{"emo-test 1 512\n", "block x -1 00000000\n", "FILE: the file ends inside 'x'"},
		{"emo-test 1 512\n", "block x 99999999999999999999999 0\n", "ends inside 'x'"},
		{"emo-test 1 512\n", "block x 3 00000000\n", "'x' is damaged (its checksum"},
		{"emo-test 1 512\n", "block x 3\n", "cannot understand 'block x 3'"},
		{"emo-test 1 512\n", "block x 3 0000000g\n", "cannot understand 'block x 3 0"},
		{"emo-test 1 512\n", "block x 0 00000000 y\n", "cannot understand"},
		{"emo-test 1 512\n", "block a-name-that-is-much-too-long 0 00000000\n",
		 "cannot understand"},
		{"emo-test 1 512\n", "block x 0 00000000\nmore\n", "cannot understand 'more'"},
		{"emo-test 1 512\n", "block x 0 00000000\n \n \nmore\n", "cannot understand"},
		{"emo-test 1 512\n", "a b\ntext 12345678\n", "its head is damaged (its checksum"},
		{"emo-test 1 512\n", "text\n", NULL},
		{"emo-test 1 512\n", "", NULL},
		{"emo-test 2 512\n", "", "emo-test version 2, but this program reads version 1"},
		{"emo-test 2 512 and more\n", "", "version 2, but this program reads version 1"},
		{"emo-test -1 512\n", "", "version -1, but"},
		{"emo-test 99999999999999999999 512\n", "", "but this program reads version 1"},
		{"emo-test 1\n", "", "the size of its head, '', is damaged"},
		{"emo-test 1 0\n", "", "the size of its head, '0', is damaged"},
		{"emo-test 1 -64\n", "", "the size of its head, '-64', is damaged"},
		{"emo-test 1 500\n", "", "the size of its head, '500', is damaged"},
		{"emo-test 1 640\n", "", "the file ends inside its head"},
		{"emo-test 1 1048576\n", "", "the file ends inside its head"},
		{"emo-test 1 1048640\n", "", "the size of its head, '1048640', is damaged"},
		{"emo-test 1 99999999999999999\n", "", "is damaged"},
		{"emo-tests 1 512\n", "", "FILE: not an emo-test file"},
		{"emo-tes\n", "", "FILE: not an emo-test file"},
		{"\x89PNG\r\n\x1a\n", "", "FILE: not an emo-test file"},
		{"emo-test 1 512", "", "FILE: not an emo-test file"},
	};

	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		CHECK_INT(parse(cases[k].first, cases[k].rest, 512), cases[k].message ? -1 : 0);
		if (cases[k].message)
			CHECK_ERROR(cases[k].message);
	}
}

static void test_odd_files(void)
{
	struct emo_store s;
	char many[1024] = "", *data;
	size_t n;
	gzFile gz;
	FILE *f;

	for (int k = 0; k < 17; k++)
		strcat(many, "block x 0 00000000\n");
	CHECK_INT(parse("emo-test 1 1024\n", many, 1024), -1);
	CHECK_ERROR("cannot understand 'block x 0");
	CHECK_INT(emo_store_parse(&s, "emo-test", "", 0, "FILE"), -1);
	CHECK_ERROR("FILE: not an emo-test file");
	CHECK_INT(emo_store_load(&s, "emo-test", "/dev/zero"), -1);
	CHECK_ERROR("/dev/zero: not an emo-test file");
	CHECK_INT(emo_store_load(&s, "emo-test", "/"), -1);
	CHECK_ERROR("/: is a directory");

	save("key value\n", 3);
	CHECK_INT(emo_store_load(&s, "emo-other", path), -1);
	CHECK_ERROR("not an emo-other file");
	CHECK_INT(emo_read_file(&data, &n, path, 1 << 20), 0);
	data[300] = '\0';
	f = fopen(path, "wb");
	fwrite(data, 1, n, f);
	fclose(f);
	CHECK_INT(emo_store_load(&s, "emo-test", path), -1);
	CHECK_ERROR("its head is not text");
	data[300] = ' ';
	gz = gzopen(path, "wb"); /* seen through, as with all that is read */
	gzwrite(gz, data, (unsigned)n);
	gzclose(gz);
	if (CHECK(emo_store_load(&s, "emo-test", path) == 0)) {
		CHECK_STR(s.text, "key value\n");
		emo_store_done(&s);
	}
	free(data);
}

int main(void)
{
	const char *folder = test_folder();

	snprintf(path, sizeof path, "%s/x", folder);
	RUN(test_round_trip);
	RUN(test_layout);
	RUN(test_text_that_cannot_be);
	RUN(test_messages);
	RUN(test_odd_files);
	unlink(path);
	CHECK_INT(rmdir(folder), 0);
	return test_end();
}
