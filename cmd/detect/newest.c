/* SPDX-License-Identifier: MIT */
#include "newest.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../cli.h"
#include "base/err.h"
#include "base/mem.h"

struct held {
	uint8_t *data;
	size_t len, cap, number;
	double time;
};

struct newest {
	struct emo_stream *stream;
	struct held held[2]; /* the one that waits, and the one that is in use */
	int waiting;	     /* which one; the other is in use */
	int filled, failed, ended;
	char message[EMO_ERROR_MAX];
	double begin; /* of the clock; < 0: no frame yet */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t news;
};

static double clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Under lock: puts a frame in the place of the one that waits. */
static void keep(struct newest *n, const struct emo_frame *f)
{
	struct held *h = &n->held[n->waiting];

	if (emo_grow(&h->data, &h->cap, f->len, 1) < 0)
		die("%s", emo_error());
	memcpy(h->data, f->data, f->len);
	h->len = f->len;
	h->number = f->number;
	if (n->begin < 0)
		n->begin = clock_now();
	h->time = clock_now() - n->begin;
	n->filled = 1;
}

static void *read_on(void *ctx)
{
	struct newest *n = ctx;
	struct emo_frame f;
	int got;

	do {
		got = emo_stream_next(n->stream, &f);
		pthread_mutex_lock(&n->lock);
		if (got > 0) {
			keep(n, &f);
		} else if (got < 0) {
			n->failed = 1;
			snprintf(n->message, sizeof n->message, "%s", emo_error());
		} else {
			n->ended = 1;
		}
		pthread_cond_signal(&n->news);
		pthread_mutex_unlock(&n->lock);
	} while (got);
	return NULL;
}

struct newest *newest_new(struct emo_stream *s)
{
	struct newest *n = emo_calloc(1, sizeof *n);

	if (!n)
		die("%s", emo_error());
	n->stream = s;
	n->begin = -1;
	pthread_mutex_init(&n->lock, NULL);
	pthread_cond_init(&n->news, NULL);
	if ((errno = pthread_create(&n->thread, NULL, read_on, n)))
		die("cannot start a thread to read frames:");
	return n;
}

void newest_free(struct newest *n)
{
	if (!n)
		return;
	pthread_join(n->thread, NULL);
	pthread_mutex_destroy(&n->lock);
	pthread_cond_destroy(&n->news);
	free(n->held[0].data);
	free(n->held[1].data);
	free(n);
}

int newest_next(struct newest *n, struct emo_frame *out, double *time)
{
	int got = 0;

	pthread_mutex_lock(&n->lock);
	while (!n->filled && !n->failed && !n->ended)
		pthread_cond_wait(&n->news, &n->lock);
	if (n->failed) {
		n->failed = 0;
		got = emo_fail("%s", n->message);
	} else if (n->filled) {
		const struct held *h = &n->held[n->waiting];

		*out = (struct emo_frame){h->data, h->len, h->number};
		*time = h->time;
		n->waiting = !n->waiting;
		n->filled = 0;
		got = 1;
	}
	pthread_mutex_unlock(&n->lock);
	return got;
}
