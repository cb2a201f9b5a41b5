/* The number guard: a table of what passes and what is stopped, then every record of the national list (MOTCUA_DATA). */
#include "daemon/turn/conversation.h"
#include "daemon/turn/proof.h"
#include "knowledge/record.h"
#include "tests/support/turn_fixture.h"

#include "adapters/split.h"
#include "daemon/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char json[] =
	"{\"fee\":\"10.000 đồng/lần\",\"amount\":1200000,\"phone\":[\"1900 9068\"],\"note\":\"Điều "
	"5\\n07 ngày, từ 01/7/2025\",\"decision\":\"163/QĐ-BTP\",\"form\":\"CT01\",\"code\":\"1.004222\"}";

static enum err check(const char *text, const struct proof *p)
{
	const char *jsons[] = {json};
	struct bytes number;
	struct arena a;
	enum err err;

	arena_init(&a, (size_t)1 << 20);
	err = proof_check(&a, p, text, jsons, &number);
	arena_release(&a);
	return err;
}

static void numbers_of_the_record_pass_and_others_stop(void **state)
{
	static const struct {
		const char *text;
		enum err expected;
	} rows[] = {
		{"không có số nào", OK},
		{"Lệ phí 10.000 đồng.", OK},
		{"1.200.000 đồng", OK}, /* the same number without dots */
		{"gọi 1900 9068.", OK},
		{"trong 07 ngày, Điều 5, từ 01/7/2025", OK},
		{"mẫu CT01, quyết định 163/QĐ-BTP, mã 1.004222", OK},
		{"Lệ phí 10.00 đồng", ERR_GUARD},
		{"Lệ phí 100.000 đồng", ERR_GUARD},
		{"10.000.000 đồng", ERR_GUARD},
		{"10000", OK}, /* 10.000, grouped */
		{"7 ngày", ERR_GUARD},
		{"9068", ERR_GUARD}, /* half a phone number */
		{"1900 9069", ERR_GUARD},
		{"01/07/2025", ERR_GUARD},
		{"2025", ERR_GUARD},
		{"164/QĐ-BTP", ERR_GUARD},
		{"CT02", ERR_GUARD},
		{"1.004223", ERR_GUARD},
		{"n07", ERR_GUARD}, /* the n of \n belongs to no number */
		{"120", ERR_GUARD},
	};
	struct record r = {.document_count = 3, .valid_from = "2026-07-01"};
	struct proof p = {.records = {&r}, .record_count = 1};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (check(rows[i].text, &p) != rows[i].expected)
			fail_msg("row %zu: \"%s\"", i, rows[i].text);
}

static void computed_number_passes_once_and_only_where_it_belongs(void **state)
{
	static const struct {
		const char *number;
		enum proof_reason reason;
		const char *text;
		enum err expected;
	} rows[] = {
		{"3", PROOF_COUNT, "3 loại giấy tờ", OK},
		{"3", PROOF_COUNT, "3 loại, 3 đồng", ERR_GUARD},
		{"4", PROOF_COUNT, "4 loại giấy tờ", ERR_GUARD}, /* the record has three */
		{"2", PROOF_LIST, "x\n2. Nuôi ong", OK},
		{"2", PROOF_LIST, "phí 2. Nuôi ong", ERR_GUARD},
		{"2", PROOF_LIST, "x\n2 đồng", ERR_GUARD},
		{"1/3", PROOF_PAGE, "(1/3 – gõ “xem tiếp”)", OK},
		{"1/4", PROOF_PAGE, "(1/4)", ERR_GUARD},
		{"4/3", PROOF_PAGE, "(4/3)", ERR_GUARD},
		{"01/07/2026", PROOF_DATE, "từ 01/07/2026", OK},
		{"02/07/2026", PROOF_DATE, "từ 02/07/2026", ERR_GUARD},
		{"7:30", PROOF_CLOCK, "mở lại lúc 7:30", OK},
		{"11:30", PROOF_CLOCK, "đến 11:30", OK},
		{"8:30", PROOF_CLOCK, "mở lại lúc 8:30",
			ERR_GUARD}, /* the record's hours know no such time */
		{"23/11/2026", PROOF_AHEAD, "thứ Hai, 23/11/2026", OK},
		{"31/11/2026", PROOF_AHEAD, "thứ Hai, 31/11/2026", ERR_GUARD},
		{"113", PROOF_PHRASE, "gọi 113", OK},
		{"113", PROOF_PHRASE, "gọi 114", ERR_GUARD},
	};
	struct record r = {.document_count = 3, .valid_from = "2026-07-01", .hours = "Thứ 2–6: 7:30–11:30"};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct proof p = {.records = {&r}, .record_count = 1, .pages = 3};

		proof_number(&p, rows[i].number, strlen(rows[i].number), rows[i].reason);
		if (check(rows[i].text, &p) != rows[i].expected)
			fail_msg("row %zu: \"%s\"", i, rows[i].text);
	}
}

