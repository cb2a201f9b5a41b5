/* Who gets in, who stays in, and who does not. */
#include "daemon/base/clock.h"
#include "daemon/console/password.h"
#include "daemon/console/session.h"
#include "daemon/store/store_staff.h"
#include "tests/support/console_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE_MS ((int64_t)60000)

static void assert_refused(struct console_fixture *f, int status, int expected, const char *code)
{
	assert_int_equal(status, expected);
	assert_string_equal(console_text(f, "error.code"), code);
	assert_true(*console_text(f, "error.message"));
}

static void signing_in_says_who_one_is(void **state)
{
	struct console_fixture *f = *state;
	const char *cookie;

	console_staff(f, "lan", "editor,approver");
	assert_int_equal(console_sign_in(f, "lan", CONSOLE_PASSWORD), 200);
	cookie = console_answer_header(f, "Set-Cookie");
	assert_non_null(strstr(cookie, "; Path=/console; HttpOnly; SameSite=Strict"));
	assert_null(strstr(cookie, "Secure"));
	assert_int_equal(console_call(f, "GET", "me", NULL), 200);
	assert_string_equal(console_text(f, "staff.name"), "lan");
	assert_string_equal(console_text(f, "staff.roles.1"), "approver");
	assert_string_equal(console_text(f, "csrf"), f->csrf);
	assert_string_equal(console_text(f, "today"), "2026-11-21");
	assert_string_equal(console_answer_header(f, "Cache-Control"), "no-store");
	assert_non_null(strstr(console_answer_header(f, "Content-Security-Policy"), "default-src 'none'"));
	assert_string_equal(console_answer_header(f, "X-Content-Type-Options"), "nosniff");
}

static void cookie_is_secure_behind_tls(void **state)
{
	struct console_fixture *f = *state;

	console_staff(f, "lan", "editor");
	console_header(f, "X-Forwarded-Proto", "https");
	assert_int_equal(console_sign_in(f, "lan", CONSOLE_PASSWORD), 200);
	assert_non_null(strstr(console_answer_header(f, "Set-Cookie"), "; Secure"));
	f->peer = "203.0.113.9"; /* nobody but a proxy of this machine says so */
	console_header(f, "X-Forwarded-Proto", "https");
	assert_int_equal(console_sign_in(f, "lan", CONSOLE_PASSWORD), 200);
	assert_null(strstr(console_answer_header(f, "Set-Cookie"), "; Secure"));
}

static void wrong_name_and_wrong_password_are_told_the_same(void **state)
{
	struct console_fixture *f = *state;
	char first[400];

	console_staff(f, "lan", "editor");
	assert_refused(f, console_sign_in(f, "lan", "not that one"), 401, "wrong");
	snprintf(first, sizeof first, "%s", buf_text(&f->answer.body));
	assert_refused(f, console_sign_in(f, "tam", "not that one"), 401, "wrong");
	assert_string_equal(buf_text(&f->answer.body), first);
	assert_null(console_answer_header(f, "Set-Cookie"));
	assert_refused(f, console_sign_in(f, "lan' OR '1'='1", CONSOLE_PASSWORD), 401, "wrong");
}

static void fifth_wrong_password_locks_the_name_for_a_quarter_of_an_hour(void **state)
{
	struct console_fixture *f = *state;

	console_staff(f, "lan", "editor");
	for (int i = 0; i < 5; i++)
		assert_refused(f, console_sign_in(f, "lan", "not that one"), 401, "wrong");
	assert_refused(f, console_sign_in(f, "lan", CONSOLE_PASSWORD), 429, "locked");
	assert_string_equal(console_answer_header(f, "Retry-After"), "900");
	console_fixture_reopen(f); /* a restart does not open it */
	assert_refused(f, console_sign_in(f, "lan", CONSOLE_PASSWORD), 429, "locked");
	clock_advance(15 * MINUTE_MS);
	assert_int_equal(console_sign_in(f, "lan", CONSOLE_PASSWORD), 200);
	console_as(f, "chief", "admin");
	assert_int_equal(console_call(f, "GET", "audit?who=lan", NULL), 200);
	assert_int_equal(console_number(f, "total"), 2);
	assert_string_equal(console_text(f, "items.1.what"), "locked");
}

