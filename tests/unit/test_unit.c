/* Where a place belongs today: the lookup, and what a citizen is told. Units of tests/golden/units.jsonl, which are no real ones. */
#include "knowledge/kdb.h"
#include "knowledge/unit.h"
#include "tests/support/fault.h"
#include "tests/support/turn_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int up(void **state)
{
	static const char *const files[] = {"tests/golden/knowledge.jsonl", "tests/golden/units.jsonl"};
	struct turn_fixture *f = calloc(1, sizeof *f);

	*state = f;
	return f ? turn_fixture_open(f, files, 2) : -1;
}

static const struct units *find(struct turn_fixture *f, const char *text, const char *account)
{
	static struct units units;

	turn_release(&f->turn);
	turn_init(&f->turn, &f->tools);
	assert_int_equal(unit_find(f->kb, &f->turn.arena, text, NULL, account, &units), OK);
	return &units;
}

static void assert_codes(const struct units *units, const char *codes)
{
	char found[256] = "";

	for (size_t i = 0; i < units->count; i++)
		snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s", i ? " " : "",
			units->items[i].code);
	assert_string_equal(found, codes);
}

static void old_name_is_found_however_it_is_typed(void **state)
{
	static const char *const ways[] = {"xã Bìm Bịp giờ thuộc đâu", "XA BIM BIP GIO THUOC DAU",
		"Bìm Bịp nay là xã nào", "hồi trước tui ở xã bim bip, chừ nhập vô xã mô", "phường Bìm Bịp"};

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		const struct units *units = find(*state, ways[i], NULL);

		assert_codes(units, "91001");
		assert_string_equal(units->items[0].old, "Xã Bìm Bịp");
		assert_string_equal(units->items[0].name, "Xã Bồ Nông");
		assert_string_equal(units->items[0].province, "tỉnh Sông Cả");
		assert_string_equal(units->items[0].formed, "Sông Cả, Núi Đá");
	}
}

static void what_tells_places_apart_narrows_down(void **state)
{
	assert_codes(find(*state, "xã Chích Chòe", NULL), "91001 91002 92002");
	assert_codes(find(*state, "xã Chích Chòe huyện Vườn Ổi", NULL), "91002");
	assert_codes(find(*state, "xã Chích Chòe Vườn Cam", NULL), "91001");
	assert_codes(find(*state, "xã Chích Chòe tỉnh Núi Đá", NULL), "91001 91002");
	assert_codes(find(*state, "xã Chích Chòe, Biển Xanh", NULL), "92002");
	assert_codes(find(*state, "xã Chích Chòe", "92001"), "92002");
	assert_codes(find(*state, "xã Chích Chòe", "92"), "92002");
	assert_codes(find(*state, "xã Chích Chòe huyện Vườn Ổi", "92"), "91002");
	assert_codes(find(*state, "xã Cu Gáy", NULL), "91002");
	assert_codes(find(*state, "thị trấn Cu Gáy", NULL), "92001");
	assert_codes(find(*state, "Cu Gáy", NULL), "91002 92001");
}

static void typed_marks_count(void **state)
{
	assert_codes(find(*state, "xã Vạc Đêm", NULL), "92002");
	assert_codes(find(*state, "xã Vạc Đềm", NULL), "92001");
	assert_codes(find(*state, "xa vac dem", NULL), "92002 92001");
}

static void one_syllable_needs_its_type(void **state)
{
	assert_codes(find(*state, "phường 7", NULL), "91002");
	assert_codes(find(*state, "p 7", NULL), "91002");
	assert_codes(find(*state, "7", NULL), "");
	assert_codes(find(*state, "én", NULL), "");
	assert_codes(find(*state, "xã Én", NULL), "91002");
}

static void provinces_of_before_and_names_of_today_are_known(void **state)
{
	const struct units *units = find(*state, "tỉnh Núi Đá giờ thuộc tỉnh nào", NULL);

	assert_codes(units, "91");
	assert_string_equal(units->items[0].old, "Núi Đá");
	assert_null(units->items[0].province);
	units = find(*state, "đặc khu Hải Âu ở đâu", NULL);
	assert_codes(units, "92001");
	assert_null(units->items[0].old);
	assert_string_equal(units->items[0].name, "Đặc khu Hải Âu");
}

static void what_is_not_named_or_not_known_is_told_apart(void **state)
{
	assert_int_equal(find(*state, "xã tôi giờ thuộc đâu", NULL)->match, UNIT_UNNAMED);
	assert_int_equal(find(*state, "xã Xyzzy giờ thuộc đâu", NULL)->match, UNIT_UNKNOWN);
	assert_int_equal(find(*state, "huyện Vườn Cam giờ thuộc đâu", NULL)->match, UNIT_DISTRICT);
	assert_int_equal(find(*state, "", NULL)->match, UNIT_UNNAMED);
	assert_int_equal(find(*state, "xã - - \xff\xfe xã", NULL)->match, UNIT_UNNAMED);
}

