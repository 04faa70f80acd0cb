/* SPDX-License-Identifier: MIT */
#include "nn/cfg.h"

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
	struct emo_section *section = cfg->sections + cfg->nsections - 1;
	char *eq = strchr(s, '=');

	if (!cfg->nsections)
		return emo_fail("%s:%d: before the first [section]", cfg->source, line);
	if (!eq)
		return emo_fail("%s:%d: neither [section] nor key=value", cfg->source, line);
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
	for (s = cfg->text; s; s = next, line++) {
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

static struct emo_key *find(struct emo_section *s, const char *name)
{
	struct emo_key *found = NULL;

	for (size_t i = 0; i < s->nkeys; i++)
		if (strcmp(s->keys[i].name, name) == 0) {
			found = s->keys + i; /* the last of equals counts */
			found->used = 1;
		}
	return found;
}

int emo_cfg_int(int *out, const struct emo_cfg *cfg, struct emo_section *s, const char *key,
		int missing, int min, int max)
{
	const struct emo_key *k = find(s, key);
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
	const struct emo_key *k = find(s, key);
	double v = (double)missing;

	if (k && emo_parse_double(&v, k->value) < 0)
		return emo_fail("%s:%d: %s=%s is not a number", cfg->source, k->line, key, k->value);
	if (k && (v < (double)min || v > (double)max))
		return emo_fail("%s:%d: %s=%s is not within %g .. %g", cfg->source, k->line, key,
				k->value, (double)min, (double)max);
	*out = (float)v;
	return 0;
}

const char *emo_cfg_text(struct emo_section *s, const char *key, const char *missing)
{
	const struct emo_key *k = find(s, key);

	return k ? k->value : missing;
}

int emo_cfg_all_used(const struct emo_cfg *cfg, const struct emo_section *s)
{
	for (size_t i = 0; i < s->nkeys; i++)
		if (!s->keys[i].used)
			return emo_fail("%s:%d: [%s] has no key '%s' here", cfg->source,
					s->keys[i].line, s->name, s->keys[i].name);
	return 0;
}
