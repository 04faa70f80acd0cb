/* SPDX-License-Identifier: MIT */
#include <strings.h>

#include "base/text.h"

#include "test.h"

static void utf8(void)
{
	uint32_t c = 0;

	CHECK_INT(emo_utf8_next("a", &c), 1);
	CHECK_INT(c, 'a');
	CHECK_INT(emo_utf8_next("\xc3\xa9", &c), 2);
	CHECK_INT(c, 0xe9);
	CHECK_INT(emo_utf8_next("\xf0\x9f\x8e\xb5", &c), 4);
	CHECK_INT(c, 0x1f3b5);
	CHECK_INT(emo_utf8_next("\xc3", &c), 0);	 /* cut off */
	CHECK_INT(emo_utf8_next("\xc0\xaf", &c), 0);	 /* overlong */
	CHECK_INT(emo_utf8_next("\xed\xa0\x80", &c), 0); /* a surrogate */
	CHECK_INT(emo_utf8_next("\xff", &c), 0);
	CHECK_INT(emo_utf8_next("\x80", &c), 0);
}

static void fits(void)
{
	char buf[64];

	CHECK_INT(emo_text_fit(buf, sizeof buf, "short", 10, EMO_CUT_END), 5);
	CHECK_STR(buf, "short");
	CHECK_INT(emo_text_fit(buf, sizeof buf, "0123456789", 10, EMO_CUT_END), 10);
	CHECK_STR(buf, "0123456789");
	CHECK_INT(emo_text_fit(buf, sizeof buf, "0123456789a", 10, EMO_CUT_END), 10);
	CHECK_STR(buf, "0123456...");
	CHECK_INT(emo_text_fit(buf, sizeof buf, "0123456789a", 10, EMO_CUT_START), 10);
	CHECK_STR(buf, "...456789a");
	CHECK_INT(emo_text_fit(buf, sizeof buf, "0123", 2, EMO_CUT_END), 2);
	CHECK_STR(buf, "..");
	CHECK_INT(emo_text_fit(buf, sizeof buf, "0123", 0, EMO_CUT_END), 0);
	CHECK_STR(buf, "");
}

static void columns(void)
{
	char buf[64];

	CHECK_INT(emo_text_columns("Dvo\xc5\x99\xc3\xa1k"), 6);
	CHECK_INT(emo_text_columns("\xe6\x97\xa5\xe6\x9c\xac"), 4); /* two wide characters */
	CHECK_INT(emo_text_columns("e\xcc\x81"), 1);		    /* e and a combining accent */
	CHECK_INT(emo_text_columns("🚀⚡"), 4);
	CHECK_INT(emo_text_columns("हिन्दी"), 5); /* the virama takes none */
	CHECK_INT(emo_text_columns("שָׁלוֹם"), 4);
	/* a wide character is not cut in half: 6 columns hold one and the dots */
	CHECK_INT(emo_text_fit(buf, sizeof buf, "\xe6\x97\xa5\xe6\x9c\xac\xe6\x97\xa5\xe6\x9c\xac",
			       6, EMO_CUT_END),
		  5);
	CHECK_STR(buf, "\xe6\x97\xa5...");
}

static void cannot_steer(void)
{
	char buf[64];

	emo_text_fit(buf, sizeof buf, "a\x1b[31m\n\t\r\x7f", 40, EMO_CUT_END);
	CHECK_STR(buf, "a\\x1b[31m\\n\\t\\r\\x7f");
	emo_text_fit(buf, sizeof buf, "\xc2\x9bx", 40, EMO_CUT_END); /* CSI in one character */
	CHECK_STR(buf, "\\u009bx");
	emo_text_fit(buf, sizeof buf, "\xe2\x80\xaex", 40,
		     EMO_CUT_END); /* right-to-left override */
	CHECK_STR(buf, "\\u202ex");
	emo_text_fit(buf, sizeof buf, "\xff!", 40, EMO_CUT_END);
	CHECK_STR(buf, "\\xff!");
}

static void small_buffer(void)
{
	char buf[4];

	CHECK_INT(emo_text_fit(buf, sizeof buf, "abcdef", 10, EMO_CUT_END), 3);
	CHECK_STR(buf, "abc");
	CHECK_INT(emo_text_fit(buf, 1, "abcdef", 10, EMO_CUT_END), 0);
	CHECK_STR(buf, "");
}

static void letter_case(void)
{
	static const char *const pairs[][2] = {{"FÜR ELISE", "für elise"}, {"ÉTÉ", "été"},
					       {"ŁÓDŹ", "łódź"},	 {"ŽŠČŘ", "žščř"},
					       {"ΑΒΓΈ", "αβγέ"},	 {"ЧАЙКОВСКИЙ Ё", "чайковский ё"},
					       {"ẠẤ Ỹ", "ạấ ỹ"},	 {"Ÿ", "ÿ"}};
	char folded[64];

	for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) {
		CHECK_INT(emo_text_compare(pairs[k][0], pairs[k][1]), 0);
		emo_text_fold(folded, pairs[k][0]);
		CHECK_INT((int)strlen(folded), (int)strlen(pairs[k][0]));
		CHECK_INT(strcasecmp(folded, pairs[k][1]), 0);
	}
	CHECK(emo_text_compare("a", "B") < 0);
	CHECK(emo_text_compare("ab", "A") > 0);
	CHECK(emo_text_compare("\xff", "z") > 0);
	CHECK(emo_text_compare("\xfe", "\xff") < 0);
	emo_text_fold(folded, "\xc3\x9c\xff\xc3");
	CHECK_STR(folded, "\xc3\xbc\xff\xc3");
}

int main(void)
{
	RUN(letter_case);
	RUN(utf8);
	RUN(fits);
	RUN(columns);
	RUN(cannot_steer);
	RUN(small_buffer);
	return test_end();
}
