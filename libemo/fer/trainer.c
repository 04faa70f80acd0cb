/* SPDX-License-Identifier: MIT */
/* Making a trainer: rows are divided, the network is fitted to the classes, memory is found. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
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

static int check_network(struct emo_trainer *t)
{
	int hwc[3];

	emo_net_shape(t->net, hwc);
	t->crop = hwc[0];
	if (hwc[0] != hwc[1] || hwc[2] != 1 || t->crop > t->data->side)
		return emo_fail("%s: the network takes %dx%dx%d, but must take a grey square no "
				"larger than the %d pixels of the images", t->recipe.name, hwc[1],
				hwc[0], hwc[2], t->data->side);
	if (emo_net_outputs(t->net) != t->classes)
		return emo_fail("%s: the network has %d outputs for %d classes", t->recipe.name,
				emo_net_outputs(t->net), t->classes);
	return 0;
}

int emo_trainer_begin(struct emo_trainer *t)
{
	emo_net_init(t->net, t->recipe.seed);
	emo_opt_free(t->opt);
	t->opt = emo_opt_new(t->net, &t->recipe.opt, t->pool);
	return t->opt ? 0 : -1;
}

struct emo_trainer *emo_trainer_new(const struct emo_dataset *data,
				    const struct emo_recipe *recipe, unsigned classes,
				    struct emo_pool *pool)
{
	struct emo_trainer *t = emo_calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->data = data;
	t->recipe = *recipe;
	t->pool = pool;
	number_classes(t, classes);
	if (recipe->batch < 1 || recipe->epochs < 1 || recipe->epochs > EMO_MAX_EPOCHS) {
		emo_fail("%d epochs in batches of %d cannot be trained", recipe->epochs,
			 recipe->batch);
		goto fail;
	}
	if (!(t->cfg = fit_outputs(recipe->cfg, t->classes)))
		goto fail;
	t->net = emo_net_new(t->cfg, strlen(t->cfg), recipe->name);
	if (!t->net || check_network(t) < 0 || split_rows(t) < 0 ||
	    emo_net_reserve(t->net, t->recipe.batch, 1, pool) < 0)
		goto fail;
	t->order = emo_calloc(t->ntrain, sizeof *t->order);
	t->target = emo_calloc((size_t)t->recipe.batch * (size_t)t->classes, sizeof *t->target);
	t->best_params = emo_calloc(emo_net_params(t->net).n, sizeof *t->best_params);
	t->best_state = emo_calloc(emo_net_state(t->net).n, sizeof *t->best_state);
	if (!t->order || !t->target || !t->best_params || !t->best_state ||
	    emo_trainer_begin(t) < 0)
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
	emo_opt_free(t->opt);
	emo_net_free(t->net);
	free(t->cfg);
	free(t->train);
	free(t->test);
	free(t->order);
	free(t->target);
	free(t->best_params);
	free(t->best_state);
	free(t);
}
