/* SPDX-License-Identifier: MIT */
#include "limits.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "base/err.h"
#include "base/limit.h"
#include "cli.h"

/* Sanitizers map terabytes for themselves. */
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define HAS_SHADOW 1
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SHADOW 1
#endif
#endif

void limits_start(void)
{
	const char *text = getenv("EMO_LIMITS");

	if (text && emo_limit_parse(text) < 0)
		usage_error("EMO_LIMITS: %s", emo_error());
}

int limits_set(const char *text)
{
	return emo_limit_parse(text);
}

void limits_enter(void)
{
#ifndef HAS_SHADOW
	struct rlimit r;
	rlim_t most = emo_limit(EMO_LIMIT_MEMORY);

	/* what the process may write to: files that are mapped do not count */
	if (getrlimit(RLIMIT_DATA, &r) < 0 || r.rlim_cur <= most)
		return;
	r.rlim_cur = most;
	setrlimit(RLIMIT_DATA, &r);
#endif
}
