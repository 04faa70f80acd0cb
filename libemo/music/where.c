/* SPDX-License-Identifier: MIT */
#include "music/where.h"

#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"

enum { DEEPEST = 100 }; /* parentheses and "!" within each other */

#define COPIES_MAX 5000

enum kind { AND, OR, NOT, COMPARE };
enum operator{ LESS, AT_MOST, MORE, AT_LEAST, EQUAL, UNEQUAL, MATCH, NO_MATCH };

struct node {
	enum kind kind;
	size_t a, b; /* the operands' places in node[] */
	int column;
	enum operator operator;
	double number;
	char *text;
	regex_t regex;
	int has_regex;
};

struct emo_where {
	struct node *node;
	size_t n, cap, root;
};

struct parser {
	struct emo_where *where;
	const char *text, *at;
	int depth;
};

static int parse_any(struct parser *p, size_t *place);

static int wrong(const struct parser *p, const char *what)
{
	return emo_fail("at character %zu of '%.200s': %s", (size_t)(p->at - p->text) + 1, p->text,
			what);
}

static void skip_blanks(struct parser *p)
{
	p->at += strspn(p->at, " \t\r\n");
}

/* Whether the sign comes next; passes over it. */
static int accept(struct parser *p, const char *sign)
{
	skip_blanks(p);
	if (strncmp(p->at, sign, strlen(sign)) != 0)
		return 0;
	p->at += strlen(sign);
	return 1;
}

static int add(struct parser *p, size_t *place, const struct node *node)
{
	struct emo_where *w = p->where;

	if (emo_grow(&w->node, &w->cap, w->n + 1, sizeof *w->node) < 0)
		return -1;
	*place = w->n++;
	w->node[*place] = *node;
	return 0;
}

static int parse_operator(struct parser *p, enum operator* operator)
{
	static const struct {
		const char *sign;
		enum operator operator;
	} signs[] = {{"<=", AT_MOST}, {">=", AT_LEAST}, {"==", EQUAL},
		     {"!=", UNEQUAL}, {"=~", MATCH},	{"!~", NO_MATCH},
		     {"<", LESS},     {">", MORE},	{"=", EQUAL}};

	for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
		if (accept(p, signs[k].sign)) {
			*operator= signs[k].operator;
			return 0;
		}
	return wrong(p, "expected one of < <= > >= = != =~ !~");
}

/* A word up to a blank or a sign, or text in quotes, within which \ takes the next one as it is. */
static char *parse_text(struct parser *p)
{
	char quote, *out, *to;

	skip_blanks(p);
	quote = *p->at == '"' || *p->at == '\'' ? *p->at++ : '\0';
	if (!(out = to = emo_calloc(strlen(p->at) + 1, 1)))
		return NULL;
	while (*p->at && (quote ? *p->at != quote : !strchr(" \t\r\n()&|<>=!\"'", *p->at))) {
		if (quote && *p->at == '\\' && p->at[1] == quote)
			p->at++;
		*to++ = *p->at++;
	}
	if ((quote && *p->at != quote) || (!quote && to == out)) {
		wrong(p, quote ? "the quote never ends" : "expected a number or text");
		free(out);
		return NULL;
	}
	p->at += quote != '\0';
	return out;
}

/*
 * How often the C library would write out parts of an expression that repeats what repeats: a+ as aa*,
 * a{9} as nine. Five dozen nested + take all the memory there is.
 */
static double copies(const char *regex)
{
	double product = 1;

	for (const char *s = regex; *s; s++)
		if (*s == '\\' && s[1]) {
			s++;
		} else if (*s == '[') {
			s += s[1] == '^';
			if (!s[1] || !(s = strchr(s + 2, ']')))
				break; /* regcomp will say what is wrong */
		} else if (*s == '+') {
			product *= 2;
		} else if (*s == '{') {
			long least = strtol(s + 1, NULL, 10), most = 0;
			const char *comma = s + strcspn(s, ",}");

			if (*comma == ',')
				most = strtol(comma + 1, NULL, 10);
			product *= (double)(least > most ? least : most) + 1;
		}
	return product;
}

/* Puts the value into its form: a number for a column of numbers, else text or an expression. */
static int take_value(const struct parser *p, struct node *node)
{
	int is_number = node->column >= EMO_SONG_FEATURE, code;
	char why[100];

	emo_text_fold(node->text, node->text);
	if (node->operator== MATCH || node->operator== NO_MATCH) {
		if (is_number)
			return wrong(p, "=~ and !~ are for columns of text");
		if (copies(node->text) > COPIES_MAX)
			return wrong(p, "too many repetitions, + or {}, in an expression");
		code = regcomp(&node->regex, node->text, REG_EXTENDED | REG_ICASE | REG_NOSUB);
		if (code == 0) {
			node->has_regex = 1;
			return 0;
		}
		regerror(code, &node->regex, why, sizeof why);
		return wrong(p, why);
	}
	if (is_number && emo_parse_double(&node->number, node->text) < 0)
		return wrong(p, "expected a number before this");
	return 0;
}

