/* SPDX-License-Identifier: MIT */
#include "fer/train.h"

#include <unistd.h>

#include "fer/classify.h"
#include "nn/model.h"
#include "stripes.h"

static void test_learns(void)
{
	struct emo_dataset d = make_data(180);
	struct emo_recipe r = make_recipe(30);
	struct emo_trainer *t = emo_trainer_new(&d, &r, NULL, 0, NULL);
	struct emo_epoch e = {0};
	double first_loss = 0, accuracy, best = -1, best_loss = 0;
	int best_epoch = 0;

	for (int k = 1; emo_trainer_epoch(t, &e, NULL, NULL) == 1; k++) {
		int better = e.test_accuracy > best ||
			     (e.test_accuracy == best && e.test_loss < best_loss);

		if (better) {
			best = e.test_accuracy;
			best_loss = e.test_loss;
			best_epoch = k;
		}
		CHECK_INT(e.best, better);
		CHECK_INT(e.epoch, k);
		CHECK_INT(e.epochs, 30);
		CHECK_INT(emo_trainer_done(t), k);
		CHECK_INT(emo_trainer_best(t, &accuracy), best_epoch);
		CHECK_NEAR(accuracy, best, 0);
		first_loss = k == 1 ? e.train_loss : first_loss;
	}
	CHECK_INT(e.epoch, 30);
	CHECK(e.train_loss < first_loss * .6);
	CHECK(e.train_accuracy > .9);
	CHECK(best > .95);
	CHECK_INT(emo_trainer_epoch(t, &e, NULL, NULL), 0);
	CHECK_INT(emo_trainer_epochs(t), 30);
	emo_trainer_free(t);
	emo_dataset_done(&d);
}

/* The accuracy of the best epoch is what the exported model has, by another way to run it. */
static void test_export(void)
{
	struct emo_dataset d = make_data(120);
	struct emo_recipe r = make_recipe(12);
	struct emo_trainer *t = emo_trainer_new(&d, &r, NULL, 0, NULL);
	struct emo_classifier *c;
	struct emo_epoch e;
	float mood[EMO_EMOTIONS];
	double accuracy;
	int right = 0;

	CHECK_INT(emo_trainer_export(t, file("none.emo"), NULL), -1);
	CHECK_ERROR("no epoch is done");
	CHECK_INT(train_to(t, 12, &e), 1);
	CHECK_INT(emo_trainer_best(t, &accuracy) > 0, 1);
	CHECK_INT(emo_trainer_export(t, file("no/such.emo"), NULL), -1);
	CHECK_ERROR("such.emo");
	CHECK_INT(emo_trainer_export(t, file("model.emo"), "made-by a test\n"), 0);
	if (CHECK((c = emo_classifier_open(file("model.emo"), NULL)) != NULL)) {
		CHECK_INT(emo_classifier_side(c), SIDE);
		CHECK_INT(emo_classifier_classes(c), 127);
		for (uint32_t i = 0; i < t->ntest; i++) {
			emo_classifier_run(c, mood, emo_dataset_image(&d, t->test[i]), 1, 1);
			right += emo_emotion_top(mood) == d.label[t->test[i]];
		}
	}
	CHECK_NEAR((double)right / t->ntest, accuracy, 1e-12);
	emo_classifier_free(c);
	emo_trainer_free(t);
	emo_dataset_done(&d);
}

static void test_threads(void)
{
	struct emo_dataset d = make_data(120);
	struct emo_recipe r = make_recipe(3);

	run("one", &d, &r, 0, 1);
	run("two", &d, &r, 0, 2);
	run("three", &d, &r, 0, 3);
	CHECK(same_files(file("one"), file("two")));
	CHECK(same_files(file("one"), file("three")));
	r.seed = 2;
	run("two", &d, &r, 0, 2);
	CHECK(!same_files(file("one"), file("two")));
	emo_dataset_done(&d);
}

static void test_private_rows(void)
{
	struct emo_dataset d = make_data(120);
	struct emo_recipe r = make_recipe(3);

	run("clean", &d, &r, 0, 1);
	memset(d.pixels + 100 * SIDE * SIDE, 77, 20 * SIDE * SIDE);
	memset(d.label + 100, 6, 20);
	run("poisoned", &d, &r, 0, 1);
	CHECK(same_files(file("clean"), file("poisoned")));
	d.pixels[99 * SIDE * SIDE] ^= 255; /* PublicTest: it would show */
	run("poisoned", &d, &r, 0, 1);
	CHECK(!same_files(file("clean"), file("poisoned")));
	emo_dataset_done(&d);
}

