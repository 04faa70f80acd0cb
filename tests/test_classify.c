/* SPDX-License-Identifier: MIT */
/*
 * Reading faces: against the network run by hand, one crop after the other; models that are of no
 * use for faces; and the built-in model.
 */
#include "fer/classify.h"

#include <unistd.h>

#include "base/err.h"
#include "base/limit.h"
#include "base/rng.h"
#include "fer/dataset.h"
#include "model_file.h"

#define SIDE 11
#define CROP 8

/* Takes 8 x 6 (w x h) of 11 x 11: crops do not lie in the middle of a pixel. */
static const char cfg[] = "[net]\nheight=6\nwidth=8\nchannels=1\n"
			  "[convolutional]\nfilters=4\nsize=3\nstride=2\npad=1\nactivation=leaky\n"
			  "[connected]\noutput=3\nactivation=linear\n[softmax]\n";

static void write_model(const char *text, const char *labels, int picture)
{
	struct emo_model m = make_model(text);

	free(m.labels);
	m.labels = emo_strdup(labels);
	m.picture = picture;
	m.mean = 100;
	m.scale = 1 / 50.f;
	CHECK_INT(save(&m), 0);
	emo_model_done(&m);
}

static void make_faces(uint8_t *faces, int n)
{
	struct emo_rng rng = emo_rng_at(3, 0, 0);

	for (int i = 0; i < n * SIDE * SIDE; i++)
		faces[i] = (uint8_t)emo_rng_below(&rng, 256);
}

/* The moods of one crop, whose corner is given. */
static void by_hand(double mood[EMO_EMOTIONS], struct emo_net *net, const uint8_t *face, int top,
		    int left, int mirror)
{
	static const int emotion[] = {EMO_HAPPY, EMO_SAD, EMO_NEUTRAL};
	float *x = emo_net_input(net);
	const float *y;

	for (int r = 0; r < 6; r++)
		for (int c = 0; c < CROP; c++) {
			int from = mirror ? CROP - 1 - c : c;

			x[r * CROP + c] = ((float)face[(top + r) * SIDE + left + from] - 100) / 50;
		}
	y = emo_net_run(net, 1);
	for (int k = 0; k < 3; k++)
		mood[emotion[k]] += (double)y[k];
}

static void test_views(void)
{
	static const int places[5][2] = {{2, 1}, {0, 0}, {0, 3}, {5, 0}, {5, 3}};
	uint8_t faces[6 * SIDE * SIDE];
	float moods[6 * EMO_EMOTIONS];
	struct emo_classifier *c;
	struct emo_model m;

	write_model(cfg, "happy sad neutral", SIDE);
	CHECK_INT(emo_model_load(&m, path), 0);
	CHECK_INT(emo_net_reserve(m.net, 1, 0, NULL), 0);
	c = emo_classifier_open(path, NULL);
	CHECK_INT(emo_classifier_side(c), SIDE);
	CHECK_INT(emo_classifier_classes(c), 1 << EMO_HAPPY | 1 << EMO_SAD | 1 << EMO_NEUTRAL);
	make_faces(faces, 6);
	for (int views = 1; views <= 10; views += 9) {
		CHECK_INT(emo_classifier_run(c, moods, faces, 6, views), 0);
		for (int i = 0; i < 6; i++) {
			double want[EMO_EMOTIONS] = {0};

			for (int v = 0; v < views; v++)
				by_hand(want, m.net, faces + i * SIDE * SIDE, places[v % 5][0],
					places[v % 5][1], v >= 5);
			for (int e = 0; e < EMO_EMOTIONS; e++)
				CHECK_NEAR((double)moods[i * EMO_EMOTIONS + e], want[e] / views,
					   1e-6);
		}
	}
	emo_classifier_free(c);
	emo_model_done(&m);
}

