/* SPDX-License-Identifier: MIT */
/* The language of network files: what is taken, and how what is not is answered. */
#include <stdlib.h>
#include <sys/resource.h>

#include "base/err.h"
#include "nn/net_priv.h"
#include "test.h"

#define NET   "[net]\nheight=8\nwidth=8\nchannels=2\n" /* lines 1 to 4 */
#define CONV  "[convolutional]\nfilters=4\nsize=3\npad=1\nactivation=relu\n"
#define BIG   "[net]\nheight=16384\nwidth=16384\nchannels=1\n"
#define HUGE  "[convolutional]\nfilters=65536\nsize=64\npad=1\nactivation=linear\n"
#define WIDE  "[connected]\noutput=1048576\nactivation=linear\n"

static struct emo_net *parse(const char *cfg)
{
	return emo_net_new(cfg, strlen(cfg), "t.cfg");
}

static const struct {
	const char *cfg, *words;
} bad[] = {
	{"", "t.cfg:1: must begin with [net]"},
	{"\n# nothing\n", "t.cfg:1: must begin with [net]"},
	{"\n" CONV, "t.cfg:2: must begin with [net]"},
	{NET, "t.cfg:1: no layers"},
	{"height=3\n", "t.cfg:1: a key before the first [section]"},
	{"[net]\nheight=8\n" CONV, "t.cfg:1: [net] needs height= and width="},
	{"[net]\nheight=0\nwidth=8\n" CONV, "t.cfg:2: height=0 is not within 1 .. 16384"},
	{"[net]\nheight=8\nwidth=99999999999\n" CONV, "t.cfg:3: width=99999999999 is not within"},
	{"[net]\nheight=8\nwidth=1e2\n" CONV, "t.cfg:3: width=1e2 is not a whole number"},
	{"[net]\nheight=8\nwidth=999999999999999999999\n" CONV, "t.cfg:3: width="},
	{"[net]\nheight=8\nwidth=8\nchannels=-1\n" CONV, "t.cfg:4: channels=-1 is not within"},
	{"[net]\nheight=16384\nwidth=16384\nchannels=1024\n" CONV, "t.cfg:1: pictures of 16384x"},
	{"[net\nheight=8\n", "t.cfg:1: a section must look like [convolutional]"},
	{"[net] height=8\n", "t.cfg:1: a section must look like"},
	{NET "[convolutional]\nfilters 4\n", "t.cfg:6: neither [section] nor key=value"},
	{NET "[lstm]\noutput=3\n", "t.cfg:5: no such layer: [lstm]"},
	{NET "[cost]\n", "t.cfg:5: no such layer: [cost]"},
	{NET "[]\n", "t.cfg:5: no such layer: []"},
	{NET "[convolutional]\nfilters=4\n", "t.cfg:5: [convolutional] needs activation="},
	{NET "[convolutional]\nactivation=tanh\n", "t.cfg:6: activation=tanh is none of"},
	{NET "[convolutional]\nfilters=\nactivation=relu\n", "t.cfg:6: filters= is not a whole"},
	{NET "[convolutional]\nfilters=0\nactivation=relu\n", "t.cfg:6: filters=0 is not within"},
	{NET "[convolutional]\nstride=0\nactivation=relu\n", "t.cfg:6: stride=0 is not within"},
	{NET "[convolutional]\nsize=65\nactivation=relu\n", "t.cfg:6: size=65 is not within"},
	{NET "[convolutional]\nsize=-3\nactivation=relu\n", "t.cfg:6: size=-3 is not within"},
	{NET "[convolutional]\npad=2\nactivation=relu\n", "t.cfg:6: pad=2 is not within 0 .. 1"},
	{NET "[convolutional]\nsize=9\nactivation=relu\n", "t.cfg:5: [convolutional]: a 9x9"},
	{NET "[convolutional]\npadding=1\nactivation=relu\n", "t.cfg:5: [convolutional]: pad 1"},
	{NET "[convolutional]\nfilters=4\ngroups=3\nactivation=relu\n", "do not divide into 3 groups"},
	{NET CONV "size=5\n", "t.cfg:10: [convolutional] has 'size' twice"},
	{NET CONV "binary=1\n", "t.cfg:10: 'binary' is not a key that [conv"},
	{NET CONV "Size=1\n", "t.cfg:10: 'Size' is not a key"},
	{NET "[connected]\noutput=0\nactivation=relu\n", "t.cfg:6: output=0 is not within"},
	{NET "[maxpool]\nsize=2\nstride=2\npadding=4\n", "t.cfg:5: [maxpool]: padding 4"},
	{NET "[maxpool]\nsize=20\npadding=0\n", "t.cfg:5: [maxpool]: a 20x20 pool does not fit"},
	{NET "[maxpool]\nsize=1\nstride=6\npadding=1\n", ""}, /* this one is right */
	{NET "[dropout]\nprobability=1\n", "t.cfg:6: probability=1 is not within 0 .. 0.99"},
	{NET "[dropout]\nprobability=nan\n", "t.cfg:6: probability=nan is not a number"},
	{NET "[shortcut]\nfrom=-1\n", "t.cfg:5: [shortcut] needs two sections before it"},
	{NET CONV CONV "[shortcut]\n", "t.cfg:15: [shortcut] needs from="},
	{NET CONV CONV "[shortcut]\nfrom=-1\n", "t.cfg:15: [shortcut] needs from="},
	{NET CONV CONV "[shortcut]\nfrom=-3\n", "t.cfg:16: from=-3 is not within -2 .. 0"},
	{NET CONV CONV "[shortcut]\nfrom=1\n", "t.cfg:16: from=1 is not within -2 .. 0"},
	{NET CONV CONV "[shortcut]\nfrom=-2,-1\n", "t.cfg:16: from=-2,-1 is not a whole number"},
	{NET CONV "[maxpool]\nstride=2\n[shortcut]\nfrom=-2\n", "[shortcut]: adds 8x8x4 to 4x4x4"},
	{NET "[softmax]\ngroups=2\n", "t.cfg:6: groups=2 is not within 1 .. 1"},
	{NET "[softmax]\ntemperature=0\n", "t.cfg:6: temperature=0 is not within"},
	{NET "[softmax]\n[dropout]\n", "t.cfg:6: nothing can follow [softmax]"},
	{NET WIDE, "t.cfg:5: [connected]: more than 134217728 parameters"},
	{NET HUGE, "t.cfg:5: [convolutional]: more than 134217728 parameters"},
	{BIG "[convolutional]\nfilters=65536\nactivation=relu\n", "t.cfg:5: [convolutional]: an out"},
	{BIG "[connected]\noutput=7\nactivation=relu\n", "t.cfg:5: [connected]: 268435456"},
};

