/* A cluster is resolved with a record that nobody had written before, and some of its wordings are taught: the wordings that were
 * held back find it too, and other questions keep their answers. Over the national procedures and the development questions when
 * they are there (MOTCUA_DATA), else over the starter content and a few questions of ours. */
#include "knowledge/edit.h"
#include "knowledge/kb.h"
#include "tests/support/corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

enum { MATTERS = 13, WORDINGS = 10, TEXT_ROOM = 300, PARTS = 5 };

#define FOUND_SHARE 0.95
#define CHANGED_SHARE 0.002

struct taught {
	struct corpus corpus;
	struct words *words;
	struct kb *kb;
	struct edit *edit;
	struct arena arena, kept; /* kept: what is compared later; arena: of one search */
	char texts[MATTERS + 1][WORDINGS][TEXT_ROOM];
	size_t counts[MATTERS + 1];
};

/* Among the national procedures already: nothing to write. */
static bool is_written(long matter)
{
	return matter < 1 || matter > MATTERS || matter == 1 || matter == 3 || matter == 5;
}

static void wordings_read(struct taught *t)
{
	FILE *file = fopen("tests/golden/clusters.tsv", "r");
	char line[TEXT_ROOM];

	assert_non_null(file);
	while (fgets(line, sizeof line, file)) {
		char *tab = strchr(line, '\t');
		long matter = strtol(line, NULL, 10);

		if (line[0] == '#' || !tab || is_written(matter) || t->counts[matter] == WORDINGS)
			continue;
		tab[strcspn(tab, "\n")] = '\0';
		snprintf(t->texts[matter][t->counts[matter]++], TEXT_ROOM, "%s", tab + 1);
	}
	fclose(file);
}

static int up(void **state)
{
	struct taught *t = calloc(1, sizeof *t);
	struct why why = {""};

	*state = t;
	if (!t || corpus_open(&t->corpus, &why) || words_load(&t->words, &why) ||
		kb_open(t->corpus.knowledge, t->words, &t->kb, &why) ||
		edit_open(t->corpus.knowledge, &t->edit, &why)) {
		fprintf(stderr, "%s\n", why.text);
		return -1;
	}
	arena_init(&t->arena, (size_t)64 << 20);
	arena_init(&t->kept, (size_t)64 << 20);
	return 0;
}

static int down(void **state)
{
	struct taught *t = *state;

	kb_close(t->kb);
	edit_close(t->edit);
	words_free(t->words);
	arena_release(&t->arena);
	arena_release(&t->kept);
	corpus_close(&t->corpus);
	free(t);
	return 0;
}

static const struct edit_by by = {.who = "lan", .now_ms = 1795237200000};

static const char *id_of(int matter)
{
	static char id[32];

	snprintf(id, sizeof id, "faq:cum-%d", matter);
	return id;
}

static void publish(struct taught *t, int matter)
{
	struct edit_trouble trouble = {0};
	struct version_row row = {0};
	struct why why = {""};
	char body[TEXT_ROOM + 100];

	snprintf(body, sizeof body,
		"{\"question\":\"%s\",\"answer\":\"Mời bà con đến xã để được hướng dẫn.\"}",
		t->texts[matter][0]);
	assert_int_equal(edit_create(t->edit, "faq", id_of(matter), "",
				 &(struct edit_text){.body = body, .valid_from = "2026-01-01"}, &by, &row,
				 &trouble, &why),
		OK);
	assert_int_equal(edit_step(t->edit, row.id, EDIT_APPROVE, NULL, &by, &row, &trouble, &why), OK);
}

/* The first wording is the record's title. All but one part of the others take the place of what was taught before. */
static void teach(struct taught *t, int matter, size_t part)
{
	const char *asks[WORDINGS];
	struct edit_own own = {.asks = asks};
	struct edit_trouble trouble = {0};
	struct why why = {""};

	for (size_t i = 1; i < t->counts[matter]; i++)
		if (i % PARTS != part)
			asks[own.ask_count++] = t->texts[matter][i];
	assert_int_equal(edit_own(t->edit, id_of(matter), &own, &by, &trouble, &why), OK);
}

static struct answers answers_of(struct taught *t, const char *text)
{
	const struct search_scope scope = {.unit = NULL};
	struct answers found = {.decision = DECIDE_NONE};
	struct question q;

	arena_reset(&t->arena);
	assert_int_equal(question_parse(t->words, &t->arena, text, &q), OK);
	if (q.says == SAY_QUESTION)
		assert_int_equal(kb_search(t->kb, &t->arena, &q, &scope, &found), OK);
	return found;
}

static bool finds(struct taught *t, const char *text, const char *id)
{
	struct answers found = answers_of(t, text);

	return found.count && strcmp(found.items[0].id, id) == 0;
}

/* What is answered or asked back, and with which record first; NULL: nothing is known. */
static const char *answer_of(struct taught *t, const char *text)
{
	struct answers found = answers_of(t, text);

	if (!found.count || found.decision == DECIDE_NONE)
		return NULL;
	return arena_printf(&t->kept, "%d %s", (int)found.decision, found.items[0].id);
}

static void held_back_wordings_are_found_and_others_keep_their_answers(void **state)
{
	struct taught *t = *state;
	size_t held = 0, found = 0, changed = 0;
	const char **before = calloc(t->corpus.question_count, sizeof *before);

	assert_non_null(before);
	wordings_read(t);
	for (size_t i = 0; i < t->corpus.question_count; i++)
		before[i] = answer_of(t, t->corpus.questions[i]);
	for (int matter = 1; matter <= MATTERS; matter++)
		if (t->counts[matter])
			publish(t, matter);
	for (size_t part = 0; part < PARTS; part++) {
		for (int matter = 1; matter <= MATTERS; matter++)
			if (t->counts[matter])
				teach(t, matter, part);
		for (int matter = 1; matter <= MATTERS; matter++)
			for (size_t i = part ? part : PARTS; i < t->counts[matter]; i += PARTS, held++) {
				bool is = finds(t, t->texts[matter][i], id_of(matter));

				found += is;
				if (!is)
					print_message("not found: %s\n", t->texts[matter][i]);
			}
	}
	for (size_t i = 0; i < t->corpus.question_count; i++) {
		const char *after = answer_of(t, t->corpus.questions[i]);
		bool same = before[i] && after ? strcmp(before[i], after) == 0 : before[i] == after;

		changed += !same;
		if (!same)
			print_message("changed: %s\n", t->corpus.questions[i]);
	}
	free(before);
	print_message("%zu of %zu held back were found first; %zu of %zu others changed\n", found, held,
		changed, t->corpus.question_count);
	assert_true(held >= 40);
	assert_true((double)found >= FOUND_SHARE * (double)held);
	assert_true((double)changed <= CHANGED_SHARE * (double)t->corpus.question_count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(held_back_wordings_are_found_and_others_keep_their_answers),
	};

	return cmocka_run_group_tests(tests, up, down);
}
