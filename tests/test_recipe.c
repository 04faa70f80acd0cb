/* SPDX-License-Identifier: MIT */
/* Recipes as text, and the log of a run. */
#include <unistd.h>

#include "fer/train.h"
#include "stripes.h"

static void test_recipe_text(void)
{
	struct emo_recipe r, o;
	char *text, *again, *line, *rest, *copy;

	CHECK_INT(emo_recipe_preset(&r, "slow"), -1);
	CHECK_ERROR("presets are smoke, fast, default");
	emo_recipe_preset(&r, "smoke");
	emo_recipe_preset(&o, "default");
	r.seed = 1234567890123456789u;
	r.schedule.policy = EMO_STEPS;
	r.opt.method = EMO_ADAM;
	r.opt.clip = 2.5f;
	CHECK_INT(emo_recipe_set(&r, "augment", "flip=0.25,rotate=3"), 0);
	CHECK_INT(emo_recipe_set(&r, "augment", "zoom=0.5"), 0);
	CHECK_NEAR(r.augment.flip, .25, 0);
	CHECK_NEAR(r.augment.rotate, 3, 0);
	CHECK_NEAR(r.augment.scale, .5, 0);
	CHECK_NEAR(r.augment.shift, emo_augment_default().shift, 0);
	text = emo_recipe_text(&r);
	copy = rest = emo_strdup(text);
	while ((line = strtok_r(rest, "\n", &rest))) {
		char *blank = strchr(line, ' ');

		*blank = '\0';
		CHECK_INT(emo_recipe_set(&o, line, blank + 1), 0);
	}
	again = emo_recipe_text(&o);
	CHECK_STR(again, text);
	CHECK_INT(emo_recipe_set(&o, "augment", "none"), 0);
	CHECK_INT(emo_recipe_set(&o, "augment", ","), -1);
	CHECK_ERROR("nothing is named");
	CHECK(o.augment.flip == 0 && o.augment.shift == 0 && o.augment.erase == 0);
	CHECK_INT(emo_recipe_set(&o, "colour", "1"), -1);
	CHECK_ERROR("a recipe has no 'colour'");
	CHECK_INT(emo_recipe_set(&o, "batch", "1.5"), -1);
	CHECK_ERROR("'1.5' is not a whole number");
	CHECK_INT(emo_recipe_set(&o, "seed", "-1"), -1);
	CHECK_INT(emo_recipe_set(&o, "seed", ""), -1);
	CHECK_INT(emo_recipe_set(&o, "rate", "nan"), -1);
	CHECK_INT(emo_recipe_set(&o, "augment", "flip=2"), -1);
	CHECK_ERROR("flip: 2 is not within 0 .. 1");
	free(text);
	free(copy);
	free(again);
}

static void expect_lines(const char *name, const char *want)
{
	char *text, *line, *rest;
	size_t n;
	char got[64] = "";

	CHECK_INT(emo_read_file(&text, &n, file(name), 1 << 16), 0);
	for (rest = text; (line = strtok_r(rest, "\n", &rest));)
		strncat(got, line, strcspn(line, ",") < 8 ? strcspn(line, ",") : 8);
	CHECK_STR(got, want);
	free(text);
}

static void add_epoch(struct emo_log *log, int k)
{
	struct emo_epoch e = {.epoch = k, .epochs = 9, .rate = .5, .train_loss = 1};

	CHECK_INT(emo_log_epoch(log, &e), 0);
}

static void test_log(void)
{
	struct emo_log *log = emo_log_open(file("log.csv"), EMO_EPOCH_COLUMNS, 0);
	FILE *f;

	for (int k = 1; k <= 12; k++)
		add_epoch(log, k);
	CHECK_INT(emo_log_close(log), 0);
	expect_lines("log.csv", "epoch123456789101112");
	log = emo_log_open(file("log.csv"), EMO_EPOCH_COLUMNS, 10); /* 11 and 12 were lost */
	add_epoch(log, 11);
	expect_lines("log.csv", "epoch1234567891011");
	emo_log_close(log);
	f = fopen(file("log.csv"), "a");
	fputs("12,0.1", f); /* killed while writing */
	fclose(f);
	log = emo_log_open(file("log.csv"), EMO_EPOCH_COLUMNS, 12);
	add_epoch(log, 13);
	emo_log_close(log);
	expect_lines("log.csv", "epoch123456789101113");
	log = emo_log_open(file("log.csv"), EMO_EPOCH_COLUMNS, 0);
	emo_log_close(log);
	expect_lines("log.csv", "epoch");
	log = emo_log_open(file("new.csv"), EMO_EPOCH_COLUMNS, 5); /* it was not there */
	add_epoch(log, 6);
	emo_log_close(log);
	expect_lines("new.csv", "epoch6");
	CHECK(emo_log_open(file("no/log.csv"), EMO_EPOCH_COLUMNS, 0) == NULL);
	CHECK_ERROR("no/log.csv: No such file");
	CHECK_INT(emo_log_close(NULL), 0);
}

int main(void)
{
	static const char *const made[] = {"log.csv", "new.csv"};

	folder = test_folder();
	RUN(test_recipe_text);
	RUN(test_log);
	for (size_t i = 0; i < sizeof made / sizeof *made; i++)
		unlink(file(made[i]));
	CHECK_INT(rmdir(folder), 0);
	return test_end();
}
