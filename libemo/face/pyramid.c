/* SPDX-License-Identifier: MIT */
/*
 * image/warp.h maps any region exactly and pixel by pixel. Here whole pictures shrink, row by row,
 * and samples are taken in fixed point: what a detector does with every picture, and a trainer with
 * thousands a second.
 */
#include "face/pyramid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

static void grey_row(uint8_t *out, const struct emo_image *img, int y)
{
	const uint8_t *p = img->px + (size_t)y * (size_t)img->w * (size_t)img->c;

	if (img->c == 1) {
		memcpy(out, p, (size_t)img->w);
		return;
	}
	for (int x = 0; x < img->w; x++, p += 3) /* Rec. 601, in 1/65536 */
		out[x] = (uint8_t)((19595u * p[0] + 38470u * p[1] + 7471u * p[2] + 32768) >> 16);
}

/* ---- shrinking ---- */

/* Which pixels of a row or column each pixel of the result covers, and how much of the two ends. */
struct cover {
	int first, last;
	float head, tail;
};

static void make_cover(struct cover *c, int n, int from)
{
	double step = (double)from / n;

	for (int i = 0; i < n; i++) {
		double a = i * step, b = i + 1 < n ? (i + 1) * step : from;

		c[i].first = (int)a;
		c[i].last = (int)ceil(b) - 1;
		c[i].head = (float)(fmin(b, c[i].first + 1) - a);
		c[i].tail = c[i].last > c[i].first ? (float)(b - c[i].last) : 0;
	}
}

static void shrink_row(float *out, const uint8_t *in, const struct cover *c, int n)
{
	for (int i = 0; i < n; i++) {
		float sum = c[i].head * (float)in[c[i].first] + c[i].tail * (float)in[c[i].last];

		for (int x = c[i].first + 1; x < c[i].last; x++)
			sum += (float)in[x];
		out[i] = sum;
	}
}

static void shrink_rows(struct emo_image *out, const struct emo_image *img, const struct cover *cx,
			const struct cover *cy, uint8_t *grey, float *row, float *sum)
{
	float area = (float)((double)img->w * img->h / ((double)out->w * out->h));
	int done = -1; /* the row that is in row[] */

	for (int y = 0; y < out->h; y++) {
		uint8_t *to = out->px + (size_t)y * (size_t)out->w;

		memset(sum, 0, (size_t)out->w * sizeof *sum);
		for (int r = cy[y].first; r <= cy[y].last; r++) {
			float part = r == cy[y].first ? cy[y].head : r == cy[y].last ? cy[y].tail : 1;

			if (r != done) {
				grey_row(grey, img, r);
				shrink_row(row, grey, cx, out->w);
				done = r;
			}
			for (int x = 0; x < out->w; x++)
				sum[x] += part * row[x];
		}
		for (int x = 0; x < out->w; x++)
			to[x] = (uint8_t)(sum[x] / area + .5f);
	}
}

int emo_grey_shrink(struct emo_image *out, const struct emo_image *img, int w, int h)
{
	struct cover *cx = emo_calloc((size_t)w, sizeof *cx), *cy = emo_calloc((size_t)h, sizeof *cy);
	uint8_t *grey = emo_calloc((size_t)img->w, 1);
	float *row = emo_calloc(2 * (size_t)w, sizeof *row);
	int status = -1;

	if (!cx || !cy || !grey || !row || emo_image_init(out, w, h, 1) < 0)
		goto out;
	status = 0;
	if (w == img->w && h == img->h) {
		for (int y = 0; y < h; y++)
			grey_row(out->px + (size_t)y * (size_t)w, img, y);
		goto out;
	}
	make_cover(cx, w, img->w);
	make_cover(cy, h, img->h);
	shrink_rows(out, img, cx, cy, grey, row, row + w);
out:
	free(cx);
	free(cy);
	free(grey);
	free(row);
	return status;
}

int emo_grey_halve(struct emo_image *out, const struct emo_image *grey)
{
	int w = grey->w / 2 > 0 ? grey->w / 2 : 1, h = grey->h / 2 > 0 ? grey->h / 2 : 1;

	if (grey->w < 2 || grey->h < 2)
		return emo_grey_shrink(out, grey, w, h);
	if (emo_image_init(out, w, h, 1) < 0)
		return -1;
	for (int y = 0; y < h; y++) {
		const uint8_t *a = grey->px + (size_t)(2 * y) * (size_t)grey->w, *b = a + grey->w;
		uint8_t *to = out->px + (size_t)y * (size_t)w;

		for (int x = 0; x < w; x++)
			to[x] = (uint8_t)((a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1] + 2) >> 2);
	}
	return 0;
}

/* ---- samples ---- */

/* Beyond an edge the picture is mirrored, and again. */
static int mirrored(int v, int n)
{
	if (v >= 0 && v < n)
		return v;
	v = v < 0 ? -1 - v : v;
	v %= 2 * n;
	return v < n ? v : 2 * n - 1 - v;
}

/* Coordinates in 1/1024 of a pixel; a picture here is far smaller than 2^21 pixels a side. */
static uint8_t sample(const struct emo_image *g, int fx, int fy)
{
	int x = fx >> 10, y = fy >> 10, tx = fx & 1023, ty = fy & 1023, top, bottom;
	int xa = mirrored(x, g->w), xb = mirrored(x + 1, g->w);
	const uint8_t *a = g->px + (size_t)mirrored(y, g->h) * (size_t)g->w;
	const uint8_t *b = g->px + (size_t)mirrored(y + 1, g->h) * (size_t)g->w;

	top = (a[xa] << 10) + (a[xb] - a[xa]) * tx;
	bottom = (b[xa] << 10) + (b[xb] - b[xa]) * tx;
	return (uint8_t)((top + (int)((int64_t)(bottom - top) * ty >> 10) + 512) >> 10);
}

void emo_grey_sample(uint8_t *out, int w, int h, const struct emo_image *grey, const float m[6])
{
	int dx = (int)lrintf(m[0] * 1024), dy = (int)lrintf(m[3] * 1024);

	for (int j = 0; j < h; j++) {
		float v = (float)j + .5f;
		int fx = (int)lrintf((m[0] * .5f + m[1] * v + m[2] - .5f) * 1024);
		int fy = (int)lrintf((m[3] * .5f + m[4] * v + m[5] - .5f) * 1024);

		for (int i = 0; i < w; i++, fx += dx, fy += dy)
			*out++ = sample(grey, fx, fy);
	}
}
