/* SPDX-License-Identifier: MIT */
/* Internal: what conv.c (forward) and conv_back.c (backward) share. */
#ifndef EMO_NN_CONV_H
#define EMO_NN_CONV_H

#include "nn/op.h"
#include "nn/winograd.h"

/* Where the windows of a convolution lie in a padded picture. */
struct emo_windows {
	int h, w;           /* of the padded picture */
	int m;              /* windows in it */
	int *row_at;        /* [m] */
	int *run_at;        /* [nruns] */
	int nruns, run;
	size_t floats;      /* of one padded picture */
	float *packed;      /* the weights, for each group */
	size_t group_floats;
	unsigned version;   /* of the parameters that are packed */
};

struct emo_conv {
	int wino; /* 1: by Winograd's transforms, with these two, instead of all that follows */
	struct emo_wino wino_fwd, wino_data;
	struct emo_windows fwd;  /* windows of x that make y */
	int band;                /* rows of y that a task makes at most */
	size_t band_floats;      /* of x, padded, that it reads for them */
	struct emo_windows data; /* windows of dy, spread by the stride, that make dx */
	int *rows;               /* fwd.row_at for `images` padded pictures in a row */
	int images;
};

int emo_conv_prepare_back(struct emo_layer *l, struct emo_room *room);
int emo_conv_back(struct emo_layer *l, const struct emo_pass *p);

/* 1 when every group has one input and one output channel. */
static inline int emo_conv_depthwise(const struct emo_layer *l)
{
	return l->groups > 1 && l->groups == l->x.c && l->groups == l->y.c;
}

/* 1 for what the kernels for a single channel can do. */
static inline int emo_conv_thin(const struct emo_layer *l)
{
	return l->x.c == 1 && l->size == 3 && l->stride == 1;
}

/*
 * Copies (h, w, c) into a zeroed (out_h, out_w, c): pixel (y, x) to (top + y step, left + x step).
 */
void emo_spread(float *out, int out_h, int out_w, const float *in, struct emo_shape s, int top,
		int left, int step);

/* y = the first `count` windows of padded times the packed weights. */
void emo_conv_rows(const struct emo_kern *kern, const struct emo_windows *win,
		   const struct emo_layer *l, float *y, int y_channels, const float *padded,
		   int x_channels, int count, const float *bias, float slope);

#endif