static void unknown_name_is_locked_like_a_known_one(void **state)
{
	struct console_fixture *f = *state;

	for (int i = 0; i < 5; i++)
		assert_refused(f, console_sign_in(f, "nobody", "not that one"), 401, "wrong");
	assert_refused(f, console_sign_in(f, "nobody", "not that one"), 429, "locked");
	clock_advance(15 * MINUTE_MS);
	assert_refused(f, console_sign_in(f, "nobody", "not that one"), 401, "wrong");
}

static void right_password_forgets_the_wrong_ones(void **state)
{
	struct console_fixture *f = *state;

	console_staff(f, "lan", "editor");
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 4; i++)
			assert_refused(f, console_sign_in(f, "lan", "not that one"), 401, "wrong");
		assert_int_equal(console_sign_in(f, "lan", CONSOLE_PASSWORD), 200);
	}
}

static void twentieth_failure_from_one_address_shuts_it_out_and_no_other(void **state)
{
	struct console_fixture *f = *state;
	char name[16];

	console_staff(f, "lan", "editor");
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof name, "n%d", i);
		console_header(f, "X-Forwarded-For",
			"10.9.9.9, 198.51.100.7"); /* what the client wrote, what the proxy saw */
		assert_refused(f, console_sign_in(f, name, "not that one"), 401, "wrong");
	}
	console_header(f, "X-Forwarded-For", "10.1.1.1, 198.51.100.7");
	assert_refused(f, console_sign_in(f, "lan", CONSOLE_PASSWORD), 429, "too_many");
	console_header(f, "X-Forwarded-For", "198.51.100.7, 198.51.100.8");
	assert_int_equal(console_sign_in(f, "lan", CONSOLE_PASSWORD), 200);
	clock_advance(15 * MINUTE_MS);
	console_header(f, "X-Forwarded-For", "198.51.100.7");
	assert_int_equal(console_sign_in(f, "lan", CONSOLE_PASSWORD), 200);
}

/* --- Sessions --- */

static void session_ends_after_half_an_hour_without_a_click(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "lan", "editor");
	for (int i = 0; i < 4; i++) {
		clock_advance(29 * MINUTE_MS);
		assert_int_equal(console_call(f, "GET", "me", NULL), 200);
	}
	clock_advance(30 * MINUTE_MS);
	assert_refused(f, console_call(f, "GET", "me", NULL), 401, "signed_out");
}

static void session_ends_after_half_a_day_in_any_case(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "lan", "editor");
	for (int i = 0; i < 35; i++) {
		clock_advance(20 * MINUTE_MS);
		assert_int_equal(console_call(f, "GET", "me", NULL), 200);
	}
	clock_advance(20 * MINUTE_MS);
	assert_refused(f, console_call(f, "GET", "me", NULL), 401, "signed_out");
}

static void session_outlives_a_restart_and_ends_with_signing_out(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "lan", "editor");
	console_fixture_reopen(f);
	assert_int_equal(console_call(f, "POST", "sign-out", "{}"), 200);
	assert_non_null(strstr(console_answer_header(f, "Set-Cookie"), "motcua_session=;"));
	assert_refused(f, console_call(f, "GET", "me", NULL), 401, "signed_out");
}

static void made_up_cookies_open_nothing(void **state)
{
	struct console_fixture *f = *state;
	char good[128];
	static const char *const bad[] = {
		"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "' OR 1=1 --", "%00"};

	console_as(f, "lan", "editor");
	snprintf(good, sizeof good, "%s", f->cookie);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		snprintf(f->cookie, sizeof f->cookie, "%s", bad[i]);
		assert_refused(f, console_call(f, "GET", "me", NULL), 401, "signed_out");
	}
	snprintf(f->cookie, sizeof f->cookie, "%s", good);
	f->cookie[3] = f->cookie[3] == 'a' ? 'b' : 'a';
	assert_refused(f, console_call(f, "GET", "me", NULL), 401, "signed_out");
	snprintf(f->cookie, sizeof f->cookie, "%s=%s", "x", good); /* its beginning is another's name */
	console_header(f, "Cookie", f->cookie);
	assert_refused(f, console_call(f, "GET", "me", NULL), 401, "signed_out");
}