static void long_text_is_read_within_bounds(void **state)
{
	char text[20000];

	for (size_t i = 0; i + 3 < sizeof text; i += 3)
		memcpy(text + i, "xa ", 4);
	assert_int_equal(find(*state, text, NULL)->match, UNIT_UNNAMED);
	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_int_equal(find(*state, text, NULL)->match, UNIT_UNNAMED);
}

static void failed_allocation_fails_the_search(void **state)
{
	struct turn_fixture *f = *state;
	struct units units;
	enum err err = ERR_NOMEM;

	find(f, "", NULL);
	for (unsigned n = 1; err != OK && n < 1000; n++) {
		turn_release(&f->turn);
		turn_init(&f->turn, &f->tools);
		fault_alloc_after(n);
		err = unit_find(f->kb, &f->turn.arena, "xã Chích Chòe tỉnh Núi Đá", NULL, NULL, &units);
		fault_alloc_after(0);
		assert_true(err == OK || err == ERR_NOMEM || err == ERR_STORE);
	}
	assert_int_equal(err, OK);
	assert_codes(&units, "91001 91002");
}

/* --- What is said ------------------------------------------------------------------------------------- */

static void assert_says(struct turn_fixture *f, const char *text, enum outcome outcome, const char *part)
{
	const char *reply = turn_fixture_say(f, text);

	if (f->turn.outcome != outcome || !strstr(reply, part))
		fail_msg("\"%s\" ends as %s: %s", text, outcome_word(f->turn.outcome), reply);
}

static void one_place_is_told_with_its_province_and_source(void **state)
{
	struct turn_fixture *f = *state;

	assert_says(f, "xã Bìm Bịp giờ thuộc đâu", OUTCOME_ANSWER,
		"Xã Bìm Bịp (cũ) nay thuộc Xã Bồ Nông, tỉnh Sông Cả.\n\nNguồn: ");
	assert_string_equal(f->turn.record.id, "unit:91001");
	assert_int_equal(f->turn.record.kind, KIND_UNIT);
	assert_says(f, "xã Vạc Đêm giờ thuộc đâu", OUTCOME_ANSWER, "không đổi");
	assert_says(f, "xã Én giờ thuộc đâu", OUTCOME_ANSWER, "một phần");
	assert_says(f, "phường 7 giờ thuộc phường nào", OUTCOME_ANSWER,
		"Phường 7 (cũ) nay thuộc Phường Cò Trắng");
	assert_says(
		f, "tỉnh Núi Đá giờ thuộc tỉnh nào", OUTCOME_ANSWER, "Núi Đá (cũ) nay thuộc Tỉnh Sông Cả.");
	assert_says(f, "huyện Vườn Cam giờ thuộc đâu", OUTCOME_CHOICES, "không còn cấp huyện");
}

static void parts_of_one_place_are_all_told(void **state)
{
	assert_says(*state, "xã Sáo Sậu giờ thuộc đâu", OUTCOME_ANSWER,
		"- Xã Bồ Nông, tỉnh Sông Cả\n- Phường Cò Trắng, tỉnh Sông Cả (phần còn lại");
}

static void several_places_are_asked_back_once(void **state)
{
	static const char *const answers[] = {"2", "Vườn Ổi", "huyện Vườn Ổi", "#dv:91002", "cái thứ 2"};
	struct turn_fixture *f = *state;

	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		turn_fixture_forget(f);
		assert_says(f, "xã Chích Chòe giờ thuộc đâu", OUTCOME_CHOICES,
			"2. Xã Chích Chòe (huyện Vườn Ổi cũ)");
		assert_int_equal(f->turn.reply.button_count, 3);
		assert_says(f, answers[i], OUTCOME_ANSWER,
			"Xã Chích Chòe, huyện Vườn Ổi (cũ) nay thuộc Phường Cò Trắng, tỉnh Sông Cả.");
		assert_says(f, "3", OUTCOME_SMALLTALK, "");
	}
}

