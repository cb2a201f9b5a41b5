/* Clusters over the API: who sees which, what staff does with them, what they are refused. */
#include "daemon/store/store_cluster.h"
#include "daemon/store/store_wait.h"
#include "tests/support/console_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NEAREST                                                                                              \
	"[{\"id\":\"9.000001\",\"title\":\"Đăng ký tạm "                                                \
	"trú\",\"score\":4,\"confidence\":0.2,\"why\":\"unsure\"}]"

struct asked {
	const char *text, *user, *unit;
	int64_t cluster;
	bool fresh;
	int64_t id;
};

static enum err ask_job(struct store_tx *tx, void *arg)
{
	struct asked *a = arg;
	struct cluster_sorted sorted = {.cluster = a->cluster, .fresh = a->fresh};
	enum err err = store_question_add(tx,
		&(struct unresolved){.channel = "zalo",
			.account = "oa",
			.unit = a->unit,
			.user = a->user,
			.text = a->text,
			.nearest = NEAREST,
			.reason = QUESTION_LOW_CONFIDENCE,
			.created_ms = CONSOLE_NOW_MS - 1000},
		&a->id);

	sorted.question = a->id;
	return err ? err : store_cluster_sort(tx, &sorted, 1, CONSOLE_NOW_MS);
}

static int64_t ask(struct console_fixture *f, const char *text, const char *unit, int64_t cluster, bool fresh)
{
	struct asked a = {.text = text, .user = "bà", .unit = unit, .cluster = cluster, .fresh = fresh};

	assert_int_equal(store_do(f->store, ask_job, &a), OK);
	return a.id;
}

static enum err wait_job(struct store_tx *tx, void *arg)
{
	return store_wait_add(tx, arg);
}

/* Two of one unit in cluster 1, one of another unit in cluster 2. */
static void some(struct console_fixture *f)
{
	struct wait w = {.code = "AAAAAA", .citizen = {"zalo", "oa", "bà"}, .created_ms = CONSOLE_NOW_MS};

	f->accounts[0].unit = "11329";
	f->accounts[1].unit = "22222";
	w.question = ask(f, "nuôi yến trong nhà", "11329", 1, true);
	ask(f, "nuoi yen trong nha", "11329", 1, false);
	ask(f, "thả diều gần sân bay", "22222", 2, true);
	assert_int_equal(store_do(f->store, wait_job, &w), OK);
}

static void clusters_are_listed_with_what_is_known(void **state)
{
	struct console_fixture *f = *state;

	some(f);
	console_as(f, "lan", "reform");
	assert_int_equal(console_call(f, "GET", "clusters", NULL), 200);
	assert_int_equal(console_number(f, "total"), 2);
	assert_int_equal(console_number(f, "items.0.id"), 1);
	assert_string_equal(console_text(f, "items.0.label"), "nuôi yến trong nhà");
	assert_int_equal(console_number(f, "items.0.count"), 2);
	assert_int_equal(console_number(f, "items.0.people"), 1);
	assert_int_equal(console_number(f, "items.0.waiting"), 1);
	assert_int_equal(cJSON_GetArraySize(console_at(f, "items.0.trend")), CLUSTER_WEEKS);
	assert_int_equal(console_number(f, "items.0.trend.7"), 2);
	assert_string_equal(console_text(f, "items.0.units.0.code"), "11329");
	assert_int_equal(console_number(f, "items.0.reasons.low_confidence"), 2);
	assert_string_equal(console_text(f, "items.0.nearest.0.id"), "9.000001");
	assert_int_equal(
		console_call(f, "GET", "clusters?sort=last&unit=22222&reason=low_confidence", NULL), 200);
	assert_int_equal(console_number(f, "total"), 1);
	assert_int_equal(console_number(f, "items.0.id"), 2);
	assert_int_equal(console_call(f, "GET", "clusters?q=s%C3%A2n%20bay", NULL), 200);
	assert_int_equal(console_number(f, "total"), 1);
	assert_int_equal(console_call(f, "GET", "clusters?state=closed", NULL), 400);
	assert_string_equal(console_text(f, "error.field"), "state");
	assert_int_equal(console_call(f, "GET", "clusters?sort=name", NULL), 400);
	assert_int_equal(console_call(f, "GET", "clusters?reason=x", NULL), 400);
}

