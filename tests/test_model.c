/* SPDX-License-Identifier: MIT */
/* Model files: what a head tells, what comes back, and files that are not what they say. */
#include "nn/model.h"

#include <sys/resource.h>
#include <unistd.h>

#include "base/err.h"
#include "base/io.h"
#include "model_file.h"
#include "base/store.h"

static char small_cfg[] = "# two layers\n[net]\nheight=6\nwidth=6\nchannels=1\n\n"
			  "[convolutional]\nfilters=2\nsize=3\npad=1\nbatch_normalize=1\n"
			  "activation=relu\n\n[connected]\noutput=3\nactivation=linear\n\n"
			  "[softmax]\n";

/* Same head, same vectors and state to the bit; matrices are halves after the first time. */
static int same_models(const struct emo_model *a, const struct emo_model *b)
{
	struct emo_block p = emo_net_params(a->net), q = emo_net_params(b->net);
	struct emo_block s = emo_net_state(a->net), t = emo_net_state(b->net);

	return strcmp(a->labels, b->labels) == 0 && strcmp(a->cfg, b->cfg) == 0 &&
	       a->picture == b->picture && a->mean == b->mean && a->scale == b->scale &&
	       a->temperature == b->temperature && p.n == q.n && s.n == t.n &&
	       memcmp(p.v, q.v, p.n * sizeof *p.v) == 0 &&
	       memcmp(s.v, t.v, s.n * sizeof *s.v) == 0;
}

static void test_round_trip(void)
{
	struct emo_model m = make_model(small_cfg), once, twice;
	struct emo_block state = emo_net_state(m.net);

	for (size_t i = 0; i < state.n; i++)
		state.v[i] = 1.1f + (float)i;
	m.temperature = 1.3f;
	m.mean = 127.1f;
	CHECK_INT(save(&m), 0);
	CHECK_INT(emo_model_load(&once, path), 0);
	CHECK_STR(once.labels, "happy sad neutral");
	CHECK_STR(once.notes, "made-by a test\nscore 0.5\n");
	CHECK(strstr(once.cfg, "# two layers\n[net]\nheight=6\n") == once.cfg);
	CHECK(strstr(once.cfg, "\n\n") == NULL);
	CHECK_INT(once.picture, 8);
	CHECK(once.mean == 127.1f && once.scale == 1 / 64.f && once.temperature == 1.3f);
	CHECK(emo_net_temperature(once.net) == 1.3f);
	CHECK(memcmp(emo_net_state(once.net).v, state.v, state.n * sizeof *state.v) == 0);
	for (size_t i = 0; i < emo_net_params(m.net).n; i++)
		CHECK_NEAR((double)emo_net_params(once.net).v[i],
			   (double)emo_net_params(m.net).v[i], 1e-3);
	CHECK_INT(save(&once), 0);
	CHECK_INT(emo_model_load(&twice, path), 0);
	CHECK(same_models(&once, &twice));
	CHECK_STR(twice.notes, once.notes);
	emo_model_done(&m);
	emo_model_done(&once);
	emo_model_done(&twice);
}

/* What `sed '/^$/q' x.emo` shows is text and tells all there is to tell. */
static void test_head_is_readable(void)
{
	const char *const lines[] = {"emo-model 1 4096\nlabels happy sad neutral\npicture 8\n",
				     "\nmean 128\nscale 0.015625\ntemperature 1\nmade-by a test\n",
				     "\nscore 0.5\ncfg\n\t# two layers\n\t[net]\n\theight=6\n",
				     "\n\t[softmax]\ntext ", "\nblock matrices-half 468 ",
				     "\nblock vectors-single 28 ", "\nblock state-single 16 "};
	struct emo_model m = make_model(small_cfg);
	char *data, *end;
	size_t n;

	CHECK_INT(save(&m), 0);
	CHECK_INT(emo_read_file(&data, &n, path, 1 << 20), 0);
	end = strstr(data, "\n\n");
	if (CHECK(end != NULL)) {
		CHECK(end + 2 == data + 4096);
		*end = '\0';
	}
	for (size_t k = 0; k < sizeof lines / sizeof *lines; k++)
		if (!CHECK(strstr(data, lines[k]) != NULL))
			printf("\tlacks \"%s\"\n", lines[k]);
	for (char *s = data; *s; s++)
		CHECK(*s == '\n' || *s == '\t' || (*s >= ' ' && *s <= '~'));
	free(data);
	emo_model_done(&m);
}

