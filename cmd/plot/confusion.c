/* SPDX-License-Identifier: MIT */
/* The confusion matrix as a heat map: each row is shaded by its shares, and each cell says both. */
#include <math.h>
#include <stdio.h>

#include "base/num.h"
#include "charts.h"

#define CELL  84.0 /* at the usual size */
#define LEFT  118.0 /* of the cells: names of the rows */
#define ABOVE 52.0 /* names of the columns */
#define HEAD  72.0 /* title and the line below it */

struct matrix {
	const struct scores *s;
	int columns; /* the classes, and one for pictures without a face if there are any */
	double x, y, cell;
	double big, small; /* font sizes in cells */
};

static int count_columns(const struct scores *s)
{
	return s->classes + (s->n_missed > 0);
}

void confusion_size(const struct scores *s, double *w, double *h)
{
	*w = fmax(2 * CANVAS_EDGE + LEFT + CELL * count_columns(s), 560);
	*h = 2 * CANVAS_EDGE + HEAD + ABOVE + CELL * s->classes;
}

static const char *column_name(const struct matrix *m, int e)
{
	return e < m->s->classes ? m->s->name[e] : "no face";
}

static double in_cell(const struct matrix *m, int t, int e)
{
	return e < m->s->classes ? m->s->confusion[t][e] : m->s->missed[t];
}

/* "87 %"; what is something but rounds to nothing, or not all but rounds to it, is told apart. */
static void share_text(char *buf, size_t size, double share)
{
	double percent = 100 * share;

	if (percent > 0 && percent < 0.5)
		snprintf(buf, size, "<1 %%");
	else if (percent < 100 && percent >= 99.5)
		snprintf(buf, size, ">99 %%");
	else
		emo_snprintf(buf, size, "%.0f %%", percent);
}

/* The font size, usual or less, at which so many letters fit a cell. */
static double fitting(const struct matrix *m, double usual, int letters)
{
	return fmin(usual, m->cell * 0.92 / (0.62 * letters));
}

static void draw_cell(const struct matrix *m, struct canvas *c, int t, int e)
{
	double x = m->x + e * m->cell, y = m->y + t * m->cell;
	double n = in_cell(m, t, e), of = m->s->support[t];
	unsigned shade = of > 0 ? color_heat(n / of) : COLOR_GRID;
	char text[32];

	canvas_color(c, shade);
	canvas_box(c, x + 1, y + 1, m->cell - 2, m->cell - 2);
	if (of == 0)
		return;
	canvas_color(c, color_text_on(shade));
	canvas_font(c, m->big, t == e);
	share_text(text, sizeof text, n / of);
	canvas_text(c, x + m->cell / 2, y + m->cell / 2 - 1, CANVAS_CENTER, text);
	canvas_font(c, m->small, 0);
	emo_snprintf(text, sizeof text, "%.0f", n);
	canvas_text(c, x + m->cell / 2, y + m->cell / 2 + m->small + 4, CANVAS_CENTER, text);
}

static void draw_names(const struct matrix *m, struct canvas *c)
{
	double middle = m->x + m->columns * m->cell / 2, size = fitting(m, CANVAS_TEXT, 8);
	char text[64];

	for (int e = 0; e < m->columns; e++) {
		canvas_color(c, e < m->s->classes ? COLOR_INK : COLOR_SOFT);
		canvas_font(c, size, 0);
		canvas_text(c, m->x + (e + 0.5) * m->cell, m->y - 9, CANVAS_CENTER,
			    column_name(m, e));
	}
	for (int t = 0; t < m->s->classes; t++) {
		double y = m->y + (t + 0.5) * m->cell;

		canvas_color(c, COLOR_INK);
		canvas_font(c, size, 0);
		canvas_text(c, m->x - 10, y - 1, CANVAS_RIGHT, m->s->name[t]);
		canvas_color(c, COLOR_SOFT);
		canvas_font(c, size * 0.9, 0);
		emo_snprintf(text, sizeof text, "%.0f", m->s->support[t]);
		canvas_text(c, m->x - 10, y + size + 2, CANVAS_RIGHT, text);
	}
	canvas_font(c, CANVAS_TEXT, 1);
	canvas_text(c, middle, m->y - 32, CANVAS_CENTER, "what it was taken for");
	canvas_text_up(c, m->x - LEFT + CANVAS_TEXT, m->y + m->s->classes * m->cell / 2,
		       "what it is");
}

void draw_confusion(struct canvas *c, const void *judgement)
{
	const struct judgement *j = judgement;
	struct matrix m = {.s = j->scores, .columns = count_columns(j->scores)};
	double top, w, h, accuracy = 100 * m.s->right / m.s->n;
	char title[160], detail[960], number[32];

	emo_snprintf(title, sizeof title, "Accuracy %.2f %%%s", accuracy, m.s->title);
	emo_snprintf(detail, sizeof detail, "%.2f %% right of %s", accuracy, m.s->detail);
	top = canvas_heading(c, j->title ? j->title : title, j->title ? detail : m.s->detail);
	w = c->w - 2 * CANVAS_EDGE - LEFT;
	h = c->h - CANVAS_EDGE - top - ABOVE - 8;
	m.cell = fmin(fmin(w / m.columns, h / m.s->classes), 1.6 * CELL);
	m.x = CANVAS_EDGE + LEFT + (w - m.cell * m.columns) / 2;
	m.y = top + ABOVE + 8 + (h - m.cell * m.s->classes) / 2;
	m.big = fitting(&m, 15, 5);
	m.small = fitting(&m, 11, snprintf(number, sizeof number, "%.0f", m.s->n));
	draw_names(&m, c);
	for (int t = 0; t < m.s->classes; t++)
		for (int e = 0; e < m.columns; e++)
			draw_cell(&m, c, t, e);
}
