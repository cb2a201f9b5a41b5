/* Any bytes: folded within bounds, the same way again, and what is folded folds to itself. The
 * tokenizer of the index lives with them too. */
#include "daemon/base/arena.h"
#include "knowledge/fold.h"
#include "knowledge/tokenizer.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t check_fold(const char *text, size_t len)
{
	struct fold f, again;
	struct fold_syllable s, same;
	size_t end = 0, count = 0;

	fold_init(&f, text, len);
	for (; fold_next(&f, &s); count++) {
		assert(s.start >= end && s.start < s.end && s.end <= len);
		assert(s.plain_len == strlen(s.plain) && s.plain_len > 0 && s.plain_len < FOLD_MAX);
		assert(s.marked_len == strlen(s.marked) && s.marked_len > 0 && s.marked_len < FOLD_MAX);
		assert(s.has_marks || strcmp(s.plain, s.marked) == 0);
		end = s.end;
		fold_init(&again, s.plain, s.plain_len);
		assert(fold_next(&again, &same) && strcmp(same.plain, s.plain) == 0 && !same.has_marks);
		fold_init(&again, s.marked, s.marked_len);
		assert(fold_next(&again, &same) && strcmp(same.plain, s.plain) == 0);
		assert(strcmp(same.marked, s.marked) == 0);
	}
	return count;
}

static void check_plain(const char *text, size_t len)
{
	char *once = malloc(5 * len + 2), *twice = malloc(5 * len + 2), little[7];
	size_t n = fold_plain(text, len, once, 5 * len + 2);

	assert(n == strlen(once));
	assert(fold_plain(once, n, twice, 5 * len + 2) == n && strcmp(once, twice) == 0);
	assert(fold_plain(text, len, little, sizeof little) < sizeof little);
	free(once);
	free(twice);
}

/* FTS5 takes whatever the tokenizer hands it. */
static void check_tokenizer(const char *text, size_t len)
{
	static sqlite3 *db;
	static sqlite3_stmt *insert;

	if (!db) {
		assert(sqlite3_open(":memory:", &db) == SQLITE_OK && tokenizer_register(db, NULL) == OK);
		assert(sqlite3_exec(db, "CREATE VIRTUAL TABLE t USING fts5 (body, tokenize = 'vi')", NULL,
			       NULL, NULL) == SQLITE_OK);
		assert(sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO t (rowid, body) VALUES (1, ?1)", -1,
			       &insert, NULL) == SQLITE_OK);
	}
	sqlite3_bind_text(insert, 1, text, (int)len, SQLITE_STATIC);
	assert(sqlite3_step(insert) == SQLITE_DONE);
	sqlite3_reset(insert);
	sqlite3_clear_bindings(insert);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_fold((const char *)data, size);
	check_plain((const char *)data, size);
	check_tokenizer((const char *)data, size);
	return 0;
}
