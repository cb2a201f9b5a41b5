/* Clusters of the labelled development questions in MOTCUA_DATA (skipped without them), each in three spellings: as written, without
 * marks, and with a slip. What asks for the same procedure belongs together. Measured with what the search finds, and with the
 * record that answers a question taken out of what it found, as when nobody has written it yet. */
#include "daemon/report/cluster.h"
#include "knowledge/fold.h"
#include "knowledge/kb.h"
#include "knowledge/numbers.h"
#include "tests/support/corpus.h"
#include "tests/support/partition.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

enum { ROWS_MAX = 6000, TEXT_ROOM = 4096, NEAREST = 5 };

struct row {
	int64_t group;
	struct cluster_asked found, absent; /* with and without its own record among the nearest */
};

struct data {
	struct corpus corpus;
	struct words *words;
	struct kb *kb;
	cJSON *names; /* of procedures by id: those of one name are one */
	struct row *rows;
	size_t count;
	struct arena arena;
};

/* --- Reading ------------------------------------------------------------------------------------------ */

static bool is_gold(const cJSON *gold, const char *id)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, gold)
	{
		if (cJSON_IsString(item) && strcmp(item->valuestring, id) == 0)
			return true;
	}
	return false;
}

/* As the daemon keeps them with a question. */
static char *nearest_print(const struct answers *found, const cJSON *without)
{
	cJSON *rows = cJSON_CreateArray();
	char *printed;

	for (size_t i = 0, n = 0; i < found->count && n < NEAREST; i++) {
		cJSON *row;

		if (without && is_gold(without, found->items[i].id))
			continue;
		row = cJSON_CreateObject();
		cJSON_AddStringToObject(row, "id", found->items[i].id);
		cJSON_AddNumberToObject(row, "score", found->items[i].score);
		cJSON_AddNumberToObject(row, "confidence", found->items[i].confidence);
		cJSON_AddItemToArray(rows, row);
		n++;
	}
	printed = cJSON_PrintUnformatted(rows);
	cJSON_Delete(rows);
	return printed;
}

static void ask(struct data *d, const char *text, const cJSON *gold, int64_t group)
{
	const struct search_scope scope = {.unit = NULL};
	struct row *row = &d->rows[d->count++];
	struct answers found = {0};
	struct question q;
	char *present, *absent;

	assert_true(d->count < ROWS_MAX);
	arena_reset(&d->arena);
	assert_int_equal(question_parse(d->words, &d->arena, text, &q), OK);
	if (q.says == SAY_QUESTION)
		assert_int_equal(kb_search(d->kb, &d->arena, &q, &scope, &found), OK);
	present = nearest_print(&found, NULL);
	absent = nearest_print(&found, gold);
	row->group = group;
	assert_int_equal(cluster_asked_of(d->words, &d->arena, text, present, NULL, &row->found), OK);
	assert_int_equal(cluster_asked_of(d->words, &d->arena, text, absent, NULL, &row->absent), OK);
	cJSON_free(present);
	cJSON_free(absent);
}

/* Two letters of the longest word change places. */
static void slip(char *text)
{
	struct fold_syllable s;
	struct fold f;
	size_t best = 0, at = 0;

	fold_init(&f, text, strlen(text));
	while (fold_next(&f, &s))
		if (s.end - s.start == s.plain_len && s.plain_len > best) {
			best = s.plain_len;
			at = s.start;
		}
	if (best >= 3) {
		char *c = text + at + best / 2 - (best == 3), first = c[0];

		c[0] = c[1];
		c[1] = first;
	}
}

static int64_t group_of(const struct data *d, const char *gold)
{
	const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(d->names, gold));

	return (int64_t)(numbers_key(name ? name : gold, strlen(name ? name : gold)) >> 1);
}

static bool is_measured(const cJSON *row)
{
	const char *beh = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "beh"));
	const char *set = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "set"));

	return (!beh || strcmp(beh, "answer") == 0) && set && strcmp(set, "rasa_intents") != 0 &&
	       strcmp(set, "capt_short") != 0;
}

static void row_ask(struct data *d, const cJSON *row)
{
	const char *q = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "q"));
	const cJSON *gold = cJSON_GetObjectItemCaseSensitive(row, "gold");
	const char *first = cJSON_GetStringValue(cJSON_GetArrayItem(gold, 0));
	char text[TEXT_ROOM];

	if (!q || !first || !is_measured(row))
		return;
	ask(d, q, gold, group_of(d, first));
	fold_plain(q, strlen(q), text, sizeof text);
	ask(d, text, gold, group_of(d, first));
	slip(text);
	ask(d, text, gold, group_of(d, first));
}

static void lines(const char *path, void (*row_cb)(struct data *d, const cJSON *row), struct data *d)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;

	assert_non_null(file);
	while (getline(&line, &room, file) > 0) {
		cJSON *row = cJSON_Parse(line);

		row_cb(d, row);
		cJSON_Delete(row);
	}
	free(line);
	fclose(file);
}

static void name_keep(struct data *d, const cJSON *row)
{
	const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "id"));
	const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "name"));

	if (id && name)
		cJSON_AddStringToObject(d->names, id, name);
}

