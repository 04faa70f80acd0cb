/* SPDX-License-Identifier: MIT */
/*
 * Axes: from where to where, and ticks at numbers that people like, 1, 2 or 5 times a power of
 * ten apart.
 */
#ifndef PLOT_AXIS_H
#define PLOT_AXIS_H

#include <stddef.h>

struct axis {
	double min, max;    /* the range shown */
	double first, step; /* tick i is at (first + i) * step */
	int n;              /* ticks, all within the range */
};

/* For measured values lo <= hi, finite: begins and ends with a tick, has `most` (>= 3) or fewer. */
struct axis axis_nice(double lo, double hi, int most);

/* For whole numbers such as epochs: shows lo .. hi and no more, with ticks at whole numbers. */
struct axis axis_whole(long lo, long hi, int most);

double axis_tick(const struct axis *a, int i);

/* Tick i as text, with as many digits as tell neighbours apart. */
void axis_label(char *buf, size_t size, const struct axis *a, int i);

/* Where v lies between the places `from` of a->min and `to` of a->max. */
double axis_place(const struct axis *a, double v, double from, double to);

#endif
