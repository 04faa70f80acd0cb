/* SPDX-License-Identifier: MIT */
/*
 * Part of kern.c and included by it alone: Winograd's transforms of pictures and weights, by the
 * matrices of kern_columns.h. A register holds VEC channels of one place.
 *
 * Only whole registers inside a picture are transformed where they lie. What touches the edge of a
 * picture, and the last few channels, are copied to and from a square of their own, so that each
 * transform exists once, unrolled and without a branch.
 */
#ifndef EMO_NN_KERN_WINOGRAD_H
#define EMO_NN_KERN_WINOGRAD_H

#include "nn/kern.h"
#include "nn/kern_columns.h"

#define SQUARE (36 * VEC) /* floats of 6 x 6 places */

/* Makes the call with O, the tile's side, a constant. */
#define BY_TILE(side_of_tile, call)                                                                \
	do {                                                                                       \
		if ((side_of_tile) == 4) {                                                         \
			enum { O = 4 };                                                            \
			call;                                                                      \
		} else if ((side_of_tile) == 3) {                                                  \
			enum { O = 3 };                                                            \
			call;                                                                      \
		} else {                                                                           \
			enum { O = 2 };                                                            \
			call;                                                                      \
		}                                                                                  \
	} while (0)

/*
 * F in F', F being the matrix of `side`: place (i, j) is read at from[i * row + j * col] and written,
 * or for BACK added, to to[i * to_row + j * to_col]. Bias and slope are for OUTPUT.
 */
INLINE void transform(float *to, size_t to_row, size_t to_col, const float *from, size_t row,
		      size_t col, int o, enum side side, vf bias, float slope)
{
	int n = side == SPREAD ? o : side == WEIGHT ? 3 : o + 2; /* places read, a row */
	int m = side == OUTPUT ? o : side == BACK ? 3 : o + 2;	 /* … and written */
	vf half[36], line[6];

	UNROLL
	for (int j = 0; j < n; j++) {
		UNROLL
		for (int i = 0; i < n; i++)
			line[i] = load(from + (size_t)i * row + (size_t)j * col);
		down(half, line, j, n, m, o, side);
	}
	UNROLL
	for (int i = 0; i < m; i++) {
		across(line, half, i, n, o, side);
		UNROLL
		for (int j = 0; j < m; j++) {
			float *at = to + (size_t)i * to_row + (size_t)j * to_col;

			if (side == OUTPUT)
				line[j] = slope_below_zero(line[j] + bias, slope);
			store(at, side == BACK ? load(at) + line[j] : line[j]);
		}
	}
}

/* ---- what needs a square of its own ---- */

INLINE int within(struct emo_shape s, int y, int x)
{
	return y >= 0 && y < s.h && x >= 0 && x < s.w;
}

INLINE size_t pixel(struct emo_shape s, int y, int x)
{
	return ((size_t)y * (size_t)s.w + (size_t)x) * (size_t)s.c;
}

/* Whether all of a square of so many pixels lies in the picture. */
INLINE int all_within(struct emo_shape s, int y, int x, int side)
{
	return within(s, y, x) && within(s, y + side - 1, x + side - 1);
}

INLINE int at_most(int n, int most)
{
	return n < most ? n : most;
}

/* n floats of each place of a square. */
INLINE void copy_floats(float *to, const float *from, int n)
{
	if (n == VEC)
		store(to, load(from));
	else
		memcpy(to, from, (size_t)n * sizeof *to);
}

/* Square (side, side) <- the pixels from (y0, x0) on, n channels of each; zero outside. */
static NOINLINE void cut_out(float *square, const float *x, struct emo_shape s, int y0, int x0,
			     int side, int n)
{
	int top = y0 < 0 ? -y0 : 0, bottom = at_most(s.h - y0, side);
	int left = x0 < 0 ? -x0 : 0, right = at_most(s.w - x0, side);

	memset(square, 0, (size_t)(side * side * VEC) * sizeof *square);
	for (int i = top; i < bottom; i++)
		for (int j = left; j < right; j++)
			copy_floats(square + (i * side + j) * VEC, x + pixel(s, y0 + i, x0 + j), n);
}

/* … and back; what lies outside is not written. */
static NOINLINE void put_in(float *y, struct emo_shape s, int y0, int x0, const float *square,
			    int side, int n)
{
	int bottom = at_most(s.h - y0, side), right = at_most(s.w - x0, side);

	for (int i = 0; i < bottom; i++)
		for (int j = 0; j < right; j++)
			copy_floats(y + pixel(s, y0 + i, x0 + j), square + (i * side + j) * VEC, n);
}

/* Square <- n channels of places that are `step` apart; zero beside them. */
static NOINLINE void gather_places(float *square, const float *from, size_t step, int places, int n)
{
	memset(square, 0, (size_t)(places * VEC) * sizeof *square);
	for (int i = 0; i < places; i++)
		copy_floats(square + i * VEC, from + (size_t)i * step, n);
}

static NOINLINE void scatter_places(float *to, size_t step, const float *square, int places, int n)
{
	for (int i = 0; i < places; i++)
		copy_floats(to + (size_t)i * step, square + i * VEC, n);
}

/* ---- pictures ---- */

