/* SPDX-License-Identifier: MIT */
/* Making a trainer: rows are divided, the network is fitted to the classes, memory is found. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "fer/teach.h"
#include "fer/trainer.h"

static int split_rows(struct emo_trainer *t)
{
	const struct emo_dataset *d = t->data;

	t->train = emo_calloc(d->n, sizeof *t->train);
	t->test = emo_calloc(d->n, sizeof *t->test);
	if (!t->train || !t->test)
		return -1;
	for (size_t i = 0; i < d->n; i++) {
		if (t->class_of[d->label[i]] < 0)
			continue;
		if (d->split[i] == EMO_TRAINING)
			t->train[t->ntrain++] = (uint32_t)i;
		else if (d->split[i] == EMO_PUBLIC_TEST)
			t->test[t->ntest++] = (uint32_t)i;
	}
	if (!t->ntrain)
		return emo_fail("the data has no Training rows of these emotions to learn from");
	if (!t->ntest)
		return emo_fail("the data has no PublicTest rows of these emotions to choose the "
				"best epoch on");
	if ((uint32_t)t->recipe.batch > t->ntrain)
		t->recipe.batch = (int)t->ntrain;
	return 0;
}

static void number_classes(struct emo_trainer *t, unsigned classes)
{
	for (int e = 0; e < EMO_EMOTIONS; e++) {
		t->class_of[e] = -1;
		if (classes && !(classes >> e & 1))
			continue;
		t->emotion_of[t->classes] = e;
		t->class_of[e] = t->classes++;
	}
}

/* The '7' of a line "output=7", blanks as the cfg may have them; NULL when it is another line. */
static char *seven_outputs(char *line)
{
	line += strspn(line, " \t");
	if (strncmp(line, "output", 6))
		return NULL;
	line += 6 + strspn(line + 6, " \t");
	if (*line != '=')
		return NULL;
	line += 1 + strspn(line + 1, " \t");
	return *line == '7' && strchr(" \t\r\n#;", line[1]) ? line : NULL;
}

/* A copy of the cfg in which the last "output=7", for all emotions, is as many as the classes. */
static char *fit_outputs(const char *cfg, int classes)
{
	char *copy = emo_strdup(cfg), *seven = NULL, *found;

	for (char *line = copy; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		seven = (found = seven_outputs(line)) ? found : seven;
	}
	if (seven)
		*seven = (char)('0' + classes);
	return copy;
}

/* Whether a network gives a probability for each class. */
static int check_outputs(const struct emo_trainer *t, const struct emo_net *net, const char *name)
{
	if (emo_net_outputs(net) != t->classes)
		return emo_fail("%s: the network has %d outputs for %d classes", name,
				emo_net_outputs(net), t->classes);
	if (emo_net_target_size(net) != (size_t)t->classes) /* [detect]'s is larger, others have 0 */
		return emo_fail("%s: the network does not end in [softmax]", name);
	return 0;
}

static int check_network(struct emo_trainer *t)
{
	int hwc[3];

	emo_net_shape(t->run.net, hwc);
	t->crop = hwc[0];
	if (hwc[0] != hwc[1] || hwc[2] != 1 || t->crop > t->data->side)
		return emo_fail("%s: the network takes %dx%dx%d, but must take a grey square no "
				"larger than the %d pixels of the images", t->recipe.name, hwc[1],
				hwc[0], hwc[2], t->data->side);
	return check_outputs(t, t->run.net, t->recipe.name);
}

void emo_trainer_labels(const struct emo_trainer *t, char *out)
{
	size_t n = 0;

	for (int k = 0; k < t->classes; k++)
		n += (size_t)snprintf(out + n, EMO_LABELS - n, "%s%s", k ? " " : "",
				      emo_emotion_name(t->emotion_of[k]));
}

int emo_trainer_check_model(const struct emo_trainer *t, const struct emo_model *m,
			    const char *path)
{
	char labels[EMO_LABELS] = "";
	int hwc[3];

	emo_net_shape(m->net, hwc);
	emo_trainer_labels(t, labels);
	if (strcmp(m->labels, labels))
		return emo_fail("%s: knows '%s', but what is learnt is '%s'", path, m->labels,
				labels);
	if (hwc[0] != t->crop || hwc[1] != t->crop || hwc[2] != 1)
		return emo_fail("%s: sees crops of %dx%d, but the network %dx%d", path, hwc[1],
				hwc[0], t->crop, t->crop);
	if (m->mean != EMO_FACE_MEAN || m->scale != EMO_FACE_SCALE)
		return emo_fail("%s: normalises its input in another way", path);
	return check_outputs(t, m->net, path);
}

