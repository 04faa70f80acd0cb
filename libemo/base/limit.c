/* SPDX-License-Identifier: MIT */
#include "base/limit.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/num.h"

#define KIB ((size_t)1 << 10)
#define MIB ((size_t)1 << 20)
#define GIB ((size_t)1 << 30)

static struct {
	const char *name;
	size_t now, least, most; /* most: what the code that uses it can count to */
} limits[EMO_LIMITS] = {
	[EMO_LIMIT_PIXELS] = {"pixels", 256 * MIB, 1, 2 * GIB - 1},
	[EMO_LIMIT_PICTURE] = {"picture", 256 * MIB, 8 * KIB, 2 * GIB - 1},
	[EMO_LIMIT_SCANS] = {"scans", 500, 1, 1000000},
	[EMO_LIMIT_GROWTH] = {"growth", 200, 1, 1000000},
	[EMO_LIMIT_ROW] = {"row", 4 * MIB, 1, GIB},
	[EMO_LIMIT_LINE] = {"line", MIB, 1, GIB},
	[EMO_LIMIT_LAYERS] = {"layers", 1000, 1, 4000},
	[EMO_LIMIT_PARAMETERS] = {"parameters", 128 * MIB, 1, 2 * GIB - 1},
	[EMO_LIMIT_BATCH] = {"batch", 4 * GIB, 1, 1024 * GIB},
	[EMO_LIMIT_MEMORY] = {"memory", 16 * GIB, MIB, 1024 * GIB},
};

size_t emo_limit(enum emo_limit which)
{
	return limits[which].now;
}

const char *emo_limit_name(enum emo_limit which)
{
	return limits[which].name;
}

static int unknown(const char *name, size_t n)
{
	char list[160] = "";
	size_t used = 0;

	for (int i = 0; i < EMO_LIMITS; i++)
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "",
					 limits[i].name);
	return emo_fail("there is no limit '%.*s'; limits are %s", (int)(n < 40 ? n : 40), name, list);
}

/* One "name=value" of n bytes. */
static int parse_one(const char *s, size_t n)
{
	static const char units[] = "KMG";
	const char *eq = memchr(s, '=', n);
	size_t name = eq ? (size_t)(eq - s) : n, digits, factor = 1;
	char number[24];
	int i = 0;
	long v;

	while (i < EMO_LIMITS && (strlen(limits[i].name) != name || memcmp(limits[i].name, s, name)))
		i++;
	if (i == EMO_LIMITS)
		return unknown(s, name);
	digits = eq ? n - name - 1 : 0;
	if (digits && strchr(units, eq[digits])) {
		factor = (size_t)1 << (10 * (strchr(units, eq[digits]) - units + 1));
		digits--;
	}
	snprintf(number, sizeof number, "%.*s", (int)(digits < 23 ? digits : 23), eq ? eq + 1 : "");
	if (!digits || digits > 18 || emo_parse_long(&v, number) < 0 || v < 0)
		return emo_fail("%s: is to be a whole number, perhaps with K, M or G: %s=64M",
				limits[i].name, limits[i].name);
	if ((size_t)v > limits[i].most / factor || (size_t)v * factor < limits[i].least)
		return emo_fail("%s: is not within %zu .. %zu", limits[i].name, limits[i].least,
				limits[i].most);
	limits[i].now = (size_t)v * factor;
	return 0;
}

int emo_limit_parse(const char *text)
{
	for (size_t n; *text; text += n + (text[n] == ',')) {
		n = strcspn(text, ",");
		if (n && parse_one(text, n) < 0)
			return -1;
	}
	return 0;
}
