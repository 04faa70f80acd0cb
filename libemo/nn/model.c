/* SPDX-License-Identifier: MIT */
#include "nn/model.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/num.h"
#include "nn/kern.h"
#include "nn/net_priv.h"
#include "base/store.h"

#define MAGIC EMO_MODEL_MAGIC

/* ---- the head ---- */

/* Notes must not be taken for anything else in the head. */
static int check_notes(const struct emo_model *m, const char *path)
{
	for (const char *line = m->notes, *end; *line; line = end + 1) {
		size_t n = strcspn(line, "\n"), key = strcspn(line, " \t\n");

		end = line + n;
		if (!*end || key == 0 || key == n)
			return emo_fail("%s: the note '%.*s' is no \"key value\" line", path,
					(int)n, line);
	}
	return 0;
}

/* Lines of the head: fixed ones, then notes, then the cfg, each line of it behind one tab. */
static int make_text(char **out, const struct emo_model *m, const char *path)
{
	size_t n = strlen(m->labels) + 2 * strlen(m->cfg) + strlen(m->notes) + 512, used;
	char *s;

	if (check_notes(m, path) < 0 || !(s = emo_calloc(n, 1)))
		return -1;
	used = (size_t)emo_snprintf(s, n, "labels %s\npicture %d\nmean %.9g\nscale %.9g\n"
				    "temperature %.9g\n%scfg\n", m->labels, m->picture,
				    (double)m->mean, (double)m->scale, (double)m->temperature,
				    m->notes);
	for (const char *line = m->cfg; *line;) {
		size_t len = strcspn(line, "\r\n");

		if (len) /* blank lines end a head */
			used += (size_t)snprintf(s + used, n - used, "\t%.*s\n", (int)len, line);
		line += len;
		line += strspn(line, "\r\n");
	}
	*out = s;
	return 0;
}

static int number(float *out, const struct emo_store *s, const char *key, double min, double max,
		  const char *name)
{
	char buf[64];
	double v;

	if (!emo_store_line(s, key, buf, sizeof buf) || emo_parse_double(&v, buf) < 0 || v < min ||
	    v > max)
		return emo_fail("%s: needs a '%s' from %g to %g in its head", name, key, min, max);
	*out = (float)v;
	return 0;
}

/* The cfg: all lines behind "cfg" that begin with a tab. */
static char *extract_cfg(const struct emo_store *s, const char *name)
{
	const char *line = strstr(s->text, "\ncfg\n\t");
	char *cfg = line ? emo_strdup(line + 5) : NULL, *to = cfg;

	if (!line)
		emo_fail("%s: has no cfg in its head", name);
	if (!cfg)
		return NULL;
	for (const char *from = cfg; *from == '\t';) {
		size_t len = strcspn(++from, "\n");

		len += from[len] == '\n';
		memmove(to, from, len);
		to += len;
		from += len;
	}
	*to = '\0';
	return cfg;
}

/* The lines between "temperature" and "cfg". */
static char *extract_notes(const struct emo_store *s)
{
	const char *from = strstr(s->text, "\ntemperature "), *to = strstr(s->text, "\ncfg\n");
	char *notes;

	from = from ? strchr(from + 1, '\n') : NULL;
	if (!from || !to || from > to)
		return emo_strdup("");
	if ((notes = emo_calloc((size_t)(to - from) + 2, 1)))
		memcpy(notes, from + 1, (size_t)(to - from));
	return notes;
}

static int parse_head(struct emo_model *m, const struct emo_store *s, const char *name)
{
	char labels[1024];
	float picture;

	if (number(&picture, s, "picture", 1, 4096, name) < 0 ||
	    number(&m->mean, s, "mean", -1e6, 1e6, name) < 0 ||
	    number(&m->scale, s, "scale", -1e6, 1e6, name) < 0 ||
	    number(&m->temperature, s, "temperature", .01, 100, name) < 0)
		return -1;
	m->picture = (int)picture;
	if (picture != (float)m->picture)
		return emo_fail("%s: 'picture' in its head is not a whole number", name);
	if (!emo_store_line(s, "labels", labels, sizeof labels))
		return emo_fail("%s: has no labels in its head", name);
	m->labels = emo_strdup(labels);
	m->notes = extract_notes(s);
	m->cfg = extract_cfg(s, name);
	return m->labels && m->notes && m->cfg ? 0 : -1;
}

/* ---- the weights ---- */

/* To half precision, the nearest, ties to even; what is too large becomes the largest. */
static uint16_t to_half(float x)
{
	uint32_t bits, sign, magnitude;
	float y;

	memcpy(&bits, &x, sizeof bits);
	sign = bits >> 16 & 0x8000;
	magnitude = bits & 0x7fffffff;
	if (magnitude >= 0x477ff000) /* rounds to more than 65504 */
		return (uint16_t)(sign | 0x7bff);
	if (magnitude < 0x38800000) { /* subnormal: adding 0.5 rounds at 2^-24 */
		memcpy(&y, &magnitude, sizeof y);
		y += .5f;
		memcpy(&magnitude, &y, sizeof magnitude);
		return (uint16_t)(sign | (magnitude - 0x3f000000));
	}
	magnitude += 0xfff + (magnitude >> 13 & 1) - (112u << 23);
	return (uint16_t)(sign | magnitude >> 13);
}

