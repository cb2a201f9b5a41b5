#include "knowledge/browse.h"
#include "knowledge/edit.h"
#include "daemon/base/clock.h"
#include "tests/support/knowledge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS                                                                                                  \
	"{\"code\":\"1.1\",\"name\":\"Cấp bản sao\",\"field\":\"Hộ tịch\",\"level\":[\"xã\"],"       \
	"\"submission\":[{\"mode\":\"trực tiếp\",\"fee\":\"8.000 đồng\",\"time_limit\":\"1 ngày\"}]," \
	"\"everyday\":\"Xin trích lục\"}\n"                                                                \
	"{\"code\":\"1.2\",\"name\":\"Chứng thực chữ ký\"}\n"                                          \
	"{\"level\":\"tỉnh\",\"code\":\"91\",\"name\":\"Sông Cả\",\"type\":\"tỉnh\",\"abbr\":\"SCA\"," \
	"\"formed_from\":[\"Sông Cả\"]}\n"                                                                 \
	"{\"level\":\"xã\",\"code\":\"91002\",\"name\":\"Cò Trắng\",\"type\":\"phường\","              \
	"\"full_name\":\"Phường Cò Trắng\",\"province_code\":\"91\",\"province\":\"Sông Cả\"}\n"

struct desk { /* a knowledge, who edits it, and what came back last */
	struct knowledge *knowledge;
	struct edit *edit;
	struct browse *browse;
	struct edit_by by;
	struct version_row row;
	struct edit_trouble trouble;
	struct arena arena;
	struct why why;
};

static int up(void **state)
{
	struct desk *d = calloc(1, sizeof *d);
	void *knowledge;

	if (!d || knowledge_setup(&knowledge) != 0)
		return -1;
	d->knowledge = knowledge;
	if (knowledge_import(d->knowledge, ROWS) != OK)
		fail_msg("%s", d->knowledge->why.text);
	arena_init(&d->arena, (size_t)64 << 20);
	d->by = (struct edit_by){.who = "lan", .now_ms = d->knowledge->options.now_ms, .two_persons = true};
	*state = d;
	return edit_open(d->knowledge->database, &d->edit, &d->why) != OK ||
	       browse_open(d->knowledge->database, &d->browse, &d->why) != OK;
}

static int down(void **state)
{
	struct desk *d = *state;
	void *knowledge = d->knowledge;

	edit_close(d->edit);
	browse_close(d->browse);
	arena_release(&d->arena);
	free(d);
	return knowledge_teardown(&knowledge);
}

static void on_day(struct desk *d, int days)
{
	knowledge_day(d->knowledge, days);
	d->by.now_ms = d->knowledge->options.now_ms;
}

static enum err draft(struct desk *d, const char *record, const char *unit, const struct edit_text *text)
{
	return edit_draft(d->edit, record, unit, text, &d->by, &d->row, &d->trouble, &d->why);
}

static enum err step(struct desk *d, int64_t version, enum edit_step what, const char *who)
{
	d->by.who = who;
	return edit_step(d->edit, version, what, "ghi chú", &d->by, &d->row, &d->trouble, &d->why);
}

static void refused(struct desk *d, enum err err, enum edit_trouble_kind kind)
{
	assert_int_equal(err, ERR_REFUSED);
	assert_string_equal(edit_trouble_word(d->trouble.kind), edit_trouble_word(kind));
}

/* Written by lan, approved by minh. */
static int64_t published(struct desk *d, const char *record, const char *unit, const struct edit_text *text)
{
	int64_t version;

	d->by.who = "lan";
	if (draft(d, record, unit, text) != OK)
		fail_msg("draft: %s", d->why.text);
	version = d->row.id;
	if (step(d, version, EDIT_SUBMIT, "lan") != OK || step(d, version, EDIT_APPROVE, "minh") != OK)
		fail_msg("publish: %s", d->why.text);
	return version;
}

static const char *body(struct desk *d, const char *unit, const char *as_of)
{
	struct browse_record r;

	arena_reset(&d->arena);
	if (browse_get(d->browse, &d->arena, "1.1", unit, as_of, &r, &d->why) != OK)
		fail_msg("%s", d->why.text);
	return r.body ? r.body : "";
}

#define FEE(fee)                                                                                             \
	"{\"code\":\"1.1\",\"name\":\"Cấp bản sao\",\"submission\":[{\"mode\":\"trực tiếp\",\"fee\":\"" fee  \
	"\",\"time_limit\":\"1 ngày\"}]}"

