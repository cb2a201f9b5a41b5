#include "knowledge/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CEILING ((size_t)1 << 20)

static enum err parse(struct arena *a, const char *json, struct record *ret_record, struct why *why)
{
	return record_parse(a, json, strlen(json), ret_record, why);
}

static void procedure_is_read_with_every_member(void **state)
{
	static const char json[] =
		"{\"code\":\"1.000001\",\"name\":\"Cấp giấy\",\"field\":\"Hộ "
		"tịch\",\"level\":[\"xã\",\"tỉnh\"],"
		"\"agency\":\"UBND cấp xã\",\"steps\":\"Bước 1\",\"submission\":[{\"mode\":\"trực tiếp\","
		"\"time_limit\":\"3 ngày\",\"fee\":\"8.000 đồng/bản\",\"note\":null}],\"documents\":["
		"{\"group\":\"Nộp\",\"name\":\"Tờ khai\",\"originals\":1,\"copies\":2,\"form\":\"Mẫu 1\"}],"
		"\"applicant\":\"Công dân\",\"result\":\"Giấy\",\"legal_basis\":[\"Luật A\",\"\",\"Luật B\"],"
		"\"conditions\":\"\",\"decision\":\"12/QĐ\",\"url\":\"https://x.vn\",\"unknown\":{\"a\":1}}";
	struct record r;
	struct arena a;

	(void)state;
	arena_init(&a, CEILING);
	assert_int_equal(parse(&a, json, &r, NULL), OK);
	assert_int_equal(r.kind, KIND_PROCEDURE);
	assert_string_equal(r.id, "1.000001");
	assert_string_equal(r.code, "1.000001");
	assert_int_equal(r.level_count, 2);
	assert_string_equal(r.levels[1], "tỉnh");
	assert_int_equal(r.submission_count, 1);
	assert_string_equal(r.submissions[0].time_limit, "3 ngày");
	assert_null(r.submissions[0].note);
	assert_int_equal(r.submissions[0].money.amount_vnd, 8000);
	assert_int_equal(r.document_count, 1);
	assert_int_equal(r.documents[0].copies, 2);
	assert_string_equal(r.documents[0].form, "Mẫu 1");
	assert_int_equal(r.legal_count, 2);
	assert_string_equal(r.legal_basis[1], "Luật B");
	assert_null(r.conditions);
	assert_string_equal(r.decision, "12/QĐ");
	arena_release(&a);
}

static void kind_is_told_by_the_id_or_said(void **state)
{
	static const struct {
		const char *json;
		enum record_kind kind;
	} rows[] = {
		{"{\"id\":\"hotline:x\",\"name\":\"X\",\"phone\":[\"1900 1\",\"1900 2\"]}", KIND_HOTLINE},
		{"{\"id\":\"office:x\",\"name\":\"X\",\"hours\":\"sáng\"}", KIND_OFFICE},
		{"{\"id\":\"guide:x\",\"name\":\"X\",\"text\":\"Bước 1\"}", KIND_GUIDE},
		{"{\"id\":\"guide:x\",\"name\":\"X\",\"steps\":\"Bước 1\"}", KIND_GUIDE},
		{"{\"id\":\"faq:x\",\"question\":\"X?\",\"answer\":\"Y\"}", KIND_FAQ},
		{"{\"id\":\"x\",\"kind\":\"faq\",\"name\":\"X?\",\"text\":\"Y\"}", KIND_FAQ},
	};
	struct record r;
	struct arena a;

	(void)state;
	arena_init(&a, CEILING);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(parse(&a, rows[i].json, &r, NULL), OK);
		assert_int_equal(r.kind, rows[i].kind);
		assert_null(r.code);
		assert_true(r.name[0] == 'X');
		if (r.kind == KIND_HOTLINE)
			assert_int_equal(r.phone_count, 2);
		if (r.kind == KIND_FAQ || r.kind == KIND_GUIDE)
			assert_non_null(r.text);
	}
	arena_release(&a);
}

static void one_text_counts_as_a_list_of_one(void **state)
{
	struct record r;
	struct arena a;

	(void)state;
	arena_init(&a, CEILING);
	assert_int_equal(
		parse(&a, "{\"code\":\"1\",\"name\":\"n\",\"level\":\"xã\",\"legal_basis\":\"Luật\"}", &r,
			NULL),
		OK);
	assert_int_equal(r.level_count, 1);
	assert_string_equal(r.levels[0], "xã");
	assert_string_equal(r.legal_basis[0], "Luật");
	arena_release(&a);
}

