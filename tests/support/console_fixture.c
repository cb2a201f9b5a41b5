#include "tests/support/console_fixture.h"

#include "daemon/base/clock.h"
#include "daemon/console/password.h"
#include "daemon/store/store_staff.h"
#include "knowledge/import.h"
#include "tests/support/fault.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void knowledge_make(struct console_fixture *f)
{
	const char *const files[] = {"tests/golden/knowledge.jsonl"};
	struct import_counts counts;
	struct why why = {""};

	if (import_files(
		    &(struct import_options){
			    .database = f->knowledge_path, .author = "test", .now_ms = CONSOLE_NOW_MS},
		    files, 1, &counts, &why) != OK)
		fail_msg("%s", why.text);
}

void console_know(struct console_fixture *f, const char *rows, const char *unit)
{
	char path[160];
	const char *file = path;
	struct import_options o = {
		.database = f->knowledge_path, .unit = unit, .author = "test", .now_ms = CONSOLE_NOW_MS};
	struct import_counts counts;
	struct why why = {""};
	FILE *out;

	snprintf(path, sizeof path, "%s/rows.jsonl", f->folder);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(rows, out);
	fclose(out);
	if (import_files(&o, &file, 1, &counts, &why) != OK)
		fail_msg("%s", why.text);
}

void console_fixture_start(struct console_fixture *f)
{
	struct store_options o = {.path = f->state_path, .queue_max = 64};
	struct why why = {""};

	if (store_open(&o, &f->store, &why) != OK || store_reader_open(f->state_path, &f->reader, &why) != OK)
		fail_msg("%s", why.text);
	f->options.store = f->store;
	if (console_open(&f->options, &f->console, &why) != OK || desk_open(f->console, &f->desk, &why) != OK)
		fail_msg("%s", why.text);
}

void console_fixture_stop(struct console_fixture *f)
{
	desk_close(f->desk);
	console_close(f->console);
	store_reader_close(f->reader);
	store_close(f->store);
}

void console_fixture_reopen(struct console_fixture *f)
{
	console_fixture_stop(f);
	console_fixture_start(f);
}

static void options_set(struct console_fixture *f)
{
	f->accounts[0] = (struct account){
		.name = "xa", .adapter = adapter_by_name("zalo"), .id = "oa1", .text_limit = 1900};
	f->accounts[1] = (struct account){.name = "trang",
		.adapter = adapter_by_name("facebook"),
		.id = "page1",
		.unit = "11329",
		.text_limit = 1900};
	f->account_list = (struct accounts){f->accounts, 2};
	f->options = (struct console_options){.state_path = f->state_path,
		.knowledge_path = f->knowledge_path,
		.uploads_dir = f->uploads_dir,
		.words = f->words,
		.phrases = f->phrases,
		.accounts = &f->account_list,
		.two_persons = true,
		.idle_ms = (int64_t)30 * 60000,
		.absolute_ms = (int64_t)12 * 3600000};
}

int console_fixture_up(void **state)
{
	struct console_fixture *f = calloc(1, sizeof *f);
	struct why why = {""};

	assert_non_null(f);
	clock_set(CONSOLE_NOW_MS);
	store_fixture_folder(f->folder);
	snprintf(f->state_path, sizeof f->state_path, "%s/state.db", f->folder);
	snprintf(f->knowledge_path, sizeof f->knowledge_path, "%s/knowledge.db", f->folder);
	snprintf(f->uploads_dir, sizeof f->uploads_dir, "%s/uploads", f->folder);
	arena_init(&f->arena, (size_t)16 << 20);
	if (words_load(&f->words, &why) != OK || phrases_load(&f->phrases, &why) != OK)
		fail_msg("%s", why.text);
	options_set(f);
	knowledge_make(f);
	console_fixture_start(f);
	f->peer = "127.0.0.1";
	*state = f;
	return 0;
}

static void answer_forget(struct console_fixture *f)
{
	cJSON_Delete(f->json);
	f->json = NULL;
	console_answer_release(&f->answer);
	memset(&f->answer, 0, sizeof f->answer);
}

int console_fixture_down(void **state)
{
	struct console_fixture *f = *state;

	answer_forget(f);
	console_fixture_stop(f);
	phrases_free(f->phrases);
	words_free(f->words);
	arena_release(&f->arena);
	store_fixture_remove(f->uploads_dir);
	store_fixture_remove(f->folder);
	clock_set(0);
	free(f);
	return 0;
}

/* --- Calls --- */

void console_header(struct console_fixture *f, const char *name, const char *value)
{
	assert_true(f->header_count < CONSOLE_HEADERS);
	f->headers[f->header_count++] = (struct http_header){name, value};
}

static void as_a_page(struct console_fixture *f, const char *name, const char *value)
{
	for (size_t i = 0; i < f->header_count; i++)
		if (strcasecmp(f->headers[i].name, name) == 0)
			return;
	console_header(f, name, value);
}

/* Those without a value go. */
static void headers_settle(struct console_fixture *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->header_count; i++)
		if (f->headers[i].value)
			f->headers[kept++] = f->headers[i];
	f->header_count = kept;
}

