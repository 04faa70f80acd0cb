/* SPDX-License-Identifier: MIT */
/* Chooses the kernels: once, for the process. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "nn/kern.h"

extern const struct emo_kern emo_kern_generic;

#if defined __x86_64__
extern const struct emo_kern emo_kern_avx512, emo_kern_avx2;

static const struct emo_kern *const *available(void)
{
	static const struct emo_kern *list[4];
	int n = 0;

	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
	    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
		list[n++] = &emo_kern_avx512;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		list[n++] = &emo_kern_avx2;
	list[n] = &emo_kern_generic;
	return list;
}
#elif defined __aarch64__
extern const struct emo_kern emo_kern_neon;

static const struct emo_kern *const *available(void)
{
	static const struct emo_kern *const list[] = {&emo_kern_neon, &emo_kern_generic, NULL};

	return list;
}
#else
static const struct emo_kern *const *available(void)
{
	static const struct emo_kern *const list[] = {&emo_kern_generic, NULL};

	return list;
}
#endif

static const struct emo_kern *const *kerns; /* best first, NULL at the end */
static const struct emo_kern *chosen;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static const struct emo_kern *find(const char *name)
{
	for (const struct emo_kern *const *k = kerns; *k; k++)
		if (strcmp((*k)->name, name) == 0)
			return *k;
	return NULL;
}

static void choose(void)
{
	const char *wish = getenv("EMO_CPU");

	kerns = available();
	chosen = wish ? find(wish) : NULL;
	if (!chosen)
		chosen = kerns[0];
}

const struct emo_kern *emo_kern(void)
{
	pthread_once(&once, choose);
	return chosen;
}

const struct emo_kern *emo_kern_named(const char *name)
{
	pthread_once(&once, choose);
	return find(name);
}
