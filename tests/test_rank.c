/* SPDX-License-Identifier: MIT */
#include "music/rank.h"

#include <stdlib.h>

#include "base/rng.h"
#include "music/target.h"
#include "test.h"

enum { SONGS = 2000 };

/* A catalogue made in memory: values from a generator, some of them missing. */
struct made {
	struct emo_songs songs;
	float value[EMO_FEATURES][SONGS];
};

static void make(struct made *m, size_t n)
{
	memset(m, 0, sizeof *m);
	m->songs.n = n;
	for (int f = 0; f < EMO_FEATURES; f++) {
		struct emo_rng r = emo_rng_at(7, (uint64_t)f, n);

		m->songs.feature[f] = m->value[f];
		for (size_t i = 0; i < n; i++)
			m->value[f][i] = emo_rng_below(&r, 20) ? emo_rng_uniform(&r, 0, 1) : NAN;
	}
}

/* The score as rank.h states it, the long way round. */
static double naive_score(const struct made *m, size_t song, const float *target)
{
	double dot = 1, zz = 1, tt = 1; /* k = 1 */

	for (int f = 0; f < EMO_FEATURES; f++) {
		double sum = 0, squares = 0, n = 0, z, sd;

		for (size_t i = 0; i < m->songs.n; i++)
			if (!isnan(m->value[f][i])) {
				sum += m->value[f][i];
				squares += (double)m->value[f][i] * m->value[f][i];
				n++;
			}
		sd = n ? sqrt(squares / n - sum / n * (sum / n)) : 0;
		if (!(sd > 1e-6))
			continue;
		z = isnan(m->value[f][song]) ? 0 : (m->value[f][song] - sum / n) / sd;
		dot += z * target[f];
		zz += z * z;
		tt += (double)target[f] * target[f];
	}
	return dot / sqrt(zz) / sqrt(tt);
}

static const struct emo_wish some_wish = {
	.feature = {1.2f, -0.5f, 0.7f, 0, 0.3f, -0.1f, 0, 0.9f, -2}};

/* Three songs and two features: the arithmetic fits in a comment. */
static void by_hand(void)
{
	struct made m;
	struct emo_wish wish = {0};
	struct emo_standard s;
	struct emo_ranked best[3];

	make(&m, 3);
	for (int f = 0; f < EMO_FEATURES; f++)
		for (int i = 0; i < 3; i++)
			m.value[f][i] = NAN;
	/* valence 1, 2, 3: mean 2, sd √(2/3); z = -1.2247, 0, 1.2247. energy 5, 5, 5: not used */
	for (int i = 0; i < 3; i++) {
		m.value[EMO_VALENCE][i] = (float)(i + 1);
		m.value[EMO_ENERGY][i] = 5;
	}
	wish.feature[EMO_VALENCE] = 2;
	wish.feature[EMO_ENERGY] = 9; /* must not matter */
	emo_standard_fit(&s, &m.songs);
	CHECK_INT(s.used, 1 << EMO_VALENCE);
	CHECK_NEAR(s.mean[EMO_VALENCE], 2, 1e-12);
	CHECK_NEAR(s.sd[EMO_VALENCE], sqrt(2.0 / 3), 1e-12);
	CHECK_INT((int)emo_rank(best, 3, &m.songs, &s, &wish, NULL), 3);
	/* (1.2247·2 + 1) / (√2.5·√5) = 0.975663; 1/√5 = 0.447214; (-2.4495 + 1) / √12.5 */
	CHECK_INT((int)best[0].song, 2);
	CHECK_NEAR(best[0].score, 0.975663, 1e-6);
	CHECK_INT((int)best[1].song, 1);
	CHECK_NEAR(best[1].score, 0.447214, 1e-6);
	CHECK_INT((int)best[2].song, 0);
	CHECK_NEAR(best[2].score, -0.409978, 1e-6);
}

static void naive(void)
{
	struct made m;
	struct emo_standard s;
	struct emo_ranked best[SONGS];

	make(&m, SONGS);
	emo_standard_fit(&s, &m.songs);
	CHECK_INT((int)emo_rank(best, SONGS, &m.songs, &s, &some_wish, NULL), SONGS);
	for (int i = 0; i < SONGS; i++) {
		CHECK_NEAR(best[i].score, naive_score(&m, best[i].song, some_wish.feature), 1e-6);
		CHECK(i == 0 || best[i - 1].score >= best[i].score);
	}
}

