/* SPDX-License-Identifier: MIT */
#include "recommend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "../cli.h"
#include "music/index.h"

/* Songs that no mood can bring into the list. */
static void leave_out(struct recommend *r)
{
	const struct emo_songs *songs = &r->cat.songs;
	struct emo_where *where = r->where ? emo_where_parse(r->where) : NULL;
	size_t with_uri = 0, meet = 0, with_length = 0;
	int playlist = listing_is_playlist(&r->listing);

	if (r->where && !where)
		usage_error("--where: %s", emo_error());
	for (size_t i = 0; playlist && i < songs->n; i++) {
		r->leave_out[i] = !*emo_song_text(songs, i, EMO_SONG_URI);
		with_uri += !r->leave_out[i];
	}
	for (size_t i = 0; where && i < songs->n; i++) {
		int meets = emo_where_match(where, songs, i);

		meet += (size_t)meets;
		r->leave_out[i] |= (unsigned char)!meets;
	}
	for (size_t i = 0; r->rules.seconds > 0 && i < songs->n; i++)
		with_length += !isnan(songs->duration[i]);
	emo_where_free(where);
	if (playlist && songs->n && !with_uri)
		die("%s: m3u needs a column path, file or uri that says where the songs are",
		    r->cat.files[0]);
	if (r->rules.seconds > 0 && songs->n && !with_length)
		die("%s: --minutes needs a column with the length of the songs", r->cat.files[0]);
	if (where && !meet)
		warn("no song meets the condition of --where");
}

void recommend_start(struct recommend *r, char **files, int nfiles, const char *moods,
		     const char *labels)
{
	struct emo_songs *songs = &r->cat.songs;

	if (emo_mood_table_load(&r->moods, moods) < 0 ||
	    (r->use_labels && emo_label_table_load(&r->labels, labels) < 0))
		die("%s", emo_error());
	catalogue_load(&r->cat, files, nfiles);
	emo_standard_fit(&r->standard, songs);
	r->leave_out = emo_calloc(songs->n, 1);
	r->unfit = emo_calloc(songs->n, 1);
	r->listed = emo_calloc(songs->n, 1);
	r->tags = emo_tags_new(songs, r->use_labels ? &r->labels : NULL, &r->moods, r->aim);
	if (!r->leave_out || !r->unfit || !r->listed || !r->tags)
		die("%s", emo_error());
	if ((r->rules.seconds > 0 || r->where || listing_is_playlist(&r->listing)) &&
	    (emo_index_use(songs, EMO_SONG_DURATION) < 0 ||
	     emo_index_use(songs, EMO_SONG_YEAR) < 0))
		die("%s", emo_error());
	leave_out(r);
	r->personal.seed = r->seed;
	personal_start(&r->personal, songs, &r->standard, r->leave_out);
	r->listing.personal = &r->personal;
	r->listing.cat = &r->cat;
	r->listing.standard = &r->standard;
	listing_start(&r->listing);
}

void recommend_end(struct recommend *r)
{
	personal_end(&r->personal);
	emo_tags_free(r->tags);
	free(r->leave_out);
	free(r->unfit);
	free(r->listed);
	catalogue_free(&r->cat);
}

/*
 * Puts up to max songs that fit the wish into the list. Songs of earlier lists do not come again
 * while there are others; then all may.
 */
static long fill(struct recommend *r, struct emo_list *list, const struct emo_wish *wish, size_t max)
{
	size_t n = r->cat.songs.n;
	long added, more;

	for (size_t i = 0; r->any_listed && i < n; i++)
		r->unfit[i] |= (unsigned char)(r->listed[i] << 1);
	added = emo_list_fill(list, wish, r->unfit, max);
	for (size_t i = 0; r->any_listed && i < n; i++)
		r->unfit[i] &= 1;
	if (added < 0 || !r->any_listed || (size_t)added == max)
		return added;
	if ((more = emo_list_fill(list, wish, r->unfit, max - (size_t)added)) <= 0)
		return more < 0 ? -1 : added;
	memset(r->listed, 0, n);
	r->any_listed = 0;
	if (!r->told_again)
		warn("the songs that fit have all been listed; they may come again now");
	r->told_again = 1;
	return added + more;
}

/* The wish of a mood, and which songs its labels leave out. */
static void wish_for(struct recommend *r, struct emo_wish *wish, const float *mood)
{
	struct emo_mood_row target;

	*wish = (struct emo_wish){0};
	emo_mood_target(&target, &r->moods, r->aim, mood);
	memcpy(wish->feature, target.feature, sizeof wish->feature);
	emo_tags_wish(r->tags, wish, mood);
	personal_move(&r->personal, wish, mood);
	memcpy(r->unfit, r->leave_out, r->cat.songs.n);
	for (size_t i = 0; r->use_labels && i < r->cat.songs.n; i++)
		r->unfit[i] |= (unsigned char)emo_tags_unfit(r->tags, i);
}

/* The wish to be like a song: its own place. */
static void wish_near(struct recommend *r, struct emo_wish *wish)
{
	size_t song = catalogue_find(&r->cat, r->near);
	double z[EMO_FEATURES];

	*wish = (struct emo_wish){0};
	emo_standard_song(z, &r->standard, &r->cat.songs, song);
	for (int f = 0; f < EMO_FEATURES; f++)
		wish->feature[f] = (float)z[f];
	memcpy(r->unfit, r->leave_out, r->cat.songs.n);
	r->unfit[song] = 1;
}

