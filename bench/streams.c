/* SPDX-License-Identifier: MIT */
/*
 * fer-detect --stream, as it is, on one core: frames a second and where the time goes, beside the
 * same job in Python with OpenCV (Debian's python3-opencv and opencv-data, when they are there), in
 * turns. The video is made by ffmpeg: 640x480, MJPEG, a composite face that moves and changes from
 * happy to sad. Writes bench/streams.json.
 *
 *	streams [ROUNDS [VIDEO.mjpg]]        default 3, and the video that is made
 */
#define _GNU_SOURCE
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../cmd/detect/stream.h"
#include "base/err.h"
#include "clock.h"
#include "darknet.h"
#include "fer/classify.h"
#include "fer/follow.h"
#include "image/stream.h"
#include "nn/model.h"
#include "worker.h"

#define RATE 25
#define S "datasets/samples/"

enum stage { DECODE, FIND, CROP, CLASSIFY, WRITE, FOLLOW, REST, STAGES };
static const char *const stage_name[] = {"decode", "find", "crop", "classify", "write", "follow", "rest"};

struct turn {
	double all, stage[STAGES];
	double frames, seen; /* seen: frames with a face */
};

struct setting {
	const char *name, *command;
};
static const struct setting settings[] = {
	{"20 pixels and up, as fer-detect", "run 1.1 3 20 0"},
	{"80 pixels and up, coarse steps", "run 1.2 5 80 0"},
	{"the same, near the last place", "run 1.2 5 80 1"},
};
enum { SETTINGS = sizeof settings / sizeof *settings };

static void must(int ok)
{
	if (ok)
		return;
	fprintf(stderr, "streams: %s\n", emo_error());
	exit(1);
}

/* ---- our side: the linker leads these calls of the tool's own code here (--wrap) ---- */

static struct turn now;
static FILE *sink;

#define TIMED(of, type, name, params, args)                                                        \
	type __real_##name params;                                                                 \
	type __wrap_##name params;                                                                 \
	type __wrap_##name params                                                                  \
	{                                                                                          \
		double start = seconds_now();                                                      \
		type result = __real_##name args;                                                  \
                                                                                                   \
		now.stage[of] += seconds_now() - start;                                            \
		return result;                                                                     \
	}

TIMED(DECODE, int, emo_stream_next, (struct emo_stream * s, struct emo_frame *f), (s, f))
TIMED(DECODE, struct emo_picture *, emo_picture_parse, (const void *d, size_t n, const char *name),
      (d, n, name))
TIMED(DECODE, const struct emo_view *, emo_picture_view,
      (struct emo_picture * p, const struct emo_box *part, int reduce), (p, part, reduce))
TIMED(FIND, int, emo_detect,
      (struct emo_detector * d, const struct emo_image *img, const struct emo_find *how,
       struct emo_face **faces, size_t *n),
      (d, img, how, faces, n))
TIMED(CROP, int, emo_view_warp,
      (uint8_t * out, int w, int h, const struct emo_view *v, const float m[6]), (out, w, h, v, m))
TIMED(CLASSIFY, int, emo_classifier_run,
      (struct emo_classifier * c, float *moods, const uint8_t *faces, int n, int views),
      (c, moods, faces, n, views))
TIMED(FOLLOW, int, emo_tracks_update,
      (struct emo_tracks * t, double time, const struct emo_face *face, size_t n,
       const uint8_t *crops, int side, int *number),
      (t, time, face, n, crops, side, number))
TIMED(FOLLOW, int, emo_smooth_apply, (struct emo_smooth * s, struct emo_record *r), (s, r))

static void deliver(const struct findings *what)
{
	static struct emo_record_writer out = {.format = EMO_TSV, .frame = 1};
	double start = seconds_now();

	out.file = sink;
	for (size_t i = 0; i < what->n; i++) {
		now.seen += i == 0 && what->records[i].face > 0;
		must(emo_record_write(&out, &what->records[i]) == 0);
	}
	now.stage[WRITE] += seconds_now() - start;
	now.frames++;
}

static struct turn our_turn(struct finder *finder, const char *video)
{
	struct stream_how how = STREAM_DEFAULT;
	double start = seconds_now();

