/* SPDX-License-Identifier: MIT */
#include "base/rng.h"

#include <math.h>

#define GOLDEN 0x9e3779b97f4a7c15u

static uint64_t mix(uint64_t z)
{
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

struct emo_rng emo_rng_at(uint64_t seed, uint64_t a, uint64_t b)
{
	uint64_t s = mix(seed + GOLDEN);

	s = mix(s ^ (a + GOLDEN));
	s = mix(s ^ (b + 2 * GOLDEN));
	return (struct emo_rng){s};
}

uint64_t emo_rng_next(struct emo_rng *r)
{
	return mix(r->state += GOLDEN);
}

uint32_t emo_rng_below(struct emo_rng *r, uint32_t n)
{
	/* Lemire, "Fast random integer generation in an interval", TOMACS 2019. */
	uint64_t m = (emo_rng_next(r) >> 32) * n;

	if ((uint32_t)m < n) {
		uint32_t reject = -n % n;
		while ((uint32_t)m < reject)
			m = (emo_rng_next(r) >> 32) * n;
	}
	return (uint32_t)(m >> 32);
}

float emo_rng_uniform(struct emo_rng *r, float a, float b)
{
	float u = (float)(emo_rng_next(r) >> 40) * 0x1p-24f;
	float x = a + (b - a) * u;

	return x < b || a >= b ? x : nextafterf(b, a); /* rounding may reach b */
}

float emo_rng_normal(struct emo_rng *r)
{
	/* Box-Muller; the second value is dropped, so that one call takes two numbers always. */
	double u = ((double)(emo_rng_next(r) >> 11) + 1) * 0x1p-53; /* 0 < u <= 1 */
	double v = (double)(emo_rng_next(r) >> 11) * 0x1p-53;

	return (float)(sqrt(-2 * log(u)) * cos(6.283185307179586 * v));
}

void emo_rng_permutation(struct emo_rng *r, uint32_t *order, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t j = emo_rng_below(r, i + 1);
		order[i] = order[j];
		order[j] = i;
	}
}
