/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#include "nn/run.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"

static int make_block(struct emo_block *b, size_t n)
{
	b->n = n;
	return (b->v = emo_calloc(n, sizeof *b->v)) ? 0 : -1;
}

int emo_run_init(struct emo_run *r, const char *cfg, const char *name)
{
	*r = (struct emo_run){.cfg = cfg, .name = name, .net = emo_net_new(cfg, strlen(cfg), name)};
	if (!r->net || make_block(&r->best_params, emo_net_params(r->net).n) < 0)
		return -1;
	return make_block(&r->best_state, emo_net_state(r->net).n);
}

void emo_run_free(struct emo_run *r)
{
	emo_opt_free(r->opt);
	emo_net_free(r->net);
	free(r->best_params.v);
	free(r->best_state.v);
	*r = (struct emo_run){0};
}

static void copy(struct emo_block to, struct emo_block from)
{
	memcpy(to.v, from.v, to.n * sizeof *to.v);
}

int emo_run_end_epoch(struct emo_run *r, int better)
{
	r->done++;
	if (!better && r->best_epoch)
		return 0;
	r->best_epoch = r->done;
	copy(r->best_params, emo_opt_params(r->opt));
	copy(r->best_state, emo_opt_state(r->opt));
	return 1;
}

struct emo_net *emo_net_with(const char *cfg, const char *name, struct emo_block params,
			     struct emo_block state)
{
	struct emo_net *net = emo_net_new(cfg, strlen(cfg), name);

	if (!net)
		return NULL;
	copy(emo_net_params(net), params);
	copy(emo_net_state(net), state);
	emo_net_fold(net);
	return net;
}

double emo_run_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- checkpoints ---- */

static void add_block(struct emo_store *s, const char *name, struct emo_block b)
{
	emo_store_add(s, name, b.v, b.n * sizeof *b.v);
}

static void add_blocks(struct emo_store *s, const struct emo_run *r)
{
	struct emo_block memory;
	char name[32];

	add_block(s, "params", emo_net_params(r->net));
	add_block(s, "state", emo_net_state(r->net));
	add_block(s, "best-params", r->best_params);
	add_block(s, "best-state", r->best_state);
	for (int k = 0; (memory = emo_opt_memory(r->opt, k)).v; k++) {
		snprintf(name, sizeof name, "optimiser-%d", k);
		add_block(s, name, memory);
	}
}

int emo_run_save(const struct emo_run *r, const char *magic, const char *lines, const char *more,
		 const char *path)
{
	struct emo_store s = {.magic = magic, .alone = 1};
	int status = -1;

	s.text = emo_asprintf("%sdone %d\nbest-epoch %d\n%s", lines, r->done, r->best_epoch, more);
	if (s.text) {
		add_blocks(&s, r);
		status = emo_store_save(&s, path);
	}
	free(s.text);
	return status;
}

int emo_run_compare(const struct emo_run *r, const struct emo_store *s, const char *lines,
		    const char *path)
{
	const char *cpu = emo_net_cpu(r->net);
	char have[32];

	if (emo_store_line(s, "cpu", have, sizeof have) && strcmp(have, cpu))
		return emo_fail("%s: is of a run with the instruction set %s, and this is %s; with "
				"EMO_CPU=%s it goes on where the CPU has that", path, have, cpu, have);
	return emo_store_compare(s, lines, path);
}

/* All blocks are looked for before the first is read. */
static int read_blocks(struct emo_run *r, const struct emo_store *s, const char *path)
{
	const void *found[EMO_STORE_BLOCKS];
	struct emo_store mine = {0};

	add_blocks(&mine, r);
	for (int i = 0; i < mine.nblocks; i++) {
		const struct emo_store_block *b = mine.blocks + i;

		if (!(found[i] = emo_store_block(s, b->name, b->bytes, path)))
			return -1;
	}
	for (int i = 0; i < mine.nblocks; i++) /* into our own arrays, which are not const */
		memcpy((void *)(uintptr_t)mine.blocks[i].data, found[i], mine.blocks[i].bytes);
	return 0;
}

int emo_run_read(struct emo_run *r, const struct emo_store *s, int epochs, int steps,
		 const char *path)
{
	int done, best;

	if (emo_store_count(&done, s, "done", 0, epochs, path) < 0 ||
	    emo_store_count(&best, s, "best-epoch", done > 0, done, path) < 0 ||
	    read_blocks(r, s, path) < 0)
		return -1;
	r->done = done;
	r->best_epoch = best;
	emo_opt_set_steps(r->opt, (uint64_t)done * (uint64_t)steps);
	emo_net_changed(r->net);
	return 0;
}

int emo_run_epochs(const char *magic, int most, const char *path)
{
	struct emo_store s;
	int done;

	if (emo_store_load(&s, magic, path) < 0)
		return -1;
	if (emo_store_count(&done, &s, "done", 0, most, path) < 0)
		done = -1;
	emo_store_done(&s);
	return done;
}

/* ---- the model ---- */

int emo_run_export(const struct emo_run *r, struct emo_model *m, const char *notes,
		   const char *more, FILE *file, const char *name)
{
	char *network;
	int status = -1;

	if (!r->best_epoch)
		return emo_fail("%s: not written, because no epoch is done", name);
	if (!(network = emo_strdup(r->name)))
		return -1;
	for (char *s = network; *s; s++) /* whatever a file is called, a note is one line */
		*s = (unsigned char)*s < ' ' ? '?' : *s;
	m->net = r->net;
	m->notes = emo_asprintf("%snetwork %s\n%s", notes ? notes : "", network, more);
	if (m->notes)
		status = emo_model_write(m, r->best_params, r->best_state, file, name);
	free(m->notes);
	m->notes = NULL;
	free(network);
	return status;
}
