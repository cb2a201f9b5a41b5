/* Any body, signed or not, and any answer of the Send API: whole events or none, and a verdict in every case. */
#include "adapters/adapter.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct account items[] = {
	{.adapter = &adapter_facebook, .id = "1178000000000000001", .app_id = "9", .app_secret = "f"},
};
static const struct accounts accounts = {items, 1};

static void verify(struct bytes body)
{
	struct http_header header = {"X-Hub-Signature-256",
		"sha256=0000000000000000000000000000000000000000000000000000000000000000"};
	struct http_request req = {
		.method = "POST", .query = "", .headers = &header, .header_count = 1, .body = body};
	const struct account *account;
	struct why why;

	assert(adapter_facebook.verify(&accounts, &req, 0, &account, &why) == ERR_SIGNATURE);
}

static void judge(struct arena *a, struct bytes body)
{
	struct http_result result = {.end = HTTP_ANSWERED, .status = 200, .body = body};
	struct verdict v;

	result.wanted[0] = result.wanted[1] = arena_copy(a, body.ptr, body.len);
	adapter_facebook.judge(a, &result, &v);
	adapter_zalo.judge(a, &result, &v);
	assert(memchr(v.words, '\0', sizeof v.words));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes body = {(const char *)data, size};
	struct events events = {.count = 0};
	struct arena a;

	arena_init(&a, (size_t)1 << 24);
	verify(body);
	judge(&a, body);
	if (adapter_facebook.parse(&a, &accounts, items, body, &events) == OK)
		for (size_t i = 0; i < events.count; i++)
			assert(events.items[i].dedupe && events.items[i].name &&
				(events.items[i].user || events.items[i].kind == EVENT_OTHER ||
					events.items[i].kind == EVENT_POLICY));
	arena_release(&a);
	return 0;
}