static int call(struct console_fixture *f, const char *method, const char *path, const void *body, size_t len,
	const char *type)
{
	char cookie[160], whole[1024], *query;
	struct http_request in = {.method = method, .query = "", .body = {body, len}, .peer = f->peer};

	answer_forget(f);
	snprintf(cookie, sizeof cookie, "theme=dark; motcua_session=%s", f->cookie);
	snprintf(whole, sizeof whole, "%s%s", path[0] == '/' ? "" : "/console/api/", path);
	query = strchr(whole, '?');
	if (query) {
		*query = '\0';
		in.query = query + 1;
	}
	in.path = whole;
	as_a_page(f, "Host", "127.0.0.1:8080");
	if (f->cookie[0])
		as_a_page(f, "Cookie", cookie);
	if (strcmp(method, "GET") != 0) {
		as_a_page(f, "X-CSRF-Token", f->csrf);
		as_a_page(f, "Content-Type", type);
		as_a_page(f, "Origin", "http://127.0.0.1:8080");
		as_a_page(f, "Sec-Fetch-Site", "same-origin");
	}
	headers_settle(f);
	in.headers = f->headers;
	in.header_count = f->header_count;
	fault_alloc_after(f->fail_after);
	console_answer(f->desk, &in, &f->answer);
	f->failed = f->fail_after && fault_alloc_happened();
	fault_alloc_after(0);
	f->header_count = 0;
	f->json = cJSON_ParseWithLength(f->answer.body.ptr ? f->answer.body.ptr : "", f->answer.body.len);
	return f->answer.status;
}

int console_call(struct console_fixture *f, const char *method, const char *path, const char *body)
{
	return call(f, method, path, body, body ? strlen(body) : 0, "application/json");
}

int console_send(
	struct console_fixture *f, const char *method, const char *path, const void *octets, size_t len)
{
	return call(f, method, path, octets, len, "application/octet-stream");
}

/* --- Staff --- */

static enum err add_job(struct store_tx *tx, void *arg)
{
	return store_staff_add(tx, arg);
}

static void staff_add(struct console_fixture *f, const char *name, const char *roles, const char *unit)
{
	static char hash[PASSWORD_HASH_SIZE]; /* one for all: it takes its time */
	struct staff s = {.name = name,
		.display = name,
		.password = hash,
		.roles = roles,
		.unit = unit,
		.created_ms = 1};

	if (!hash[0])
		assert_int_equal(password_hash(CONSOLE_PASSWORD, hash), OK);
	assert_int_equal(store_do(f->store, add_job, &s), OK);
}

void console_staff(struct console_fixture *f, const char *name, const char *roles)
{
	staff_add(f, name, roles, NULL);
}

void console_nobody(struct console_fixture *f)
{
	f->cookie[0] = f->csrf[0] = '\0';
}

int console_sign_in(struct console_fixture *f, const char *name, const char *password)
{
	char body[400];
	const char *set;
	int status;

	console_nobody(f);
	snprintf(body, sizeof body, "{\"name\":\"%s\",\"password\":\"%s\"}", name, password);
	status = console_call(f, "POST", "sign-in", body);
	set = console_answer_header(f, "Set-Cookie");
	if (status == 200 && set) {
		snprintf(f->cookie, sizeof f->cookie, "%.*s", (int)strcspn(set + 15, ";"), set + 15);
		snprintf(f->csrf, sizeof f->csrf, "%s", console_text(f, "csrf"));
	}
	return status;
}

void console_as_of(struct console_fixture *f, const char *name, const char *roles, const char *unit)
{
	staff_add(f, name, roles, unit);
	assert_int_equal(console_sign_in(f, name, CONSOLE_PASSWORD), 200);
}

void console_as(struct console_fixture *f, const char *name, const char *roles)
{
	console_staff(f, name, roles);
	assert_int_equal(console_sign_in(f, name, CONSOLE_PASSWORD), 200);
}

/* --- Answers --- */

const cJSON *console_at(const struct console_fixture *f, const char *path)
{
	const cJSON *at = f->json;
	char piece[64];

	while (at && *path) {
		size_t len = strcspn(path, ".");

		snprintf(piece, sizeof piece, "%.*s", (int)len, path);
		at = cJSON_IsArray(at) ? cJSON_GetArrayItem(at, atoi(piece))
				       : cJSON_GetObjectItemCaseSensitive(at, piece);
		path += len + (path[len] == '.');
	}
	return at;
}

const char *console_text(const struct console_fixture *f, const char *path)
{
	const char *text = cJSON_GetStringValue(console_at(f, path));

	return text ? text : "";
}

double console_number(const struct console_fixture *f, const char *path)
{
	const cJSON *item = console_at(f, path);

	return cJSON_IsNumber(item) ? item->valuedouble : -1;
}

const char *console_answer_header(const struct console_fixture *f, const char *name)
{
	for (size_t i = 0; i < f->answer.header_count; i++)
		if (strcasecmp(f->answer.headers[i].name, name) == 0)
			return f->answer.headers[i].value;
	return NULL;
}
