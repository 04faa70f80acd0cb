/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <locale.h>
#include <stdlib.h>

#include "base/err.h"
#include "test.h"

#define HEADER                                                                                    \
	"file\ttime\tface\tx\ty\tw\th\tscore\temotion\tconfidence\tangry\tdisgust\tfear\thappy\t" \
	"sad\tsurprise\tneutral\n"

static struct emo_record face(const char *file)
{
	return (struct emo_record){.file = file,
				   .time = NAN,
				   .face = 1,
				   .x = 10,
				   .y = 20.5f,
				   .w = 100,
				   .h = 120.25f,
				   .score = NAN,
				   .emotion = EMO_HAPPY,
				   .confidence = 0.7f,
				   .mood = {0.05f, 0, 0.05f, 0.7f, 0, 0.1f, 0.1f}};
}

static struct emo_record no_face(const char *file, int which)
{
	return (struct emo_record){.file = file,
				   .time = NAN,
				   .face = which,
				   .x = NAN,
				   .y = NAN,
				   .w = NAN,
				   .h = NAN,
				   .score = NAN,
				   .emotion = -1};
}

/* What writing the n records gives; caller frees. */
static char *written(enum emo_format format, const struct emo_record *r, int n)
{
	char *text = NULL;
	size_t len;
	struct emo_record_writer w = {.file = open_memstream(&text, &len), .format = format};

	for (int i = 0; i < n; i++)
		CHECK_INT(emo_record_write(&w, &r[i]), 0);
	fclose(w.file);
	CHECK_INT((int)w.lines, n);
	return text;
}

struct source {
	FILE *file;
	struct emo_record_reader *reader;
};

static struct source open_bytes(const char *text, size_t n)
{
	struct source s = {.file = tmpfile()};

	CHECK(s.file != NULL);
	fwrite(text, 1, n, s.file);
	rewind(s.file);
	CHECK((s.reader = emo_record_reader_new(s.file, "in")) != NULL);
	return s;
}

static struct source open_text(const char *text)
{
	return open_bytes(text, strlen(text));
}

static void close_source(struct source *s)
{
	emo_record_reader_free(s->reader);
	fclose(s->file);
}

static void tsv_lines(void)
{
	struct emo_record r[3] = {face("a\tb\nc\\d.png"), no_face("empty.png", EMO_FACE_NONE),
				  no_face("gone.png", EMO_FACE_UNREAD)};
	char *text = written(EMO_TSV, r, 3);

	CHECK_STR(text,
		  HEADER "a\\tb\\nc\\\\d.png\t\t1\t10\t20.5\t100\t120.25\t\thappy\t0.700000\t"
			 "0.050000\t0.000000\t0.050000\t0.700000\t0.000000\t0.100000\t0.100000\n"
			 "empty.png\t\t0"
			 "\t\t\t\t\t\t\t\t\t\t\t\t\t\t\n"
			 "gone.png\t\t"
			 "\t\t\t\t\t\t\t\t\t\t\t\t\t\t\n");
	free(text);
}

static void jsonl_lines(void)
{
	struct emo_record r = face("a\"b\xff\x01.png");
	char *text;

	r.time = 1.5;
	text = written(EMO_JSONL, &r, 1);
	CHECK_STR(text,
		  "{\"file\": \"a\\\"b\xef\xbf\xbd\\u0001.png\", \"time\": 1.500, \"face\": 1, "
		  "\"x\": 10, \"y\": 20.5, \"w\": 100, \"h\": 120.25, \"score\": null, "
		  "\"emotion\": \"happy\", \"confidence\": 0.700000, \"angry\": 0.050000, "
		  "\"disgust\": 0.000000, \"fear\": 0.050000, \"happy\": 0.700000, "
		  "\"sad\": 0.000000, \"surprise\": 0.100000, \"neutral\": 0.100000}\n");
	free(text);
}

static void text_lines(void)
{
	struct emo_record r[3] = {
		face("a/very/long/path/to/one/of/the/pictures/\033[31mIMG_0001.png"),
		no_face("empty.png", EMO_FACE_NONE), no_face("gone.png", EMO_FACE_UNREAD)};
	char *text;
	size_t columns = 0;

	r[0].time = 75.25;
	text = written(EMO_TEXT, r, 3);
	CHECK_STR(text, "file                        face  emotion         confidence    then\n"
			"...[31mIMG_0001.png 75.25s     1  happy    ########....  70.0 %   10 % "
			"surprise\n"
			"empty.png                      -  no face\n"
			"gone.png                       -  not read\n");
	for (char *s = text; *s; s++) {
		columns = *s == '\n' ? 0 : columns + 1;
		CHECK(columns <= 80);
	}
	free(text);
}

