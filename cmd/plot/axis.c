/* SPDX-License-Identifier: MIT */
#include "axis.h"

#include <math.h>

#include "base/num.h"

/* Of a step: what lies this near to a tick lies on it, whatever the last bits say. */
#define NEAR 1e-6

/* The smallest of 1, 2, 5 times a power of ten that is at least x > 0. */
static double nice_step(double x)
{
	double power = pow(10, floor(log10(x)));

	for (int k = 0; k < 3; k++) {
		static const double factors[] = {1, 2, 5};

		if (factors[k] * power >= x * (1 - NEAR))
			return factors[k] * power;
	}
	return 10 * power;
}

/* Values that are all the same, or as good as, get some room around them. */
static void make_room(double *lo, double *hi)
{
	double size = fmax(fabs(*lo), fabs(*hi));

	if (*hi - *lo > 1e-9 * size)
		return;
	if (size < 1e-300) {
		*lo = 0;
		*hi = 1;
	} else {
		*lo -= 0.1 * size;
		*hi += 0.1 * size;
	}
}

struct axis axis_nice(double lo, double hi, int most)
{
	struct axis a = {0};
	double last;

	if (most < 3) /* what lies on both sides of 0 needs three */
		most = 3;
	make_room(&lo, &hi);
	a.step = nice_step((hi - lo) / (most - 1));
	for (;; a.step = nice_step(1.5 * a.step)) {
		a.first = floor(lo / a.step + NEAR);
		last = ceil(hi / a.step - NEAR);
		if (last - a.first < most)
			break;
	}
	a.n = (int)(last - a.first) + 1;
	a.min = axis_tick(&a, 0);
	a.max = axis_tick(&a, a.n - 1);
	return a;
}

struct axis axis_whole(long lo, long hi, int most)
{
	struct axis a = {.min = (double)lo, .max = (double)hi, .step = 1};

	if (most < 1)
		most = 1;
	for (;; a.step = nice_step(1.5 * a.step)) {
		a.first = ceil((double)lo / a.step);
		a.n = (int)fmin(floor((double)hi / a.step) - a.first + 1, most + 1.0);
		if (a.n <= most)
			break;
	}
	if (lo == hi) {
		a.min -= 1;
		a.max += 1;
	}
	return a;
}

double axis_tick(const struct axis *a, int i)
{
	return (a->first + i) * a->step;
}

void axis_label(char *buf, size_t size, const struct axis *a, int i)
{
	double largest = fmax(fabs(a->min), fabs(a->max));
	int step = (int)floor(log10(a->step) + NEAR); /* powers of ten */
	int top = (int)floor(log10(largest) + NEAR);

	if (step >= -5 && top < 9)
		emo_snprintf(buf, size, "%.*f", step < 0 ? -step : 0, axis_tick(a, i));
	else
		emo_snprintf(buf, size, "%.*g", top - step + 1, axis_tick(a, i));
}

double axis_place(const struct axis *a, double v, double from, double to)
{
	return from + (to - from) * (v - a->min) / (a->max - a->min);
}