static void draft_is_seen_by_nobody_until_a_second_person_publishes_it(void **state)
{
	struct desk *d = *state;
	const struct edit_text text = {.body = FEE("9.000 đồng"), .note = "theo nghị quyết mới"};
	int64_t version;

	assert_int_equal(draft(d, "1.1", "", &text), OK);
	version = d->row.id;
	assert_string_equal(d->row.state, "draft");
	assert_string_equal(d->row.change, "amended");
	assert_string_equal(d->row.note, "theo nghị quyết mới");
	assert_non_null(strstr(body(d, "", NULL), "8.000"));
	refused(d, step(d, version, EDIT_APPROVE, "minh"), EDIT_STATE);
	assert_int_equal(step(d, version, EDIT_SUBMIT, "lan"), OK);
	assert_string_equal(d->row.state, "review");
	refused(d, step(d, version, EDIT_APPROVE, "lan"), EDIT_OWN_DRAFT);
	assert_non_null(strstr(body(d, "", NULL), "8.000"));
	assert_int_equal(step(d, version, EDIT_APPROVE, "minh"), OK);
	assert_string_equal(d->row.state, "published");
	assert_string_equal(d->row.author, "lan");
	assert_string_equal(d->row.approver, "minh");
	assert_string_equal(d->row.valid_from, "2026-11-21");
	assert_non_null(strstr(body(d, "", NULL), "9.000"));
	knowledge_assert_index(d->knowledge);
}

static void one_person_may_be_enough(void **state)
{
	struct desk *d = *state;
	const struct edit_text text = {.body = FEE("9.000 đồng")};

	d->by.two_persons = false;
	assert_int_equal(draft(d, "1.1", "", &text), OK);
	assert_int_equal(step(d, d->row.id, EDIT_APPROVE, "lan"), OK);
	assert_non_null(strstr(body(d, "", NULL), "9.000"));
}

static void scheduled_change_holds_from_its_day_on(void **state)
{
	struct desk *d = *state;
	const struct edit_text text = {.body = FEE("9.000 đồng"),
		.valid_from = "2027-01-01",
		.decision = "12/NQ-HĐND",
		.decision_date = "2026-12-10"};
	struct browse_list list;
	const struct browse_filter planned = {.state = "scheduled", .room = 10};

	published(d, "1.1", "", &text);
	assert_non_null(strstr(body(d, "", NULL), "8.000"));
	assert_non_null(strstr(body(d, "", "2026-12-31"), "8.000"));
	assert_non_null(strstr(body(d, "", "2027-01-01"), "9.000"));
	assert_int_equal(browse_list(d->browse, &d->arena, &planned, &list, &d->why), OK);
	assert_int_equal(list.total, 1);
	assert_string_equal(list.items[0].planned, "2027-01-01");
	assert_string_equal(browse_state_word(list.items[0].state), "published");
	on_day(d, 60);
	assert_non_null(strstr(body(d, "", NULL), "9.000"));
	assert_non_null(strstr(body(d, "", NULL), "\"decision\":\"12/NQ-HĐND\""));
}

static void planned_version_taken_back_gives_its_days_back(void **state)
{
	struct desk *d = *state;
	const struct edit_text text = {.body = FEE("9.000 đồng"), .valid_from = "2027-01-01"};
	int64_t version = published(d, "1.1", "", &text);

	assert_int_equal(step(d, version, EDIT_WITHDRAW, "lan"), OK);
	assert_string_equal(d->row.state, "withdrawn");
	assert_non_null(strstr(body(d, "", "2027-02-01"), "8.000"));
	knowledge_assert_index(d->knowledge);
	on_day(d, 60);
	version = published(d, "1.1", "", &(struct edit_text){.body = FEE("7.000 đồng")});
	refused(d, step(d, version, EDIT_WITHDRAW, "lan"), EDIT_STATE);
}