static void one_cluster_is_told_whole(void **state)
{
	struct console_fixture *f = *state;

	some(f);
	console_as(f, "lan", "reform");
	assert_int_equal(console_call(f, "GET", "clusters/1", NULL), 200);
	assert_int_equal(cJSON_GetArraySize(console_at(f, "samples")), 2);
	assert_string_equal(console_text(f, "nearest.0.why"), "unsure");
	assert_int_equal(console_number(f, "nearest.0.count"), 2);
	assert_string_equal(console_text(f, "waits.0.code"), "AAAAAA");
	assert_string_equal(console_text(f, "waits.0.state"), "open");
	assert_int_equal(console_call(f, "GET", "clusters/1/questions?size=1", NULL), 200);
	assert_int_equal(console_number(f, "total"), 2);
	assert_int_equal(console_call(f, "GET", "questions/3", NULL), 200);
	assert_int_equal(console_number(f, "cluster"), 2);
	assert_int_equal(console_call(f, "GET", "clusters/9", NULL), 404);
	assert_int_equal(console_call(f, "GET", "questions/9", NULL), 404);
	assert_int_equal(console_call(f, "GET", "clusters/1/found", NULL), 200);
	assert_int_equal(cJSON_GetArraySize(console_at(f, "items")), 2);
}

static void staff_of_a_unit_sees_and_changes_its_own(void **state)
{
	struct console_fixture *f = *state;

	some(f);
	console_as_of(f, "lan", "editor,reform", "11329");
	assert_int_equal(console_call(f, "GET", "clusters", NULL), 200);
	assert_int_equal(console_number(f, "total"), 1);
	assert_int_equal(console_call(f, "GET", "clusters/2", NULL), 404);
	assert_int_equal(console_call(f, "GET", "questions/3", NULL), 404);
	assert_int_equal(console_call(f, "POST", "clusters/2/ignore", "{}"), 404);
	assert_int_equal(console_call(f, "PUT", "clusters/1", "{\"label\":\"Nuôi yến\"}"), 200);
	ask(f, "nuôi yến ở xã bên", "22222", 1, false);
	assert_int_equal(console_call(f, "GET", "clusters/1", NULL), 200);
	assert_int_equal(console_number(f, "count"), 2);
	assert_int_equal(console_call(f, "POST", "clusters/1/ignore", "{}"), 403);
	assert_string_equal(console_text(f, "error.code"), "other_unit");
}

static void names_owners_and_days_are_kept(void **state)
{
	struct console_fixture *f = *state;

	some(f);
	console_as(f, "lan", "reform");
	assert_int_equal(console_call(f, "PUT", "clusters/1",
				 "{\"label\":\"Nuôi yến\",\"owner\":\"lan\",\"due\":\"2026-12-01\"}"),
		200);
	console_call(f, "GET", "clusters/1", NULL);
	assert_string_equal(console_text(f, "label"), "Nuôi yến");
	assert_string_equal(console_text(f, "owner"), "lan");
	assert_string_equal(console_text(f, "due"), "2026-12-01");
	assert_string_equal(console_text(f, "history.0.what"), "cluster.change");
	assert_int_equal(console_call(f, "PUT", "clusters/1", "{\"owner\":\"\",\"label\":null}"), 200);
	console_call(f, "GET", "clusters/1", NULL);
	assert_string_equal(console_text(f, "owner"), "");
	assert_string_equal(console_text(f, "label"), "nuôi yến trong nhà");
	assert_string_equal(console_text(f, "due"), "2026-12-01");
	assert_int_equal(console_call(f, "PUT", "clusters/1", "{\"due\":\"2026-02-30\"}"), 400);
	assert_string_equal(console_text(f, "error.field"), "due");
	assert_int_equal(console_call(f, "GET", "clusters?owner=-", NULL), 200);
	assert_int_equal(console_number(f, "total"), 2);
	assert_int_equal(console_call(f, "GET", "clusters?owner=lan", NULL), 200);
	assert_int_equal(console_number(f, "total"), 0);
}

