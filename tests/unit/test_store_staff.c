#include "daemon/store/store_audit.h"
#include "daemon/store/store_internal.h"
#include "daemon/store/store_staff.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct staff lan = {.name = "lan",
	.display = "Nguyễn Thị Lan",
	.password = "hash",
	.roles = "editor,admin",
	.unit = "11329",
	.must_change = true,
	.created_ms = 1000};

static enum err add_job(struct store_tx *tx, void *arg)
{
	return store_staff_add(tx, arg);
}

static void add(struct store_fixture *f, const char *name, const char *roles)
{
	struct staff s = lan;

	s.name = name;
	s.roles = roles;
	assert_int_equal(store_do(f->store, add_job, &s), OK);
}

static struct staff get(struct store_fixture *f, const char *name)
{
	struct staff s = {0};

	assert_int_equal(store_staff_get(f->reader, &f->arena, name, &s), OK);
	return s;
}

static void staff_come_back_as_they_were(void **state)
{
	struct store_fixture *f = *state;
	struct staff s;

	add(f, "lan", "editor,admin");
	s = get(f, "lan");
	assert_string_equal(s.display, lan.display);
	assert_string_equal(s.password, lan.password);
	assert_string_equal(s.roles, "editor,admin");
	assert_string_equal(s.unit, lan.unit);
	assert_true(s.must_change && !s.disabled);
	assert_int_equal(s.created_ms, 1000);
	assert_int_equal(store_do(f->store, add_job, (void *)&lan), ERR_EXISTS);
	assert_int_equal(store_staff_get(f->reader, &f->arena, "lan ", &s), ERR_NOT_FOUND);
}

static void list_is_paged_in_order_of_name(void **state)
{
	struct store_fixture *f = *state;
	struct staff *items;
	size_t count, total;

	add(f, "c", "editor");
	add(f, "a", "admin");
	add(f, "b", "editor");
	assert_int_equal(store_staff_list(f->reader, &f->arena, 1, 1, &items, &count, &total), OK);
	assert_int_equal(count, 1);
	assert_int_equal(total, 3);
	assert_string_equal(items[0].name, "b");
	assert_int_equal(store_staff_list(f->reader, &f->arena, 3, 10, &items, &count, &total), OK);
	assert_int_equal(count, 0);
}

/* --- Changes --- */

static enum err change_job(struct store_tx *tx, void *arg)
{
	return store_staff_change(tx, arg);
}

static void last_admin_stays(void **state)
{
	struct store_fixture *f = *state;
	struct staff s = {.name = "lan", .display = "Lan", .roles = "editor"};

	add(f, "lan", "editor,admin");
	add(f, "tam", "editor");
	assert_int_equal(store_do(f->store, change_job, &s), ERR_PERMISSION);
	assert_string_equal(get(f, "lan").roles, "editor,admin");
	s.roles = "admin";
	s.disabled = true;
	assert_int_equal(store_do(f->store, change_job, &s), ERR_PERMISSION);
	assert_false(get(f, "lan").disabled);
	add(f, "hoa", "admin");
	assert_int_equal(store_do(f->store, change_job, &s), OK);
	assert_true(get(f, "lan").disabled);
	s.name = "nobody";
	assert_int_equal(store_do(f->store, change_job, &s), ERR_NOT_FOUND);
}

struct failure {
	int64_t until_ms;
	bool locked;
};

static enum err failed_job(struct store_tx *tx, void *arg)
{
	struct failure *f = arg;

	return store_staff_failed(tx, "lan", 3, f->until_ms, &f->locked);
}

static void third_failure_in_a_row_locks_and_counting_begins_anew(void **state)
{
	struct store_fixture *f = *state;
	struct failure failure = {.until_ms = 5000};

	add(f, "lan", "admin");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(store_do(f->store, failed_job, &failure), OK);
		assert_false(failure.locked);
	}
	assert_int_equal(get(f, "lan").failed_count, 2);
	assert_int_equal(get(f, "lan").locked_until_ms, 0);
	assert_int_equal(store_do(f->store, failed_job, &failure), OK);
	assert_true(failure.locked);
	assert_int_equal(get(f, "lan").locked_until_ms, 5000);
	assert_int_equal(get(f, "lan").failed_count, 0);
}

/* --- Sessions --- */

struct session_args {
	struct session session;
	const uint8_t *keep;
	int64_t last_before_ms, created_before_ms;
	bool disabled;
};

static enum err begin_job(struct store_tx *tx, void *arg)
{
	return store_session_add(tx, arg);
}

static enum err password_job(struct store_tx *tx, void *arg)
{
	return store_staff_password(tx, "lan", "other", false, ((struct session_args *)arg)->keep);
}

static enum err purge_job(struct store_tx *tx, void *arg)
{
	struct session_args *a = arg;

	return store_session_purge(tx, a->last_before_ms, a->created_before_ms);
}

static enum err disable_job(struct store_tx *tx, void *arg)
{
	return store_staff_disable(tx, "lan", ((struct session_args *)arg)->disabled);
}

static struct session begin(struct store_fixture *f, const char *name, uint8_t byte, int64_t at_ms)
{
	struct session s = {.created_ms = at_ms, .last_ms = at_ms, .staff.name = name};

	memset(s.hash, byte, sizeof s.hash);
	assert_int_equal(store_do(f->store, begin_job, &s), OK);
	return s;
}

