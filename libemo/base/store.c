/* SPDX-License-Identifier: MIT */
#include "base/store.h"

#include <assert.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/num.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the numbers in these files are little-endian and used where they lie"
#endif

#define VERSION    1
#define HEAD_STEP  4096 /* data starts on a page, so that a mapped file can be used in place */
#define BLOCK_STEP 64
#define FIRST_LINE 64
#define MAX_HEAD   ((size_t)1 << 20)
#define MAX_FILE   ((size_t)4 << 30)

static size_t round_up(size_t n, size_t step)
{
	return (n + step - 1) / step * step;
}

void emo_store_add(struct emo_store *s, const char *name, const void *data, size_t bytes)
{
	struct emo_store_block *b = s->blocks + s->nblocks++;

	assert(s->nblocks <= EMO_STORE_BLOCKS && strlen(name) < sizeof b->name);
	snprintf(b->name, sizeof b->name, "%s", name);
	b->data = data;
	b->bytes = bytes;
}

static uint32_t checksum(const void *data, size_t n)
{
	return (uint32_t)crc32_z(crc32_z(0, NULL, 0), data, n);
}

/* Whether a line is none of the caller's: the checksum, a block, or what fills the head up. */
static int ends_text(const char *line)
{
	return strncmp(line, "text ", 5) == 0 || strncmp(line, "block ", 6) == 0 || *line == ' ' ||
	       *line == '\n' || !*line;
}

/* ---- writing ---- */

static int check_text(const char *text, const char *path)
{
	for (const char *line = text, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end || ends_text(line))
			return emo_fail("%s: '%.60s' cannot be a line of its head", path, line);
	}
	return 0;
}

/* Returns the head, of *size bytes; NULL with a message. Caller frees with free(). */
static char *make_head(const struct emo_store *s, size_t *size, const char *path)
{
	size_t n = strlen(s->text) + 2 * FIRST_LINE + (size_t)s->nblocks * 64, used;
	char *head;

	*size = round_up(n, HEAD_STEP);
	if (*size > MAX_HEAD)
		emo_fail("%s: a head of %zu bytes would be too long", path, n);
	if (*size > MAX_HEAD || check_text(s->text, path) < 0 || !(head = emo_calloc(*size, 1)))
		return NULL;
	used = (size_t)snprintf(head, *size, "%s %d %zu\n%stext %08" PRIx32 "\n", s->magic, VERSION,
				*size, s->text, checksum(s->text, strlen(s->text)));
	for (int i = 0; i < s->nblocks; i++)
		used += (size_t)snprintf(head + used, *size - used, "block %s %zu %08" PRIx32 "\n",
					 s->blocks[i].name, s->blocks[i].bytes,
					 checksum(s->blocks[i].data, s->blocks[i].bytes));
	memset(head + used, ' ', *size - used);
	head[*size - 2] = head[*size - 1] = '\n';
	return head;
}

int emo_store_write(const struct emo_store *s, FILE *file, const char *name)
{
	static const char zeros[BLOCK_STEP];
	size_t size;
	char *head = make_head(s, &size, name);

	if (!head)
		return -1;
	fwrite(head, 1, size, file);
	for (int i = 0; i < s->nblocks; i++) {
		const struct emo_store_block *b = s->blocks + i;

		fwrite(b->data, 1, b->bytes, file);
		fwrite(zeros, 1, round_up(b->bytes, BLOCK_STEP) - b->bytes, file);
	}
	free(head);
	return 0;
}

int emo_store_save(const struct emo_store *s, const char *path)
{
	struct emo_out *out = s->alone ? emo_out_open_alone(path) : emo_out_open(path);

	if (out && emo_store_write(s, emo_out_file(out), path) == 0)
		return emo_out_commit(out); /* finds failures to write */
	emo_out_abort(out);
	return -1;
}

/* ---- reading ---- */

