#include "daemon/cli/eval.h"

#include "knowledge/fold.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROW_MAX = 1 << 20 };

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

/* Place of the first right answer, from 1; 0: not among them. */
static size_t place_of_gold(const struct eval_row *row, const struct answers *answers)
{
	for (size_t i = 0; i < answers->count; i++)
		if (eval_is_gold(row, answers->items[i].id))
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

static enum err twins(struct eval *e, const struct eval_row *row, unsigned kinds, struct eval_set *set)
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

static void list_miss(struct eval *e, const struct eval_row *row, const struct question *q, size_t place,
	const struct answers *answers)
{
	const cJSON *gold = cJSON_GetArrayItem(row->gold, 0);

	if (e->misses && place != 1)
		fprintf(e->misses, "%s\t%zu\t%s\t%s\t%s\t%s\t%s\n", row->set, place, row->q, q->folded,
			gold && gold->valuestring ? gold->valuestring : "",
			answers->count ? answers->items[0].id : "",
			answers->count ? answers->items[0].title : "");
}

static enum err eval_answer(struct eval *e, const struct eval_row *row, struct eval_set *set)
{
	unsigned kinds = row->faq_only ? 1u << KIND_FAQ : 0;
	struct question q;
	struct answers answers;
	size_t place;
	enum err err;

	set->faq_only |= row->faq_only;
	if (!eval_gold_known(e, row)) {
		set->missing++;
		return OK;
	}
	err = ask(e, row->q, kinds, &q, &answers);
	if (err != OK)
		return err;
	place = place_of_gold(row, &answers);
	hit(&set->plain, place);
	if (row->faq_only && answers.decision == DECIDE_ANSWER) {
		set->direct++;
		set->direct_right += place == 1;
	}
	list_miss(e, row, &q, place, &answers);
	return twins(e, row, kinds, set);
}

static enum err question_row(struct eval *e, const struct eval_row *row, struct eval_set *set)
{
	enum err err = OK;

	eval_forget(e);
	if (row->behaviour == BEHAVIOUR_ANSWER)
		err = eval_answer(e, row, set);
	if (err == OK && !row->faq_only)
		err = eval_turn(e, row, set, false);
	return err;
}

/* --- Rows ------------------------------------------------------------------------------------------- */

static const char *member(const cJSON *object, const char *name, const char *otherwise)
{
	const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

	return value ? value : otherwise;
}

static unsigned facets_of(const cJSON *fields)
{
	const cJSON *field;
	unsigned bits = 0;

	cJSON_ArrayForEach(field, fields)
	{
		enum facet facet = cJSON_IsString(field) ? facet_from(field->valuestring) : FACET_NONE;

		bits |= facet == FACET_NONE ? 0 : 1u << facet;
	}
	return bits;
}

static enum behaviour behaviour_of(const char *word)
{
	enum behaviour b = 0;

	while (b < BEHAVIOUR_COUNT && strcmp(behaviour_words[b], word) != 0)
		b++;
	return b;
}

/* NULL, or what is wrong with it. */
static const char *row_read(const cJSON *object, const char *set, struct eval_row *ret_row)
{
	const cJSON *gold;
	struct eval_row row = {.q = member(object, "q", NULL),
		.behaviour = behaviour_of(member(object, "beh", behaviour_words[BEHAVIOUR_ANSWER])),
		.set = set,
		.facets = facets_of(cJSON_GetObjectItemCaseSensitive(object, "fields")),
		.gold = cJSON_GetObjectItemCaseSensitive(object, "gold")};

	row.faq_only = row.behaviour == BEHAVIOUR_ANSWER && cJSON_GetArraySize(row.gold) > 0;
	cJSON_ArrayForEach(gold, row.gold) row.faq_only &=
		cJSON_IsString(gold) && strncmp(gold->valuestring, "faq:", 4) == 0;
	if (!row.q)
		return "no question \"q\"";
	if (row.behaviour == BEHAVIOUR_COUNT)
		return "unknown \"beh\"";
	*ret_row = row;
	return NULL;
}

static const char *rows_of_conversation(
	struct eval *e, const cJSON *turns, struct eval_set *set, enum err *ret_err)
{
	const cJSON *turn;
	const char *wrong = NULL;

	eval_forget(e);
	cJSON_ArrayForEach(turn, turns)
	{
		struct eval_row row;

		wrong = row_read(turn, set->name, &row);
		if (!wrong)
			*ret_err = eval_turn(e, &row, set, true);
		if (wrong || *ret_err != OK)
			break;
	}
	return wrong;
}

static enum err eval_line(struct eval *e, const char *line, const char *path, size_t number, struct why *why)
{
	cJSON *object = cJSON_Parse(line);
	const cJSON *turns = cJSON_GetObjectItemCaseSensitive(object, "turns");
	const char *name = member(object, "set", turns ? "dialogues" : "all"), *wrong;
	struct eval_set *set = set_of(e, name);
	struct eval_row row;
	enum err err = OK;

	if (!set)
		wrong = "too many sets";
	else if (turns)
		wrong = rows_of_conversation(e, turns, set, &err);
	else if (!(wrong = row_read(object, set->name, &row)))
		err = question_row(e, &row, set);
	if (wrong)
		err = why_set(why, ERR_FORMAT, "could not read \"%s\", line %zu: %s", path, number, wrong);
	else if (err)
		why_set(why, err, "could not ask \"%s\", line %zu: %s", path, number, err_words(err));
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

void eval_release(struct eval *e)
{
	eval_forget(e);
	turn_release(&e->turn);
	arena_release(&e->arena);
	free(e->us);
}
