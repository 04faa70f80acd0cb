/* SPDX-License-Identifier: MIT */
#include "image/stream.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/rng.h"
#include "image/image.h"
#include "test.h"

struct bytes {
	uint8_t *p;
	size_t n, cap;
};

static void add(struct bytes *b, const void *data, size_t n)
{
	CHECK_INT(emo_grow(&b->p, &b->cap, b->n + n, 1), 0);
	memcpy(b->p + b->n, data, n);
	b->n += n;
}

static void add_all(struct bytes *b, const struct bytes *other)
{
	add(b, other->p, other->n);
}

static struct bytes file_bytes(const char *path)
{
	struct bytes b = {0};

	CHECK_INT(emo_read_file((char **)&b.p, &b.n, path, 1 << 24), 0);
	return b;
}

/* A picture whose upper left corner has the brightness v, as a JPEG. */
static struct bytes jpeg_of(int v)
{
	const char *folder = getenv("TMPDIR");
	char path[4096];
	struct emo_image img;
	struct bytes b;
	int fd;

	snprintf(path, sizeof path, "%s/emo-stream-XXXXXX", folder && *folder ? folder : "/tmp");
	fd = mkstemp(path);
	CHECK(fd >= 0);
	close(fd);
	CHECK_INT(emo_image_init(&img, 64, 48, 1), 0);
	for (int i = 0; i < 64 * 48; i++)
		img.px[i] = (uint8_t)(i % 64 < 32 ? v : 7 * i);
	CHECK_INT(emo_image_save(&img, path, EMO_IMAGE_JPEG, NULL), 0);
	emo_image_done(&img);
	b = file_bytes(path);
	unlink(path);
	return b;
}

static int corner(const struct emo_frame *f)
{
	struct emo_image img;
	int v;

	if (emo_image_decode(&img, f->data, f->len, "frame") < 0)
		return -1;
	v = img.px[0];
	emo_image_done(&img);
	return v;
}

struct source {
	FILE *file;
	struct emo_stream *s;
};

static struct source open_bytes(const struct bytes *b)
{
	struct source o = {.file = tmpfile()};

	CHECK(o.file != NULL);
	if (b->n)
		fwrite(b->p, 1, b->n, o.file);
	fflush(o.file);
	lseek(fileno(o.file), 0, SEEK_SET);
	CHECK((o.s = emo_stream_new(fileno(o.file), "in")) != NULL);
	return o;
}

static void close_source(struct source *o)
{
	emo_stream_free(o->s);
	fclose(o->file);
}

/* What comes out, a letter for each call: F frame, x damaged; and the frames' corners, if wanted. */
static const char *outcome(const struct bytes *b, int *corners)
{
	static char letters[256];
	struct source o = open_bytes(b);
	struct emo_frame f;
	int got, n = 0, k = 0;

	while ((got = emo_stream_next(o.s, &f)) && n < 255) {
		letters[n++] = got > 0 ? 'F' : 'x';
		if (got > 0 && corners)
			corners[k++] = corner(&f);
	}
	letters[n] = '\0';
	close_source(&o);
	return letters;
}

static void jpegs(void)
{
	struct bytes a = jpeg_of(40), b = jpeg_of(200), s = {0}, thumb = {0};
	int v[16];

	/* b with a, a whole JPEG, in an APP1 segment, as cameras store thumbnails */
	add(&thumb, b.p, 2);
	add(&thumb, (uint8_t[]){0xff, 0xe1, (uint8_t)((a.n + 2) >> 8), (uint8_t)(a.n + 2)}, 4);
	add(&thumb, a.p, a.n);
	add(&thumb, b.p + 2, b.n - 2);
	add_all(&s, &a);
	add_all(&s, &thumb);
	add(&s, "\0\0\r\n", 4); /* filling */
	add_all(&s, &b);
	add_all(&s, &a);
	CHECK_STR(outcome(&s, v), "FFFF");
	CHECK_NEAR(v[0], 40, 3);
	CHECK_NEAR(v[1], 200, 3);
	CHECK_NEAR(v[2], 200, 3);
	CHECK_NEAR(v[3], 40, 3);
	free(a.p);
	free(b.p);
	free(s.p);
	free(thumb.p);
}

