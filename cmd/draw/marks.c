/* SPDX-License-Identifier: MIT */
#include "marks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../canvas/canvas.h"
#include "../canvas/color.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "place.h"

#define MOST_SIDE   32767 /* cairo's */
#define MOST_PIXELS 2.7e8

/* Enlarged until the longer side has so many pixels and faces are so large, but not beyond. */
#define LEAST_SIDE 640
#define LEAST_FACE 40
#define ENOUGH     1600
#define MOST_SCALE 16

#define PAD 0.28 /* around a label's text, in its size */

struct sheet {
	struct canvas c;
	double scale, longer;   /* longer side, in pixels of the result */
	double least_letters; /* the more faces, the smaller */
	const struct marks_style *style;
};

static int is_face(const struct emo_record *r)
{
	return r->face > 0 && isfinite(r->x + r->y + r->w + r->h) && r->w > 0 && r->h > 0;
}

int marks_any(const struct emo_record *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_face(&r[i]))
			return 1;
	return 0;
}

static double good_scale(const struct emo_image *img, const struct emo_record *r, size_t n)
{
	double longer = img->w > img->h ? img->w : img->h, least = INFINITY, scale = 1;

	for (size_t i = 0; i < n; i++)
		if (is_face(&r[i]))
			least = fmin(least, fmin((double)r[i].w, (double)r[i].h));
	while (scale < MOST_SCALE && (scale * longer < LEAST_SIDE ||
				      (scale * least < LEAST_FACE && (scale + 1) * longer <= ENOUGH)))
		scale++;
	return scale;
}

static unsigned color_of(const struct emo_record *r)
{
	static const unsigned colors[EMO_EMOTIONS] = {
		[EMO_ANGRY] = 0xd55e00, [EMO_DISGUST] = 0x009e73,  [EMO_FEAR] = 0xcc79a7,
		[EMO_HAPPY] = 0xf0b400, [EMO_SAD] = 0x3d8fd1,      [EMO_SURPRISE] = 0x56d4e9,
		[EMO_NEUTRAL] = 0xdde2e8};

	return r->emotion >= 0 ? colors[r->emotion] : COLOR_PAPER;
}

static void label_text(char *text, size_t size, const struct emo_record *r)
{
	if (r->emotion >= 0)
		emo_snprintf(text, size, "%s%s %.0f %%", emo_emotion_name(r->emotion),
			     r->sure == 0 ? "?" : "", 100 * (double)r->confidence);
	else if (isfinite(r->score))
		emo_snprintf(text, size, "%.2f", (double)r->score);
	else
		emo_snprintf(text, size, "%d", r->face);
}

static double within(double v, double low, double high)
{
	return fmin(fmax(v, low), high);
}

/* A line that shows on anything: dark below, coloured above. */
static void stroke(struct sheet *s, unsigned color, double width)
{
	cairo_set_source_rgba(s->c.cr, 0, 0, 0, 0.55);
	cairo_set_line_width(s->c.cr, width * 1.9);
	cairo_stroke_preserve(s->c.cr);
	canvas_color(&s->c, color);
	cairo_set_line_width(s->c.cr, width);
	cairo_stroke(s->c.cr);
}

static struct place_rect box_of(const struct sheet *s, const struct emo_record *r)
{
	return (struct place_rect){s->scale * (double)r->x, s->scale * (double)r->y,
				   s->scale * (double)r->w, s->scale * (double)r->h};
}

static double line_width(const struct sheet *s, const struct place_rect *box)
{
	return within(fmin(box->w, box->h) / 50, s->longer / 640, s->longer / 220);
}

static void draw_box(struct sheet *s, const struct emo_record *r)
{
	struct place_rect b = box_of(s, r);
	double width = line_width(s, &b);

	cairo_set_line_join(s->c.cr, CAIRO_LINE_JOIN_ROUND);
	cairo_rectangle(s->c.cr, b.x, b.y, b.w, b.h);
	if (r->sure == 0)
		canvas_dashes(&s->c, 4 * width, 3 * width);
	stroke(s, color_of(r), width);
	canvas_dashes(&s->c, 0, 0);
}

static void draw_landmarks(struct sheet *s, const struct emo_record *r)
{
	struct place_rect b = box_of(s, r);
	double radius = within(fmin(b.w, b.h) / 45, 1.2, s->longer / 150);

	for (int i = 0; i < EMO_MARKS; i++) {
		double x = s->scale * (double)r->mark[i][0], y = s->scale * (double)r->mark[i][1];

		if (!isfinite(x + y))
			continue;
		cairo_set_source_rgba(s->c.cr, 0, 0, 0, 0.6);
		canvas_dot(&s->c, x, y, radius * 1.6);
		canvas_color(&s->c, i < 2 ? COLOR_PAPER : color_of(r));
		canvas_dot(&s->c, x, y, radius);
	}
}

static double letters(const struct sheet *s, const struct place_rect *box)
{
	return within(0.16 * box->w, s->least_letters, fmax(14, s->longer / 38));
}

static void rounded(cairo_t *cr, const struct place_rect *at, double round)
{
	cairo_new_path(cr);
	for (int k = 0; k < 4; k++) /* corners, clockwise from the upper right one */
		cairo_arc(cr, k < 2 ? at->x + at->w - round : at->x + round,
			  k == 1 || k == 2 ? at->y + at->h - round : at->y + round, round,
			  (k - 1) * M_PI_2, k * M_PI_2);
	cairo_close_path(cr);
}