static void test_classes(void)
{
	struct emo_dataset d = make_data(120);
	struct emo_recipe r = make_recipe(8);
	struct emo_trainer *t = emo_trainer_new(&d, &r, NULL, 1 << EMO_DISGUST | 1 << EMO_SURPRISE, NULL);
	struct emo_classifier *c;
	struct emo_model m;
	struct emo_epoch e;
	float mood[EMO_EMOTIONS];

	CHECK_INT(t->classes, 2);
	CHECK_INT(t->ntrain, 53);
	CHECK_INT(t->ntest, 14);
	CHECK_INT(train_to(t, 8, &e), 1);
	CHECK(e.test_accuracy > .9);
	CHECK_INT(emo_trainer_export(t, file("two.emo"), NULL), 0);
	if (CHECK(emo_model_load(&m, file("two.emo")) == 0)) {
		CHECK_STR(m.labels, "disgust surprise");
		CHECK_INT(emo_net_outputs(m.net), 2);
		CHECK(strstr(m.cfg, "output=2\n") != NULL);
		emo_model_done(&m);
	}
	c = emo_classifier_open(file("two.emo"), NULL);
	CHECK_INT(emo_classifier_classes(c), 1 << EMO_DISGUST | 1 << EMO_SURPRISE);
	for (size_t i = 0; i < d.n; i += 7) {
		CHECK_INT(emo_classifier_run(c, mood, emo_dataset_image(&d, i), 1, 10), 0);
		CHECK(mood[EMO_ANGRY] == 0 && mood[EMO_FEAR] == 0 && mood[EMO_HAPPY] == 0 &&
		      mood[EMO_SAD] == 0 && mood[EMO_NEUTRAL] == 0);
		CHECK_NEAR(mood[EMO_DISGUST] + mood[EMO_SURPRISE], 1, 1e-6);
	}
	emo_classifier_free(c);
	emo_trainer_free(t);
	emo_dataset_done(&d);
}

static void test_fit_time(void)
{
	struct emo_dataset d = make_data(120);
	struct emo_recipe r = make_recipe(50);
	struct emo_trainer *t = emo_trainer_new(&d, &r, NULL, 0, NULL);
	struct emo_epoch e;
	int epochs = emo_trainer_fit_time(t, .1);

	CHECK(epochs >= 1 && epochs <= EMO_MAX_EPOCHS);
	CHECK_INT(emo_trainer_epochs(t), epochs);
	CHECK_INT(emo_trainer_recipe(t).epochs, epochs);
	CHECK_INT(emo_trainer_done(t), 0);
	train_to(t, epochs, &e);
	CHECK_INT(emo_trainer_fit_time(t, .1), -1);
	CHECK_ERROR("has begun");
	CHECK_INT(emo_trainer_save(t, file("fitted")), 0);
	emo_trainer_free(t);
	r.epochs = epochs;
	run("given", &d, &r, 0, 2);
	CHECK(same_files(file("fitted"), file("given")));

	t = emo_trainer_new(&d, &r, NULL, 0, NULL);
	CHECK_INT(emo_trainer_fit_time(t, 0), 1);
	emo_trainer_free(t);
	emo_dataset_done(&d);
}

static void expect_no_trainer(const struct emo_dataset *d, const struct emo_recipe *r,
			      const char *words)
{
	struct emo_trainer *t = emo_trainer_new(d, r, NULL, 0, NULL);

	CHECK(t == NULL);
	CHECK_ERROR(words);
	emo_trainer_free(t);
}

