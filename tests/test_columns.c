/* SPDX-License-Identifier: MIT */
#include "music/columns.h"

#include <stdlib.h>

#include "test.h"

static void cells(void)
{
	static const struct {
		const char *text;
		enum emo_cell kind;
		double value;
	} numbers[] = {
		{"0.5", EMO_CELL_NUMBER, 0.5},	   {" 1.77E-05 ", EMO_CELL_NUMBER, 1.77e-5},
		{"1,412", EMO_CELL_NUMBER, 1412},  {"1,234,567.5", EMO_CELL_NUMBER, 1234567.5},
		{"0,577", EMO_CELL_NUMBER, 0.577}, {"0,57", EMO_CELL_NUMBER, 0.57},
		{"57%", EMO_CELL_NUMBER, 57},	   {"-6.1 dB", EMO_CELL_NUMBER, -6.1},
		{"120 bpm", EMO_CELL_NUMBER, 120}, {"", EMO_CELL_EMPTY, 0},
		{"NA", EMO_CELL_EMPTY, 0},	   {"n/a", EMO_CELL_EMPTY, 0},
		{"NaN", EMO_CELL_EMPTY, 0},	   {"-", EMO_CELL_EMPTY, 0},
		{"inf", EMO_CELL_UNREADABLE, 0},   {"0x10", EMO_CELL_UNREADABLE, 0},
		{"True", EMO_CELL_UNREADABLE, 0},  {"1.2.3", EMO_CELL_UNREADABLE, 0},
		{"1e999", EMO_CELL_UNREADABLE, 0}, {".", EMO_CELL_UNREADABLE, 0},
		{"1e", EMO_CELL_UNREADABLE, 0},	   {"1.2e+3", EMO_CELL_NUMBER, 1200},
		{"-", EMO_CELL_EMPTY, 0},
	};
	static const struct {
		const char *text;
		double seconds; /* -1: unreadable */
	} durations[] = {{"3:13", 193}, {"1:02:03", 3723}, {"193000", 193}, {"193", 193},
			 {"3:75", -1},	{"-3:13", -1},	   {"3:1", -1},	    {"1:2:3:4", -1},
			 {"3:13x", -1}, {":13", -1},	   {"99999:00", -1}};
	static const char *const exact[] = {
		"0.1",	  "1.77E-05", "-60.0", "123456.789", "1e-7", "0.13699999999999998",
		"5e-324", ".5",	      "7.",    "0"};
	double v;

	for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
		CHECK_INT(emo_cell_number(&v, exact[i], 0), EMO_CELL_NUMBER);
		CHECK((float)v == strtof(exact[i], NULL));
	}
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		CHECK_INT(emo_cell_number(&v, numbers[i].text, 0), numbers[i].kind);
		if (numbers[i].kind == EMO_CELL_NUMBER)
			CHECK_NEAR(v, numbers[i].value, 1e-12);
	}
	for (size_t i = 0; i < sizeof durations / sizeof *durations; i++) {
		enum emo_cell kind = emo_cell_duration(&v, durations[i].text, 0, 0);
		CHECK_INT(kind, durations[i].seconds < 0 ? EMO_CELL_UNREADABLE : EMO_CELL_NUMBER);
		if (kind == EMO_CELL_NUMBER)
			CHECK_NEAR(v, durations[i].seconds, 0);
	}
	CHECK_INT(emo_cell_duration(&v, "4000", 1, 0), EMO_CELL_NUMBER);
	CHECK_NEAR(v, 4, 0);
}

static void csv_from_memory(void)
{
	const char text[] = "a,b\n1,\"2\n3\"\n";
	struct emo_csv *csv = emo_csv_open_text(text, sizeof text - 1, "here");

	CHECK(csv != NULL);
	CHECK_INT(emo_csv_guess_separator(csv), ',');
	CHECK_INT(emo_csv_next(csv), 1);
	CHECK_INT(emo_csv_next(csv), 1);
	CHECK_STR(emo_csv_field(csv, 1), "2\n3");
	CHECK_INT(emo_csv_next(csv), 0);
	emo_csv_close(csv);
}

int main(void)
{
	RUN(cells);
	RUN(csv_from_memory);
	return test_end();
}
