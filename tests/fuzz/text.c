/* SPDX-License-Identifier: MIT */
/* What options take: numbers, moods, lists of emotions, conditions on songs. */
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/text.h"
#include "emotion.h"
#include "fuzz.h"
#include "music/target.h"
#include "music/where.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = malloc(size + 1), shown[64];
	struct emo_where *where;
	float mood[EMO_EMOTIONS];
	unsigned bits;
	double d;
	long n;

	if (!s)
		return 0;
	memcpy(s, data, size);
	s[size] = '\0';
	emo_parse_double(&d, s);
	emo_parse_long(&n, s);
	emo_mood_parse(mood, s);
	emo_emotion_parse_list(&bits, s);
	emo_text_fit(shown, sizeof shown, s, 12, EMO_CUT_START);
	if ((where = emo_where_parse(s))) {
		char name[] = "\0name";
		uint32_t text = 1;
		float x = 0.5f;
		struct emo_songs songs = {.n = 1, .arena = name, .arena_used = sizeof name,
					  .duration = &x, .year = &x};

		for (int t = 0; t < EMO_SONG_TEXTS; t++)
			songs.text[t] = &text;
		for (int f = 0; f < EMO_FEATURES; f++)
			songs.feature[f] = &x;
		emo_where_match(where, &songs, 0);
	}
	emo_where_free(where);
	free(s);
	return 0;
}