static void draw_label(struct sheet *s, const struct emo_record *r, const struct place_label *l)
{
	double size = letters(s, &l->face), round = 0.25 * size;
	const struct place_rect *at = &l->at;
	unsigned color = color_of(r);
	cairo_t *cr = s->c.cr;
	char text[64];

	rounded(cr, at, round);
	stroke(s, color, fmax(1, size / 14));
	rounded(cr, at, round);
	cairo_fill(cr);
	label_text(text, sizeof text, r);
	canvas_color(&s->c, color_text_on(color));
	canvas_font(&s->c, size, 1);
	canvas_text(&s->c, at->x + at->w / 2, at->y + size * (PAD + 0.8), CANVAS_CENTER, text);
}

static int draw_labels(struct sheet *s, const struct emo_record *r, size_t n)
{
	struct place_label *labels = emo_calloc(n, sizeof *labels);
	size_t k = 0;

	if (!labels)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct place_label *l = &labels[k];
		char text[64];
		double size;

		if (!is_face(&r[i]))
			continue;
		l->face = box_of(s, &r[i]);
		size = letters(s, &l->face);
		label_text(text, sizeof text, &r[i]);
		canvas_font(&s->c, size, 1);
		l->at.w = canvas_text_width(&s->c, text) + 2 * PAD * size;
		l->at.h = size * (1 + 2 * PAD);
		k++;
	}
	place_labels(labels, k, s->c.w, s->c.h);
	k = 0;
	for (size_t i = 0; i < n; i++)
		if (is_face(&r[i]))
			draw_label(s, &r[i], &labels[k++]);
	free(labels);
	return 0;
}

/* The picture itself, as cairo keeps pixels: 0xRRGGBB in native order, rows with a stride. */
static cairo_surface_t *photo(const struct emo_image *img)
{
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, img->w, img->h);
	unsigned char *px = cairo_image_surface_get_data(s);
	const uint8_t *from = img->px;

	if (!px)
		return s;
	cairo_surface_flush(s);
	for (int y = 0; y < img->h; y++) {
		unsigned char *to = px + (size_t)y * (size_t)cairo_image_surface_get_stride(s);

		for (int x = 0; x < img->w; x++, from += img->c, to += 4) {
			uint32_t v = (uint32_t)from[0] << 16 | (uint32_t)from[img->c / 2] << 8 |
				     from[img->c - 1];

			memcpy(to, &v, 4);
		}
	}
	cairo_surface_mark_dirty(s);
	return s;
}

static int take_pixels(struct emo_image *out, cairo_surface_t *s)
{
	const unsigned char *px = cairo_image_surface_get_data(s);
	uint8_t *to;

	cairo_surface_flush(s);
	if (emo_image_init(out, cairo_image_surface_get_width(s), cairo_image_surface_get_height(s),
			   3) < 0)
		return -1;
	to = out->px;
	for (int y = 0; y < out->h; y++) {
		const unsigned char *from = px + (size_t)y * (size_t)cairo_image_surface_get_stride(s);

		for (int x = 0; x < out->w; x++, from += 4) {
			uint32_t v;

			memcpy(&v, from, 4);
			*to++ = (uint8_t)(v >> 16);
			*to++ = (uint8_t)(v >> 8);
			*to++ = (uint8_t)v;
		}
	}
	return 0;
}

/* The enlarged or reduced picture, ready to be drawn on. NULL with a message. */
static cairo_surface_t *lay_out(const struct emo_image *img, double scale)
{
	double w = fmax(1, round(img->w * scale)), h = fmax(1, round(img->h * scale));
	cairo_surface_t *from = NULL, *to = NULL;
	cairo_t *cr;

	if (img->w > MOST_SIDE || img->h > MOST_SIDE || w > MOST_SIDE || h > MOST_SIDE ||
	    w * h > MOST_PIXELS) {
		emo_fail("%.0f x %.0f pixels are too many to draw on", w, h);
		return NULL;
	}
	from = photo(img);
	if (scale == 1)
		return from;
	to = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)w, (int)h);
	cr = cairo_create(to);
	cairo_scale(cr, w / img->w, h / img->h);
	cairo_set_source_surface(cr, from, 0, 0);
	cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
	cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_GOOD);
	cairo_paint(cr);
	cairo_destroy(cr);
	cairo_surface_destroy(from);
	return to;
}

int marks_draw(struct emo_image *out, const struct emo_image *img, const struct emo_record *r,
	       size_t n, const struct marks_style *style)
{
	struct sheet s = {.style = style};
	cairo_surface_t *surface;
	int status = 0;

	if (style->scale > 0)
		s.scale = style->scale;
	else
		s.scale = style->no_labels || !marks_any(r, n) ? 1 : good_scale(img, r, n);
	if (!(surface = lay_out(img, s.scale)))
		return -1;
	s.c.cr = cairo_create(surface);
	s.c.w = cairo_image_surface_get_width(surface);
	s.c.h = cairo_image_surface_get_height(surface);
	s.longer = fmax(s.c.w, s.c.h);
	s.least_letters = fmax(11, s.longer / fmin(70 + 0.5 * (double)n, 130));
	canvas_settle_fonts(s.c.cr);
	for (size_t i = n; i-- > 0;) /* the first, and biggest, last: nothing lies over it */
		if (is_face(&r[i])) {
			draw_box(&s, &r[i]);
			draw_landmarks(&s, &r[i]);
		}
	if (!style->no_labels)
		status = draw_labels(&s, r, n);
	if (cairo_status(s.c.cr))
		status = emo_fail("cannot draw: %s", cairo_status_to_string(cairo_status(s.c.cr)));
	cairo_destroy(s.c.cr);
	if (status == 0)
		status = take_pixels(out, surface);
	cairo_surface_destroy(surface);
	return status;
}
