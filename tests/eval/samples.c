#include "tests/eval/samples.h"

#include "knowledge/fold.h"
#include "knowledge/words_internal.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CODES = 16, PART_MOST = 5, PART_SYLLABLES = 40 };

void die(const char *what, const char *why)
{
	fprintf(stderr, "learn: %s %s\n", what, why);
	exit(1);
}

void *must(void *p)
{
	if (!p)
		die("out of memory", "");
	return p;
}

struct reader {
	struct samples *all;
	struct kb *kb;
	const struct words *words;
	unsigned folds;
};

/* Ids that are meant, parted by blanks. */
struct gold {
	char ids[4096];
};

static bool in_gold(const struct gold *gold, const char *id)
{
	size_t len = strlen(id);

	for (const char *at = gold->ids; (at = strstr(at, id)); at++)
		if ((at == gold->ids || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return true;
	return false;
}

static void gold_add(struct gold *gold, const char *id)
{
	size_t used = strlen(gold->ids);

	if (!in_gold(gold, id) && used + strlen(id) + 2 < sizeof gold->ids)
		sprintf(gold->ids + used, "%s%s", used ? " " : "", id);
}

static unsigned set_number(struct samples *all, const char *name)
{
	for (unsigned i = 0; i < all->set_count; i++)
		if (strcmp(all->sets[i], name) == 0)
			return i;
	if (all->set_count == SETS)
		die("too many sets", "");
	snprintf(all->sets[all->set_count], sizeof all->sets[0], "%s", name);
	return (unsigned)all->set_count++;
}

static struct sample *sample_new(struct samples *all)
{
	if (all->count == all->room) {
		all->room = all->room ? all->room * 2 : 1024;
		all->items = must(realloc(all->items, all->room * sizeof *all->items));
	}
	return &all->items[all->count++];
}

/* Asks the knowledge as it stands; a message that is no question is left away. */
static void ask(
	struct reader *r, const char *text, const struct gold *gold, const char *set, struct sample as)
{
	struct candidate found[CANDIDATES_MAX];
	struct search_scope scope = {0};
	struct asked asked;
	struct question q;
	struct sample *s;
	struct arena a;
	size_t count = 0;
	const char *end = strchr(gold->ids, ' ');

	arena_init(&a, 16 << 20);
	if (question_parse(r->words, &a, text, &q) != OK ||
		kb_candidates(r->kb, &q, &scope, &asked, found, &count) != OK)
		die("could not ask", text);
	if ((q.says == SAY_QUESTION && !q.code) || as.meant == MEANT_RECORD) {
		s = sample_new(r->all);
		*s = as;
		s->count = count;
		s->candidates = must(calloc(count + 1, sizeof *s->candidates));
		memcpy(s->candidates, found, count * sizeof *found);
		s->right = must(calloc(count + 1, sizeof *s->right));
		s->asked = must(malloc(sizeof asked));
		*s->asked = asked;
		s->text = must(strdup(text));
		s->gold = must(strdup(gold->ids));
		for (size_t i = 0; i < count; i++)
			s->right[i] = in_gold(gold, kb_doc(r->kb, found[i].document)->id);
		s->fold = gold->ids[0] ? (unsigned)(numbers_key(gold->ids, end ? (size_t)(end - gold->ids)
									       : strlen(gold->ids)) >>
						    20) %
						 r->folds
				       : kb_asks_part(text, r->folds);
		s->set = set_number(r->all, set);
		r->all->set_size[s->set]++;
	}
	arena_release(&a);
}

/* --- Labelled rows ---------------------------------------------------------------------------------- */

static void labelled(struct reader *r, const cJSON *row, const char *set)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(row, "q"));
	const char *beh = cJSON_GetStringValue(cJSON_GetObjectItem(row, "beh"));
	struct sample as = {.labelled = true, .part = PARTS, .prior = 1};
	bool known = false, procedures = false;
	struct gold gold = {""};
	const cJSON *g;

	as.meant = !beh || strcmp(beh, "answer") == 0 ? MEANT_RECORD
		   : strcmp(beh, "clarify") == 0      ? MEANT_SEVERAL
						      : MEANT_NONE;
	if (!text || !set || (as.meant == MEANT_NONE && strcmp(beh, "reject") != 0))
		return;
	cJSON_ArrayForEach(g, cJSON_GetObjectItem(row, "gold"))
	{
		known |= kb_has(r->kb, g->valuestring);
		procedures |= strncmp(g->valuestring, "faq:", 4) != 0;
		gold_add(&gold, g->valuestring);
	}
	if (as.meant != MEANT_RECORD || (known && procedures))
		ask(r, text, &gold, set, as);
}

/* --- Ways of asking --------------------------------------------------------------------------------- */

struct row { /* records that are asked for in the same ways */
	char *ids;
	unsigned ways;
	double prior; /* how much is it asked for? */
};

struct way { /* a title or a way of asking */
	char *text;
	struct row *row;
	bool is_title;
};

static struct {
	struct way *items;
	size_t count, room;
} ways;