static size_t count(const struct emo_net *net, enum emo_array_kind kind)
{
	const struct emo_array *a;
	size_t n = 0;

	for (size_t i = 0; (a = emo_net_array(net, i)); i++)
		n += a->kind == kind ? a->n : 0;
	return n;
}

static int all_finite(const float *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(v[i]))
			return 0;
	return 1;
}

int emo_model_write(const struct emo_model *m, struct emo_block params, struct emo_block state,
		    FILE *file, const char *name)
{
	struct emo_store s = {.magic = MAGIC};
	size_t nmat = count(m->net, EMO_MATRIX), nvec = count(m->net, EMO_VECTOR);
	uint16_t *half = emo_calloc(nmat, sizeof *half), *h = half;
	float *vectors = emo_calloc(nvec, sizeof *vectors), *v = vectors;
	const struct emo_array *a;
	int status = -1;

	if (!all_finite(params.v, params.n) || !all_finite(state.v, state.n)) {
		emo_fail("%s: not written, because a weight is not a number", name);
		goto out;
	}
	if (!half || !vectors || make_text(&s.text, m, name) < 0)
		goto out;
	for (size_t i = 0; (a = emo_net_array(m->net, i)); i++) {
		if (a->kind == EMO_MATRIX)
			for (size_t k = 0; k < a->n; k++)
				*h++ = to_half(params.v[a->at + k]);
		else if (a->kind == EMO_VECTOR)
			v = (float *)memcpy(v, params.v + a->at, a->n * sizeof *v) + a->n;
	}
	emo_store_add(&s, "matrices-half", half, nmat * sizeof *half);
	emo_store_add(&s, "vectors-single", vectors, nvec * sizeof *vectors);
	emo_store_add(&s, "state-single", state.v, state.n * sizeof *state.v);
	status = emo_store_write(&s, file, name);
out:
	free(s.text);
	free(half);
	free(vectors);
	return status;
}

int emo_model_save(const struct emo_model *m, struct emo_block params, struct emo_block state,
		   const char *path)
{
	struct emo_out *out = emo_out_open(path);

	if (out && emo_model_write(m, params, state, emo_out_file(out), path) == 0)
		return emo_out_commit(out);
	emo_out_abort(out);
	return -1;
}

/* Sizes are compared before there is memory for weights: a small file gets no more than that. */
static int read_weights(struct emo_model *m, const struct emo_store *s, const char *name)
{
	size_t nmat = count(m->net, EMO_MATRIX), nvec = count(m->net, EMO_VECTOR);
	struct emo_block params, state = emo_net_state(m->net);
	const uint16_t *half = emo_store_block(s, "matrices-half", nmat * sizeof *half, name);
	const float *vectors, *saved;
	const struct emo_array *a;

	if (!half ||
	    !(vectors = emo_store_block(s, "vectors-single", nvec * sizeof *vectors, name)) ||
	    !(saved = emo_store_block(s, "state-single", state.n * sizeof *saved, name)) ||
	    emo_net_allocate(m->net) < 0)
		return -1;
	if (!all_finite(vectors, nvec) || !all_finite(saved, state.n))
		return emo_fail("%s: a weight is not a number", name);
	params = emo_net_params(m->net);
	state = emo_net_state(m->net);
	for (size_t i = 0; (a = emo_net_array(m->net, i)); i++) {
		if (a->kind == EMO_MATRIX) {
			if (!emo_kern()->from_half(params.v + a->at, half, a->n))
				return emo_fail("%s: a weight is not a number", name);
			half += a->n;
		} else if (a->kind == EMO_VECTOR) {
			memcpy(params.v + a->at, vectors, a->n * sizeof *vectors);
			vectors += a->n;
		}
	}
	memcpy(state.v, saved, state.n * sizeof *saved);
	emo_net_changed(m->net);
	return 0;
}

int emo_model_read(struct emo_model *m, const struct emo_store *s, const char *name)
{
	char source[4200]; /* lines of the cfg have numbers of their own */

	snprintf(source, sizeof source, "%s: cfg", name);
	*m = (struct emo_model){0};
	if (parse_head(m, s, name) == 0 &&
	    (m->net = emo_net_outline(m->cfg, strlen(m->cfg), source)) &&
	    read_weights(m, s, name) == 0) {
		emo_net_set_temperature(m->net, m->temperature);
		return 0;
	}
	emo_model_done(m);
	return -1;
}

int emo_model_load(struct emo_model *m, const char *path)
{
	struct emo_store s;
	int status;

	if (emo_store_load(&s, MAGIC, path) < 0)
		return -1;
	status = emo_model_read(m, &s, path);
	emo_store_done(&s);
	return status;
}

int emo_model_parse(struct emo_model *m, const char *data, size_t len, const char *name)
{
	struct emo_store s;
	int status;

	if (emo_store_parse(&s, MAGIC, data, len, name) < 0)
		return -1;
	status = emo_model_read(m, &s, name);
	emo_store_done(&s);
	return status;
}

void emo_model_done(struct emo_model *m)
{
	emo_net_free(m->net);
	free(m->cfg);
	free(m->labels);
	free(m->notes);
	*m = (struct emo_model){0};
}
