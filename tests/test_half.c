/* SPDX-License-Identifier: MIT */
/* Half-precision weights: every number that there is, and rounding, by way of a model file. */
#include <unistd.h>

#include "base/err.h"
#include "base/rng.h"
#include "model_file.h"

/* By the definition: sign, 5 bits of exponent, 10 of fraction. */
static double from_half(unsigned h)
{
	int exponent = (int)(h >> 10 & 31), fraction = (int)(h & 1023);
	double v = exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24);

	return h >> 15 ? -v : v;
}

/* Rounds in double precision, where half's quantum is known and rint() ties to even. */
static double rounded(double x)
{
	int e = x == 0 ? -14 : (int)floor(log2(fabs(x)));
	double quantum = ldexp(1, (e < -14 ? -14 : e) - 10), y = rint(x / quantum) * quantum;

	return fabs(y) > 65504 ? copysign(65504, x) : y;
}

/* Saves and loads 2^16 weights. */
static void through_file(float *weights)
{
	static const char cfg[] = "[net]\nheight=16\nwidth=16\nchannels=1\n"
				  "[connected]\noutput=256\nactivation=linear\n";
	struct emo_model m = make_model(cfg);
	size_t bytes = 65536 * sizeof *weights;

	CHECK(emo_net_array(m.net, 0)->kind == EMO_MATRIX);
	CHECK_INT((long long)emo_net_array(m.net, 0)->n, 65536);
	memcpy(emo_net_params(m.net).v + emo_net_array(m.net, 0)->at, weights, bytes);
	CHECK_INT(save(&m), 0);
	emo_model_done(&m);
	if (CHECK(emo_model_load(&m, path) == 0)) {
		memcpy(weights, emo_net_params(m.net).v + emo_net_array(m.net, 0)->at, bytes);
		emo_model_done(&m);
	}
}

static void test_every_half(void)
{
	float *w = emo_calloc(65536, sizeof *w);
	int wrong = 0;

	for (unsigned h = 0; h < 65536; h++)
		w[h] = (h >> 10 & 31) == 31 ? 0 : (float)from_half(h);
	through_file(w);
	for (unsigned h = 0; h < 65536; h++)
		if ((h >> 10 & 31) < 31)
			wrong += (double)w[h] != from_half(h) ||
				 (signbit(w[h]) != 0) != (h >> 15 == 1);
	CHECK_INT(wrong, 0);
	free(w);
}

/* Between two halves, at the middle and right beside it; odd and even; tiny and too large. */
static float awkward(unsigned k)
{
	struct emo_rng rng = emo_rng_at(1, k, 0);
	unsigned h = k >> 2 & 0x3fff, low = 31743 - h % 31744;
	float middle = (float)((from_half(low) + from_half(low > 0 ? low - 1 : 0)) / 2);

	switch (k & 3) {
	case 0: return middle;
	case 1: return nextafterf(middle, 1e9f);
	case 2: return -nextafterf(middle, 0);
	default: return emo_rng_normal(&rng) * ldexpf(1, (int)(k >> 2) % 45 - 27);
	}
}

static void test_rounding(void)
{
	const float limits[] = {65504, 65519.996f, 65520, 1e6f, 3e38f, -65520, -3e38f, 1e-45f,
				2.98e-8f, 2.99e-8f, -1e-30f, 6.1e-5f, 6.0975552e-5f};
	float *w = emo_calloc(65536, sizeof *w);
	size_t nlimits = sizeof limits / sizeof *limits;
	int wrong = 0;

	for (unsigned k = 0; k < 65536; k++)
		w[k] = k < nlimits ? limits[k] : awkward(k);
	through_file(w);
	for (unsigned k = 0; k < 65536; k++) {
		double want = rounded((double)(k < nlimits ? limits[k] : awkward(k)));

		wrong += (double)w[k] != want;
		if (k < nlimits)
			CHECK_NEAR((double)w[k], want, 0);
	}
	CHECK_INT(wrong, 0);
	CHECK_NEAR((double)w[4], 65504, 0);
	CHECK_NEAR((double)w[6], -65504, 0);
	free(w);
}

int main(void)
{
	const char *folder = test_folder();

	snprintf(path, sizeof path, "%s/x.emo", folder);
	RUN(test_every_half);
	RUN(test_rounding);
	unlink(path);
	CHECK_INT(rmdir(folder), 0);
	return test_end();
}
