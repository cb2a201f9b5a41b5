#include "knowledge/query.h"
#include "knowledge/tokenizer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct bench {
	struct words *words;
	struct catalog catalog;
	sqlite3 *db;
	struct arena arena;
};

static int setup(void **state)
{
	static const char *const names[] = {"Đăng ký khai sinh", "Đăng ký khai tử", "Đăng ký kết hôn",
		"Cấp giấy phép xây dựng", "Cấp giấy phép lái xe", "Ủy quyền nộp hồ sơ"};
	struct bench *b = calloc(1, sizeof *b);
	struct why why;

	if (!b || words_load(&b->words, &why) != OK)
		return -1;
	catalog_init(&b->catalog, words_lexicon(b->words));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct doc_facts facts = {
			.version = (int64_t)i + 1, .id = names[i], .name = names[i], .valid_to = UINT32_MAX};

		assert_int_equal(catalog_add(&b->catalog, &facts), OK);
	}
	assert_int_equal(catalog_finish(&b->catalog), OK);
	assert_int_equal(sqlite3_open(":memory:", &b->db), SQLITE_OK);
	assert_int_equal(tokenizer_register(b->db, b->words), OK);
	assert_int_equal(sqlite3_exec(b->db,
				 "CREATE VIRTUAL TABLE search USING fts5 (name, own, body, tokenize = 'vi',"
				 " detail = column, content = '', columnsize = 0);"
				 "INSERT INTO search (rowid, name, body) VALUES (1, 'a', 'văn bản ủy quyền'),"
				 " (2, 'ủy quyền', 'b')",
				 NULL, NULL, NULL),
		SQLITE_OK);
	arena_init(&b->arena, 16 << 20);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	arena_release(&b->arena);
	sqlite3_close(b->db);
	catalog_release(&b->catalog);
	words_free(b->words);
	free(b);
	return 0;
}

static size_t terms_of(struct bench *b, const char *text, struct query_term *ret_terms)
{
	struct question q;

	assert_int_equal(question_parse(b->words, &b->arena, text, &q), OK);
	return query_terms(&b->catalog, &q, ret_terms);
}

/* Rows that the expression finds; every expression must be one that FTS5 understands. */
static int rows(struct bench *b, const char *match)
{
	sqlite3_stmt *stmt = NULL;
	int found = 0, rc;

	assert_int_equal(
		sqlite3_prepare_v2(b->db, "SELECT rowid FROM search WHERE search MATCH ?1", -1, &stmt, NULL),
		SQLITE_OK);
	sqlite3_bind_text(stmt, 1, match, -1, SQLITE_STATIC);
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
		found |= 1 << sqlite3_column_int(stmt, 0);
	assert_int_equal(rc, SQLITE_DONE);
	sqlite3_finalize(stmt);
	return found;
}

static void rarest_pairs_come_first_and_few(void **state)
{
	struct query_term terms[QUERY_TERMS_MAX];
	size_t n = terms_of(*state, "đăng ký khai sinh ủy quyền thừa kế xây dựng trạm biến áp", terms);

	assert_int_equal(n, QUERY_TERMS_MAX);
	for (size_t i = 1; i < n; i++)
		assert_true(terms[i - 1].weight >= terms[i].weight);
	for (size_t i = 0; i < n; i++)
		assert_null(strstr(terms[i].match, "dang_ki"));
}

static void only_bodies_are_asked(void **state)
{
	struct query_term terms[QUERY_TERMS_MAX];

	assert_int_equal(terms_of(*state, "ủy quyền", terms), 1);
	assert_string_equal(terms[0].match, "body : \"uy_quyen\"");
	assert_int_equal(rows(*state, terms[0].match), 1 << 1);
}

static void single_word_is_asked_when_there_is_no_pair(void **state)
{
	struct query_term terms[QUERY_TERMS_MAX];

	assert_int_equal(terms_of(*state, "quyền", terms), 1);
	assert_string_equal(terms[0].match, "body : \"quyen\"");
}

static void equal_pairs_are_asked_once(void **state)
{
	struct query_term terms[QUERY_TERMS_MAX];
	size_t n = terms_of(*state, "ủy quyền ủy quyền ủy quyền", terms);

	assert_true(n <= 2); /* uy_quyen, quyen_uy */
}

static void nothing_to_ask_asks_nothing(void **state)
{
	struct query_term terms[QUERY_TERMS_MAX];

	assert_int_equal(terms_of(*state, "", terms), 0);
	assert_int_equal(terms_of(*state, "?!… 😀", terms), 0);
}

static void syntax_of_fts5_is_only_text(void **state)
{
	static const char *const hostile[] = {"\" OR 1 --", "body : * NEAR(uỷ quyền, 2)",
		"name:^khai* AND NOT tử", "')); DROP TABLE search; --", "\xFF\xFE\"\"\"",
		"a\"b\"c {d} (e) + f^g", "AND OR NOT NEAR", "ủy_quyền \"\"", "日本 語 данные"};
	struct query_term terms[QUERY_TERMS_MAX];

	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		size_t n = terms_of(*state, hostile[i], terms);

		assert_true(n <= QUERY_TERMS_MAX);
		for (size_t k = 0; k < n; k++)
			rows(*state, terms[k].match);
	}
}

static void endless_message_is_bounded(void **state)
{
	struct bench *b = *state;
	struct query_term terms[QUERY_TERMS_MAX];
	char *text = arena_alloc(&b->arena, 1 << 20);

	memset(text, 'q', (1 << 20) - 1);
	assert_true(terms_of(b, text, terms) <= QUERY_TERMS_MAX);
	for (size_t i = 0; i + 16 < 1 << 20; i += 16)
		memcpy(text + i, "uy quyen khai tu ", 16);
	assert_true(terms_of(b, text, terms) <= QUERY_TERMS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rarest_pairs_come_first_and_few),
		cmocka_unit_test(only_bodies_are_asked),
		cmocka_unit_test(single_word_is_asked_when_there_is_no_pair),
		cmocka_unit_test(equal_pairs_are_asked_once),
		cmocka_unit_test(nothing_to_ask_asks_nothing),
		cmocka_unit_test(syntax_of_fts5_is_only_text),
		cmocka_unit_test(endless_message_is_bounded),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