static void name_that_was_asked_for_is_taken(void **state)
{
	struct turn_fixture *f = *state;

	assert_says(f, "xã tôi giờ thuộc đâu", OUTCOME_CHOICES, "trước đây");
	assert_says(f, "Chích Chòe", OUTCOME_CHOICES, "3. Xã Chích Chòe");
	assert_says(f, "Biển Xanh", OUTCOME_ANSWER, "Xã Vạc Đêm, thành phố Biển Xanh");
	turn_fixture_forget(f);
	assert_says(f, "xã tôi giờ thuộc đâu", OUTCOME_CHOICES, "trước đây");
	assert_says(f, "nuôi bồ câu mất bao nhiêu tiền", OUTCOME_ANSWER, "10.000 đồng");
	assert_says(f, "phí bao nhiêu", OUTCOME_ANSWER, "10.000 đồng");
	assert_says(f, "xã tôi giờ thuộc đâu", OUTCOME_CHOICES, "trước đây");
	assert_says(f, "nuôi bồ câu ở Biển Xanh", OUTCOME_ANSWER, "Nuôi chim bồ câu");
}

static void code_typed_alone_tells_the_unit(void **state)
{
	assert_says(*state, "#dv:92001", OUTCOME_ANSWER, "Đặc khu Hải Âu thuộc thành phố Biển Xanh.");
	turn_fixture_forget(*state);
	assert_says(*state, "#dv:99999", OUTCOME_UNRESOLVED, "chưa tìm thấy");
}

/* --- The file's schema --------------------------------------------------------------------------------- */

static void schema_text(const char *path, char *ret_text, size_t room)
{
	sqlite3 *db;
	sqlite3_stmt *stmt;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(db,
			"SELECT group_concat(sql, ';') || (SELECT user_version FROM "
			"pragma_user_version) FROM (SELECT sql FROM"
			" sqlite_schema WHERE name LIKE 'unit%' OR name LIKE 'version%' ORDER BY name)",
			-1, &stmt, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	snprintf(ret_text, room, "%s", (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}

#define OLD_COLUMNS                                                                                          \
	"id, record, unit, state, change, replaced_by, valid_from, valid_to, decision, decision_date, "      \
	"source,"                                                                                            \
	" source_date, author, approver, created_ms, published_ms, body, body_hash"

/* The first version's file: the same but for what migrations add. */
static void make_old(const char *path)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(db,
			"DROP TABLE unit_old; DROP TABLE unit; DROP TABLE deed;"
			"CREATE TEMP TABLE kept AS SELECT " OLD_COLUMNS " FROM version; DROP TABLE version;"
			"CREATE TABLE version (id INTEGER PRIMARY KEY, record TEXT NOT NULL REFERENCES "
			"record (id),"
			" unit TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, change TEXT NOT NULL, "
			"replaced_by TEXT,"
			" valid_from TEXT NOT NULL, valid_to TEXT, decision TEXT, decision_date TEXT, source "
			"TEXT,"
			" source_date TEXT, author TEXT NOT NULL, approver TEXT, created_ms INTEGER NOT NULL,"
			" published_ms INTEGER, body TEXT NOT NULL, body_hash BLOB NOT NULL);"
			"CREATE INDEX version_of_record ON version (record, unit, valid_from);"
			"INSERT INTO version (" OLD_COLUMNS ") SELECT " OLD_COLUMNS " FROM kept;"
			"PRAGMA user_version = 1",
			NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(db);
}

static void older_file_is_brought_up_to_date_by_whoever_opens_it(void **state)
{
	struct turn_fixture *f = *state;
	char path[96], fresh[8192], migrated[8192];
	struct kb *kb = NULL;
	struct kdb *kdb = NULL;
	struct why why;
	struct record r;

	snprintf(path, sizeof path, "%s/knowledge.db", f->folder);
	schema_text(path, fresh, sizeof fresh);
	make_old(path);
	assert_int_equal(kb_open(path, f->words, &kb, &why), OK);
	schema_text(path, migrated, sizeof migrated);
	assert_string_equal(migrated, fresh);
	assert_int_equal(kb_get(kb, &f->turn.arena, "9.000001", NULL, "2026-11-22", &r), OK);
	kb_close(kb);
	make_old(path);
	assert_int_equal(kdb_open(path, KDB_READ, &kdb, &why), OK);
	kdb_close(kdb);
	schema_text(path, migrated, sizeof migrated);
	assert_string_equal(migrated, fresh);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, turn_fixture_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(old_name_is_found_however_it_is_typed),
		TEST(what_tells_places_apart_narrows_down),
		TEST(typed_marks_count),
		TEST(one_syllable_needs_its_type),
		TEST(provinces_of_before_and_names_of_today_are_known),
		TEST(what_is_not_named_or_not_known_is_told_apart),
		TEST(long_text_is_read_within_bounds),
		TEST(failed_allocation_fails_the_search),
		TEST(one_place_is_told_with_its_province_and_source),
		TEST(parts_of_one_place_are_all_told),
		TEST(several_places_are_asked_back_once),
		TEST(name_that_was_asked_for_is_taken),
		TEST(code_typed_alone_tells_the_unit),
		TEST(older_file_is_brought_up_to_date_by_whoever_opens_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
