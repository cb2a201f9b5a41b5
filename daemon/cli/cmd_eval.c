/* cmd_eval.c - labelled questions through the same parse and search as a webhook; figures per set and the
 * mean over sets.
 *
 * A row: {"q","gold":[ids],"beh":"answer|clarify|reject|…","set"}. Questions whose gold are all of one kind
 * "faq:" are searched among the faq; questions none of whose gold is in the knowledge are left out and
 * counted as missing. */
#include "daemon/cli/cli.h"
#include "knowledge/fold.h"
#include "knowledge/kb_measure.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SETS_MAX = 64, ROW_MAX = 1 << 20, TURN_CEILING = 8 << 20 };

struct hits {
	unsigned n, top1, top3;
	double reciprocal;
};

struct set_figures {
	char name[48];
	struct hits plain, stripped, typo;
	unsigned missing, direct, direct_right, rejects, rejects_answered, clarifies, clarified;
	bool faq_only;
};

struct eval {
	struct kb *kb;
	struct words *words;
	struct arena arena;
	struct set_figures sets[SETS_MAX];
	size_t set_count;
	double *us; /* one a question */
	size_t us_count, us_room;
	FILE *misses; /* where wrong ones are listed; NULL */
};

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

static struct set_figures *set_of(struct eval *e, const char *name)
{
	for (size_t i = 0; i < e->set_count; i++)
		if (strcmp(e->sets[i].name, name) == 0)
			return &e->sets[i];
	if (e->set_count == SETS_MAX)
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

static void hit(struct hits *h, size_t place)
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

static enum err twins(struct eval *e, const struct row *row, unsigned kinds, struct set_figures *set)
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

static enum err eval_answer(struct eval *e, const struct row *row, struct set_figures *set)
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

static enum err eval_row(struct eval *e, const struct row *row, struct set_figures *set)
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
	struct set_figures *set = set_of(e, row.set);
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

static enum err eval_file(struct eval *e, const char *path, struct why *why)
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

static int by_value(const void *left, const void *right)
{
	double l = *(const double *)left, r = *(const double *)right;

	return (l > r) - (l < r);
}

static double quantile(const struct eval *e, double q)
{
	return e->us_count ? e->us[(size_t)((double)(e->us_count - 1) * q)] : 0;
}

static double share(double part, double all)
{
	return all > 0 ? part / all : 0;
}

static cJSON *set_json(const struct set_figures *s)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddStringToObject(o, "set", s->name);
	cJSON_AddNumberToObject(o, "n", s->plain.n);
	cJSON_AddNumberToObject(o, "missing", s->missing);
	cJSON_AddNumberToObject(o, "top1", share(s->plain.top1, s->plain.n));
	cJSON_AddNumberToObject(o, "top3", share(s->plain.top3, s->plain.n));
	cJSON_AddNumberToObject(o, "mrr", share(s->plain.reciprocal, s->plain.n));
	cJSON_AddNumberToObject(o, "direct_precision", share(s->direct_right, s->direct));
	cJSON_AddNumberToObject(o, "direct_coverage", share(s->direct, s->plain.n));
	cJSON_AddNumberToObject(o, "rejects", s->rejects);
	cJSON_AddNumberToObject(o, "rejects_answered", s->rejects_answered);
	cJSON_AddNumberToObject(o, "clarifies", s->clarifies);
	cJSON_AddNumberToObject(o, "clarified", s->clarified);
	cJSON_AddNumberToObject(o, "stripped_top1", share(s->stripped.top1, s->stripped.n));
	cJSON_AddNumberToObject(o, "stripped_top3", share(s->stripped.top3, s->stripped.n));
	cJSON_AddNumberToObject(o, "typo_top1", share(s->typo.top1, s->typo.n));
	cJSON_AddNumberToObject(o, "typo_top3", share(s->typo.top3, s->typo.n));
	return o;
}

static void print_json(const struct eval *e)
{
	cJSON *o = cJSON_CreateObject(), *sets = cJSON_AddArrayToObject(o, "sets");
	double top1 = 0, top3 = 0;
	size_t counted = 0;
	char *text;

	for (size_t i = 0; i < e->set_count; i++) {
		const struct set_figures *s = &e->sets[i];

		cJSON_AddItemToArray(sets, set_json(s));
		if (s->plain.n == 0 || s->faq_only)
			continue;
		top1 += share(s->plain.top1, s->plain.n);
		top3 += share(s->plain.top3, s->plain.n);
		counted++;
	}
	cJSON_AddNumberToObject(o, "mean_top1", share(top1, (double)counted));
	cJSON_AddNumberToObject(o, "mean_top3", share(top3, (double)counted));
	cJSON_AddNumberToObject(o, "us_p50", quantile(e, 0.5));
	cJSON_AddNumberToObject(o, "us_p99", quantile(e, 0.99));
	text = cJSON_PrintUnformatted(o);
	if (text)
		puts(text);
	cJSON_free(text);
	cJSON_Delete(o);
}

static void print_row(const struct set_figures *s)
{
	printf("%-14s %5u %5.3f %5.3f %5.3f  %5.3f %5.3f  %3u/%-3u %3u/%-3u  %5.3f %5.3f  %5.3f %5.3f\n",
		s->name, s->plain.n, share(s->plain.top1, s->plain.n), share(s->plain.top3, s->plain.n),
		share(s->plain.reciprocal, s->plain.n), share(s->direct_right, s->direct),
		share(s->direct, s->plain.n), s->rejects_answered, s->rejects, s->clarified, s->clarifies,
		share(s->stripped.top1, s->stripped.n), share(s->stripped.top3, s->stripped.n),
		share(s->typo.top1, s->typo.n), share(s->typo.top3, s->typo.n));
}

