/* SPDX-License-Identifier: MIT */
/*
 * One training step and one run of small networks, against what PyTorch made of them:
 * tests/data/torch_ops.txt, which scripts/torch-reference.py writes.
 */
#include <stdlib.h>

#include "base/err.h"
#include "nn/net.h"
#include "test.h"

#define TABLE "tests/data/torch_ops.txt"

static FILE *table;

static void give_up(const char *why)
{
	printf(TABLE ": %s\n", why);
	exit(1);
}

/* The lines up to "end"; caller frees. */
static char *read_cfg(void)
{
	char line[256], *cfg = calloc(1, 4096);

	while (cfg && fgets(line, sizeof line, table) && strcmp(line, "end\n") != 0) {
		if (strlen(cfg) + strlen(line) >= 4096)
			give_up("a cfg is too long");
		strcat(cfg, line);
	}
	if (!cfg)
		give_up("out of memory");
	return cfg;
}

/* "name count" and the values; caller frees. */
static float *read_values(const char *want, size_t *n)
{
	char name[64];
	float *v;

	if (fscanf(table, "%63s %zu", name, n) != 2 || strcmp(name, want) != 0 || *n > 100000 ||
	    !(v = malloc((*n + 1) * sizeof *v)))
		give_up(want);
	for (size_t i = 0; i < *n; i++)
		if (fscanf(table, "%f", v + i) != 1)
			give_up(want);
	return v;
}

static void compare(const float *got, size_t n, const char *name)
{
	size_t wanted;
	float *want = read_values(name, &wanted);
	double off = 0;

	CHECK_INT((long long)n, (long long)wanted);
	for (size_t i = 0; i < n && i < wanted; i++) {
		double d = fabs((double)got[i] - (double)want[i]) / (1 + fabs((double)want[i]));

		off = d <= off ? off : d;
	}
	if (!CHECK(off <= 1e-5))
		printf("\t%s is off by %g\n", name, off);
	free(want);
}

static void fill(float *to, size_t room, const char *name)
{
	size_t n;
	float *v = read_values(name, &n);

	CHECK_INT((long long)n, (long long)room);
	if (n == room)
		memcpy(to, v, n * sizeof *v);
	free(v);
}

static void check_case(void)
{
	char *cfg = read_cfg();
	struct emo_net *net = emo_net_new(cfg, strlen(cfg), "case");
	size_t nx, nt, ny;
	float *x = read_values("x", &nx), *target, loss_f;
	const float *y;
	double loss = 0;
	int hwc[3], n;

	free(cfg);
	if (!net)
		give_up(emo_error());
	emo_net_shape(net, hwc);
	n = (int)nx / (hwc[0] * hwc[1] * hwc[2]);
	ny = (size_t)n * (size_t)emo_net_outputs(net);
	if (emo_net_reserve(net, n, 1, NULL) < 0)
		give_up(emo_error());
	memcpy(emo_net_input(net), x, nx * sizeof *x);
	fill(emo_net_params(net).v, emo_net_params(net).n, "params");
	fill(emo_net_state(net).v, emo_net_state(net).n, "state");
	emo_net_changed(net);
	target = read_values("target", &nt);
	CHECK_INT((long long)nt, (long long)ny);
	if (nt != ny || !(y = emo_net_train(net, n, target, 1, 1, &loss)))
		give_up("cannot train");
	loss_f = (float)loss;
	compare(&loss_f, 1, "loss");
	compare(y, ny, "trained_y");
	compare(emo_net_grads(net).v, emo_net_grads(net).n, "grads");
	compare(emo_net_state(net).v, emo_net_state(net).n, "trained_state");
	compare(emo_net_run(net, n), ny, "run_y");
	free(x);
	free(target);
	emo_net_free(net);
}

static void test_torch(void)
{
	char line[256], name[64];
	int cases = 0;

	if (!(table = fopen(TABLE, "r")))
		give_up("cannot open it (tests are run from the repository's root)");
	while (fgets(line, sizeof line, table))
		if (sscanf(line, "case %63s", name) == 1) {
			int failed = test_failed;

			check_case();
			cases++;
			if (test_failed > failed)
				printf("\tin case %s\n", name);
		}
	CHECK_INT(cases, 8);
	fclose(table);
}

int main(void)
{
	RUN(test_torch);
	return test_end();
}