/* Parses a copy that ends where the memory ends; 1 when it is refused or equal. */
static int harmless(const char *data, size_t n, const struct emo_model *want, int *accepted)
{
	char *copy = malloc(n ? n : 1);
	struct emo_model m;
	int ok = 1;

	memcpy(copy, data, n);
	if (emo_model_parse(&m, copy, n, "FILE") == 0) {
		++*accepted;
		ok = same_models(&m, want) && strcmp(m.notes, want->notes) == 0;
		emo_model_done(&m);
	} else {
		ok = strncmp(emo_error(), "FILE: ", 6) == 0;
	}
	free(copy);
	return ok;
}

static void test_damage(void)
{
	static const char masks[] = {1, 8, 32, 64, (char)128};
	struct emo_model m = make_model(small_cfg), want;
	int bad = 0, cut = 0, flipped = 0;
	char *data;
	size_t n;

	CHECK_INT(save(&m), 0);
	emo_model_done(&m);
	CHECK_INT(emo_model_load(&want, path), 0);
	CHECK_INT(emo_read_file(&data, &n, path, 1 << 20), 0);
	for (size_t k = 0; k < n; k++)
		bad += !harmless(data, k, &want, &cut);
	CHECK_INT(bad, 0);
	CHECK_INT(cut, 64 - 16); /* what fills up the last block may be missing */
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < sizeof masks; i++) {
			data[k] ^= masks[i];
			bad += !harmless(data, n, &want, &flipped);
			data[k] ^= masks[i];
		}
	CHECK_INT(bad, 0);
	/* three fillings, the word "text" (then there is no checksum), letters of hex numbers */
	CHECK(flipped < (44 + 36 + 48 + 5 + 40) * 5);
	free(data);
	emo_model_done(&want);
}

/* Writes a store in the place of a model: text and blocks as told. */
static void write_store(const char *text, const char *block, const void *data, size_t bytes)
{
	struct emo_store s = {.magic = "emo-model", .text = emo_strdup(text)};
	static const char zeros[468];

	if (strcmp(block, "matrices-half"))
		emo_store_add(&s, "matrices-half", zeros, 468);
	if (strcmp(block, "vectors-single"))
		emo_store_add(&s, "vectors-single", zeros, 28);
	if (strcmp(block, "state-single"))
		emo_store_add(&s, "state-single", zeros, 16);
	if (data)
		emo_store_add(&s, block, data, bytes);
	CHECK_INT(emo_store_save(&s, path), 0);
	free(s.text);
}

#define HEAD "labels happy sad neutral\npicture 8\nmean 128\nscale 0.5\ntemperature 1\n"
#define CFG                                                                                        \
	"cfg\n\t[net]\n\theight=6\n\twidth=6\n\t[convolutional]\n\tfilters=2\n\tsize=3\n\tpad=1\n" \
	"\tbatch_normalize=1\n\tactivation=relu\n\t[connected]\n\toutput=3\n\tactivation=linear\n" \
	"\t[softmax]\n"