static void number_of_an_offered_title_passes(void **state)
{
	struct proof p = {0};

	(void)state;
	proof_text(&p, "Trợ cấp người từ 75 tuổi");
	assert_int_equal(check("1.", &p), ERR_GUARD);
	assert_int_equal(check("Trợ cấp người từ 75 tuổi", &p), OK);
	assert_int_equal(check("Trợ cấp người từ 76 tuổi", &p), ERR_GUARD);
}

/* --- Every record of the national list --------------------------------------------------------------- */

struct sweep {
	struct turn_fixture f;
	size_t replies, pages;
};

/* An amount that the record marks as of unknown currency, said as money. Bare digits ("2") stand in other places too. */
static bool shows_unclear_fee(const struct record *r, const char *text)
{
	for (size_t i = 0; i < r->submission_count; i++) {
		const char *fee = r->submissions[i].fee;

		if (fee && r->submissions[i].money.unclear && strlen(fee) > 6 && strstr(text, fee))
			return true;
	}
	return strstr(text, "không rõ đơn vị tiền") != NULL;
}

static void reply_check(struct sweep *s, const char *payload)
{
	struct turn *t = &s->f.turn;
	const struct event event = {.kind = EVENT_PAYLOAD, .channel = "zalo", .payload = payload};
	const char *text = turn_fixture_event(&s->f, &event);
	struct parts parts;

	s->replies++;
	if (t->reason == QUESTION_GUARD && t->unresolved)
		fail_msg("%s: stopped by the guard", payload);
	if (!t->record.id || !text[0] || strstr(text, "null") || strstr(text, "{title}") ||
		strstr(text, "**"))
		fail_msg("%s: \"%s\"", payload, text);
	if (shows_unclear_fee(&t->record, text))
		fail_msg("%s: shows an unclear fee: %s", payload, text);
	if (split_reply(&t->arena, &t->reply, 1900, &parts) || parts.count > 2)
		fail_msg("%s: does not go in two messages", payload);
}

/* One record in so many, unless MOTCUA_DATA asks for the large check. */
#define SAMPLE 10

/* The card, each facet, and every page of each. */
static void record_check(struct sweep *s, const char *id)
{
	char payload[256];

	for (unsigned f = 0; f <= FACET_COUNT; f++) {
		const char *word = f < FACET_COUNT ? facet_word((enum facet)f) : NULL;

		turn_fixture_forget(&s->f);
		snprintf(payload, sizeof payload, "#tt:%s%s%s", id, word ? ":" : "", word ? word : "");
		reply_check(s, payload);
		while (s->f.turn.talk->more) {
			s->pages++;
			reply_check(s, "#more");
		}
	}
}

static void guard_passes_on_every_record_facet_and_page(void **state)
{
	const char *data = getenv("MOTCUA_DATA");
	char path[512], line[8192];
	const char *files[] = {path};
	struct sweep s = {0};
	size_t records = 0;
	FILE *file;

	(void)state;
	snprintf(path, sizeof path, "%s/procedures.jsonl", data ? data : "../shared/data");
	file = fopen(path, "r");
	if (!file)
		skip();
	assert_int_equal(turn_fixture_open(&s.f, files, 1), 0);
	while (fgets(line, sizeof line, file)) {
		char id[64];

		if (sscanf(line, "{\"id\": \"%63[^\"]\"", id) != 1 &&
			sscanf(line, "{\"id\":\"%63[^\"]\"", id) != 1)
			continue; /* the rest of a long line */
		if (records++ % (data ? 1 : SAMPLE) == 0)
			record_check(&s, id);
	}
	fclose(file);
	turn_fixture_close(&s.f);
	assert_true(records > 5000);
	assert_true(s.replies > records);
	assert_true(s.pages > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_the_record_pass_and_others_stop),
		cmocka_unit_test(computed_number_passes_once_and_only_where_it_belongs),
		cmocka_unit_test(number_of_an_offered_title_passes),
		cmocka_unit_test(guard_passes_on_every_record_facet_and_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
