/* SPDX-License-Identifier: MIT */
#include "fer/calibrate.h"

#include <math.h>

#define LEAST 1e-30f /* a probability below counts as this */

/*
 * The derivative of one truth's log loss by b = 1 / temperature, where q is p^b, normalised:
 * sum of q ln p, minus ln p of the truth. The loss is convex in b.
 */
static double slope(const float *p, int truth, int classes, double b)
{
	double sum = 0, mean = 0;

	for (int k = 0; k < classes; k++) {
		double l = log((double)fmaxf(p[k], LEAST)), q = exp(b * l);

		sum += q;
		mean += q * l;
	}
	return mean / sum - log((double)fmaxf(p[truth], LEAST));
}

double emo_fit_temperature(const float *p, const uint8_t *truth, size_t n, int classes)
{
	double cold = EMO_COLDEST, hot = EMO_HOTTEST;

	if (n == 0)
		return 1;
	for (int step = 0; step < 40; step++) {
		double middle = sqrt(cold * hot), sum = 0;

		for (size_t i = 0; i < n; i++)
			sum += slope(p + i * (size_t)classes, truth[i], classes, 1 / middle);
		if (sum > 0) /* the loss falls with a smaller b: hotter is better */
			cold = middle;
		else
			hot = middle;
	}
	return sqrt(cold * hot);
}

void emo_temper(float *p, int classes, double temperature)
{
	double sum = 0;

	for (int k = 0; k < classes; k++)
		sum += p[k] > 0 ? exp(log((double)p[k]) / temperature) : 0;
	for (int k = 0; k < classes; k++)
		if (p[k] > 0)
			p[k] = (float)(exp(log((double)p[k]) / temperature) / sum);
}