static void ignored_and_out_of_scope_can_come_back(void **state)
{
	struct console_fixture *f = *state;

	some(f);
	console_as(f, "lan", "reform");
	assert_int_equal(console_call(f, "POST", "clusters/1/ignore", "{}"), 200);
	assert_int_equal(console_call(f, "POST", "clusters/2/out-of-scope", "{}"), 200);
	assert_int_equal(console_call(f, "GET", "clusters", NULL), 200);
	assert_int_equal(console_number(f, "total"), 0);
	assert_int_equal(console_call(f, "GET", "clusters?state=ignored", NULL), 200);
	assert_int_equal(console_number(f, "total"), 1);
	assert_int_equal(console_call(f, "POST", "clusters/1/reopen", "{}"), 200);
	assert_int_equal(console_call(f, "GET", "clusters?state=open", NULL), 200);
	assert_int_equal(console_number(f, "total"), 1);
}

static void clusters_are_merged_and_split(void **state)
{
	struct console_fixture *f = *state;

	some(f);
	console_as(f, "lan", "editor");
	assert_int_equal(console_call(f, "POST", "clusters/2/merge", "{}"), 400);
	assert_string_equal(console_text(f, "error.code"), "missing");
	assert_int_equal(console_call(f, "POST", "clusters/2/merge", "{\"into\":2}"), 400);
	assert_int_equal(console_call(f, "POST", "clusters/2/merge", "{\"into\":7}"), 404);
	assert_int_equal(console_call(f, "POST", "clusters/2/merge", "{\"into\":1}"), 200);
	assert_int_equal(console_call(f, "POST", "clusters/2/ignore", "{}"), 409);
	assert_string_equal(console_text(f, "error.code"), "cluster_merged");
	console_call(f, "GET", "clusters/1", NULL);
	assert_int_equal(console_number(f, "count"), 3);
	assert_int_equal(console_call(f, "POST", "clusters/1/split", "{\"questions\":[1,2,3]}"), 400);
	assert_int_equal(console_call(f, "POST", "clusters/1/split", "{\"questions\":[77]}"), 400);
	assert_int_equal(console_call(f, "POST", "clusters/1/split", "{\"questions\":\"3\"}"), 400);
	assert_int_equal(console_call(f, "POST", "clusters/1/split", "{\"questions\":[3]}"), 201);
	assert_int_equal(console_number(f, "id"), 3);
	console_call(f, "GET", "clusters/3", NULL);
	assert_string_equal(console_text(f, "label"), "thả diều gần sân bay");
}

static void an_answer_needs_a_second_person(void **state)
{
	struct console_fixture *f = *state;

	some(f);
	console_as(f, "lan", "reform");
	assert_int_equal(console_call(f, "POST", "clusters/1/answer", "{}"), 400);
	assert_int_equal(console_call(f, "POST", "clusters/1/approve", "{}"), 409);
	assert_int_equal(
		console_call(f, "POST", "clusters/1/answer", "{\"text\":\"Mời bà đến xã ạ.\"}"), 200);
	assert_int_equal(cJSON_IsFalse(console_at(f, "approved")), 1);
	assert_int_equal(console_call(f, "POST", "clusters/1/approve", "{}"), 403);
	assert_string_equal(console_text(f, "error.code"), "own_answer");
	console_as(f, "hoa", "approver,reform");
	assert_int_equal(console_call(f, "POST", "clusters/1/approve", "{}"), 200);
	console_call(f, "GET", "clusters/1", NULL);
	assert_string_equal(console_text(f, "state"), "answered");
	assert_string_equal(console_text(f, "answer"), "Mời bà đến xã ạ.");
	assert_string_equal(console_text(f, "approved_by"), "hoa");
	assert_string_equal(console_text(f, "waits.0.state"), "ready");
}

