/* SPDX-License-Identifier: MIT */
/* Interrupting a run and going on: the same bits, or a message that says what is different. */
#include <unistd.h>

#include "base/store.h"
#include "stripes.h"

static void test_resume(void)
{
	struct emo_dataset d = make_data(120);
	struct emo_recipe r = make_recipe(6), other;

	run("whole", &d, &r, 0, 1);
	for (int stop = 0; stop <= 6; stop += 2) {
		struct emo_pool *pool = emo_pool_new(stop ? 2 : 1);
		struct emo_trainer *t = emo_trainer_new(&d, &r, NULL, 0, NULL);
		struct emo_epoch e;

		train_to(t, stop, &e);
		CHECK_INT(emo_trainer_save(t, file("cut")), 0);
		CHECK_INT(emo_checkpoint_epochs(file("cut")), stop);
		emo_trainer_free(t);
		other = r;
		other.epochs = 9; /* that of the checkpoint counts */
		other.name = "called differently.cfg";
		t = emo_trainer_new(&d, &other, NULL, 0, pool);
		CHECK_INT(emo_trainer_resume(t, file("cut")), 0);
		CHECK_INT(emo_trainer_done(t), stop);
		CHECK_INT(emo_trainer_epochs(t), 6);
		train_to(t, 6, &e);
		CHECK_INT(emo_trainer_epoch(t, &e, NULL, NULL), 0);
		CHECK_INT(emo_trainer_save(t, file("cut")), 0);
		CHECK(same_files(file("whole"), file("cut")));
		emo_trainer_free(t);
		emo_pool_free(pool);
	}
	emo_dataset_done(&d);
}

static void expect_refusal(const struct emo_dataset *d, const struct emo_recipe *r,
			   unsigned classes, const char *words)
{
	struct emo_trainer *t = emo_trainer_new(d, r, NULL, classes, NULL);

	if (CHECK(t != NULL)) {
		CHECK_INT(emo_trainer_resume(t, file("kept")), -1);
		CHECK_ERROR(words);
	}
	emo_trainer_free(t);
}

static void test_resume_of_another_run(void)
{
	struct emo_dataset d = make_data(120);
	struct emo_recipe r = make_recipe(2), o;
	size_t pixels = SIDE * SIDE;
	char *longer = emo_calloc(sizeof stripes_cfg + 16, 1);
	struct emo_trainer *t;

	run("kept", &d, &r, 0, 1);
	o = r;
	o.seed = 7;
	expect_refusal(&d, &o, 0, "it has 'seed 1', this run 'seed 7'");
	o = r;
	o.batch = 17;
	expect_refusal(&d, &o, 0, "it has 'batch 16', this run 'batch 17'");
	o = r;
	o.opt.method = EMO_ADAM;
	expect_refusal(&d, &o, 0, "it has 'method sgd', this run 'method adam'");
	o = r;
	o.opt.ema = 0;
	expect_refusal(&d, &o, 0, "it has 'ema 0.9', this run 'ema 0'");
	expect_refusal(&d, &r, 1 << 1 | 1 << 3 | 1 << 5, "has 'classes 7', this run 'classes 3'");
	o = r;
	o.cfg = longer;
	snprintf(longer, sizeof stripes_cfg + 16, "%s# longer\n", stripes_cfg);
	expect_refusal(&d, &o, 0, "it has 'network-checksum ");
	d.pixels[0] ^= 1;
	expect_refusal(&d, &r, 0, "it has 'Training-rows 80 ");
	d.pixels[0] ^= 1;
	d.label[81] ^= 4;
	expect_refusal(&d, &r, 0, "it has 'PublicTest-rows 20 ");
	d.label[81] ^= 4;
	d.pixels[119 * pixels] ^= 1; /* PrivateTest: nobody looks */
	t = emo_trainer_new(&d, &r, NULL, 0, NULL);
	CHECK_INT(emo_trainer_resume(t, file("kept")), 0);
	CHECK_INT(emo_trainer_resume(t, file("missing")), -1);
	CHECK_ERROR("missing: No such file");
	CHECK_INT(emo_checkpoint_epochs(file("missing")), -1);
	emo_trainer_free(t);
	free(longer);
	emo_dataset_done(&d);
}

