#include "daemon/cli/eval.h"

#include "knowledge/fold.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROW_MAX = 1 << 20 };

struct row {
	const char *q, *beh, *set;
	const cJSON *gold;
	bool faq_only;
};

static double cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void took(struct eval *e, double us)
{
	if (e->us_count == e->us_room) {
		size_t room = e->us_room ? e->us_room * 2 : 1024;
		double *bigger = realloc(e->us, room * sizeof *bigger);

		if (!bigger)
			return;
		e->us = bigger;
		e->us_room = room;
	}
	e->us[e->us_count++] = us;
}

static struct eval_set *set_of(struct eval *e, const char *name)
{
	for (size_t i = 0; i < e->set_count; i++)
		if (strcmp(e->sets[i].name, name) == 0)
			return &e->sets[i];
	if (e->set_count == EVAL_SETS_MAX)
		return NULL;
	snprintf(e->sets[e->set_count].name, sizeof e->sets->name, "%s", name);
	return &e->sets[e->set_count++];
}

/* Parses and searches; *ret_answers are in the eval's arena until the next question. */
static enum err ask(
	struct eval *e, const char *text, unsigned kinds, struct question *ret_q, struct answers *ret_answers)
{
	struct search_scope scope = {.kinds = kinds};
	double begin = cpu_us();
	enum err err;

	arena_reset(&e->arena);
	*ret_answers = (struct answers){.decision = DECIDE_NONE};
	err = question_parse(e->words, &e->arena, text, ret_q);
	if (err == OK && ret_q->says == SAY_QUESTION)
		err = kb_search(e->kb, &e->arena, ret_q, &scope, ret_answers);
	took(e, cpu_us() - begin);
	return err;
}

static bool is_gold(const struct row *row, const char *id)
{
	const cJSON *gold;

	cJSON_ArrayForEach(
		gold, row->gold) if (cJSON_IsString(gold) && strcmp(gold->valuestring, id) == 0) return true;
	return false;
}

/* Place of the first right answer, from 1; 0: not among them. */
static size_t place_of_gold(const struct row *row, const struct answers *answers)
{
	for (size_t i = 0; i < answers->count; i++)
		if (is_gold(row, answers->items[i].id))
			return i + 1;
	return 0;
}

static void hit(struct eval_hits *h, size_t place)
{
	h->n++;
	h->top1 += place == 1;
	h->top3 += place >= 1 && place <= 3;
	h->reciprocal += place ? 1.0 / (double)place : 0;
}

/* The same question with one slip of the fingers in its longest word: two letters change places. */
static char *with_typo(const char *text)
{
	char *copy = strdup(text);
	struct fold f;
	struct fold_syllable s;
	size_t best = 0, at = 0;

	if (!copy)
		return NULL;
	fold_init(&f, text, strlen(text));
	while (fold_next(&f, &s))
		if (s.end - s.start == s.plain_len &&
			s.plain_len > best) { /* plain letters only: bytes can be swapped */
			best = s.plain_len;
			at = s.start;
		}
	if (best >= 3) {
		size_t k = at + best / 2 - (best == 3);
		char c = copy[k];

		copy[k] = copy[k + 1];
		copy[k + 1] = c;
	}
	return copy;
}

static enum err twins(struct eval *e, const struct row *row, unsigned kinds, struct eval_set *set)
{
	char stripped[4096], *typo;
	struct question q;
	struct answers answers;
	enum err err;

	fold_plain(row->q, strlen(row->q), stripped, sizeof stripped);
	err = ask(e, stripped, kinds, &q, &answers);
	if (err != OK)
		return err;
	hit(&set->stripped, place_of_gold(row, &answers));
	typo = with_typo(stripped);
	err = typo ? ask(e, typo, kinds, &q, &answers) : ERR_NOMEM;
	free(typo);
	if (err == OK)
		hit(&set->typo, place_of_gold(row, &answers));
	return err;
}

static void list_miss(struct eval *e, const struct row *row, const struct question *q, size_t place,
	const struct answers *answers)
{
	const cJSON *gold = cJSON_GetArrayItem(row->gold, 0);

	if (e->misses && place != 1)
		fprintf(e->misses, "%s\t%zu\t%s\t%s\t%s\t%s\t%s\n", row->set, place, row->q, q->folded,
			gold && gold->valuestring ? gold->valuestring : "",
			answers->count ? answers->items[0].id : "",
			answers->count ? answers->items[0].title : "");
}

static bool any_gold_known(const struct eval *e, const struct row *row)
{
	const cJSON *gold;

	cJSON_ArrayForEach(
		gold, row->gold) if (cJSON_IsString(gold) && kb_has(e->kb, gold->valuestring)) return true;
	return false;
}

static enum err eval_answer(struct eval *e, const struct row *row, struct eval_set *set)
{
	unsigned kinds = row->faq_only ? 1u << KIND_FAQ : 0;
	struct question q;
	struct answers answers;
	size_t place;
	enum err err;

	set->faq_only |= row->faq_only;
	if (!any_gold_known(e, row)) {
		set->missing++;
		return OK;
	}
	err = ask(e, row->q, kinds, &q, &answers);
	if (err != OK)
		return err;
	place = place_of_gold(row, &answers);
	hit(&set->plain, place);
	if (answers.decision == DECIDE_ANSWER) {
		set->direct++;
		set->direct_right += place == 1;
	}
	list_miss(e, row, &q, place, &answers);
	return twins(e, row, kinds, set);
}

static enum err eval_row(struct eval *e, const struct row *row, struct eval_set *set)
{
	struct question q;
	struct answers answers;
	enum err err;

	if (strcmp(row->beh, "answer") == 0)
		return eval_answer(e, row, set);
	err = ask(e, row->q, 0, &q, &answers);
	if (strcmp(row->beh, "clarify") == 0) {
		set->clarifies++;
		set->clarified += answers.decision == DECIDE_CHOICES;
	} else if (strcmp(row->beh, "reject") == 0) {
		set->rejects++;
		set->rejects_answered += answers.decision == DECIDE_ANSWER;
	}
	return err;
}

static const char *member(const cJSON *object, const char *name, const char *otherwise)
{
	const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

	return value ? value : otherwise;
}

static enum err eval_line(struct eval *e, const char *line, const char *path, size_t number, struct why *why)
{
	cJSON *object = cJSON_Parse(line);
	struct row row = {.q = member(object, "q", NULL),
		.beh = member(object, "beh", "answer"),
		.set = member(object, "set", "all"),
		.gold = cJSON_GetObjectItemCaseSensitive(object, "gold"),
		.faq_only = true};
	struct eval_set *set = set_of(e, row.set);
	const cJSON *gold;
	enum err err;

	cJSON_ArrayForEach(gold, row.gold) row.faq_only &=
		cJSON_IsString(gold) && strncmp(gold->valuestring, "faq:", 4) == 0;
	if (!row.q || !set)
		err = why_set(why, ERR_FORMAT, "could not read \"%s\", line %zu: %s", path, number,
			row.q ? "too many sets" : "no question \"q\"");
	else
		err = eval_row(e, &row, set);
	cJSON_Delete(object);
	return err;
}

enum err eval_file(struct eval *e, const char *path, struct why *why)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0, number = 0;
	ssize_t len;
	enum err err = OK;

	if (!file)
		return why_set(why, ERR_IO, "could not open \"%s\"", path);
	while (err == OK && (len = getline(&line, &room, file)) > 0) {
		number++;
		if (len > 1 && len <= ROW_MAX)
			err = eval_line(e, line, path, number, why);
	}
	free(line);
	fclose(file);
	return err;
}
