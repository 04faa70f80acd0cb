/* SPDX-License-Identifier: MIT */
/* For the tests of model files: a place for one, and a model to write there. */
#ifndef MODEL_FILE_H
#define MODEL_FILE_H

#include <stdlib.h>

#include "base/mem.h"
#include "nn/model.h"
#include "test.h"
#include "test_folder.h"

static char path[600];

static inline struct emo_model make_model(const char *cfg)
{
	struct emo_model m = {.cfg = emo_strdup(cfg), .labels = emo_strdup("happy sad neutral"),
			      .picture = 8, .mean = 128, .scale = 1 / 64.f, .temperature = 1,
			      .notes = emo_strdup("made-by a test\nscore 0.5\n")};

	m.net = emo_net_new(cfg, strlen(cfg), "test.cfg");
	if (!CHECK(m.net != NULL))
		exit(test_end());
	emo_net_init(m.net, 5);
	return m;
}

static inline int save(const struct emo_model *m)
{
	return emo_model_save(m, emo_net_params(m->net), emo_net_state(m->net), path);
}

#endif
