/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/limit.h"
#include "test.h"

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

static void columns_by_name(void)
{
	struct source s = open_text("\xef\xbb\xbf"
				    "Sad\tcomment\tHAPPY\tfile\r\n"
				    "\r\n1\twhatever\t3\tx.png\r\n");
	struct emo_record r;

	CHECK_INT(emo_record_read(s.reader, &r), 1);
	CHECK_STR(r.file, "x.png");
	CHECK_INT(r.face, 1);
	CHECK_NEAR(r.mood[EMO_SAD], 0.25, 1e-7);
	CHECK_NEAR(r.mood[EMO_HAPPY], 0.75, 1e-7);
	CHECK_INT(r.emotion, EMO_HAPPY);
	CHECK_NEAR(r.confidence, 0.75, 1e-7);
	CHECK_INT(emo_record_read(s.reader, &r), 0);
	close_source(&s);
}

static void emotion_without_moods(void)
{
	struct source s = open_text("emotion\tconfidence\nsad\t0.4\nFear\t\n");
	struct emo_record r;

	CHECK_INT(emo_record_read(s.reader, &r), 1);
	CHECK_NEAR(r.mood[EMO_SAD], 0.4, 1e-7);
	CHECK_NEAR(r.mood[EMO_NEUTRAL], 0.1, 1e-7);
	CHECK_NEAR(r.confidence, 0.4, 1e-7);
	CHECK_INT(emo_record_read(s.reader, &r), 1);
	CHECK_NEAR(r.mood[EMO_FEAR], 1, 0);
	close_source(&s);
}

static void joined_streams(void)
{
	struct source s = open_text("file\temotion\na.png\thappy\n"
				    "file\temotion\nb.png\tsad\n"
				    "emotion\tface\tfile\nangry\t1\tc.png\n");
	const char *files[] = {"a.png", "b.png", "c.png"};
	int emotions[] = {EMO_HAPPY, EMO_SAD, EMO_ANGRY};
	struct emo_record r;

	for (int i = 0; i < 3; i++) {
		CHECK_INT(emo_record_read(s.reader, &r), 1);
		CHECK_STR(r.file, files[i]);
		CHECK_INT(r.emotion, emotions[i]);
	}
	CHECK_INT(emo_record_read(s.reader, &r), 0);
	close_source(&s);
}

static void bare_words(void)
{
	struct source s = open_text("\n  Happiness \nno such thing\n4\r\nsurprised");
	struct emo_record r;

	CHECK_INT(emo_record_read(s.reader, &r), 1);
	CHECK(r.file == NULL);
	CHECK_INT(r.face, 1);
	CHECK_NEAR(r.mood[EMO_HAPPY], 1, 0);
	CHECK(isnan(r.x));
	CHECK_INT(emo_record_read(s.reader, &r), -1);
	CHECK_ERROR("in:3: 'no such thing' is no emotion");
	CHECK_INT(emo_record_read(s.reader, &r), 1);
	CHECK_INT(r.emotion, EMO_SAD);
	CHECK_INT(emo_record_read(s.reader, &r), 1);
	CHECK_INT(r.emotion, EMO_SURPRISE);
	CHECK_INT(emo_record_read(s.reader, &r), 0);
	close_source(&s);
}

static void json_lines(void)
{
	struct source s =
		open_text("{\"emotion\": \"sad\", \"extra\": [1, {\"a\": null}]}\n"
			  "{\"file\": 3, \"happy\": 1}\n"
			  "[1]\n"
			  "{\"happy\": 1\n"
			  "{\"file\": \"p\\u00e9.png\", \"happy\": 2, \"sad\": 2, \"x\": null}\n");
	struct emo_record r;

	CHECK_INT(emo_record_read(s.reader, &r), 1);
	CHECK_INT(r.emotion, EMO_SAD);
	CHECK(r.file == NULL);
	CHECK_INT(emo_record_read(s.reader, &r), -1);
	CHECK_ERROR("in:2: \"file\" is not a string");
	CHECK_INT(emo_record_read(s.reader, &r), -1);
	CHECK_ERROR("in:3: not a JSON object");
	CHECK_INT(emo_record_read(s.reader, &r), -1);
	CHECK_ERROR("in:4: not JSON: ");
	CHECK_INT(emo_record_read(s.reader, &r), 1);
	CHECK_STR(r.file, "p\xc3\xa9.png");
	CHECK_NEAR(r.mood[EMO_HAPPY], 0.5, 0);
	CHECK_INT((int)emo_record_line(s.reader), 5);
	close_source(&s);
}

