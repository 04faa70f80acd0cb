/* SPDX-License-Identifier: MIT */
/*
 * Learning curves: loss, accuracy and learning rate, one above the other over the same epochs. One
 * run has a colour for training and one for validation; of several, each has its own, and training
 * is dashed.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "axis.h"
#include "base/num.h"
#include "charts.h"

#define PANELS      3
#define PANEL_GAP   38.0 /* with the next one's name in it */
#define BELOW       46.0 /* numbers and name of the epochs */
#define LABEL       11.0 /* font size at axes */
#define LEGEND_LINE 20.0

static const struct panel_kind {
	const char *name, *unit;
	double factor; /* from the log's numbers to those shown */
	int train, test; /* enum run_value, -1: none */
	int from_zero;
	double share; /* of the height */
} kinds[PANELS] = {
	{"Loss", "", 1, RUN_TRAIN_LOSS, RUN_TEST_LOSS, 0, 0.38},
	{"Accuracy", " %", 100, RUN_TRAIN_ACCURACY, RUN_TEST_ACCURACY, 0, 0.38},
	{"Learning rate", "", 1, -1, RUN_RATE, 1, 0.24},
};
enum { ACCURACY = 1 };

struct panel {
	const struct panel_kind *kind;
	double top, bottom;
	struct axis axis;
};

struct chart {
	const struct curves *data;
	double left, right;
	struct axis epochs;
	struct panel panels[PANELS];
};

static void widen(double *lo, double *hi, const struct run *r, int value)
{
	for (size_t i = 0; value >= 0 && i < r->n; i++) {
		*lo = fmin(*lo, r->epochs[i].value[value]);
		*hi = fmax(*hi, r->epochs[i].value[value]);
	}
}

static void place_panels(struct chart *c, double top, double bottom)
{
	double room = bottom - top - PANELS * PANEL_GAP - BELOW;

	for (int k = 0; k < PANELS; k++) {
		struct panel *p = &c->panels[k];
		double lo = INFINITY, hi = -INFINITY;

		p->kind = &kinds[k];
		p->top = top + PANEL_GAP;
		p->bottom = top = p->top + room * p->kind->share;
		for (size_t i = 0; i < c->data->n; i++) {
			widen(&lo, &hi, &c->data->runs[i], p->kind->train);
			widen(&lo, &hi, &c->data->runs[i], p->kind->test);
		}
		if (p->kind->from_zero)
			lo = 0;
		p->axis = axis_nice(lo * p->kind->factor, hi * p->kind->factor,
				    (int)fmin((p->bottom - p->top) / 32 + 1, 9));
	}
}

static void tick_text(char *buf, size_t size, const struct panel *p, int i)
{
	axis_label(buf, size, &p->axis, i);
	strncat(buf, p->kind->unit, size - strlen(buf) - 1);
}

/* All panels begin right of the widest number and end alike. */
static void place_sides(struct chart *c, struct canvas *canvas)
{
	long first = c->data->runs[0].epochs[0].epoch, last = first;
	double widest = 0;
	char text[48];

	canvas_font(canvas, LABEL, 0);
	for (int k = 0; k < PANELS; k++)
		for (int i = 0; i < c->panels[k].axis.n; i++) {
			tick_text(text, sizeof text, &c->panels[k], i);
			widest = fmax(widest, canvas_text_width(canvas, text));
		}
	c->left = CANVAS_EDGE + widest + 8;
	c->right = canvas->w - CANVAS_EDGE - 6;
	for (size_t i = 0; i < c->data->n; i++) {
		const struct run *r = &c->data->runs[i];

		first = r->epochs[0].epoch < first ? r->epochs[0].epoch : first;
		last = r->epochs[r->n - 1].epoch > last ? r->epochs[r->n - 1].epoch : last;
	}
	snprintf(text, sizeof text, "%ld", last);
	c->epochs = axis_whole(first, last, (int)((c->right - c->left) /
						  (canvas_text_width(canvas, text) + 24)));
}

static double x_of(const struct chart *c, double epoch)
{
	return axis_place(&c->epochs, epoch, c->left, c->right);
}

static double y_of(const struct panel *p, double shown)
{
	return axis_place(&p->axis, shown, p->bottom, p->top);
}

