/* SPDX-License-Identifier: MIT */
/*
 * A picture is taken as a surface that is constant over each pixel's square. The mean of it over a
 * square of side 1 is bilinear interpolation, and over a larger box it is the area average: so one
 * rule, a box of side max(scale, 1) about the pixel's centre, both enlarges and shrinks. Where the
 * map keeps rows and columns apart the mean is exact; a rotated box is sampled.
 */
#include "image/warp.h"

#include <math.h>

#include "base/err.h"

#define FAR 1e9 /* pixels: no picture is so large, and int holds it */

static int grey_at(const struct emo_image *img, int x, int y)
{
	size_t i = (size_t)y * (size_t)img->w + (size_t)x;
	const uint8_t *p = img->px + i * (size_t)img->c;

	return img->c == 1 ? p[0] : (299 * p[0] + 587 * p[1] + 114 * p[2] + 500) / 1000;
}

static uint8_t rounded(double v)
{
	return (uint8_t)(v + 0.5);
}

/* Along one axis, out's coordinate u lies at scale * u + shift in a picture n pixels long. */
struct axis {
	double scale, shift;
	int n;
};

struct span {
	double from, to; /* what out's pixel u covers */
	int first, last; /* the pixels that this touches */
};

static double side(const struct axis *a)
{
	return fmax(fabs(a->scale), 1);
}

static int clamp(double v, int max)
{
	return v < 0 ? 0 : v > max ? max : (int)v;
}

static struct span span_of(const struct axis *a, int u)
{
	double centre = a->scale * (u + 0.5) + a->shift;
	struct span s = {.from = centre - side(a) / 2, .to = centre + side(a) / 2};

	s.first = clamp(floor(s.from), a->n - 1);
	s.last = clamp(ceil(s.to) - 1, a->n - 1);
	return s;
}

/* How much of the span pixel i has; the edge pixels have all that lies beyond them. */
static double share(const struct span *s, const struct axis *a, int i)
{
	double from = i > 0 ? fmax(s->from, i) : s->from;
	double to = i < a->n - 1 ? fmin(s->to, i + 1) : s->to;

	return to - from;
}

/* The integral of the picture's row y over the span. */
static double sum_row(const struct emo_image *img, const struct axis *ax, const struct span *s,
		      int y)
{
	double ends = share(s, ax, s->first) * grey_at(img, s->first, y);
	int64_t whole = 0;

	if (s->last > s->first)
		ends += share(s, ax, s->last) * grey_at(img, s->last, y);
	for (int x = s->first + 1; x < s->last; x++)
		whole += grey_at(img, x, y);
	return ends + (double)whole;
}

/*
 * Rows and columns apart: column i of the result depends on the picture's x alone, row j on its y.
 * Pixel (i, j) goes to out[i * step_i + j * step_j]. The area is divided out at the very end, so
 * that whole shares give whole sums and a mean is rounded once.
 */
static void straight(uint8_t *out, int ni, size_t step_i, int nj, size_t step_j,
		     const struct emo_image *img, const struct axis *ax, const struct axis *ay)
{
	double area = side(ax) * side(ay);

	for (int j = 0; j < nj; j++) {
		struct span r = span_of(ay, j);

		for (int i = 0; i < ni; i++) {
			struct span s = span_of(ax, i);
			double sum = 0;

			for (int y = r.first; y <= r.last; y++)
				sum += share(&r, ay, y) * sum_row(img, ax, &s, y);
			out[(size_t)i * step_i + (size_t)j * step_j] = rounded(sum / area);
		}
	}
}

static double bilinear(const struct emo_image *img, double x, double y)
{
	double x0 = floor(x - 0.5), y0 = floor(y - 0.5), fx = x - 0.5 - x0, fy = y - 0.5 - y0;
	int xa = clamp(x0, img->w - 1), xb = clamp(x0 + 1, img->w - 1);
	int ya = clamp(y0, img->h - 1), yb = clamp(y0 + 1, img->h - 1);
	double top = grey_at(img, xa, ya) * (1 - fx) + grey_at(img, xb, ya) * fx;
	double bottom = grey_at(img, xa, yb) * (1 - fx) + grey_at(img, xb, yb) * fx;

	return top * (1 - fy) + bottom * fy;
}

/* Samples along one side of out's pixel: n of them, `step` of a pixel of out from each other. */
struct grid {
	int n;
	double step;
};

/*
 * Each sample is a unit square of the picture. n of them in a row at distance d have the variance
 * d^2 (n^2 - 1) / 12 + 1 / 12, the side's is scale^2 / 12: this d makes them equal, so the result
 * is as sharp as the exact mean; it is never over one pixel, so no pixel is missed, and shrinking
 * to scale 1 it becomes bilinear interpolation without a jump.
 */
static struct grid grid_of(double scale)
{
	struct grid g = {1, 0};

	if (scale > 1) {
		g.n = (int)ceil(scale);
		g.step = sqrt((scale * scale - 1) / ((double)g.n * g.n - 1)) / scale;
	}
	return g;
}

static void sample(uint8_t *out, int w, int h, const struct emo_image *img, const double m[6])
{
	struct grid gu = grid_of(hypot(m[0], m[3])), gv = grid_of(hypot(m[1], m[4]));

	for (int j = 0; j < h; j++)
		for (int i = 0; i < w; i++) {
			double sum = 0;

			for (int b = 0; b < gv.n; b++)
				for (int a = 0; a < gu.n; a++) {
					double u = i + 0.5 + (a - (gu.n - 1) / 2.0) * gu.step;
					double v = j + 0.5 + (b - (gv.n - 1) / 2.0) * gv.step;

					sum += bilinear(img, m[0] * u + m[1] * v + m[2],
							m[3] * u + m[4] * v + m[5]);
				}
			*out++ = rounded(sum / ((double)gu.n * gv.n));
		}
}

