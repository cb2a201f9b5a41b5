/* knowledge.h - a knowledge.db in a folder of its own, for tests: rows in, answers of SQL out. */
#ifndef MOTCUA_TEST_KNOWLEDGE_H
#define MOTCUA_TEST_KNOWLEDGE_H

#include "knowledge/import.h"

#define REFUSALS_KEPT 8

struct knowledge {
	char folder[64], database[96], file[96], table[96];
	struct import_options
		options; /* .database, .author, .now_ms are set; tests change what they are about */
	struct import_counts counts; /* of the last import */
	struct why why;
	char refusals
		[REFUSALS_KEPT]
		[256]; /* "line: member: reason", of a table "sheet!C7: member: reason", of the last import */
	size_t refusal_count;
};

int knowledge_setup(void **state); /* cmocka: *state is a struct knowledge * */
int knowledge_teardown(void **state);

/* Days after 2026-11-21, noon in Vietnam. */
void knowledge_day(struct knowledge *k, int days);

/* Imports `text` as one file of rows. */
enum err knowledge_import(struct knowledge *k, const char *text);
enum err knowledge_import_bytes(struct knowledge *k, const char *text, size_t len);

/* Imports a file of any format under a name that says nothing of it. */
enum err knowledge_import_table(struct knowledge *k, const char *bytes, size_t len);
enum err knowledge_import_again(struct knowledge *k); /* the same file, or what a test put at k->table */

/* First column of the first row, "" when there is none or it is NULL; valid until the next call. */
const char *knowledge_sql(struct knowledge *k, const char *sql);

/* Fails the test when the index does not hold exactly what the published versions and what is ours say. */
void knowledge_assert_index(struct knowledge *k);

#endif
