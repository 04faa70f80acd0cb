/* SPDX-License-Identifier: MIT */
/* Learning from more than labels: votes, teachers, class weights, the weights of another model. */
#include "fer/teach.h"

#include <unistd.h>

#include "fer/classify.h"
#include "nn/model.h"
#include "stripes.h"

#define HEADER "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"

static const char *save(const char *name, const char *text)
{
	const char *path = file(name);
	FILE *f = fopen(path, "w");

	if (!CHECK(f != NULL) || !CHECK(fputs(text, f) >= 0) || !CHECK(fclose(f) == 0))
		exit(1);
	return path;
}

/* ---- votes ---- */

static void test_votes(void)
{
	struct emo_votes v;
	const float *s;

	CHECK_INT(emo_votes_load(&v, save("votes.csv", HEADER
					  "Training,a.png,4,0,0,1,3,2,0,0,0,0\n"
					  "Training,,0,0,0,0,0,0,0,0,0,10\n"
					  "Training,c.png,0,5,5,0,0,0,0,0,0,0\n"
					  "Training,d.png,3,0,0,0,0,0,1,6,0,0\n"
					  "Training,e.png,4,1,0,0,0,0,0,5,0,0\n"),
				 NULL), 0);
	CHECK_INT(v.n, 5);
	s = emo_votes_share(&v, 0);
	CHECK(s && fabsf(s[EMO_NEUTRAL] - .4f) < 1e-6f && fabsf(s[EMO_ANGRY] - .3f) < 1e-6f &&
	      fabsf(s[EMO_DISGUST] - .2f) < 1e-6f && fabsf(s[EMO_SAD] - .1f) < 1e-6f &&
	      s[EMO_HAPPY] == 0 && s[EMO_FEAR] == 0 && s[EMO_SURPRISE] == 0);
	CHECK_INT(v.major[0], EMO_NEUTRAL);
	CHECK(emo_votes_share(&v, 1) == NULL); /* not a face */
	CHECK_INT(v.major[1], EMO_NO_MAJORITY);
	CHECK(emo_votes_share(&v, 2) != NULL); /* a tie still has shares */
	CHECK_INT(v.major[2], EMO_NO_MAJORITY);
	CHECK(emo_votes_share(&v, 3) == NULL); /* more than half for contempt */
	CHECK_INT(v.major[3], EMO_NO_MAJORITY);
	s = emo_votes_share(&v, 4); /* exactly half are for the seven */
	CHECK(s && fabsf(s[EMO_NEUTRAL] - .8f) < 1e-6f);
	CHECK_INT(v.major[4], EMO_NO_MAJORITY);
	CHECK(emo_votes_share(&v, 5) == NULL);
	emo_votes_done(&v);

	CHECK_INT(emo_votes_load(&v, save("votes.csv", "fear,NEUTRAL,anger,disgust,happiness,"
						       "sadness,surprise\n1,0,0,0,0,0,0\n"), NULL), 0);
	CHECK_INT(v.major[0], EMO_FEAR);
	emo_votes_done(&v);
}

static void test_bad_votes(void)
{
	static const struct {
		const char *text, *error;
	} bad[] = {
		{"", "is empty"},
		{"neutral,happiness\n1,2\n", "votes.csv:1: no column 'anger'"},
		{HEADER "Training,a,1,0,0,0,0,0,0,0,0,0\nTraining,b,x,0,0,0,0,0,0,0,0,0\n",
		 "votes.csv:3: 'x' is not a number of votes for neutral"},
		{HEADER "Training,a,1,-1,0,0,0,0,0,0,0,0\n", "'-1' is not a number of votes"},
		{HEADER "Training,a,1,0,0\n", "'' is not a number of votes"},
	};
	struct emo_dataset d = make_data(12);
	struct emo_votes v;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK_INT(emo_votes_load(&v, save("votes.csv", bad[i].text), NULL), -1);
		CHECK_ERROR(bad[i].error);
	}
	CHECK_INT(emo_votes_load(&v, save("votes.csv", HEADER "Training,a,1,0,0,0,0,0,0,0,0,0\n"), &d), -1);
	CHECK_ERROR("votes.csv: has votes on 1 rows, but the data has a row 1");
	emo_dataset_done(&d);
	CHECK_INT(emo_votes_load(&v, file("nowhere.csv"), NULL), -1);
	CHECK_ERROR("nowhere.csv");
}

/* ---- targets ---- */

/* Votes for make_data's rows: what all of them say, or nothing. */
static struct emo_votes make_votes(size_t n, int emotion)
{
	struct emo_votes v = {.n = n, .share = emo_calloc(n * EMO_EMOTIONS, sizeof *v.share),
			      .major = emo_calloc(n, 1)};

