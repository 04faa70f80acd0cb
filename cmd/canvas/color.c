/* SPDX-License-Identifier: MIT */
#include "color.h"

#include <math.h>

const unsigned color_series[COLOR_SERIES] = {
	0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0x3e4c59,
};

static double part(unsigned color, int k) /* 0 red, 1 green, 2 blue */
{
	return (double)(color >> (16 - 8 * k) & 255);
}

unsigned color_heat(double share)
{
	static const unsigned stops[] = {0xf5f9fd, 0xa9cfe8, 0x3a87c0, 0x08306b};
	enum { LAST = sizeof stops / sizeof *stops - 1 };
	double x = fmin(fmax(share, 0), 1) * LAST;
	int k = x < LAST ? (int)x : LAST - 1;
	unsigned color = 0;

	for (int i = 0; i < 3; i++) {
		double from = part(stops[k], i), to = part(stops[k + 1], i);

		color = color << 8 | (unsigned)lround(from + (x - k) * (to - from));
	}
	return color;
}

/* Relative luminance of sRGB. */
static double luminance(unsigned color)
{
	static const double weights[] = {0.2126, 0.7152, 0.0722};
	double sum = 0;

	for (int k = 0; k < 3; k++) {
		double v = part(color, k) / 255;

		sum += weights[k] * (v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
	}
	return sum;
}

double color_contrast(unsigned a, unsigned b)
{
	double la = luminance(a), lb = luminance(b);

	return (fmax(la, lb) + 0.05) / (fmin(la, lb) + 0.05);
}

/* Of black and white one always has a contrast of 4.58 at least; a softer ink would not. */
unsigned color_text_on(unsigned background)
{
	static const unsigned black = 0x000000, white = 0xffffff;

	return color_contrast(background, white) > color_contrast(background, black) ? white
										     : black;
}
