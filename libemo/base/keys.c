/* SPDX-License-Identifier: MIT */
#include "base/keys.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"

const struct emo_key *emo_key_find(const struct emo_key *keys, const char *name)
{
	for (; keys->name; keys++)
		if (strcmp(name, keys->name) == 0)
			return keys;
	return NULL;
}

static int set_word(unsigned *field, const struct emo_key *k, const char *value)
{
	char list[128] = "";
	size_t n = 0;

	for (unsigned i = 0; k->words[i]; i++) {
		if (strcmp(value, k->words[i]) == 0) {
			*field = i;
			return 0;
		}
		if (n < sizeof list)
			n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", i ? ", " : "",
					      k->words[i]);
	}
	return emo_fail("'%s' is none of %s", value, list);
}

static int set_seed(uint64_t *seed, const char *value)
{
	if (!*value || value[strspn(value, "0123456789")] || strlen(value) > 19)
		return emo_fail("'%s' is not a whole number of at most 19 digits", value);
	*seed = strtoull(value, NULL, 10);
	return 0;
}

int emo_key_set(void *object, const struct emo_key *k, const char *value)
{
	void *field = (char *)object + k->at;
	double v = 0;
	long n = 0;

	if (k->type == EMO_WORD)
		return set_word(field, k, value);
	if (k->type == EMO_SEED)
		return set_seed(field, value);
	if (k->type == EMO_WHOLE && emo_parse_long(&n, value) < 0)
		return emo_fail("'%s' is not a whole number", value);
	if (emo_parse_double(&v, value) < 0)
		return emo_fail("'%s' is not a number", value);
	if (v < k->min || v > k->max)
		return emo_fail("%s is not within %g .. %.9g", value, k->min, k->max);
	if (k->type == EMO_WHOLE)
		*(int *)field = (int)n;
	else if (k->type == EMO_SINGLE)
		*(float *)field = (float)v;
	else
		*(double *)field = v;
	return 0;
}

static void print_value(char *buf, size_t size, const void *object, const struct emo_key *k)
{
	const void *field = (const char *)object + k->at;

	switch (k->type) {
	case EMO_WHOLE: snprintf(buf, size, "%d", *(const int *)field); break;
	case EMO_SEED: snprintf(buf, size, "%" PRIu64, *(const uint64_t *)field); break;
	case EMO_SINGLE: emo_snprintf(buf, size, "%.7g", (double)*(const float *)field); break;
	case EMO_DOUBLE: emo_snprintf(buf, size, "%.7g", *(const double *)field); break;
	case EMO_WORD: snprintf(buf, size, "%s", k->words[*(const unsigned *)field]); break;
	}
}

char *emo_keys_text(const void *object, const struct emo_key *keys)
{
	enum { LINE = 64 };
	char *text, value[32];
	size_t n = 0;

	while (keys[n].name)
		n++;
	text = emo_calloc(n + 1, LINE);
	n = 0;
	for (; text && keys->name; keys++) {
		print_value(value, sizeof value, object, keys);
		n += (size_t)snprintf(text + n, LINE, "%s %s\n", keys->name, value);
	}
	return text;
}
