/* SPDX-License-Identifier: MIT */
#include "music/paths.h"

#include "base/err.h"
#include "test.h"

static void absolute(void)
{
	static const char *const want[][3] = {
		{"/music", "a/b.ogg", "/music/a/b.ogg"},
		{"/music", "/x/b.ogg", "/x/b.ogg"},
		{"/music/", "./a//b.ogg", "/music/a/b.ogg"},
		{"/music/lists", "../a.ogg", "/music/a.ogg"},
		{"/", "../../a.ogg", "/a.ogg"},
		{"/music", "..", "/"},
		{"/music", "...a", "/music/...a"},
	};
	char buf[20];

	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		CHECK_INT(emo_path_absolute(buf, sizeof buf, want[i][0], want[i][1]), 0);
		CHECK_STR(buf, want[i][2]);
	}
	CHECK_INT(emo_path_absolute(buf, sizeof buf, "/music", "12345678901234567890"), -1);
	CHECK_ERROR("too long");
}

static void relative(void)
{
	static const char *const want[][3] = {
		{"/music", "/music/a.ogg", "a.ogg"},
		{"/music/lists", "/music/a.ogg", "../a.ogg"},
		{"/mus", "/music/a.ogg", "../music/a.ogg"},
		{"/music", "/mus/a.ogg", "../mus/a.ogg"},
		{"/", "/a/b.ogg", "a/b.ogg"},
		{"/a/b/c", "/d.ogg", "../../../d.ogg"},
		{"/a/b", "/a/c/b", "../c/b"},
	};
	char buf[20];

	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		CHECK_INT(emo_path_relative(buf, sizeof buf, want[i][0], want[i][1]), 0);
		CHECK_STR(buf, want[i][2]);
	}
	CHECK_INT(emo_path_relative(buf, sizeof buf, "/a/b/c/d/e/f/g/h", "/x"), -1);
	CHECK_INT(emo_path_relative(buf, sizeof buf, "/a", "/a/12345678901234567890"), -1);
}

static void addresses(void)
{
	CHECK(emo_path_is_uri("https://x.org/a.ogg"));
	CHECK(emo_path_is_uri("spotify:track:1"));
	CHECK(!emo_path_is_uri("music/a.ogg"));
	CHECK(!emo_path_is_uri("C:\\music"));
	CHECK(!emo_path_is_uri("1. Song: live.ogg"));
	CHECK(!emo_path_is_uri(""));
}

int main(void)
{
	RUN(absolute);
	RUN(relative);
	RUN(addresses);
	return test_end();
}
