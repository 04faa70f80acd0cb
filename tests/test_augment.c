/* SPDX-License-Identifier: MIT */
#include "fer/augment.h"

#include "test.h"

enum { SIDE = 48, CROP = 44, N = CROP * CROP, TIMES = 2000 };

static uint8_t source[SIDE * SIDE];
static float out[SIDE * SIDE];

static void noise_source(void)
{
	struct emo_rng rng = emo_rng_at(9, 9, 9);

	for (int i = 0; i < SIDE * SIDE; i++)
		source[i] = (uint8_t)emo_rng_below(&rng, 256);
}

static void augment(const struct emo_augment *a, uint64_t k)
{
	struct emo_rng rng = emo_rng_at(1, k, 2);

	emo_augment_image(out, CROP, source, SIDE, a, &rng);
}

static void test_centre_crop(void)
{
	static const struct {
		int side, crop;
	} sizes[] = {{48, 44}, {48, 48}, {48, 43}, {9, 8}, {5, 1}, {1, 1}};
	struct emo_augment none = {0};

	noise_source();
	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		int side = sizes[k].side, crop = sizes[k].crop, off = (side - crop) / 2;
		struct emo_rng rng = emo_rng_at(1, 2, 3);
		int wrong = 0;

		emo_augment_image(out, crop, source, side, &none, &rng);
		for (int y = 0; y < crop; y++)
			for (int x = 0; x < crop; x++)
				wrong += out[y * crop + x] != source[(y + off) * side + x + off];
		CHECK_INT(wrong, 0);
	}
}

static void test_mirror(void)
{
	struct emo_augment always = {.flip = 1}, half = {.flip = 0.5f};
	int wrong = 0, mirrored = 0;

	noise_source();
	augment(&always, 0);
	for (int y = 0; y < CROP; y++)
		for (int x = 0; x < CROP; x++)
			wrong += out[y * CROP + x] != source[(y + 2) * SIDE + 2 + CROP - 1 - x];
	CHECK_INT(wrong, 0);
	for (int k = 0; k < TIMES; k++) {
		augment(&half, (uint64_t)k);
		mirrored += out[0] != source[2 * SIDE + 2];
	}
	CHECK_NEAR(mirrored, TIMES / 2, 110); /* five standard deviations */
}

static void test_same_generator_same_image(void)
{
	struct emo_augment a = emo_augment_default();
	static float first[N];
	int differ = 0;

	noise_source();
	augment(&a, 7);
	memcpy(first, out, sizeof first);
	augment(&a, 7);
	CHECK(memcmp(first, out, sizeof first) == 0);
	augment(&a, 8);
	for (int i = 0; i < N; i++)
		differ += first[i] != out[i];
	CHECK(differ > N / 2);
}

/* Whatever happens to the image, the generator moves on by the same steps. */
static void test_draws(void)
{
	struct emo_augment a = emo_augment_default();
	struct emo_rng one = emo_rng_at(3, 0, 0);
	uint64_t step;

	noise_source();
	step = one.state;
	emo_augment_image(out, CROP, source, SIDE, &a, &one);
	step = one.state - step;
	for (uint64_t k = 0; k < 200; k++) {
		struct emo_rng rng = emo_rng_at(4, k, 0);
		uint64_t before = rng.state;

		emo_augment_image(out, CROP, source, SIDE, &a, &rng);
		CHECK(rng.state - before == step);
	}
}

static void test_range(void)
{
	struct emo_augment a = emo_augment_default();
	int bad = 0;

	noise_source();
	a.contrast = a.bright = 1;
	for (int k = 0; k < 300; k++) {
		augment(&a, (uint64_t)k);
		for (int i = 0; i < N; i++)
			bad += !(out[i] >= 0 && out[i] <= 255);
	}
	CHECK_INT(bad, 0);
}

static double mean(void)
{
	double sum = 0;

	for (int i = 0; i < N; i++)
		sum += out[i];
	return sum / N;
}

static void test_tone(void)
{
	struct emo_augment bright = {.bright = 0.1f}, contrast = {.contrast = 0.3f};
	double low = 1e9, high = -1e9, gain_low = 1e9, gain_high = -1e9;

	for (int i = 0; i < SIDE * SIDE; i++)
		source[i] = i / SIDE < SIDE / 2 ? 100 : 150;
	for (int k = 0; k < TIMES; k++) {
		double m, gain;

		augment(&bright, (uint64_t)k);
		m = mean() - 125;
		low = m < low ? m : low;
		high = m > high ? m : high;
		CHECK_NEAR(out[N - 1] - out[0], 50, 1e-3); /* contrast stays */
		augment(&contrast, (uint64_t)k);
		CHECK_NEAR(mean(), 125, 1e-3); /* brightness stays */
		gain = (double)(out[N - 1] - out[0]) / 50;
		gain_low = gain < gain_low ? gain : gain_low;
		gain_high = gain > gain_high ? gain : gain_high;
	}
	CHECK(low >= -25.5 && low < -25 && high <= 25.5 && high > 25);
	CHECK(gain_low >= 0.699 && gain_low < 0.71 && gain_high <= 1.301 && gain_high > 1.29);
}

