/* bench_search.c - one question against the national corpus: ours, over what SQLite gives without us (FTS5 unicode61
 * without diacritics, the words joined by OR, bm25 with the title ten times). */
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "knowledge/kb.h"
#include "tests/support/corpus.h"
#include "tests/support/measure.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <sqlite3.h>

#define PLAIN_QUESTIONS 200 /* of all, evenly: each takes tens of milliseconds */

static void fail(const char *what)
{
	fprintf(stderr, "bench_search: %s\n", what);
	exit(1);
}

/* --- Plain FTS5 -------------------------------------------------------------------------------------- */

static void text_bind(sqlite3_stmt *stmt, int place, const cJSON *row, const char *const *names)
{
	char *joined = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&joined, &len);

	if (!out)
		fail("out of memory");
	for (; *names; names++) {
		const cJSON *value = cJSON_GetObjectItemCaseSensitive(row, *names);
		char *printed = cJSON_IsString(value) || !value ? NULL : cJSON_PrintUnformatted(value);

		fprintf(out, "%s ", cJSON_IsString(value) ? value->valuestring : printed ? printed : "");
		cJSON_free(printed);
	}
	fclose(out);
	sqlite3_bind_text(stmt, place, joined, -1, free);
}

static void plain_fill(sqlite3 *db, const char *path)
{
	static const char *const title[] = {"name", NULL}, *const keywords[] = {"field", "agency", NULL};
	static const char *const body[] = {
		"steps", "submission", "documents", "applicant", "result", "legal_basis", "conditions", NULL};
	FILE *file = fopen(path, "r");
	sqlite3_stmt *stmt;
	char *line = NULL;
	size_t room = 0;

	if (!file || sqlite3_prepare_v2(db, "INSERT INTO f VALUES (?, ?, ?)", -1, &stmt, NULL) != SQLITE_OK)
		fail("could not fill the plain index");
	while (getline(&line, &room, file) > 0) {
		cJSON *row = cJSON_Parse(line);

		text_bind(stmt, 1, row, title);
		text_bind(stmt, 2, row, keywords);
		text_bind(stmt, 3, row, body);
		sqlite3_step(stmt);
		sqlite3_reset(stmt);
		cJSON_Delete(row);
	}
	sqlite3_finalize(stmt);
	free(line);
	fclose(file);
}

static sqlite3 *plain_open(const char *path)
{
	sqlite3 *db;

	if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
		sqlite3_exec(db,
			"CREATE VIRTUAL TABLE f USING fts5 (title, keywords, body, tokenize = 'unicode61 "
			"remove_diacritics 2');"
			"BEGIN",
			NULL, NULL, NULL) != SQLITE_OK)
		fail("could not make the plain index");
	plain_fill(db, path);
	sqlite3_exec(db, "COMMIT; INSERT INTO f (f) VALUES ('optimize')", NULL, NULL, NULL);
	return db;
}

/* "a" OR "b" … */
static void plain_query(const char *question, char *ret_query, size_t room)
{
	size_t len = 0;

	while (*question && len + 64 < room) {
		size_t word = 0;

		while ((unsigned char)question[word] >= 0x80 || isalnum((unsigned char)question[word]))
			word++;
		if (word)
			len += (size_t)snprintf(ret_query + len, room - len, "%s\"%.*s\"", len ? " OR " : "",
				word < 40 ? (int)word : 40, question);
		question += word ? word : 1;
	}
	ret_query[len] = '\0';
}

static int64_t plain_ask(sqlite3_stmt *stmt, const char *question)
{
	char query[4096];
	int64_t begun = measure_thread_us(pthread_self());

	plain_query(question, query, sizeof query);
	sqlite3_bind_text(stmt, 1, query, -1, SQLITE_STATIC);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		;
	sqlite3_reset(stmt);
	return measure_thread_us(pthread_self()) - begun;
}

/* --- Ours -------------------------------------------------------------------------------------------- */

static int64_t our_ask(struct kb *kb, const struct words *words, struct arena *a, const char *question)
{
	struct search_scope scope = {.as_of = NULL};
	int64_t begun = measure_thread_us(pthread_self());
	struct answers answers;
	struct question q;

	arena_reset(a);
	if (question_parse(words, a, question, &q) != OK || kb_search(kb, a, &q, &scope, &answers) != OK)
		fail("a search failed");
	return measure_thread_us(pthread_self()) - begun;
}

static void our_all(const struct corpus *c, int64_t *ret_us)
{
	struct why why = {""};
	struct words *words;
	struct kb *kb;
	struct arena a;

	if (words_load(&words, &why) != OK || kb_open(c->knowledge, words, &kb, &why) != OK)
		fail(why.text);
	arena_init(&a, (size_t)16 << 20);
	for (int round = 0; round < 2; round++) /* the first warms up */
		for (size_t i = 0; i < c->question_count; i++)
			ret_us[i] = our_ask(kb, words, &a, c->questions[i]);
	arena_release(&a);
	kb_close(kb);
	words_free(words);
}

static void plain_all(const struct corpus *c, int64_t *ret_us, size_t count)
{
	sqlite3 *db = plain_open(c->procedures);
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(db, "SELECT rowid FROM f WHERE f MATCH ? ORDER BY bm25(f, 10, 1, 1) LIMIT 10",
		    -1, &stmt, NULL) != SQLITE_OK)
		fail(sqlite3_errmsg(db));
	for (size_t i = 0; i < count; i++)
		ret_us[i] = plain_ask(stmt, c->questions[i * c->question_count / count]);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}

static void row(const char *what, int64_t ours, int64_t plain, double goal)
{
	char left[64], right[64];

	snprintf(left, sizeof left, "%lld us", (long long)ours);
	snprintf(right, sizeof right, "FTS5 OR bm25 %.1f ms", (double)plain / 1000);
	measure_row(what, left, right, (double)ours / (double)plain, false, goal);
}

int main(void)
{
	static int64_t ours[4000], plain[PLAIN_QUESTIONS];
	struct why why = {""};
	struct corpus c;

	log_set_level(LOG_LEVEL_WARNING);
	if (corpus_open(&c, &why) != OK)
		fail(why.text);
	if (!c.national) {
		printf("# search: the national corpus is not in $MOTCUA_DATA, nothing to compare with\n");
		corpus_close(&c);
		return 0;
	}
	our_all(&c, ours);
	plain_all(&c, plain, PLAIN_QUESTIONS);
	row("search CPU p50, national corpus", measure_percentile(ours, c.question_count, 0.5),
		measure_percentile(plain, PLAIN_QUESTIONS, 0.5), 1.0 / 100);
	row("search CPU p99, national corpus", measure_percentile(ours, c.question_count, 0.99),
		measure_percentile(plain, PLAIN_QUESTIONS, 0.99), 1.0 / 30);
	corpus_close(&c);
	return 0;
}
