/* Any body, signed or not: verify() may refuse it, parse() must make whole events of it or none. */
#include "adapters/adapter.h"
#include "adapters/json.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct account items[] = {
	{.adapter = &adapter_zalo,
		.id = "5933000000000000001",
		.app_id = "900",
		.oa_secret = "z",
		.ignore_prefix = "Bạn"},
};
static const struct accounts accounts = {items, 1};

static void verify(struct bytes body)
{
	struct http_header header = {
		"X-ZEvent-Signature", "mac=0000000000000000000000000000000000000000000000000000000000000000"};
	struct http_request req = {
		.method = "POST", .query = "", .headers = &header, .header_count = 1, .body = body};
	const struct account *account = items;
	struct why why;

	if (adapter_zalo.verify(&accounts, &req, 1760000000000, &account, &why) == OK)
		assert(!account); /* a probe: nobody guesses a MAC */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes body = {(const char *)data, size};
	struct events events = {.count = 0};
	struct arena a;

	arena_init(&a, (size_t)1 << 24);
	verify(body);
	if (adapter_zalo.parse(&a, &accounts, items, body, &events) == OK) {
		assert(events.count <= 1);
		for (size_t i = 0; i < events.count; i++)
			assert(events.items[i].dedupe && events.items[i].name &&
				(events.items[i].user || events.items[i].kind == EVENT_OTHER));
	}
	arena_release(&a);
	return 0;
}
