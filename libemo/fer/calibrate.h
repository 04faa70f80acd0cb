/* SPDX-License-Identifier: MIT */
/*
 * Probabilities that mean what they say, by one number: the temperature that divides what goes into
 * softmax. Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks", ICML 2017.
 */
#ifndef EMO_FER_CALIBRATE_H
#define EMO_FER_CALIBRATE_H

#include <stddef.h>
#include <stdint.h>

#include "../base/api.h"

#define EMO_COLDEST .25
#define EMO_HOTTEST 4.

/*
 * The temperature, within EMO_COLDEST .. EMO_HOTTEST, at which the probabilities p (n, classes) give
 * the truths [n] the least log loss; relative to the one that p was computed at. 1 when n is 0.
 */
EMO_API double emo_fit_temperature(const float *p, const uint8_t *truth, size_t n, int classes);

/* Probabilities (classes) as they are at that temperature; those of 0 stay 0. */
EMO_API void emo_temper(float *p, int classes, double temperature);

#endif
