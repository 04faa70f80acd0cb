/* SPDX-License-Identifier: MIT */
#include "music/where.h"

#include <stdlib.h>

#include "base/err.h"
#include "test.h"

/* Three songs: fast jazz of 1959, slow pop of 1999, and one of which only the name is known. */
static char arena[] = "\0Take Five\0Yesterday Live\0Mystery\0Jazz\0pop; soft rock\0id1";
static uint32_t id[3] = {54, 0, 0}, name[3] = {1, 11, 26}, genre[3] = {34, 39, 0}, none[3];
static float tempo[3] = {174, 96.5f, NAN}, year[3] = {1959, 1999, NAN}, length[3] = {324, 125, NAN};
static float missing[3] = {NAN, NAN, NAN};
static struct emo_songs songs = {.n = 3,
				 .arena = arena,
				 .text = {id, name, none, none, none, genre, NULL},
				 .duration = length,
				 .year = year};

/* The songs that meet the condition, as bits; -1 when it cannot be read. */
static int which(const char *text)
{
	struct emo_where *w = emo_where_parse(text);
	int bits = 0;

	if (!w)
		return -1;
	for (size_t i = 0; i < 3; i++)
		bits |= emo_where_match(w, &songs, i) << i;
	emo_where_free(w);
	return bits;
}

static void conditions(void)
{
	static const struct {
		const char *text;
		int bits;
	} want[] = {
		{"tempo<120", 2},
		{"tempo <= 96.5", 2},
		{"tempo >= 96.5", 3},
		{"tempo = 96.5", 2},
		{"tempo != 96.5", 1},
		{"tempo<120 && genre=~\"jazz\"", 0},
		{"tempo>120 && genre=~\"jazz\"", 1},
		{"genre = JAZZ", 1},
		{"genre == 'jazz'", 1},
		{"genre =~ '^pop|rock$'", 2},
		{"genre !~ jazz", 2}, /* what is missing meets nothing */
		{"genre != jazz", 2},
		{"!(genre = jazz)", 6},
		{"!genre=jazz", 6},
		{"name =~ live", 2},
		{"year < 1960 || name = mystery", 5},
		{"year<1960||year>1990&&tempo>100", 1}, /* && binds more tightly */
		{"(year<1960||year>1990)&&tempo>100", 1},
		{"(year<1960||year>1990)&&tempo<100", 2},
		{"duration > 180", 1},
		{"id = id1", 1},
		{"energy > 0", 0},
		{"!(energy > 0)", 7},
		{"label = x", 0},
		{"name = \"Take \\\"Five\"", 0},
		{"Track_Name = x", -1},
		{"artist = x", 0},
		{"  ( ( name =~ '.' ) )  ", 7},
	};

	for (int f = 0; f < EMO_FEATURES; f++)
		songs.feature[f] = f == EMO_TEMPO ? tempo : missing;
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		int got = which(want[i].text);

		if (!CHECK(got == want[i].bits))
			printf("\t%s: %d, should be %d\n", want[i].text, got, want[i].bits);
	}
}

static void refused(void)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{"", "at character 1 of '': expected a column"},
		{"tempo", "at character 6 of 'tempo': expected one of <"},
		{"tempo <", "expected a number or text"},
		{"tempo < fast", "expected a number before this"},
		{"tempo =~ 12", "=~ and !~ are for columns of text"},
		{"genre =~ '('", "Unmatched"},
		{"genre = 'jazz", "the quote never ends"},
		{"(tempo<1", "expected ')', && or ||"},
		{"tempo<1)", "at character 8 of 'tempo<1)': expected && or ||"},
		{"tempo<1 tempo>2", "at character 9"},
		{"tempo<1 &&", "expected a column"},
		{"tempo<1 & tempo>2", "expected && or ||"},
		{"colour = red", "at character 1 of 'colour = red': expected a column"},
		{"averyveryveryveryveryveryverylongcolumn = 1", "expected a column"},
	};
	char deep[1000];

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK(emo_where_parse(bad[i].text) == NULL);
		CHECK_ERROR(bad[i].message);
	}
	memset(deep, '(', sizeof deep - 1);
	deep[sizeof deep - 1] = '\0';
	CHECK(emo_where_parse(deep) == NULL);
	CHECK_ERROR("too deep");
	memset(deep, '!', sizeof deep - 1);
	CHECK(emo_where_parse(deep) == NULL);
	emo_where_free(NULL);
}

int main(void)
{
	RUN(conditions);
	RUN(refused);
	return test_end();
}
