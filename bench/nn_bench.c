/* SPDX-License-Identifier: MIT */
/*
 * The engine against the machine's peak and against PyTorch: the same network, the same weights, the
 * same number of threads, and in turns, so that a noisy machine is fair to all. Prints tables and
 * writes bench/results.json.
 *
 *	nn_bench [ROUNDS [PART...]]        default 7, all; parts: compare layers cpus
 */
#define _GNU_SOURCE
#include <math.h>

#include "base/err.h"
#include "base/io.h"
#include "base/rng.h"
#include "nn/net_priv.h"
#include "nn/opt.h"
#include "peak.h"
#include "torch.h"

#define BATCH   64
#define CLASSES 7
#define THREADS 2
#define MOST    32 /* rounds */

/* Jobs, and the last two by a PyTorch graph that is neither frozen nor folded. */
enum job { TRAIN, INFER64, INFER1, JOBS, EAGER64 = JOBS, EAGER1, TORCH_JOBS };
static const char *const job_name[] = {"train", "infer64", "infer1", "infer64-eager", "infer1-eager"};
static const int repeat[] = {2, 6, 200, 3, 10}; /* of one turn */
static const int pictures[] = {BATCH, BATCH, 1, BATCH, 1};

static const char *const isas[] = {"avx512", "avx2", "neon", "generic"};

static void must(int ok)
{
	if (ok)
		return;
	fprintf(stderr, "nn_bench: %s\n", emo_error());
	exit(1);
}

/* ---- our side ---- */

struct ours {
	struct emo_net *train;
	struct emo_net *run[JOBS]; /* with room for what the job runs; folded, no softmax */
	struct emo_opt *opt;
	struct emo_pool *pool;
	float target[BATCH * CLASSES];
};

static struct emo_net *new_net(const char *path, int softmax)
{
	char *text, *end;
	size_t len;
	struct emo_net *net;

	must(emo_read_file(&text, &len, path, 1 << 20) == 0);
	if (!softmax && (end = strstr(text, "[softmax]")))
		*end = '\0';
	must((net = emo_net_new(text, strlen(text), path)) != NULL);
	free(text);
	return net;
}

static void fill(struct emo_net *net, int n)
{
	struct emo_rng rng = emo_rng_at(1, 2, 3);
	float *x = emo_net_input(net);
	int hwc[3];

	emo_net_shape(net, hwc);
	for (int i = 0; i < n * hwc[0] * hwc[1]; i++)
		x[i] = emo_rng_normal(&rng);
}

static void set_up(struct ours *o, const char *path, int threads, const struct emo_kern *kern)
{
	struct emo_opt_config config = {EMO_SGD, .9f, 1, .999f, 0, 0, 0};

	must((o->pool = emo_pool_new(threads)) != NULL);
	o->train = new_net(path, 1);
	o->train->kern = kern;
	emo_net_init(o->train, 1);
	must(emo_net_reserve(o->train, BATCH, 1, o->pool) == 0);
	must((o->opt = emo_opt_new(o->train, &config, o->pool)) != NULL);
	fill(o->train, BATCH);
	for (int job = INFER64; job < JOBS; job++) {
		o->run[job] = new_net(path, 0);
		o->run[job]->kern = kern;
		emo_net_init(o->run[job], 1);
		emo_net_fold(o->run[job]);
		must(emo_net_reserve(o->run[job], pictures[job], 0, o->pool) == 0);
		fill(o->run[job], pictures[job]);
	}
	memset(o->target, 0, sizeof o->target);
	for (int i = 0; i < BATCH; i++)
		o->target[i * CLASSES + i % CLASSES] = 1;
}

static void tear_down(struct ours *o)
{
	emo_opt_free(o->opt);
	emo_net_free(o->train);
	for (int job = INFER64; job < JOBS; job++)
		emo_net_free(o->run[job]);
	emo_pool_free(o->pool);
}

