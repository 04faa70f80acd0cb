/* SPDX-License-Identifier: MIT */
/* Internal: the form of records that is for people. */
#ifndef EMO_RECORD_TEXT_H
#define EMO_RECORD_TEXT_H

#include "record.h"

#define EMO_RECORD_TEXT_HEADER                                                                     \
	"file                        face  emotion         confidence    then\n"

void emo_record_text(const struct emo_record_writer *w, const struct emo_record *r);

#endif
