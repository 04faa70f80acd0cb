/* SPDX-License-Identifier: MIT */
#include "fer/votes.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"

#define MAX_ROWS  ((size_t)1 << 27)
#define MAX_VOTES 1000000

enum { OTHERS = 3, COLUMNS = EMO_EMOTIONS + OTHERS };

/* The seven in the order of enum emo_emotion, then what is none of them and may be missing. */
static const char *const columns[COLUMNS] = {"anger",    "disgust",  "fear",    "happiness", "sadness",
					     "surprise", "neutral",  "contempt", "unknown",  "NF"};

static int read_header(int at[COLUMNS], struct emo_csv *csv)
{
	int more = emo_csv_next(csv);

	if (more < 0)
		return -1;
	if (more == 0)
		return emo_fail("%s: is empty", emo_csv_name(csv));
	for (int k = 0; k < COLUMNS; k++) {
		int needed = k < EMO_EMOTIONS;

		at[k] = emo_csv_find(csv, columns[k]);
		if (at[k] < 0 && needed)
			return emo_fail("%s:%zu: no column '%s': wanted are the annotators' votes "
					"for neutral, happiness, surprise, sadness, anger, disgust "
					"and fear", emo_csv_name(csv), emo_csv_line(csv),
					columns[k]);
	}
	return 0;
}

static int read_counts(long count[COLUMNS], const struct emo_csv *csv, const int at[COLUMNS])
{
	for (int k = 0; k < COLUMNS; k++) {
		const char *text = at[k] < 0 ? "0" : emo_csv_field(csv, (size_t)at[k]);

		if (emo_parse_long(&count[k], text) < 0 || count[k] < 0 || count[k] > MAX_VOTES)
			return emo_fail("%s:%zu: '%s' is not a number of votes for %s",
					emo_csv_name(csv), emo_csv_line(csv), text, columns[k]);
	}
	return 0;
}

static void take_row(struct emo_votes *v, const long count[COLUMNS])
{
	float *share = v->share + v->n * EMO_EMOTIONS;
	long all = 0, seven = 0;
	int top = 0, tie = 0;

	for (int k = 0; k < COLUMNS; k++) {
		all += count[k];
		seven += k < EMO_EMOTIONS ? count[k] : 0;
		tie = k && count[k] == count[top] ? 1 : count[k] > count[top] ? 0 : tie;
		top = count[k] > count[top] ? k : top;
	}
	for (int e = 0; e < EMO_EMOTIONS; e++)
		share[e] = seven > 0 && 2 * seven >= all ? (float)count[e] / (float)seven : 0;
	v->major[v->n++] = (uint8_t)(tie || top >= EMO_EMOTIONS ? EMO_NO_MAJORITY : top);
}

/* Whether the votes can be about this data. */
static int check_rows(const struct emo_votes *v, const struct emo_dataset *d, const char *path)
{
	for (size_t i = 0; d && i < d->n; i++)
		if (d->row[i] >= v->n)
			return emo_fail("%s: has votes on %zu rows, but the data has a row %u: the "
					"votes of other data?", path, v->n, (unsigned)d->row[i]);
	return 0;
}

int emo_votes_load(struct emo_votes *v, const char *path, const struct emo_dataset *d)
{
	struct emo_csv *csv = emo_csv_open(path);
	size_t share_cap = 0, major_cap = 0;
	int at[COLUMNS], more = -1;
	long count[COLUMNS];

	*v = (struct emo_votes){0};
	if (!csv)
		return -1;
	if (read_header(at, csv) < 0)
		goto out;
	while ((more = emo_csv_next(csv)) > 0) {
		if (v->n == MAX_ROWS)
			more = emo_fail("%s: has more than %zu rows", path, MAX_ROWS);
		if (more < 0 || (more = read_counts(count, csv, at)) < 0 ||
		    (more = emo_grow(&v->share, &share_cap, (v->n + 1) * EMO_EMOTIONS,
				     sizeof *v->share)) < 0 ||
		    (more = emo_grow(&v->major, &major_cap, v->n + 1, 1)) < 0)
			break;
		take_row(v, count);
	}
	if (more == 0)
		more = check_rows(v, d, path);
out:
	emo_csv_close(csv);
	if (more < 0)
		emo_votes_done(v);
	return more < 0 ? -1 : 0;
}

void emo_votes_done(struct emo_votes *v)
{
	free(v->share);
	free(v->major);
	*v = (struct emo_votes){0};
}