static double run_ours(struct ours *o, enum job job)
{
	double start = seconds_now(), loss;

	for (int i = 0; i < repeat[job]; i++) {
		if (job != TRAIN) {
			must(emo_net_run(o->run[job], pictures[job]) != NULL);
			continue;
		}
		must(emo_net_train(o->train, BATCH, o->target, 1, 1, &loss) != NULL);
		must(emo_opt_step(o->opt, 1e-3) == 0);
	}
	return seconds_now() - start;
}

/* ---- the other side ---- */

static struct torch torches[] = {
	{.layout = "channels_last", .setting = "GOMP_SPINCOUNT=1000"},
	{.layout = "channels_last", .setting = "OMP_PROC_BIND=true"},
	{.layout = "contiguous", .setting = "OMP_PROC_BIND=true"},
};
enum { TORCHES = sizeof torches / sizeof *torches };

static int start_torches(struct ours *o)
{
	char weights[] = "/tmp/nn_bench.XXXXXX", channels[256] = "";
	int fd = mkstemp(weights), ready = 0, size = o->train->in.h;

	if (fd >= 0 && torch_weights(weights, o->train, BATCH, channels, sizeof channels) == 0)
		for (int i = 0; i < TORCHES; i++)
			ready += torch_start(torches + i, weights, size, THREADS, channels) == 0;
	if (fd >= 0) {
		close(fd);
		unlink(weights);
	}
	return ready;
}

/* ---- comparing ---- */

/* The quickest: on a machine that others use too, noise only ever adds. */
static double least(const double *v, int n)
{
	double best = v[0];

	for (int i = 1; i < n; i++)
		best = fmin(best, v[i]);
	return best;
}

struct comparison {
	double ours[JOBS], torch[TORCH_JOBS]; /* seconds, the least; torch's best setting, or 0 */
	double difference;              /* of the logits */
};

/* One round: every contestant does every job once. */
static void take_turns(struct ours *o, int r, double mine[JOBS][MOST],
		       double theirs[TORCH_JOBS][TORCHES][MOST])
{
	for (int job = 0; job < TORCH_JOBS; job++) {
		let_settle();
		if (job < JOBS)
			mine[job][r] = run_ours(o, job) / repeat[job];
		for (int i = 0; i < TORCHES; i++) {
			if (!torches[i].pid)
				continue;
			let_settle();
			theirs[job][i][r] =
				torch_run(torches + i, job_name[job], repeat[job]) / repeat[job];
		}
	}
}

static void compare(struct comparison *c, const char *path, int rounds)
{
	static double mine[JOBS][MOST], theirs[TORCH_JOBS][TORCHES][MOST];
	struct ours o;

	*c = (struct comparison){.difference = -1};
	set_up(&o, path, THREADS, emo_kern());
	if (start_torches(&o) > 0)
		c->difference = torch_difference(torches, emo_net_run(o.run[INFER64], BATCH),
						 BATCH * CLASSES);
	for (int job = 0; job < JOBS; job++)
		run_ours(&o, job);
	for (int r = 0; r < rounds; r++)
		take_turns(&o, r, mine, theirs);
	for (int job = 0; job < TORCH_JOBS; job++) {
		if (job < JOBS)
			c->ours[job] = least(mine[job], rounds);
		for (int i = 0; i < TORCHES; i++) {
			double t = torches[i].pid ? least(theirs[job][i], rounds) : 0;

			if (t > 0 && (c->torch[job] == 0 || t < c->torch[job]))
				c->torch[job] = t;
			if (t > 0)
				printf("  PyTorch %s %-13s %-20s %-13s %9.3f ms\n", torches[i].version,
				       torches[i].layout, torches[i].setting, job_name[job], 1e3 * t);
		}
	}
	for (int i = 0; i < TORCHES; i++)
		torch_stop(torches + i);
	tear_down(&o);
}