static void a_record_in_force_resolves(void **state)
{
	struct console_fixture *f = *state;

	some(f);
	console_as(f, "lan", "reform");
	assert_int_equal(console_call(f, "POST", "clusters/1/resolve", "{}"), 400);
	assert_int_equal(console_call(f, "POST", "clusters/1/resolve", "{\"record\":\"9.999999\"}"), 400);
	assert_string_equal(console_text(f, "error.field"), "record");
	assert_int_equal(console_call(f, "POST", "clusters/1/resolve", "{\"record\":\"9.000001\"}"), 200);
	console_call(f, "GET", "clusters/1", NULL);
	assert_string_equal(console_text(f, "state"), "answered");
	assert_string_equal(console_text(f, "record"), "9.000001");
	assert_true(*console_text(f, "record_name"));
	assert_string_equal(console_text(f, "waits.0.state"), "ready");
}

static void wordings_are_taught_and_found(void **state)
{
	struct console_fixture *f = *state;

	some(f);
	ask(f, "số [điện thoại] nuôi yến", "11329", 1, false);
	console_as(f, "lan", "reform");
	assert_int_equal(console_call(f, "POST", "clusters/1/ask", "{}"), 403);
	console_as(f, "hoa", "editor");
	assert_int_equal(console_call(f, "POST", "clusters/1/ask", "{\"record\":\"9.000001\"}"), 400);
	assert_int_equal(console_call(f, "POST", "clusters/1/ask",
				 "{\"record\":\"9.000001\",\"wordings\":[1,2,3,4,99]}"),
		200);
	assert_int_equal(console_number(f, "added"), 2); /* 3 is another cluster's, 4 holds a masked number */
	assert_int_equal(
		console_call(f, "POST", "clusters/1/ask", "{\"record\":\"9.000001\",\"wordings\":[1]}"), 200);
	assert_int_equal(console_number(f, "added"), 0);
	assert_int_equal(console_call(f, "GET", "clusters/1/found", NULL), 200);
	for (int i = 0; i < 3; i++) {
		char path[32];

		snprintf(path, sizeof path, "items.%d.record", i);
		assert_string_equal(console_text(f, path), "9.000001");
	}
}

static void a_draft_begins_with_the_matter(void **state)
{
	struct console_fixture *f = *state;
	char path[64];

	some(f);
	console_as(f, "hoa", "editor");
	assert_int_equal(console_call(f, "POST", "clusters/1/draft", "{}"), 201);
	assert_string_equal(console_text(f, "record"), "faq:cum-1");
	snprintf(path, sizeof path, "versions/%d", (int)console_number(f, "version"));
	assert_int_equal(console_call(f, "GET", path, NULL), 200);
	assert_non_null(strstr(buf_text(&f->answer.body), "nuôi yến trong nhà"));
	assert_int_equal(console_call(f, "POST", "clusters/1/draft", "{}"), 409);
	assert_int_equal(console_call(f, "POST", "clusters/1/draft", "{\"kind\":\"x\"}"), 400);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, console_fixture_up, console_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(clusters_are_listed_with_what_is_known),
		TEST(one_cluster_is_told_whole),
		TEST(staff_of_a_unit_sees_and_changes_its_own),
		TEST(names_owners_and_days_are_kept),
		TEST(ignored_and_out_of_scope_can_come_back),
		TEST(clusters_are_merged_and_split),
		TEST(an_answer_needs_a_second_person),
		TEST(a_record_in_force_resolves),
		TEST(wordings_are_taught_and_found),
		TEST(a_draft_begins_with_the_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
