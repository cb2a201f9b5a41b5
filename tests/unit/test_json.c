#include "adapters/json.h"
#include "tests/support/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct bytes bytes(const char *s)
{
	return (struct bytes){s, strlen(s)};
}

static enum err parse(const char *s, cJSON **ret_root)
{
	return json_parse(bytes(s), ret_root);
}

static void only_one_whole_object_is_read(void **state)
{
	static const char *const good[] = {"{}",
		" {\"a\" : [ 1 , -2.5e+3 , true , false , null , {} , [] ] }\r\n",
		"{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e0\\ud83d\\ude00\"}", "{\"a\":\"\\u0000\"}",
		"{\"a\":0.1234567890123456789012345678901234567890123456789012345678901234567890}"};
	static const char *const bad[] = {"", " ", "[]", "1", "{", "}", "{}{}", "{} x", "{,}", "{\"a\"}",
		"{\"a\":}", "{\"a\":1,}", "{\"a\":[1,]}", "{a:1}", "{'a':1}", "{\"a\":01}", "{\"a\":1.}",
		"{\"a\":.5}", "{\"a\":1e}", "{\"a\":+1}", "{\"a\":-}", "{\"a\":\"\\u12g4\"}",
		"{\"a\":\"\\x\"}", "{\"a\":\"b}", "{\"a\":tru}", "{\"a\":nullx}", "{\"a\":[}]",
		"{\"a\":\"\\u12", "{\"a\":\"\\"};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		cJSON *root;

		assert_int_equal(parse(good[i], &root), OK);
		cJSON_Delete(root);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		cJSON *root = NULL;

		assert_int_equal(parse(bad[i], &root), ERR_FORMAT);
		assert_null(root);
		assert_int_equal(json_scan(bytes(bad[i]), NULL, 0), ERR_FORMAT);
	}
}

static void ids_written_as_numbers_keep_every_digit(void **state)
{
	static const struct {
		const char *literal, *want;
	} rows[] = {
		{"5933372826594511559", "5933372826594511559"},
		{"\"5933372826594511559\"", "5933372826594511559"},
		{"999999999999999", "999999999999999"},
		{"9007199254740993", "9007199254740993"},
		{"0", "0"},
		{"-7", "-7"},
		{"-12345678901234567890", "-12345678901234567890"},
		{"1e20", NULL},
		{"1.5", NULL},
		{"null", NULL},
		{"\"\"", NULL},
		{"\"a\\nb\"", NULL},
		{"true", NULL},
		{"{}", NULL},
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		enum err err = OK;
		const char *id;
		cJSON *root;

		assert_int_equal(
			parse(arena_printf(&a, "{\"x\":[12345678901234567],\"id\":%s}", rows[i].literal),
				&root),
			OK);
		id = json_id(&a, root, "id", &err);
		if (rows[i].want)
			assert_string_equal(id, rows[i].want);
		else
			assert_null(id);
		assert_int_equal(err, OK);
		cJSON_Delete(root);
	}
	arena_release(&a);
}

static void half_a_surrogate_pair_becomes_a_replacement_and_nothing_else_changes(void **state)
{
	cJSON *root;

	(void)state;
	assert_int_equal(parse("{\"a\":\"\\ud83dx\\ude00\\ud83d\\ude00 12345678901234567890 "
			       "\\\\\",\"b\":12345678901234567890}",
				 &root),
		OK);
	assert_string_equal(cJSON_GetStringValue(json_get(root, "a")),
		"\xEF\xBF\xBDx\xEF\xBF\xBD😀 12345678901234567890 \\");
	assert_string_equal(cJSON_GetStringValue(json_get(root, "b")), "12345678901234567890");
	cJSON_Delete(root);
}

