/* SPDX-License-Identifier: MIT */
/*
 * A sheet to draw on, over cairo, that becomes a PNG or SVG file: text that is measured and cut to
 * fit, lines, boxes, the heading that every picture has. Coordinates are pixels of a picture that is
 * not scaled; the origin is top left. fer-plot fills sheets of its own, fer-draw photographs.
 */
#ifndef CANVAS_CANVAS_H
#define CANVAS_CANVAS_H

#include <cairo.h>
#include <stddef.h>

#define CANVAS_TEXT  12.0 /* font sizes */
#define CANVAS_TITLE 17.0
#define CANVAS_EDGE  24.0 /* room on all sides */

struct canvas {
	cairo_t *cr; /* for lines and fills of any shape */
	double w, h;
};

struct canvas_file {
	const char *path; /* "-" is standard output */
	int svg;
	double w, h, scale;
};

/* Calls draw() with a white sheet and writes the file; a failure ends the program. */
void canvas_write(const struct canvas_file *f, void draw(struct canvas *c, const void *data),
		  const void *data);

/* Text then has the same width in every format and at every scale; canvas_write sees to it. */
void canvas_settle_fonts(cairo_t *cr);

enum canvas_align { CANVAS_LEFT, CANVAS_CENTER, CANVAS_RIGHT };

void canvas_color(struct canvas *c, unsigned color); /* 0xRRGGBB */
void canvas_font(struct canvas *c, double size, int bold);

/* Text is UTF-8; y is that of its base line. */
void canvas_text(struct canvas *c, double x, double y, enum canvas_align align, const char *s);
void canvas_text_up(struct canvas *c, double x, double y, const char *s); /* centred on y */
double canvas_text_width(struct canvas *c, const char *s);

/* s cut to a width, with ... where it was cut. */
void canvas_text_cut(struct canvas *c, char *buf, size_t size, const char *s, double width);

/* One pixel wide, and sharp where it is horizontal or vertical. */
void canvas_line(struct canvas *c, double x0, double y0, double x1, double y1);
void canvas_box(struct canvas *c, double x, double y, double w, double h);
void canvas_dot(struct canvas *c, double x, double y, double radius);
void canvas_dashes(struct canvas *c, double on, double off); /* 0, 0: none */

/* Title and what is below it, each on a line; returns the y where that ends. detail may be "". */
double canvas_heading(struct canvas *c, const char *title, const char *detail);

#endif