	for (size_t i = 0; i < n; i++)
		v.share[i * EMO_EMOTIONS + (size_t)emotion] = 1;
	return v;
}

static struct emo_trainer *new_trainer(const struct emo_dataset *d, const struct emo_recipe *r,
				       const struct emo_lessons *l, unsigned classes)
{
	struct emo_trainer *t = emo_trainer_new(d, r, l, classes, NULL);

	if (!CHECK(t != NULL)) {
		printf("%s\n", emo_error());
		exit(1);
	}
	return t;
}

/* The votes' share falls in a straight line; a row without votes keeps its label. */
static void test_votes_share(void)
{
	static const float at[][2] = {{0, .8f}, {.25f, .4f}, {.5f, 0}, {.9f, 0}};
	struct emo_dataset d = make_data(120);
	struct emo_votes v = make_votes(120, EMO_SAD);
	struct emo_lessons l = {.votes = &v};
	struct emo_recipe r = make_recipe(4);
	const uint32_t rows[] = {0, 1};
	struct emo_trainer *t;

	r.votes = .8f;
	r.votes_until = .5f;
	r.smoothing = .07f;
	memset(v.share + EMO_EMOTIONS, 0, EMO_EMOTIONS * sizeof *v.share); /* of row 1 */
	t = new_trainer(&d, &r, &l, 0);
	for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
		CHECK_INT(emo_teach(t, rows, 2, (double)at[k][0]), 0);
		CHECK_NEAR(t->target[EMO_SAD], at[k][1] + (1 - at[k][1]) * .01, 1e-6);
		CHECK_NEAR(t->target[EMO_DISGUST], (1 - at[k][1]) * .94, 1e-6);
		CHECK_NEAR(t->target[7 + EMO_FEAR], d.label[1] == EMO_FEAR ? .94 : .01, 1e-6);
		CHECK_NEAR(t->target[7 + d.label[1]], .94, 1e-6);
	}
	emo_trainer_free(t);

	/* with a choice of classes, votes for others do not count */
	t = new_trainer(&d, &r, &l, 1 << EMO_DISGUST | 1 << EMO_HAPPY);
	CHECK_INT(emo_teach(t, rows, 1, 0), 0);
	CHECK_NEAR(t->target[0], .965, 1e-6);
	CHECK_NEAR(t->target[1], .035, 1e-6);
	emo_trainer_free(t);
	emo_votes_done(&v);
	emo_dataset_done(&d);
}

/* Weights have a mean of 1 over the Training rows; balanced ones give each class the same sum. */
static void test_class_weights(void)
{
	struct emo_dataset d = make_data(120);
	struct emo_lessons l = {.class_weight = {[EMO_DISGUST] = 3}};
	struct emo_recipe r = make_recipe(2);
	struct emo_trainer *t;
	double sum = 0, of[EMO_EMOTIONS] = {0};

	for (int i = 0; i < 30; i++)
		d.label[i] = EMO_DISGUST;
	for (int balanced = 0; balanced < 2; balanced++) {
		l.balanced = balanced;
		t = new_trainer(&d, &r, &l, 0);
		sum = 0;
		memset(of, 0, sizeof of);
		for (uint32_t i = 0; i < t->ntrain; i++) {
			double weight = 0;

			CHECK_INT(emo_teach(t, t->train + i, 1, 0), 0);
			for (int k = 0; k < EMO_EMOTIONS; k++)
				weight += (double)t->target[k];
			of[d.label[t->train[i]]] += weight;
			sum += weight;
		}
		CHECK_NEAR(sum, t->ntrain, 1e-3);
		if (balanced) {
			CHECK_NEAR(of[EMO_DISGUST], sum / 3, 1e-3);
			CHECK_NEAR(of[EMO_HAPPY], sum / 3, 1e-3);
		} else {
			CHECK_NEAR(t->class_weight[EMO_DISGUST] / t->class_weight[EMO_HAPPY], 3, 1e-6);
			CHECK_STR(t->lessons, "class-weights disgust=3\n");
		}
		emo_trainer_free(t);
	}
	emo_dataset_done(&d);
}

/* ---- teachers and first weights ---- */