static void test_bad(void)
{
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct emo_net *net = parse(bad[i].cfg);
		int right = bad[i].words[0] == '\0';

		if (!CHECK((net != NULL) == right))
			printf("\trow %zu, \"%s\"\n", i, bad[i].words);
		if (!net)
			CHECK_ERROR(bad[i].words);
		CHECK(net || !strchr(emo_error(), '\n'));
		emo_net_free(net);
	}
}

/* A file's name may begin like a message does. */
static void test_source_names(void)
{
	const char *cfg = NET "[convolutional]\nsize=9\nactivation=relu\n";
	static const char *const names[] = {"a", "", "a 9x9 window does not fit", "%s%n"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char words[64];

		snprintf(words, sizeof words, "%s:5: [convolutional]: a 9x9", names[i]);
		CHECK(!emo_net_new(cfg, strlen(cfg), names[i]));
		CHECK_ERROR(words);
	}
}

static void test_not_text(void)
{
	static const char zero[] = "[net]\n\0height=8";
	char *large = malloc((1 << 20) + 2);

	CHECK(!emo_net_new(zero, sizeof zero, "z"));
	CHECK_ERROR("z: not a text file");
	if (CHECK(large != NULL)) {
		memset(large, '\n', (1 << 20) + 2);
		CHECK(!emo_net_new(large, (1 << 20) + 1, "z"));
		CHECK_ERROR("z: larger than 1048576 bytes");
	}
	free(large);
}

