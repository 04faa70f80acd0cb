/* SPDX-License-Identifier: MIT */
#include <zlib.h>

#include "dataset_csv.h"

static void test_names(void)
{
	CHECK_STR(emo_split_name(EMO_TRAINING), "Training");
	CHECK_STR(emo_split_name(EMO_PRIVATE_TEST), "PrivateTest");
	CHECK(emo_split_name(3) == NULL && emo_split_name(-1) == NULL);
	CHECK_INT(emo_split_parse("TRAIN"), EMO_TRAINING);
	CHECK_INT(emo_split_parse("publictest"), EMO_PUBLIC_TEST);
	CHECK_INT(emo_split_parse("Validation"), EMO_PUBLIC_TEST);
	CHECK_INT(emo_split_parse("val"), EMO_PUBLIC_TEST);
	CHECK_INT(emo_split_parse("valid"), EMO_PUBLIC_TEST);
	CHECK_INT(emo_split_parse("test"), EMO_PRIVATE_TEST);
	CHECK_INT(emo_split_parse("PrivateTest"), EMO_PRIVATE_TEST);
	CHECK_INT(emo_split_parse("happy"), -1);
	CHECK_INT(emo_split_parse(""), -1);
}

static void test_columns_in_any_order(void)
{
	struct emo_dataset d;

	len = 0;
	add("\xef\xbb\xbf usage, EMOTION ,extra,\"Pixels\"\r\n");
	add("PrivateTest,happy,x,\"");
	add_pixels(10, PIXELS);
	add("\"\r\ntraining,6,\"a,b\",  ");
	add_pixels(200, PIXELS);
	add(" "); /* no newline at the end */
	CHECK(load(&d, save("order.csv"), 0) == 0);
	CHECK_INT(d.n, 2);
	CHECK_INT(d.side, SIDE);
	CHECK_INT(d.label[0], EMO_HAPPY);
	CHECK_INT(d.split[0], EMO_PRIVATE_TEST);
	CHECK_INT(d.label[1], EMO_NEUTRAL);
	CHECK_INT(d.split[1], EMO_TRAINING);
	CHECK_INT(d.row[1], 1);
	CHECK_INT(emo_dataset_image(&d, 0)[63], 73);
	CHECK_INT(emo_dataset_image(&d, 1)[55], 255);
	CHECK_INT(emo_dataset_image(&d, 1)[56], 0);
	CHECK_INT(d.held_out, 0);
	emo_dataset_done(&d);
}

static void test_without_usage(void)
{
	struct emo_dataset d;

	len = 0;
	add("pixels,emotion\n");
	add_pixels(0, PIXELS);
	add(",1\n");
	CHECK(load(&d, save("nousage.csv"), 0) == 0);
	CHECK_INT(d.n, 1);
	CHECK_INT(d.split[0], EMO_TRAINING);
	CHECK_INT(d.label[0], EMO_DISGUST);
	emo_dataset_done(&d);
}

static void test_gzip(void)
{
	struct emo_dataset d;
	gzFile gz;
	char *cut;
	FILE *f;
	long size;

	header();
	for (int i = 0; i < 2000; i++)
		row("4", (i * 7919) % 256, "Training");
	gz = gzopen(at("a.csv.gz"), "wb");
	CHECK(gz && gzwrite(gz, text, (unsigned)len) == (int)len);
	gzclose(gz);
	CHECK(load(&d, at("a.csv.gz"), 0) == 0);
	CHECK_INT(d.n, 2000);
	emo_dataset_done(&d);

	f = fopen(at("a.csv.gz"), "rb");
	cut = malloc(1 << 20);
	size = (long)fread(cut, 1, 1 << 20, f);
	fclose(f);
	put("cut.csv.gz", cut, (size_t)size * 3 / 4);
	free(cut);
	CHECK(load(&d, at("cut.csv.gz"), 0) == -1);
	CHECK_ERROR("gzip data ends too early");
	CHECK_ERROR("cut.csv.gz:1");
	CHECK(load(&d, at("cut.csv.gz"), 1) == 0);
	CHECK_INT(d.nbad, 1);
	CHECK(d.n > 1000 && d.n < 1900);
	emo_dataset_done(&d);
}