/* Cameras leave the Huffman tables out; the standard ones are meant. */
static void without_tables(void)
{
	struct bytes a = jpeg_of(90), s = {0};
	int v[4], removed = 0;

	for (int times = 0; times < 2; times++) {
		size_t at = 2;

		add(&s, a.p, 2);
		while (at + 4 < a.n && a.p[at + 1] != 0xda) {
			size_t n = 2 + ((size_t)a.p[at + 2] << 8 | a.p[at + 3]);

			if (a.p[at + 1] == 0xc4)
				removed++;
			else
				add(&s, a.p + at, n);
			at += n;
		}
		add(&s, a.p + at, a.n - at);
	}
	CHECK(removed > 0);
	CHECK_STR(outcome(&s, v), "FF");
	CHECK_NEAR(v[0], 90, 3);
	CHECK_NEAR(v[1], 90, 3);
	free(a.p);
	free(s.p);
}

static void damaged_jpegs(void)
{
	struct bytes a = jpeg_of(40), b = jpeg_of(200), s = {0};
	int v[16];

	add(&s, a.p, a.n - 100); /* cut within the pixels */
	add_all(&s, &b);
	add_all(&s, &a);
	CHECK_STR(outcome(&s, v), "xFF");
	CHECK_NEAR(v[0], 200, 3);
	s.n = 0;
	add_all(&s, &a);
	add_all(&s, &b);
	s.p[a.n + 20] = 0; /* the marker after the first segment of the second */
	add_all(&s, &a);
	CHECK_STR(outcome(&s, v), "FxF");
	CHECK_NEAR(v[1], 40, 3);
	s.n = 0;
	add_all(&s, &a);
	add(&s, "rubbish between", 15);
	add_all(&s, &b);
	CHECK_STR(outcome(&s, v), "FxF");
	s.n -= 50; /* cut at the end */
	CHECK_STR(outcome(&s, v), "Fxx");
	free(a.p);
	free(b.p);
	free(s.p);
}

static void pngs(void)
{
	struct bytes a = file_bytes("datasets/samples/happy.png"), s = {0};
	struct bytes b = file_bytes("datasets/samples/sad.png");

	add_all(&s, &a);
	add_all(&s, &b);
	add_all(&s, &a);
	CHECK_STR(outcome(&s, NULL), "FFF");
	s.n = 0;
	add(&s, a.p, a.n / 2); /* the rest of its chunk is taken from what follows */
	add_all(&s, &b);
	add_all(&s, &a);
	CHECK_STR(outcome(&s, NULL), "xFF");
	s.n -= 1;
	CHECK_STR(outcome(&s, NULL), "xFx");
	s.n = 0;
	add_all(&s, &a);
	add_all(&s, &b);
	add_all(&s, &a);
	add_all(&s, &a);
	s.p[a.n + 33] = 2; /* the second picture's second chunk: 32 MiB, more than there is */
	CHECK_STR(outcome(&s, NULL), "FxFF");
	s.n -= 1;
	CHECK_STR(outcome(&s, NULL), "FxFx");
	free(a.p);
	free(b.p);
	free(s.p);
}

static void pnms(void)
{
	struct bytes s = {0};
	int v[8];

	add(&s, "P5\n# a comment\n2 2\n255\n\001\002\003\004", 27);
	add(&s, "P6 1 1 255\n\377\377\377", 14);
	add(&s, "\nP5 1 1 65535\n\200\000", 16);
	add(&s, "P4 9 1\n\177\200", 9);
	CHECK_STR(outcome(&s, v), "FFFF");
	CHECK_INT(v[0], 1);
	CHECK_INT(v[1], 255);
	CHECK_INT(v[2], 128);
	CHECK_INT(v[3], 255);
	s.n -= 1;
	CHECK_STR(outcome(&s, v), "FFFx");
	s.n = 0;
	add(&s, "P2 1 1 255\n7\n", 13);
	CHECK_STR(outcome(&s, NULL), "xx"); /* plain: where it ends is not clear */
	s.n = 0;
	add(&s, "P5 1 1 255\n\005P5 1 9000 255\n\006P5 1 1 255\n\007P5\nP5 1 1 255\n\010", 55);
	CHECK_STR(outcome(&s, v), "FxFxF"); /* nothing but whole pictures is taken from the rest */
	CHECK_INT(v[1], 7);
	CHECK_INT(v[2], 8);
	free(s.p);
}