static void print_comparison(const struct comparison *c, const char *path)
{
	static const int same[TORCH_JOBS] = {TRAIN, INFER64, INFER1, INFER64, INFER1};

	printf("\n%s, batch %d, %d threads%s\n", path, BATCH, THREADS,
	       c->torch[TRAIN] > 0 ? "" : " (PyTorch is not installed)");
	if (c->difference >= 0)
		printf("largest difference of the logits: %.2g\n", c->difference);
	printf("%-14s %14s %14s %8s\n", "", "libemo", "PyTorch", "ratio");
	for (int job = 0; job < TORCH_JOBS; job++) {
		double a = c->ours[same[job]], b = c->torch[job], n = pictures[job];

		if (n == 1)
			printf("%-14s %11.2f ms %11.2f ms %8.2f\n", job_name[job], 1e3 * a, 1e3 * b,
			       b / a);
		else
			printf("%-14s %6.0f images/s %6.0f images/s %8.2f\n", job_name[job], n / a,
			       b > 0 ? n / b : 0, b / a);
	}
}

/* ---- each layer, each instruction set, one and two threads ---- */

struct watch {
	double last, seconds[2][EMO_NET_MAX_LAYERS];
};

static void on_layer(void *ctx, int layer, int backward)
{
	struct watch *w = ctx;
	double t = seconds_now();

	w->seconds[backward][layer] += t - w->last;
	w->last = t;
}

static double multiply_adds(const struct emo_layer *l)
{
	return l->op == &emo_op_conv || l->op == &emo_op_dense
		       ? (double)l->weight.n * l->y.h * l->y.w
		       : 0;
}

static void print_layers(const char *path, const struct emo_kern *kern)
{
	static struct watch w;
	enum { STEPS = 8 };
	struct ours o;
	double total = 0, loss, peak = peak_gflops(kern->name);

	memset(&w, 0, sizeof w);
	set_up(&o, path, 1, kern);
	run_ours(&o, TRAIN);
	o.train->watch = on_layer;
	o.train->watch_ctx = &w;
	for (int s = 0; s < STEPS; s++) {
		w.last = seconds_now();
		must(emo_net_train(o.train, BATCH, o.target, 1, 1, &loss) != NULL);
	}
	for (int i = 0; i < o.train->nlayers; i++)
		total += w.seconds[0][i] + w.seconds[1][i];
	printf("\nLayers of %s in training, %s, one thread; of the peak of %.0f GFLOP/s: direct "
	       "multiply-adds\n", path, kern->name, peak);
	printf("%-14s %-12s %8s %8s %7s %10s %10s\n", "", "output", "forward", "backward", "share",
	       "fwd peak", "bwd peak");
	for (int i = 0; i < o.train->nlayers; i++) {
		const struct emo_layer *l = o.train->layers + i;
		double f = w.seconds[0][i] / STEPS, b = w.seconds[1][i] / STEPS;
		double work = 2e-9 * BATCH * multiply_adds(l) / peak;
		int products = l->in[0] == EMO_INPUT ? 1 : 2; /* of backward */
		char shape[32];

		snprintf(shape, sizeof shape, "%dx%dx%d", l->y.h, l->y.w, l->y.c);
		printf("%-14s %-12s %5.2f ms %5.2f ms %5.1f %%", l->op->name, shape, 1e3 * f,
		       1e3 * b, 100 * STEPS * (f + b) / total);
		if (work > 0)
			printf(" %8.0f %% %8.0f %%", 100 * work / f, 100 * products * work / b);
		printf("\n");
	}
	tear_down(&o);
}

static double best_of(struct ours *o, enum job job, int rounds)
{
	double best = 1e9;

	for (int r = 0; r < rounds; r++)
		best = fmin(best, run_ours(o, job) / repeat[job]);
	return best;
}

