/* SPDX-License-Identifier: MIT */
/*
 * The seven emotions, in FER-2013's order, and a mood: a probability over them. The word that ties
 * faces to music.
 */
#ifndef EMO_EMOTION_H
#define EMO_EMOTION_H

#include "base/api.h"

enum emo_emotion {
	EMO_ANGRY,
	EMO_DISGUST,
	EMO_FEAR,
	EMO_HAPPY,
	EMO_SAD,
	EMO_SURPRISE,
	EMO_NEUTRAL,
	EMO_EMOTIONS /* how many */
};

/* "angry" … "neutral"; NULL for a number that is no emotion. */
EMO_API const char *emo_emotion_name(int emotion);

/*
 * The emotion of a name, letter case aside: the seven names, FER-2013's numbers "0" … "6" and usual
 * spellings ("anger", "happiness", "surprised" …). -1, without a message, when it is none.
 */
EMO_API int emo_emotion_parse(const char *name);

/* Bit e for each emotion e of a list with commas: "happy,sad". -1 with a message. */
EMO_API int emo_emotion_parse_list(unsigned *bits, const char *list);

/* The likeliest emotion of a mood p[EMO_EMOTIONS]; the first of equals. */
EMO_API int emo_emotion_top(const float *p);

#endif
