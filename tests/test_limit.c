/* SPDX-License-Identifier: MIT */
#include "base/limit.h"

#include <string.h>

#include "base/err.h"
#include "test.h"

static int refuses(const char *text, const char *why)
{
	size_t before = emo_limit(EMO_LIMIT_ROW);

	return emo_limit_parse(text) < 0 && strstr(emo_error(), why) &&
	       emo_limit(EMO_LIMIT_ROW) == before;
}

static void parsing(void)
{
	CHECK(emo_limit(EMO_LIMIT_PIXELS) == (size_t)1 << 28);
	CHECK(emo_limit_parse("") == 0);
	CHECK(emo_limit_parse("pixels=1000,row=64M,memory=2G,growth=3K") == 0);
	CHECK(emo_limit(EMO_LIMIT_PIXELS) == 1000);
	CHECK(emo_limit(EMO_LIMIT_ROW) == (size_t)64 << 20);
	CHECK(emo_limit(EMO_LIMIT_MEMORY) == (size_t)2 << 30);
	CHECK(emo_limit(EMO_LIMIT_GROWTH) == 3 << 10);
	CHECK(emo_limit(EMO_LIMIT_LINE) == (size_t)1 << 20);
}

static void refusing(void)
{
	CHECK(refuses("rows=1", "there is no limit 'rows'; limits are pixels, "));
	CHECK(refuses("row", "row: is to be a whole number"));
	CHECK(refuses("row=", "row: is to be a whole number"));
	CHECK(refuses("row=M", "row: is to be a whole number"));
	CHECK(refuses("row=1.5M", "row: is to be a whole number"));
	CHECK(refuses("row=-1", "row: is to be a whole number"));
	CHECK(refuses("row=99999999999999999999999999", "row: is to be a whole number"));
	CHECK(refuses("row=0", "row: is not within 1 .. "));
	CHECK(refuses("row=999999999999999999G", "row: is not within 1 .. "));
	CHECK(refuses("=1", "there is no limit ''"));
}

int main(void)
{
	RUN(parsing);
	RUN(refusing);
	return test_end();
}
