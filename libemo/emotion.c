/* SPDX-License-Identifier: MIT */
#include "emotion.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"

/* The first name of each row is the one that is printed. */
static const char *const names[EMO_EMOTIONS][6] = {
	[EMO_ANGRY] = {"angry", "0", "anger", "mad"},
	[EMO_DISGUST] = {"disgust", "1", "disgusted"},
	[EMO_FEAR] = {"fear", "2", "afraid", "fearful", "scared"},
	[EMO_HAPPY] = {"happy", "3", "happiness", "joy"},
	[EMO_SAD] = {"sad", "4", "sadness", "unhappy"},
	[EMO_SURPRISE] = {"surprise", "5", "surprised"},
	[EMO_NEUTRAL] = {"neutral", "6", "neutrality"},
};

const char *emo_emotion_name(int emotion)
{
	return emotion >= 0 && emotion < EMO_EMOTIONS ? names[emotion][0] : NULL;
}

int emo_emotion_parse(const char *name)
{
	for (int e = 0; e < EMO_EMOTIONS; e++)
		for (size_t k = 0; k < sizeof names[e] / sizeof *names[e] && names[e][k]; k++)
			if (strcasecmp(name, names[e][k]) == 0)
				return e;
	return -1;
}

int emo_emotion_parse_list(unsigned *bits, const char *list)
{
	unsigned found = 0;
	char name[32];

	for (const char *s = list;; s++) {
		size_t n = strcspn(s, ",");
		int e;

		snprintf(name, sizeof name, "%.*s", (int)(n < sizeof name ? n : 0), s);
		if ((e = emo_emotion_parse(name)) < 0)
			return emo_fail("'%.*s' is no emotion", (int)n, s);
		found |= 1u << e;
		s += n;
		if (!*s)
			break;
	}
	*bits = found;
	return 0;
}

int emo_emotion_top(const float *p)
{
	int top = 0;

	for (int e = 1; e < EMO_EMOTIONS; e++)
		if (p[e] > p[top])
			top = e;
	return top;
}