/* A network as Darknet writes them: training settings, comments of both kinds, blanks, CRLF. */
static void test_darknet_text(void)
{
	struct emo_net *net = parse(
		"\xef\xbb\xbf[net]\r\n# Training\r\nbatch=128\r\nsubdivisions=1\r\nheight=28\r\n"
		"width = 28\r\nchannels=3\r\nmax_crop=32\r\nmin_crop=32\r\n\r\nhue=.1\r\n"
		"saturation=.75\r\nlearning_rate=0.4\r\npolicy=poly\r\npower=4\r\nmax_batches = 5000\r\n"
		"momentum=0.9\r\ndecay=0.0005\r\nsteps=1,2\r\n\r\n; a comment\r\n[convolutional]\r\n"
		"batch_normalize=1\r\n filters = 16 # and one behind\r\nsize=3\r\nstride=1\r\npad=1\r\n"
		"activation=leaky\r\n\r\n[maxpool]\r\nsize=2\r\nstride=2\r\n\r\n[conv]\nfilters=10\n"
		"activation=linear\r\n[avgpool]\r\n[softmax]\r\ngroups=1");
	int hwc[3];

	if (!CHECK(net != NULL)) {
		printf("\t%s\n", emo_error());
		return;
	}
	emo_net_shape(net, hwc);
	CHECK_INT(hwc[0], 28);
	CHECK_INT(hwc[1], 28);
	CHECK_INT(hwc[2], 3);
	CHECK_INT(emo_net_outputs(net), 10);
	CHECK_INT(emo_net_layers(net), 6); /* batch norm is one of its own */
	CHECK_INT(net->layers[0].y.h, 28);
	CHECK_INT(net->layers[2].y.h, 14);
	CHECK_INT((long long)emo_net_params(net).n, 16 * 27 + 2 * 16 + 10 * 16 + 10);
	CHECK_INT((long long)emo_net_state(net).n, 2 * 16);
	emo_net_free(net);
}

static void test_defaults(void)
{
	struct emo_net *net = parse(NET "[convolutional]\nactivation=linear\n[maxpool]\nstride=2\n"
					"[dropout]\n[softmax]\n");

	if (!CHECK(net != NULL))
		return;
	CHECK_INT(net->layers[0].y.c, 1);
	CHECK_INT(net->layers[0].size, 1);
	CHECK_INT(net->layers[0].stride, 1);
	CHECK_INT(net->layers[0].pad, 0);
	CHECK_INT(net->layers[1].size, 2);
	CHECK_INT(net->layers[1].pad, 1);
	CHECK_NEAR(net->layers[2].rate, .5, 0);
	CHECK_NEAR(net->layers[3].rate, 1, 0);
	emo_net_free(net);
}

/* The same text n times after [net]. */
static struct emo_net *repeated(const char *head, const char *part, int n)
{
	char *cfg = malloc(strlen(head) + (size_t)n * strlen(part) + 1), *end;
	struct emo_net *net;

	if (!cfg)
		return NULL;
	end = cfg + sprintf(cfg, "%s", head);
	for (int i = 0; i < n; i++)
		end += sprintf(end, "%s", part);
	net = parse(cfg);
	free(cfg);
	return net;
}

static void test_many_layers(void)
{
	struct emo_net *net = repeated(NET, "[dropout]\n", 1000);

	if (CHECK(net != NULL))
		CHECK_INT(emo_net_reserve(net, 3, 1, NULL), 0);
	emo_net_free(net);
	CHECK(!repeated(NET, "[dropout]\n", 1001));
	CHECK_ERROR("t.cfg:1005: [dropout]: more than 1000 layers");
	CHECK(!repeated(NET, "[dropout]\n", 90000));
	CHECK(!repeated(NET CONV, "size=3\n", 90000));
	CHECK_ERROR("t.cfg:10: [convolutional] has 'size' twice");
}

/* The most that this process has had in use, in kilobytes. */
static long most_memory(void)
{
	struct rusage r;

	return getrusage(RUSAGE_SELF, &r) == 0 ? r.ru_maxrss : 0;
}

/* Far too much memory is refused before it is taken. */
static void test_memory(void)
{
	static const struct {
		const char *head, *part;
		int times, n;
	} hungry[] = {
		{BIG, "[convolutional]\nsize=1\nactivation=linear\n", 999, 4},
		{BIG, "[maxpool]\nsize=3\n", 1, 16},
		{"[net]\nheight=128\nwidth=128\n", CONV, 400, 65536},
	};
	long before = most_memory();

	for (size_t i = 0; i < sizeof hungry / sizeof *hungry; i++)
		for (int train = 0; train < 2; train++) {
			struct emo_net *net = repeated(hungry[i].head, hungry[i].part,
						       hungry[i].times);

			if (CHECK(net != NULL) &&
			    CHECK(emo_net_reserve(net, hungry[i].n, train, NULL) < 0))
				CHECK_ERROR("would need more than 4096 MiB of memory");
			emo_net_free(net);
		}
	CHECK(most_memory() - before < 500000);
}

