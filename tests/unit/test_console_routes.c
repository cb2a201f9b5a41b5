/* Every route of routes.def: each role, and what no page of ours would send. */
#include "daemon/base/clock.h"
#include "daemon/console/call.h"
#include "daemon/console/route.h"
#include "daemon/base/sentences.h"
#include "knowledge/edit.h"
#include "tests/support/console_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* "records/:id/history" → "records/<param>/history" */
static const char *path_with(const struct route *r, const char *param)
{
	static char path[1200];
	size_t len = 0;

	for (const char *at = r->path; *at; at++)
		if (*at == ':') {
			len += (size_t)snprintf(path + len, sizeof path - len, "%s", param);
			at += strcspn(at, "/") - 1;
		} else {
			path[len++] = *at;
		}
	path[len] = '\0';
	return path;
}

static int send(struct console_fixture *f, const struct route *r, const char *path, const char *body)
{
	if (strcmp(r->method, "GET") == 0)
		return console_call(f, "GET", path, NULL);
	return r->raw ? console_send(f, r->method, path, body, strlen(body))
		      : console_call(f, r->method, path, body);
}

static const char *said(struct console_fixture *f, const struct route *r)
{
	static char words[1024];

	snprintf(words, sizeof words, "%s %s: %d %.600s", r->method, r->path, f->answer.status,
		buf_text(&f->answer.body));
	return words;
}

/* Refused by us, in words; nothing of ours failed. */
static void assert_clean(struct console_fixture *f, const struct route *r)
{
	int status = f->answer.status;

	if (status >= 500 ||
		(status >= 400 && (!*console_text(f, "error.code") || !*console_text(f, "error.message"))))
		fail_msg("%s", said(f, r));
	if (status >= 400 && strcmp(console_text(f, "error.code"), "failed") == 0)
		fail_msg("%s", said(f, r));
}

static bool is(const struct route *r, const char *path)
{
	return strcmp(r->path, path) == 0;
}

static void nobody_gets_past_the_door(void **state)
{
	struct console_fixture *f = *state;

	for (const struct route *r = routes; r->path; r++) {
		int status = send(f, r, path_with(r, "1"), "{}");

		if (r->roles == ROUTE_OPEN ? status != 400 : status != 401)
			fail_msg("%s", said(f, r));
		assert_clean(f, r);
	}
}

static void each_role_may_what_the_table_says_and_nothing_else(void **state)
{
	struct console_fixture *f = *state;

	for (unsigned role = 0; role < ROLE_COUNT; role++) {
		const char *word = role_word((enum role_bit)role);

		console_as(f, word, word);
		for (const struct route *r = routes; r->path; r++) {
			bool may = r->roles & 1u << role || r->roles == ROUTE_OPEN;
			bool forbidden;

			send(f, r, path_with(r, "1"), "{}");
			forbidden = f->answer.status == 403;
			if (may == forbidden || f->answer.status == 401)
				fail_msg("%s: %s", word, said(f, r));
			if (forbidden)
				assert_string_equal(console_text(f, "error.code"), "forbidden");
			if (is(r, "sign-out"))
				assert_int_equal(console_sign_in(f, word, CONSOLE_PASSWORD), 200);
		}
	}
}

static void all_roles(struct console_fixture *f)
{
	console_as(f, "all", "editor,approver,reform,operator,admin");
}

static void every_writing_route_wants_the_csrf_token(void **state)
{
	struct console_fixture *f = *state;

	all_roles(f);
	for (const struct route *r = routes; r->path; r++) {
		if (strcmp(r->method, "GET") == 0)
			continue;
		console_header(f, "X-CSRF-Token", "stolen");
		if (send(f, r, path_with(r, "1"), "{}") != 403)
			fail_msg("%s", said(f, r));
		assert_string_equal(console_text(f, "error.code"), "csrf");
	}
	assert_int_equal(console_call(f, "GET", "me", NULL), 200);
}

static void every_route_refuses_other_methods(void **state)
{
	struct console_fixture *f = *state;

	all_roles(f);
	for (const struct route *r = routes; r->path; r++) {
		int status = console_call(f, "DELETE", path_with(r, "1"), "{}");

		if (status != 405)
			fail_msg("%s", said(f, r));
		assert_int_equal(console_call(f, "PATCH", path_with(r, "1"), "{}"), 405);
	}
	assert_int_equal(console_call(f, "GET", "nowhere", NULL), 404);
	assert_int_equal(console_call(f, "GET", "me/", NULL), 404);
	assert_int_equal(console_call(f, "GET", "", NULL), 404);
	assert_int_equal(console_call(f, "GET", "staff//password", NULL), 404);
}