static void print_cpus(const char *path, int rounds)
{
	printf("\n%s for each EMO_CPU; images/s, best of %d\n", path, rounds);
	printf("%-10s %12s %12s %8s %12s %12s %8s\n", "", "train, 1", "2 threads", "gain",
	       "infer64, 1", "2 threads", "gain");
	for (size_t i = 0; i < sizeof isas / sizeof *isas; i++) {
		const struct emo_kern *kern = emo_kern_named(isas[i]);
		double t[2][2];

		if (!kern)
			continue;
		for (int n = 1; n <= 2; n++) {
			struct ours o;

			set_up(&o, path, n, kern);
			t[n - 1][0] = BATCH / best_of(&o, TRAIN, rounds);
			t[n - 1][1] = BATCH / best_of(&o, INFER64, rounds);
			tear_down(&o);
		}
		printf("%-10s %12.0f %12.0f %8.2f %12.0f %12.0f %8.2f\n", isas[i], t[0][0], t[1][0],
		       t[1][0] / t[0][0], t[0][1], t[1][1], t[1][1] / t[0][1]);
	}
}

static void write_side(FILE *f, const char *name, const double t[JOBS])
{
	fprintf(f, "  \"%s\": {\"train_img_s\": %.1f, \"infer1_ms\": %.3f, \"infer64_img_s\": %.1f},\n",
		name, BATCH / t[TRAIN], 1e3 * t[INFER1], BATCH / t[INFER64]);
}

static void write_json(const struct comparison *c, double peak)
{
	FILE *f = fopen("bench/results.json", "w");

	if (!f)
		emo_fail("bench/results.json: cannot be written");
	must(f != NULL);
	fprintf(f, "{\n  \"network\": \"models/bench.cfg\",\n  \"cpu\": \"%s\",\n", emo_kern()->name);
	fprintf(f, "  \"threads\": %d,\n  \"peak_gflops\": %.1f,\n", THREADS, peak);
	if (c->torch[TRAIN] > 0) {
		write_side(f, "torch", c->torch);
		for (int job = 0; job < JOBS; job++)
			fprintf(f, "  \"ratio_%s\": %.3f,\n", job_name[job],
				c->torch[job] / c->ours[job]);
		fprintf(f, "  \"torch_eager\": {\"infer1_ms\": %.3f, \"infer64_img_s\": %.1f},\n",
			1e3 * c->torch[EAGER1], BATCH / c->torch[EAGER64]);
		fprintf(f, "  \"logits_difference\": %.3g,\n", c->difference);
	}
	write_side(f, "libemo", c->ours);
	fseek(f, -2, SEEK_CUR); /* no comma behind the last */
	fprintf(f, "\n}\n");
	fclose(f);
}

static int asked_for(const char *part, int argc, char **argv)
{
	for (int i = 2; i < argc; i++)
		if (strcmp(argv[i], part) == 0)
			return 1;
	return argc <= 2;
}

static void print_peaks(void)
{
	printf("Peak of one core, GFLOP/s:");
	for (size_t i = 0; i < sizeof isas / sizeof *isas; i++)
		if (emo_kern_named(isas[i]))
			printf("  %s %.1f", isas[i], peak_gflops(isas[i]));
	printf("\n");
}

int main(int argc, char **argv)
{
	static const char *const cfgs[] = {"models/bench.cfg", "models/fer.cfg"};
	int rounds = argc > 1 ? atoi(argv[1]) : 7;
	struct comparison c[2] = {{.difference = -1}};

	setvbuf(stdout, NULL, _IOLBF, 0);
	rounds = rounds < 1 ? 1 : rounds > MOST ? MOST : rounds;
	print_peaks();
	for (int i = 0; i < 2 && asked_for("compare", argc, argv); i++) {
		compare(c + i, cfgs[i], rounds);
		print_comparison(c + i, cfgs[i]);
	}
	for (size_t i = 0; i < 2 && asked_for("layers", argc, argv); i++)
		if (emo_kern_named(isas[i]))
			print_layers(cfgs[0], emo_kern_named(isas[i]));
	if (asked_for("cpus", argc, argv))
		print_cpus(cfgs[0], rounds);
	if (asked_for("compare", argc, argv)) {
		write_json(c, peak_gflops(emo_kern()->name));
		printf("\nwritten: bench/results.json\n");
	}
	return c[0].difference > 1e-3;
}
