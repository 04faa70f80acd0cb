/* SPDX-License-Identifier: MIT */
/* Internal: what all forms of lines become before they are records. */
#ifndef EMO_RECORD_CELLS_H
#define EMO_RECORD_CELLS_H

#include "record.h"

struct emo_cells {
	const char *file, *emotion, *reason; /* NULL: absent */
	double number[EMO_COLUMNS];	     /* NAN: absent */
	const char *name; /* for messages, with the line */
	size_t line;
};

/* As emo_record_read: 1, or -1 for a bad line. boxes: an emotion is not needed. */
int emo_cells_check(struct emo_cells *c, const char *name, size_t line, int boxes,
		    struct emo_record *out);

#endif
