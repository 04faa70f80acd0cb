/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* strcasestr, MAP_ANONYMOUS, madvise */
#include "music/same.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>

#include "base/err.h"
#include "base/letters.h"
#include "base/mem.h"
#include "base/text.h"

/* FNV-1a, 64 bits: Fowler, Noll, Vo. */
#define FNV_START 0xcbf29ce484222325u
#define FNV_PRIME 0x100000001b3u

#define HUGE ((size_t)1 << 19) /* slots from which large pages are worth it */

static inline uint64_t hash_byte(uint64_t h, unsigned char byte)
{
	return (h ^ byte) * FNV_PRIME;
}

/* The character at s, which is not ASCII, into *h; its length. */
static int hash_wide(uint64_t *h, const char *s)
{
	uint32_t c;
	int len = emo_utf8_next(s, &c);

	if (len == 0) {
		c = (unsigned char)*s;
		len = 1;
	}
	c = emo_letter_lower(c);
	for (int k = 0; k < 4 && (k == 0 || c >> 8 * k); k++)
		*h = hash_byte(*h, (unsigned char)(c >> 8 * k));
	return len;
}

/* The first n bytes of s; *any is set when there was something in them that counts. */
static uint64_t hash_text(uint64_t h, const char *s, size_t n, int *any)
{
	int some = 0;

	for (const char *end = s + n; s < end;) {
		unsigned c = (unsigned char)*s, letter = c | 0x20;

		if (c >= 0x80) {
			s += hash_wide(&h, s);
			some = 1;
			continue;
		}
		s++;
		if (letter - 'a' < 26)
			h = hash_byte(h, (unsigned char)letter);
		else if (c - '0' < 10)
			h = hash_byte(h, (unsigned char)c);
		else
			continue;
		some = 1;
	}
	*any |= some;
	return h;
}

/* Whether s, after a blank, links one artist to the next. */
static int is_link(const char *s)
{
	switch (*s) {
	case '&':
	case '/':
	case 'x':
		return s[1] == ' ';
	case 'f':
		return strncmp(s, "feat", 4) == 0 || strncmp(s, "ft.", 3) == 0 ||
		       strncmp(s, "ft ", 3) == 0;
	case 'w':
		return strncmp(s, "with ", 5) == 0;
	}
	return 0;
}

