/* SPDX-License-Identifier: MIT */
#include "fer/teach.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "nn/model.h"

/* ---- before the run ---- */

static int add_note(struct emo_trainer *t, const char *key, const char *value)
{
	char *lines = emo_asprintf("%s%s %s\n", t->lessons ? t->lessons : "", key, value);

	free(t->lessons);
	t->lessons = lines;
	return lines ? 0 : -1;
}

int emo_teach_note(struct emo_trainer *t, const char *key, unsigned long crc, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *value = emo_asprintf("%08lx %s", crc, slash ? slash + 1 : path);
	int status;

	for (char *s = value; s && *s; s++) /* whatever a file is called, a note is one line */
		*s = (unsigned char)*s < ' ' ? '?' : *s;
	status = value ? add_note(t, key, value) : -1;
	free(value);
	return status;
}

static int add_teacher(struct emo_trainer *t, const char *path)
{
	struct emo_model *m = t->teachers + t->nteachers;
	struct emo_block w;

	if (emo_model_load(m, path) < 0)
		return -1;
	t->nteachers++; /* from here on it is freed with the others */
	if (emo_trainer_check_model(t, m, path) < 0)
		return -1;
	w = emo_net_params(m->net);
	t->lessons_crc = crc32_z(t->lessons_crc, (const Bytef *)w.v, w.n * sizeof *w.v);
	if (emo_teach_note(t, "teacher", emo_trainer_checksum(m), path) < 0)
		return -1;
	emo_net_fold(m->net);
	return emo_net_reserve(m->net, t->recipe.batch, 0, t->pool);
}

/*
 * The weights as asked for, with a mean of 1 over the Training rows. Balanced: each class counts
 * for as much as any other.
 */
static void set_class_weights(struct emo_trainer *t, const struct emo_lessons *lessons)
{
	double count[EMO_EMOTIONS] = {0}, sum = 0;

	for (uint32_t i = 0; i < t->ntrain; i++)
		count[t->class_of[t->data->label[t->train[i]]]]++;
	for (int k = 0; k < t->classes; k++) {
		float w = lessons->class_weight[t->emotion_of[k]];

		t->class_weight[k] = !lessons->balanced ? (w > 0 ? w : 1)
				     : count[k] > 0	? (float)(t->ntrain / count[k])
							: 1;
		sum += (double)t->class_weight[k] * count[k];
	}
	for (int k = 0; k < t->classes; k++)
		t->class_weight[k] *= (float)(t->ntrain / sum);
}

/* "class-weights balanced", or "class-weights disgust=3,fear=1.5"; nothing when all are 1. */
static int note_class_weights(struct emo_trainer *t, const struct emo_lessons *lessons)
{
	char list[200] = "";
	size_t n = 0;

	for (int e = 0; e < EMO_EMOTIONS; e++)
		if (lessons->class_weight[e] > 0)
			n += (size_t)emo_snprintf(list + n, sizeof list - n, "%s%s=%g", n ? "," : "",
						  emo_emotion_name(e),
						  (double)lessons->class_weight[e]);
	if (!n && !lessons->balanced)
		return 0;
	return add_note(t, "class-weights", lessons->balanced ? "balanced" : list);
}

int emo_teach_begin(struct emo_trainer *t, const struct emo_lessons *lessons)
{
	size_t outputs = (size_t)t->recipe.batch * (size_t)t->classes;

	t->votes = lessons->votes;
	t->lessons_crc = crc32_z(0, NULL, 0);
	if (!t->votes)
		t->recipe.votes = 0;
	else
		t->lessons_crc = crc32_z(t->lessons_crc, (const Bytef *)t->votes->share,
					 t->votes->n * EMO_EMOTIONS * sizeof *t->votes->share);
	if (t->votes && emo_teach_note(t, "votes", t->lessons_crc,
				       lessons->votes_name ? lessons->votes_name : "-") < 0)
		return -1;
	set_class_weights(t, lessons);
	t->lessons_crc = crc32_z(t->lessons_crc, (const Bytef *)t->class_weight,
				 (size_t)t->classes * sizeof *t->class_weight);
	if (note_class_weights(t, lessons) < 0)
		return -1;
	if (!lessons->nteachers) {
		t->recipe.teacher = 0;
		return 0;
	}
	t->teachers = emo_calloc((size_t)lessons->nteachers, sizeof *t->teachers);
	t->answers = emo_calloc(outputs, sizeof *t->answers);
	if (!t->teachers || !t->answers)
		return -1;
	for (int i = 0; i < lessons->nteachers; i++)
		if (add_teacher(t, lessons->teachers[i]) < 0)
			return -1;
	return 0;
}

void emo_teach_end(struct emo_trainer *t)
{
	for (int i = 0; i < t->nteachers; i++)
		emo_model_done(t->teachers + i);
	free(t->teachers);
	free(t->answers);
}

/* ---- during the run ---- */

/* (1 - share) of what is there and `share` of the other. */
static void blend(float *target, const float *other, float share, int classes)
{
	for (int k = 0; k < classes; k++)
		target[k] += share * (other[k] - target[k]);
}

/* Of the votes for the classes that are learnt; 0 when there are none. */
static int votes_of_row(float *out, const struct emo_trainer *t, uint32_t row)
{
	const float *share = emo_votes_share(t->votes, t->data->row[row]);
	float sum = 0;

	for (int k = 0; share && k < t->classes; k++)
		sum += out[k] = share[t->emotion_of[k]];
	for (int k = 0; sum > 0 && k < t->classes; k++)
		out[k] /= sum;
	return sum > 0;
}

/* The mean of the teachers' probabilities for what the network sees -> t->answers. */
static int ask_teachers(struct emo_trainer *t, int n)
{
	size_t outputs = (size_t)n * (size_t)t->classes;
	size_t pixels = (size_t)n * (size_t)t->crop * (size_t)t->crop;

	memset(t->answers, 0, outputs * sizeof *t->answers);
	for (int i = 0; i < t->nteachers; i++) {
		struct emo_net *net = t->teachers[i].net;
		const float *y;

		memcpy(emo_net_input(net), emo_net_input(t->run.net), pixels * sizeof(float));
		if (!(y = emo_net_run(net, n)))
			return -1;
		for (size_t k = 0; k < outputs; k++)
			t->answers[k] += y[k] / (float)t->nteachers;
	}
	return 0;
}

int emo_teach(struct emo_trainer *t, const uint32_t *rows, int n, double done)
{
	float smooth = t->recipe.smoothing / (float)t->classes, votes = t->recipe.votes;

	if (t->recipe.votes_until > 0)
		votes *= (float)fmax(0, 1 - done / (double)t->recipe.votes_until);
	if (t->nteachers && ask_teachers(t, n) < 0)
		return -1;
	for (int i = 0; i < n; i++) {
		int label = t->class_of[t->data->label[rows[i]]];
		float *target = t->target + i * t->classes, voted[EMO_EMOTIONS] = {0};

		for (int k = 0; k < t->classes; k++)
			target[k] = smooth;
		target[label] += 1 - t->recipe.smoothing;
		if (votes > 0 && votes_of_row(voted, t, rows[i]))
			blend(target, voted, votes, t->classes);
		if (t->nteachers)
			blend(target, t->answers + i * t->classes, t->recipe.teacher, t->classes);
		for (int k = 0; k < t->classes; k++)
			target[k] *= t->class_weight[label];
	}
	return 0;
}
