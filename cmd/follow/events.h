/* SPDX-License-Identifier: MIT */
/* The list of brief expressions, a row each. */
#ifndef FOLLOW_EVENTS_H
#define FOLLOW_EVENTS_H

#include "../table.h"
#include "fer/follow.h"

struct table events_table(int format);
void events_row(struct table *t, const struct emo_event *e);

#endif