static void y4m(void)
{
	struct bytes s = {0};
	struct source o;
	struct emo_frame f;

	add(&s, "YUV4MPEG2 W3 H2 F30000:1001 Ip A1:1 C420jpeg XYSCSS=420JPEG\n", 60);
	for (int k = 0; k < 2; k++) {
		add(&s, "FRAME\n", 6);
		add(&s, "\020\353\200\000\377\201", 6); /* 16 235 128 0 255 129 */
		add(&s, "uuvv", 4);
	}
	o = open_bytes(&s);
	CHECK_NEAR(emo_stream_rate(o.s), 0, 0);
	CHECK_INT(emo_stream_next(o.s, &f), 1);
	CHECK_NEAR(emo_stream_rate(o.s), 29.97, 0.001);
	CHECK_INT((long long)f.len, 11 + 6);
	CHECK(memcmp(f.data, "P5\n3 2\n255\n\000\377\202\000\377\204", 17) == 0);
	CHECK_INT(emo_stream_next(o.s, &f), 1);
	CHECK_INT((long long)f.number, 1);
	CHECK_INT(emo_stream_next(o.s, &f), 0);
	close_source(&o);
	s.n -= 1;
	CHECK_STR(outcome(&s, NULL), "Fx");
	s.n = 0;
	add(&s, "YUV4MPEG2 W2 H1 F25:1 Cmono XCOLORRANGE=FULL\nFRAME Ixyz\n\020\353", 58);
	o = open_bytes(&s);
	CHECK_INT(emo_stream_next(o.s, &f), 1);
	CHECK(memcmp(f.data, "P5\n2 1\n255\n\020\353", 13) == 0);
	close_source(&o);
	s.n = 0;
	add(&s, "YUV4MPEG2 W2 H1 F25:1 C420p10\nFRAME\n", 36);
	CHECK_STR(outcome(&s, NULL), "x");
	CHECK_ERROR("C420p10 is not supported");
	s.n = 0;
	add(&s, "YUV4MPEG2 W99999999 H99999999 F25:1\nFRAME\n", 42);
	CHECK_STR(outcome(&s, NULL), "x");
	free(s.p);
}

static void no_stream(void)
{
	struct bytes s = {0};

	CHECK_STR(outcome(&s, NULL), "");
	add(&s, "file\ttime\n", 10);
	CHECK_STR(outcome(&s, NULL), "x");
	CHECK_ERROR("in: is no stream of JPEG, PNG, PNM or YUV4MPEG2 frames");
	free(s.p);
}

/* A frame is there when its last byte is: nothing waits for the next one. */
static void at_once(void)
{
	struct bytes a = jpeg_of(40);
	struct emo_stream *s;
	struct emo_frame f;
	int ends[2];

	CHECK_INT(pipe(ends), 0);
	s = emo_stream_new(ends[0], "pipe");
	alarm(20); /* instead of waiting forever */
	for (int k = 0; k < 100; k++) {
		CHECK_INT(write(ends[1], a.p, a.n), (long long)a.n);
		CHECK_INT(emo_stream_next(s, &f), 1);
		CHECK_INT((long long)f.len, (long long)a.n);
	}
	alarm(0);
	close(ends[1]);
	CHECK_INT(emo_stream_next(s, &f), 0);
	emo_stream_free(s);
	close(ends[0]);
	free(a.p);
}

/* Bytes changed and cut at random: it ends, and every frame lies within what was given. */
static void hostile(void)
{
	struct bytes a = jpeg_of(40), b = file_bytes("datasets/samples/happy.png"), whole = {0}, s = {0};

	add_all(&whole, &a);
	add_all(&whole, &b);
	add(&whole, "P5 4 4 255\n0123456789abcdef", 27);
	add_all(&whole, &a);
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct emo_rng rng = emo_rng_at(seed, 0, 0);
		size_t total = 0;
		struct source o;
		struct emo_frame f;
		int got, calls = 0;

		s.n = 0;
		add_all(&s, &whole);
		for (int k = 0; k < 10; k++)
			s.p[emo_rng_below(&rng, (uint32_t)s.n)] = (uint8_t)emo_rng_below(&rng, 256);
		s.n -= emo_rng_below(&rng, (uint32_t)s.n / 4);
		o = open_bytes(&s);
		while ((got = emo_stream_next(o.s, &f)) && calls++ < 100000)
			total += got > 0 ? f.len : 0;
		CHECK(calls < 100000);
		CHECK(total <= s.n);
		close_source(&o);
	}
	free(a.p);
	free(b.p);
	free(whole.p);
	free(s.p);
}

int main(void)
{
	RUN(jpegs);
	RUN(without_tables);
	RUN(damaged_jpegs);
	RUN(pngs);
	RUN(pnms);
	RUN(y4m);
	RUN(no_stream);
	RUN(at_once);
	RUN(hostile);
	return test_end();
}