static void test_batches(void)
{
	static const int sizes[] = {0, -1, 65537, 2147483647, -2147483647};
	struct emo_net *net = parse(NET CONV "[softmax]\n");
	float target[4] = {0};
	double loss;

	if (!CHECK(net != NULL))
		return;
	CHECK(!emo_net_run(net, 1));
	CHECK(!emo_net_train(net, 1, target, 1, 1, &loss));
	CHECK_ERROR("not set up for training");
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		CHECK(emo_net_reserve(net, sizes[i], 1, NULL) < 0);
		CHECK_ERROR("must be 1 .. 65536");
		CHECK(!emo_net_run(net, 1));
	}
	CHECK_INT(emo_net_reserve(net, 2, 0, NULL), 0);
	CHECK(emo_net_run(net, 2) != NULL);
	CHECK(!emo_net_run(net, 3));
	CHECK_ERROR("a batch of 3 pictures, but the network has room for 2");
	CHECK(!emo_net_train(net, 1, target, 1, 1, &loss));
	emo_net_free(net);
}

/* Digits, letters and lines of a good network changed at random: an error or a network that runs. */
static void test_mutations(void)
{
	static const char good[] = NET CONV CONV "groups=2\n[shortcut]\nfrom=-2\n"
		"[maxpool]\nsize=2\nstride=2\n[dropout]\nprobability=.5\n[conv]\nfilters=6\n"
		"size=5\npadding=2\nstride=2\nbatch_normalize=1\nactivation=silu\n[avgpool]\n"
		"[connected]\noutput=3\nactivation=linear\n[softmax]\n";
	static const char signs[] = "0123456789-=.[]\n#aslf";
	static float target[3 * 40000];
	int ran = 0;

	for (uint64_t round = 0; round < 6000; round++) {
		struct emo_rng rng = emo_rng_at(21, round, 0);
		char cfg[sizeof good];
		struct emo_net *net;

		memcpy(cfg, good, sizeof cfg);
		for (int i = 0; i < 20; i++) { /* mostly digits, so that some networks remain */
			char *at = cfg + emo_rng_below(&rng, sizeof cfg - 1);

			if (*at >= '0' && *at <= '9')
				*at = (char)('0' + emo_rng_below(&rng, 10));
			else if (emo_rng_below(&rng, 40) == 0)
				*at = signs[emo_rng_below(&rng, sizeof signs - 1)];
		}
		if (!(net = parse(cfg)))
			CHECK_ERROR("t.cfg:");
		else if (emo_net_params(net).n < 100000 && emo_shape_size(net->in) < 10000) {
			size_t at[EMO_NET_MAX_LAYERS];
			double loss;

			emo_net_init(net, 1);
			if (emo_net_plan(net, at, 3, 0) < 1000000) {
				CHECK_INT(emo_net_reserve(net, 3, (int)round % 2, NULL), 0);
				CHECK(emo_net_run(net, 3) != NULL);
				if (emo_net_outputs(net) < 40000)
					emo_net_train(net, 3, target, 1, 1, &loss);
				ran++;
			}
		}
		emo_net_free(net);
	}
	CHECK(ran > 100);
}

/* The example of the manual is right. */
static void test_manual(void)
{
	char line[256], cfg[4096] = "";
	FILE *page = fopen("man/emo-cfg.5", "r");
	struct emo_net *net;
	int inside = 0;

	if (!CHECK(page != NULL))
		return;
	while (fgets(line, sizeof line, page)) {
		if (strncmp(line, ".Ed", 3) == 0)
			inside = 0;
		if (inside && strlen(cfg) + strlen(line) < sizeof cfg)
			strcat(cfg, line);
		if (strncmp(line, ".Bd -literal", 12) == 0)
			inside = 1;
	}
	fclose(page);
	if (CHECK((net = parse(cfg)) != NULL))
		CHECK_INT(emo_net_outputs(net), 7);
	else
		printf("\t%s\n", emo_error());
	emo_net_free(net);
}

int main(void)
{
	RUN(test_bad);
	RUN(test_source_names);
	RUN(test_not_text);
	RUN(test_darknet_text);
	RUN(test_defaults);
	RUN(test_mutations);
	RUN(test_manual);
	RUN(test_many_layers);
	RUN(test_memory);
	RUN(test_batches);
	return test_end();
}