static void database_does_not_hold_the_token(void **state)
{
	struct console_fixture *f = *state;
	static char file[1 << 20];
	const char *const names[] = {"state.db", "state.db-wal"};
	size_t len, read_in_all = 0;
	char path[160];

	console_as(f, "lan", "editor");
	for (size_t i = 0; i < 2; i++) {
		FILE *in;

		snprintf(path, sizeof path, "%s/%s", f->folder, names[i]);
		in = fopen(path, "rb");
		assert_non_null(in);
		len = fread(file, 1, sizeof file, in);
		fclose(in);
		read_in_all += len;
		if (len == 0)
			continue;
		assert_null(memmem(file, len, f->cookie, strlen(f->cookie)));
		assert_null(memmem(file, len, f->csrf, strlen(f->csrf)));
		assert_null(memmem(file, len, CONSOLE_PASSWORD, strlen(CONSOLE_PASSWORD)));
	}
	assert_true(read_in_all > 0);
}

/* --- Requests from elsewhere --- */

static void writing_needs_the_csrf_token_of_this_session(void **state)
{
	struct console_fixture *f = *state;
	char other[64];

	console_as(f, "lan", "editor");
	snprintf(other, sizeof other, "%s", f->csrf);
	console_as(f, "hoa", "editor");
	console_header(f, "X-CSRF-Token", NULL);
	assert_refused(f, console_call(f, "POST", "sign-out", "{}"), 403, "csrf");
	console_header(f, "X-CSRF-Token", "");
	assert_refused(f, console_call(f, "POST", "sign-out", "{}"), 403, "csrf");
	console_header(f, "X-CSRF-Token", other);
	assert_refused(f, console_call(f, "POST", "sign-out", "{}"), 403, "csrf");
	assert_int_equal(console_call(f, "GET", "me", NULL), 200);
	assert_int_equal(console_call(f, "POST", "sign-out", "{}"), 200);
}

static void writing_from_another_site_is_refused(void **state)
{
	struct console_fixture *f = *state;
	static const char *const origins[] = {
		"https://evil.example", "null", "http://127.0.0.1:8081", "http://127.0.0.1"};
	static const char *const sites[] = {"cross-site", "same-site", ""};

	console_as(f, "lan", "editor");
	for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
		console_header(f, "Origin", origins[i]);
		assert_refused(f, console_call(f, "POST", "sign-out", "{}"), 403, "cross_site");
	}
	for (size_t i = 0; i < sizeof sites / sizeof *sites; i++) {
		console_header(f, "Sec-Fetch-Site", sites[i]);
		assert_refused(f, console_call(f, "POST", "sign-out", "{}"), 403, "cross_site");
	}
	console_header(f, "Origin", "https://evil.example");
	assert_refused(f, console_sign_in(f, "lan", CONSOLE_PASSWORD), 403, "cross_site");
	console_header(f, "Origin", NULL); /* old browsers and scripts send neither */
	console_header(f, "Sec-Fetch-Site", NULL);
	assert_int_equal(console_sign_in(f, "lan", CONSOLE_PASSWORD), 200);
}

static void configured_origin_counts_when_a_proxy_changes_the_host(void **state)
{
	struct console_fixture *f = *state;

	f->options.origin = "https://motcua.example.gov.vn";
	console_fixture_reopen(f);
	console_staff(f, "lan", "editor");
	console_header(f, "Origin", "https://motcua.example.gov.vn");
	assert_int_equal(console_sign_in(f, "lan", CONSOLE_PASSWORD), 200);
	assert_non_null(strstr(console_answer_header(f, "Set-Cookie"), "; Secure"));
}

static void forms_of_other_sites_have_the_wrong_content_type(void **state)
{
	struct console_fixture *f = *state;
	static const char *const types[] = {"text/plain", "application/x-www-form-urlencoded",
		"multipart/form-data; boundary=x", "application/jsonx", NULL};

	console_as(f, "lan", "editor");
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		console_header(f, "Content-Type", types[i]);
		assert_refused(f, console_call(f, "POST", "sign-out", "{}"), 415, "content_type");
	}
	console_header(f, "Content-Type", "application/json; charset=utf-8");
	assert_int_equal(console_call(f, "POST", "sign-out", "{}"), 200);
}

