/* SPDX-License-Identifier: MIT */
#include "music/same.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* FNV-1a, 64 bits: Fowler, Noll, Vo. */
#define FNV_START 0xcbf29ce484222325u
#define FNV_PRIME 0x100000001b3u

static uint64_t hash_byte(uint64_t h, unsigned char byte)
{
	return (h ^ byte) * FNV_PRIME;
}

/* Lower case of ASCII, Latin-1, Greek and Cyrillic capitals; other characters are themselves. */
static uint32_t lower(uint32_t c)
{
	if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) ||
	    (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
		return c + 0x20;
	if ((c >= 0x100 && c <= 0x137) || (c >= 0x14a && c <= 0x177))
		return c | 1; /* Latin Extended-A: capitals are even */
	return c;
}

static int counts(uint32_t c)
{
	return c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/* The first n bytes of s; *any is set when there was something in them that counts. */
static uint64_t hash_text(uint64_t h, const char *s, size_t n, int *any)
{
	for (const char *end = s + n; s < end;) {
		uint32_t c;
		int len = emo_utf8_next(s, &c);

		if (len == 0) {
			c = (unsigned char)*s;
			len = 1;
		}
		s += len;
		if (!counts(c))
			continue;
		*any = 1;
		c = lower(c);
		for (int k = 0; k < 4 && (k == 0 || c >> 8 * k); k++)
			h = hash_byte(h, (unsigned char)(c >> 8 * k));
	}
	return h;
}

/* Length of the first of several artists: "A, B", "A;B", "A & B", "A feat. B". */
static size_t first_artist(const char *artist)
{
	static const char *const links[] = {" & ", " feat", " ft.", " ft ", " with ", " x ", " / "};
	size_t n = strcspn(artist, ",;");

	for (size_t k = 0; k < sizeof links / sizeof *links; k++) {
		const char *at = strstr(artist, links[k]);
		if (at && at > artist && (size_t)(at - artist) < n)
			n = (size_t)(at - artist);
	}
	return n;
}

uint64_t emo_song_hash(const char *title, const char *artist)
{
	int any = 0, some_artist = 0;
	uint64_t h = hash_text(FNV_START, title, strlen(title), &any);

	if (!any) /* a title of punctuation alone, such as "???" */
		h = emo_id_hash(title);
	h = hash_byte(h, 0xff);
	return hash_text(h, artist, first_artist(artist), &some_artist);
}

uint64_t emo_id_hash(const char *id)
{
	uint64_t h = FNV_START;

	for (; *id; id++)
		h = hash_byte(h, (unsigned char)*id);
	return hash_byte(h, 0xfe);
}

struct emo_seen {
	uint64_t *slot; /* open addressing, 0: free */
	size_t size, used;
};

struct emo_seen *emo_seen_new(void)
{
	struct emo_seen *s = emo_calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->size = 1024;
	if (!(s->slot = emo_calloc(s->size, sizeof *s->slot))) {
		free(s);
		return NULL;
	}
	return s;
}

void emo_seen_free(struct emo_seen *s)
{
	if (!s)
		return;
	free(s->slot);
	free(s);
}

static size_t place(const uint64_t *slot, size_t size, uint64_t hash)
{
	size_t i = (size_t)(hash ^ hash >> 32) & (size - 1);

	while (slot[i] && slot[i] != hash)
		i = (i + 1) & (size - 1);
	return i;
}

int emo_seen_has(const struct emo_seen *s, uint64_t hash)
{
	hash += !hash;
	return s->slot[place(s->slot, s->size, hash)] == hash;
}

static int enlarge(struct emo_seen *s)
{
	uint64_t *slot = emo_calloc(s->size * 2, sizeof *slot);

	if (!slot)
		return -1;
	for (size_t i = 0; i < s->size; i++)
		if (s->slot[i])
			slot[place(slot, s->size * 2, s->slot[i])] = s->slot[i];
	free(s->slot);
	s->slot = slot;
	s->size *= 2;
	return 0;
}

int emo_seen_add(struct emo_seen *s, uint64_t hash)
{
	size_t i;

	hash += !hash;
	if (s->used >= s->size / 4 * 3 && enlarge(s) < 0)
		return -1;
	i = place(s->slot, s->size, hash);
	s->used += s->slot[i] == 0;
	s->slot[i] = hash;
	return 0;
}