unsigned long emo_trainer_checksum(const struct emo_model *m)
{
	struct emo_block params = emo_net_params(m->net), state = emo_net_state(m->net);
	uLong crc = crc32_z(0, NULL, 0);

	crc = crc32_z(crc, (const Bytef *)params.v, params.n * sizeof *params.v);
	return crc32_z(crc, (const Bytef *)state.v, state.n * sizeof *state.v);
}

static int copy_block(struct emo_block *to, struct emo_block from)
{
	to->n = from.n;
	to->v = emo_calloc(from.n, sizeof *from.v);
	if (to->v)
		memcpy(to->v, from.v, from.n * sizeof *from.v);
	return to->v ? 0 : -1;
}

/* The weights of a model, which must be of the same network and have learnt the same. */
static int read_first(struct emo_trainer *t, const char *path)
{
	unsigned long crc;
	struct emo_model m;
	int status = -1;

	if (emo_model_load(&m, path) < 0)
		return -1;
	if (emo_trainer_check_model(t, &m, path) < 0)
		goto out;
	if (!emo_net_alike(m.net, t->run.net)) {
		emo_fail("%s: is of another network than %s", path, t->recipe.name);
		goto out;
	}
	crc = emo_trainer_checksum(&m);
	snprintf(t->first, sizeof t->first, "%08lx", crc & 0xffffffff);
	if (copy_block(&t->first_params, emo_net_params(m.net)) == 0 &&
	    copy_block(&t->first_state, emo_net_state(m.net)) == 0)
		status = emo_teach_note(t, "init", crc, path);
out:
	emo_model_done(&m);
	return status;
}

int emo_trainer_begin(struct emo_trainer *t)
{
	emo_net_init(t->run.net, t->recipe.seed);
	if (t->first_params.v) {
		struct emo_block params = emo_net_params(t->run.net), state = emo_net_state(t->run.net);

		memcpy(params.v, t->first_params.v, params.n * sizeof *params.v);
		memcpy(state.v, t->first_state.v, state.n * sizeof *state.v);
		emo_net_changed(t->run.net);
	}
	emo_opt_free(t->run.opt);
	t->run.opt = emo_opt_new(t->run.net, &t->recipe.opt, t->pool);
	return t->run.opt ? 0 : -1;
}

struct emo_trainer *emo_trainer_new(const struct emo_dataset *data,
				    const struct emo_recipe *recipe,
				    const struct emo_lessons *lessons, unsigned classes,
				    struct emo_pool *pool)
{
	const struct emo_lessons none = {0};
	struct emo_trainer *t = emo_calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->data = data;
	t->recipe = *recipe;
	t->pool = pool;
	strcpy(t->first, "none");
	number_classes(t, classes);
	if (recipe->batch < 1 || recipe->epochs < 1 || recipe->epochs > EMO_MAX_EPOCHS) {
		emo_fail("%d epochs in batches of %d cannot be trained", recipe->epochs,
			 recipe->batch);
		goto fail;
	}
	if (!(t->cfg = fit_outputs(recipe->cfg, t->classes)) ||
	    emo_run_init(&t->run, t->cfg, recipe->name) < 0 || check_network(t) < 0 ||
	    split_rows(t) < 0 || emo_net_reserve(t->run.net, t->recipe.batch, 1, pool) < 0)
		goto fail;
	t->order = emo_calloc(t->ntrain, sizeof *t->order);
	t->target = emo_calloc((size_t)t->recipe.batch * (size_t)t->classes, sizeof *t->target);
	t->ahead = emo_calloc((size_t)t->recipe.batch * (size_t)t->crop,
			      (size_t)t->crop * sizeof *t->ahead);
	t->said = emo_calloc(t->ntest, (size_t)t->classes * sizeof *t->said);
	lessons = lessons ? lessons : &none;
	if (!t->order || !t->target || !t->ahead || !t->said ||
	    emo_teach_begin(t, lessons) < 0 ||
	    (lessons->init && read_first(t, lessons->init) < 0) || emo_trainer_begin(t) < 0)
		goto fail;
	return t;
fail:
	emo_trainer_free(t);
	return NULL;
}

void emo_trainer_free(struct emo_trainer *t)
{
	if (!t)
		return;
	emo_later_done(t->pool); /* after a step that failed, or that was not the epoch's last */
	emo_teach_end(t);
	emo_run_free(&t->run);
	free(t->cfg);
	free(t->lessons);
	free(t->first_params.v);
	free(t->first_state.v);
	free(t->train);
	free(t->test);
	free(t->order);
	free(t->target);
	free(t->ahead);
	free(t->said);
	free(t);
}