/* More faces than go into a batch, ten views and threads: as one by one. */
static void test_batches(void)
{
	enum { N = 150 };
	static uint8_t faces[N * SIDE * SIDE];
	static float moods[N * EMO_EMOTIONS];
	struct emo_pool *pool = emo_pool_new(3);
	struct emo_classifier *c, *alone;
	float one[EMO_EMOTIONS];

	write_model(cfg, "happy sad neutral", SIDE);
	make_faces(faces, N);
	c = emo_classifier_open(path, pool);
	alone = emo_classifier_open(path, NULL);
	for (int views = 1; views <= 10; views += 9) {
		CHECK_INT(emo_classifier_run(c, moods, faces, N, views), 0);
		for (int i = 0; i < N; i++) {
			emo_classifier_run(alone, one, faces + i * SIDE * SIDE, 1, views);
			for (int e = 0; e < EMO_EMOTIONS; e++)
				CHECK_NEAR((double)moods[i * EMO_EMOTIONS + e], (double)one[e],
					   1e-6);
		}
	}
	CHECK_INT(emo_classifier_run(c, moods, faces, 0, 1), 0);
	CHECK_INT(emo_classifier_run(c, moods, faces, 1, 3), -1);
	CHECK_ERROR("looked at in 1 or 10 views, not 3");
	CHECK_INT(emo_classifier_run(c, moods, faces, -1, 1), -1);
	CHECK_INT(emo_classifier_run(c, moods, faces, 2147483647, 10), -1);
	CHECK_ERROR("cannot be looked at together");
	emo_classifier_free(c);
	emo_classifier_free(alone);
	emo_classifier_free(NULL);
	emo_pool_free(pool);
}

/* A batch that is refused for its size leaves a classifier that still reads one face. */
static void test_after_refusal(void)
{
	static uint8_t faces[64 * SIDE * SIDE];
	static float moods[64 * EMO_EMOTIONS];
	struct emo_classifier *c;
	float one[EMO_EMOTIONS];

	write_model(cfg, "happy sad neutral", SIDE);
	make_faces(faces, 64);
	c = emo_classifier_open(path, NULL);
	CHECK_INT(emo_classifier_run(c, one, faces, 1, 1), 0);
	CHECK_INT(emo_limit_parse("batch=8K"), 0);
	CHECK_INT(emo_classifier_run(c, moods, faces, 64, 1), -1);
	CHECK_ERROR("the limit is 'batch'");
	CHECK_INT(emo_classifier_run(c, moods, faces, 1, 1), 0);
	for (int e = 0; e < EMO_EMOTIONS; e++)
		CHECK_NEAR((double)moods[e], (double)one[e], 0);
	CHECK_INT(emo_limit_parse("batch=4G"), 0);
	emo_classifier_free(c);
}

static void expect_refusal(const char *text, const char *labels, int picture, const char *words)
{
	struct emo_classifier *c;

	write_model(text, labels, picture);
	c = emo_classifier_open(path, NULL);
	CHECK(c == NULL);
	CHECK_ERROR(words);
	CHECK_ERROR("x.emo: ");
	emo_classifier_free(c);
}

static void test_models_of_no_use(void)
{
	static const char colour[] = "[net]\nheight=6\nwidth=6\nchannels=3\n"
				     "[connected]\noutput=3\nactivation=linear\n[softmax]\n";

	expect_refusal(cfg, "happy sad hungry", SIDE, "its label 'hungry' is no emotion");
	expect_refusal(cfg, "happy sad happy", SIDE, "'happy' is no emotion, or stands twice");
	expect_refusal(cfg, "happy sad joy", SIDE, "'joy' is no emotion, or stands twice");
	expect_refusal(cfg, "happy sad", SIDE, "2 labels, but the network has 3 outputs");
	expect_refusal(cfg, "happy sad fear angry", SIDE, "4 labels, but the network has 3");
	expect_refusal(cfg, "", SIDE, "0 labels, but the network has 3 outputs");
	expect_refusal(cfg, "happy sad neutral", 7, "takes 8x6x1 of 7x7 pictures");
	expect_refusal(colour, "happy sad neutral", SIDE, "takes 6x6x3 of 11x11 pictures");
	CHECK(emo_classifier_open("no/such.emo", NULL) == NULL);
	CHECK_ERROR("no/such.emo: No such file");
}

