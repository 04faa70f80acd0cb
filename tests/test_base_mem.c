/* SPDX-License-Identifier: MIT */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/err.h"
#include "test.h"

/* More than there can be; volatile, so that the compiler does not see it and warn. */
static volatile size_t huge = SIZE_MAX / 4;

static void products_that_do_not_fit_are_refused(void)
{
	size_t n = 0;

	CHECK_INT(emo_size_mul(&n, 6, 7), 0);
	CHECK_INT((long long)n, 42);
	CHECK_INT(emo_size_mul(&n, 0, SIZE_MAX), 0);
	CHECK_INT((long long)n, 0);
	CHECK_INT(emo_size_mul(&n, SIZE_MAX, 1), 0);
	CHECK(n == SIZE_MAX);
	CHECK_INT(emo_size_mul(&n, SIZE_MAX / 2 + 1, 2), -1);
	CHECK_ERROR("size overflow");
	CHECK_INT(emo_size_mul(&n, (size_t)1 << 32, (size_t)1 << 32), -1);
}

static int is_zero(const char *p, size_t n)
{
	while (n > 0)
		if (p[--n])
			return 0;
	return 1;
}

static void memory_is_zeroed_and_aligned(void)
{
	for (size_t n = 0; n < 300; n += 7) {
		char *p = emo_calloc(n, 3), *q = emo_calloc_aligned(n, 3);

		CHECK(p && is_zero(p, n * 3));
		CHECK(q && is_zero(q, n * 3));
		CHECK_INT((long long)((uintptr_t)q % EMO_ALIGN), 0);
		memset(q, 1, n * 3); /* so that the next allocation finds dirt */
		free(p);
		free(q);
	}
}

static void too_much_memory_has_a_message(void)
{
	emo_fail("-");
	CHECK(!emo_calloc(huge, 8));
	CHECK_ERROR("out of memory");
	CHECK(!emo_calloc_aligned(huge, 8));
	CHECK_ERROR("size overflow");
	emo_fail("-");
	CHECK(!emo_calloc_aligned(huge * 2, 1));
	CHECK_ERROR("out of memory");
	CHECK(!emo_calloc_aligned(SIZE_MAX - huge % 2, 1));
	CHECK_ERROR("out of memory");
}

static void arrays_grow_by_doubling(void)
{
	double *a = NULL;
	size_t cap = 0, moves = 0;

	for (size_t n = 0; n < 10000; n++) {
		size_t before = cap;
		if (!CHECK(emo_grow(&a, &cap, n + 1, sizeof *a) == 0 && cap > n))
			break;
		moves += cap != before;
		a[n] = (double)n;
	}
	CHECK(moves <= 11);
	for (size_t n = 0; n < 10000; n++)
		if (a[n] != (double)n)
			CHECK_NEAR(a[n], (double)n, 0);
	CHECK_INT(emo_grow(&a, &cap, 5, sizeof *a), 0);
	CHECK(cap >= 10000);
	free(a);
}

static void failed_growth_keeps_the_array(void)
{
	double *a = NULL, *kept;
	size_t cap = 0, old;

	CHECK_INT(emo_grow(&a, &cap, 3, sizeof *a), 0);
	a[2] = 7;
	kept = a;
	old = cap;
	CHECK_INT(emo_grow(&a, &cap, huge, sizeof *a), -1);
	CHECK_ERROR("size overflow");
	CHECK_INT(emo_grow(&a, &cap, SIZE_MAX, sizeof *a), -1);
	CHECK_INT(emo_grow(&a, &cap, huge / 8, sizeof *a), -1);
	CHECK_ERROR("out of memory");
	CHECK(a == kept && cap == old && a[2] == 7);
	free(a);
}

static void strings_are_copied(void)
{
	char text[] = "text", *copy = emo_strdup(text);

	text[0] = 'n';
	CHECK_STR(copy, "text");
	free(copy);
}

int main(void)
{
	RUN(products_that_do_not_fit_are_refused);
	RUN(memory_is_zeroed_and_aligned);
	RUN(too_much_memory_has_a_message);
	RUN(arrays_grow_by_doubling);
	RUN(failed_growth_keeps_the_array);
	RUN(strings_are_copied);
	return test_end();
}