/* The n best are the first n of all, for every n. */
static void any_number(void)
{
	struct made m;
	struct emo_standard s;
	struct emo_ranked all[50], best[60];
	unsigned char leave_out[50] = {0};

	make(&m, 50);
	emo_standard_fit(&s, &m.songs);
	emo_rank(all, 50, &m.songs, &s, &some_wish, NULL);
	for (size_t n = 0; n <= 60; n++) {
		CHECK_INT((int)emo_rank(best, n, &m.songs, &s, &some_wish, NULL),
			  (int)(n < 50 ? n : 50));
		for (size_t i = 0; i < n && i < 50; i++)
			CHECK(best[i].song == all[i].song && best[i].score == all[i].score);
	}
	leave_out[all[0].song] = leave_out[all[2].song] = 1;
	CHECK_INT((int)emo_rank(best, 60, &m.songs, &s, &some_wish, leave_out), 48);
	CHECK(best[0].song == all[1].song && best[1].song == all[3].song);
}

/* The quick way past songs that cannot be among the best finds the same ones as sorting all. */
static void few_of_many(void)
{
	static const size_t wanted[] = {1, 7, 30, 500};
	static struct made m;
	static struct emo_ranked all[SONGS], best[SONGS];
	static unsigned char leave_out[SONGS];
	struct emo_wish wish = some_wish, nothing = {0}, against = some_wish;
	struct emo_standard s;

	make(&m, SONGS - 3); /* some are left over at the end */
	for (int i = 0; i < SONGS; i++)
		leave_out[i] = i % 5 == 0;
	emo_standard_fit(&s, &m.songs);
	for (int f = 0; f < EMO_FEATURES; f++)
		against.feature[f] = f == EMO_ENERGY ? -9.5f : 0;
	wish.extra = m.value[EMO_ENERGY];
	wish.extra_target = 2;
	for (int i = 0; i < SONGS; i++) /* the further coordinate is never missing */
		if (isnan(m.value[EMO_ENERGY][i]))
			m.value[EMO_ENERGY][i] = 0;
	for (int k = 0; k < 4; k++) {
		const struct emo_wish *w = k == 0   ? &some_wish
					   : k == 1 ? &nothing
					   : k == 2 ? &against
						    : &wish;
		size_t n = emo_rank(all, SONGS, &m.songs, &s, w, leave_out);

		CHECK_INT((int)n, (SONGS - 3) * 4 / 5);
		for (size_t j = 0; j < 4; j++) {
			emo_rank(best, wanted[j], &m.songs, &s, w, leave_out);
			for (size_t i = 0; i < wanted[j]; i++)
				CHECK(best[i].song == all[i].song && best[i].score == all[i].score);
		}
	}
}

static void ties_in_order(void)
{
	struct made m;
	struct emo_standard s;
	struct emo_ranked best[40];

	make(&m, 100);
	for (int f = 0; f < EMO_FEATURES; f++)
		for (int i = 0; i < 100; i++)
			m.value[f][i] = (float)(i % 2);
	emo_standard_fit(&s, &m.songs);
	emo_rank(best, 40, &m.songs, &s, &some_wish, NULL);
	for (int i = 1; i < 40; i++)
		CHECK_INT((int)best[i].song, (int)best[0].song + 2 * i);
}

static void order_does_not_matter(void)
{
	struct made a, b;
	struct emo_standard sa, sb;
	struct emo_ranked ra[30], rb[30];
	struct emo_rng r = emo_rng_at(3, 1, 4);
	uint32_t order[SONGS];

	make(&a, SONGS);
	make(&b, SONGS);
	emo_rng_permutation(&r, order, SONGS);
	for (int f = 0; f < EMO_FEATURES; f++)
		for (int i = 0; i < SONGS; i++)
			b.value[f][i] = a.value[f][order[i]];
	emo_standard_fit(&sa, &a.songs);
	emo_standard_fit(&sb, &b.songs);
	emo_rank(ra, 30, &a.songs, &sa, &some_wish, NULL);
	emo_rank(rb, 30, &b.songs, &sb, &some_wish, NULL);
	for (int i = 0; i < 30; i++) {
		CHECK_INT((int)order[rb[i].song], (int)ra[i].song);
		CHECK_NEAR(rb[i].score, ra[i].score, 1e-9);
	}
}