/* Checks the first line; *size is what it says of the head, *first where its text begins. */
static int parse_first_line(const char *magic, const char *data, size_t len, const char *name,
			    size_t *size, size_t *first)
{
	char line[FIRST_LINE] = "", word[32], version[16], bytes[16] = "";
	const char *end = memchr(data, '\n', len < sizeof line ? len : sizeof line - 1);
	long v, n;

	if (end)
		memcpy(line, data, (size_t)(end - data));
	if (sscanf(line, "%31s %15s %15s", word, version, bytes) < 2 || strcmp(word, magic) ||
	    emo_parse_long(&v, version) < 0)
		return emo_fail("%s: not an %s file", name, magic);
	if (v != VERSION)
		return emo_fail("%s: %s version %ld, but this program reads version %d", name,
				magic, v, VERSION);
	*first = (size_t)(end - data) + 1;
	if (emo_parse_long(&n, bytes) < 0 || n < (long)*first || n > (long)MAX_HEAD ||
	    n % BLOCK_STEP)
		return emo_fail("%s: the size of its head, '%s', is damaged", name, bytes);
	*size = (size_t)n;
	return 0;
}

/* *at: where the block's data begins; then where the next one's does. */
static int parse_block(struct emo_store *s, const char *line, const char *data, size_t len,
		       size_t *at, const char *name)
{
	struct emo_store_block b = {.name = ""};
	size_t left = *at < len ? len - *at : 0;
	uint32_t crc;
	int used = 0;

	if (s->nblocks == EMO_STORE_BLOCKS ||
	    sscanf(line, "block %23s %zu %8" SCNx32 "%n", b.name, &b.bytes, &crc, &used) != 3 ||
	    line[used])
		return emo_fail("%s: cannot understand '%.60s' in its head", name, line);
	if (b.bytes > left)
		return emo_fail("%s: the file ends inside '%s'", name, b.name);
	b.data = data + *at;
	if (checksum(b.data, b.bytes) != crc)
		return emo_fail("%s: '%s' is damaged (its checksum differs)", name, b.name);
	*at += round_up(b.bytes, BLOCK_STEP);
	s->blocks[s->nblocks++] = b;
	return 0;
}

/* The line at the beginning of *rest, cut off from it. */
static char *next_line(char **rest)
{
	char *line = *rest, *end = strchr(line, '\n');

	*rest = end ? end + 1 : line + strlen(line);
	if (end)
		*end = '\0';
	return line;
}

/* What is behind the caller's lines: checksum, blocks, filling. at: where the data begins. */
static int parse_blocks(struct emo_store *s, char *rest, const char *data, size_t len, size_t at,
			const char *name)
{
	uint32_t crc, have = checksum(s->text, strlen(s->text));
	const char *line = next_line(&rest);

	if (strncmp(line, "text ", 5) == 0) { /* the first files had none */
		if (sscanf(line, "text %8" SCNx32, &crc) != 1 || crc != have)
			return emo_fail("%s: its head is damaged (its checksum differs)", name);
		line = next_line(&rest);
	}
	for (; strncmp(line, "block ", 6) == 0; line = next_line(&rest))
		if (parse_block(s, line, data, len, &at, name) < 0)
			return -1;
	if (line[strspn(line, " ")] || rest[strspn(rest, " \n")])
		return emo_fail("%s: cannot understand '%.60s' in its head", name, line);
	return 0;
}

int emo_store_parse(struct emo_store *s, const char *magic, const char *data, size_t len,
		    const char *name)
{
	size_t size, first;
	char *rest, *end;
	int status;

	*s = (struct emo_store){.magic = magic};
	if (parse_first_line(magic, data, len, name, &size, &first) < 0)
		return -1;
	if (size > len)
		return emo_fail("%s: the file ends inside its head", name);
	if (memchr(data, '\0', size))
		return emo_fail("%s: its head is not text", name);
	if (!(s->text = emo_calloc(size - first + 1, 1)) || !(rest = emo_calloc(size + 1, 1))) {
		emo_store_done(s);
		return -1;
	}
	memcpy(s->text, data + first, size - first);
	for (end = s->text; !ends_text(end);)
		end = strchr(end, '\n') ? strchr(end, '\n') + 1 : end + strlen(end);
	memcpy(rest, end, strlen(end));
	*end = '\0';
	status = parse_blocks(s, rest, data, len, size, name);
	free(rest);
	if (status < 0)
		emo_store_done(s);
	return status;
}

