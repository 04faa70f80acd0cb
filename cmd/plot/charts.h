/* SPDX-License-Identifier: MIT */
/* The pictures. Each is drawn by a function for canvas_write(), whose data is as named here. */
#ifndef PLOT_CHARTS_H
#define PLOT_CHARTS_H

#include <stddef.h>

#include "../canvas/canvas.h"
#include "../canvas/color.h"
#include "runs.h"
#include "scores.h"

#define CHARTS_RUNS COLOR_SERIES /* the most that one picture compares */

struct curves {
	const struct run *runs;
	size_t n;
	const char *title; /* NULL: made from the data; the same below */
};

struct judgement {
	const struct scores *scores;
	const char *title;
};

void draw_curves(struct canvas *c, const void *curves);
void draw_confusion(struct canvas *c, const void *judgement);
void draw_reliability(struct canvas *c, const void *judgement);

/* The size at which a confusion matrix of n classes has cells of the usual size. */
void confusion_size(const struct scores *s, double *w, double *h);

#endif
