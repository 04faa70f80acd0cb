/* SPDX-License-Identifier: MIT */
#include "emotion.h"

#include "test.h"

static void names_are_in_fer2013_order(void)
{
	static const char *const want[] = {"angry", "disgust",  "fear",   "happy",
					   "sad",   "surprise", "neutral"};

	CHECK_INT(EMO_EMOTIONS, 7);
	for (int e = 0; e < EMO_EMOTIONS; e++)
		CHECK_STR(emo_emotion_name(e), want[e]);
	CHECK(!emo_emotion_name(-1));
	CHECK(!emo_emotion_name(EMO_EMOTIONS));
}

static void usual_spellings_are_known(void)
{
	for (int e = 0; e < EMO_EMOTIONS; e++) {
		char digit[2] = {(char)('0' + e), '\0'};
		CHECK_INT(emo_emotion_parse(emo_emotion_name(e)), e);
		CHECK_INT(emo_emotion_parse(digit), e);
	}
	CHECK_INT(emo_emotion_parse("HAPPY"), EMO_HAPPY);
	CHECK_INT(emo_emotion_parse("Surprised"), EMO_SURPRISE);
	CHECK_INT(emo_emotion_parse("happiness"), EMO_HAPPY);
	CHECK_INT(emo_emotion_parse("Anger"), EMO_ANGRY);
	CHECK_INT(emo_emotion_parse("fearful"), EMO_FEAR);
	CHECK_INT(emo_emotion_parse("sadness"), EMO_SAD);
	CHECK_INT(emo_emotion_parse("disgusted"), EMO_DISGUST);
}

static void other_words_are_refused(void)
{
	static const char *const bad[] = {"", "7", "-1", "00",
					  "contempt", "happ", "happyy", " sad"};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_INT(emo_emotion_parse(bad[i]), -1);
}

static void top_is_the_first_of_equals(void)
{
	const float mood[EMO_EMOTIONS] = {.1f, .3f, 0, .3f, .1f, .2f, 0};
	const float none[EMO_EMOTIONS] = {0};
	const float last[EMO_EMOTIONS] = {0, 0, 0, 0, 0, 0, 1};

	CHECK_INT(emo_emotion_top(mood), EMO_DISGUST);
	CHECK_INT(emo_emotion_top(none), EMO_ANGRY);
	CHECK_INT(emo_emotion_top(last), EMO_NEUTRAL);
}

int main(void)
{
	RUN(names_are_in_fer2013_order);
	RUN(usual_spellings_are_known);
	RUN(other_words_are_refused);
	RUN(top_is_the_first_of_equals);
	return test_end();
}