/* --- Bodies --- */

static char *deep(char open, char close)
{
	size_t levels = 40;
	char *text = malloc(2 * levels + 20);
	size_t len = (size_t)sprintf(text, "{\"a\":");

	assert_non_null(text);
	memset(text + len, open, levels);
	memset(text + len + levels, close, levels);
	strcpy(text + len + 2 * levels, "}");
	return text;
}

static void broken_bodies_are_told_as_such(void **state)
{
	struct console_fixture *f = *state;
	char *levels = deep('[', ']');
	const char *const bodies[] = {"", "null", "[]", "\"x\"", "{", "{}x", "{\"a\":}", "{'a':1}",
		"{\"a\":1,}", "{} {}", "\xff\xfe", "{\"a\":\"\xc3\"}", "{\"a\":\"\\u0000\"}",
		"{\"a\":\"\\ud800\"}", levels};

	all_roles(f);
	for (const struct route *r = routes; r->path; r++) {
		if (strcmp(r->method, "GET") == 0 || r->raw)
			continue;
		for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
			if (console_call(f, r->method, path_with(r, "1"), bodies[i]) != 400)
				fail_msg("body %zu: %s", i, said(f, r));
			assert_string_equal(console_text(f, "error.code"), "json");
		}
	}
	free(levels);
}

static void huge_bodies_are_refused_before_they_are_read(void **state)
{
	struct console_fixture *f = *state;
	size_t len = BODY_MAX + 1;
	char *body = malloc(len + 1);

	assert_non_null(body);
	memset(body, ' ', len);
	body[0] = '{';
	body[len - 1] = '}';
	body[len] = '\0';
	all_roles(f);
	for (const struct route *r = routes; r->path; r++)
		if (strcmp(r->method, "GET") != 0 && !r->raw) {
			assert_int_equal(console_call(f, r->method, path_with(r, "1"), body), 413);
			assert_string_equal(console_text(f, "error.code"), "too_large");
		}
	free(body);
}

/* Every member that any route reads, each with something it is not. */
static const char *const members[] = {"name", "password", "old", "new", "display", "roles", "unit",
	"disabled", "state", "kind", "id", "body", "valid_from", "valid_to", "decision", "decision_date",
	"source", "source_date", "note", "base_version", "change", "replaced_by", "revision", "version",
	"title", "asks", "keywords", "ask", "channel", "facet", "max", "size", "upload", "sheet", "mapping",
	"as", "dry_run", "record", "wordings", "questions", "into", "text", "label", "owner", "due"};

static const char *const wrong_values[] = {"null", "1", "-1", "1e308", "0.5", "true", "\"\"", "\" \"",
	"\"x\"", "[]", "{}", "[null]", "[[[]]]", "{\"a\":null}", "[1,\"x\",{}]", "\"' OR 1=1 --\"",
	"\"<script>alert(1)</script>\"", "\"../../etc/passwd\"", "\"2026-02-30\"", "\"99999999999999999999\"",
	"\"\\u202e\\u0007\\n\""};

static void wrong_members_never_break_a_route(void **state)
{
	struct console_fixture *f = *state;
	size_t kinds = sizeof wrong_values / sizeof *wrong_values;
	char body[4096];

	all_roles(f);
	for (const struct route *r = routes; r->path; r++) {
		if (strcmp(r->method, "GET") == 0 || is(r, "sign-in") || is(r, "sign-out"))
			continue;
		for (size_t shift = 0; shift < kinds; shift++) {
			size_t len = 0;

			for (size_t i = 0; i < sizeof members / sizeof *members; i++)
				len += (size_t)snprintf(body + len, sizeof body - len, "%c\"%s\":%s",
					i ? ',' : '{', members[i], wrong_values[(i + shift) % kinds]);
			snprintf(body + len, sizeof body - len, "}");
			send(f, r, path_with(r, "1"), body);
			assert_clean(f, r);
		}
	}
}

