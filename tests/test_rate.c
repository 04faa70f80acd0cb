/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* mkstemp */
#include "music/rate.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "test.h"

/* One song whose features lie z standard deviations from the fit's means. */
static struct emo_feeling rate(const struct emo_rating *r, const double *z)
{
	float value[EMO_FEATURES];
	struct emo_songs s = {.n = 1};

	for (int f = 0; f < EMO_FEATURES; f++) {
		s.feature[f] = &value[f];
		value[f] = (float)(r->feature[f].mean + z[f] * r->feature[f].sd);
	}
	return emo_rate_song(r, &s, 0);
}

static void adds_up(void)
{
	struct emo_rating r;
	double z[EMO_FEATURES] = {0}, valence = 0, arousal = 0;
	struct emo_feeling f;

	CHECK_INT(emo_rating_load(&r, NULL), 0);
	f = rate(&r, z);
	CHECK_NEAR(f.valence, 0, 1e-5);
	CHECK_NEAR(f.arousal, 0, 1e-5);
	for (int k = 0; k < EMO_FEATURES; k++) {
		z[k] = k % 2 ? 0.7 : -0.4;
		valence += z[k] * r.feature[k].to_valence;
		arousal += z[k] * r.feature[k].to_arousal;
	}
	f = rate(&r, z);
	CHECK_NEAR(f.valence, tanh(valence), 1e-5);
	CHECK_NEAR(f.arousal, tanh(arousal), 1e-5);
	/* what is missing counts as average */
	z[EMO_ENERGY] = NAN;
	CHECK_NEAR(rate(&r, z).arousal, tanh(arousal - 0.7 * r.feature[EMO_ENERGY].to_arousal),
		   1e-5);
	/* but without all that counts nothing is known */
	for (int k = 0; k < EMO_FEATURES; k++)
		z[k] = r.feature[k].to_valence != 0 ? NAN : 1;
	CHECK(isnan(rate(&r, z).valence));
	CHECK(!isnan(rate(&r, z).arousal));
	CHECK_STR(emo_feeling_word(rate(&r, z)), "");
	/* nothing leaves the plane */
	for (int k = 0; k < EMO_FEATURES; k++)
		z[k] = r.feature[k].to_arousal > 0 ? 1e6 : -1e6;
	CHECK(rate(&r, z).arousal > 0.7f && rate(&r, z).arousal <= 1);
}

/* What the fit must have found, whatever its numbers are. */
static void sense(void)
{
	struct emo_rating r;
	float sound[EMO_FEATURES];

	CHECK_INT(emo_rating_load(&r, NULL), 0);
	CHECK(r.feature[EMO_VALENCE].to_valence > 0.1);
	CHECK(r.feature[EMO_ENERGY].to_arousal > 0.1);
	CHECK(r.feature[EMO_LOUDNESS].to_arousal > 0);
	emo_rating_sounds(sound, &r, (struct emo_feeling){0, 1});
	CHECK(sound[EMO_ENERGY] > 0.5f && sound[EMO_ACOUSTICNESS] < -0.3f);
	emo_rating_sounds(sound, &r, (struct emo_feeling){0, 0});
	for (int f = 0; f < EMO_FEATURES; f++)
		CHECK_NEAR(sound[f], 0, 0);
}

static void words(void)
{
	static const struct {
		float valence, arousal;
		const char *word;
	} want[] = {{0, 0, "neutral"},	       {0.05f, -0.05f, "neutral"},
		    {0.5f, 0.5f, "happy"},     {0, 0.9f, "energetic"},
		    {-0.5f, 0.5f, "angry"},    {-0.5f, 0, "gloomy"},
		    {-0.4f, -0.5f, "sad"},     {0, -0.5f, "calm"},
		    {0.3f, -0.3f, "peaceful"}, {0.6f, -0.01f, "pleasant"}};

	for (size_t i = 0; i < sizeof want / sizeof *want; i++)
		CHECK_STR(emo_feeling_word((struct emo_feeling){want[i].valence, want[i].arousal}),
			  want[i].word);
}

static void refused(void)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{"", "is empty"},
		{"feature,mean\n", "no column 'sd'"},
		{"feature,mean,sd,to_valence,to_arousal,of_valence,of_arousal\nenergy,1,0,0,0,0,"
		 "0\n",
		 ":2: '0' is no usable number"},
		{"feature,mean,sd,to_valence,to_arousal,of_valence,of_arousal\nname,1,1,0,0,0,0\n",
		 "'name' is no feature"},
		{"feature,mean,sd,to_valence,to_arousal,of_valence,of_arousal\nenergy,1,1,0,0,0,"
		 "0\n",
		 "no row for 'valence'"},
	};
	char path[] = "/tmp/emo-rate-XXXXXX";
	int fd = mkstemp(path);
	struct emo_rating r;

	CHECK(fd >= 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK(ftruncate(fd, 0) == 0 &&
		      pwrite(fd, bad[i].text, strlen(bad[i].text), 0) >= 0);
		CHECK_INT(emo_rating_load(&r, path), -1);
		CHECK_ERROR(bad[i].message);
	}
	close(fd);
	unlink(path);
	CHECK_INT(emo_rating_load(&r, path), -1);
}

int main(void)
{
	RUN(adds_up);
	RUN(sense);
	RUN(words);
	RUN(refused);
	return test_end();
}