static void draw_frame(const struct chart *c, struct canvas *canvas, const struct panel *p)
{
	char text[48];

	for (int i = 0; i < c->epochs.n; i++) {
		double x = x_of(c, axis_tick(&c->epochs, i));

		canvas_color(canvas, COLOR_GRID);
		canvas_line(canvas, x, p->top, x, p->bottom);
	}
	canvas_font(canvas, LABEL, 0);
	for (int i = 0; i < p->axis.n; i++) {
		double y = y_of(p, axis_tick(&p->axis, i));

		canvas_color(canvas, i ? COLOR_GRID : COLOR_LINE);
		canvas_line(canvas, c->left, y, c->right, y);
		canvas_color(canvas, COLOR_SOFT);
		tick_text(text, sizeof text, p, i);
		canvas_text(canvas, c->left - 8, y + LABEL * 0.36, CANVAS_RIGHT, text);
	}
	canvas_color(canvas, COLOR_INK);
	canvas_font(canvas, CANVAS_TEXT, 1);
	canvas_text(canvas, c->left, p->top - 12, CANVAS_LEFT, p->kind->name);
}

static void draw_epoch_numbers(const struct chart *c, struct canvas *canvas)
{
	double y = c->panels[PANELS - 1].bottom + LABEL + 8;
	char text[48];

	canvas_font(canvas, LABEL, 0);
	canvas_color(canvas, COLOR_SOFT);
	for (int i = 0; i < c->epochs.n; i++) {
		axis_label(text, sizeof text, &c->epochs, i);
		canvas_text(canvas, x_of(c, axis_tick(&c->epochs, i)), y, CANVAS_CENTER, text);
	}
	canvas_text(canvas, (c->left + c->right) / 2, y + 19, CANVAS_CENTER, "epoch");
}

static void draw_line(const struct chart *c, struct canvas *canvas, const struct panel *p,
		      const struct run *r, int value, int is_main)
{
	double apart = (c->right - c->left) / (c->epochs.max - c->epochs.min);

	for (size_t i = 0; i < r->n; i++)
		cairo_line_to(canvas->cr, x_of(c, (double)r->epochs[i].epoch),
			      y_of(p, r->epochs[i].value[value] * p->kind->factor));
	cairo_set_line_width(canvas->cr, is_main ? 2 : 1.5);
	cairo_set_line_join(canvas->cr, CAIRO_LINE_JOIN_ROUND);
	if (!is_main)
		canvas_dashes(canvas, 5, 3);
	cairo_stroke(canvas->cr);
	canvas_dashes(canvas, 0, 0);
	for (size_t i = 0; i < r->n && (r->n == 1 || (apart >= 14 && c->data->n == 1)); i++)
		canvas_dot(canvas, x_of(c, (double)r->epochs[i].epoch),
			   y_of(p, r->epochs[i].value[value] * p->kind->factor),
			   r->n == 1 ? 4 : is_main ? 2.6 : 2.1);
}

static unsigned run_color(const struct chart *c, size_t i, int is_train)
{
	return color_series[c->data->n == 1 && is_train ? COLOR_VERMILLION : i];
}

static void draw_lines(const struct chart *c, struct canvas *canvas, const struct panel *p)
{
	for (int is_main = 0; is_main <= 1; is_main++)
		for (size_t i = 0; i < c->data->n; i++) {
			int value = is_main ? p->kind->test : p->kind->train;

			if (value < 0)
				continue;
			canvas_color(canvas, value == RUN_RATE && c->data->n == 1
						     ? color_series[COLOR_DARK]
						     : run_color(c, i, !is_main));
			draw_line(c, canvas, p, &c->data->runs[i], value, is_main);
		}
}

static void best_text(char *buf, size_t size, const struct run *r)
{
	const struct run_epoch *e = &r->epochs[r->best];

	emo_snprintf(buf, size, "best %.2f %% at epoch %ld", 100 * e->value[RUN_TEST_ACCURACY],
		     e->epoch);
}

/* A ring on the accuracy of each run; of a single one, a line through all panels and the value. */
static void draw_best(const struct chart *c, struct canvas *canvas)
{
	const struct panel *p = &c->panels[ACCURACY];
	char text[64];

	for (size_t i = 0; i < c->data->n; i++) {
		const struct run *r = &c->data->runs[i];
		const struct run_epoch *e = &r->epochs[r->best];
		double x = x_of(c, (double)e->epoch);
		double y = y_of(p, 100 * e->value[RUN_TEST_ACCURACY]);

		canvas_color(canvas, COLOR_PAPER);
		canvas_dot(canvas, x, y, 6.5);
		canvas_color(canvas, run_color(c, i, 0));
		canvas_dot(canvas, x, y, 5);
		if (c->data->n > 1)
			continue;
		canvas_font(canvas, CANVAS_TEXT, 1);
		best_text(text, sizeof text, r);
		double half = canvas_text_width(canvas, text) / 2;
		double least = c->left + canvas_text_width(canvas, p->kind->name) + 16 + half;
		canvas_text(canvas, fmax(fmin(x, c->right - half), least), p->top - 12,
			    CANVAS_CENTER, text);
	}
}

