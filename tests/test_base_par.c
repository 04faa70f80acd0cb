/* SPDX-License-Identifier: MIT */
#include "base/par.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"
#include "test.h"

enum { N = 1000 };

struct job {
	uint64_t out[N];
	atomic_int runs[N];
	atomic_int threads_seen[256];
	int nthreads, bad_thread;
};

static int fill(void *ctx, int index, int thread)
{
	struct job *j = ctx;
	struct emo_rng r = emo_rng_at(7, (uint64_t)index, 0);

	if (thread < 0 || thread >= j->nthreads)
		return emo_fail("thread %d", thread);
	atomic_fetch_add(&j->runs[index], 1);
	for (int i = 0; i < 100; i++)
		j->out[index] += emo_rng_next(&r);
	return 0;
}

static void every_index_runs_once_with_the_same_results(void)
{
	static struct job want, got;

	want.nthreads = 1;
	CHECK_INT(emo_for(NULL, N, fill, &want), 0);
	for (int threads = 1; threads <= 8; threads++) {
		struct emo_pool *pool = emo_pool_new(threads);

		if (!CHECK(pool))
			return;
		CHECK_INT(emo_pool_size(pool), threads);
		memset(&got, 0, sizeof got);
		got.nthreads = threads;
		CHECK_INT(emo_for(pool, N, fill, &got), 0);
		CHECK(memcmp(got.out, want.out, sizeof got.out) == 0);
		for (int i = 0; i < N; i++)
			if (got.runs[i] != 1)
				CHECK_INT(got.runs[i], 1);
		emo_pool_free(pool);
	}
}

static int fail_some(void *ctx, int index, int thread)
{
	(void)thread;
	atomic_fetch_add((atomic_int *)ctx, 1);
	for (volatile int i = 0; i < (index == 40 ? 200000 : 100); i++)
		; /* the lowest failure comes last in time */
	return index >= 40 && index % 10 == 0 ? emo_fail("index %d is bad", index) : 0;
}

static void the_lowest_failure_is_reported(void)
{
	for (int threads = 1; threads <= 8; threads++) {
		struct emo_pool *pool = emo_pool_new(threads);

		for (int again = 0; again < 50; again++) {
			atomic_int begun = 0;

			emo_fail("nothing yet");
			CHECK_INT(emo_for(pool, 100000, fail_some, &begun), -1);
			CHECK_STR(emo_error(), "index 40 is bad");
			CHECK(begun > 40 && begun < 100000);
		}
		emo_pool_free(pool);
	}
}

static int add_one(void *ctx, int index, int thread)
{
	(void)thread;
	((int *)ctx)[index]++;
	return 0;
}

/* 100 000 loops that are over at once, with different numbers of tasks. */
static void many_small_loops(void)
{
	struct emo_pool *pool = emo_pool_new(2);
	int count[4] = {0};

	for (int i = 0; i < 100000; i++)
		if (emo_for(pool, i % 5, add_one, count) < 0)
			CHECK(!"emo_for failed");
	CHECK_INT(count[0], 80000);
	CHECK_INT(count[1], 60000);
	CHECK_INT(count[2], 40000);
	CHECK_INT(count[3], 20000);
	emo_pool_free(pool);
}

static int start_another(void *ctx, int index, int thread)
{
	struct emo_pool *pool = emo_pool_new(2);
	int count[3] = {0};
	int status;

	(void)thread;
	if (!pool)
		return -1;
	status = emo_for(pool, 3, add_one, count);
	emo_pool_free(pool);
	((int *)ctx)[index] = count[0] + count[1] + count[2];
	return status;
}

static void a_task_may_have_a_pool_of_its_own(void)
{
	struct emo_pool *pool = emo_pool_new(3);
	int sums[20] = {0};

	CHECK_INT(emo_for(pool, 20, start_another, sums), 0);
	for (int i = 0; i < 20; i++)
		CHECK_INT(sums[i], 3);
	emo_pool_free(pool);
}

static void pools_come_and_go(void)
{
	for (int i = 0; i < 500; i++) {
		struct emo_pool *pool = emo_pool_new(1 + i % 8);
		int count[2] = {0};

		if (i % 3)
			emo_for(pool, 2, add_one, count);
		emo_pool_free(pool);
	}
	emo_pool_free(NULL);
	CHECK_INT(emo_pool_size(NULL), 1);
}

static void zero_means_the_usable_cpus(void)
{
	struct emo_pool *pool = emo_pool_new(0);

	CHECK(pool && emo_pool_size(pool) >= 1);
	emo_pool_free(pool);
}

static void no_tasks_is_no_failure(void)
{
	struct emo_pool *pool = emo_pool_new(2);
	int count[1] = {0};

	CHECK_INT(emo_for(pool, 0, add_one, count), 0);
	CHECK_INT(emo_for(NULL, 0, add_one, count), 0);
	CHECK_INT(count[0], 0);
	emo_pool_free(pool);
}

static void what_is_for_later_runs_once_beside_other_loops(void)
{
	static struct job want, got, other;

	want.nthreads = 1;
	CHECK_INT(emo_later(NULL, N, fill, &want), 0);
	CHECK_INT(emo_later_done(NULL), 0);
	for (int threads = 1; threads <= 8; threads++) {
		struct emo_pool *pool = emo_pool_new(threads);

		if (!CHECK(pool))
			return;
		for (int again = 0; again < 20; again++) {
			memset(&got, 0, sizeof got);
			got.nthreads = other.nthreads = threads;
			CHECK_INT(emo_later(pool, N, fill, &got), 0);
			for (int loop = 0; loop < again; loop++) {
				memset(&other, 0, sizeof other);
				other.nthreads = threads;
				CHECK_INT(emo_for(pool, 10, fill, &other), 0);
				CHECK(memcmp(other.out, want.out, 10 * sizeof *other.out) == 0);
			}
			CHECK_INT(emo_later_done(pool), 0);
			CHECK(memcmp(got.out, want.out, sizeof got.out) == 0);
			for (int i = 0; i < N; i++)
				if (got.runs[i] != 1)
					CHECK_INT(got.runs[i], 1);
			CHECK_INT(emo_later_done(pool), 0); /* nothing is left */
		}
		emo_pool_free(pool);
	}
}

static void a_failure_for_later_is_reported_later(void)
{
	for (int threads = 1; threads <= 4; threads++) {
		struct emo_pool *pool = emo_pool_new(threads);
		static struct job other;
		atomic_int begun = 0;

		other.nthreads = threads;
		CHECK_INT(emo_later(pool, 100, fail_some, &begun), 0);
		CHECK_INT(emo_for(pool, N, fill, &other), 0);
		CHECK_INT(emo_later_done(pool), -1);
		CHECK_STR(emo_error(), "index 40 is bad");
		CHECK_INT(emo_later_done(pool), 0);
		emo_pool_free(pool);
	}
}

int main(void)
{
	RUN(every_index_runs_once_with_the_same_results);
	RUN(the_lowest_failure_is_reported);
	RUN(many_small_loops);
	RUN(a_task_may_have_a_pool_of_its_own);
	RUN(pools_come_and_go);
	RUN(zero_means_the_usable_cpus);
	RUN(no_tasks_is_no_failure);
	RUN(what_is_for_later_runs_once_beside_other_loops);
	RUN(a_failure_for_later_is_reported_later);
	return test_end();
}
