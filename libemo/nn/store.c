/* SPDX-License-Identifier: MIT */
#include "nn/store.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the numbers in these files are little-endian and used where they lie"
#endif

#define VERSION   1
#define HEAD_STEP 4096 /* data starts on a page, so that a mapped file can be used in place */
#define MAX_HEAD  ((size_t)1 << 20)
#define MAX_FILE  ((size_t)4 << 30)

static size_t round_up(size_t n, size_t step)
{
	return (n + step - 1) / step * step;
}

void emo_store_add(struct emo_store *s, const char *name, const void *data, size_t bytes)
{
	struct emo_store_block *b = s->blocks + s->nblocks++;

	snprintf(b->name, sizeof b->name, "%s", name);
	b->data = data;
	b->bytes = bytes;
}

static uint32_t checksum(const void *data, size_t n)
{
	return (uint32_t)crc32_z(crc32_z(0, NULL, 0), data, n);
}

/* ---- writing ---- */

static void write_zeros(FILE *f, size_t n)
{
	while (n--)
		putc(0, f);
}

static void write_head(FILE *f, const struct emo_store *s, size_t head)
{
	size_t used;

	fprintf(f, "%s %d %zu\n%s", s->magic, VERSION, head, s->text);
	for (int i = 0; i < s->nblocks; i++)
		fprintf(f, "block %s %zu %08" PRIx32 "\n", s->blocks[i].name, s->blocks[i].bytes,
			checksum(s->blocks[i].data, s->blocks[i].bytes));
	used = (size_t)ftell(f);
	while (++used < head)
		putc(used + 1 < head ? ' ' : '\n', f);
	putc('\n', f);
}

int emo_store_save(const struct emo_store *s, const char *path)
{
	size_t head = round_up(strlen(s->text) + 80 + (size_t)s->nblocks * 64, HEAD_STEP);
	struct emo_out *out = emo_out_open(path);
	FILE *f;

	if (!out)
		return -1;
	f = emo_out_file(out);
	write_head(f, s, head);
	for (int i = 0; i < s->nblocks; i++) {
		const struct emo_store_block *b = s->blocks + i;

		fwrite(b->data, 1, b->bytes, f); /* failures are found by commit */
		write_zeros(f, round_up(b->bytes, 64) - b->bytes);
	}
	return emo_out_commit(out);
}

/* ---- reading ---- */

static int parse_first_line(const char *magic, const char *data, size_t len, const char *name,
			    size_t *head, size_t *first)
{
	char line[64] = "", word[32] = "";
	const char *end = memchr(data, '\n', len < sizeof line ? len : sizeof line - 1);
	int version;

	if (end)
		memcpy(line, data, (size_t)(end - data));
	if (sscanf(line, "%31s %d %zu", word, &version, head) != 3 || strcmp(word, magic))
		return emo_fail("%s: not an %s file", name, magic);
	if (version != VERSION)
		return emo_fail("%s: %s version %d, but this program reads version %d", name, magic,
				version, VERSION);
	*first = (size_t)(end - data) + 1;
	if (*head > MAX_HEAD || *head > len || *head < *first)
		return emo_fail("%s: the file ends inside its head", name);
	return 0;
}

static int parse_block(struct emo_store *s, const char *line, const char *data, size_t len,
		       size_t *at, const char *name)
{
	struct emo_store_block b = {.name = ""};
	uint32_t crc;

	if (s->nblocks == EMO_STORE_BLOCKS ||
	    sscanf(line, "block %23s %zu %" SCNx32, b.name, &b.bytes, &crc) != 3)
		return emo_fail("%s: cannot understand '%.60s' in its head", name, line);
	if (b.bytes > len - *at)
		return emo_fail("%s: the file ends inside '%s'", name, b.name);
	b.data = data + *at;
	if (checksum(b.data, b.bytes) != crc)
		return emo_fail("%s: '%s' is damaged (its checksum differs)", name, b.name);
	*at += b.bytes;
	*at = round_up(*at, 64) < len ? round_up(*at, 64) : len;
	s->blocks[s->nblocks++] = b;
	return 0;
}

int emo_store_parse(struct emo_store *s, const char *magic, const char *data, size_t len,
		    const char *name)
{
	size_t head, first = 0, at, text = 0;
	char *line, *next;

	*s = (struct emo_store){.magic = magic};
	if (parse_first_line(magic, data, len, name, &head, &first) < 0)
		return -1;
	at = head;
	if (memchr(data, '\0', head))
		return emo_fail("%s: its head is not text", name);
	if (!(s->text = emo_calloc(head - first + 1, 1)))
		return -1;
	memcpy(s->text, data + first, head - first);
	for (line = s->text; line && *line && *line != ' '; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next = '\0';
		if (strncmp(line, "block ", 6) == 0) {
			if (parse_block(s, line, data, len, &at, name) < 0)
				goto fail;
			if (!text)
				text = (size_t)(line - s->text);
		}
		if (next)
			*next++ = '\n';
	}
	s->text[text] = '\0'; /* blocks are behind the caller's lines */
	return 0;
fail:
	emo_store_done(s);
	return -1;
}

int emo_store_load(struct emo_store *s, const char *magic, const char *path)
{
	size_t len;
	char *data;

	*s = (struct emo_store){.magic = magic};
	if (emo_read_file(&data, &len, path, MAX_FILE) < 0)
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