/* Writes the checkpoint "kept" anew as "edited", with one line of its head replaced. */
static void edit(const char *from, const char *to)
{
	struct emo_store s;
	char *text, *place;
	size_t n;

	CHECK_INT(emo_store_load(&s, "emo-checkpoint", file("kept")), 0);
	n = strlen(s.text) + strlen(to) + 1;
	text = emo_calloc(n, 1);
	place = strstr(s.text, from);
	if (CHECK(place != NULL))
		snprintf(text, n, "%.*s%s%s", (int)(place - s.text), s.text, to,
			 place + strlen(from));
	free(s.text);
	s.text = text;
	CHECK_INT(emo_store_save(&s, file("edited")), 0);
	emo_store_done(&s);
}

static void write_file(const char *data, size_t n)
{
	FILE *f = fopen(file("edited"), "wb");

	CHECK(fwrite(data, 1, n, f) == n);
	CHECK(fclose(f) == 0);
}

static void test_damaged_checkpoint(void)
{
	static const char *const edits[][3] = {
		{"epochs 2", "epochs 0", "'epochs' from 1"},
		{"epochs 2", "epochs 1", "'done' from 0 to 1"},
		{"done 2", "done 3", "'done' from 0 to 2"},
		{"done 2", "done -1", "'done' from 0 to 2"},
		{"done 2", "dome 2", "'done' from 0 to 2"},
		{"done 2", "done two", "'done' from 0 to 2"},
		{"best-epoch ", "best-epoch 1", "'best-epoch' from 1 to 2"},
		{"best-accuracy ", "best-accuracy x", "'best-accuracy'"},
		{"best-loss ", "best-loss nan", "'best-loss'"},
		{"cpu ", "cpu odd-", "with EMO_CPU=odd-"},
		{"init none", "init 1a2b3c4d", "it has 'init 1a2b3c4d', this run 'init none'"},
	};
	struct emo_dataset d = make_data(120);
	struct emo_recipe r = make_recipe(2);
	struct emo_trainer *t = emo_trainer_new(&d, &r, NULL, 0, NULL);
	struct emo_epoch e;
	char *data;
	size_t n, sum;

	run("kept", &d, &r, 0, 1);
	for (size_t k = 0; k < sizeof edits / sizeof *edits; k++) {
		edit(edits[k][0], edits[k][1]);
		CHECK_INT(emo_trainer_resume(t, file("edited")), -1);
		CHECK_ERROR(edits[k][2]);
	}
	CHECK_INT(emo_read_file(&data, &n, file("kept"), 1 << 24), 0);
	sum = (size_t)(strstr(data, "\ntext ") - data);
	for (size_t at = 0; at < n - 64; at += at < 900 ? 7 : 331) {
		if (at >= sum && at <= sum + 5) /* without that line there is no checksum */
			continue;
		write_file(data, at);
		CHECK_INT(emo_trainer_resume(t, file("edited")), -1);
		data[at] ^= 8;
		write_file(data, n);
		data[at] ^= 8;
		if (at < 4096) /* behind the head are bytes between blocks that nobody reads */
			CHECK_INT(emo_trainer_resume(t, file("edited")), -1);
	}
	free(data);
	/* nothing of all that stuck */
	CHECK_INT(emo_trainer_done(t), 0);
	train_to(t, 2, &e);
	CHECK_INT(emo_trainer_save(t, file("edited")), 0);
	CHECK(same_files(file("kept"), file("edited")));
	emo_trainer_free(t);
	emo_dataset_done(&d);
}

/* The first programs did not tell what a run began with. */
static void test_old_checkpoint(void)
{
	struct emo_dataset d = make_data(120);
	struct emo_recipe r = make_recipe(2);
	struct emo_trainer *t = emo_trainer_new(&d, &r, NULL, 0, NULL);

	run("kept", &d, &r, 0, 1);
	edit("init none\n", "");
	CHECK_INT(emo_trainer_resume(t, file("edited")), 0);
	CHECK_INT(emo_trainer_done(t), 2);
	emo_trainer_free(t);
	emo_dataset_done(&d);
}

int main(void)
{
	static const char *const made[] = {"whole", "cut", "kept", "edited"};

	folder = test_folder();
	RUN(test_resume);
	RUN(test_resume_of_another_run);
	RUN(test_damaged_checkpoint);
	RUN(test_old_checkpoint);
	for (size_t i = 0; i < sizeof made / sizeof *made; i++)
		unlink(file(made[i]));
	CHECK_INT(rmdir(folder), 0);
	return test_end();
}
