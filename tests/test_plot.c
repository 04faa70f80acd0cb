/* SPDX-License-Identifier: MIT */
/* What fer-plot draws with, as far as it can be judged without looking: ticks and contrast. */
#include "../cmd/plot/axis.h"
#include "../cmd/canvas/color.h"
#include "base/rng.h"
#include "test.h"

static const char *label(const struct axis *a, int i)
{
	static char text[48];

	axis_label(text, sizeof text, a, i);
	return text;
}

/* First and last tick and their number. */
static void check_axis(struct axis a, const char *first, const char *last, int n)
{
	CHECK_STR(label(&a, 0), first);
	CHECK_STR(label(&a, a.n - 1), last);
	CHECK_INT(a.n, n);
}

static void ticks_at_nice_numbers(void)
{
	check_axis(axis_nice(0, 1, 6), "0.0", "1.0", 6);
	check_axis(axis_nice(0.3, 0.7, 5), "0.3", "0.7", 5); /* 0.3 / 0.1 is less than 3 */
	check_axis(axis_nice(24.94, 70.2, 8), "20", "80", 7);
	check_axis(axis_nice(0, 0.0801, 6), "0.00", "0.10", 6);
	check_axis(axis_nice(0, 912, 5), "0", "1000", 3);
	check_axis(axis_nice(-0.1, 0.1, 2), "-0.1", "0.1", 3);
	check_axis(axis_nice(0, 3e-7, 5), "0", "3e-07", 4);
	check_axis(axis_nice(0, 4e9, 5), "0", "4e+09", 5);
	check_axis(axis_nice(1e7, 1.0004e7, 6), "10000000", "10004000", 5);
}

static void equal_values_get_room(void)
{
	struct axis a = axis_nice(0, 0, 6);

	CHECK_NEAR(a.min, 0, 0);
	CHECK_NEAR(a.max, 1, 0);
	a = axis_nice(37.06, 37.06, 6);
	CHECK(a.min < 37.06 && 37.06 < a.max && a.n >= 3);
	a = axis_nice(-5, -5, 6);
	CHECK(a.min < -5 && -5 < a.max);
}

/* Whatever the values: all shown, neither too few ticks nor too many, and no two labels alike. */
static void any_values(void)
{
	struct emo_rng rng = emo_rng_at(7, 0, 0);

	for (int round = 0; round < 20000; round++) {
		double size = pow(10, 24 * (double)emo_rng_uniform(&rng, 0, 1) - 12);
		double lo = size * ((double)emo_rng_uniform(&rng, -0.5F, 0.5F));
		double hi = lo + size * (double)emo_rng_uniform(&rng, 0, 1);
		int most = 3 + round % 10, bad = 0;
		struct axis a = axis_nice(lo, hi, most);
		char before[48];

		bad |= a.n < 2 || a.n > most;
		bad |= a.min > lo + 1e-5 * a.step || a.max < hi - 1e-5 * a.step;
		for (int i = 1; i < a.n; i++) {
			snprintf(before, sizeof before, "%s", label(&a, i - 1));
			bad |= strcmp(before, label(&a, i)) == 0;
		}
		if (!CHECK(!bad))
			printf("\t%.17g .. %.17g, at most %d\n", lo, hi, most);
	}
}

static void epochs(void)
{
	struct axis a = axis_whole(1, 30, 16);

	check_axis(a, "2", "30", 15);
	CHECK_NEAR(a.min, 1, 0);
	CHECK_NEAR(a.max, 30, 0);
	check_axis(axis_whole(1, 300, 10), "50", "300", 6);
	check_axis(axis_whole(1, 2, 10), "1", "2", 2);
	check_axis(axis_whole(1, 1000000, 8), "200000", "1000000", 5);
	check_axis(axis_whole(7, 7, 10), "7", "7", 1); /* one epoch stands in the middle */
	a = axis_whole(7, 7, 10);
	CHECK_NEAR(axis_place(&a, 7, 100, 300), 200, 0);
	for (long last = 1; last < 400; last++)
		for (int most = 1; most < 20; most++) {
			a = axis_whole(1, last, most);
			CHECK(a.n >= 0 && a.n <= most && a.step == floor(a.step));
			CHECK(a.n == 0 || (axis_tick(&a, 0) >= 1 &&
					   axis_tick(&a, a.n - 1) <= (double)last));
		}
}

static void places(void)
{
	struct axis a = axis_nice(0, 10, 6);

	CHECK_NEAR(axis_place(&a, 2.5, 0, 100), 25, 1e-9);
	CHECK_NEAR(axis_place(&a, 2.5, 100, 0), 75, 1e-9);
}

static void contrast(void)
{
	CHECK_NEAR(color_contrast(0, 0xffffff), 21, 1e-9);
	CHECK_NEAR(color_contrast(0x777777, 0xffffff), 4.48, 0.005); /* known for being just short */
	CHECK_INT(color_text_on(0xffffff), 0x000000);
	CHECK_INT(color_text_on(0x000000), 0xffffff);
	for (int k = 0; k <= 1000; k++) {
		unsigned shade = color_heat(k / 1000.0), before = color_heat((k - 1) / 1000.0);

		CHECK(color_contrast(shade, color_text_on(shade)) >= 4.5);
		CHECK(color_contrast(shade, 0) <= color_contrast(before, 0)); /* darker */
	}
	CHECK(color_contrast(COLOR_SOFT, COLOR_PAPER) >= 4.5);
}

int main(void)
{
	RUN(ticks_at_nice_numbers);
	RUN(equal_values_get_room);
	RUN(any_values);
	RUN(epochs);
	RUN(places);
	RUN(contrast);
	return test_end();
}
