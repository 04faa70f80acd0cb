/* SPDX-License-Identifier: MIT */
#include "base/num.h"

#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "test.h"

static void check_double(const char *text, double want)
{
	double v = -99;

	if (CHECK(emo_parse_double(&v, text) == 0))
		CHECK_NEAR(v, want, 0);
	else
		printf("\tof \"%s\"\n", text);
}

static void numbers_are_parsed(void)
{
	check_double("0", 0);
	check_double("1.5", 1.5);
	check_double("-1.5e-3", -1.5e-3);
	check_double(" \t+.5\r\n", .5);
	check_double("5.", 5);
	check_double("1E5", 1e5);
	check_double("1e-400", 0);
	check_double("0.1", 0.1);
	check_double("1797693134862315700e290", 1.7976931348623157e308);
}

static void other_text_is_refused(void)
{
	static const char *const bad[] = {"",	  " ",	 "x",	"1x",  "1 2",  "1,5",	 "0x10",
					  "nan",  "inf", "-inf", "1e", "1-2",  "--1",	 "1e999",
					  "NaN",  ".",	 "e5",	"1.2.3", "1e5e5", "infinity"};
	double v = 7;
	long n = 7;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (!CHECK(emo_parse_double(&v, bad[i]) == -1))
			printf("\tof \"%s\"\n", bad[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (!CHECK(emo_parse_long(&n, bad[i]) == -1))
			printf("\tof \"%s\"\n", bad[i]);
	CHECK(v == 7 && n == 7);
}

static void whole_numbers(void)
{
	long v = 0;
	char text[64];

	CHECK(emo_parse_long(&v, " -42 ") == 0 && v == -42);
	CHECK(emo_parse_long(&v, "+007") == 0 && v == 7);
	snprintf(text, sizeof text, "%ld", LONG_MAX);
	CHECK(emo_parse_long(&v, text) == 0 && v == LONG_MAX);
	CHECK_INT(emo_parse_long(&v, "99999999999999999999"), -1);
	CHECK_INT(emo_parse_long(&v, "-99999999999999999999"), -1);
	CHECK_INT(emo_parse_long(&v, "1.0"), -1);
	CHECK_INT(emo_parse_long(&v, "1e3"), -1);
}

static void printing(void)
{
	char text[8], *own;

	CHECK_INT(emo_snprintf(text, sizeof text, "%.2f", 1.5), 4);
	CHECK_STR(text, "1.50");
	CHECK_INT(emo_snprintf(text, sizeof text, "%s", "0123456789"), 10);
	own = emo_asprintf("%s and %.1f", "as long as it is, however long", 2.5);
	CHECK_STR(own, "as long as it is, however long and 2.5");
	free(own);
	CHECK_STR(text, "0123456");
}

/* Where a locale with a decimal comma is installed, it must not matter. */
static void a_locale_changes_nothing(void)
{
	static const char *const locales[] = {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "fr_FR",
					      "ru_RU.UTF-8", "pt_BR.UTF-8"};
	char text[16];
	size_t i = 0;

	while (i < sizeof locales / sizeof *locales && !setlocale(LC_ALL, locales[i]))
		i++;
	printf("# locale: %s\n", setlocale(LC_ALL, NULL));
	numbers_are_parsed();
	other_text_is_refused();
	whole_numbers();
	printing();
	emo_snprintf(text, sizeof text, "%.1f", 2.5);
	CHECK_STR(text, "2.5");
	snprintf(text, sizeof text, "%.1f", 2.5); /* and the program's own locale is still there */
	CHECK_INT(text[1], *localeconv()->decimal_point);
	setlocale(LC_ALL, "C");
}

int main(void)
{
	RUN(numbers_are_parsed);
	RUN(other_text_is_refused);
	RUN(whole_numbers);
	RUN(printing);
	RUN(a_locale_changes_nothing);
	return test_end();
}