/* Well-formed models that say something other than probabilities. */
static void test_odd_outputs(void)
{
	static const char no_softmax[] = "[net]\nheight=6\nwidth=6\n"
					 "[connected]\noutput=3\nactivation=linear\n";
	static const char norm[] = "[net]\nheight=6\nwidth=6\n[convolutional]\nfilters=3\n"
				   "batch_normalize=1\nactivation=linear\n"
				   "[connected]\noutput=3\nactivation=linear\n[softmax]\n";
	uint8_t face[SIDE * SIDE];
	float mood[EMO_EMOTIONS];
	struct emo_classifier *c;
	struct emo_model m;

	make_faces(face, 1);
	write_model(no_softmax, "happy sad neutral", SIDE);
	c = emo_classifier_open(path, NULL);
	CHECK_INT(emo_classifier_run(c, mood, face, 1, 1), -1);
	CHECK_ERROR("is not a probability");
	emo_classifier_free(c);
	m = make_model(norm);
	for (size_t i = 0; i < emo_net_state(m.net).n; i++)
		emo_net_state(m.net).v[i] = -5; /* a variance cannot be */
	CHECK_INT(save(&m), 0);
	emo_model_done(&m);
	c = emo_classifier_open(path, NULL);
	CHECK_INT(emo_classifier_run(c, mood, face, 1, 1), -1);
	CHECK_ERROR("is not a probability");
	emo_classifier_free(c);
}

static void test_built_in(void)
{
	struct emo_classifier *c = emo_classifier_open(NULL, NULL);
	uint8_t faces[3][48 * 48];
	float moods[3 * EMO_EMOTIONS];

	if (!CHECK(c != NULL))
		return;
	CHECK_INT(emo_classifier_side(c), 48);
	CHECK_INT(emo_classifier_classes(c), 127);
	memset(faces[0], 0, sizeof faces[0]);
	memset(faces[1], 255, sizeof faces[1]);
	for (int i = 0; i < 48 * 48; i++)
		faces[2][i] = (uint8_t)(i * 7 % 251);
	CHECK_INT(emo_classifier_run(c, moods, faces[0], 3, 10), 0);
	for (int i = 0; i < 3; i++) {
		double sum = 0;

		for (int e = 0; e < EMO_EMOTIONS; e++) {
			CHECK(moods[i * EMO_EMOTIONS + e] >= 0);
			sum += (double)moods[i * EMO_EMOTIONS + e];
		}
		CHECK_NEAR(sum, 1, 1e-5);
	}
	emo_classifier_free(c);
}

/* With FER2013 set: the built-in model is as good as its head says, rounding to halves aside. */
static void test_accuracy_of_built_in(void)
{
	const char *file = getenv("FER2013"), *line;
	struct emo_dataset_options options = {.splits = 1u << EMO_PUBLIC_TEST};
	struct emo_classifier *c;
	struct emo_dataset d;
	struct emo_model m;
	float mood[EMO_EMOTIONS];
	int right = 0;

	if (!file || !*file)
		return;
	if (!CHECK(emo_model_load(&m, "models/fer.emo") == 0) ||
	    !CHECK(emo_dataset_load(&d, file, &options) == 0))
		return;
	c = emo_classifier_open(NULL, NULL);
	CHECK_INT((long long)d.n, 3589);
	for (size_t i = 0; i < d.n; i++) {
		CHECK_INT(emo_classifier_run(c, mood, emo_dataset_image(&d, i), 1, 1), 0);
		right += emo_emotion_top(mood) == d.label[i];
	}
	line = strstr(m.notes, "accuracy-PublicTest ");
	if (CHECK(line != NULL))
		CHECK_NEAR(right, 3589 * atof(line + strlen("accuracy-PublicTest ")), 5);
	emo_classifier_free(c);
	emo_dataset_done(&d);
	emo_model_done(&m);
}

int main(void)
{
	const char *folder = test_folder();

	snprintf(path, sizeof path, "%s/x.emo", folder);
	RUN(test_views);
	RUN(test_batches);
	RUN(test_after_refusal);
	RUN(test_models_of_no_use);
	RUN(test_odd_outputs);
	RUN(test_built_in);
	RUN(test_accuracy_of_built_in);
	unlink(path);
	CHECK_INT(rmdir(folder), 0);
	return test_end();
}