/* --- Passwords --- */

static void one_time_password_does_nothing_but_change_itself(void **state)
{
	struct console_fixture *f = *state;
	char once[64], body[200];

	console_as(f, "chief", "admin");
	assert_int_equal(
		console_call(f, "POST", "staff",
			"{\"name\":\"lan\",\"display\":\"Lan\",\"roles\":[\"editor\"],\"unit\":null}"),
		201);
	snprintf(once, sizeof once, "%s", console_text(f, "one_time_password"));
	assert_int_equal(strlen(once), ONE_TIME_SIZE - 1);
	assert_int_equal(console_sign_in(f, "lan", once), 200);
	assert_true(cJSON_IsTrue(console_at(f, "staff.must_change")));
	assert_refused(f, console_call(f, "GET", "home", NULL), 403, "must_change");
	assert_int_equal(console_call(f, "GET", "me", NULL), 200);
	snprintf(body, sizeof body, "{\"old\":\"%s\",\"new\":\"%s\"}", once, once);
	assert_refused(f, console_call(f, "POST", "password", body), 400, "password_same");
	snprintf(body, sizeof body, "{\"old\":\"%s\",\"new\":\"" CONSOLE_PASSWORD "\"}", once);
	assert_int_equal(console_call(f, "POST", "password", body), 200);
	assert_int_equal(console_call(f, "GET", "home", NULL), 200);
	assert_refused(f, console_sign_in(f, "lan", once), 401, "wrong");
	assert_int_equal(console_sign_in(f, "lan", CONSOLE_PASSWORD), 200);
}

static void new_password_signs_out_everywhere_else(void **state)
{
	struct console_fixture *f = *state;
	char stolen[128];

	console_as(f, "lan", "editor");
	snprintf(stolen, sizeof stolen, "%s", f->cookie);
	assert_int_equal(console_sign_in(f, "lan", CONSOLE_PASSWORD), 200);
	assert_int_equal(console_call(f, "POST", "password",
				 "{\"old\":\"" CONSOLE_PASSWORD "\",\"new\":\"another good one\"}"),
		200);
	assert_int_equal(console_call(f, "GET", "me", NULL), 200);
	snprintf(f->cookie, sizeof f->cookie, "%s", stolen);
	assert_refused(f, console_call(f, "GET", "me", NULL), 401, "signed_out");
}

static void poor_passwords_are_not_taken(void **state)
{
	struct console_fixture *f = *state;
	static const struct {
		const char *password, *code;
	} poor[] = {{"ngắn quá", "password_short"}, {"aaaaaaaaaaaaaa", "password_easy"},
		{"lan.lan.lan.1", "password_easy"}, {CONSOLE_PASSWORD, "password_same"}};
	char body[200];

	console_as(f, "lan.lan", "editor");
	for (size_t i = 0; i < sizeof poor / sizeof *poor; i++) {
		snprintf(body, sizeof body, "{\"old\":\"" CONSOLE_PASSWORD "\",\"new\":\"%s\"}",
			poor[i].password);
		assert_refused(f, console_call(f, "POST", "password", body), 400, poor[i].code);
	}
	assert_refused(f,
		console_call(f, "POST", "password", "{\"old\":\"wrong one!\",\"new\":\"another good one\"}"),
		400, "password_wrong");
}