static void test_refusals(void)
{
	struct emo_dataset d = make_data(60);
	struct emo_recipe r = make_recipe(2), o;

	o = r;
	o.batch = 0;
	expect_no_trainer(&d, &o, "in batches of 0 cannot be trained");
	o = r;
	o.epochs = 0;
	expect_no_trainer(&d, &o, "0 epochs in batches");
	o = r;
	o.cfg = "[net]\nheight=20\nwidth=20\n[avgpool]\n[connected]\noutput=5\n[softmax]\n";
	expect_no_trainer(&d, &o, "stripes.cfg:5: [connected] needs activation=");
	o.cfg = "[net]\nheight=20\nwidth=20\n[connected]\noutput=5\nactivation=linear\n[softmax]\n";
	expect_no_trainer(&d, &o, "stripes.cfg: the network has 5 outputs for 7 classes");
	o.cfg = "[net]\nheight=20\nwidth=20\nchannels=3\n[connected]\noutput=7\n"
		"activation=linear\n[softmax]\n";
	expect_no_trainer(&d, &o, "takes 20x20x3, but must take a grey square");
	o.cfg = "[net]\nheight=25\nwidth=25\n[connected]\noutput=7\nactivation=linear\n[softmax]\n";
	expect_no_trainer(&d, &o, "no larger than the 24 pixels");
	memset(d.split, EMO_TRAINING, 60);
	expect_no_trainer(&d, &r, "no PublicTest rows");
	memset(d.split, EMO_PRIVATE_TEST, 60);
	expect_no_trainer(&d, &r, "no Training rows");
	emo_dataset_done(&d);
}

/* The last output=7, however it is spelled, is fitted to the classes; a hidden one is not. */
static void test_fitting_outputs(void)
{
	static const struct {
		const char *cfg, *fitted;
	} cases[] = {
		{"output=7\n[connected]\nactivation=linear\noutput = 7 # all\n",
		 "output=7\n[connected]\nactivation=linear\noutput = 2 # all\n"},
		{"output=7\r\n", "output=2\r\n"},
		{"output=2\n# output=7\n", "output=2\n# output=7\n"},
		{"output=2\n#output=70\n", "output=2\n#output=70\n"},
	};
	struct emo_dataset d = make_data(60);
	struct emo_recipe r = make_recipe(2);
	char text[256];

	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		struct emo_trainer *t;

		snprintf(text, sizeof text,
			 "[net]\nheight=4\nwidth=4\n[connected]\nactivation=linear\n%s[softmax]\n",
			 cases[k].cfg);
		r.cfg = text;
		t = emo_trainer_new(&d, &r, NULL, 1 << EMO_DISGUST | 1 << EMO_HAPPY, NULL);
		if (CHECK(t != NULL))
			CHECK(strstr(t->cfg, cases[k].fitted) != NULL);
		emo_trainer_free(t);
	}
	emo_dataset_done(&d);
}

static void test_divergence(void)
{
	struct emo_dataset d = make_data(60);
	struct emo_recipe r = make_recipe(40);
	struct emo_trainer *t;
	struct emo_epoch e;

	r.schedule.peak = 1e6;
	r.opt.decay = 1;
	t = emo_trainer_new(&d, &r, NULL, 0, NULL);
	CHECK_INT(train_to(t, 40, &e), -1);
	CHECK_ERROR("training diverged");
	emo_trainer_free(t);
	emo_dataset_done(&d);
}

static void test_small_data(void)
{
	struct emo_dataset d = make_data(9); /* 6 to learn from, 1 to choose on: no batch */
	struct emo_recipe r = make_recipe(3);
	struct emo_trainer *t = emo_trainer_new(&d, &r, NULL, 0, NULL);
	struct emo_epoch e;

	CHECK_INT(emo_trainer_recipe(t).batch, 6);
	CHECK_INT(train_to(t, 3, &e), 1);
	CHECK(e.test_accuracy == 0 || e.test_accuracy == 1);
	emo_trainer_free(t);
	emo_dataset_done(&d);
}

int main(void)
{
	static const char *const made[] = {"model.emo", "one",	   "two",    "three", "clean",
					   "poisoned",	"two.emo", "fitted", "given"};

	folder = test_folder();
	RUN(test_learns);
	RUN(test_export);
	RUN(test_threads);
	RUN(test_private_rows);
	RUN(test_classes);
	RUN(test_fit_time);
	RUN(test_refusals);
	RUN(test_fitting_outputs);
	RUN(test_divergence);
	RUN(test_small_data);
	for (size_t i = 0; i < sizeof made / sizeof *made; i++)
		unlink(file(made[i]));
	CHECK_INT(rmdir(folder), 0);
	return test_end();
}