/* Means of k x k pixels of the part of a picture that begins at (x, y). */
static int blocks(struct emo_image *out, const struct emo_image *img, int k, int x, int y, int w,
		  int h)
{
	if (emo_image_init(out, (w + k - 1) / k, (h + k - 1) / k, 1) < 0)
		return -1;
	for (int j = 0; j < out->h; j++)
		for (int i = 0; i < out->w; i++) {
			int left = x + i * k, right = left + k < x + w ? left + k : x + w;
			int top = y + j * k, bottom = top + k < y + h ? top + k : y + h;
			int sum = 0, n = (right - left) * (bottom - top);

			for (int b = top; b < bottom; b++)
				for (int a = left; a < right; a++)
					sum += grey_at(img, a, b);
			out->px[(size_t)j * (size_t)out->w + (size_t)i] = (uint8_t)((sum + n / 2) / n);
		}
	return 0;
}

/* What [0, w] x [0, h] covers along one axis of a picture n pixels long, and a pixel of out more. */
static void reach(int *from, int *length, double a, double b, double shift, int w, int h, int n)
{
	double more = fabs(a) + fabs(b) + 1;
	double low = shift + fmin(a * w, 0) + fmin(b * h, 0) - more;
	double high = shift + fmax(a * w, 0) + fmax(b * h, 0) + more;

	*from = clamp(floor(low), n - 1);
	*length = clamp(ceil(high), n) - *from;
	*length = *length > 0 ? *length : 1;
}

/*
 * A region many times larger than out is first brought down, in blocks, to COARSE pixels for one of
 * out, which costs less than to sample all of it.
 */
static int tilted(uint8_t *out, int w, int h, const struct emo_image *img, const double m[6])
{
	enum { COARSE = 4 };
	double su = hypot(m[0], m[3]), sv = hypot(m[1], m[4]);
	double limit = 4.0 * img->w * img->h + (1 << 26); /* keeps the time in proportion */
	int k = (int)fmin(fmin(su, sv) / COARSE, 64), x, y, width, height;
	struct emo_image small;

	if (fmax(su, 1) * fmax(sv, 1) * w * h > limit)
		return emo_fail("the region to cut out is far larger than the picture: "
				"%.0f x %.0f pixels",
				su * w, sv * h);
	if (k < 2) {
		sample(out, w, h, img, m);
		return 0;
	}
	reach(&x, &width, m[0], m[1], m[2], w, h, img->w);
	reach(&y, &height, m[3], m[4], m[5], w, h, img->h);
	if (blocks(&small, img, k, x, y, width, height) < 0)
		return -1;
	sample(out, w, h, &small,
	       (double[6]){m[0] / k, m[1] / k, (m[2] - x) / k, m[3] / k, m[4] / k, (m[5] - y) / k});
	emo_image_done(&small);
	return 0;
}

/* Corners of out beyond FAR are refused, and so is a map that flattens out to a line. */
static int check(int w, int h, const struct emo_image *img, const double m[6])
{
	if (w < 1 || h < 1)
		return emo_fail("a region cannot be scaled to %d x %d pixels", w, h);
	if (img->w < 1 || img->h < 1)
		return emo_fail("there is no picture to cut a region from");
	for (int k = 0; k < 4; k++) {
		double u = k & 1 ? w : 0, v = k & 2 ? h : 0;
		double x = m[0] * u + m[1] * v + m[2], y = m[3] * u + m[4] * v + m[5];

		if (!(fabs(x) < FAR && fabs(y) < FAR))
			return emo_fail("a corner of the region is too far away: %g, %g", x, y);
	}
	if (m[0] * m[4] - m[1] * m[3] == 0)
		return emo_fail("the region to cut out has no area");
	return 0;
}

static int warp(uint8_t *out, int w, int h, const struct emo_image *img, const double m[6])
{
	int swap = m[0] == 0 && m[4] == 0; /* a quarter turn: x follows v, and y follows u */
	struct axis ax = {m[swap ? 1 : 0], m[2], img->w};
	struct axis ay = {m[swap ? 3 : 4], m[5], img->h};

	if (check(w, h, img, m) < 0)
		return -1;
	if (swap)
		straight(out, h, (size_t)w, w, 1, img, &ax, &ay);
	else if (m[1] == 0 && m[3] == 0)
		straight(out, w, 1, h, (size_t)w, img, &ax, &ay);
	else
		return tilted(out, w, h, img, m);
	return 0;
}

int emo_image_warp(uint8_t *out, int w, int h, const struct emo_image *img, const float m[6])
{
	const double exact[6] = {m[0], m[1], m[2], m[3], m[4], m[5]};

	return warp(out, w, h, img, exact);
}

int emo_image_crop(uint8_t *out, int w, int h, const struct emo_image *img, struct emo_box box)
{
	const double m[6] = {(double)box.w / w, 0, box.x, 0, (double)box.h / h, box.y};

	if (!(box.w > 0 && box.h > 0))
		return emo_fail("a box of %g x %g pixels has no area", (double)box.w,
				(double)box.h);
	return warp(out, w, h, img, m);
}
