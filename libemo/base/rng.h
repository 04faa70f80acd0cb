/* SPDX-License-Identifier: MIT */
/*
 * Random numbers that depend on what they are for and on nothing else: a generator is keyed by a
 * seed and up to two counters (say epoch and image), so results do not depend on threads or on
 * where a run was interrupted, and there is no state to save.
 *
 * SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
 */
#ifndef EMO_BASE_RNG_H
#define EMO_BASE_RNG_H

#include <stdint.h>

#include "api.h"

struct emo_rng {
	uint64_t state;
};

EMO_API struct emo_rng emo_rng_at(uint64_t seed, uint64_t a, uint64_t b);
EMO_API uint64_t emo_rng_next(struct emo_rng *r);
EMO_API uint32_t emo_rng_below(struct emo_rng *r, uint32_t n);     /* 0 .. n-1, unbiased; n > 0 */
EMO_API float emo_rng_uniform(struct emo_rng *r, float a, float b); /* a <= x < b */
EMO_API float emo_rng_normal(struct emo_rng *r);                   /* mean 0, variance 1 */

/* Puts the n indexes 0 .. n-1 into order[] in random order (Fisher-Yates). */
EMO_API void emo_rng_permutation(struct emo_rng *r, uint32_t *order, uint32_t n);

#endif