static void bad_cells(void)
{
	static const struct {
		const char *line, *words;
	} cases[] = {
		{"a\t1\thappy\t0.5", "in:2: 4 cells where the header has 6"},
		{"a\t1\thappy\t0.5\t1\t0\t9", "in:2: 7 cells where the header has 6"},
		{"a\t1\thappy\t0.5\tnan\t0", "happy 'nan' is not a number"},
		{"a\t1\thappy\t0.5\t0x1\t0", "happy '0x1' is not a number"},
		{"a\t1\thappy\t0.5\t-1\t0", "happy -1 is not a probability"},
		{"a\t1\thappy\t1.5\t1\t0", "confidence 1.5 is not a probability"},
		{"a\t1\thappy\t0.5\t0\t0", "do not add up"},
		{"a\t1\tjolly\t0.5\t1\t0", "'jolly' is no emotion"},
		{"a\t1.5\thappy\t0.5\t1\t0", "face is not a whole number"},
		{"a\t-1\thappy\t0.5\t1\t0", "face is not a whole number"},
		{"a\t1\t\t\t\t", "a face without an emotion"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[256];
		struct emo_record r;
		struct source s;

		snprintf(text, sizeof text,
			 "file\tface\temotion\tconfidence\thappy\tsad\n%s\nb\t1\tsad\t1\t0\t1\n",
			 cases[i].line);
		s = open_text(text);
		CHECK_INT(emo_record_read(s.reader, &r), -1);
		CHECK_ERROR(cases[i].words);
		CHECK_ERROR("in:2: ");
		CHECK_INT(emo_record_read(s.reader, &r), 1); /* and on it goes */
		CHECK_STR(r.file, "b");
		CHECK_INT(emo_record_read(s.reader, &r), 0);
		close_source(&s);
	}
}

static void bad_beginnings(void)
{
	static const struct {
		const char *line, *words;
	} cases[] = {
		{"emotion,pixels,Usage\n", "no header of records"},
		{"a.png\t1\t0.5\n", "a header that names an emotion column should come first"},
		{"rank\tname\n", "a header that names an emotion column should come first"},
		{"emotion\temotion\n", "column 'emotion' occurs twice"},
	};
	struct emo_record r;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct source s = open_text(cases[i].line);
		CHECK_INT(emo_record_read(s.reader, &r), -1);
		CHECK_ERROR(cases[i].words);
		CHECK_INT(emo_record_read(s.reader, &r), 0);
		close_source(&s);
	}
}

static void hostile_bytes(void)
{
	struct source s = open_bytes("sad\nha\0py\nfear\n", 15);
	size_t n = emo_limit(EMO_LIMIT_LINE) + 10;
	char *big = malloc(n + 5);
	struct emo_record r;

	CHECK_INT(emo_record_read(s.reader, &r), 1);
	CHECK_INT(emo_record_read(s.reader, &r), -1);
	CHECK_ERROR("in:2: line with a NUL byte");
	CHECK_INT(emo_record_read(s.reader, &r), 1);
	CHECK_INT(r.emotion, EMO_FEAR);
	close_source(&s);

	memset(big, 'x', n);
	memcpy(big + n, "\nsad\n", 5);
	s = open_bytes(big, n + 5);
	CHECK_INT(emo_record_read(s.reader, &r), -1);
	CHECK_ERROR("in:1: line longer than");
	CHECK_INT(emo_record_read(s.reader, &r), 1);
	CHECK_INT(r.emotion, EMO_SAD);
	close_source(&s);

	memset(big, '\t', 1000);
	big[1000] = '\0';
	memcpy(big, "happy", 5);
	s = open_text(big);
	CHECK_INT(emo_record_read(s.reader, &r), -1);
	CHECK_ERROR("more than 256 cells");
	close_source(&s);

	memset(big, '[', 100000);
	memcpy(big, "{\"a\":", 5);
	big[100000] = '\0';
	s = open_text(big);
	CHECK_INT(emo_record_read(s.reader, &r), -1);
	CHECK_ERROR("in:1: not JSON");
	close_source(&s);
	free(big);
}

/* Where boxes are wanted, they are enough; what has moods is read as ever. */
static void boxes_alone(void)
{
	struct source s = open_text("file\tx\ty\tw\th\tlex\tley\na.png\t1\t2\t30\t40\t5\t6\n"
				    "b.png\t1\t2\t-3\t4\t\t\n"
				    "file\tface\temotion\nc.png\t1\tsad\n");
	struct emo_record r;

	emo_record_reader_boxes(s.reader);
	CHECK_INT(emo_record_read(s.reader, &r), 1);
	CHECK_STR(r.file, "a.png");
	CHECK_INT(r.face, 1);
	CHECK_INT(r.emotion, -1);
	CHECK_NEAR(r.h, 40, 0);
	CHECK_NEAR(r.mark[0][1], 6, 0);
	CHECK(isnan(r.mark[1][0]) && isnan(r.confidence));
	CHECK_INT(emo_record_read(s.reader, &r), -1);
	CHECK_ERROR("in:3: box with a negative size");
	CHECK_INT(emo_record_read(s.reader, &r), 1);
	CHECK_INT(r.emotion, EMO_SAD);
	close_source(&s);
	s = open_text("file\tx\ty\tw\na.png\t1\t2\t30\n");
	emo_record_reader_boxes(s.reader);
	CHECK_INT(emo_record_read(s.reader, &r), -1);
	CHECK_ERROR("in:1: a header that names the columns x y w h should come first");
	close_source(&s);
	s = open_text("{\"file\": \"a.png\", \"x\": 1, \"y\": 2, \"w\": 3, \"h\": 4}\n");
	emo_record_reader_boxes(s.reader);
	CHECK_INT(emo_record_read(s.reader, &r), 1);
	CHECK_NEAR(r.w, 3, 0);
	close_source(&s);
}

int main(void)
{
	RUN(columns_by_name);
	RUN(emotion_without_moods);
	RUN(joined_streams);
	RUN(bare_words);
	RUN(json_lines);
	RUN(bad_cells);
	RUN(bad_beginnings);
	RUN(boxes_alone);
	RUN(hostile_bytes);
	return test_end();
}
