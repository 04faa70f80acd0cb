/* SPDX-License-Identifier: MIT */
#include "base/rng.h"

#include <stdlib.h>

#include "test.h"

/* The sequences that other implementations of SplitMix64 give for the states 0 and 1234567. */
static void sequence_is_splitmix64(void)
{
	static const uint64_t from_zero[] = {0xe220a8397b1dcdafu, 0x6e789e6aa1b965f4u,
					     0x06c45d188009454fu, 0xf88bb8a8724c81ecu};
	static const uint64_t from_1234567[] = {6457827717110365317u, 3203168211198807973u,
						9817491932198370423u, 4593380528125082431u,
						16408922859458223821u};
	struct emo_rng r = {0};

	for (int i = 0; i < 4; i++)
		CHECK(emo_rng_next(&r) == from_zero[i]);
	r.state = 1234567;
	for (int i = 0; i < 5; i++)
		CHECK(emo_rng_next(&r) == from_1234567[i]);
}

static int by_value(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return x < y ? -1 : x > y;
}

static void keys_give_different_generators(void)
{
	enum { SIDE = 20, KEYS = SIDE * SIDE * SIDE };
	static uint64_t first[KEYS];
	int k = 0;

	for (uint64_t seed = 0; seed < SIDE; seed++)
		for (uint64_t a = 0; a < SIDE; a++)
			for (uint64_t b = 0; b < SIDE; b++) {
				struct emo_rng r = emo_rng_at(seed, a, b);
				first[k++] = emo_rng_next(&r);
			}
	qsort(first, KEYS, sizeof *first, by_value);
	for (k = 1; k < KEYS; k++)
		if (first[k] == first[k - 1])
			CHECK(!"two keys have the same first number");
	CHECK(emo_rng_at(3, 4, 5).state == emo_rng_at(3, 4, 5).state);
}

/*
 * Chi-square of counts against equal shares. With n - 1 degrees of freedom its mean is n - 1 and
 * its deviation sqrt(2 (n - 1)); the seeds are fixed, so 4.5 deviations fail for a fault only.
 */
static void check_even(const uint32_t *count, uint32_t n, double total)
{
	double chi = 0, share = total / n;

	for (uint32_t i = 0; i < n; i++)
		chi += (count[i] - share) * (count[i] - share) / share;
	CHECK_NEAR(chi, n - 1.0, 4.5 * sqrt(2 * (n - 1.0)));
}

static void below_is_even_and_in_range(void)
{
	static const uint32_t sizes[] = {2, 3, 7, 10, 100, 1000};
	static uint32_t count[1000];

	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
		struct emo_rng r = emo_rng_at(1, s, 0);
		uint32_t n = sizes[s];

		memset(count, 0, sizeof count);
		for (int i = 0; i < 200000; i++) {
			uint32_t x = emo_rng_below(&r, n);
			if (x >= n) {
				CHECK(x < n);
				return;
			}
			count[x]++;
		}
		check_even(count, n, 200000);
	}
}

/* With n = 3 * 2^30, a plain product would give every third number twice as often. */
static void below_is_even_for_large_n(void)
{
	struct emo_rng r = emo_rng_at(2, 0, 0);
	uint32_t n = 3u << 30, count[3] = {0};
	int zero_seen = 1;

	for (int i = 0; i < 300000; i++) {
		uint32_t x = emo_rng_below(&r, n);
		CHECK(x < n);
		count[x % 3]++;
	}
	check_even(count, 3, 300000);
	for (int i = 0; i < 100; i++)
		zero_seen &= emo_rng_below(&r, 1) == 0;
	CHECK(zero_seen);
}

static void uniform_stays_below_its_end(void)
{
	static const float range[][2] = {
		{0, 1}, {-1, 1}, {1, 1.0000001f}, {16777216, 16777218}, {-1e-30f, 1e30f}};
	uint32_t count[20] = {0};
	struct emo_rng r = emo_rng_at(3, 0, 0);

	for (size_t k = 0; k < sizeof range / sizeof *range; k++)
		for (int i = 0; i < 20000; i++) {
			float x = emo_rng_uniform(&r, range[k][0], range[k][1]);
			if (!(x >= range[k][0] && x < range[k][1])) {
				CHECK_NEAR(x, range[k][0], 0);
				break;
			}
		}
	for (int i = 0; i < 200000; i++)
		count[(int)(emo_rng_uniform(&r, 5, 25) - 5)]++;
	check_even(count, 20, 200000);
	CHECK(emo_rng_uniform(&r, 2, 2) == 2);
}

/* Moments and tails of the normal distribution, within about five deviations of their estimates. */
static void normal_has_its_moments(void)
{
	enum { N = 400000 };
	struct emo_rng r = emo_rng_at(4, 0, 0);
	double m1 = 0, m2 = 0, m3 = 0, m4 = 0, beyond2 = 0;

	for (int i = 0; i < N; i++) {
		double x = emo_rng_normal(&r);
		m1 += x / N;
		m2 += x * x / N;
		m3 += x * x * x / N;
		m4 += x * x * x * x / N;
		beyond2 += fabs(x) > 2 ? 1.0 / N : 0;
	}
	CHECK_NEAR(m1, 0, 0.008);
	CHECK_NEAR(m2, 1, 0.012);
	CHECK_NEAR(m3, 0, 0.031);
	CHECK_NEAR(m4, 3, 0.08);
	CHECK_NEAR(beyond2, 0.0455, 0.0017);
}

static void permutation_is_one_and_even(void)
{
	enum { N = 1000 };
	static uint32_t order[N], seen[N];
	struct emo_rng r = emo_rng_at(5, 0, 0);
	uint32_t count[24] = {0}, four[4];

	emo_rng_permutation(&r, order, N);
	for (int i = 0; i < N; i++)
		if (CHECK(order[i] < N))
			seen[order[i]]++;
	for (int i = 0; i < N; i++)
		CHECK_INT(seen[i], 1);

	/* All 24 orders of four are equally likely: their number in the factorial system. */
	for (int i = 0; i < 48000; i++) {
		int number = 0;
		emo_rng_permutation(&r, four, 4);
		for (int a = 0; a < 4; a++) {
			int smaller = 0;
			for (int b = a + 1; b < 4; b++)
				smaller += four[b] < four[a];
			number = number * (4 - a) + smaller;
		}
		count[number]++;
	}
	check_even(count, 24, 48000);
	emo_rng_permutation(&r, order, 0);
}

int main(void)
{
	RUN(sequence_is_splitmix64);
	RUN(keys_give_different_generators);
	RUN(below_is_even_and_in_range);
	RUN(below_is_even_for_large_n);
	RUN(uniform_stays_below_its_end);
	RUN(normal_has_its_moments);
	RUN(permutation_is_one_and_even);
	return test_end();
}
