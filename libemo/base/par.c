/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* sched_getaffinity, CPU_COUNT */
#include "base/par.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

#define MAX_THREADS 256
#define SPINS       2000 /* 20 to 100 us: loops follow each other closely in a network */

struct worker {
	struct emo_pool *pool;
	pthread_t id;
	int thread;
};

/* The lowest index that failed, of a loop. */
struct failure {
	atomic_bool is;
	int index; /* under lock, with message */
	char message[EMO_ERROR_MAX];
};

struct emo_pool {
	int nthreads;
	int spins; /* before sleeping; 0 when threads outnumber CPUs and would waste them */
	struct worker *workers; /* [1 .. nthreads-1]; 0 is the caller */

	emo_task *task;
	void *ctx;
	int n;
	atomic_uint next; /* the next index to begin; it overshoots n */
	atomic_int busy;  /* workers that have not finished the current loop */
	atomic_uint loop; /* counts loops; a change wakes the workers */
	atomic_bool quit;
	struct failure failure;

	struct { /* what emo_later announced */
		emo_task *task;
		void *ctx;
		int n;
		atomic_int left; /* not begun; the lowest goes first */
		atomic_int open; /* not finished */
		struct failure failure;
	} later;

	pthread_mutex_t lock;
	pthread_cond_t wake, done;
};

static void pause_cpu(void)
{
#if defined __x86_64__
	__builtin_ia32_pause();
#elif defined __aarch64__
	__asm__ volatile("yield");
#endif
}

static void no_failure(struct failure *f)
{
	f->index = INT_MAX;
	atomic_store(&f->is, 0);
}

static void note_failure(struct emo_pool *p, struct failure *f, int index)
{
	pthread_mutex_lock(&p->lock);
	if (index < f->index) {
		f->index = index;
		snprintf(f->message, sizeof f->message, "%s", emo_error());
	}
	atomic_store(&f->is, 1);
	pthread_mutex_unlock(&p->lock);
}

static void run_share(struct emo_pool *p, int thread)
{
	unsigned i;

	while (!atomic_load_explicit(&p->failure.is, memory_order_relaxed) &&
	       (i = atomic_fetch_add(&p->next, 1)) < (unsigned)p->n)
		if (p->task(p->ctx, (int)i, thread) < 0)
			note_failure(p, &p->failure, (int)i);
}

/* Runs an index of what was announced for later; 0 when none is left. */
static int run_later(struct emo_pool *p, int thread)
{
	int left = atomic_load(&p->later.left), i;

	do
		if (left <= 0)
			return 0;
	while (!atomic_compare_exchange_weak(&p->later.left, &left, left - 1));
	i = p->later.n - left;
	if (p->later.task(p->later.ctx, i, thread) < 0)
		note_failure(p, &p->later.failure, i);
	atomic_fetch_sub(&p->later.open, 1);
	return 1;
}

/* Waits until the loop counter moves on from `seen`: a short spin, then asleep. */
static unsigned wait_for_loop(struct emo_pool *p, unsigned seen, int thread)
{
	for (int i = 0; i < p->spins; i++) {
		if (atomic_load(&p->loop) != seen)
			return atomic_load(&p->loop);
		if (!run_later(p, thread))
			pause_cpu();
	}
	pthread_mutex_lock(&p->lock);
	while (atomic_load(&p->loop) == seen)
		pthread_cond_wait(&p->wake, &p->lock);
	pthread_mutex_unlock(&p->lock);
	return atomic_load(&p->loop);
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct emo_pool *p = w->pool;

	for (unsigned seen = 0;;) {
		seen = wait_for_loop(p, seen, w->thread);
		if (atomic_load(&p->quit))
			return NULL;
		run_share(p, w->thread);
		pthread_mutex_lock(&p->lock);
		if (atomic_fetch_sub(&p->busy, 1) == 1)
			pthread_cond_signal(&p->done);
		pthread_mutex_unlock(&p->lock);
	}
}