static void second_writer_sees_the_difference_and_loses_nothing(void **state)
{
	struct desk *d = *state;
	const struct edit_text first = {.body = FEE("9.000 đồng")}, second = {.body = FEE("10.000 đồng")};
	struct browse_changes changes;
	int64_t version;

	assert_int_equal(draft(d, "1.1", "", &first), OK);
	version = d->row.id;
	refused(d, draft(d, "1.1", "", &second), EDIT_OPEN_DRAFT);
	assert_int_equal(d->trouble.version, version);
	assert_int_equal(edit_save(d->edit, version, 1, &second, &d->by, &d->row, &d->trouble, &d->why), OK);
	assert_int_equal(d->row.revision, 2);
	refused(d, edit_save(d->edit, version, 1, &first, &d->by, &d->row, &d->trouble, &d->why),
		EDIT_CONFLICT);
	assert_int_equal(d->row.revision, 2);
	assert_int_equal(browse_compare(&d->arena, d->row.body, first.body, &changes), OK);
	assert_int_equal(changes.count, 1);
	assert_string_equal(changes.items[0].path, "submission[0].fee");
	assert_string_equal(changes.items[0].before, "10.000 đồng");
	assert_string_equal(changes.items[0].after, "9.000 đồng");
}

static void what_was_published_meanwhile_is_not_overwritten_unseen(void **state)
{
	struct desk *d = *state;
	const struct edit_text text = {.body = FEE("9.000 đồng")};
	struct edit_text anew = text;
	int64_t version;

	assert_int_equal(draft(d, "1.1", "", &text), OK);
	version = d->row.id;
	on_day(d, 1);
	assert_int_equal(knowledge_import(d->knowledge, "{\"code\":\"1.1\",\"name\":\"Cấp bản sao\"}\n"), OK);
	refused(d, step(d, version, EDIT_SUBMIT, "lan"), EDIT_STALE);
	anew.base = d->trouble.version;
	assert_int_equal(edit_save(d->edit, version, 1, &anew, &d->by, &d->row, &d->trouble, &d->why), OK);
	assert_int_equal(step(d, version, EDIT_SUBMIT, "lan"), OK);
	assert_int_equal(step(d, version, EDIT_RETURN, "minh"), OK);
	assert_string_equal(d->row.state, "draft");
	assert_string_equal(d->row.note, "ghi chú");
}

static void roll_back_is_a_new_version_and_all_stay_in_the_history(void **state)
{
	struct desk *d = *state;
	struct browse_rows rows;
	int64_t version;

	on_day(d, 1);
	version = published(d, "1.1", "", &(struct edit_text){.body = FEE("9.000 đồng")});
	on_day(d, 2);
	assert_int_equal(browse_history(d->browse, &d->arena, "1.1", "", &rows, &d->why), OK);
	assert_int_equal(rows.count, 2);
	d->by.who = "lan";
	assert_int_equal(
		edit_rollback(d->edit, rows.items[1].id, "nhầm", &d->by, &d->row, &d->trouble, &d->why), OK);
	assert_int_equal(d->row.base, version);
	version = d->row.id;
	assert_int_equal(step(d, version, EDIT_SUBMIT, "lan"), OK);
	assert_int_equal(step(d, version, EDIT_APPROVE, "minh"), OK);
	assert_non_null(strstr(body(d, "", NULL), "8.000"));
	assert_non_null(strstr(body(d, "", "2026-11-22"), "9.000"));
	assert_int_equal(browse_history(d->browse, &d->arena, "1.1", NULL, &rows, &d->why), OK);
	assert_int_equal(rows.count, 3);
	assert_string_equal(rows.items[1].valid_to, "2026-11-23");
}

static void unit_says_one_member_otherwise_and_inherits_the_rest(void **state)
{
	struct desk *d = *state;
	struct browse_record r;

	published(d, "1.1", "91", &(struct edit_text){.body = "{\"address\":\"1 Phố Núi\"}"});
	published(d, "1.1", "91002", &(struct edit_text){.body = FEE("5.000 đồng")});
	assert_string_equal(knowledge_sql(d->knowledge, "SELECT body FROM version WHERE unit = '91'"),
		"{\"address\":\"1 Phố Núi\"}");
	assert_int_equal(browse_get(d->browse, &d->arena, "1.1", "91002", NULL, &r, &d->why), OK);
	assert_non_null(strstr(r.body, "5.000"));
	for (size_t i = 0; i < r.member_count; i++)
		assert_string_equal(
			r.members[i].unit, strcmp(r.members[i].name, "submission") == 0 ? "91002" : "");
	assert_non_null(strstr(body(d, "91", NULL), "1 Phố Núi"));
	assert_non_null(strstr(body(d, "91", NULL), "8.000"));
	on_day(d, 1);
	published(d, "1.1", "", &(struct edit_text){.body = FEE("11.000 đồng")});
	assert_non_null(strstr(body(d, "91", NULL), "11.000"));
	assert_non_null(strstr(body(d, "91002", NULL), "5.000"));
	knowledge_assert_index(d->knowledge);
}