static int parse_comparison(struct parser *p, size_t *place)
{
	struct node node = {.kind = COMPARE};
	char name[32];
	size_t n;

	skip_blanks(p);
	n = strspn(p->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");
	memcpy(name, p->at, n < sizeof name ? n : 0);
	name[n < sizeof name ? n : 0] = '\0';
	if ((node.column = emo_song_column_parse(name)) < 0)
		return wrong(p, "expected a column: id, name, artist, album, uri, genre, label, "
				"year, duration, valence … tempo");
	p->at += n;
	if (parse_operator(p, &node.operator) < 0 || !(node.text = parse_text(p)))
		return -1;
	if (take_value(p, &node) == 0 && add(p, place, &node) == 0)
		return 0;
	if (node.has_regex)
		regfree(&node.regex);
	free(node.text);
	return -1;
}

static int parse_one(struct parser *p, size_t *place)
{
	struct node node = {.kind = NOT};
	int status = -1;

	if (++p->depth > DEEPEST)
		return wrong(p, "too deep");
	if (accept(p, "!")) {
		if (parse_one(p, &node.a) == 0)
			status = add(p, place, &node);
	} else if (accept(p, "(")) {
		if (parse_any(p, place) == 0)
			status = accept(p, ")") ? 0 : wrong(p, "expected ')', && or ||");
	} else {
		status = parse_comparison(p, place);
	}
	p->depth--;
	return status;
}

static int parse_all(struct parser *p, size_t *place)
{
	struct node node = {.kind = AND};

	if (parse_one(p, place) < 0)
		return -1;
	while (accept(p, "&&")) {
		node.a = *place;
		if (parse_one(p, &node.b) < 0 || add(p, place, &node) < 0)
			return -1;
	}
	return 0;
}

static int parse_any(struct parser *p, size_t *place)
{
	struct node node = {.kind = OR};

	if (parse_all(p, place) < 0)
		return -1;
	while (accept(p, "||")) {
		node.a = *place;
		if (parse_all(p, &node.b) < 0 || add(p, place, &node) < 0)
			return -1;
	}
	return 0;
}

struct emo_where *emo_where_parse(const char *text)
{
	struct emo_where *w = emo_calloc(1, sizeof *w);
	struct parser p = {.where = w, .text = text, .at = text};

	if (!w)
		return NULL;
	if (parse_any(&p, &w->root) < 0)
		goto fail;
	skip_blanks(&p);
	if (*p.at) {
		wrong(&p, "expected && or ||");
		goto fail;
	}
	return w;
fail:
	emo_where_free(w);
	return NULL;
}

void emo_where_free(struct emo_where *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->n; i++) {
		if (w->node[i].has_regex)
			regfree(&w->node[i].regex);
		free(w->node[i].text);
	}
	free(w->node);
	free(w);
}

static int compare_number(const struct node *node, double v)
{
	switch (node->operator) {
	case LESS:
		return v < node->number;
	case AT_MOST:
		return v <= node->number;
	case MORE:
		return v > node->number;
	case AT_LEAST:
		return v >= node->number;
	case EQUAL:
		return fabs(v - node->number) <= 1e-6 * fabs(node->number); /* v is a float */
	default:
		return v == v && fabs(v - node->number) > 1e-6 * fabs(node->number);
	}
}

static int find(const struct node *node, const char *s)
{
	char folded[1024]; /* what is longer is taken as it is */

	if (strlen(s) < sizeof folded) {
		emo_text_fold(folded, s);
		s = folded;
	}
	return regexec(&node->regex, s, 0, NULL, 0) == 0;
}

static int compare_text(const struct node *node, const char *s)
{
	int order;

	if (!*s)
		return 0;
	if (node->has_regex)
		return find(node, s) == (node->operator== MATCH);
	order = emo_text_compare(s, node->text);
	switch (node->operator) {
	case LESS:
		return order < 0;
	case AT_MOST:
		return order <= 0;
	case MORE:
		return order > 0;
	case AT_LEAST:
		return order >= 0;
	case EQUAL:
		return order == 0;
	default:
		return order != 0;
	}
}

static int compare(const struct node *node, const struct emo_songs *songs, size_t i)
{
	char id[EMO_SONG_ID_SIZE];

	if (node->column == EMO_SONG_ID)
		return compare_text(node, emo_song_id(songs, i, id));
	if (node->column < EMO_SONG_TEXTS)
		return compare_text(node,
				    emo_song_text(songs, i, (enum emo_song_text)node->column));
	if (node->column == EMO_SONG_DURATION)
		return compare_number(node, songs->duration[i]);
	if (node->column == EMO_SONG_YEAR)
		return compare_number(node, songs->year[i]);
	return compare_number(node, songs->feature[node->column - EMO_SONG_FEATURE][i]);
}

static int match(const struct emo_where *w, size_t place, const struct emo_songs *songs, size_t i)
{
	const struct node *node = &w->node[place];

	switch (node->kind) {
	case AND:
		return match(w, node->a, songs, i) && match(w, node->b, songs, i);
	case OR:
		return match(w, node->a, songs, i) || match(w, node->b, songs, i);
	case NOT:
		return !match(w, node->a, songs, i);
	default:
		return compare(node, songs, i);
	}
}

int emo_where_match(const struct emo_where *w, const struct emo_songs *songs, size_t i)
{
	return match(w, w->root, songs, i);
}
