/* SPDX-License-Identifier: MIT */
/*
 * The [detect] layer against its formulas, written down here once more from the logits; and networks
 * that change the size of their input.
 */
#include "net_help.h"
#include "op_trial.h"

struct setting {
	int n, h, w, points;
	double focus, balance, knee, box, point;
};

static double sigmoid(double x)
{
	return 1 / (1 + exp(-x));
}

static double huber(double e, double knee)
{
	return fabs(e) < knee ? e * e / (2 * knee) : fabs(e) - knee / 2;
}

/* The loss of a batch, straight from the description. */
static double naive_detect(const struct setting *s, const double *x, const double *target)
{
	int c = 5 + 2 * s->points, step = c + 2, cells = s->n * s->h * s->w, things = 0;
	double sum = 0;

	for (int i = 0; i < cells; i++, x += c, target += step) {
		double p = sigmoid(x[0]), box = 0, points = 0;

		if (target[0] < 0)
			continue;
		if (target[0] > .5)
			sum -= s->balance * pow(1 - p, s->focus) * log(p);
		else
			sum -= (1 - s->balance) * pow(p, s->focus) * log(1 - p);
		things += target[0] > .5;
		for (int k = 0; k < 4; k++)
			box += huber(x[1 + k] - target[3 + k], s->knee);
		for (int k = 0; k < 2 * s->points; k++)
			points += huber(x[5 + k] - target[7 + k], s->knee) / s->points;
		sum += s->box * target[1] * box + s->point * target[2] * points;
	}
	return sum / (things ? things : 1);
}

/* Things, nothing, cells that do not count; boxes and points that count half, or not at all. */
static double *random_target(struct emo_rng *rng, const struct setting *s)
{
	int c = 7 + 2 * s->points, cells = s->n * s->h * s->w;
	double *target = randoms(rng, (size_t)(cells * c), 0, 1, 0);

	for (int i = 0; i < cells; i++) {
		double *t = target + i * c;
		int kind = (int)emo_rng_below(rng, 4);

		t[0] = kind == 0 ? 1 : kind == 1 ? -1 : 0;
		t[1] = kind == 0 ? .5 * emo_rng_below(rng, 3) : 0;
		t[2] = kind == 0 ? .5 * emo_rng_below(rng, 3) : 0;
	}
	return target;
}

static void check_detect(const struct emo_kern *kern, struct setting s)
{
	struct emo_rng rng = emo_rng_at(5, (uint64_t)s.points, (uint64_t)(s.h * s.w));
	int c = 5 + 2 * s.points, cells = s.n * s.h * s.w;
	size_t total = (size_t)(cells * c);
	double *x = randoms(&rng, total, 0, 1.5, 0), *target = random_target(&rng, &s);
	double *y = take(total, sizeof *y), *dx = take(total, sizeof *dx), e = 1e-5;
	struct emo_pass p;
	struct trial t;
	char cfg[256];

	snprintf(cfg, sizeof cfg, "[net]\nheight=%d\nwidth=%d\nchannels=%d\n[detect]\npoints=%d\n"
		 "focus=%g\nbalance=%g\nknee=%g\nbox_loss=%g\npoint_loss=%g\n", s.h, s.w, c,
		 s.points, s.focus, s.balance, s.knee, s.box, s.point);
	if (trial_new(&t, cfg, s.n) < 0)
		return;
	CHECK_INT((long long)emo_net_target_size(t.net), s.h * s.w * (c + 2));
	t.kern = kern;
	t.x[0] = to_floats(x, total);
	t.dy = t.x[0]; /* nobody looks at it */
	t.target = to_floats(target, (size_t)(cells * (c + 2)));
	trial_prepare(&t);
	trial_forward(&t, 1);
	trial_backward(&t);
	for (size_t i = 0; i < total; i++) {
		double old = x[i];

		y[i] = i % (size_t)c ? old : sigmoid(old);
		for (int sign = -1; sign < 2; sign += 2) {
			x[i] = old + sign * e;
			dx[i] += sign * naive_detect(&s, x, target) / (2 * e);
		}
		x[i] = old;
	}
	close_to("detect", kern->name, t.y, y, total, 1e-6);
	close_to("gradient of detect", kern->name, t.dx[0], dx, total, 1e-5);
	p = pass_of(&t, 0, 1);
	p.y = t.y;
	CHECK_NEAR(t.net->layers[0].op->loss(t.net->layers, &p), naive_detect(&s, x, target), 1e-5);
	emo_net_free(t.net);
	free_taken();
}

static void test_detect(void)
{
	static const char *const names[] = {"generic", "avx2", "avx512", "neon"};

	for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
		const struct emo_kern *kern = emo_kern_named(names[k]);

		if (!kern)
			continue;
		check_detect(kern, (struct setting){1, 1, 1, 0, 2, .25, .1, 1, 1});
		check_detect(kern, (struct setting){3, 4, 5, 5, 2, .25, .1, 1, 1});
		check_detect(kern, (struct setting){2, 3, 1, 2, 0, .5, .5, .25, 2});
		check_detect(kern, (struct setting){1, 6, 6, 1, 1.5, .9, 2, 3, .5});
	}
}

