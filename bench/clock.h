/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <time.h>

static inline double seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Threads of whoever ran before may spin for a while, waiting for more; they shall not disturb. */
static inline void let_settle(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
}

#endif