	how.rate = RATE;
	now = (struct turn){0};
	must(stream_run(&how, video, finder, deliver) == 0);
	now.all = seconds_now() - start;
	now.stage[REST] = now.all;
	for (int i = 0; i < REST; i++)
		now.stage[REST] -= now.stage[i];
	return now;
}

/* ---- theirs ---- */

/* OpenCV does without dropout, which does nothing here. */
static void write_cfg(const char *path, const char *cfg)
{
	const char *drop = strstr(cfg, "[dropout]"), *end = drop ? strstr(drop + 1, "[") : NULL;
	FILE *f = fopen(path, "w");

	if (!f)
		emo_fail("%s: cannot be written", path);
	must(f != NULL);
	fprintf(f, "%.*s%s", (int)(end ? drop - cfg : (long)strlen(cfg)), cfg, end ? end : "");
	fclose(f);
}

static void start_theirs(struct worker *w, const char *dir, char *video)
{
	char cfg[256], weights[256];
	struct emo_model m;

	snprintf(cfg, sizeof cfg, "%s/fer.cfg", dir);
	snprintf(weights, sizeof weights, "%s/fer.weights", dir);
	must(emo_model_load(&m, "models/fer.emo") == 0);
	write_cfg(cfg, m.cfg);
	must(darknet_weights(weights, m.net) == 0);
	emo_model_done(&m);
	worker_start(w, (char *[]){"python3", "bench/stream_worker.py", video, "25", cfg, weights, NULL});
}

/* The largest difference between what both networks say of a face, so that they are the same. */
static double difference(struct worker *w, const char *dir)
{
	struct emo_classifier *c = emo_classifier_open(NULL, NULL);
	char path[256], command[300];
	uint8_t face[48 * 48];
	float ours[EMO_EMOTIONS];
	double theirs[EMO_EMOTIONS], most = 0;
	struct emo_image img;
	FILE *f;

	must(c != NULL && emo_image_load(&img, S "surprise.png") == 0);
	must(emo_image_crop(face, 48, 48, &img, (struct emo_box){149, 84, 340, 340}) == 0);
	snprintf(path, sizeof path, "%s/face", dir);
	snprintf(command, sizeof command, "mood %s", path);
	if (!(f = fopen(path, "wb")) || fwrite(face, sizeof face, 1, f) != 1 || fclose(f) ||
	    worker_ask(w, command, theirs, EMO_EMOTIONS) < 0)
		return NAN;
	must(emo_classifier_run(c, ours, face, 1, 1) == 0);
	for (int e = 0; e < EMO_EMOTIONS; e++)
		most = fmax(most, fabs(theirs[e] - (double)ours[e]));
	emo_classifier_free(c);
	emo_image_done(&img);
	return most;
}

static struct turn their_turn(struct worker *w, const struct setting *s)
{
	double v[8];
	struct turn t = {0};

	if (worker_ask(w, s->command, v, 8) < 0)
		emo_fail("OpenCV gave up");
	must(w->pid && v[0] > 0);
	t.all = t.stage[REST] = v[0];
	for (int i = DECODE; i <= WRITE; i++) {
		t.stage[i] = v[1 + i];
		t.stage[REST] -= v[1 + i];
	}
	t.frames = v[6];
	t.seen = v[7];
	return t;
}

/* ---- both ---- */

static void print(const char *name, const struct turn *t)
{
	printf("%-42s %6.1f frames/s, a face in %.0f of %.0f; ms a frame:", name, t->frames / t->all,
	       t->seen, t->frames);
	for (int i = 0; i < STAGES; i++)
		if (t->stage[i] > 0)
			printf(" %s %.2f (%.0f %%)", stage_name[i], 1e3 * t->stage[i] / t->frames,
			       100 * t->stage[i] / t->all);
	putchar('\n');
}

static void write_side(FILE *f, const char *name, const struct turn *t)
{
	fprintf(f, "  {\"name\": \"%s\", \"frames_s\": %.1f, \"frames\": %.0f, \"seen\": %.0f", name,
		t->frames / t->all, t->frames, t->seen);
	for (int i = 0; i < STAGES; i++)
		fprintf(f, ", \"%s_ms\": %.3f", stage_name[i], 1e3 * t->stage[i] / t->frames);
	fprintf(f, "}");
}