static void scale_does_not_matter(void)
{
	struct made a, b;
	struct emo_standard sa, sb;
	struct emo_ranked ra[30], rb[30];

	make(&a, SONGS);
	make(&b, SONGS);
	for (int i = 0; i < SONGS; i++) {
		b.value[EMO_VALENCE][i] = a.value[EMO_VALENCE][i] * 100;
		b.value[EMO_LOUDNESS][i] = a.value[EMO_LOUDNESS][i] - 60;
	}
	emo_standard_fit(&sa, &a.songs);
	emo_standard_fit(&sb, &b.songs);
	emo_rank(ra, 30, &a.songs, &sa, &some_wish, NULL);
	emo_rank(rb, 30, &b.songs, &sb, &some_wish, NULL);
	for (int i = 0; i < 30; i++) {
		CHECK_INT((int)rb[i].song, (int)ra[i].song);
		CHECK_NEAR(rb[i].score, ra[i].score, 1e-5);
	}
}

static void neutral_wants_average(void)
{
	struct made m;
	struct emo_standard s;
	struct emo_ranked best[SONGS];
	const struct emo_wish nothing = {0};
	double before = 0;

	make(&m, SONGS);
	emo_standard_fit(&s, &m.songs);
	emo_rank(best, SONGS, &m.songs, &s, &nothing, NULL);
	for (int i = 0; i < SONGS; i++) {
		double z[EMO_FEATURES], away = 0;

		emo_standard_song(z, &s, &m.songs, best[i].song);
		for (int f = 0; f < EMO_FEATURES; f++)
			away += z[f] * z[f];
		CHECK(away >= before - 1e-9); /* nearest to the average first */
		before = away;
	}
}

/* A further coordinate counts as any other. */
static void further_coordinate(void)
{
	struct made m;
	struct emo_standard s;
	struct emo_ranked best[SONGS];
	struct emo_wish wish = some_wish, plain = some_wish;
	float extra[SONGS] = {0};
	double z[EMO_FEATURES], dot = 1, zz = 1, tt = 1;

	make(&m, SONGS);
	emo_standard_fit(&s, &m.songs);
	emo_rank(best, SONGS, &m.songs, &s, &plain, NULL);
	extra[best[SONGS - 1].song] = 50; /* the worst song is all that is wanted */
	wish.extra = extra;
	wish.extra_target = 50;
	emo_rank(best, SONGS, &m.songs, &s, &wish, NULL);
	CHECK(extra[best[0].song] > 0);
	emo_standard_song(z, &s, &m.songs, best[0].song);
	for (int f = 0; f < EMO_FEATURES; f++) {
		dot += z[f] * wish.feature[f];
		zz += z[f] * z[f];
		tt += (double)wish.feature[f] * wish.feature[f];
	}
	CHECK_NEAR(best[0].score, (dot + 2500) / sqrt((zz + 2500) * (tt + 2500)), 1e-9);
}

static void one_song(void)
{
	struct made m;
	struct emo_standard s;
	struct emo_ranked best[2];
	char why[128];

	make(&m, 1);
	emo_standard_fit(&s, &m.songs);
	CHECK_INT(s.used, 0);
	CHECK_INT((int)emo_rank(best, 2, &m.songs, &s, &some_wish, NULL), 1);
	CHECK_NEAR(best[0].score, 1, 1e-12); /* nothing to tell it by: average */
	emo_rank_why(why, sizeof why, &m.songs, &s, &some_wish, 0);
	CHECK_STR(why, "0.0 σ from the average");
}

