/* SPDX-License-Identifier: MIT */
/*
 * The reliability diagram: of the faces read with a confidence of so much, how many were read
 * right? Above, the two for each bin of confidence, and the gap between them; below, how many faces
 * each bin has.
 */
#include <math.h>
#include <stdio.h>

#include "axis.h"
#include "base/num.h"
#include "charts.h"

#define LABEL 11.0
#define GAP   34.0 /* between the two diagrams */
#define BELOW 46.0
#define TOO_SURE     0xf0b48au /* gaps: a light vermillion and a light sky blue */
#define NOT_ENOUGH   0xb5dcf4u
#define COLUMN_COLOR color_series[COLOR_BLUE]

struct diagram {
	const struct scores *s;
	double left, right, top, bottom; /* of accuracy */
	double low_top, low_bottom;      /* of numbers */
	struct axis unit, counts;        /* unit: 0 .. 1, confidence and accuracy */
};

static double x_of(const struct diagram *d, double confidence)
{
	return axis_place(&d->unit, confidence, d->left, d->right);
}

static double y_of(const struct diagram *d, double accuracy)
{
	return axis_place(&d->unit, accuracy, d->bottom, d->top);
}

static double largest_bin(const struct scores *s)
{
	double n = 0;

	for (int k = 0; k < s->bins; k++)
		n = fmax(n, s->bin[k].n);
	return n;
}

static void place(struct diagram *d, struct canvas *c, double top)
{
	double bottom = c->h - CANVAS_EDGE - BELOW + 12, widest = 0;
	char text[48];

	d->top = top + GAP;
	d->low_bottom = bottom;
	d->low_top = bottom - 0.22 * (bottom - d->top);
	d->bottom = d->low_top - GAP;
	d->unit = axis_nice(0, 1, 6);
	d->counts = axis_nice(0, fmax(largest_bin(d->s), 2), (int)((bottom - d->low_top) / 30) + 1);
	canvas_font(c, LABEL, 0);
	for (int i = 0; i < d->counts.n; i++) {
		axis_label(text, sizeof text, &d->counts, i);
		widest = fmax(widest, canvas_text_width(c, text));
	}
	d->left = CANVAS_EDGE + fmax(widest, 28) + 8;
	d->right = c->w - CANVAS_EDGE - 6;
}

static void draw_axis(const struct diagram *d, struct canvas *c, const struct axis *a, double from,
		      double to)
{
	char text[48];

	canvas_font(c, LABEL, 0);
	for (int i = 0; i < a->n; i++) {
		double y = axis_place(a, axis_tick(a, i), from, to);

		canvas_color(c, i ? COLOR_GRID : COLOR_LINE);
		canvas_line(c, d->left, y, d->right, y);
		canvas_color(c, COLOR_SOFT);
		axis_label(text, sizeof text, a, i);
		canvas_text(c, d->left - 8, y + LABEL * 0.36, CANVAS_RIGHT, text);
	}
}

static void draw_frame(const struct diagram *d, struct canvas *c)
{
	double y = d->low_bottom + LABEL + 8;
	char text[48];

	draw_axis(d, c, &d->unit, d->bottom, d->top);
	draw_axis(d, c, &d->counts, d->low_bottom, d->low_top);
	for (int i = 0; i < d->unit.n; i++) {
		double at = axis_tick(&d->unit, i);

		axis_label(text, sizeof text, &d->unit, i);
		canvas_text(c, x_of(d, at), y, CANVAS_CENTER, text);
	}
	canvas_text(c, (d->left + d->right) / 2, y + 19, CANVAS_CENTER, "confidence");
	canvas_color(c, COLOR_INK);
	canvas_font(c, CANVAS_TEXT, 1);
	canvas_text(c, d->left, d->top - 12, CANVAS_LEFT, "Accuracy");
	canvas_text(c, d->left, d->low_top - 12, CANVAS_LEFT, "Faces");
}

static void draw_bin(const struct diagram *d, struct canvas *c, const struct scores_bin *b)
{
	double x = x_of(d, b->from) + 1, w = x_of(d, b->to) - 1 - x;
	double right = y_of(d, b->accuracy), sure = y_of(d, b->confidence);
	double n = axis_place(&d->counts, b->n, d->low_bottom, d->low_top);

	if (b->n == 0)
		return;
	canvas_color(c, COLUMN_COLOR);
	canvas_box(c, x, right, w, d->bottom - right);
	canvas_color(c, b->confidence > b->accuracy ? TOO_SURE : NOT_ENOUGH);
	canvas_box(c, x, fmin(right, sure), w, fabs(right - sure));
	canvas_color(c, COLUMN_COLOR);
	cairo_set_line_width(c->cr, 1.5);
	cairo_rectangle(c->cr, x + 0.75, right, w - 1.5, d->bottom - right);
	cairo_stroke(c->cr);
	canvas_color(c, COLOR_INK);
	canvas_box(c, x, sure - 1, w, 2);
	canvas_color(c, COLOR_LINE);
	canvas_box(c, x, n, w, d->low_bottom - n);
}

static void draw_diagonal(const struct diagram *d, struct canvas *c)
{
	canvas_color(c, COLOR_SOFT);
	canvas_dashes(c, 4, 3);
	canvas_line(c, d->left, d->bottom, d->right, d->top);
	canvas_dashes(c, 0, 0);
}

static double draw_key(struct canvas *c, double x, double y, unsigned color, double h,
		       const char *label)
{
	canvas_font(c, CANVAS_TEXT, 0);
	canvas_color(c, color);
	canvas_box(c, x, y - 4 - h / 2, 14, h);
	canvas_color(c, COLOR_INK);
	canvas_text(c, x + 20, y, CANVAS_LEFT, label);
	return x + 20 + canvas_text_width(c, label) + 20;
}

void draw_reliability(struct canvas *c, const void *judgement)
{
	const struct judgement *j = judgement;
	struct diagram d = {.s = j->scores};
	char title[160], detail[960];
	double x = CANVAS_EDGE, y;

	emo_snprintf(title, sizeof title, "ECE %.4f%s", d.s->ece, d.s->title);
	emo_snprintf(detail, sizeof detail, "expected calibration error %.4f; %s", d.s->ece,
		     d.s->detail);
	y = canvas_heading(c, j->title ? j->title : title, j->title ? detail : d.s->detail) + 20;
	x = draw_key(c, x, y, COLUMN_COLOR, 12, "accuracy");
	x = draw_key(c, x, y, COLOR_INK, 2, "confidence");
	x = draw_key(c, x, y, TOO_SURE, 12, "gap: too sure");
	draw_key(c, x, y, NOT_ENOUGH, 12, "gap: not sure enough");
	place(&d, c, y + 6);
	draw_frame(&d, c);
	for (int k = 0; k < d.s->bins; k++)
		draw_bin(&d, c, &d.s->bin[k]);
	draw_diagonal(&d, c);
}