/* A soft spot centred at (x, y) of the source, pixel centres at whole numbers. */
static void spot_source(double x, double y)
{
	for (int i = 0; i < SIDE * SIDE; i++) {
		double dx = i % SIDE - x, dy = i / SIDE - y;
		source[i] = (uint8_t)(255 * exp(-(dx * dx + dy * dy) / 12) + 0.5);
	}
}

/* The spot's place in out, from the middle of the crop; its weight is returned. */
static double spot(double *x, double *y)
{
	double sum = 0;

	*x = *y = 0;
	for (int i = 0; i < N; i++) {
		sum += out[i];
		*x += (i % CROP) * (double)out[i];
		*y += (double)(i / CROP) * (double)out[i];
	}
	*x = *x / sum - (CROP - 1) / 2.0;
	*y = *y / sum - (CROP - 1) / 2.0;
	return sum;
}

static void test_rotation(void)
{
	struct emo_augment a = {.rotate = 15};
	double least = 1e9, most = -1e9, sum = 0;

	spot_source(23.5 + 12, 23.5);
	for (int k = 0; k < TIMES; k++) {
		double x, y, degrees;

		augment(&a, (uint64_t)k);
		spot(&x, &y);
		CHECK_NEAR(hypot(x, y), 12, 0.05);
		degrees = atan2(y, x) * 57.29578;
		least = degrees < least ? degrees : least;
		most = degrees > most ? degrees : most;
		sum += degrees;
	}
	CHECK(least < -14.5 && least > -15.3 && most > 14.5 && most < 15.3);
	CHECK_NEAR(sum / TIMES, 0, 1); /* standard deviation of the mean: 0.2 */
}

static void test_scale_and_shift(void)
{
	struct emo_augment scale = {.scale = 0.12f}, shift = {.shift = 5};
	double x, y, near = 1e9, far = 0, left = 0, right = 0, up = 0, down = 0, weight;

	spot_source(23.5, 23.5 - 10);
	for (int k = 0; k < TIMES; k++) {
		augment(&scale, (uint64_t)k);
		spot(&x, &y);
		CHECK_NEAR(x, 0, 0.02);
		near = -y < near ? -y : near;
		far = -y > far ? -y : far;
	}
	CHECK_NEAR(near, 8.8, 0.1);
	CHECK_NEAR(far, 11.2, 0.1);

	spot_source(23.5, 23.5);
	augment(&(struct emo_augment){0}, 0);
	weight = spot(&x, &y);
	for (int k = 0; k < TIMES; k++) {
		augment(&shift, (uint64_t)k);
		CHECK_NEAR(spot(&x, &y), weight, weight / 100); /* neither size nor shape change */
		left = x < left ? x : left;
		right = x > right ? x : right;
		up = y < up ? y : up;
		down = y > down ? y : down;
	}
	CHECK_NEAR(left, -5, 0.1);
	CHECK_NEAR(right, 5, 0.1);
	CHECK_NEAR(up, -5, 0.1);
	CHECK_NEAR(down, 5, 0.1);
}

static void test_edge_repeats(void)
{
	struct emo_augment a = {.shift = 40};
	int bad = 0;

	for (int i = 0; i < SIDE * SIDE; i++)
		source[i] = 77;
	for (int k = 0; k < 200; k++) {
		augment(&a, (uint64_t)k);
		for (int i = 0; i < N; i++)
			bad += out[i] != 77;
	}
	CHECK_INT(bad, 0);
}

/* Each erased area is a full rectangle of noise, of the sizes that are promised. */
static void test_erase(void)
{
	struct emo_augment a = {.erase = 0.4f};
	double smallest = 1, largest = 0, noise = 0;
	long erased = 0, pixels = 0;

	memset(source, 0, sizeof source);
	for (int k = 0; k < TIMES; k++) {
		int x0 = CROP, x1 = -1, y0 = CROP, y1 = -1, count = 0;
		double share, box;

		augment(&a, (uint64_t)k);
		for (int i = 0; i < N; i++) {
			if (out[i] == 0)
				continue;
			count++;
			noise += out[i];
			x0 = i % CROP < x0 ? i % CROP : x0;
			x1 = i % CROP > x1 ? i % CROP : x1;
			y0 = i / CROP < y0 ? i / CROP : y0;
			y1 = i / CROP > y1 ? i / CROP : y1;
		}
		if (count == 0)
			continue;
		erased++;
		pixels += count;
		box = (double)(x1 - x0 + 1) * (y1 - y0 + 1);
		share = box / N;
		CHECK(count > 0.85 * box); /* noise is 0 once in 256 */
		smallest = share < smallest ? share : smallest;
		largest = share > largest ? share : largest;
	}
	CHECK_NEAR(erased, 0.4 * TIMES, 110);
	CHECK(smallest > 0.015 && smallest < 0.03);
	CHECK(largest < 0.27 && largest > 0.22);
	CHECK_NEAR(noise / (double)pixels, 128, 2);
}

int main(void)
{
	RUN(test_centre_crop);
	RUN(test_mirror);
	RUN(test_same_generator_same_image);
	RUN(test_draws);
	RUN(test_range);
	RUN(test_tone);
	RUN(test_rotation);
	RUN(test_scale_and_shift);
	RUN(test_edge_repeats);
	RUN(test_erase);
	return test_end();
}