static void ending_what_units_say_otherwise_is_asked_first(void **state)
{
	struct desk *d = *state;
	struct edit_text text = {.change = "abolished", .decision = "1/QĐ-UBND"};

	published(d, "1.1", "91", &(struct edit_text){.body = "{\"address\":\"1 Phố Núi\"}"});
	d->by.who = "lan";
	refused(d, draft(d, "1.1", "", &text), EDIT_INHERITED);
	assert_string_equal(d->trouble.detail, "91");
	text.though_inherited = true;
	on_day(d, 1);
	published(d, "1.1", "", &text);
	assert_null(strstr(body(d, "91", NULL), "1 Phố Núi"));
	refused(d, draft(d, "1.2", "", &(struct edit_text){.change = "replaced"}), EDIT_INVALID);
	refused(d, draft(d, "1.2", "", &(struct edit_text){.change = "replaced", .replaced_by = "9.9"}),
		EDIT_INVALID);
}

static void bad_input_is_refused_by_member(void **state)
{
	struct desk *d = *state;
	static const struct {
		struct edit_text text;
		const char *member;
	} cases[] = {
		{{.body = "["}, ""},
		{{.body = "{\"code\":\"1.1\"}"}, "name"},
		{{.body = "{\"code\":\"1.9\",\"name\":\"x\"}"}, "id"},
		{{.body = "{\"code\":\"1.1\",\"name\":7}"}, "name"},
		{{.body = "{\"code\":\"1.1\",\"name\":\"x\",\"unit\":\"91\"}"}, "unit"},
		{{.body = FEE("1"), .valid_from = "2026-02-30"}, "valid_from"},
		{{.body = FEE("1"), .valid_from = "2026-12-01", .valid_to = "2026-12-01"}, "valid_to"},
		{{.body = FEE("1"), .valid_to = "2026-11-01"}, "valid_to"},
		{{.body = FEE("1"), .decision_date = "hôm qua"}, "decision_date"},
		{{.body = FEE("1"), .change = "bịa"}, "change"},
		{{.body = FEE("1"), .base = 2}, "base_version"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		refused(d, draft(d, "1.1", "", &cases[i].text), EDIT_INVALID);
		assert_string_equal(d->trouble.member, cases[i].member);
	}
	refused(d, draft(d, "9.9", "", &cases[0].text), EDIT_NOT_FOUND);
	refused(d, draft(d, "1.1", "77777", &cases[0].text), EDIT_NOT_FOUND);
	assert_string_equal(knowledge_sql(d->knowledge, "SELECT count(*) FROM version"), "2");
	assert_int_equal(draft(d, "1.1", "", &(struct edit_text){.body = NULL}), OK);
	refused(d, step(d, d->row.id, EDIT_SUBMIT, "lan"), EDIT_UNCHANGED);
}

static void end_beyond_a_planned_beginning_is_refused(void **state)
{
	struct desk *d = *state;
	const struct edit_text planned = {.body = FEE("9.000 đồng"), .valid_from = "2027-01-01"};
	const struct edit_text across = {.body = FEE("7.000 đồng"), .valid_to = "2027-06-01"};
	int64_t first = published(d, "1.1", "", &planned);

	d->by.who = "lan";
	assert_int_equal(draft(d, "1.1", "", &across), OK);
	refused(d, step(d, d->row.id, EDIT_SUBMIT, "lan"), EDIT_OVERLAP);
	assert_int_equal(d->trouble.version, first);
	assert_string_equal(d->trouble.detail, "2027-01-01");
}

static void new_record_begins_as_a_draft_and_only_once(void **state)
{
	struct desk *d = *state;
	const struct edit_text text = {
		.body = "{\"name\":\"Một cửa xã Én\",\"phone\":[\"0200 1\"],\"hours\":\"7:30–11:30\"}"};
	struct browse_list list;
	const struct browse_filter drafts = {.state = "draft", .room = 5},
				   by_name = {.q = "mot cua", .room = 5};
	int64_t version;

	assert_int_equal(edit_create(d->edit, "office", "office:en", "91002", &text, &d->by, &d->row,
				 &d->trouble, &d->why),
		OK);
	version = d->row.id;
	assert_string_equal(d->row.change, "new");
	refused(d, edit_create(d->edit, "office", "office:en", "", &text, &d->by, NULL, &d->trouble, &d->why),
		EDIT_EXISTS);
	refused(d,
		edit_create(d->edit, "hotline", "hotline:0912345678", "", &text, &d->by, NULL, &d->trouble,
			&d->why),
		EDIT_INVALID);
	refused(d, edit_create(d->edit, "thing", "x:en", "", &text, &d->by, NULL, &d->trouble, &d->why),
		EDIT_INVALID);
	assert_int_equal(browse_list(d->browse, &d->arena, &drafts, &list, &d->why), OK);
	assert_int_equal(list.total, 1);
	assert_string_equal(list.items[0].id, "office:en");
	assert_int_equal(step(d, version, EDIT_SUBMIT, "lan"), OK);
	assert_int_equal(step(d, version, EDIT_APPROVE, "minh"), OK);
	assert_int_equal(browse_list(d->browse, &d->arena, &by_name, &list, &d->why), OK);
	assert_int_equal(list.total, 1);
	assert_string_equal(browse_state_word(list.items[0].state), "published");
	knowledge_assert_index(d->knowledge);
}

static void what_is_ours_is_put_in_place_of_what_was(void **state)
{
	struct desk *d = *state;
	static const char *const asks[] = {"xin bản sao giấy khai sinh"};
	const struct edit_own own = {.title = "Xin bản sao", .asks = asks, .ask_count = 1};
	struct browse_record r;

	assert_int_equal(edit_own(d->edit, "1.1", &own, &d->by, &d->trouble, &d->why), OK);
	assert_int_equal(browse_get(d->browse, &d->arena, "1.1", "", NULL, &r, &d->why), OK);
	assert_string_equal(r.title, "Xin bản sao");
	assert_int_equal(r.ask_count, 1);
	knowledge_assert_index(d->knowledge);
	refused(d, edit_own(d->edit, "9.9", &own, &d->by, &d->trouble, &d->why), EDIT_NOT_FOUND);
}

static void units_are_listed_and_found_by_words_of_their_names(void **state)
{
	struct desk *d = *state;
	struct browse_units units;
	struct browse_unit_page page;

	assert_int_equal(browse_units(d->browse, &d->arena, NULL, NULL, 0, 10, &units, &d->why), OK);
	assert_int_equal(units.total, 2);
	assert_string_equal(units.items[0].name, "Tỉnh Sông Cả");
	assert_null(units.items[0].province);
	assert_int_equal(browse_units(d->browse, &d->arena, "co trang", "91", 0, 10, &units, &d->why), OK);
	assert_int_equal(units.count, 1);
	assert_string_equal(units.items[0].name, "Phường Cò Trắng");
	assert_string_equal(units.items[0].province_name, "Tỉnh Sông Cả");
	assert_int_equal(browse_units(d->browse, &d->arena, "co trang", "", 0, 10, &units, &d->why), OK);
	assert_int_equal(units.total, 0);
	assert_int_equal(browse_units(d->browse, &d->arena, "", NULL, 1, 0, &units, &d->why), OK);
	assert_int_equal(units.total, 2);
	assert_int_equal(browse_unit(d->browse, &d->arena, "91002", &page, &d->why), OK);
	assert_string_equal(page.unit.code, "91002");
	assert_int_equal(browse_unit(d->browse, &d->arena, "1", &page, &d->why), ERR_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(draft_is_seen_by_nobody_until_a_second_person_publishes_it),
		TEST(one_person_may_be_enough),
		TEST(scheduled_change_holds_from_its_day_on),
		TEST(planned_version_taken_back_gives_its_days_back),
		TEST(second_writer_sees_the_difference_and_loses_nothing),
		TEST(what_was_published_meanwhile_is_not_overwritten_unseen),
		TEST(roll_back_is_a_new_version_and_all_stay_in_the_history),
		TEST(unit_says_one_member_otherwise_and_inherits_the_rest),
		TEST(ending_what_units_say_otherwise_is_asked_first),
		TEST(bad_input_is_refused_by_member),
		TEST(end_beyond_a_planned_beginning_is_refused),
		TEST(new_record_begins_as_a_draft_and_only_once),
		TEST(what_is_ours_is_put_in_place_of_what_was),
		TEST(units_are_listed_and_found_by_words_of_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
