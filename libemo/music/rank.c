/* SPDX-License-Identifier: MIT */
#include "music/rank.h"

#include <math.h>

#include "base/num.h"

#define LEAST_SHARE 0.02 /* of the score, to be worth a word */
#define K2	    (EMO_RANK_CONSTANT * EMO_RANK_CONSTANT)

void emo_standard_fit(struct emo_standard *s, const struct emo_songs *songs)
{
	*s = (struct emo_standard){0};
	for (int f = 0; f < EMO_FEATURES; f++) {
		const float *v = songs->feature[f];
		double sum = 0, squares = 0, least = INFINITY, most = -INFINITY;
		size_t n = 0;

		for (size_t i = 0; i < songs->n; i++) {
			if (isnan(v[i]))
				continue;
			n++;
			sum += v[i];
			least = fmin(least, v[i]);
			most = fmax(most, v[i]);
		}
		if (!(least < most))
			continue;
		s->mean[f] = sum / (double)n;
		for (size_t i = 0; i < songs->n; i++)
			if (!isnan(v[i]))
				squares += (v[i] - s->mean[f]) * (v[i] - s->mean[f]);
		s->sd[f] = sqrt(squares / (double)n);
		s->used |= 1u << f;
	}
}

void emo_standard_song(double *z, const struct emo_standard *s, const struct emo_songs *songs,
		       size_t i)
{
	for (int f = 0; f < EMO_FEATURES; f++) {
		double v = s->used >> f & 1 ? songs->feature[f][i] : NAN;
		z[f] = isnan(v) ? 0 : (v - s->mean[f]) / s->sd[f];
	}
}

/* √(t·t + k²) of the used features. */
static double wish_length(const struct emo_standard *s, const struct emo_wish *w)
{
	double sum = K2 + (w->extra ? (double)w->extra_target * w->extra_target : 0);

	for (int f = 0; f < EMO_FEATURES; f++)
		if (s->used >> f & 1)
			sum += (double)w->feature[f] * w->feature[f];
	return sqrt(sum);
}

static double song_length(const double *z, const struct emo_wish *w, size_t i)
{
	double sum = K2 + (w->extra ? (double)w->extra[i] * w->extra[i] : 0);

	for (int f = 0; f < EMO_FEATURES; f++)
		sum += z[f] * z[f];
	return sqrt(sum);
}

enum { BLOCK = 256 };

/*
 * Scores of the songs first .. first + n - 1, n <= BLOCK: column by column, so that the compiler
 * can keep several songs in a register and the columns of a mapped index are read in order.
 */
static void score_block(double *score, size_t first, size_t n, const struct emo_songs *songs,
			const struct emo_standard *s, const struct emo_wish *w, double length)
{
	double dot[BLOCK], squares[BLOCK];

	for (size_t i = 0; i < n; i++)
		dot[i] = squares[i] = K2;
	for (int f = 0; f < EMO_FEATURES; f++) {
		const float *v = songs->feature[f] + first;
		double mean = s->mean[f], scale = 1 / s->sd[f], t = w->feature[f];

		if (!(s->used >> f & 1))
			continue;
		for (size_t i = 0; i < n; i++) {
			double z = (v[i] - mean) * scale;
			z = z == z ? z : 0; /* missing: the mean */
			dot[i] += z * t;
			squares[i] += z * z;
		}
	}
	for (size_t i = 0; w->extra && i < n; i++) {
		double x = w->extra[first + i];
		dot[i] += x * w->extra_target;
		squares[i] += x * x;
	}
	for (size_t i = 0; i < n; i++)
		score[i] = dot[i] / (sqrt(squares[i]) * length);
}

/* Whether a is listed before b. */
static int before(const struct emo_ranked *a, const struct emo_ranked *b)
{
	return a->score > b->score || (a->score == b->score && a->song < b->song);
}

/* Puts `item` at the root of heap[n], the last-listed song on top, and lets it sink. */
static void sink(struct emo_ranked *heap, size_t n, struct emo_ranked item)
{
	size_t i = 0, child;

	for (; (child = 2 * i + 1) < n; i = child) {
		if (child + 1 < n && before(&heap[child], &heap[child + 1]))
			child++;
		if (!before(&item, &heap[child]))
			break;
		heap[i] = heap[child];
	}
	heap[i] = item;
}

static void rise(struct emo_ranked *heap, size_t i, struct emo_ranked item)
{
	for (; i > 0 && before(&heap[(i - 1) / 2], &item); i = (i - 1) / 2)
		heap[i] = heap[(i - 1) / 2];
	heap[i] = item;
}

size_t emo_rank(struct emo_ranked *best, size_t n, const struct emo_songs *songs,
		const struct emo_standard *s, const struct emo_wish *wish,
		const unsigned char *leave_out)
{
	double length = wish_length(s, wish), score[BLOCK];
	size_t have = 0;

	for (size_t first = 0; n > 0 && first < songs->n; first += BLOCK) {
		size_t rest = songs->n - first, len = rest < BLOCK ? rest : BLOCK;

		score_block(score, first, len, songs, s, wish, length);
		for (size_t i = 0; i < len; i++) {
			struct emo_ranked r = {.song = first + i, .score = score[i]};

			if ((have == n && score[i] < best[0].score) ||
			    (leave_out && leave_out[first + i]))
				continue;
			if (have < n)
				rise(best, have++, r);
			else if (before(&r, &best[0]))
				sink(best, n, r);
		}
	}
	for (size_t k = have; k > 1; k--) { /* heap sort: the last-listed goes to the end */
		struct emo_ranked last = best[0];
		sink(best, k - 1, best[k - 1]);
		best[k - 1] = last;
	}
	return have;
}

int emo_rank_explain(struct emo_reason reasons[EMO_FEATURES], const struct emo_songs *songs,
		     const struct emo_standard *s, const struct emo_wish *wish, size_t i)
{
	double z[EMO_FEATURES], scale;
	int n = 0;

	emo_standard_song(z, s, songs, i);
	scale = 1 / (song_length(z, wish, i) * wish_length(s, wish));
	for (int f = 0; f < EMO_FEATURES; f++) {
		struct emo_reason r = {
			.feature = f, .z = z[f], .share = z[f] * wish->feature[f] * scale};
		int at = n;

		if (!(s->used >> f & 1))
			continue;
		for (; at > 0 && reasons[at - 1].share < r.share; at--)
			reasons[at] = reasons[at - 1];
		reasons[at] = r;
		n++;
	}
	return n;
}

void emo_rank_why(char *buf, size_t size, const struct emo_songs *songs,
		  const struct emo_standard *s, const struct emo_wish *wish, size_t i)
{
	struct emo_reason r[EMO_FEATURES];
	int n = emo_rank_explain(r, songs, s, wish, i);
	double away = 0;
	size_t used = 0;

	for (int k = 0; k < n; k++)
		away += r[k].z * r[k].z;
	for (int k = 0; k < n && k < 3 && r[k].share >= LEAST_SHARE && used < size; k++)
		used += (size_t)emo_snprintf(buf + used, size - used, "%s%s %s %.1f σ",
					     used ? ", " : "", r[k].z < 0 ? "−" : "+",
					     emo_feature_name((int)r[k].feature), fabs(r[k].z));
	if (!used)
		emo_snprintf(buf, size, "%.1f σ from the average", sqrt(away));
}
