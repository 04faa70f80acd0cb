/* SPDX-License-Identifier: MIT */
#include "music/rate.h"

#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "base/embed.h"
#include "base/err.h"
#include "base/num.h"

EMO_EMBED("models/music.csv", emo_music_csv);

#define FURTHEST 3.0  /* standard deviations */
#define MIDDLE	 0.12 /* nearer to the origin than this is neutral */
#define PI	 3.14159265358979323846

enum { COLUMNS = 6 };

static int read_row(struct emo_rating *r, unsigned *seen, const int at[COLUMNS + 1],
		    const struct emo_csv *csv)
{
	const char *name = emo_csv_field(csv, (size_t)at[COLUMNS]);
	int f = emo_song_column_parse(name) - EMO_SONG_FEATURE;
	double v[COLUMNS];

	if (f < 0 || f >= EMO_FEATURES || *seen >> f & 1)
		return emo_fail("%s:%zu: '%.40s' is %s", emo_csv_name(csv), emo_csv_line(csv), name,
				f < 0 || f >= EMO_FEATURES ? "no feature" : "there already");
	for (int k = 0; k < COLUMNS; k++) {
		const char *cell = emo_csv_field(csv, (size_t)at[k]);
		if (emo_parse_double(&v[k], cell) < 0 || fabs(v[k]) > 1000 || (k == 1 && v[k] <= 0))
			return emo_fail("%s:%zu: '%.40s' is no usable number", emo_csv_name(csv),
					emo_csv_line(csv), cell);
	}
	*seen |= 1u << f;
	r->feature[f].mean = v[0];
	r->feature[f].sd = v[1];
	r->feature[f].to_valence = v[2];
	r->feature[f].to_arousal = v[3];
	r->feature[f].of_valence = v[4];
	r->feature[f].of_arousal = v[5];
	return 0;
}

static int read_header(int at[COLUMNS + 1], struct emo_csv *csv)
{
	static const char *const names[COLUMNS + 1] = {
		"mean", "sd", "to_valence", "to_arousal", "of_valence", "of_arousal", "feature"};
	int more = emo_csv_next(csv);

	if (more <= 0)
		return more < 0 ? -1 : emo_fail("%s: is empty", emo_csv_name(csv));
	for (int k = 0; k <= COLUMNS; k++)
		if ((at[k] = emo_csv_find(csv, names[k])) < 0)
			return emo_fail("%s:%zu: no column '%s'", emo_csv_name(csv),
					emo_csv_line(csv), names[k]);
	return 0;
}

int emo_rating_load(struct emo_rating *r, const char *path)
{
	struct emo_csv *csv =
		path ? emo_csv_open(path)
		     : emo_csv_open_text(emo_music_csv, (size_t)(emo_music_csv_end - emo_music_csv),
					 "models/music.csv");
	int at[COLUMNS + 1], status = -1, more;
	unsigned seen = 0;

	if (!csv || read_header(at, csv) < 0)
		goto out;
	while ((more = emo_csv_next(csv)) > 0)
		if (read_row(r, &seen, at, csv) < 0)
			goto out;
	if (more < 0)
		goto out;
	status = 0;
	for (int f = 0; f < EMO_FEATURES && status == 0; f++)
		if (!(seen >> f & 1))
			status = emo_fail("%s: no row for '%s'", emo_csv_name(csv),
					  emo_feature_name(f));
out:
	emo_csv_close(csv);
	return status;
}

/* tanh of the sum; NAN when nothing that counts was there. */
static float settle(double sum, int known)
{
	return known ? (float)tanh(sum) : NAN;
}

struct emo_feeling emo_rate_song(const struct emo_rating *r, const struct emo_songs *songs,
				 size_t i)
{
	double valence = 0, arousal = 0;
	int valence_known = 0, arousal_known = 0;

	for (int f = 0; f < EMO_FEATURES; f++) {
		double z = (songs->feature[f][i] - r->feature[f].mean) / r->feature[f].sd;

		if (isnan(z))
			continue;
		z = fmax(-FURTHEST, fmin(FURTHEST, z));
		valence += z * r->feature[f].to_valence;
		arousal += z * r->feature[f].to_arousal;
		valence_known |= r->feature[f].to_valence != 0;
		arousal_known |= r->feature[f].to_arousal != 0;
	}
	return (struct emo_feeling){settle(valence, valence_known), settle(arousal, arousal_known)};
}

void emo_rating_sounds(float *feature, const struct emo_rating *r, struct emo_feeling place)
{
	for (int f = 0; f < EMO_FEATURES; f++)
		feature[f] = (float)(place.valence * r->feature[f].of_valence +
				     place.arousal * r->feature[f].of_arousal);
}

const char *emo_feeling_word(struct emo_feeling place)
{
	/* eight directions, from pleasant against the clock */
	static const char *const words[] = {"pleasant", "happy", "energetic", "angry",
					    "gloomy",	"sad",	 "calm",      "peaceful"};
	double angle = atan2((double)place.arousal, (double)place.valence);

	if (isnan(angle))
		return "";
	if (hypot((double)place.valence, (double)place.arousal) < MIDDLE)
		return "neutral";
	return words[(int)lround(angle / (PI / 4) + 8) % 8];
}