static void changed_roles_count_at_the_next_click(void **state)
{
	struct console_fixture *f = *state;
	char cookie[128], csrf[64];

	console_as(f, "lan", "operator");
	snprintf(cookie, sizeof cookie, "%s", f->cookie);
	snprintf(csrf, sizeof csrf, "%s", f->csrf);
	assert_int_equal(console_call(f, "GET", "outbox", NULL), 200);
	console_as(f, "chief", "admin");
	assert_int_equal(console_call(f, "PUT", "staff/lan",
				 "{\"display\":\"Lan\",\"roles\":[\"editor\"],\"disabled\":false}"),
		200);
	snprintf(f->cookie, sizeof f->cookie, "%s", cookie);
	assert_refused(f, console_call(f, "GET", "outbox", NULL), 403, "forbidden");
	assert_int_equal(console_sign_in(f, "chief", CONSOLE_PASSWORD), 200);
	assert_int_equal(console_call(f, "PUT", "staff/lan",
				 "{\"display\":\"Lan\",\"roles\":[\"editor\"],\"disabled\":true}"),
		200);
	snprintf(f->cookie, sizeof f->cookie, "%s", cookie);
	assert_refused(f, console_call(f, "GET", "me", NULL), 401, "signed_out");
	assert_refused(f, console_sign_in(f, "lan", CONSOLE_PASSWORD), 401, "wrong");
}

static void signing_in_is_in_the_audit_trail_and_no_secret_is(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "chief", "admin");
	assert_int_equal(console_call(f, "POST", "password",
				 "{\"old\":\"" CONSOLE_PASSWORD "\",\"new\":\"another good one\"}"),
		200);
	assert_int_equal(console_call(f, "POST", "staff",
				 "{\"name\":\"lan\",\"display\":\"Lan\",\"roles\":[\"editor\"]}"),
		201);
	assert_int_equal(console_call(f, "GET", "audit", NULL), 200);
	assert_int_equal(console_number(f, "total"), 3);
	assert_string_equal(console_text(f, "items.0.what"), "staff.add");
	assert_string_equal(console_text(f, "items.0.object"), "lan");
	assert_string_equal(console_text(f, "items.0.who"), "chief");
	assert_string_equal(console_text(f, "items.1.what"), "password");
	assert_string_equal(console_text(f, "items.2.what"), "sign_in");
	assert_null(strstr(buf_text(&f->answer.body), "another good one"));
	assert_null(strstr(buf_text(&f->answer.body), "argon2"));
	assert_null(strstr(buf_text(&f->answer.body), f->csrf));
}

static void cookie_of_that_name_is_found_among_others(void **state)
{
	struct console_fixture *f = *state;

	assert_string_equal(cookie_value(&f->arena, "a=1; motcua_session=xyz; b=2", SESSION_COOKIE), "xyz");
	assert_string_equal(cookie_value(&f->arena, "motcua_session=xyz", SESSION_COOKIE), "xyz");
	assert_string_equal(cookie_value(&f->arena, "motcua_session=", SESSION_COOKIE), "");
	assert_null(cookie_value(&f->arena, "x_motcua_session=xyz; motcua_sessions=1", SESSION_COOKIE));
	assert_null(cookie_value(&f->arena, ";;; ", SESSION_COOKIE));
	assert_null(cookie_value(&f->arena, NULL, SESSION_COOKIE));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, console_fixture_up, console_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(signing_in_says_who_one_is),
		TEST(cookie_is_secure_behind_tls),
		TEST(wrong_name_and_wrong_password_are_told_the_same),
		TEST(fifth_wrong_password_locks_the_name_for_a_quarter_of_an_hour),
		TEST(unknown_name_is_locked_like_a_known_one),
		TEST(right_password_forgets_the_wrong_ones),
		TEST(twentieth_failure_from_one_address_shuts_it_out_and_no_other),
		TEST(session_ends_after_half_an_hour_without_a_click),
		TEST(session_ends_after_half_a_day_in_any_case),
		TEST(session_outlives_a_restart_and_ends_with_signing_out),
		TEST(made_up_cookies_open_nothing),
		TEST(database_does_not_hold_the_token),
		TEST(writing_needs_the_csrf_token_of_this_session),
		TEST(writing_from_another_site_is_refused),
		TEST(configured_origin_counts_when_a_proxy_changes_the_host),
		TEST(forms_of_other_sites_have_the_wrong_content_type),
		TEST(one_time_password_does_nothing_but_change_itself),
		TEST(new_password_signs_out_everywhere_else),
		TEST(poor_passwords_are_not_taken),
		TEST(changed_roles_count_at_the_next_click),
		TEST(signing_in_is_in_the_audit_trail_and_no_secret_is),
		TEST(cookie_of_that_name_is_found_among_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
