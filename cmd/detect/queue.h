/* SPDX-License-Identifier: MIT */
/*
 * Several pictures at once, told in the order in which they were named: a ring of names and of what
 * was found, workers with a finder each. However many names there are, memory stays the same.
 */
#ifndef DETECT_QUEUE_H
#define DETECT_QUEUE_H

#include "finder.h"

struct queue;

/*
 * With one worker no thread is started, and its finder uses the pool, which may be NULL. deliver()
 * is called for one picture at a time. A failure ends the program.
 */
struct queue *queue_new(int workers, const struct finder_how *how, struct emo_pool *pool,
			void deliver(const struct findings *what));

/* The name is copied. Waits while the ring is full. */
void queue_add(struct queue *q, const char *name);

/* Waits until everything is delivered; frees. */
void queue_end(struct queue *q);

#endif
