/* SPDX-License-Identifier: MIT */
/*
 * Colours, as 0xRRGGBB, that people with any kind of colour vision tell apart: those of Okabe and
 * Ito for lines, one blue from light to dark for amounts.
 */
#ifndef CANVAS_COLOR_H
#define CANVAS_COLOR_H

#define COLOR_PAPER 0xffffffu
#define COLOR_INK   0x1f2933u /* titles, values */
#define COLOR_SOFT  0x5f6b7au /* labels, captions */
#define COLOR_LINE  0x9aa5b1u /* axes */
#define COLOR_GRID  0xe4e7ebu

enum { COLOR_BLUE, COLOR_VERMILLION, COLOR_GREEN, COLOR_PURPLE, COLOR_ORANGE, COLOR_SKY,
       COLOR_DARK, COLOR_SERIES };
extern const unsigned color_series[COLOR_SERIES];

/* The shade of a share of 0 .. 1. */
unsigned color_heat(double share);

/* Black or white, whichever is easier to read on the colour. */
unsigned color_text_on(unsigned background);

/* 1 .. 21, as the Web Content Accessibility Guidelines 2 define it; text needs 4.5. */
double color_contrast(unsigned a, unsigned b);

#endif
