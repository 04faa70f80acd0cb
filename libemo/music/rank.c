/* SPDX-License-Identifier: MIT */
#include "music/rank.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/num.h"
#include "music/index.h"

#define LEAST_SHARE 0.02 /* of the score, to be worth a word */
#define K2	    (EMO_RANK_CONSTANT * EMO_RANK_CONSTANT)

void emo_standard_fit(struct emo_standard *s, const struct emo_songs *songs)
{
	if (songs->index) {
		*s = *emo_index_standard(songs);
		return;
	}
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

enum { LANES = 8 };

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));
typedef int32_t masks __attribute__((vector_size(LANES * sizeof(int32_t))));

/* What the used features are, as a pass over all songs needs it. */
struct pass {
	const float *column[EMO_FEATURES];
	lanes mean[EMO_FEATURES], scale[EMO_FEATURES], target[EMO_FEATURES];
	int n;
};

static void plan(struct pass *p, const struct emo_songs *songs, const struct emo_standard *s,
		 const struct emo_wish *w)
{
	const lanes zero = {0};

	p->n = 0;
	for (int f = 0; f < EMO_FEATURES; f++)
		if (s->used >> f & 1) {
			p->column[p->n] = songs->feature[f];
			p->mean[p->n] = zero + (float)s->mean[f];
			p->scale[p->n] = zero + (float)(1 / s->sd[f]);
			p->target[p->n++] = zero + w->feature[f];
		}
}

/*
 * A song can be among the best when z·t + k² over √(z·z + k²) is at least `least`, give or take the
 * error of single precision: without root and division, when dot·|dot| >= least·|least|·squares.
 */
static float square_bound(double least)
{
	least -= 1e-4 * (1 + fabs(least));
	return (float)(least * fabs(least));
}

/* Whether any of the songs first .. first + LANES - 1 can be, and which. */
static inline int any_can(masks *can, const struct pass *p, size_t first, const struct emo_wish *w,
			  float bound)
{
	lanes dot = (lanes){0} + (float)K2, squares = dot, x;
	uint64_t word[LANES / 2];

	for (int f = 0; f < p->n; f++) {
		memcpy(&x, p->column[f] + first, sizeof x);
		x = (x - p->mean[f]) * p->scale[f];
		x = (lanes)((masks)x & (x == x)); /* missing: the mean */
		dot += x * p->target[f];
		squares += x * x;
	}
	if (w->extra) {
		memcpy(&x, w->extra + first, sizeof x);
		dot += x * w->extra_target;
		squares += x * x;
	}
	*can = dot * (lanes)((masks)dot & 0x7fffffff) >= bound * squares;
	memcpy(word, can, sizeof word);
	return (word[0] | word[1] | word[2] | word[3]) != 0;
}

static double exact_score(const struct emo_songs *songs, const struct emo_standard *s,
			  const struct emo_wish *w, double length, size_t i)
{
	double z[EMO_FEATURES], dot = K2;

	emo_standard_song(z, s, songs, i);
	for (int f = 0; f < EMO_FEATURES; f++)
		dot += z[f] * w->feature[f];
	if (w->extra)
		dot += (double)w->extra[i] * w->extra_target;
	return dot / (song_length(z, w, i) * length);
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

/* The best so far, the last-listed on top when there are n of them. */
struct heap {
	struct emo_ranked *best;
	size_t n, have;
};

static void consider(struct heap *h, size_t song, double score)
{
	struct emo_ranked r = {.song = song, .score = score};

	if (h->have < h->n)
		rise(h->best, h->have++, r);
	else if (before(&r, &h->best[0]))
		sink(h->best, h->n, r);
}

size_t emo_rank(struct emo_ranked *best, size_t n, const struct emo_songs *songs,
		const struct emo_standard *s, const struct emo_wish *wish,
		const unsigned char *leave_out)
{
	double length = wish_length(s, wish);
	struct heap h = {best, n, 0};
	struct pass pass;
	masks can;

	plan(&pass, songs, s, wish);
	for (size_t i = 0, next; n > 0 && i < songs->n; i = next) {
		int rough = h.have == n && songs->n - i >= LANES;

		next = i + (rough ? LANES : 1);
		if (rough && !any_can(&can, &pass, i, wish, square_bound(best[0].score * length)))
			continue;
		for (size_t k = i; k < next; k++)
			if ((!rough || can[k - i]) && (!leave_out || !leave_out[k]))
				consider(&h, k, exact_score(songs, s, wish, length, k));
	}
	for (size_t k = h.have; k > 1; k--) { /* heap sort: the last-listed goes to the end */
		struct emo_ranked last = best[0];
		sink(best, k - 1, best[k - 1]);
		best[k - 1] = last;
	}
	return h.have;
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