static void test_bad_rows(void)
{
	char words[80];

	header();
	row("0", 0, "Training");
	row("7", 0, "Training");
	fails(save("b.csv"), "b.csv:3: unknown emotion '7'", 1);

	header();
	row("0", 0, "Training");
	row("1", 0, "Training");
	row("1", 0, "Trial");
	row("1", 0, "Training");
	fails(save("b.csv"), "b.csv:4: unknown usage 'Trial'", 3);

	header();
	row("0", 0, "Training");
	add("\n\n0,");
	add_pixels(0, PIXELS - 1);
	add(",Training\n");
	row("1", 0, "PublicTest");
	fails(save("b.csv"), "b.csv:5: 63 pixels instead of 64 (8 x 8)", 2);

	header();
	row("0", 0, "Training");
	add("0,");
	add_pixels(0, PIXELS + 1);
	add(",Training\n");
	fails(save("b.csv"), "b.csv:3: 65 pixels instead of 64 (8 x 8)", 1);

	static const char *const wrong[] = {"256", "-1", "4294967297", "x", "1.5", "0x10", "12a"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		header();
		row("0", 0, "Training");
		add("0,");
		add_pixels(0, 40);
		add(" %s ", wrong[i]);
		add_pixels(0, PIXELS - 41);
		add(",Training\n");
		snprintf(words, sizeof words, "b.csv:3: pixel 41 is '%s', not", wrong[i]);
		fails(save("b.csv"), words, 1);
	}

	header();
	row("0", 0, "Training");
	add("3,");
	add_pixels(0, 30); /* the file ends here */
	fails(save("b.csv"), "b.csv:3: 2 fields instead of the header's 3", 1);

	header();
	row("0", 0, "Training");
	add("3,\"1 2 3");
	row("0", 0, "Training");
	fails(save("b.csv"), "b.csv:3: a quote opened in this row never ends", 1);
}

static void test_bad_files(void)
{
	struct emo_dataset d;

	fails(at("missing.csv"), "missing.csv: No such file", 0);

	len = 0;
	fails(save("empty.csv"), "empty.csv: is empty", 0);

	header();
	fails(save("norows.csv"), "norows.csv: no rows below the header", 0);

	len = 0;
	add("emotion,image,Usage\n0,x,Training\n");
	fails(save("head.csv"), "head.csv:1: no column 'pixels'", 0);
	CHECK_ERROR("found emotion, image, Usage");

	len = 0;
	for (int i = 0; i < 500; i++)
		add("a column with a name that is quite long %d,", i);
	fails(save("head.csv"), "head.csv:1: no column 'emotion'", 0);

	header();
	add("0,1 2 3,Training\n");
	CHECK(load(&d, save("bad.csv"), 1) == -1);
	CHECK_ERROR("bad.csv: nothing in it is usable");
	CHECK_ERROR("bad.csv:2: 3 pixels are no square image of side 8 .. 512");

	header();
	add("0,");
	add_pixels(0, 70);
	add(",Training\n");
	row("0", 0, "Training");
	fails(save("bad.csv"), "bad.csv:2: 70 pixels are no square", 1);
}

/* A first row whose image is small but wrong must not fix the room of the others. */
static void test_wrong_first_row(void)
{
	struct emo_dataset d;

	header();
	add("9,1 2 3,Training\n");
	for (int i = 0; i < 40; i++) {
		add("%d,", i % 7);
		add_pixels(i, 20 * 20);
		add(",Training\n");
	}
	CHECK(load(&d, save("first.csv"), 1) == 0);
	CHECK_INT(d.side, 20);
	CHECK_INT(d.n, 40);
	CHECK_INT(d.row[0], 1);
	CHECK_INT(emo_dataset_image(&d, 39)[1], 40);
	emo_dataset_done(&d);
}

static void test_only_what_is_wanted(void)
{
	struct emo_dataset_options o = {.splits = 1u << EMO_PUBLIC_TEST};
	struct emo_dataset d;

	header();
	add("0,not pixels at all,Training\n");
	row("1", 1, "PublicTest");
	row("2", 2, "PublicTest");
	add("2,never looked at,PrivateTest\n");
	save("want.csv");
	loads(&d, at("want.csv"), &o);
	CHECK_INT(d.n, 2);
	CHECK_INT(d.row[0], 1);
	CHECK_INT(d.found[EMO_TRAINING], 1);
	CHECK_INT(d.found[EMO_PUBLIC_TEST], 2);
	CHECK_INT(d.found[EMO_PRIVATE_TEST], 1);
	emo_dataset_done(&d);

	o.classes = 1u << EMO_FEAR;
	loads(&d, at("want.csv"), &o);
	CHECK_INT(d.n, 1);
	CHECK_INT(d.label[0], EMO_FEAR);
	CHECK_INT(d.found[EMO_TRAINING], 0);
	emo_dataset_done(&d);

	o.classes = 1u << EMO_SAD;
	loads(&d, at("want.csv"), &o);
	CHECK_INT(d.n, 0);
	emo_dataset_done(&d);
}

int main(void)
{
	make_folder();
	RUN(test_names);
	RUN(test_columns_in_any_order);
	RUN(test_without_usage);
	RUN(test_gzip);
	RUN(test_bad_rows);
	RUN(test_bad_files);
	RUN(test_wrong_first_row);
	RUN(test_only_what_is_wanted);
	remove_folder();
	return test_end();
}