/* A pupil that hears its teacher alone learns the truth from images whose labels are all the same. */
static void test_teacher(void)
{
	struct emo_dataset d = make_data(180);
	struct emo_recipe r = make_recipe(30);
	const char *teacher = file("teacher.emo"), *both[2];
	struct emo_lessons l = {.teachers = both, .nteachers = 2};
	struct emo_trainer *t = new_trainer(&d, &r, NULL, 0);
	struct emo_epoch e;
	const float *y;

	CHECK_INT(train_to(t, 30, &e), 1);
	CHECK(e.test_accuracy > .95);
	CHECK_INT(emo_trainer_export(t, teacher, NULL), 0);
	emo_trainer_free(t);
	both[0] = both[1] = teacher;

	for (size_t i = 0; i < d.n; i++)
		d.label[i] = d.split[i] == EMO_TRAINING ? EMO_NEUTRAL : d.label[i];
	r.teacher = 1;
	t = new_trainer(&d, &r, &l, 0);
	for (int i = 0; i < 20 * 20 * 3; i++)
		emo_net_input(t->run.net)[i] = (float)(i % 17) / 9 - 1;
	CHECK_INT(emo_teach(t, t->train, 3, 0), 0);
	memcpy(emo_net_input(t->teachers[1].net), emo_net_input(t->run.net), 20 * 20 * 3 * sizeof *y);
	y = emo_net_run(t->teachers[1].net, 3);
	for (int i = 0; i < 21; i++)
		CHECK_NEAR(t->target[i], y[i], 1e-6);
	CHECK_INT(train_to(t, 30, &e), 1);
	CHECK(e.test_accuracy > .9);
	emo_trainer_free(t);

	d.label[0] = EMO_HAPPY; /* two classes, which the teacher does not know */
	CHECK(emo_trainer_new(&d, &r, &l, 1 << EMO_HAPPY | 1 << EMO_NEUTRAL, NULL) == NULL);
	CHECK_ERROR("teacher.emo: knows 'angry disgust");
	both[1] = file("nobody.emo");
	CHECK(emo_trainer_new(&d, &r, &l, 0, NULL) == NULL);
	CHECK_ERROR("nobody.emo");
	emo_dataset_done(&d);
}

/* A model of this network, which says of itself what fits make_data. */
static const char *save_model(const char *cfg)
{
	struct emo_model m = {.cfg = emo_strdup(cfg), .picture = SIDE, .temperature = 1,
			      .labels = emo_strdup("angry disgust fear happy sad surprise neutral"),
			      .mean = EMO_FACE_MEAN, .scale = EMO_FACE_SCALE, .notes = emo_strdup("")};
	const char *path = file("odd.emo");

	if (!CHECK((m.net = emo_net_new(cfg, strlen(cfg), "odd.cfg")) != NULL))
		exit(1);
	CHECK_INT(emo_model_save(&m, emo_net_params(m.net), emo_net_state(m.net), path), 0);
	emo_model_done(&m);
	return path;
}

/* Whatever their labels say, teachers and pupils give a probability for each class. */
static void test_odd_networks(void)
{
#define IN "[net]\nheight=20\nwidth=20\n"
	static const struct {
		const char *cfg, *error;
	} odd[] = {
		{IN "[connected]\noutput=3\nactivation=linear\n[softmax]\n",
		 "the network has 3 outputs for 7 classes"},
		{IN "[connected]\noutput=7\nactivation=linear\n", "does not end in [softmax]"},
		{IN "[conv]\nfilters=7\nsize=20\nactivation=linear\n[detect]\npoints=1\n",
		 "does not end in [softmax]"},
	};
	struct emo_dataset d = make_data(120);
	const char *teacher;
	struct emo_lessons l = {.teachers = &teacher, .nteachers = 1};

	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		struct emo_recipe r = make_recipe(1);

		teacher = save_model(odd[i].cfg);
		CHECK(emo_trainer_new(&d, &r, &l, 0, NULL) == NULL);
		CHECK_ERROR(odd[i].error);
		CHECK_ERROR("odd.emo: ");
		r.cfg = odd[i].cfg;
		CHECK(emo_trainer_new(&d, &r, NULL, 0, NULL) == NULL);
		CHECK_ERROR(odd[i].error);
	}
	emo_dataset_done(&d);
}

static void test_init(void)
{
	struct emo_dataset d = make_data(180);
	struct emo_recipe r = make_recipe(30);
	struct emo_lessons l = {.init = file("first.emo")};
	struct emo_trainer *t = new_trainer(&d, &r, NULL, 0);
	struct emo_epoch e;

	CHECK_INT(train_to(t, 30, &e), 1);
	CHECK_INT(emo_trainer_export(t, l.init, NULL), 0);
	emo_trainer_free(t);
	r.epochs = 1;
	r.schedule.peak = 1e-6; /* nothing to speak of is learnt any more */
	t = new_trainer(&d, &r, &l, 0);
	CHECK_INT(train_to(t, 1, &e), 1);
	CHECK(e.test_accuracy > .95);
	emo_trainer_free(t);
	CHECK(emo_trainer_new(&d, &r, &l, 1 << EMO_DISGUST | 1 << EMO_HAPPY, NULL) == NULL);
	CHECK_ERROR("first.emo: knows 'angry disgust");
	emo_dataset_done(&d);
}