static int cpus(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

static void start_loop(struct emo_pool *p)
{
	pthread_mutex_lock(&p->lock);
	atomic_fetch_add(&p->loop, 1);
	pthread_cond_broadcast(&p->wake);
	pthread_mutex_unlock(&p->lock);
}

struct emo_pool *emo_pool_new(int threads)
{
	struct emo_pool *p = emo_calloc(1, sizeof *p);
	int want = threads > 0 ? threads : cpus();

	if (!p)
		return NULL;
	if (want > MAX_THREADS)
		want = MAX_THREADS;
	p->spins = want <= cpus() ? SPINS : 0;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->wake, NULL);
	pthread_cond_init(&p->done, NULL);
	p->nthreads = 1;
	if (!(p->workers = emo_calloc((size_t)want, sizeof *p->workers)))
		goto fail;
	for (; p->nthreads < want; p->nthreads++) {
		struct worker *w = &p->workers[p->nthreads];
		*w = (struct worker){.pool = p, .thread = p->nthreads};
		if (pthread_create(&w->id, NULL, work, w)) {
			emo_fail("cannot start thread %d of %d", p->nthreads + 1, want);
			goto fail;
		}
	}
	return p;
fail:
	emo_pool_free(p);
	return NULL;
}

void emo_pool_free(struct emo_pool *p)
{
	if (!p)
		return;
	atomic_store(&p->quit, 1);
	start_loop(p);
	for (int i = 1; i < p->nthreads; i++)
		pthread_join(p->workers[i].id, NULL);
	pthread_cond_destroy(&p->wake);
	pthread_cond_destroy(&p->done);
	pthread_mutex_destroy(&p->lock);
	free(p->workers);
	free(p);
}

int emo_pool_size(const struct emo_pool *p)
{
	return p ? p->nthreads : 1;
}

static void wait_for_workers(struct emo_pool *p)
{
	for (int i = 0; i < p->spins && atomic_load(&p->busy) > 0; i++)
		if (!run_later(p, 0))
			pause_cpu();
	pthread_mutex_lock(&p->lock);
	while (atomic_load(&p->busy) > 0)
		pthread_cond_wait(&p->done, &p->lock);
	pthread_mutex_unlock(&p->lock);
}

int emo_for(struct emo_pool *p, int n, emo_task *task, void *ctx)
{
	if (!p || p->nthreads == 1 || n <= 1) {
		for (int i = 0; i < n; i++)
			if (task(ctx, i, 0) < 0)
				return -1;
		return 0;
	}
	p->task = task;
	p->ctx = ctx;
	p->n = n;
	no_failure(&p->failure);
	atomic_store(&p->next, 0);
	atomic_store(&p->busy, p->nthreads - 1);
	start_loop(p);
	run_share(p, 0);
	wait_for_workers(p);
	if (atomic_load(&p->failure.is))
		return emo_fail("%s", p->failure.message);
	return 0;
}

int emo_later(struct emo_pool *p, int n, emo_task *task, void *ctx)
{
	if (!p)
		return emo_for(NULL, n, task, ctx);
	p->later.task = task;
	p->later.ctx = ctx;
	p->later.n = n;
	no_failure(&p->later.failure);
	atomic_store(&p->later.open, n);
	atomic_store(&p->later.left, n); /* from here on it may begin */
	return 0;
}

static int finish_task(void *ctx, int index, int thread)
{
	(void)index;
	while (run_later(ctx, thread))
		;
	return 0;
}

int emo_later_done(struct emo_pool *p)
{
	if (!p)
		return 0;
	/* every thread takes part in a loop, and does so when it has finished what it does */
	if (atomic_load(&p->later.open) > 0)
		emo_for(p, p->nthreads, finish_task, p);
	if (atomic_exchange(&p->later.failure.is, 0))
		return emo_fail("%s", p->later.failure.message);
	return 0;
}