static void print_table(const struct eval *e)
{
	double sum[8] = {0};
	size_t counted = 0;

	puts("set                n  top1  top3   mrr   prec cover  reject  clarify  no marks     one typo");
	for (size_t i = 0; i < e->set_count; i++) {
		const struct set_figures *s = &e->sets[i];

		print_row(s);
		if (s->plain.n == 0 || s->faq_only)
			continue;
		counted++;
		sum[0] += share(s->plain.top1, s->plain.n);
		sum[1] += share(s->plain.top3, s->plain.n);
		sum[2] += share(s->plain.reciprocal, s->plain.n);
		sum[3] += share(s->stripped.top1, s->stripped.n);
		sum[4] += share(s->stripped.top3, s->stripped.n);
		sum[5] += share(s->typo.top1, s->typo.n);
		sum[6] += share(s->typo.top3, s->typo.n);
	}
	printf("mean of %zu sets: top1 %.3f top3 %.3f mrr %.3f; no marks %.3f %.3f; one typo %.3f %.3f\n",
		counted, share(sum[0], (double)counted), share(sum[1], (double)counted),
		share(sum[2], (double)counted), share(sum[3], (double)counted),
		share(sum[4], (double)counted), share(sum[5], (double)counted),
		share(sum[6], (double)counted));
	printf("CPU us a question: p50 %.0f p99 %.0f\n", quantile(e, 0.5), quantile(e, 0.99));
}

static int explain(struct eval *e, const char *text, struct why *why)
{
	struct search_scope scope = {0};
	struct candidate c[CANDIDATES_MAX];
	struct asked asked;
	struct question q;
	size_t count = 0;
	enum err err = question_parse(e->words, &e->arena, text, &q);

	if (err == OK)
		err = kb_candidates(e->kb, &q, &scope, &asked, c, &count);
	if (err != OK) {
		why_set(why, err, "could not search: %s", err_words(err));
		return cli_fail(why);
	}
	printf("says %d, facets %x: %s\n", (int)q.says, q.facets, q.folded);
	for (size_t i = 0; i < asked.count; i++)
		printf("  %s/%s role %d mass %.2f pair %.2f%s\n", q.terms[i].syllable.folded,
			q.terms[i].syllable.marked ? q.terms[i].syllable.marked : "", (int)q.terms[i].role,
			(double)asked.terms[i].mass, (double)asked.terms[i].pair_mass,
			asked.terms[i].synonym ? " synonym" : "");
	printf("acts %x variants %x\n", asked.acts, asked.variants);
	for (size_t i = 0; i < count && i < 6; i++) {
		printf("%s %.3f %s\n  ", kb_doc(e->kb, c[i].document)->id, (double)c[i].score,
			kb_doc(e->kb, c[i].document)->title);
		for (size_t k = 0; k < FEATURE_COUNT; k++)
			if (c[i].features[k] != 0)
				printf(" %s=%.2f", feature_names[k], (double)c[i].features[k]);
		putchar('\n');
	}
	return EXIT_DONE;
}

static int run(struct eval *e, char **files, int count, const char *question, bool json)
{
	struct why why = {""};

	if (question)
		return explain(e, question, &why);
	for (int i = 0; i < count; i++)
		if (eval_file(e, files[i], &why) != OK)
			return cli_fail(&why);
	qsort(e->us, e->us_count, sizeof *e->us, by_value);
	if (json)
		print_json(e);
	else
		print_table(e);
	return EXIT_DONE;
}

static const char *database_path(struct arena *a, const char *data, const char *config_path)
{
	struct config *config;

	if (data)
		return arena_printf(a, "%s/knowledge.db", data);
	config = cli_config(config_path, false);
	return config ? config->knowledge_path : NULL;
}

int cmd_eval(int argc, char **argv)
{
	const char *config = NULL, *data = NULL, *question = NULL, *misses = NULL, *path;
	bool json = false, done;
	const struct cli_option options[] = {{"-c", "FILE", "configuration", &config, NULL},
		{"--data", "DIR", "folder with knowledge.db, instead of a configuration", &data, NULL},
		{"--json", NULL, "figures as JSON", NULL, &json},
		{"--explain", "QUESTION", "show how one question is read and ranked", &question, NULL},
		{"--misses", "FILE", "write the questions whose first answer is wrong", &misses, NULL}, {0}};
	struct eval e = {0};
	struct arena paths;
	struct why why = {""};
	int status = EXIT_FAILED;
	int first = cli_parse(argc, argv, "eval [--json] [--data DIR | -c FILE] [--explain QUESTION] FILE...",
		"Asks labelled questions and says how often the right record comes first.", options, &done,
		&status);

	if (done)
		return status;
	arena_init(&paths, 1 << 16);
	arena_init(&e.arena, TURN_CEILING);
	path = database_path(&paths, data, config);
	if (!path)
		goto out;
	if (misses && !(e.misses = fopen(misses, "we"))) {
		why_set(&why, ERR_IO, "could not write \"%s\"", misses);
		status = cli_fail(&why);
	} else if (words_load(&e.words, &why) != OK || kb_open(path, e.words, &e.kb, &why) != OK) {
		status = cli_fail(&why);
	} else {
		status = run(&e, argv + first, argc - first, question, json);
	}
out:
	if (e.misses)
		fclose(e.misses);
	kb_close(e.kb);
	words_free(e.words);
	free(e.us);
	arena_release(&e.arena);
	arena_release(&paths);
	return status;
}
