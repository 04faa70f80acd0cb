/* SPDX-License-Identifier: MIT */
/* Weights in Darknet's order, for programs that read that. */
#ifndef BENCH_DARKNET_H
#define BENCH_DARKNET_H

#include <stdint.h>
#include <stdio.h>

#include "nn/net_priv.h"

/* Ours are (row, column, in, out), or (in, out) with size 1; Darknet's (out, in, row, column). */
static inline void darknet_matrix(FILE *f, const float *w, int window, int in, int out)
{
	for (int o = 0; o < out; o++)
		for (int i = 0; i < in; i++)
			for (int k = 0; k < window; k++)
				fwrite(w + ((size_t)k * (size_t)in + (size_t)i) * (size_t)out + o,
				       sizeof *w, 1, f);
}

/* Of networks whose convolutions all have batch norm and no groups. -1 when it cannot be written. */
static inline int darknet_weights(const char *path, const struct emo_net *net)
{
	const int32_t version[] = {0, 2, 5};
	const int64_t seen = 0;
	FILE *f = fopen(path, "wb");

	if (!f)
		return -1;
	fwrite(version, sizeof version, 1, f);
	fwrite(&seen, sizeof seen, 1, f);
	for (int i = 0; i < net->nlayers; i++) {
		const struct emo_layer *l = net->layers + i, *norm = l + 1;
		const float *w = net->params + l->weight.at;
		size_t out = (size_t)l->filters;

		if (l->op == &emo_op_conv) {
			const float *scale = net->params + norm->bias.at;

			fwrite(scale + out, sizeof *scale, out, f); /* the shift comes first */
			fwrite(scale, sizeof *scale, out, f);
			fwrite(net->state + norm->state.at, sizeof *scale, 2 * out, f);
			darknet_matrix(f, w, l->size * l->size, l->x.c, l->filters);
		} else if (l->op == &emo_op_dense) {
			fwrite(net->params + l->bias.at, sizeof *w, out, f);
			darknet_matrix(f, w, 1, l->x.h * l->x.w * l->x.c, l->filters);
		}
	}
	return fclose(f);
}

#endif
