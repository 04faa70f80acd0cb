/* SPDX-License-Identifier: MIT */
/* Arguments of options as numbers, times and words. */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "cli.h"

long cli_long(const struct cli_args *a, long min, long max)
{
	long v;

	if (emo_parse_long(&v, a->value) < 0)
		usage_error("--%s: '%s' is not a whole number", a->option->name, a->value);
	if (v < min || v > max)
		usage_error("--%s: %ld is not within %ld .. %ld", a->option->name, v, min, max);
	return v;
}

double cli_double(const struct cli_args *a, double min, double max)
{
	double v;

	if (emo_parse_double(&v, a->value) < 0)
		usage_error("--%s: '%s' is not a number", a->option->name, a->value);
	if (v < min || v > max)
		usage_error("--%s: %g is not within %g .. %g", a->option->name, v, min, max);
	return v;
}

double cli_seconds(const struct cli_args *a)
{
	static const struct {
		char letter;
		double seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	char text[32];
	size_t n = strlen(a->value);
	double v, unit = 1;

	for (size_t i = 0; n && i < sizeof units / sizeof *units; i++)
		if (a->value[n - 1] == units[i].letter) {
			unit = units[i].seconds;
			n--;
			break;
		}
	snprintf(text, sizeof text, "%.*s", (int)(n < sizeof text ? n : sizeof text - 1), a->value);
	if (n >= sizeof text || emo_parse_double(&v, text) < 0 || v < 0 || v > 1e9)
		usage_error("--%s: '%s' is not a time such as 90s, 40m or 3h", a->option->name,
			    a->value);
	return v * unit;
}

int cli_word(const struct cli_args *a, const char *const *words)
{
	char list[256] = "";
	size_t n = 0;

	for (int i = 0; words[i]; i++) {
		if (strcmp(a->value, words[i]) == 0)
			return i;
		if (n < sizeof list)
			n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", i ? ", " : "",
					      words[i]);
	}
	usage_error("--%s: '%s' is none of %s", a->option->name, a->value, list);
}
