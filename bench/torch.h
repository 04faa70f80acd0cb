/* SPDX-License-Identifier: MIT */
/* PyTorch as a contestant: a Python process that waits for commands on a pipe (torch_worker.py). */
#ifndef BENCH_TORCH_H
#define BENCH_TORCH_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nn/net_priv.h"

struct torch {
	const char *layout, *setting; /* channels_last; NAME=VALUE of the environment, or "" */
	char version[32];
	pid_t pid;
	FILE *to, *from;
};

/* What torch_worker.py reads, and the list of filters; -1 when the weights cannot be written. */
static inline int torch_weights(const char *path, struct emo_net *net, int batch, char *channels,
				size_t size)
{
	FILE *f = fopen(path, "wb");
	const float *params = net->params, *state = net->state;
	int hwc[3];

	emo_net_shape(net, hwc);
	for (int i = 0; f && i < net->nlayers; i++) {
		const struct emo_layer *l = net->layers + i;
		size_t used = strlen(channels);

		fwrite(params + l->weight.at, sizeof *params, l->weight.n, f);
		fwrite(params + l->bias.at, sizeof *params, l->bias.n, f);
		fwrite(state + l->state.at, sizeof *state, l->state.n, f);
		if (l->op == &emo_op_conv)
			snprintf(channels + used, size - used, "%s%d", used ? "," : "", l->filters);
		else if (l->op == &emo_op_maxpool)
			snprintf(channels + used, size - used, "%sM", used ? "," : "");
	}
	if (!f)
		return -1;
	fwrite(emo_net_input(net), sizeof(float), (size_t)(batch * hwc[0] * hwc[1]), f);
	return fclose(f);
}

/* Starts a worker; -1 when there is no Python with torch. */
static inline int torch_start(struct torch *t, const char *weights, int size, int threads,
			      const char *channels)
{
	int to[2], from[2];
	char side[16], count[16], line[64];

	if (pipe(to) || pipe(from))
		return -1;
	fcntl(to[1], F_SETFD, FD_CLOEXEC); /* else later workers keep this one's input open */
	fcntl(from[0], F_SETFD, FD_CLOEXEC);
	snprintf(side, sizeof side, "%d", size);
	snprintf(count, sizeof count, "%d", threads);
	if ((t->pid = fork()) == 0) {
		dup2(to[0], 0);
		dup2(from[1], 1);
		close(to[1]);
		close(from[0]);
		setenv("OMP_NUM_THREADS", count, 1);
		if (*t->setting)
			putenv(strdup(t->setting));
		if (!freopen("/dev/null", "w", stderr))
			_exit(127);
		execlp("/usr/bin/python3", "python3", "bench/torch_worker.py", weights, side, count,
		       t->layout, channels, (char *)NULL);
		_exit(127);
	}
	close(to[0]);
	close(from[1]);
	t->to = fdopen(to[1], "w");
	t->from = fdopen(from[0], "r");
	if (!fgets(line, sizeof line, t->from) || sscanf(line, "ready %31s", t->version) != 1) {
		fclose(t->to);
		fclose(t->from);
		waitpid(t->pid, NULL, 0);
		t->pid = 0;
		return -1;
	}
	return 0;
}

/* Seconds that `count` rounds of a job took; negative on failure. */
static inline double torch_run(struct torch *t, const char *job, int count)
{
	char line[64];

	fprintf(t->to, "%s %d\n", job, count);
	fflush(t->to);
	return fgets(line, sizeof line, t->from) ? atof(line) : -1;
}

/* The largest difference of the worker's logits from these. */
static inline double torch_difference(struct torch *t, const float *logits, int n)
{
	double most = 0, v;

	fputs("logits\n", t->to);
	fflush(t->to);
	for (int i = 0; i < n; i++) {
		if (fscanf(t->from, "%lf", &v) != 1)
			return -1;
		v = v > (double)logits[i] ? v - (double)logits[i] : (double)logits[i] - v;
		most = v > most ? v : most;
	}
	while (fgetc(t->from) != '\n')
		;
	return most;
}

static inline void torch_stop(struct torch *t)
{
	if (!t->pid)
		return;
	fclose(t->to);
	fclose(t->from);
	waitpid(t->pid, NULL, 0);
}

#endif