static void missing_members_are_named(void **state)
{
	struct console_fixture *f = *state;

	all_roles(f);
	assert_int_equal(console_call(f, "POST", "staff", "{\"name\":\"lan\",\"roles\":[\"editor\"]}"), 400);
	assert_string_equal(console_text(f, "error.code"), "missing");
	assert_string_equal(console_text(f, "error.field"), "display");
	assert_int_equal(
		console_call(f, "POST", "staff", "{\"name\":\"lan\",\"display\":\"x\",\"roles\":[\"king\"]}"),
		400);
	assert_string_equal(console_text(f, "error.field"), "roles");
	assert_int_equal(console_call(f, "POST", "staff",
				 "{\"name\":\"Lan Nguyễn\",\"display\":\"x\",\"roles\":[\"editor\"]}"),
		400);
	assert_string_equal(console_text(f, "error.code"), "staff_name");
	assert_int_equal(console_call(f, "POST", "staff",
				 "{\"name\":\"all\",\"display\":\"x\",\"roles\":[\"editor\"]}"),
		409);
	assert_string_equal(console_text(f, "error.code"), "staff_exists");
	assert_int_equal(console_call(f, "PUT", "staff/all",
				 "{\"display\":\"x\",\"roles\":[\"editor\"],\"disabled\":false}"),
		409);
	assert_string_equal(console_text(f, "error.code"), "last_admin");
	assert_int_equal(console_call(f, "PUT", "staff/nobody",
				 "{\"display\":\"x\",\"roles\":[\"editor\"],\"disabled\":false}"),
		404);
	assert_int_equal(console_call(f, "POST", "staff/nobody/password", "{}"), 404);
}

/* --- Paths and queries --- */

static void hostile_ids_find_nothing(void **state)
{
	struct console_fixture *f = *state;
	static const char *const ids[] = {"0", "-1", "999999999999", "99999999999999999999999", "..",
		"../../etc/passwd", "'", "1;DROP TABLE staff", "\x01", "%", "ô", "1.004194'--", "NULL"};
	char longest[400];

	all_roles(f);
	memset(longest, 'a', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	for (const struct route *r = routes; r->path; r++) {
		if (!strchr(r->path, ':'))
			continue;
		for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
			send(f, r, path_with(r, ids[i]), "{}");
			assert_clean(f, r);
		}
		assert_int_equal(send(f, r, path_with(r, longest), "{}"), 404);
	}
	assert_int_equal(console_call(f, "GET", "staff", NULL), 200);
	assert_int_equal(console_number(f, "total"), 1);
}

static void hostile_queries_break_nothing(void **state)
{
	struct console_fixture *f = *state;
	static const char *const values[] = {"", "0", "-1", "1.5", "abc", "99999999999999999999", "%", "%zz",
		"%00", "%ff%fe", "'%20OR%201=1", "%22*%20NEAR(", "2026-02-30", "2026-11-21", "%3Cscript%3E",
		"a&a=b", "draft", "vi%E1%BB%87c"};
	static const char *const names[] = {"page", "size", "q", "kind", "field", "level", "unit", "state",
		"quality", "as_of", "from", "to", "word", "sheet", "what", "format", "year", "province",
		"who", "object", "offset", "reason", "sort", "owner"};
	char path[300];

	all_roles(f);
	for (const struct route *r = routes; r->path; r++) {
		if (strcmp(r->method, "GET") != 0)
			continue;
		for (size_t n = 0; n < sizeof names / sizeof *names; n++)
			for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
				snprintf(path, sizeof path, "%s?%s=%s", path_with(r, "1"), names[n],
					values[v]);
				console_call(f, "GET", path, NULL);
				if (f->answer.type && strncmp(f->answer.type, "application/json", 16) == 0)
					assert_clean(f, r);
			}
	}
}

static void pages_of_lists_have_bounds(void **state)
{
	struct console_fixture *f = *state;

	all_roles(f);
	assert_int_equal(console_call(f, "GET", "staff?page=1&size=200", NULL), 200);
	assert_int_equal(console_number(f, "size"), 200);
	assert_int_equal(console_call(f, "GET", "staff?size=201", NULL), 400);
	assert_string_equal(console_text(f, "error.field"), "size");
	assert_int_equal(console_call(f, "GET", "staff?page=0", NULL), 400);
	assert_int_equal(console_call(f, "GET", "staff?page=7", NULL), 200);
	assert_int_equal(cJSON_GetArraySize(console_at(f, "items")), 0);
	assert_int_equal(console_number(f, "total"), 1);
}