static void explained(void)
{
	struct made m;
	struct emo_standard s;
	struct emo_reason r[EMO_FEATURES];
	struct emo_ranked best[1];
	double z[EMO_FEATURES], sum = 0, zz = 1, tt = 1;
	int n;

	make(&m, SONGS);
	emo_standard_fit(&s, &m.songs);
	emo_rank(best, 1, &m.songs, &s, &some_wish, NULL);
	n = emo_rank_explain(r, &m.songs, &s, &some_wish, best[0].song);
	CHECK_INT(n, EMO_FEATURES);
	emo_standard_song(z, &s, &m.songs, best[0].song);
	for (int k = 0; k < n; k++) {
		CHECK(k == 0 || r[k - 1].share >= r[k].share);
		CHECK_NEAR(r[k].z, z[r[k].feature], 0);
		sum += r[k].share;
		zz += r[k].z * r[k].z;
		tt += (double)some_wish.feature[k] * some_wish.feature[k];
	}
	CHECK_NEAR(sum + 1 / sqrt(zz * tt), best[0].score, 1e-9);
}

static void explained_in_words(void)
{
	struct made m;
	struct emo_standard s;
	struct emo_wish wish = {0};
	char why[128];

	make(&m, 2);
	for (int f = 0; f < EMO_FEATURES; f++)
		for (int i = 0; i < 2; i++)
			m.value[f][i] = f == EMO_VALENCE || f == EMO_ACOUSTICNESS ? (float)i : NAN;
	emo_standard_fit(&s, &m.songs); /* z is -1 for song 0, +1 for song 1 */
	wish.feature[EMO_VALENCE] = 1;
	wish.feature[EMO_ACOUSTICNESS] = -2;
	emo_rank_why(why, sizeof why, &m.songs, &s, &wish, 0);
	CHECK_STR(why, "− acousticness 1.0 σ");
	wish.feature[EMO_VALENCE] = -1;
	emo_rank_why(why, sizeof why, &m.songs, &s, &wish, 0);
	CHECK_STR(why, "− acousticness 1.0 σ, − valence 1.0 σ");
	emo_rank_why(why, sizeof why, &m.songs, &s, &wish, 1);
	CHECK_STR(why, "1.4 σ from the average");
}

/* On the starter catalogue each emotion's list must be music of that kind. */
static void makes_sense(void)
{
	static const char *const first_ten[][3] = {
		[EMO_ANGRY] = {"The Planets: Mars, the Bringer of War", "Night on Bald Mountain",
			       "Requiem: Dies irae"},
		[EMO_DISGUST] = {"Totentanz", "Symphonie fantastique: Dream of a Witches' Sabbath",
				 NULL},
		[EMO_FEAR] = {"Totentanz", "Swan Lake: Scene", NULL},
		[EMO_HAPPY] = {"Tritsch-Tratsch-Polka", "The Irish Washerwoman", "Oh! Susanna"},
		[EMO_SAD] = {"Abide with Me", "Dido's Lament", NULL},
		[EMO_SURPRISE] = {"William Tell Overture: Finale", "Can-Can", NULL},
	};
	struct emo_songs s = {0};
	struct emo_standard z;
	struct emo_mood_table t;

	CHECK_INT(emo_songs_load(&s, "datasets/songs-starter.csv", NULL, NULL), 0);
	CHECK_INT(emo_mood_table_load(&t, NULL), 0);
	emo_standard_fit(&z, &s);
	for (int e = 0; e < EMO_NEUTRAL; e++)
		for (int k = 0; k < 3 && first_ten[e][k]; k++) {
			struct emo_ranked best[10];
			struct emo_wish wish = {0};
			size_t n;
			int found = 0;

			memcpy(wish.feature, t.row[EMO_AIM_MATCH][e].feature, sizeof wish.feature);
			n = emo_rank(best, 10, &s, &z, &wish, NULL);

			for (size_t i = 0; i < n; i++)
				found |= strcmp(emo_song_text(&s, best[i].song, EMO_SONG_NAME),
						first_ten[e][k]) == 0;
			if (!CHECK(found))
				printf("\t%s: no %s\n", emo_emotion_name(e), first_ten[e][k]);
		}
	emo_songs_free(&s);
}

int main(void)
{
	RUN(by_hand);
	RUN(naive);
	RUN(any_number);
	RUN(few_of_many);
	RUN(ties_in_order);
	RUN(order_does_not_matter);
	RUN(scale_does_not_matter);
	RUN(neutral_wants_average);
	RUN(further_coordinate);
	RUN(one_song);
	RUN(explained);
	RUN(explained_in_words);
	RUN(makes_sense);
	return test_end();
}
