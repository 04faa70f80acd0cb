/* SPDX-License-Identifier: MIT */
#include "nn/cfg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"

#define MAX_TEXT ((size_t)1 << 20)

/* Cuts blanks off both ends, in place. */
static char *trim(char *s)
{
	char *end;

	s += strspn(s, " \t\r");
	end = s + strlen(s);
	while (end > s && strchr(" \t\r", end[-1]))
		*--end = '\0';
	return s;
}

static int add_section(struct emo_cfg *cfg, char *s, int line)
{
	char *close = strchr(s, ']');

	if (!close || close[1])
		return emo_fail("%s:%d: a section must look like [convolutional]", cfg->source, line);
	*close = '\0';
	if (emo_grow(&cfg->sections, &cfg->cap, cfg->nsections + 1, sizeof *cfg->sections) < 0)
		return -1;
	cfg->sections[cfg->nsections++] = (struct emo_section){.name = trim(s + 1), .line = line};
	return 0;
}

static int add_key(struct emo_cfg *cfg, char *s, int line)
{
	struct emo_section *section;
	char *eq = strchr(s, '=');

	if (!eq)
		return emo_fail("%s:%d: neither [section] nor key=value: %.40s", cfg->source, line, s);
	if (!cfg->nsections)
		return emo_fail("%s:%d: a key before the first [section]", cfg->source, line);
	section = cfg->sections + cfg->nsections - 1;
	*eq = '\0';
	if (emo_grow(&section->keys, &section->cap, section->nkeys + 1, sizeof *section->keys) < 0)
		return -1;
	section->keys[section->nkeys++] = (struct emo_key){trim(s), trim(eq + 1), line, 0};
	return 0;
}

int emo_cfg_parse(struct emo_cfg *cfg, const char *text, size_t len, const char *source)
{
	char *s, *next;
	int line = 1;

	*cfg = (struct emo_cfg){0};
	if (len > MAX_TEXT)
		return emo_fail("%s: larger than %zu bytes", source, MAX_TEXT);
	if (memchr(text, '\0', len))
		return emo_fail("%s: not a text file", source);
	if (!(cfg->text = emo_calloc(len + 1, 1)) || !(cfg->source = emo_strdup(source)))
		goto fail;
	memcpy(cfg->text, text, len);
	s = cfg->text;
	if (strncmp(s, "\xef\xbb\xbf", 3) == 0)
		s += 3; /* some editors begin UTF-8 with a mark */
	for (; s; s = next, line++) {
		if ((next = strchr(s, '\n')))
			*next++ = '\0';
		s[strcspn(s, "#;")] = '\0';
		s = trim(s);
		if (*s && (*s == '[' ? add_section(cfg, s, line) : add_key(cfg, s, line)) < 0)
			goto fail;
	}
	return 0;
fail:
	emo_cfg_done(cfg);
	return -1;
}

void emo_cfg_done(struct emo_cfg *cfg)
{
	for (size_t i = 0; i < cfg->nsections; i++)
		free(cfg->sections[i].keys);
	free(cfg->sections);
	free(cfg->text);
	free(cfg->source);
	*cfg = (struct emo_cfg){0};
}

static struct emo_key *find(const struct emo_section *s, const char *name)
{
	for (size_t i = 0; i < s->nkeys; i++)
		if (strcmp(s->keys[i].name, name) == 0)
			return s->keys + i;
	return NULL;
}

/* Of several keys of one name the first counts and the others stay unused. */
static const struct emo_key *use(struct emo_section *s, const char *name)
{
	struct emo_key *k = find(s, name);

	if (k)
		k->used = 1;
	return k;
}

int emo_cfg_int(int *out, const struct emo_cfg *cfg, struct emo_section *s, const char *key,
		int missing, int min, int max)
{
	const struct emo_key *k = use(s, key);
	long v = missing;

	if (k && emo_parse_long(&v, k->value) < 0)
		return emo_fail("%s:%d: %s=%s is not a whole number", cfg->source, k->line, key,
				k->value);
	if (k && (v < min || v > max))
		return emo_fail("%s:%d: %s=%ld is not within %d .. %d", cfg->source, k->line, key, v,
				min, max);
	*out = (int)v;
	return 0;
}

int emo_cfg_float(float *out, const struct emo_cfg *cfg, struct emo_section *s, const char *key,
		  float missing, float min, float max)
{
	const struct emo_key *k = use(s, key);
	double v = (double)missing;

	if (k && emo_parse_double(&v, k->value) < 0)
		return emo_fail("%s:%d: %s=%s is not a number", cfg->source, k->line, key, k->value);
	if (k && (v < (double)min || v > (double)max))
		return emo_fail("%s:%d: %s=%s is not within %g .. %g", cfg->source, k->line, key,
				k->value, (double)min, (double)max);
	*out = (float)v;
	return 0;
}

int emo_cfg_choice(int *out, const struct emo_cfg *cfg, struct emo_section *s, const char *key,
		   int missing, const struct emo_choice *choices)
{
	const struct emo_key *k = use(s, key);
	char names[256];
	size_t n = 0;

	*out = missing;
	if (!k)
		return 0;
	for (; choices->name; choices++) {
		if (strcmp(choices->name, k->value) == 0) {
			*out = choices->value;
			return 0;
		}
		if (n < sizeof names)
			n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", n ? ", " : "",
					      choices->name);
	}
	return emo_fail("%s:%d: %s=%s is none of %s", cfg->source, k->line, key, k->value, names);
}

int emo_cfg_all_used(const struct emo_cfg *cfg, const struct emo_section *s)
{
	for (size_t i = 0; i < s->nkeys; i++) {
		const struct emo_key *k = s->keys + i;

		if (!k->used && find(s, k->name)->used)
			return emo_fail("%s:%d: [%s] has '%s' twice", cfg->source, k->line, s->name,
					k->name);
		if (!k->used)
			return emo_fail("%s:%d: '%s' is not a key that [%s] can have here",
					cfg->source, k->line, k->name, s->name);
	}
	return 0;
}
