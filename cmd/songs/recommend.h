/* SPDX-License-Identifier: MIT */
/* What moodrec does with a mood: from what it was told to want, to a list. */
#ifndef RECOMMEND_H
#define RECOMMEND_H

#include "catalogue.h"
#include "listing.h"
#include "music/pick.h"
#include "music/tags.h"
#include "music/target.h"
#include "music/where.h"
#include "personal.h"

struct recommend {
	struct catalogue cat;
	struct listing listing;
	struct emo_standard standard;
	struct personal personal;
	struct emo_mood_table moods;
	struct emo_label_table labels;
	struct emo_pick_rules rules;
	enum emo_aim aim;
	const char *near;	/* the id of a song to be like; NULL: a mood counts */
	const char *where;	/* the condition on songs, or NULL */
	float to[EMO_EMOTIONS]; /* where the list ends when has_to is set */
	int has_to, use_labels, shuffle;
	unsigned long seed;
	struct emo_tags *tags; /* from here on private */
	unsigned char *leave_out, *unfit, *listed; /* listed: in this stream */
	unsigned char any_listed, told_again;
};

/* Reads songs and tables; moods and labels are files, or NULL for what is built in. */
void recommend_start(struct recommend *r, char **files, int nfiles, const char *moods,
		     const char *labels);
void recommend_end(struct recommend *r);

/*
 * Makes and prints the list for a mood; whose, which may be NULL, is the face it was read from. In
 * a stream, where that has a time, no song comes again before there are too few others.
 * Returns how many songs it has.
 */
size_t recommend_list(struct recommend *r, const float *mood, const struct emo_record *whose);

#endif
