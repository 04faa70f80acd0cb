/* SPDX-License-Identifier: MIT */
#include "canvas.h"

#include <cairo-svg.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/io.h"
#include "base/text.h"
#include "../cli.h"
#include "color.h"

struct sink {
	FILE *file;
	int cause; /* errno of the write that failed */
};

static cairo_status_t write_bytes(void *closure, const unsigned char *bytes, unsigned n)
{
	struct sink *sink = closure;

	if (fwrite(bytes, 1, n, sink->file) == n)
		return CAIRO_STATUS_SUCCESS;
	sink->cause = errno;
	return CAIRO_STATUS_WRITE_ERROR;
}

static cairo_surface_t *new_surface(const struct canvas_file *f, struct sink *sink)
{
	double w = f->w * f->scale, h = f->h * f->scale;
	cairo_surface_t *s;

	if (!f->svg)
		return cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)lround(w), (int)lround(h));
	s = cairo_svg_surface_create_for_stream(write_bytes, sink, w, h);
	cairo_svg_surface_set_document_unit(s, CAIRO_SVG_UNIT_PX);
	return s;
}

void canvas_settle_fonts(cairo_t *cr)
{
	cairo_font_options_t *o = cairo_font_options_create();

	cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(o, CAIRO_ANTIALIAS_GRAY);
	cairo_set_font_options(cr, o);
	cairo_font_options_destroy(o);
}

static cairo_status_t render(const struct canvas_file *f, struct sink *sink,
			     void draw(struct canvas *c, const void *data), const void *data)
{
	cairo_surface_t *s = new_surface(f, sink);
	struct canvas c = {.cr = cairo_create(s), .w = f->w, .h = f->h};
	cairo_status_t status;

	cairo_scale(c.cr, f->scale, f->scale);
	canvas_settle_fonts(c.cr);
	canvas_color(&c, COLOR_PAPER);
	cairo_paint(c.cr);
	draw(&c, data);
	status = cairo_status(c.cr);
	cairo_destroy(c.cr);
	if (!status && !f->svg)
		status = cairo_surface_write_to_png_stream(s, write_bytes, sink);
	cairo_surface_finish(s); /* writes the SVG */
	if (!status)
		status = cairo_surface_status(s);
	cairo_surface_destroy(s);
	return status;
}

void canvas_write(const struct canvas_file *f, void draw(struct canvas *c, const void *data),
		  const void *data)
{
	const char *name = strcmp(f->path, "-") ? f->path : "(stdout)";
	struct emo_out *out = emo_out_open(f->path);
	struct sink sink = {0};
	cairo_status_t status;

	if (!out)
		die("%s", emo_error());
	sink.file = emo_out_file(out);
	status = render(f, &sink, draw, data);
	if (status || sink.cause) {
		emo_out_abort(out);
		errno = sink.cause;
		if (sink.cause)
			die("%s: cannot write:", name);
		die("%s: cannot draw: %s", name, cairo_status_to_string(status));
	}
	if (emo_out_commit(out) < 0)
		die("%s", emo_error());
}

void canvas_color(struct canvas *c, unsigned color)
{
	cairo_set_source_rgb(c->cr, (color >> 16) / 255.0, (color >> 8 & 255) / 255.0,
			     (color & 255) / 255.0);
}

void canvas_font(struct canvas *c, double size, int bold)
{
	cairo_select_font_face(c->cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
			       bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
	cairo_set_font_size(c->cr, size);
}

double canvas_text_width(struct canvas *c, const char *s)
{
	cairo_text_extents_t e;

	cairo_text_extents(c->cr, s, &e);
	return e.x_advance;
}

void canvas_text(struct canvas *c, double x, double y, enum canvas_align align, const char *s)
{
	if (align != CANVAS_LEFT)
		x -= canvas_text_width(c, s) / (align == CANVAS_CENTER ? 2 : 1);
	cairo_move_to(c->cr, x, y);
	cairo_show_text(c->cr, s);
	cairo_new_path(c->cr);
}

void canvas_text_up(struct canvas *c, double x, double y, const char *s)
{
	cairo_save(c->cr);
	cairo_translate(c->cr, x, y);
	cairo_rotate(c->cr, -acos(0));
	canvas_text(c, 0, 0, CANVAS_CENTER, s);
	cairo_restore(c->cr);
}

void canvas_text_cut(struct canvas *c, char *buf, size_t size, const char *s, double width)
{
	int columns;

	for (columns = (int)(size - 1) / 4; columns > 3; columns--) {
		emo_text_fit(buf, size, s, columns, EMO_CUT_END);
		if (canvas_text_width(c, buf) <= width)
			break;
	}
}

void canvas_line(struct canvas *c, double x0, double y0, double x1, double y1)
{
	if (x0 == x1)
		x0 = x1 = floor(x0) + 0.5;
	if (y0 == y1)
		y0 = y1 = floor(y0) + 0.5;
	cairo_set_line_width(c->cr, 1);
	cairo_move_to(c->cr, x0, y0);
	cairo_line_to(c->cr, x1, y1);
	cairo_stroke(c->cr);
}

void canvas_box(struct canvas *c, double x, double y, double w, double h)
{
	cairo_rectangle(c->cr, x, y, w, h);
	cairo_fill(c->cr);
}

void canvas_dot(struct canvas *c, double x, double y, double radius)
{
	cairo_arc(c->cr, x, y, radius, 0, 4 * acos(0));
	cairo_fill(c->cr);
}

void canvas_dashes(struct canvas *c, double on, double off)
{
	double dashes[] = {on, off};

	cairo_set_dash(c->cr, dashes, on > 0 ? 2 : 0, 0);
}

double canvas_heading(struct canvas *c, const char *title, const char *detail)
{
	char text[1024];
	double y = CANVAS_EDGE + CANVAS_TITLE - 4, width = c->w - 2 * CANVAS_EDGE;
	double size = CANVAS_TITLE;

	canvas_color(c, COLOR_INK);
	emo_text_fit(text, sizeof text, title, sizeof text / 4 - 1, EMO_CUT_END);
	canvas_font(c, size, 1);
	while (size > CANVAS_TEXT && canvas_text_width(c, text) > width)
		canvas_font(c, size -= 0.5, 1);
	canvas_text_cut(c, text, sizeof text, title, width);
	canvas_text(c, CANVAS_EDGE, y, CANVAS_LEFT, text);
	if (*detail) {
		y += 20;
		canvas_color(c, COLOR_SOFT);
		canvas_font(c, CANVAS_TEXT, 0);
		canvas_text_cut(c, text, sizeof text, detail, width);
		canvas_text(c, CANVAS_EDGE, y, CANVAS_LEFT, text);
	}
	return y + 8;
}