static void test_lying_heads(void)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{HEAD CFG, NULL},
		{HEAD "notes of any kind\n" CFG, NULL},
		{"picture 8\nmean 128\nscale 0.5\ntemperature 1\n" CFG, "has no labels"},
		{"labels a\nmean 128\nscale 0.5\ntemperature 1\n" CFG, "needs a 'picture' from 1"},
		{"labels a\npicture 0\nmean 1\nscale 1\ntemperature 1\n" CFG, "needs a 'picture'"},
		{"labels a\npicture 5000\nmean 1\nscale 1\ntemperature 1\n" CFG, "'picture'"},
		{"labels a\npicture 7.5\nmean 1\nscale 1\ntemperature 1\n" CFG, "not a whole"},
		{"labels a\npicture 8\nmean nan\nscale 1\ntemperature 1\n" CFG, "a 'mean'"},
		{"labels a\npicture 8\nmean 1\nscale inf\ntemperature 1\n" CFG, "a 'scale'"},
		{"labels a\npicture 8\nmean 1\nscale 1\ntemperature 0\n" CFG, "a 'temperature'"},
		{HEAD, "has no cfg"},
		{HEAD "cfg\n", "has no cfg"},
		{HEAD "cfg\n[net]\n", "has no cfg"},
		{HEAD "cfg\n\t[softmax]\n", "must begin with [net]"},
		{HEAD "cfg\n\t[net]\n\theight=6\n\twidth=6\n\t[conv]\n\tfilters=x\n",
		 "FILE: cfg:5: filters=x is not a whole number"},
		{HEAD "cfg\n\t[net]\n\theight=6\n\twidth=6\n\t[softmax]\n",
		 "FILE: 'matrices-half' has 468 bytes where its network needs 0"},
		{HEAD "cfg\n\t[net]\n\theight=1\n\twidth=1\n\t[conv]\n\tfilters=9\n\tsize=1\n"
		      "\tactivation=relu\n",
		 "FILE: 'matrices-half' has 468 bytes where its network needs 18"},
		{HEAD "cfg\n\t[net]\n\theight=1000\n\twidth=1000\n\t[conn]\n\toutput=1000000\n"
		      "\tactivation=relu\n",
		 "FILE: cfg:4: [conn]: more than 134217728 parameters"},
		{HEAD "cfg\n\t[net]\n\theight=11000\n\twidth=6000\n\t[conn]\n\toutput=2\n"
		      "\tactivation=relu\n",
		 "FILE: 'matrices-half' has 468 bytes where its network needs 264000000"},
	};
	struct rusage before, after;
	struct emo_model m;
	char *data;
	size_t n;

	getrusage(RUSAGE_SELF, &before);
	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		write_store(cases[k].text, "", NULL, 0);
		CHECK_INT(emo_read_file(&data, &n, path, 1 << 20), 0);
		CHECK_INT(emo_model_parse(&m, data, n, "FILE"), cases[k].message ? -1 : 0);
		if (cases[k].message)
			CHECK_ERROR(cases[k].message);
		else
			emo_model_done(&m);
		free(data);
	}
	getrusage(RUSAGE_SELF, &after); /* in KB: nobody got half a gigabyte for weights */
	CHECK(after.ru_maxrss - before.ru_maxrss < 100000);
}

static void test_lying_blocks(void)
{
	uint16_t half[234] = {0};
	float vectors[7] = {0};
	struct emo_model m;

	write_store(HEAD CFG, "vectors-single", vectors, 24);
	CHECK_INT(emo_model_load(&m, path), -1);
	CHECK_ERROR("'vectors-single' has 24 bytes where its network needs 28");
	write_store(HEAD CFG, "state-single", NULL, 0);
	CHECK_INT(emo_model_load(&m, path), -1);
	CHECK_ERROR("has no 'state-single'");
	half[100] = 0x7c00; /* infinity */
	write_store(HEAD CFG, "matrices-half", half, sizeof half);
	CHECK_INT(emo_model_load(&m, path), -1);
	CHECK_ERROR("a weight is not a number");
	half[100] = 0xfe00; /* not a number */
	write_store(HEAD CFG, "matrices-half", half, sizeof half);
	CHECK_INT(emo_model_load(&m, path), -1);
	CHECK_ERROR("a weight is not a number");
	vectors[6] = NAN;
	write_store(HEAD CFG, "vectors-single", vectors, sizeof vectors);
	CHECK_INT(emo_model_load(&m, path), -1);
	CHECK_ERROR("a weight is not a number");
	CHECK_INT(emo_model_load(&m, "no/such.emo"), -1);
	CHECK_ERROR("no/such.emo: No such file");
	CHECK_INT(emo_model_load(&m, "Makefile"), -1);
	CHECK_ERROR("Makefile: not an emo-model file");
}

