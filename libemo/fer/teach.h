/* SPDX-License-Identifier: MIT */
/*
 * Internal: what the network is to answer. A row's target starts as its label, smoothed; the votes
 * of annotators and the answers of teachers take their shares of it; the weight of its class scales
 * the whole.
 */
#ifndef EMO_FER_TEACH_H
#define EMO_FER_TEACH_H

#include "fer/trainer.h"

/* Opens the teachers and settles the weights of the classes. -1 when a lesson does not fit. */
int emo_teach_begin(struct emo_trainer *t, const struct emo_lessons *lessons);
void emo_teach_end(struct emo_trainer *t);

/* A line about a lesson for the model's head: its checksum and the last part of its file's name. */
int emo_teach_note(struct emo_trainer *t, const char *key, unsigned long crc, const char *path);

/*
 * Fills t->target for n rows, of which the network's input holds the images; done: how far the run
 * is, 0 .. 1.
 */
int emo_teach(struct emo_trainer *t, const uint32_t *rows, int n, double done);

#endif