/* Reads a file whole, but no further than its first line when that is not what it should be. */
static int read_file(char **data, size_t *len, const char *magic, const char *path)
{
	struct emo_in *in = emo_in_open(path);
	size_t cap = 0, size, first;
	long got = -1;

	*data = NULL;
	*len = 0;
	while (in) {
		size_t want = *len ? (size_t)1 << 20 : FIRST_LINE;

		got = -1;
		if (emo_grow(data, &cap, *len + want, 1) < 0 ||
		    (got = emo_in_read(in, *data + *len, want)) < 0)
			break;
		if (*len == 0 &&
		    parse_first_line(magic, *data, (size_t)got, path, &size, &first) < 0)
			got = -1;
		if (got > 0 && (*len += (size_t)got) > MAX_FILE)
			got = emo_fail("%s: larger than %zu bytes", path, MAX_FILE);
		if (got <= 0)
			break;
	}
	emo_in_close(in);
	if (got < 0)
		free(*data);
	return (int)got;
}

int emo_store_load(struct emo_store *s, const char *magic, const char *path)
{
	size_t len;
	char *data;

	*s = (struct emo_store){.magic = magic};
	if (read_file(&data, &len, magic, path) < 0)
		return -1;
	if (emo_store_parse(s, magic, data, len, path) < 0) {
		free(data);
		return -1;
	}
	s->file = data;
	return 0;
}

void emo_store_done(struct emo_store *s)
{
	free(s->text);
	free(s->file);
	s->text = NULL;
	s->file = NULL;
}

const void *emo_store_block(const struct emo_store *s, const char *name, size_t bytes,
			    const char *file)
{
	for (int i = 0; i < s->nblocks; i++) {
		if (strcmp(s->blocks[i].name, name))
			continue;
		if (s->blocks[i].bytes == bytes)
			return s->blocks[i].data;
		emo_fail("%s: '%s' has %zu bytes where its network needs %zu", file, name,
			 s->blocks[i].bytes, bytes);
		return NULL;
	}
	emo_fail("%s: has no '%s'", file, name);
	return NULL;
}

const char *emo_store_line(const struct emo_store *s, const char *key, char *buf, size_t size)
{
	size_t n = strlen(key);

	for (const char *line = s->text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, n) == 0 && line[n] == ' ') {
			size_t len = strcspn(line + n + 1, "\n");

			len = len < size ? len : size - 1;
			memcpy(buf, line + n + 1, len);
			buf[len] = '\0';
			return buf;
		}
	}
	return NULL;
}

int emo_store_double(double *out, const struct emo_store *s, const char *key, const char *file)
{
	char buf[64];

	if (!emo_store_line(s, key, buf, sizeof buf) || emo_parse_double(out, buf) < 0)
		return emo_fail("%s: needs a number '%s' in its head", file, key);
	return 0;
}

int emo_store_count(int *out, const struct emo_store *s, const char *key, long min, long max,
		    const char *file)
{
	char buf[64];
	long v;

	if (!emo_store_line(s, key, buf, sizeof buf) || emo_parse_long(&v, buf) < 0 || v < min ||
	    v > max)
		return emo_fail("%s: needs a number '%s' from %ld to %ld in its head", file, key,
				min, max);
	*out = (int)v;
	return 0;
}

int emo_store_compare(const struct emo_store *s, const char *lines, const char *file)
{
	const char *have = s->text;

	while (*lines) {
		int n = (int)strcspn(lines, "\n"), m = (int)strcspn(have, "\n");

		if (n != m || strncmp(lines, have, (size_t)n))
			return emo_fail("%s: is of another run: it has '%.*s', this run '%.*s'",
					file, m, have, n, lines);
		lines += n + 1;
		have += m + (have[m] == '\n');
	}
	return 0;
}