/* A model of the first programs, whose heads had no checksum. */
static void test_head_without_checksum(void)
{
	struct emo_model m;
	char *data, *line;
	size_t n, cut;

	write_store(HEAD CFG, "", NULL, 0);
	CHECK_INT(emo_read_file(&data, &n, path, 1 << 20), 0);
	line = strstr(data, "\ntext ") + 1;
	cut = strcspn(line, "\n") + 1;
	memmove(line, line + cut, (size_t)(data + 4094 - line) - cut);
	memset(data + 4094 - cut, ' ', cut);
	CHECK_INT(emo_model_parse(&m, data, n, "FILE"), 0);
	CHECK_STR(m.labels, "happy sad neutral");
	emo_model_done(&m);
	free(data);
}

static void test_what_is_not_written(void)
{
	static char *const notes[] = {"key\n", "key value", "\n", " key value\n", "cfg\n",
				      "\tx y\n"};
	struct emo_model m = make_model(small_cfg);
	char *kept = m.notes;

	unlink(path);
	for (size_t k = 0; k < sizeof notes / sizeof *notes; k++) {
		m.notes = notes[k];
		CHECK_INT(save(&m), -1);
		CHECK_ERROR("is no \"key value\" line");
	}
	m.notes = "block x\n";
	CHECK_INT(save(&m), -1);
	CHECK_ERROR("cannot be a line of its head");
	m.notes = kept;
	emo_net_state(m.net).v[1] = NAN;
	CHECK_INT(save(&m), -1);
	CHECK_ERROR("not written, because a weight is not a number");
	emo_net_state(m.net).v[1] = 1;
	emo_net_params(m.net).v[1] = -INFINITY;
	CHECK_INT(save(&m), -1);
	emo_net_params(m.net).v[1] = 1;
	CHECK(access(path, F_OK) < 0);
	CHECK_INT(emo_model_save(&m, emo_net_params(m.net), emo_net_state(m.net), "no/x.emo"), -1);
	CHECK_ERROR("no/x.emo");
	emo_model_done(&m);
}

/* softmax(x / t): the ratio of two probabilities is the t-th root of what it was. */
static void test_temperature(void)
{
	struct emo_model m = make_model(small_cfg), hot;
	float first[3];
	const float *p;

	CHECK_INT(save(&m), 0);
	emo_model_done(&m);
	for (int k = 0; k < 2; k++) {
		CHECK_INT(emo_model_load(&hot, path), 0);
		CHECK_INT(emo_net_reserve(hot.net, 1, 0, NULL), 0);
		for (int i = 0; i < 36; i++)
			emo_net_input(hot.net)[i] = (float)(i % 5);
		p = emo_net_run(hot.net, 1);
		CHECK_NEAR((double)p[0] + (double)p[1] + (double)p[2], 1, 1e-6);
		if (k == 0) {
			memcpy(first, p, sizeof first);
			hot.temperature = 2;
			CHECK_INT(save(&hot), 0);
		} else {
			for (int i = 1; i < 3; i++)
				CHECK_NEAR((double)(p[0] / p[i]),
					   sqrt((double)(first[0] / first[i])), 1e-5);
			CHECK(fabsf(first[0] - p[0]) > 1e-3f);
		}
		emo_model_done(&hot);
	}
}

int main(void)
{
	const char *folder = test_folder();

	snprintf(path, sizeof path, "%s/x.emo", folder);
	RUN(test_round_trip);
	RUN(test_head_is_readable);
	RUN(test_damage);
	RUN(test_lying_heads);
	RUN(test_lying_blocks);
	RUN(test_head_without_checksum);
	RUN(test_what_is_not_written);
	RUN(test_temperature);
	unlink(path);
	CHECK_INT(rmdir(folder), 0);
	return test_end();
}
