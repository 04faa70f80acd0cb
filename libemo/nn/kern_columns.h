/* SPDX-License-Identifier: MIT */
/*
 * Part of kern.c: the matrices of Winograd's convolution. A 3x3 convolution of a tile of o x o
 * outputs (o = 2, 3 or 4) needs t x t products a channel, t = o + 2, instead of 9 o x o:
 *
 *	y = A' [ (G g G') * (B' d B) ] A      d: t x t inputs, g: 3 x 3 weights, *: element by element
 *
 * Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016; points 0, 1, -1;
 * for o = 3 also 2, and for o = 4 also -2. Backward takes the transposes: A dy A' of the gradient by
 * the output, and G' (...) G for the gradient by the weights. Each matrix is a function of one column
 * below; a tile's columns are taken, and then the rows of the result as columns.
 *
 * Larger tiles round more, for they add and subtract larger multiples of the same numbers;
 * winograd.h states how much.
 */
#ifndef EMO_NN_KERN_COLUMNS_H
#define EMO_NN_KERN_COLUMNS_H

enum side { INPUT, OUTPUT, SPREAD, WEIGHT, BACK }; /* which matrix: B', A', A, G, G' */

/* One column for tiles of 2x2 outputs. */
INLINE void column2(vf *y, const vf *x, enum side side)
{
	if (side == INPUT) {
		y[0] = x[0] - x[2];
		y[1] = x[1] + x[2];
		y[2] = x[2] - x[1];
		y[3] = x[1] - x[3];
	} else if (side == OUTPUT) {
		y[0] = x[0] + x[1] + x[2];
		y[1] = x[1] - x[2] - x[3];
	} else if (side == SPREAD) {
		y[0] = x[0];
		y[1] = x[0] + x[1];
		y[2] = x[0] - x[1];
		y[3] = -x[1];
	} else if (side == WEIGHT) {
		y[0] = x[0];
		y[1] = .5f * (x[0] + x[1] + x[2]);
		y[2] = .5f * (x[0] - x[1] + x[2]);
		y[3] = x[2];
	} else {
		y[0] = x[0] + .5f * (x[1] + x[2]);
		y[1] = .5f * (x[1] - x[2]);
		y[2] = .5f * (x[1] + x[2]) + x[3];
	}
}

/* For tiles of 3x3. */
INLINE void column3(vf *y, const vf *x, enum side side)
{
	if (side == INPUT) {
		vf dif = x[3] - x[1];

		y[0] = 2 * (x[0] - x[2]) + dif;
		y[1] = dif - x[1] - x[2];
		y[2] = dif + 3 * (x[1] - x[2]);
		y[3] = dif;
		y[4] = x[4] - x[2] - 2 * dif;
	} else if (side == OUTPUT) {
		y[0] = x[0] + x[1] + x[2] + x[3];
		y[1] = x[1] - x[2] + 2 * x[3];
		y[2] = x[1] + x[2] + 4 * x[3] + x[4];
	} else if (side == SPREAD) {
		y[0] = x[0];
		y[1] = x[0] + x[2] + x[1];
		y[2] = x[0] + x[2] - x[1];
		y[3] = x[0] + 2 * x[1] + 4 * x[2];
		y[4] = x[2];
	} else if (side == WEIGHT) {
		y[0] = .5f * x[0];
		y[1] = -.5f * (x[0] + x[1] + x[2]);
		y[2] = (x[1] - x[0] - x[2]) * (1 / 6.f);
		y[3] = (x[0] + 2 * x[1] + 4 * x[2]) * (1 / 6.f);
		y[4] = x[2];
	} else {
		vf half = .5f * x[1], sixth = x[2] * (1 / 6.f), sixth2 = x[3] * (1 / 6.f);

		y[0] = .5f * x[0] - half - sixth + sixth2;
		y[1] = sixth - half + 2 * sixth2;
		y[2] = 4 * sixth2 - half - sixth + x[4];
	}
}

/* For tiles of 4x4: each matrix by the sums and differences that its rows share. */
INLINE void input4(vf *y, const vf *x)
{
	vf even = x[4] - 4 * x[2], odd = x[3] - 4 * x[1];
	vf even2 = x[4] - x[2], odd2 = 2 * (x[3] - x[1]);

	y[0] = 4 * x[0] - 5 * x[2] + x[4];
	y[1] = even + odd;
	y[2] = even - odd;
	y[3] = even2 + odd2;
	y[4] = even2 - odd2;
	y[5] = 4 * x[1] - 5 * x[3] + x[5];
}

INLINE void output4(vf *y, const vf *x)
{
	vf sum = x[1] + x[2], dif = x[1] - x[2], sum2 = x[3] + x[4], dif2 = x[3] - x[4];

	y[0] = x[0] + sum + sum2;
	y[1] = dif + 2 * dif2;
	y[2] = sum + 4 * sum2;
	y[3] = dif + 8 * dif2 + x[5];
}

INLINE void spread4(vf *y, const vf *x)
{
	vf even = x[0] + x[2], odd = x[1] + x[3];
	vf even2 = x[0] + 4 * x[2], odd2 = 2 * x[1] + 8 * x[3];

	y[0] = x[0];
	y[1] = even + odd;
	y[2] = even - odd;
	y[3] = even2 + odd2;
	y[4] = even2 - odd2;
	y[5] = x[3];
}

INLINE void weight4(vf *y, const vf *x)
{
	vf even = (x[0] + x[2]) * (-1 / 6.f), odd = x[1] * (-1 / 6.f);
	vf even2 = (x[0] + 4 * x[2]) * (1 / 24.f), odd2 = x[1] * (1 / 12.f);

	y[0] = .25f * x[0];
	y[1] = even + odd;
	y[2] = even - odd;
	y[3] = even2 + odd2;
	y[4] = even2 - odd2;
	y[5] = x[2];
}

INLINE void back4(vf *y, const vf *x)
{
	vf sum = x[1] + x[2], sum2 = x[3] + x[4];

	y[0] = .25f * x[0] - sum * (1 / 6.f) + sum2 * (1 / 24.f);
	y[1] = (x[2] - x[1]) * (1 / 6.f) + (x[3] - x[4]) * (1 / 12.f);
	y[2] = (sum2 - sum) * (1 / 6.f) + x[5];
}

INLINE void column(vf *y, const vf *x, int o, enum side side)
{
	if (o == 2)
		column2(y, x, side);
	else if (o == 3)
		column3(y, x, side);
	else if (side == INPUT)
		input4(y, x);
	else if (side == OUTPUT)
		output4(y, x);
	else if (side == SPREAD)
		spread4(y, x);
	else if (side == WEIGHT)
		weight4(y, x);
	else
		back4(y, x);
}

/*
 * F in F', F being the (m, n) matrix of `side`: `down` puts F times column j of `in` into half
 * (m, n); `across` makes row i of the result of row i of half.
 */
INLINE void down(vf *half, const vf *in, int j, int n, int m, int o, enum side side)
{
	vf out[6];

	column(out, in, o, side);
	UNROLL
	for (int i = 0; i < m; i++)
		half[i * n + j] = out[i];
}

INLINE void across(vf *out, const vf *half, int i, int n, int o, enum side side)
{
	column(out, half + i * n, o, side);
}

#endif