static void file_read(struct data *d, const char *name, void (*row_cb)(struct data *d, const cJSON *row))
{
	const char *folder = getenv("MOTCUA_DATA");
	char path[512];

	snprintf(path, sizeof path, "%s/%s", folder ? folder : "../shared/data", name);
	lines(path, row_cb, d);
}

static int up(void **state)
{
	struct data *d = calloc(1, sizeof *d);
	struct why why = {""};

	*state = d;
	if (!d || corpus_open(&d->corpus, &why) || words_load(&d->words, &why) ||
		kb_open(d->corpus.knowledge, d->words, &d->kb, &why)) {
		fprintf(stderr, "%s\n", why.text);
		return -1;
	}
	arena_init(&d->arena, (size_t)64 << 20);
	d->rows = calloc(ROWS_MAX, sizeof *d->rows);
	d->names = cJSON_CreateObject();
	if (!d->rows || !d->names)
		return -1;
	if (d->corpus.national) {
		file_read(d, "procedures.jsonl", name_keep);
		file_read(d, "questions_dev.jsonl", row_ask);
		file_read(d, "chat_dev.jsonl", row_ask);
	}
	return 0;
}

static int down(void **state)
{
	struct data *d = *state;

	kb_close(d->kb);
	words_free(d->words);
	corpus_close(&d->corpus);
	arena_release(&d->arena);
	cJSON_Delete(d->names);
	free(d->rows);
	free(d);
	return 0;
}

/* --- Measuring ---------------------------------------------------------------------------------------- */

static uint64_t drawn(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005U + 1442695040888963407U;
	return *seed >> 33;
}

/* In an order drawn from the seed; *ret_labels in the order of the rows. */
static void sort(const struct data *d, bool absent, uint64_t seed, int64_t *ret_labels)
{
	size_t *order = calloc(d->count + 1, sizeof *order);
	struct clusters *c;

	assert_non_null(order);
	assert_int_equal(clusters_open(&c), OK);
	for (size_t i = 0; i < d->count; i++)
		order[i] = i;
	for (size_t i = d->count; i > 1; i--) {
		size_t k = drawn(&seed) % i, before = order[i - 1];

		order[i - 1] = order[k];
		order[k] = before;
	}
	for (size_t i = 0; i < d->count; i++) {
		const struct row *row = &d->rows[order[i]];
		const struct cluster_asked *asked = absent ? &row->absent : &row->found;
		int64_t id = clusters_find(c, asked);

		ret_labels[order[i]] = id ? id : (int64_t)i + 1;
		assert_int_equal(clusters_put(c, ret_labels[order[i]], asked), OK);
	}
	clusters_close(c);
	free(order);
}

enum { ORDERS = 5 };

struct measured {
	struct partition_score worst;
	double between; /* the least adjusted Rand index of two orders */
};

static struct measured measure(const struct data *d, bool absent)
{
	struct measured m = {.worst = {.f1 = 1, .purity = 1}, .between = 1};
	int64_t *right = calloc(d->count + 1, sizeof *right);
	int64_t *labels = calloc(ORDERS * (d->count + 1), sizeof *labels);

	assert_true(right && labels);
	for (size_t i = 0; i < d->count; i++)
		right[i] = d->rows[i].group;
	for (size_t k = 0; k < ORDERS; k++) {
		int64_t *given = labels + k * d->count;
		struct partition_score s;

		sort(d, absent, k + 1, given);
		s = partition_compare(given, right, d->count);
		print_message("%s: precision %.3f recall %.3f F1 %.3f purity %.3f clusters %zu\n",
			absent ? "own record absent" : "as found", s.precision, s.recall, s.f1, s.purity,
			s.clusters);
		m.worst.f1 = s.f1 < m.worst.f1 ? s.f1 : m.worst.f1;
		m.worst.purity = s.purity < m.worst.purity ? s.purity : m.worst.purity;
		for (size_t j = 0; j < k; j++) {
			double ari = partition_compare(given, labels + j * d->count, d->count).ari;

			m.between = ari < m.between ? ari : m.between;
		}
	}
	print_message("least agreement of two orders: %.3f\n", m.between);
	free(right);
	free(labels);
	return m;
}

static void what_asks_for_the_same_comes_together(void **state)
{
	struct data *d = *state;
	struct measured m;

	if (!d->corpus.national)
		skip();
	m = measure(d, false);
	assert_true(m.worst.f1 >= 0.85);
	assert_true(m.worst.purity >= 0.93);
	assert_true(m.between >= 0.9);
}

static void it_does_so_when_nobody_has_written_the_answer_yet(void **state)
{
	struct data *d = *state;
	struct measured m;

	if (!d->corpus.national)
		skip();
	m = measure(d, true);
	assert_true(m.worst.f1 >= 0.75);
	assert_true(m.worst.purity >= 0.91);
	assert_true(m.between >= 0.9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_asks_for_the_same_comes_together),
		cmocka_unit_test(it_does_so_when_nobody_has_written_the_answer_yet),
	};

	return cmocka_run_group_tests(tests, up, down);
}