static double seconds_of(const struct emo_songs *songs, const struct emo_ranked *song, size_t n)
{
	double sum = 0;

	for (size_t k = 0; k < n; k++)
		sum += songs->duration[song[k].song];
	return sum;
}

/*
 * How far from one mood to the other the next song is, 0 to 1. Of minutes, it is the share that is
 * used, when a last song is left out that is as long as those before it.
 */
static double way_of(const struct recommend *r, const struct emo_list *list, size_t step)
{
	size_t most = r->rules.n < r->cat.songs.n ? r->rules.n : r->cat.songs.n, n;
	const struct emo_ranked *song = emo_list_songs(list, &n);
	double way = most > 1 ? (double)step / (double)(most - 1) : 1, used;

	if (r->rules.seconds <= 0 || n == 0)
		return fmin(way, 1);
	used = seconds_of(&r->cat.songs, song, n);
	return fmin(fmax(way, used / fmax(r->rules.seconds - used / (double)n, 1)), 1);
}

/*
 * Fills the list song by song, the mood moving from one to the other. Returns the wishes of the
 * songs, for free(); NULL on failure.
 */
static struct emo_wish *walk(struct recommend *r, struct emo_list *list, const float *from)
{
	struct emo_wish *wish = NULL;
	size_t n = 0, cap = 0, step = 0;
	float mood[EMO_EMOTIONS];
	long added = 1;
	double way;

	do {
		way = way_of(r, list, step++);
		if (!added && r->rules.seconds > 0)
			way = 1; /* no more time, or nothing fits here: its end may have something */
		for (int e = 0; e < EMO_EMOTIONS; e++)
			mood[e] = (float)((1 - way) * (double)from[e] + way * (double)r->to[e]);
		if (emo_grow(&wish, &cap, n + 1, sizeof *wish) < 0)
			goto fail;
		wish_for(r, &wish[n], mood);
		if ((added = fill(r, list, &wish[n], 1)) < 0)
			goto fail;
		n += (size_t)added;
	} while (n < r->rules.n && (added || way < 1));
	return wish;
fail:
	free(wish);
	return NULL;
}

/* The line above a list in the text form: what it is for. */
static void heading(const struct recommend *r, char *line, size_t size, const float *mood,
		    const struct emo_record *whose)
{
	char words[EMO_MOOD_WORDS_SIZE], end[EMO_MOOD_WORDS_SIZE] = "", face[1100] = "";
	char time[32] = "";
	const char *aim = r->aim == EMO_AIM_MATCH ? "" : emo_aim_name(r->aim);

	if (r->near) {
		snprintf(line, size, "like %.200s", r->near);
		return;
	}
	emo_mood_words(words, mood);
	if (r->has_to)
		emo_mood_words(end, r->to);
	if (whose && isfinite(whose->time))
		emo_snprintf(time, sizeof time, " %.2fs", whose->time);
	if (whose && (whose->file || *time))
		snprintf(face, sizeof face, "%.1000s%s, face %d: ", whose->file ? whose->file : "-",
			 time, whose->face);
	snprintf(line, size, "%s%s%s%s%s%s%s%.40s", face, words, *end ? " to " : "", end,
		 *aim ? "; aim: " : "", aim, whose && whose->reason ? "; " : "",
		 whose && whose->reason ? whose->reason : "");
}

/* A list that turned out shorter than asked for needs a word. */
static void explain_short(const struct recommend *r, size_t n)
{
	size_t candidates = 0, all = r->cat.songs.n;

	for (size_t i = 0; i < all; i++)
		candidates += !r->unfit[i];
	if (n == 0 && candidates)
		warn(r->rules.seconds > 0 ? "no song is short enough for --minutes"
					  : "no song is left");
	else if (r->rules.seconds <= 0 && r->rules.n < SIZE_MAX && n < r->rules.n && n < candidates)
		warn("%zu of %zu songs: the rules leave no more (see --artist-cap, --all-versions)",
		     n, r->rules.n);
	else if (r->use_labels && n == 0)
		warn("no song has a label that suits (see --labels)");
	else if (n == 0 && r->personal.resting)
		warn("no song is left: %zu of %zu were played or skipped lately (see --fresh, --rest)",
		     r->personal.resting, all);
}

size_t recommend_list(struct recommend *r, const float *mood, const struct emo_record *whose)
{
	struct emo_list *list = emo_list_new(&r->cat.songs, &r->standard, &r->rules);
	struct emo_wish *wish = NULL;
	const struct emo_ranked *songs;
	char line[1600];
	size_t n;

	if (!list)
		die("%s", emo_error());
	if (r->has_to) {
		wish = walk(r, list, mood);
	} else if ((wish = emo_calloc(1, sizeof *wish))) {
		if (r->near)
			wish_near(r, wish);
		else
			wish_for(r, wish, mood);
		if (fill(r, list, wish, SIZE_MAX) < 0)
			die("%s", emo_error());
	}
	if (!wish || (r->shuffle && emo_list_shuffle(list, r->seed) < 0))
		die("%s", emo_error());
	songs = emo_list_songs(list, &n);
	heading(r, line, sizeof line, mood, whose);
	explain_short(r, n);
	for (size_t k = 0; whose && isfinite(whose->time) && k < n; k++)
		r->listed[songs[k].song] = r->any_listed = 1;
	r->listing.whose = whose;
	listing_print(&r->listing, songs, n, line, wish, r->has_to ? n : 1);
	personal_log(&r->personal, mood, songs, n);
	free(wish);
	emo_list_free(list);
	return n;
}
