/* SPDX-License-Identifier: MIT */
/* What one core can do: multiply-adds a second, for each instruction set that the CPU has. */
#ifndef BENCH_PEAK_H
#define BENCH_PEAK_H

#include <string.h>

#include "clock.h"

#define PEAK_ROUNDS 2000000L
#define PEAK_CHAINS 12 /* independent sums: more than the latency of a multiply-add needs */

/* Chains of x = x a + b in registers; the barrier keeps the compiler from folding them. */
#if defined __clang__
#define CONTRACT
#pragma clang fp contract(fast)
#else
#define CONTRACT __attribute__((optimize("O3", "fp-contract=fast")))
#endif

#define PEAK(name, floats, isa)                                                                    \
	__attribute__((target(isa), noinline)) CONTRACT                                            \
	static double peak_##name(void)                                                            \
	{                                                                                          \
		typedef float vec __attribute__((vector_size(4 * floats)));                        \
		vec x[PEAK_CHAINS], a = {0}, b = {0};                                              \
		double start, best = 1e9;                                                          \
		memset(x, 0, sizeof x);                                                            \
		__asm__ volatile("" : "+x"(a), "+x"(b));                                           \
		for (int k = 0; k < 5; k++) {                                                      \
			start = seconds_now();                                                     \
			for (long i = 0; i < PEAK_ROUNDS; i++) {                                   \
				_Pragma("GCC unroll 12") for (int j = 0; j < PEAK_CHAINS; j++)     \
					x[j] = x[j] * a + b;                                       \
			}                                                                          \
			for (int j = 0; j < PEAK_CHAINS; j++)                                      \
				__asm__ volatile("" : "+x"(x[j]));                                 \
			start = seconds_now() - start;                                             \
			best = start < best ? start : best;                                        \
		}                                                                                  \
		return 2. * floats * PEAK_CHAINS * PEAK_ROUNDS / best / 1e9;                       \
	}

#if defined __x86_64__
PEAK(avx512, 16, "avx512f,fma")
PEAK(avx2, 8, "avx2,fma")
PEAK(generic, 4, "sse2")
#endif

/* GFLOP/s of one thread; 0 when it is not known how to measure. */
static inline double peak_gflops(const char *isa)
{
#if defined __x86_64__
	if (strcmp(isa, "avx512") == 0)
		return peak_avx512();
	if (strcmp(isa, "avx2") == 0)
		return peak_avx2();
	if (strcmp(isa, "generic") == 0)
		return peak_generic();
#endif
	(void)isa;
	return 0;
}

#endif