static void complaint_names_the_member(void **state)
{
	static const struct {
		const char *json, *says;
	} rows[] = {
		{"[]", "not a JSON object"},
		{"{\"code\":\"1\"", "not JSON"},
		{"{} x", "not JSON"},
		{"", "not JSON"},
		{"{\"code\":\"1\\u0000\",\"name\":\"n\"}", "NUL"},
		{"{\"code\":\"1\",\"name\":\"\xC3\x28\"}", "UTF-8"},
		{"{\"code\":\"1\",\"name\":\"a\",\"name\":\"b\"}", "name: stands twice"},
		{"{\"name\":\"n\"}", "code: neither"},
		{"{\"id\":\"1\",\"name\":\"n\"}", "code: is missing"},
		{"{\"code\":\"1\"}", "name: is missing"},
		{"{\"code\":\"1\",\"name\":\"\"}", "name: is missing"},
		{"{\"code\":1,\"name\":\"n\"}", "code: must be text"},
		{"{\"code\":\"1\",\"name\":\"n\",\"kind\":\"thing\"}", "kind: must be"},
		{"{\"id\":\"thing:1\",\"code\":\"1\",\"name\":\"n\"}", "id: must begin"},
		{"{\"id\":\"faq:1\",\"question\":\"q\"}", "answer: is missing"},
		{"{\"id\":\"faq:1\",\"answer\":\"q\"}", "question: is missing"},
		{"{\"id\":\"guide:1\",\"name\":\"n\"}", "text: is missing"},
		{"{\"code\":\"1\",\"name\":\"n\",\"level\":[1]}", "level: must be a list"},
		{"{\"code\":\"1\",\"name\":\"n\",\"legal_basis\":{}}", "legal_basis: must be a list"},
		{"{\"code\":\"1\",\"name\":\"n\",\"submission\":{}}", "submission: must be a list"},
		{"{\"code\":\"1\",\"name\":\"n\",\"submission\":[1]}",
			"submission: must be a list of objects"},
		{"{\"code\":\"1\",\"name\":\"n\",\"submission\":[{\"fee\":5}]}",
			"submission.fee: must be text"},
		{"{\"code\":\"1\",\"name\":\"n\",\"documents\":[{\"copies\":1}]}",
			"documents.name: is missing"},
		{"{\"code\":\"1\",\"name\":\"n\",\"documents\":[{\"name\":\"d\",\"copies\":-1}]}",
			"documents.copies"},
		{"{\"code\":\"1\",\"name\":\"n\",\"documents\":[{\"name\":\"d\",\"copies\":1.5}]}",
			"documents.copies"},
		{"{\"code\":\"1\",\"name\":\"n\",\"documents\":[{\"name\":\"d\",\"copies\":\"1\"}]}",
			"documents.copies"},
	};
	struct record r = {.name = "untouched"};
	struct arena a;

	(void)state;
	arena_init(&a, CEILING);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct why why = {""};

		assert_int_equal(parse(&a, rows[i].json, &r, &why), ERR_FORMAT);
		if (!strstr(why.text, rows[i].says))
			fail_msg("%s: \"%s\" does not say \"%s\"", rows[i].json, why.text, rows[i].says);
	}
	assert_string_equal(r.name, "untouched");
	arena_release(&a);
}

static void spent_memory_is_said(void **state)
{
	struct record r;
	struct arena a;

	(void)state;
	arena_init(&a, 64);
	assert_int_equal(
		parse(&a, "{\"code\":\"1\",\"name\":\"a name that takes more than is left\"}", &r, NULL),
		ERR_NOMEM);
	arena_release(&a);
}

/* Numbers are small and addresses are not: no word of the two structs may hold the same address. */
static void assert_nothing_shared(const void *left, const void *right, size_t size)
{
	const uintptr_t *l = left, *r = right;

	for (size_t i = 0; i < size / sizeof *l; i++)
		assert_false(l[i] == r[i] && l[i] > 1 << 20);
}

static void a_copy_outlives_the_record(void **state)
{
	static const char json[] =
		"{\"code\":\"1.000001\",\"name\":\"Cấp "
		"giấy\",\"everyday\":\"a\",\"field\":\"b\",\"level\":[\"xã\"],"
		"\"agency\":\"c\",\"authority\":\"d\",\"address\":\"e\",\"applicant\":\"f\",\"result\":\"g\","
		"\"conditions\":\"h\",\"steps\":\"i\",\"decision\":\"j\",\"url\":\"k\",\"submission\":[{"
		"\"mode\":\"l\","
		"\"time_limit\":\"m\",\"fee\":\"10.000 đồng đến hết ngày 31/12/2026\",\"note\":\"n\"}],"
		"\"documents\":[{\"group\":\"o\",\"name\":\"p\",\"form\":\"q\"}],\"legal_basis\":[\"r\"],"
		"\"phone\":[\"1022\"],\"email\":\"s\",\"scope\":\"t\",\"hours\":\"u\",\"text\":\"v\"}";
	struct record r, copy;
	struct arena a, b;

	(void)state;
	arena_init(&a, CEILING);
	arena_init(&b, CEILING);
	assert_int_equal(parse(&a, json, &r, NULL), OK);
	r.version = 7;
	r.valid_from = r.valid_to = r.decision_no = r.decision_date = arena_string(&a, "2026-07-01");
	r.source = r.source_date = r.change = r.replaced_by = r.valid_from;
	b.ceiling = 64;
	assert_int_equal(record_copy(&b, &r, &copy), ERR_NOMEM);
	b.ceiling = CEILING;
	assert_int_equal(record_copy(&b, &r, &copy), OK);
	assert_nothing_shared(&r, &copy, sizeof r);
	assert_nothing_shared(r.submissions, copy.submissions, sizeof *r.submissions);
	assert_nothing_shared(r.documents, copy.documents, sizeof *r.documents);
	arena_release(&a);
	assert_int_equal(copy.version, 7);
	assert_string_equal(copy.levels[0], "xã");
	assert_string_equal(copy.legal_basis[0], "r");
	assert_string_equal(copy.phones[0], "1022");
	assert_string_equal(copy.submissions[0].fee_until, "2026-12-31");
	assert_int_equal(copy.submissions[0].money.amount_vnd, 10000);
	assert_string_equal(copy.documents[0].form, "q");
	assert_string_equal(copy.replaced_by, "2026-07-01");
	arena_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(procedure_is_read_with_every_member),
		cmocka_unit_test(kind_is_told_by_the_id_or_said),
		cmocka_unit_test(one_text_counts_as_a_list_of_one),
		cmocka_unit_test(complaint_names_the_member),
		cmocka_unit_test(spent_memory_is_said),
		cmocka_unit_test(a_copy_outlives_the_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