static void way_add(const char *text, struct row *row, bool is_title)
{
	if (!text)
		return;
	row->ways++;
	if (ways.count == ways.room) {
		ways.room = ways.room ? ways.room * 2 : 1024;
		ways.items = must(realloc(ways.items, ways.room * sizeof *ways.items));
	}
	ways.items[ways.count++] = (struct way){must(strdup(text)), row, is_title};
}

/* Each rank of popular.tsv is worth this many times the one before. */
#define POPULAR_TIMES 3
#define ONE 0.8 /* chance from which on a part means one record; below SEVERAL it leaves it open */
#define SEVERAL 0.5

static double prior_of(const struct words *words, const cJSON *codes, const char *code)
{
	unsigned rank = code ? lexicon_popular(words_lexicon(words), code) : 0;
	const cJSON *item;

	cJSON_ArrayForEach(item, codes)
	{
		unsigned its = lexicon_popular(words_lexicon(words), item->valuestring);

		rank = its > rank ? its : rank;
	}
	return pow(POPULAR_TIMES, rank);
}

static void ways_of(const struct words *words, const cJSON *row)
{
	const char *code = cJSON_GetStringValue(cJSON_GetObjectItem(row, "code"));
	const char *title = cJSON_GetStringValue(cJSON_GetObjectItem(row, "title"));
	struct gold gold = {""};
	const cJSON *item;
	struct row *of;

	cJSON_ArrayForEach(item, cJSON_GetObjectItem(row, "codes")) gold_add(&gold, item->valuestring);
	if (code)
		gold_add(&gold, code);
	if (!gold.ids[0])
		return;
	of = must(calloc(1, sizeof *of));
	of->ids = must(strdup(gold.ids));
	of->prior = prior_of(words, cJSON_GetObjectItem(row, "codes"), code);
	way_add(cJSON_GetStringValue(cJSON_GetObjectItem(row, "name")), of, true);
	way_add(title ? title : cJSON_GetStringValue(cJSON_GetObjectItem(row, "everyday")), of, true);
	cJSON_ArrayForEach(item, cJSON_GetObjectItem(row, "ask"))
		way_add(cJSON_GetStringValue(item), of, false);
}

/* Up to what stands in parentheses. */
static size_t title_length(const char *title)
{
	size_t len = strcspn(title, "(");

	while (len && title[len - 1] == ' ')
		len--;
	return len;
}

/* A title names its record. */
static void titles_ask(struct reader *r)
{
	for (size_t i = 0; i < ways.count; i++) {
		const struct way *w = &ways.items[i];
		struct gold gold;
		char *text;

		if (!w->is_title || !title_length(w->text))
			continue;
		snprintf(gold.ids, sizeof gold.ids, "%s", w->row->ids);
		text = must(strndup(w->text, title_length(w->text)));
		ask(r, text, &gold, "titles",
			(struct sample){.meant = MEANT_RECORD, .part = PARTS, .prior = w->row->prior});
		free(text);
	}
}

static void ways_ask(struct reader *r, unsigned part)
{
	for (size_t i = 0; i < ways.count; i++) {
		const struct way *w = &ways.items[i];
		struct gold gold;

		if (w->is_title || kb_asks_part(w->text, PARTS) != part)
			continue;
		snprintf(gold.ids, sizeof gold.ids, "%s", w->row->ids);
		ask(r, w->text, &gold, "asked",
			(struct sample){.meant = MEANT_RECORD, .part = part, .prior = w->row->prior});
	}
}

/* --- Shared parts of them --------------------------------------------------------------------------- */

struct piece {
	char *text; /* as typed in the first way that has it */
	struct piece_of {
		const struct row *row;
		unsigned count, last_way;
	} of[CODES];
	size_t of_count;
	unsigned ways, syllables;
	bool begins, ends; /* a clause: it is no torn word */
	bool whole;        /* a way of asking is hardly more than this */
};

static struct {
	struct numbers numbers;
	struct piece *items;
	size_t count, room;
} pieces;

static struct piece *piece_of(uint64_t key, const char *text, size_t len)
{
	uint32_t n;

	if (numbers_give(&pieces.numbers, key, &n) != OK)
		die("out of memory", "");
	if (n > pieces.count) {
		if (pieces.count == pieces.room) {
			pieces.room = pieces.room ? pieces.room * 2 : 1 << 16;
			pieces.items = must(realloc(pieces.items, pieces.room * sizeof *pieces.items));
		}
		pieces.items[pieces.count] = (struct piece){.text = must(strndup(text, len))};
		pieces.count++;
	}
	return &pieces.items[n - 1];
}

static void piece_add(struct piece *p, const struct row *row, unsigned way)
{
	size_t i = 0;

	while (i < p->of_count && p->of[i].row != row)
		i++;
	if (i == CODES)
		return;
	if (i == p->of_count)
		p->of[p->of_count++] = (struct piece_of){.row = row};
	if (p->of[i].last_way == way + 1)
		return;
	p->of[i].last_way = way + 1;
	p->of[i].count++;
	p->ways++;
}