static void depth_is_limited(void **state)
{
	char s[4 * JSON_DEPTH_MAX];
	size_t at;
	cJSON *root;

	(void)state;
	for (size_t depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1; depth++) {
		at = (size_t)sprintf(s, "{\"a\":");
		memset(s + at, '[', depth - 1);
		at += depth - 1;
		memset(s + at, ']', depth - 1);
		at += depth - 1;
		memcpy(s + at, "}", 2);
		if (depth == JSON_DEPTH_MAX) {
			assert_int_equal(parse(s, &root), OK);
			cJSON_Delete(root);
		} else {
			assert_int_equal(parse(s, &root), ERR_FORMAT);
		}
	}
}

static void a_million_brackets_are_refused_without_a_crash(void **state)
{
	static char s[1 << 20];
	cJSON *root;

	(void)state;
	memset(s, '[', sizeof s);
	memcpy(s, "{\"a\":", 5);
	assert_int_equal(json_parse((struct bytes){s, sizeof s}, &root), ERR_FORMAT);
	for (size_t i = 0; i < sizeof s; i++)
		s[i] = i % 2 ? '"' : '{';
	assert_int_equal(json_parse((struct bytes){s, sizeof s}, &root), ERR_FORMAT);
}

static void outermost_members_are_found_as_written(void **state)
{
	struct json_member m[] = {{.name = "timestamp"}, {.name = "id"}, {.name = "none"}, {.name = "null"}};

	(void)state;
	assert_int_equal(json_scan(bytes("{\"x\":{\"timestamp\":\"1\",\"id\":[{\"id\":2}]},\"null\":null,"
					 "\"timestamp\" : \"17\","
					 "\"timestamp\":\"18\",\"id\":-3.0}"),
				 m, 4),
		OK);
	assert_int_equal(m[0].value.len, 2);
	assert_memory_equal(m[0].value.ptr, "17", 2); /* the first, as cJSON takes it */
	assert_memory_equal(m[1].value.ptr, "-3.0", m[1].value.len);
	assert_null(m[2].value.ptr);
	assert_null(m[3].value.ptr);
}

static void times_come_as_number_or_text_in_seconds_or_milliseconds(void **state)
{
	static const struct {
		const char *literal;
		int64_t want;
	} rows[] = {
		{"1760000000123", 1760000000123},
		{"\"1760000000123\"", 1760000000123},
		{"1760000000", 1760000000000},
		{"\"1760000000\"", 1760000000000},
		{"\"soon\"", 0},
		{"null", 0},
		{"-5", 0},
		{"\"\"", 0},
		{"99999999999999999999", 0},
		{"{}", 0},
		{"\"17600000001234567\"", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char s[64];
		cJSON *root;

		snprintf(s, sizeof s, "{\"t\":%s}", rows[i].literal);
		assert_int_equal(parse(s, &root), OK);
		assert_true(json_time_ms(root, "t") == rows[i].want);
		cJSON_Delete(root);
	}
}

static void quoted_text_reads_back(void **state)
{
	const char *text = "\"a\"\\b\n\t\x01/đủ 😀";
	struct buf b;
	cJSON *root;

	(void)state;
	buf_init(&b, 1000);
	buf_add_string(&b, "{\"a\":");
	json_quote(&b, text);
	buf_add_string(&b, "}");
	assert_int_equal(parse(buf_text(&b), &root), OK);
	assert_string_equal(cJSON_GetStringValue(json_get(root, "a")), text);
	cJSON_Delete(root);
	buf_release(&b);
}

static void no_memory_is_no_malformed_text(void **state)
{
	cJSON *root = NULL;

	(void)state;
	fault_alloc_after(1);
	assert_int_equal(parse("{\"a\":12345678901234567890}", &root), ERR_NOMEM);
	fault_alloc_after(0);
	assert_null(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_one_whole_object_is_read),
		cmocka_unit_test(ids_written_as_numbers_keep_every_digit),
		cmocka_unit_test(half_a_surrogate_pair_becomes_a_replacement_and_nothing_else_changes),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(a_million_brackets_are_refused_without_a_crash),
		cmocka_unit_test(outermost_members_are_found_as_written),
		cmocka_unit_test(times_come_as_number_or_text_in_seconds_or_milliseconds),
		cmocka_unit_test(quoted_text_reads_back),
		cmocka_unit_test(no_memory_is_no_malformed_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