/* A batch of nothing but cells that do not count has no loss and no gradient. */
static void test_nothing_counts(void)
{
	struct emo_net *net = new_net("[net]\nheight=4\nwidth=4\nchannels=5\n[convolutional]\n"
				      "filters=5\nsize=1\nactivation=linear\n[detect]\n");
	float target[16 * 7];
	double loss = NAN;

	for (int i = 0; i < 16 * 7; i++)
		target[i] = -1;
	emo_net_init(net, 1);
	reserve(net, 1, 1, NULL);
	fill_input(net, 1);
	CHECK(emo_net_train(net, 1, target, 1, 1, &loss) != NULL);
	CHECK(loss == 0);
	for (size_t i = 0; i < net->nparams; i++)
		CHECK(net->grads[i] == 0);
	emo_net_free(net);
}

static void test_refused(void)
{
	static const char *const bad[][2] = {
		{"[net]\nheight=1\nwidth=1\nchannels=6\n[detect]\n", "needs 5 channels"},
		{"[net]\nheight=1\nwidth=1\nchannels=5\n[detect]\npoints=65\n", "points=65"},
		{"[net]\nheight=1\nwidth=1\nchannels=5\n[detect]\nbalance=2\n", "balance=2"},
		{"[net]\nheight=1\nwidth=1\nchannels=5\n[detect]\nknee=0\n", "knee=0"},
		{"[net]\nheight=1\nwidth=1\nchannels=5\n[detect]\n[avgpool]\n",
		 "nothing can follow [detect]"},
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK(emo_net_new(bad[i][0], strlen(bad[i][0]), "t.cfg") == NULL);
		CHECK_ERROR(bad[i][1]);
	}
}

/* ---- other sizes ---- */

#define BODY                                                                                       \
	"[convolutional]\nbatch_normalize=1\nfilters=16\nsize=3\nstride=2\npad=1\nactivation=relu\n" \
	"[convolutional]\nfilters=16\nsize=3\npad=1\nactivation=leaky\n"                           \
	"[shortcut]\nfrom=-2\nactivation=relu\n"                                                   \
	"[maxpool]\nsize=2\nstride=2\n"

/* A network that was resized is the network that was made for that size. */
static void check_resized(struct emo_net *net, int h, int w, int fold)
{
	struct emo_net *fresh;
	char cfg[512];
	size_t n;

	snprintf(cfg, sizeof cfg, "[net]\nheight=%d\nwidth=%d\nchannels=2\n" BODY, h, w);
	fresh = new_net(cfg);
	emo_net_init(fresh, 9);
	if (fold)
		emo_net_fold(fresh);
	CHECK_INT(emo_net_resize(net, h, w), 0);
	CHECK_INT(emo_net_outputs(net), emo_net_outputs(fresh));
	CHECK_INT((long long)net->nparams, (long long)fresh->nparams);
	reserve(net, 2, 0, NULL);
	reserve(fresh, 2, 0, NULL);
	fill_input(net, 2);
	fill_input(fresh, 2);
	n = 2 * (size_t)emo_net_outputs(fresh);
	CHECK(same(emo_net_run(net, 2), emo_net_run(fresh, 2), n));
	emo_net_free(fresh);
}

static void test_resize(void)
{
	for (int fold = 0; fold < 2; fold++) {
		struct emo_net *net = new_net("[net]\nheight=8\nwidth=8\nchannels=2\n" BODY);

		emo_net_init(net, 9);
		if (fold)
			emo_net_fold(net);
		check_resized(net, 8, 8, fold);
		check_resized(net, 21, 34, fold);
		check_resized(net, 1, 1, fold);
		check_resized(net, 64, 3, fold);
		CHECK_INT(emo_net_resize(net, 0, 3), -1);
		CHECK_ERROR("1 .. 16384 pixels a side, not 3x0");
		CHECK_INT(emo_net_resize(net, 20000, 3), -1);
		check_resized(net, 64, 3, fold);
		emo_net_free(net);
	}
}

/* The weights of [connected] are for one size; and the network still is of that size. */
static void test_resize_refused(void)
{
	struct emo_net *net = new_net("[net]\nheight=8\nwidth=8\nchannels=2\n" BODY
				      "[connected]\noutput=3\nactivation=linear\n");
	int hwc[3];

	emo_net_init(net, 9);
	CHECK_INT(emo_net_resize(net, 16, 16), -1);
	CHECK_ERROR("cannot take pictures of 16x16: the weights of [connected] depend on the size");
	emo_net_shape(net, hwc);
	CHECK_INT(hwc[0], 8);
	CHECK_INT(emo_net_outputs(net), 3);
	reserve(net, 1, 0, NULL);
	fill_input(net, 1);
	CHECK(emo_net_run(net, 1) != NULL);
	emo_net_free(net);
}

int main(void)
{
	RUN(test_detect);
	RUN(test_nothing_counts);
	RUN(test_refused);
	RUN(test_resize);
	RUN(test_resize_refused);
	return test_end();
}