static bool clause_ends(const char *text, size_t at)
{
	return text[at] == '\0' || text[at] == ',';
}

static bool clause_begins(const char *text, size_t at)
{
	return at == 0 || (at > 1 && text[at - 2] == ',');
}

static void pieces_of(const struct way *w, unsigned number)
{
	struct fold_syllable s[PART_SYLLABLES];
	size_t count = 0;
	struct fold f;

	fold_init(&f, w->text, strlen(w->text));
	while (count < PART_SYLLABLES && fold_next(&f, &s[count]))
		count++;
	for (size_t i = 0; i < count; i++) {
		uint64_t key = 1;

		for (size_t k = i; k < count && k < i + PART_MOST; k++) {
			struct piece *p;

			key = numbers_key_pair(key, numbers_key(s[k].plain, s[k].plain_len));
			p = piece_of(key, w->text + s[i].start, s[k].end - s[i].start);
			p->begins |= clause_begins(w->text, s[i].start);
			p->ends |= clause_ends(w->text, s[k].end);
			p->whole |= (k - i + 1) * 5 >= count * 4;
			p->syllables = (unsigned)(k - i + 1);
			piece_add(p, w->row, number);
		}
	}
}

/* Chance that who says it means that one: how much it is asked for, and in which share of its ways that is said. */
static double piece_chance(const struct piece *p, size_t of)
{
	double sum = 0, mine = 0;

	for (size_t i = 0; i < p->of_count; i++) {
		double of_it = p->of[i].row->prior * p->of[i].count / p->of[i].row->ways;

		sum += of_it;
		mine += i == of ? of_it : 0;
	}
	return mine / sum;
}

/* One of them has most of it, several share it, or neither is plain. */
static bool piece_means(const struct piece *p, size_t *ret_most, enum meant *ret_meant)
{
	size_t most = 0;

	if (p->whole || p->ways < 3 || p->syllables < 2 || !p->begins || !p->ends)
		return false;
	for (size_t i = 1; i < p->of_count; i++)
		if (piece_chance(p, i) > piece_chance(p, most))
			most = i;
	*ret_most = most;
	*ret_meant = piece_chance(p, most) >= ONE ? MEANT_RECORD : MEANT_SEVERAL;
	return piece_chance(p, most) >= ONE || piece_chance(p, most) < SEVERAL;
}

static void pieces_ask(struct reader *r)
{
	for (unsigned i = 0; i < ways.count; i++)
		pieces_of(&ways.items[i], i);
	for (size_t i = 0; i < pieces.count; i++) {
		const struct piece *p = &pieces.items[i];
		struct sample as = {.part = PARTS, .prior = 1};
		struct gold gold = {""};
		size_t most;

		if (!piece_means(p, &most, &as.meant))
			continue;
		for (size_t k = 0; k < p->of_count; k++)
			if (as.meant == MEANT_SEVERAL || k == most)
				gold_add(&gold, p->of[k].row->ids);
		ask(r, p->text, &gold, as.meant == MEANT_SEVERAL ? "parts, open" : "parts", as);
	}
}

/* ---------------------------------------------------------------------------------------------------- */

static void row_read(struct reader *r, const cJSON *row)
{
	const cJSON *turns = cJSON_GetObjectItem(row, "turns");

	if (turns) /* its first turn is a question like any other */
		labelled(r, cJSON_GetArrayItem(turns, 0), "conversations");
	else if (cJSON_GetObjectItem(row, "ask"))
		ways_of(r->words, row);
	else if (row)
		labelled(r, row, cJSON_GetStringValue(cJSON_GetObjectItem(row, "set")));
}

static void file_read(struct reader *r, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;

	if (!file)
		die("could not open", path);
	while (getline(&line, &room, file) > 0) {
		cJSON *row = cJSON_Parse(line);

		row_read(r, row);
		cJSON_Delete(row);
	}
	free(line);
	fclose(file);
}

void samples_read(struct samples *all, struct kb *kb, const struct words *words, char **paths, int count,
	unsigned folds)
{
	struct reader r = {all, kb, words, folds};

	for (int i = 0; i < count; i++)
		file_read(&r, paths[i]);
	titles_ask(&r);
	pieces_ask(&r);
	for (unsigned part = 0; part < PARTS; part++) {
		if (kb_leave_out(kb, part, PARTS) != OK)
			die("could not leave out a part", "");
		ways_ask(&r, part);
	}
	if (kb_leave_out(kb, 0, 0) != OK)
		die("could not read the knowledge", "");
	for (size_t i = 0; i < all->count; i++)
		all->items[i].weight = 1 / sqrt(all->set_size[all->items[i].set]);
}

void samples_release(struct samples *all)
{
	for (size_t i = 0; i < all->count; i++) {
		free(all->items[i].candidates);
		free(all->items[i].right);
		free(all->items[i].asked);
		free(all->items[i].text);
		free(all->items[i].gold);
	}
	free(all->items);
	*all = (struct samples){0};
}