/* Every number must come back, whatever the process' locale says about decimal points. */
static void round_trip(enum emo_format format)
{
	struct emo_record r[3] = {face("t\t.png"), no_face("e.png", EMO_FACE_NONE),
				  no_face("u.png", EMO_FACE_UNREAD)};
	struct emo_record got;
	struct source s;
	char *text;

	r[0].time = 12.345;
	r[0].score = 0.875f;
	text = written(format, r, 3);
	s = open_text(text);
	CHECK_INT(emo_record_read(s.reader, &got), 1);
	CHECK_STR(got.file, "t\t.png");
	CHECK_INT(got.face, 1);
	CHECK_NEAR(got.time, 12.345, 1e-9);
	CHECK_NEAR(got.y, 20.5, 0);
	CHECK_NEAR(got.h, 120.25, 0);
	CHECK_NEAR(got.score, 0.875, 0);
	CHECK_INT(got.emotion, EMO_HAPPY);
	CHECK_NEAR(got.confidence, 0.7, 1e-6);
	for (int e = 0; e < EMO_EMOTIONS; e++)
		CHECK_NEAR(got.mood[e], r[0].mood[e], 1e-6);
	CHECK_INT(emo_record_read(s.reader, &got), 1);
	CHECK_INT(got.face, EMO_FACE_NONE);
	CHECK_INT(got.emotion, -1);
	CHECK(isnan(got.x));
	CHECK_INT(emo_record_read(s.reader, &got), 1);
	CHECK_INT(got.face, EMO_FACE_UNREAD);
	CHECK_STR(got.file, "u.png");
	CHECK_INT(emo_record_read(s.reader, &got), 0);
	close_source(&s);
	free(text);
}

static void round_trips(void)
{
	round_trip(EMO_TSV);
	round_trip(EMO_JSONL);
	if (setlocale(LC_ALL, "de_DE.UTF-8")) {
		round_trip(EMO_TSV);
		round_trip(EMO_JSONL);
	}
	setlocale(LC_ALL, "C");
}

/* Marks and `sure` have columns only where they are asked for; readers take both. */
static void more_columns(void)
{
	for (int format = EMO_TSV; format <= EMO_JSONL; format++) {
		struct emo_record_writer w = {.format = (enum emo_format)format, .marks = 1, .sure = 1};
		struct emo_record r[3] = {face("a.png"), face("b.png"), no_face("c.png", EMO_FACE_NONE)};
		struct emo_record got;
		struct source s;
		char *text;
		size_t len;

		for (int i = 0; i < EMO_MARKS; i++) {
			r[0].mark[i][0] = 10.5f + (float)i;
			r[0].mark[i][1] = -20 - (float)i;
			r[1].mark[i][0] = r[1].mark[i][1] = NAN;
		}
		r[0].sure = 0;
		r[1].sure = 1;
		w.file = open_memstream(&text, &len);
		for (int i = 0; i < 3; i++)
			CHECK_INT(emo_record_write(&w, &r[i]), 0);
		fclose(w.file);
		if (format == EMO_TSV)
			CHECK(strstr(text, "neutral\tlex\tley\trex\trey\tnx\tny\tlmx\tlmy\trmx\trmy"
					   "\tsure\n") != NULL);
		CHECK(strstr(text, format == EMO_TSV ? "\t10.5\t-20\t11.5\t-21\t12.5\t-22\t13.5\t-23\t"
						       "14.5\t-24\t0\n"
						     : "\"lex\": 10.5, \"ley\": -20, ") != NULL);
		CHECK(strstr(text, format == EMO_TSV ? "\t\t\t\t\t\t\t\t\t\t1\n"
						     : "\"rmy\": null, \"sure\": 1}") != NULL);
		s = open_text(text);
		CHECK_INT(emo_record_read(s.reader, &got), 1);
		for (int i = 0; i < EMO_MARKS; i++) {
			CHECK_NEAR(got.mark[i][0], r[0].mark[i][0], 0);
			CHECK_NEAR(got.mark[i][1], r[0].mark[i][1], 0);
		}
		CHECK_INT(got.sure, 0);
		CHECK_INT(emo_record_read(s.reader, &got), 1);
		CHECK(isnan(got.mark[0][0]) && isnan(got.mark[4][1]));
		CHECK_INT(got.sure, 1);
		CHECK_INT(emo_record_read(s.reader, &got), 1);
		CHECK_INT(got.face, EMO_FACE_NONE);
		CHECK_INT(got.sure, -1);
		close_source(&s);
		free(text);
	}
}