static bool lives(struct store_fixture *f, const struct session *s)
{
	struct session found;
	enum err err = store_session_get(f->reader, &f->arena, s->hash, &found);

	assert_true(err == OK || err == ERR_NOT_FOUND);
	return err == OK;
}

static void new_password_ends_every_other_session_and_the_lock(void **state)
{
	struct store_fixture *f = *state;
	struct failure failure = {.until_ms = 5000};
	struct session here, there;
	struct session_args a;

	add(f, "lan", "admin");
	for (int i = 0; i < 3; i++)
		assert_int_equal(store_do(f->store, failed_job, &failure), OK);
	here = begin(f, "lan", 1, 1000);
	there = begin(f, "lan", 2, 1000);
	a.keep = here.hash;
	assert_int_equal(store_do(f->store, password_job, &a), OK);
	assert_true(lives(f, &here));
	assert_false(lives(f, &there));
	assert_string_equal(get(f, "lan").password, "other");
	assert_int_equal(get(f, "lan").locked_until_ms, 0);
	a.keep = NULL;
	assert_int_equal(store_do(f->store, password_job, &a), OK);
	assert_false(lives(f, &here));
}

static void who_is_disabled_is_signed_out_and_stays_out(void **state)
{
	struct store_fixture *f = *state;
	struct session_args a = {.disabled = true};
	struct session s, again;

	add(f, "lan", "editor");
	add(f, "hoa", "admin");
	s = begin(f, "lan", 1, 1000);
	assert_true(lives(f, &s));
	assert_int_equal(store_do(f->store, disable_job, &a), OK);
	assert_false(lives(f, &s));
	again = begin(f, "lan", 2, 1000); /* a sign-in that was under way */
	assert_false(lives(f, &again));
	a.disabled = false;
	assert_int_equal(store_do(f->store, disable_job, &a), OK);
	assert_false(lives(f, &s));
}

static void purge_takes_what_is_idle_or_old(void **state)
{
	struct store_fixture *f = *state;
	struct session_args a = {.last_before_ms = 1000, .created_before_ms = 500};
	struct session idle, old, fresh;

	add(f, "lan", "admin");
	idle = begin(f, "lan", 1, 999);
	old = begin(f, "lan", 2, 499);
	fresh = begin(f, "lan", 3, 1000);
	assert_int_equal(store_do(f->store, purge_job, &a), OK);
	assert_false(lives(f, &idle));
	assert_false(lives(f, &old));
	assert_true(lives(f, &fresh));
}

/* --- Audit --- */

static enum err audit_job(struct store_tx *tx, void *arg)
{
	return store_audit_add(tx, arg);
}

static void audit(struct store_fixture *f, int64_t time_ms, const char *who, const char *what)
{
	struct audit entry = {
		.time_ms = time_ms, .who = who, .what = what, .object = "1.001193", .detail = "{\"a\":1}"};

	assert_int_equal(store_do(f->store, audit_job, &entry), OK);
}

static size_t audits(struct store_fixture *f, struct audit_filter filter, struct audit **ret_items)
{
	size_t count, total;

	assert_int_equal(
		store_audit_list(f->reader, &f->arena, &filter, 0, 2, ret_items, &count, &total), OK);
	assert_int_equal(count, total < 2 ? total : 2);
	return total;
}

static void audit_is_listed_newest_first_by_who_what_and_when(void **state)
{
	struct store_fixture *f = *state;
	struct audit *items;

	audit(f, 1000, "lan", "staff.add");
	audit(f, 2000, "hoa", "staff.change");
	audit(f, 3000, "lan", "sign_in");
	assert_int_equal(audits(f, (struct audit_filter){0}, &items), 3);
	assert_string_equal(items[0].what, "sign_in");
	assert_string_equal(items[0].detail, "{\"a\":1}");
	assert_int_equal(audits(f, (struct audit_filter){.who = "lan"}, &items), 2);
	assert_int_equal(audits(f, (struct audit_filter){.what = "staff."}, &items), 2);
	assert_int_equal(audits(f, (struct audit_filter){.what = "staff_"}, &items), 0);
	assert_int_equal(audits(f, (struct audit_filter){.from_ms = 2000, .to_ms = 3000}, &items), 1);
	assert_string_equal(items[0].who, "hoa");
	assert_int_equal(audits(f, (struct audit_filter){.object = "x"}, &items), 0);
}

static enum err change_audit_job(struct store_tx *tx, void *arg)
{
	return store_db_exec(&tx->db, arg);
}

static void audit_cannot_be_changed_or_deleted(void **state)
{
	struct store_fixture *f = *state;
	struct audit *items;

	audit(f, 1000, "lan", "staff.add");
	assert_int_not_equal(store_do(f->store, change_audit_job, "UPDATE audit SET who = 'x'"), OK);
	assert_int_not_equal(store_do(f->store, change_audit_job, "DELETE FROM audit"), OK);
	assert_int_equal(audits(f, (struct audit_filter){.who = "lan"}, &items), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_up, store_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(staff_come_back_as_they_were),
		TEST(list_is_paged_in_order_of_name),
		TEST(last_admin_stays),
		TEST(third_failure_in_a_row_locks_and_counting_begins_anew),
		TEST(new_password_ends_every_other_session_and_the_lock),
		TEST(who_is_disabled_is_signed_out_and_stays_out),
		TEST(purge_takes_what_is_idle_or_old),
		TEST(audit_is_listed_newest_first_by_who_what_and_when),
		TEST(audit_cannot_be_changed_or_deleted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