INLINE void from_picture(float *v, size_t v_step, const float *x, struct emo_shape s, int y0, int x0,
			 int o, enum side side)
{
	int t = o + 2, n = side == SPREAD ? o : t, inside = all_within(s, y0, x0, n);
	float in[SQUARE], out[SQUARE];

	for (int at = 0; at < s.c; at += VEC) {
		int width = at_most(s.c - at, VEC);
		const float *from = in;
		size_t row = (size_t)n * VEC, col = VEC, step = v_step;
		float *to = v + at;

		if (inside && width == VEC) {
			from = x + pixel(s, y0, x0) + at;
			col = (size_t)s.c;
			row = (size_t)s.w * col;
		} else {
			cut_out(in, x + at, s, y0, x0, n, width);
		}
		if (width < VEC) {
			to = out;
			step = VEC;
		}
		transform(to, (size_t)t * step, step, from, row, col, o, side, splat(0), 1);
		if (width < VEC)
			scatter_places(v + at, v_step, out, t * t, width);
	}
}

static void wino_input(float *v, size_t v_step, const float *x, struct emo_shape s, int y0, int x0,
		       int o)
{
	BY_TILE(o, from_picture(v, v_step, x, s, y0, x0, O, INPUT));
}

static void wino_spread(float *z, size_t z_step, const float *dy, struct emo_shape s, int y0,
			int x0, int o)
{
	BY_TILE(o, from_picture(z, z_step, dy, s, y0, x0, O, SPREAD));
}

INLINE void to_picture(float *y, struct emo_shape s, int k, int y0, int x0, const float *m,
		       size_t m_step, int o, const float *bias, float slope)
{
	int t = o + 2, inside = all_within(s, y0, x0, o);
	float in[SQUARE], out[16 * VEC];

	for (int at = 0; at < k; at += VEC) {
		int width = at_most(k - at, VEC), in_place = inside && width == VEC;
		vf b = bias ? load_part(bias + at, width) : splat(0);
		const float *from = m + at;
		size_t row = (size_t)o * VEC, col = VEC, step = m_step;
		float *to = out;

		if (width < VEC) {
			gather_places(in, from, m_step, t * t, width);
			from = in;
			step = VEC;
		}
		if (in_place) {
			to = y + pixel(s, y0, x0) + at;
			col = (size_t)s.c;
			row = (size_t)s.w * col;
		}
		transform(to, row, col, from, (size_t)t * step, step, o, OUTPUT, b, slope);
		if (!in_place)
			put_in(y + at, s, y0, x0, out, o, width);
	}
}

static void wino_output(float *y, struct emo_shape s, int k, int y0, int x0, const float *m,
			size_t m_step, int o, const float *bias, float slope)
{
	BY_TILE(o, to_picture(y, s, k, y0, x0, m, m_step, O, bias, slope));
}

/* ---- weights ---- */

/* The 3x3 taps, `tap` floats apart, of up to VEC outputs, `col` floats apart. */
static NOINLINE void gather_taps(float *square, const float *w, ptrdiff_t tap, size_t col, int n)
{
	if (col == 1 && n >= VEC) {
		for (int i = 0; i < 9; i++)
			store(square + i * VEC, load(w + i * tap));
		return;
	}
	memset(square, 0, 9 * VEC * sizeof *square);
	for (int i = 0; i < 9; i++)
		for (int j = 0; j < VEC && j < n; j++)
			square[i * VEC + j] = w[i * tap + (ptrdiff_t)((size_t)j * col)];
}

static void wino_weights(float *u, size_t u_step, const float *w, const struct emo_pack *p,
			 int turned, int o)
{
	ptrdiff_t tap = turned ? -(ptrdiff_t)p->run_step : (ptrdiff_t)p->run_step;
	float taps[9 * VEC];

	if (turned)
		w += 8 * p->run_step;
	for (int j0 = 0; j0 < p->n; j0 += NR)
		for (int i = 0; i < p->run; i++)
			for (int j = j0; j < j0 + NR; j += VEC, u += VEC) {
				const float *from = w + (size_t)i * p->row_step;
				int left = p->n - j;

				if (left > 0)
					from += (size_t)j * p->col_step;
				gather_taps(taps, from, tap, p->col_step, left);
				BY_TILE(o, transform(u, (O + 2) * u_step, u_step, taps, 3 * VEC, VEC,
						     O, WEIGHT, splat(0), 1));
			}
}

static void wino_weights_back(float *dw, const float *du, size_t step, int n, int o)
{
	size_t t = (size_t)o + 2;
	float in[SQUARE], out[9 * VEC];

	for (int at = 0; at < n; at += VEC) {
		int width = at_most(n - at, VEC);
		const float *from = du + at;
		float *to = dw + at;
		size_t apart = step;

		if (width < VEC) {
			gather_places(in, from, step, (int)(t * t), width);
			gather_places(out, to, step, 9, width);
			from = in;
			to = out;
			apart = VEC;
		}
		BY_TILE(o, transform(to, 3 * apart, apart, from, t * apart, apart, O, BACK,
				     splat(0), 1));
		if (width < VEC)
			scatter_places(dw + at, step, out, 9, width);
	}
}

#endif