static void write_json(const struct turn *ours, const struct turn *theirs, const char *version)
{
	FILE *f = fopen("bench/streams.json", "w");

	if (!f)
		emo_fail("bench/streams.json: cannot be written");
	must(f != NULL);
	fprintf(f, "{\"opencv\": \"%s\", \"sides\": [\n", version);
	write_side(f, "libemo", ours);
	for (int i = 0; *version && i < SETTINGS; i++) {
		fprintf(f, ",\n");
		write_side(f, settings[i].name, theirs + i);
	}
	fprintf(f, "\n]}\n");
	fclose(f);
}

static void keep_best(struct turn *best, struct turn t)
{
	if (!(best->all > 0) || t.all < best->all)
		*best = t;
}

/* Seventy-five frames; 0 without ffmpeg. */
static int make_video(const char *path)
{
	char command[2048];

	snprintf(command, sizeof command,
		 "ffmpeg -v error -y -loop 1 -r 25 -t 1.48 -i " S "happy.png -loop 1 -r 25 -t 1.52 -i " S
		 "sad.png -filter_complex \"color=gray:s=640x480:r=25:d=3,"
		 "geq=lum='128+50*sin(X/23)*cos(Y/31)+30*sin(X*Y/4000)',noise=alls=12:allf=t,format=gray[b];"
		 "[0][1]concat=n=2:v=1,format=gray,crop=340:340:149:84,scale=200:200[f];"
		 "[b][f]overlay=x='200+150*sin(1.5*t)':y='140+60*cos(2*t)':shortest=1,format=yuvj420p[v]\""
		 " -map '[v]' -c:v mjpeg -q:v 3 -f mjpeg %s", path);
	return system("command -v ffmpeg >/dev/null") == 0 && system(command) == 0;
}

/* The first of the cores that this may run on, for whatever it starts too. */
static void stay_on_one_core(void)
{
	cpu_set_t all, one;
	int cpu = 0;

	if (sched_getaffinity(0, sizeof all, &all))
		return;
	while (cpu < CPU_SETSIZE - 1 && !CPU_ISSET(cpu, &all))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof one, &one);
}

static void compare(int rounds, char *video, const char *dir)
{
	struct finder_how how = {.views = 1, .threshold = -1, .min_confidence = -1};
	struct emo_pool *pool = emo_pool_new(1);
	struct finder *finder = finder_new(&how, pool);
	struct turn ours = {0}, theirs[SETTINGS] = {{0}};
	struct worker w;

	must(finder != NULL);
	start_theirs(&w, dir, video);
	for (int k = 0; k < rounds; k++) {
		keep_best(&ours, our_turn(finder, video));
		for (int i = 0; w.pid && i < SETTINGS; i++)
			keep_best(theirs + i, their_turn(&w, settings + i));
	}
	printf("640x480 MJPEG, one core, the quickest of %d rounds\n", rounds);
	print("libemo", &ours);
	for (int i = 0; w.pid && i < SETTINGS; i++)
		print(settings[i].name, theirs + i);
	if (w.pid)
		printf("(OpenCV %s; the probabilities of both networks differ by %.1g at most)\n",
		       w.version, difference(&w, dir));
	else
		puts("(no OpenCV to compare with: python3-opencv and opencv-data are not there)");
	write_json(&ours, theirs, w.version);
	worker_stop(&w);
	finder_free(finder);
	emo_pool_free(pool);
}

int main(int argc, char **argv)
{
	char dir[] = "/tmp/emo-bench-XXXXXX", video[64], command[96];
	int rounds = argc > 1 ? atoi(argv[1]) : 3;

	stay_on_one_core();
	if (!mkdtemp(dir) || !(sink = fopen("/dev/null", "w")))
		return 1;
	setvbuf(sink, NULL, _IOLBF, 0);
	snprintf(video, sizeof video, "%s/video.mjpg", dir);
	if (argc > 2 || make_video(video))
		compare(rounds < 1 ? 1 : rounds, argc > 2 ? argv[2] : video, dir);
	else
		puts("streams: skipped, there is no ffmpeg to make a video with");
	snprintf(command, sizeof command, "rm -r %s", dir);
	return system(command) != 0;
}