static void draw_best_line(const struct chart *c, struct canvas *canvas)
{
	const struct run *r = &c->data->runs[0];
	double x = x_of(c, (double)r->epochs[r->best].epoch);

	if (c->data->n > 1)
		return;
	canvas_color(canvas, COLOR_LINE);
	canvas_dashes(canvas, 2, 3);
	for (int k = 0; k < PANELS; k++)
		canvas_line(canvas, x, c->panels[k].top, x, c->panels[k].bottom);
	canvas_dashes(canvas, 0, 0);
}

/* The names of the runs without the folders that they share. */
static const char *short_name(const struct curves *data, size_t i)
{
	const char *name = data->runs[i].name;
	size_t shared = 0;

	for (size_t at = 0; name[at]; at++) {
		for (size_t k = 0; k < data->n; k++)
			if (strncmp(data->runs[k].name, name, at + 1) != 0)
				return name + shared;
		if (name[at] == '/')
			shared = at + 1;
	}
	return name + shared;
}

/* Draws a key of the legend at *x, *y, on a new line when this one is full, and moves on. */
static void key(struct canvas *canvas, double *x, double *y, unsigned color, int dashed,
		const char *label)
{
	char text[512];
	double width;

	canvas_font(canvas, CANVAS_TEXT, 0);
	canvas_text_cut(canvas, text, sizeof text, label, canvas->w - 2 * CANVAS_EDGE - 32);
	width = 32 + canvas_text_width(canvas, text);
	if (*x > CANVAS_EDGE && *x + width > canvas->w - CANVAS_EDGE) {
		*x = CANVAS_EDGE;
		*y += LEGEND_LINE;
	}
	canvas_color(canvas, color);
	cairo_set_line_width(canvas->cr, dashed ? 1.5 : 2.5);
	if (dashed)
		canvas_dashes(canvas, 5, 3);
	cairo_move_to(canvas->cr, *x, *y - 4);
	cairo_line_to(canvas->cr, *x + 24, *y - 4);
	cairo_stroke(canvas->cr);
	canvas_dashes(canvas, 0, 0);
	canvas_color(canvas, COLOR_INK);
	canvas_text(canvas, *x + 32, *y, CANVAS_LEFT, text);
	*x += width + 24;
}

static double draw_legend(const struct chart *c, struct canvas *canvas, double y)
{
	double x = CANVAS_EDGE;
	char best[64], text[512];

	y += LEGEND_LINE;
	if (c->data->n == 1) {
		key(canvas, &x, &y, run_color(c, 0, 0), 0, "validation");
		key(canvas, &x, &y, run_color(c, 0, 1), 1, "training");
		return y;
	}
	key(canvas, &x, &y, COLOR_SOFT, 0, "validation");
	key(canvas, &x, &y, COLOR_SOFT, 1, "training");
	x = CANVAS_EDGE;
	y += LEGEND_LINE;
	for (size_t i = 0; i < c->data->n; i++) {
		best_text(best, sizeof best, &c->data->runs[i]);
		snprintf(text, sizeof text, "%s: %s", short_name(c->data, i), best);
		key(canvas, &x, &y, run_color(c, i, 0), 0, text);
	}
	return y;
}

static void make_title(char *buf, size_t size, const struct curves *data)
{
	size_t n = data->runs[0].n;

	if (data->title)
		snprintf(buf, size, "%s", data->title);
	else if (data->n > 1)
		snprintf(buf, size, "%zu training runs", data->n);
	else
		snprintf(buf, size, "%s, %zu epoch%s", short_name(data, 0), n, n == 1 ? "" : "s");
}

void draw_curves(struct canvas *canvas, const void *curves)
{
	struct chart c = {.data = curves};
	char title[512];
	double y;

	make_title(title, sizeof title, c.data);
	y = draw_legend(&c, canvas, canvas_heading(canvas, title, ""));
	place_panels(&c, y + 6, canvas->h - CANVAS_EDGE + 10);
	place_sides(&c, canvas);
	for (int k = 0; k < PANELS; k++)
		draw_frame(&c, canvas, &c.panels[k]);
	draw_best_line(&c, canvas);
	for (int k = 0; k < PANELS; k++)
		draw_lines(&c, canvas, &c.panels[k]);
	draw_epoch_numbers(&c, canvas);
	draw_best(&c, canvas);
}