/* What mood-follow adds: frames and shares, the reason, the size of the picture. */
static void follow_columns(void)
{
	for (int format = EMO_TSV; format <= EMO_JSONL; format++) {
		struct emo_record_writer w = {
			.format = (enum emo_format)format, .frame = 1, .shares = 1, .reason = 1};
		struct emo_record r[2] = {face("v"), no_face("v", EMO_FACE_NONE)}, got;
		struct source s;
		char *text;
		size_t len;

		r[0].frame_w = 640;
		r[0].frame_h = 480;
		r[0].frames = 8;
		r[0].share[EMO_HAPPY] = 0.75f;
		r[0].share[EMO_SAD] = 0.25f;
		r[0].reason = "changed\tback";
		w.file = open_memstream(&text, &len);
		for (int i = 0; i < 2; i++)
			CHECK_INT(emo_record_write(&w, &r[i]), 0);
		fclose(w.file);
		if (format == EMO_TSV)
			CHECK(strstr(text, "neutral\tframe_w\tframe_h\tframes\tshare_angry\t"
					   "share_disgust\tshare_fear\tshare_happy\tshare_sad\t"
					   "share_surprise\tshare_neutral\treason\n") != NULL);
		s = open_text(text);
		CHECK_INT(emo_record_read(s.reader, &got), 1);
		CHECK_INT(got.frame_w, 640);
		CHECK_INT(got.frame_h, 480);
		CHECK_INT(got.frames, 8);
		CHECK_NEAR(got.share[EMO_HAPPY], 0.75, 0);
		CHECK_NEAR(got.share[EMO_SAD], 0.25, 0);
		CHECK_STR(got.reason, "changed\tback");
		CHECK_INT(emo_record_read(s.reader, &got), 1);
		CHECK_INT(got.frames, 0);
		CHECK(got.reason == NULL);
		close_source(&s);
		free(text);
	}
}

static void share_text(void)
{
	struct emo_record r = face("cam");
	struct emo_record_writer w = {.format = EMO_TEXT, .shares = 1, .reason = 1};
	char *text;
	size_t len;

	r.time = 3;
	r.frames = 90;
	r.share[EMO_SURPRISE] = 0.8f;
	r.share[EMO_SAD] = 0.2f;
	r.reason = "first";
	w.file = open_memstream(&text, &len);
	CHECK_INT(emo_record_write(&w, &r), 0);
	r.frames = 0;
	r.sure = -1;
	CHECK_INT(emo_record_write(&w, &r), 0);
	fclose(w.file);
	CHECK(strstr(text, "1  surprise 80 % sad 20 % of 90 frames, first\n") != NULL);
	CHECK(strstr(text, "10 % surprise, first\n") != NULL);
	free(text);
}

static void unsure_text(void)
{
	struct emo_record r = face("a.png");
	struct emo_record_writer w = {.format = EMO_TEXT, .sure = 1};
	char *text;
	size_t len;

	w.file = open_memstream(&text, &len);
	CHECK_INT(emo_record_write(&w, &r), 0); /* sure is 0 */
	r.emotion = -1;
	CHECK_INT(emo_record_write(&w, &r), 0);
	fclose(w.file);
	CHECK(strstr(text, "  happy   ?####") != NULL);
	CHECK(strstr(text, "1  not judged\n") != NULL);
	free(text);
}

static void full_disk(void)
{
	struct emo_record_writer w = {.file = fopen("/dev/full", "w"), .format = EMO_TSV};
	struct emo_record r = face("a.png");

	if (!w.file)
		return;
	setvbuf(w.file, NULL, _IONBF, 0);
	CHECK_INT(emo_record_write(&w, &r), -1);
	CHECK_ERROR("cannot write the records: No space left");
	fclose(w.file);
}

int main(void)
{
	RUN(tsv_lines);
	RUN(jsonl_lines);
	RUN(text_lines);
	RUN(round_trips);
	RUN(more_columns);
	RUN(follow_columns);
	RUN(share_text);
	RUN(unsure_text);
	RUN(full_disk);
	return test_end();
}
