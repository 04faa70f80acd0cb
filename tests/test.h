/* SPDX-License-Identifier: MIT */
/*
 * The whole unit test framework. A test program is a list of TEST functions and a main that RUNs
 * them; it prints one line per failed check and exits 1 if there was one.
 */
#ifndef TEST_H
#define TEST_H

#include <math.h>
#include <stdio.h>
#include <string.h>

static int test_checks, test_failed;

#define CHECK(ok) test_check((ok) ? 1 : 0, __FILE__, __LINE__, #ok)

/* Equal numbers, equal text, numbers within tol: the values are printed when they are not. */
#define CHECK_INT(got, want)       test_int((got), (want), __FILE__, __LINE__, #got)
#define CHECK_STR(got, want)       test_str((got), (want), __FILE__, __LINE__, #got)
#define CHECK_NEAR(got, want, tol) test_near((got), (want), (tol), __FILE__, __LINE__, #got)

/* The message of the last failure contains the words. */
#define CHECK_ERROR(words) test_error((words), emo_error(), __FILE__, __LINE__)

#define RUN(test)                                                                                  \
	do {                                                                                       \
		int before = test_failed;                                                          \
		test();                                                                            \
		printf("%s %s\n", test_failed == before ? "ok  " : "FAIL", #test);                 \
		fflush(stdout);                                                                    \
	} while (0)

static inline int test_check(int ok, const char *file, int line, const char *what)
{
	test_checks++;
	if (!ok) {
		test_failed++;
		printf("%s:%d: %s\n", file, line, what);
	}
	return ok;
}

static inline void test_int(long long got, long long want, const char *file, int line,
			    const char *what)
{
	if (!test_check(got == want, file, line, what))
		printf("\tis %lld, should be %lld\n", got, want);
}

static inline void test_str(const char *got, const char *want, const char *file, int line,
			    const char *what)
{
	if (!test_check(got && want && strcmp(got, want) == 0, file, line, what))
		printf("\tis \"%s\"\n\tshould be \"%s\"\n", got ? got : "(null)",
		       want ? want : "(null)");
}

static inline void test_near(double got, double want, double tol, const char *file, int line,
			     const char *what)
{
	if (!test_check(fabs(got - want) <= tol, file, line, what))
		printf("\tis %.9g, should be %.9g within %g\n", got, want, tol);
}

static inline void test_error(const char *words, const char *message, const char *file, int line)
{
	if (!test_check(strstr(message, words) != NULL, file, line, "the error message"))
		printf("\tis \"%s\"\n\tshould contain \"%s\"\n", message, words);
}

static inline int test_end(void)
{
	printf("%d checks, %d failed\n", test_checks, test_failed);
	return test_failed != 0;
}

#endif
