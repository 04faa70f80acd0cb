/* SPDX-License-Identifier: MIT */
#include "base/err.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "test.h"

static void there_is_always_a_message(void)
{
	CHECK(emo_error() && *emo_error());
}

static void formats_and_returns_minus_one(void)
{
	CHECK_INT(emo_fail("%s:%d: %s", "a.csv", 3, "bad"), -1);
	CHECK_STR(emo_error(), "a.csv:3: bad");
	CHECK_INT(emo_fail("%s", ""), -1);
	CHECK_STR(emo_error(), "");
}

static void a_colon_at_the_end_asks_for_errno(void)
{
	errno = ENOENT;
	emo_fail("x.png:");
	CHECK_STR(emo_error(), "x.png: No such file or directory");
	errno = ENOENT;
	emo_fail("%s", "x.png:"); /* only the format counts */
	CHECK_STR(emo_error(), "x.png:");
}

static void the_message_may_be_its_own_argument(void)
{
	emo_fail("no %s", "weights");
	emo_fail("model.emo: %s (layer %d)", emo_error(), 3);
	CHECK_STR(emo_error(), "model.emo: no weights (layer 3)");
}

/* The longest path leaves room for the reason; beyond that the text is cut, not overrun. */
static void long_messages(void)
{
	static char path[4096], text[20000];

	memset(path, 'p', sizeof path - 1);
	emo_fail("%s:%d: has a bad magic number", path, 123456);
	CHECK_ERROR("p:123456: has a bad magic number");
	memset(text, 't', sizeof text - 1);
	errno = ENOENT;
	emo_fail("%s:", text);
	CHECK_INT((long long)strlen(emo_error()), EMO_ERROR_MAX - 1);
}

static void *other_thread(void *arg)
{
	(void)arg;
	CHECK_STR(emo_error(), "no error");
	emo_fail("of the other thread");
	CHECK_STR(emo_error(), "of the other thread");
	return NULL;
}

static void each_thread_has_its_own(void)
{
	pthread_t id;

	emo_fail("of this thread");
	if (!CHECK(pthread_create(&id, NULL, other_thread, NULL) == 0))
		return;
	pthread_join(id, NULL);
	CHECK_STR(emo_error(), "of this thread");
}

int main(void)
{
	RUN(there_is_always_a_message);
	RUN(formats_and_returns_minus_one);
	RUN(a_colon_at_the_end_asks_for_errno);
	RUN(the_message_may_be_its_own_argument);
	RUN(long_messages);
	RUN(each_thread_has_its_own);
	return test_end();
}