/* Length of the first of several artists: "A, B", "A;B", "A & B", "A feat. B". */
static size_t first_artist(const char *artist)
{
	size_t n = 0;

	while (artist[n] && artist[n] != ',' && artist[n] != ';' &&
	       !(n > 0 && artist[n] == ' ' && is_link(artist + n + 1)))
		n++;
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

uint64_t emo_artist_hash(const char *artist)
{
	static const char *const nobody[] = {"traditional", "various", "various artists",
					     "va",	    "unknown", "unknown artist",
					     "anonymous",   "na",      "n/a"};
	int any = 0;
	uint64_t h = hash_text(FNV_START, artist, first_artist(artist), &any);

	for (size_t k = 0; k < sizeof nobody / sizeof *nobody; k++)
		if (strcasecmp(artist, nobody[k]) == 0)
			return 0;

	return any ? h : 0;
}

/* Whether a word that names a version is in s[n]. */
static int names_version(const char *s, size_t n)
{
	static const char *const words[] = {
		"remaster", "remastered", "remasterizado", "remix",   "mix",	 "mixed",
		"live",	    "edit",	  "version",	   "versión", "mono",	 "stereo",
		"demo",	    "acoustic",	  "unplugged",	   "feat",    "ft",	 "featuring",
		"with",	    "edition",	  "deluxe",	   "bonus",   "session", "sessions",
		"karaoke",  "rerecorded", "extended",	   "radio",   "reprise", "outtake",
		"take",	    "explicit",	  "clean",	   "single",  "sped",	 "slowed"};

	for (const char *end = s + n; s < end;) {
		size_t len = strcspn(s, " \t-.,:;/()[]'\"!?");

		if (s + len > end)
			len = (size_t)(end - s);
		for (size_t k = 0; len && k < sizeof words / sizeof *words; k++)
			if (strlen(words[k]) == len && strncasecmp(s, words[k], len) == 0)
				return 1;
		s += len + 1;
	}
	return 0;
}

/* Length of the title without " - Live at X", " feat. X" at its end. */
static size_t without_suffix(const char *title)
{
	static const char *const links[] = {" feat. ", " feat ", " ft. ", " ft ", " featuring "};
	size_t n = strlen(title);

	for (size_t k = 0; k < sizeof links / sizeof *links; k++) {
		const char *at = strcasestr(title, links[k]);
		if (at && at > title && (size_t)(at - title) < n)
			n = (size_t)(at - title);
	}
	for (const char *at = title; (at = strstr(at, " - ")) && (size_t)(at - title) < n; at += 3)
		if (at > title && names_version(at + 3, n - (size_t)(at + 3 - title)))
			n = (size_t)(at - title);
	return n;
}

uint64_t emo_song_work_hash(const char *title, const char *artist)
{
	size_t n = without_suffix(title);
	int any = 0, some_artist = 0;
	uint64_t h = FNV_START;

	for (size_t i = 0; i < n;) {
		size_t open = strcspn(title + i, "(["), close;

		if (open > n - i)
			open = n - i;
		h = hash_text(h, title + i, open, &any);
		i += open;
		if (i == n)
			break;
		close = strcspn(title + i, ")]"); /* to the end when it never closes */
		if (close > n - i)
			close = n - i;
		if (!names_version(title + i, close))
			h = hash_text(h, title + i, close, &any);
		i += close;
		i += i < n;
	}
	if (!any) /* the title is nothing but "(Live)" */
		return emo_song_hash(title, artist);
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
	uint64_t *slot;	   /* open addressing, 0: free */
	size_t size, used; /* at most 7 of 8 are used: less room for more steps from the home */
};

/*
 * Straight from the system and back: a heap would keep the holes that growing leaves, which are as
 * large as the table. Large pages, where there are such, spare a miss for each look.
 */
static uint64_t *slots_new(size_t n)
{
	void *at = mmap(NULL, n * sizeof(uint64_t), PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED) {
		emo_fail("out of memory (for %zu songs)", n);
		return NULL;
	}
#ifdef MADV_HUGEPAGE
	if (n >= HUGE)
		madvise(at, n * sizeof(uint64_t), MADV_HUGEPAGE);
#endif
	return at;
}

static void slots_free(uint64_t *slot, size_t n)
{
	if (slot)
		munmap(slot, n * sizeof *slot);
}

struct emo_seen *emo_seen_new(void)
{
	struct emo_seen *s = emo_calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->size = 1024;
	if (!(s->slot = slots_new(s->size))) {
		free(s);
		return NULL;
	}
	return s;
}

void emo_seen_free(struct emo_seen *s)
{
	if (!s)
		return;
	slots_free(s->slot, s->size);
	free(s);
}

/* By the upper bits, so that a table is read and its double written from one end to the other. */
static size_t home(size_t size, uint64_t hash)
{
	return (size_t)(hash * 0x9e3779b97f4a7c15u >> __builtin_clzll(size - 1));
}

static size_t place(const uint64_t *slot, size_t size, uint64_t hash)
{
	size_t i = home(size, hash);

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
	uint64_t *slot = slots_new(s->size * 2);

	if (!slot)
		return -1;
	for (size_t i = 0; i < s->size; i++)
		if (s->slot[i])
			slot[place(slot, s->size * 2, s->slot[i])] = s->slot[i];
	slots_free(s->slot, s->size);
	s->slot = slot;
	s->size *= 2;
	return 0;
}

int emo_seen_add(struct emo_seen *s, uint64_t hash)
{
	size_t i;

	hash += !hash;
	if (s->used >= s->size / 8 * 7 && enlarge(s) < 0)
		return -1;
	i = place(s->slot, s->size, hash);
	if (s->slot[i])
		return 1;
	s->used++;
	s->slot[i] = hash;
	return 0;
}

void emo_seen_expect(const struct emo_seen *s, uint64_t hash)
{
	hash += !hash;
	__builtin_prefetch(&s->slot[home(s->size, hash)]);
}