/* --- Files of the pages --- */

static void pages_come_from_their_folder_only(void **state)
{
	struct console_fixture *f = *state;
	static const char *const gone[] = {"/console/../../etc/passwd", "/console/../console.c",
		"/console//etc/passwd", "/console/./index.html", "/console/help/../../console.c",
		"/console/.npmrc", "/console/package.json", "/console/package-lock.json",
		"/console/node_modules/htm/README.md", "/console/index.html/", "/console/help",
		"/console/\xff.js", "/console/index.html\n", "/consolex", "/console/index.htm",
		"/console/nowhere.js"};

	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
		if (console_call(f, "GET", gone[i], NULL) != 404)
			fail_msg("%s: %d", gone[i], f->answer.status);
	assert_int_equal(console_call(f, "GET", "/console", NULL), 308);
	assert_string_equal(console_answer_header(f, "Location"), "/console/");
	assert_int_equal(console_call(f, "GET", "/console/", NULL), 200);
	assert_string_equal(f->answer.type, "text/html; charset=utf-8");
	assert_non_null(strstr(console_answer_header(f, "Content-Security-Policy"), "script-src 'self'"));
	assert_int_equal(console_call(f, "POST", "/console/", "{}"), 405);
}

static void unchanged_file_is_not_sent_again(void **state)
{
	struct console_fixture *f = *state;
	char tag[80];

	assert_int_equal(console_call(f, "GET", "/console/index.html", NULL), 200);
	snprintf(tag, sizeof tag, "%s", console_answer_header(f, "ETag"));
	console_header(f, "If-None-Match", tag);
	assert_int_equal(console_call(f, "GET", "/console/index.html", NULL), 304);
	assert_int_equal(f->answer.body.len, 0);
	console_header(f, "If-None-Match", "\"another\"");
	assert_int_equal(console_call(f, "GET", "/console/index.html", NULL), 200);
}

/* --- Words --- */

static void every_code_the_routes_answer_with_has_its_sentence(void **state)
{
	struct sentences *s;
	struct why why = {""};
	static const char *const codes[] = {"failed", "busy", "disk_full", "not_found", "method", "invalid",
		"missing", "too_long", "too_large", "conflict", "forbidden", "signed_out", "wrong", "locked",
		"too_many", "csrf", "cross_site", "json", "content_type", "day", "must_change",
		"password_short", "password_long", "password_easy", "password_same", "password_wrong",
		"staff_exists", "staff_name", "staff_roles", "last_admin", "outbox_state", "upload_empty",
		"upload_large", "upload_piece", "upload_part", "import_busy", "import_cut", "import_stopped",
		"import_two_persons", "preview", "nation", "today", "office_open", "office_open_until",
		"office_shut", "office_shut_until"};

	(void)state;
	if (sentences_load("daemon/console/sentences.vi", &s, &why) != OK)
		fail_msg("%s", why.text);
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (!sentence_known(s, codes[i]))
			fail_msg("no sentence for %s", codes[i]);
	for (int kind = EDIT_NONE + 1; kind < EDIT_TROUBLE_COUNT; kind++)
		if (!sentence_known(s, edit_trouble_word((enum edit_trouble_kind)kind)))
			fail_msg("no sentence for %s", edit_trouble_word((enum edit_trouble_kind)kind));
	assert_string_equal(sentence(s, "no such code"), sentence(s, "failed"));
	sentences_free(s);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, console_fixture_up, console_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(nobody_gets_past_the_door),
		TEST(each_role_may_what_the_table_says_and_nothing_else),
		TEST(every_writing_route_wants_the_csrf_token),
		TEST(every_route_refuses_other_methods),
		TEST(broken_bodies_are_told_as_such),
		TEST(huge_bodies_are_refused_before_they_are_read),
		TEST(wrong_members_never_break_a_route),
		TEST(missing_members_are_named),
		TEST(hostile_ids_find_nothing),
		TEST(hostile_queries_break_nothing),
		TEST(pages_of_lists_have_bounds),
		TEST(pages_come_from_their_folder_only),
		TEST(unchanged_file_is_not_sent_again),
		cmocka_unit_test(every_code_the_routes_answer_with_has_its_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
