/* SPDX-License-Identifier: MIT */
#include "queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

enum { SLOTS = 4 }; /* for each worker: a large picture keeps the others busy for a while */

struct slot {
	char *name;
	struct findings found;
	int done;
};

struct worker {
	struct queue *queue;
	struct finder *finder;
	pthread_t thread;
};

/* told <= begun <= added <= told + nslots; number k is in slot k % nslots. */
struct queue {
	struct slot *slot;
	struct worker *worker;
	int nworkers, ended;
	size_t nslots, told, begun, added;
	void (*deliver)(const struct findings *what);
	pthread_mutex_t lock;
	pthread_cond_t more, room; /* a name was added; a slot became free */
};

/* Under lock: tells what is done and next in turn. */
static void tell(struct queue *q)
{
	struct slot *s;

	while (q->told < q->begun && (s = &q->slot[q->told % q->nslots])->done) {
		q->deliver(&s->found);
		free(s->name);
		s->name = NULL;
		s->done = 0;
		q->told++;
		pthread_cond_signal(&q->room);
	}
}

static void *work(void *ctx)
{
	struct worker *w = ctx;
	struct queue *q = w->queue;

	pthread_mutex_lock(&q->lock);
	for (;;) {
		struct slot *s;

		while (q->begun == q->added && !q->ended)
			pthread_cond_wait(&q->more, &q->lock);
		if (q->begun == q->added)
			break;
		s = &q->slot[q->begun++ % q->nslots];
		pthread_mutex_unlock(&q->lock);
		finder_run(w->finder, &s->found, s->name);
		pthread_mutex_lock(&q->lock);
		s->done = 1;
		tell(q);
	}
	pthread_mutex_unlock(&q->lock);
	return NULL;
}

struct queue *queue_new(int workers, const struct finder_how *how, struct emo_pool *pool,
			void deliver(const struct findings *what))
{
	struct queue *q = emo_calloc(1, sizeof *q);

	if (!q)
		die("%s", emo_error());
	q->deliver = deliver;
	q->nworkers = workers;
	q->nslots = workers > 1 ? (size_t)workers * SLOTS : 1;
	q->slot = emo_calloc(q->nslots, sizeof *q->slot);
	q->worker = emo_calloc((size_t)workers, sizeof *q->worker);
	if (!q->slot || !q->worker)
		die("%s", emo_error());
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->more, NULL);
	pthread_cond_init(&q->room, NULL);
	for (int i = 0; i < workers; i++) {
		struct worker *w = &q->worker[i];

		w->queue = q;
		if (!(w->finder = finder_new(how, workers > 1 ? NULL : pool)))
			die("%s", emo_error());
		if (workers > 1 && (errno = pthread_create(&w->thread, NULL, work, w)))
			die("cannot start worker %d:", i + 1);
	}
	return q;
}

void queue_add(struct queue *q, const char *name)
{
	char *copy = emo_strdup(name);

	if (!copy)
		die("%s", emo_error());
	pthread_mutex_lock(&q->lock);
	while (q->added == q->told + q->nslots)
		pthread_cond_wait(&q->room, &q->lock);
	q->slot[q->added++ % q->nslots].name = copy;
	pthread_cond_signal(&q->more);
	if (q->nworkers == 1) {
		q->begun++;
		finder_run(q->worker->finder, &q->slot->found, q->slot->name);
		q->slot->done = 1;
		tell(q);
	}
	pthread_mutex_unlock(&q->lock);
}

void queue_end(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->ended = 1;
	pthread_cond_broadcast(&q->more);
	pthread_mutex_unlock(&q->lock);
	for (int i = 0; i < q->nworkers; i++) {
		if (q->nworkers > 1)
			pthread_join(q->worker[i].thread, NULL);
		finder_free(q->worker[i].finder);
	}
	for (size_t i = 0; i < q->nslots; i++)
		findings_done(&q->slot[i].found);
	pthread_mutex_destroy(&q->lock);
	pthread_cond_destroy(&q->more);
	pthread_cond_destroy(&q->room);
	free(q->slot);
	free(q->worker);
	free(q);
}
