/* Hashes with values that were worked out elsewhere. */
#include "daemon/sandbox/sandbox_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The vector zgo publishes with its receiver (MIT). */
static void zalo_mac_is_the_published_one(void **state)
{
	static const char body[] =
		"{\"oa_id\":\"oa_id\",\"user_id_by_app\":\"user_id_by_app\",\"event_name\":\"remove_user_"
		"from_tag\","
		"\"tag\":{\"user_ids\":[\"user_id\"],\"name\":\"Hoàn thành\"},\"app_id\":\"app_id\","
		"\"timestamp\":\"1702095007436\"}";
	const struct place p = {.conf = {.app_id = "appID", .oa_secret = "oaSecret"}};
	char mac[HEX_SIZE];

	(void)state;
	assert_int_equal(sizeof body - 1, 186);
	seal_zalo(&p, (struct bytes){body, sizeof body - 1}, "1702095007436", mac);
	assert_string_equal(mac, "315f0bb0c84fa87c816e302a590f5d26e6112a950c81bf28fb6b795130a19d09");
}

/* RFC 4231, test case 2 */
static void hmac_is_the_standard_one(void **state)
{
	static const char data[] = "what do ya want for nothing?";
	char hex[HEX_SIZE];

	(void)state;
	seal_hmac("Jefe", (struct bytes){data, sizeof data - 1}, hex);
	assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void tokens_belong_to_their_place_and_generation(void **state)
{
	struct place p = {.conf = {.id = "1", .app_secret = "s", .refresh_token = "first"}};
	struct place other = {.conf = {.id = "2", .app_secret = "s", .refresh_token = "x"}};
	struct place again = p; /* the sandbox started again */
	char *access, *refresh;
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 16);
	assert_true(token_refresh_take(&p, "first"));
	assert_false(token_refresh_take(&p, "first"));
	access = token_access(&a, &p, 1000);
	refresh = token_refresh(&a, &p);
	assert_int_equal(token_access_check(&p, access, 2000), TOKEN_GOOD);
	assert_int_equal(token_access_check(&p, access, 2000 + 90000 * 1000ll), TOKEN_EXPIRED);
	assert_int_equal(token_access_check(&other, access, 2000), TOKEN_INVALID);
	assert_int_equal(token_access_check(&p, refresh, 2000), TOKEN_INVALID);
	assert_int_equal(token_access_check(&again, access, 2000), TOKEN_GOOD);
	assert_true(token_refresh_take(&again, refresh));
	access[strlen(access) - 1] ^= 1;
	assert_int_equal(token_access_check(&p, access, 2000), TOKEN_INVALID);
	assert_int_equal(token_access_check(&p, "", 2000), TOKEN_INVALID);
	assert_false(token_refresh_take(&p, "zrt.1."));
	arena_release(&a);
}

static void json_is_escaped_as_meta_does(void **state)
{
	char *text = graph_escape("{\"a\":\"äöå/<%@\\n😀\"}");

	(void)state;
	assert_string_equal(
		text, "{\"a\":\"\\u00e4\\u00f6\\u00e5\\/\\u003C\\u0025\\u0040\\n\\ud83d\\ude00\"}");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zalo_mac_is_the_published_one),
		cmocka_unit_test(hmac_is_the_standard_one),
		cmocka_unit_test(tokens_belong_to_their_place_and_generation),
		cmocka_unit_test(json_is_escaped_as_meta_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
