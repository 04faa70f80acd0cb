/* SPDX-License-Identifier: MIT */
#include "base/csv.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/err.h"
#include "base/limit.h"
#include "base/par.h"
#include "test.h"
#include "test_folder.h"

static const char *folder;
static char path[1024];

/* Opens a file with these bytes in it. */
static struct emo_csv *open_bytes(const char *bytes, size_t n)
{
	FILE *f = fopen(path, "wb");

	if (!CHECK(f && fwrite(bytes, 1, n, f) == n && !fclose(f)))
		return NULL;
	return emo_csv_open(path);
}

static struct emo_csv *open_text(const char *text)
{
	return open_bytes(text, strlen(text));
}

/* The next row as "line:field|field", or "end", or "error". */
static const char *row(struct emo_csv *c)
{
	static char text[512];
	int more = emo_csv_next(c);
	size_t n;

	if (more <= 0)
		return more < 0 ? "error" : "end";
	n = (size_t)snprintf(text, sizeof text, "%zu:", emo_csv_line(c));
	for (size_t i = 0; i < emo_csv_nfields(c); i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", i ? "|" : "",
				      emo_csv_field(c, i));
	return text;
}

static void rows_fields_and_lines(void)
{
	struct emo_csv *c = open_text("a,b,c\n1,,3\n\n \t \n,\n\"x\"\n4,5");

	CHECK_STR(row(c), "1:a|b|c");
	CHECK_INT(emo_csv_find(c, "B"), 1);
	CHECK_INT(emo_csv_find(c, "d"), -1);
	CHECK_STR(emo_csv_field(c, 3), "");
	CHECK_STR(row(c), "2:1||3");
	CHECK_STR(row(c), "5:|");
	CHECK_STR(row(c), "6:x");
	CHECK_STR(row(c), "7:4|5");
	CHECK_STR(row(c), "end");
	CHECK_STR(row(c), "end");
	CHECK_STR(emo_csv_name(c), path);
	emo_csv_close(c);
}

static void quotes(void)
{
	struct emo_csv *c = open_text("\"a,b\",\"say \"\"hi\"\"\",\"\"\n"
				      "\"two\nlines\r\n\",x\nnext\n");

	CHECK_STR(row(c), "1:a,b|say \"hi\"|");
	CHECK_STR(row(c), "2:two\nlines\r\n|x");
	CHECK_STR(row(c), "5:next");
	CHECK_STR(row(c), "end");
	emo_csv_close(c);
}

static void all_line_ends(void)
{
	struct emo_csv *c = open_text("a\r\nb\r\rc\n\rd\r\n\r\ne");

	CHECK_STR(row(c), "1:a");
	CHECK_STR(row(c), "2:b");
	CHECK_STR(row(c), "4:c");
	CHECK_STR(row(c), "6:d");
	CHECK_STR(row(c), "8:e");
	CHECK_STR(row(c), "end");
	emo_csv_close(c);
}

/* Rows and line ends across the edges of the pieces in which the file is read. */
static void long_files(void)
{
	enum { ROWS = 40000 };
	static const char *const end[] = {"\n", "\r\n", "\r"};

	for (int e = 0; e < 3; e++) {
		FILE *f = fopen(path, "wb");
		struct emo_csv *c;

		for (int i = 0; i < ROWS; i++)
			fprintf(f, "%d,\"x%d\"%s", i, i, end[e]);
		fclose(f);
		if (!CHECK((c = emo_csv_open(path))))
			return;
		for (int i = 0; i < ROWS; i++) {
			char want[64];
			snprintf(want, sizeof want, "%d:%d|x%d", i + 1, i, i);
			if (strcmp(row(c), want) != 0) {
				CHECK_INT(emo_csv_line(c), i + 1);
				CHECK_STR(emo_csv_field(c, 0), want);
				break;
			}
		}
		CHECK_STR(row(c), "end");
		emo_csv_close(c);
	}
}

static void byte_order_mark_and_empty_files(void)
{
	struct emo_csv *c = open_text("\xef\xbb\xbfname,x\n");

	CHECK_STR(row(c), "1:name|x");
	emo_csv_close(c);
	c = open_text("");
	CHECK_STR(row(c), "end");
	emo_csv_close(c);
	c = open_text("\n\r\n  \n");
	CHECK_STR(row(c), "end");
	emo_csv_close(c);
}

static void open_quote_names_its_row(void)
{
	struct emo_csv *c = open_text("a\nb,\"never\nends\n\n");

	CHECK_STR(row(c), "1:a");
	CHECK_STR(row(c), "error");
	CHECK_ERROR(":2: a quote opened in this row never ends");
	emo_csv_close(c);

	c = open_text("a\n \nb,\"x");
	CHECK_STR(row(c), "1:a");
	CHECK_STR(row(c), "error");
	CHECK_ERROR(":3: a quote");
	emo_csv_close(c);
}

static void stray_quotes_are_text(void)
{
	struct emo_csv *c = open_text("5\" disc,x\n\"a\"b\",y\n\"a\" b,y\n");

	CHECK_STR(row(c), "1:5\" disc|x");
	CHECK_STR(row(c), "2:a\"b|y");
	CHECK_STR(row(c), "error"); /* the quote after a does not end the field, and none does */
	CHECK_ERROR(":3: a quote");
	emo_csv_close(c);
}

