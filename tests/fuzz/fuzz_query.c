/* Any message becomes a search within bounds: a few expressions that FTS5 understands, and an order of candidates. */
#include "knowledge/query.h"
#include "knowledge/rank.h"
#include "knowledge/tokenizer.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
	struct words *words;
	struct catalog catalog;
	struct ranker ranker;
	sqlite3 *db;
	sqlite3_stmt *match;
} kept;

static void prepare(void)
{
	static const char *const names[] = {"Đăng ký khai sinh", "Đăng ký kết hôn có yếu tố nước ngoài",
		"Cấp lại giấy chứng nhận quyền sử dụng đất", "Thông báo lưu trú"};
	struct why why;

	if (words_load(&kept.words, &why) != OK) {
		fprintf(stderr, "%s\n", why.text);
		abort();
	}
	catalog_init(&kept.catalog, words_lexicon(kept.words));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct doc_facts facts = {
			.version = (int64_t)i, .id = names[i], .name = names[i], .valid_to = UINT32_MAX};

		assert(catalog_add(&kept.catalog, &facts) == OK);
	}
	assert(catalog_finish(&kept.catalog) == OK && ranker_init(&kept.ranker, &kept.catalog) == OK);
	assert(sqlite3_open(":memory:", &kept.db) == SQLITE_OK &&
		tokenizer_register(kept.db, kept.words) == OK);
	assert(sqlite3_exec(kept.db,
		       "CREATE VIRTUAL TABLE search USING fts5 (name, own, body, tokenize = 'vi', detail = "
		       "column,"
		       " content = '', columnsize = 0); INSERT INTO search (rowid, name) VALUES (1, 'Đăng ký "
		       "khai "
		       "sinh')",
		       NULL, NULL, NULL) == SQLITE_OK);
	assert(sqlite3_prepare_v2(kept.db, "SELECT rowid FROM search WHERE search MATCH ?1", -1, &kept.match,
		       NULL) == SQLITE_OK);
}

static bool keep_all(void *arg, uint32_t document)
{
	(void)arg, (void)document;
	return true;
}

static void ask_bodies(const struct question *q)
{
	struct query_term terms[QUERY_TERMS_MAX];
	size_t n = query_terms(&kept.catalog, q, terms);

	assert(n <= QUERY_TERMS_MAX);
	for (size_t i = 0; i < n; i++) {
		int rc;

		sqlite3_bind_text(kept.match, 1, terms[i].match, -1, SQLITE_STATIC);
		while ((rc = sqlite3_step(kept.match)) == SQLITE_ROW)
			;
		assert(rc == SQLITE_DONE);
		sqlite3_reset(kept.match);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct candidate candidates[CANDIDATES_MAX];
	struct asked asked;
	struct question q;
	struct arena a;
	char *text;
	size_t n;

	if (!kept.words)
		prepare();
	arena_init(&a, (size_t)64 << 20);
	text = arena_copy(&a, (const char *)data, size);
	assert(text && question_parse(kept.words, &a, text, &q) == OK);
	ask_bodies(&q);
	rank_ask(&kept.catalog, q.terms, q.term_count, &asked);
	n = rank_candidates(&kept.ranker, &asked, keep_all, NULL, candidates, CANDIDATES_MAX);
	rank_features(&kept.ranker, &asked, candidates, n);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < FEATURE_COUNT; k++)
			assert(candidates[i].features[k] >= 0 && candidates[i].features[k] <= 1.001f);
	arena_release(&a);
	return 0;
}
