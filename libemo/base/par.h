/* SPDX-License-Identifier: MIT */
/*
 * Threads: a parallel loop, and work for threads that wait. A pool keeps its workers; emo_for runs
 * task(ctx, 0 .. n-1) on them and on the caller. Which thread runs which index is left to chance, so
 * tasks must write to places that depend on the index alone (`thread` is for scratch memory): then
 * results have the same bits for any number of threads.
 */
#ifndef EMO_BASE_PAR_H
#define EMO_BASE_PAR_H

#include "api.h"

struct emo_pool;

/* 0, or -1 after emo_fail(). 0 <= thread < emo_pool_size(). */
typedef int emo_task(void *ctx, int index, int thread);

/* threads = 0: one for each CPU that this process may use. NULL on failure; emo_pool_free frees. */
EMO_API struct emo_pool *emo_pool_new(int threads);
EMO_API void emo_pool_free(struct emo_pool *pool);

/* Number of threads, the caller's included; 1 for NULL. */
EMO_API int emo_pool_size(const struct emo_pool *pool);

/*
 * Runs the loop and waits for its end. NULL is a pool of the caller alone. -1 when a task failed:
 * no further index is then begun, and the message of the lowest failed index becomes the caller's.
 * A pool runs one loop at a time and tasks start no loops on it.
 */
EMO_API int emo_for(struct emo_pool *pool, int n, emo_task *task, void *ctx);

/*
 * Announces a second loop, for the time in which threads wait for each other: a thread that the
 * loops that follow leave idle takes up an index of it. The caller goes on at once;
 * emo_later_done runs what is left, on all threads, and waits. An index should be short, some tens of
 * microseconds, for the loop that begins meanwhile waits for it. What the tasks touch is theirs
 * until emo_later_done, which must be called before anything else is announced and before the
 * pool is freed. With a pool of NULL emo_later does it all. -1 when a task failed, with
 * the message of the lowest index.
 */
EMO_API int emo_later(struct emo_pool *pool, int n, emo_task *task, void *ctx);
EMO_API int emo_later_done(struct emo_pool *pool);

#endif