/* As many classes do not make the same classes; nor does the same network see the same. */
static void test_init_of_others(void)
{
	static const char wider[] = "[net]\nheight=24\nwidth=24\n[avgpool]\n"
				    "[connected]\noutput=7\nactivation=linear\n[softmax]\n";
	static const char narrower[] = "[net]\nheight=20\nwidth=20\n[avgpool]\n"
				       "[connected]\noutput=7\nactivation=linear\n[softmax]\n";
	struct emo_dataset d = make_data(120);
	struct emo_recipe r = make_recipe(1);
	struct emo_lessons l = {0};
	struct emo_trainer *t = new_trainer(&d, &r, NULL, 1 << EMO_DISGUST | 1 << EMO_HAPPY);
	struct emo_epoch e;

	CHECK_INT(train_to(t, 1, &e), 1);
	CHECK_INT(emo_trainer_export(t, l.init = file("first.emo"), NULL), 0);
	emo_trainer_free(t);
	CHECK(emo_trainer_new(&d, &r, &l, 1 << EMO_HAPPY | 1 << EMO_SURPRISE, NULL) == NULL);
	CHECK_ERROR("first.emo: knows 'disgust happy', but what is learnt is 'happy surprise'");
	r.cfg = narrower;
	l.init = save_model(wider);
	CHECK(emo_trainer_new(&d, &r, &l, 0, NULL) == NULL);
	CHECK_ERROR("odd.emo: sees crops of 24x24, but the network 20x20");
	emo_dataset_done(&d);
}

/* A run goes on with the first weights that it had, which it no longer sees. */
static void test_resume_of_init(void)
{
	struct emo_dataset d = make_data(120);
	struct emo_recipe r = make_recipe(4);
	struct emo_lessons l = {.init = save_model(stripes_cfg)};
	struct emo_trainer *t = new_trainer(&d, &r, &l, 0);
	struct emo_epoch e;

	CHECK_INT(train_to(t, 1, &e), 1);
	CHECK_INT(emo_trainer_save(t, file("lessons.ckpt")), 0);
	CHECK_INT(emo_trainer_resume(t, file("lessons.ckpt")), 0);
	CHECK_INT(emo_trainer_export(t, file("first.emo"), NULL), 0);
	emo_trainer_free(t);
	for (int other = 0; other < 2; other++) {
		l.init = other ? file("first.emo") : NULL;
		t = new_trainer(&d, &r, &l, 0);
		CHECK_INT(emo_trainer_resume(t, file("lessons.ckpt")), -1);
		CHECK_ERROR("is of another run: it has 'init ");
		CHECK_INT(emo_trainer_done(t), 0);
		emo_trainer_free(t);
	}
	emo_dataset_done(&d);
}

/* A run does not go on with other lessons than it had. */
static void test_resume(void)
{
	struct emo_dataset d = make_data(120);
	struct emo_votes v = make_votes(120, EMO_SAD);
	struct emo_lessons with = {.votes = &v};
	struct emo_recipe r = make_recipe(4);
	struct emo_trainer *t = new_trainer(&d, &r, &with, 0);
	struct emo_epoch e;

	CHECK_INT(train_to(t, 2, &e), 1);
	CHECK_INT(emo_trainer_save(t, file("lessons.ckpt")), 0);
	CHECK_INT(emo_trainer_resume(t, file("lessons.ckpt")), 0);
	emo_trainer_free(t);
	v.share[EMO_HAPPY] = .5f;
	t = new_trainer(&d, &r, &with, 0);
	CHECK_INT(emo_trainer_resume(t, file("lessons.ckpt")), -1);
	CHECK_ERROR("is of another run: it has 'lessons ");
	emo_trainer_free(t);
	emo_votes_done(&v);
	emo_dataset_done(&d);
}

int main(void)
{
	folder = test_folder();
	RUN(test_votes);
	RUN(test_bad_votes);
	RUN(test_votes_share);
	RUN(test_class_weights);
	RUN(test_teacher);
	RUN(test_odd_networks);
	RUN(test_init);
	RUN(test_init_of_others);
	RUN(test_resume_of_init);
	RUN(test_resume);
	for (size_t i = 0; i < 5; i++) {
		static const char *const made[] = {"votes.csv", "teacher.emo", "first.emo",
						   "lessons.ckpt", "odd.emo"};
		unlink(file(made[i]));
	}
	rmdir(folder);
	return test_end();
}
