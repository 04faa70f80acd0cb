/* SPDX-License-Identifier: MIT */
/*
 * What kernels promise besides what the tests of the operations see: optimiser steps, odd lengths
 * and addresses, numbers of odd sizes, and bits that do not depend on how work is cut up.
 */
#include <stdlib.h>

#include "base/rng.h"
#include "nn/kern.h"
#include "test.h"

#define N 150

static const struct emo_kern *kern; /* under test */

static void randomise(float *v, size_t n, uint64_t key)
{
	struct emo_rng rng = emo_rng_at(11, key, 0);

	for (size_t i = 0; i < n; i++)
		v[i] = emo_rng_uniform(&rng, -1, 1);
}

/* Lengths from 0 on, from an address that is aligned for nothing but floats. */
static void test_sgd(void)
{
	for (int n = 0; n < 70; n++)
		for (int nesterov = 0; nesterov < 2; nesterov++) {
			float w[N], w0[N], v[N], v0[N], g[N];

			randomise(w, N, 1);
			randomise(w0, N, 1);
			randomise(v, N, 2);
			randomise(v0, N, 2);
			randomise(g, N, 3);
			kern->sgd(w + 1, v + 1, g + 3, (size_t)n, .1f, .9f, .01f, nesterov);
			for (int i = 0; i < n; i++) {
				double step = .1 * ((double)g[i + 3] + .01 * (double)w0[i + 1]);
				double speed = .9 * (double)v0[i + 1] - step;

				CHECK_NEAR(v[i + 1], speed, 1e-6);
				speed = nesterov ? .9 * speed - step : speed;
				CHECK_NEAR(w[i + 1], (double)w0[i + 1] + speed, 1e-6);
			}
			CHECK(w[0] == w0[0] && w[n + 1] == w0[n + 1]);
		}
}

static void test_array_passes(void)
{
	for (int n = 0; n < 70; n++) {
		float a[N], b[N], y[N];

		randomise(a, N, 1);
		randomise(b, N, 2);
		randomise(y, N, 1);
		kern->lerp(y + 1, b + 2, (size_t)n, .25f);
		for (int i = 0; i < n; i++)
			CHECK_NEAR(y[i + 1], .75f * a[i + 1] + .25f * b[i + 2], 1e-6);
		CHECK(y[n + 1] == a[n + 1]);
		kern->add(y + 1, a + 1, b + 2, (size_t)n);
		for (int i = 0; i < n; i++)
			CHECK(y[i + 1] == a[i + 1] + b[i + 2]);
		kern->scale_add(y + 1, -2, b + 2, (size_t)n);
		for (int i = 0; i < n; i++)
			CHECK_NEAR(y[i + 1], a[i + 1] - b[i + 2], 1e-6);
		CHECK(y[n + 1] == a[n + 1]);
	}
}

/* The products of rows from..to-1 of a (m, k) matrix with one of (k, n). */
static void multiply(float *c, const float *a, const float *packed, int from, int to, int n, int k)
{
	int rows[64], start = 0;
	struct emo_product p = {.m = to - from, .n = n, .nruns = 1, .run = k, .a = a, .b = packed,
				.row_at = rows + from, .run_at = &start, .c = c + from * n,
				.ldc = n, .slope = 1};

	for (int i = 0; i < 64; i++)
		rows[i] = i * k;
	kern->product(&p);
}

static void test_product_pieces(void)
{
	static const int widths[] = {1, 7, 16, 31, 33, 64, 70};
	const int m = 41, k = 19;
	float a[41 * 19], b[19 * 70], whole[41 * 70], pieces[41 * 70];

	randomise(a, sizeof a / sizeof *a, 1);
	randomise(b, sizeof b / sizeof *b, 2);
	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
		int n = widths[i];
		struct emo_pack how = {1, k, n, 0, (size_t)n, 1};
		float *packed = malloc(kern->packed_size(k, n) * sizeof *packed);

		if (!packed)
			exit(1);
		kern->pack_b(packed, b, &how);
		multiply(whole, a, packed, 0, m, n, k);
		for (int step = 1; step < 15; step++) {
			for (int from = 0; from < m; from += step)
				multiply(pieces, a, packed, from, from + step < m ? from + step : m,
					 n, k);
			CHECK(memcmp(whole, pieces, sizeof(float) * (size_t)(m * n)) == 0);
		}
		free(packed);
	}
}

static void test_activations(void)
{
	static const float x[] = {NAN, -INFINITY, INFINITY, -1e4f, 1e4f, -100, 0, -0.f, 1e-40f};
	const size_t n = sizeof x / sizeof *x;
	const enum emo_act acts[] = {EMO_LINEAR, EMO_RELU, EMO_LEAKY, EMO_SILU};
	float y[16], dx[16], one[16];

	for (size_t i = 0; i < n; i++)
		one[i] = 1;
	for (int k = 0; k < 4; k++) {
		kern->act(y, x, n, acts[k]);
		kern->act_back(dx, one, x, n, acts[k]);
		CHECK(isnan(y[0])); /* so that a run gone astray is seen */
		CHECK(y[2] > 1e30f && y[4] == 1e4f && y[6] == 0);
		CHECK_NEAR(y[3], acts[k] == EMO_LINEAR ? -1e4 : acts[k] == EMO_LEAKY ? -1e3 : 0, 1e-3);
		for (size_t i = 3; i < n; i++)
			CHECK(dx[i] >= 0 && dx[i] <= 1);
	}
}

/* Far from zero the variance does not drown, as it would in E[x^2] - E[x]^2. */
static void test_moments(void)
{
	enum { ROWS = 300, C = 21 };
	static float x[ROWS * C];
	float mean[C], m2[C];

	randomise(x, ROWS * C, 4);
	for (int i = 0; i < ROWS * C; i++)
		x[i] = 1000 + x[i];
	kern->moments(mean, m2, x, ROWS, C);
	for (int j = 0; j < C; j++) {
		double sum = 0, square = 0;

		for (int i = 0; i < ROWS; i++)
			sum += (double)x[i * C + j] / ROWS;
		for (int i = 0; i < ROWS; i++)
			square += ((double)x[i * C + j] - sum) * ((double)x[i * C + j] - sum);
		CHECK_NEAR(mean[j], sum, 1e-2);
		CHECK_NEAR(m2[j] / square, 1, 1e-3);
	}
}

static void test_names(void)
{
	const char *wish = getenv("EMO_CPU");

	CHECK(emo_kern_named("generic") != NULL);
	CHECK(!emo_kern_named("mmx"));
	CHECK(!emo_kern_named(""));
	CHECK_STR(emo_kern_named("generic")->name, "generic");
	if (wish && emo_kern_named(wish))
		CHECK_STR(emo_kern()->name, wish);
}

int main(void)
{
	static const char *const names[] = {"generic", "avx2", "avx512", "neon"};

	RUN(test_names);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!(kern = emo_kern_named(names[i])))
			continue;
		printf("%s:\n", names[i]);
		RUN(test_sgd);
		RUN(test_array_passes);
		RUN(test_product_pieces);
		RUN(test_activations);
		RUN(test_moments);
	}
	return test_end();
}