static void over_long_rows_are_refused(void)
{
	size_t n = emo_limit(EMO_LIMIT_ROW) + 100;
	char *text = malloc(n);
	struct emo_csv *c;

	memset(text, 'x', n);
	memcpy(text, "a\n\"", 3);
	c = open_bytes(text, n);
	CHECK_STR(row(c), "1:a");
	CHECK_STR(row(c), "error");
	CHECK_ERROR(":2: row longer than 4194304 bytes (a quote that never ends?)");
	emo_csv_close(c);
	free(text);
}

static void binary_files_are_refused(void)
{
	struct emo_csv *c = open_bytes("a,b\nc\0d,e\n", 10);

	CHECK_STR(row(c), "1:a|b");
	CHECK_STR(row(c), "error");
	CHECK_ERROR(":2: has a zero byte");
	emo_csv_close(c);
}

static void gzip_is_seen_through(void)
{
	gzFile gz = gzopen(path, "wb");
	struct stat st;
	struct emo_csv *c;
	int more;

	for (int i = 0; i < 20000; i++)
		gzprintf(gz, "%d,%d\n", i, i * 7919 % 10007);
	gzclose(gz);
	c = emo_csv_open(path);
	for (int i = 0; (more = emo_csv_next(c)) > 0; i++)
		if (emo_csv_nfields(c) != 2 || atoi(emo_csv_field(c, 0)) != i)
			CHECK_INT(atoi(emo_csv_field(c, 0)), i);
	CHECK_INT(more, 0);
	CHECK_INT((long long)emo_csv_line(c), 20000);
	emo_csv_close(c);

	CHECK(stat(path, &st) == 0 && truncate(path, st.st_size / 2) == 0);
	c = emo_csv_open(path);
	while ((more = emo_csv_next(c)) > 0)
		;
	CHECK_INT(more, -1);
	CHECK_ERROR("gzip data ends too early");
	CHECK(emo_csv_line(c) > 1000);
	emo_csv_close(c);
}

/* One task reads ahead, the other uses the rows at hand. */
struct two {
	struct emo_csv *csv;
	int rows, wrong;
};

static int ahead_or_use(void *arg, int index, int thread)
{
	struct two *t = arg;

	(void)thread;
	if (index == 0) {
		emo_csv_ahead(t->csv);
		return 0;
	}
	do {
		int i = t->rows++;
		size_t n = strlen(emo_csv_field(t->csv, 1));

		t->wrong += atoi(emo_csv_field(t->csv, 0)) != i ||
			    emo_csv_line(t->csv) != (size_t)i + 1 ||
			    emo_csv_length(t->csv, 1) != n || n != (size_t)(i % 31) ||
			    emo_csv_length(t->csv, 2) != 0;
	} while (emo_csv_is_at_hand(t->csv) && emo_csv_next(t->csv) > 0);
	return 0;
}

/* A failure far on shows after all rows before it, with its line. */
static void reading_on_two_threads(void)
{
	enum { ROWS = 60000 };
	struct emo_pool *pool = emo_pool_new(2);
	FILE *f = fopen(path, "wb");
	struct two t = {0};
	int more, turns = 0;

	for (int i = 0; i < ROWS; i++)
		fprintf(f, "%d,%.*s\n", i, i % 31, "abcdefghijklmnopqrstuvwxyzABCDEFGH");
	fprintf(f, "%d,\"never\nends", ROWS);
	fclose(f);
	if (!CHECK(pool && (t.csv = emo_csv_open(path))))
		return;
	for (; (more = emo_csv_next(t.csv)) > 0; turns++)
		CHECK_INT(emo_for(pool, 2, ahead_or_use, &t), 0);
	CHECK_INT(more, -1);
	CHECK_ERROR(":60001: a quote opened in this row never ends");
	CHECK_INT(emo_csv_next(t.csv), -1);
	CHECK_INT(t.rows, ROWS);
	CHECK_INT(t.wrong, 0);
	CHECK(turns > 2);
	emo_csv_close(t.csv);
	emo_pool_free(pool);
}

static void missing_files_have_a_reason(void)
{
	CHECK(!emo_csv_open("/no/such/file.csv"));
	CHECK_ERROR("/no/such/file.csv: No such file or directory");
	CHECK(!emo_csv_open(folder));
	CHECK_ERROR("is a directory");
	emo_csv_close(NULL);
}

int main(void)
{
	folder = test_folder();
	snprintf(path, sizeof path, "%s/x.csv", folder);
	RUN(rows_fields_and_lines);
	RUN(quotes);
	RUN(all_line_ends);
	RUN(long_files);
	RUN(byte_order_mark_and_empty_files);
	RUN(open_quote_names_its_row);
	RUN(stray_quotes_are_text);
	RUN(over_long_rows_are_refused);
	RUN(binary_files_are_refused);
	RUN(gzip_is_seen_through);
	RUN(reading_on_two_threads);
	RUN(missing_files_have_a_reason);
	unlink(path);
	rmdir(folder);
	return test_end();
}
