#include "adapters/adapter.h"
#include "adapters/json.h"
#include "daemon/base/text.h"
#include "tests/support/event_line.h"
#include "tests/support/fault.h"
#include "tests/support/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ARENA_MAX ((size_t)1 << 24)

#define PAGE_1 "1178000000000000001"
#define PAGE_2 "1178000000000000002"
#define PSID "2468000000000000001"
#define OUR_APP "900000000000001"

static const struct account items[] = {
	{.adapter = &adapter_zalo, .id = PAGE_1, .app_id = "1", .oa_secret = "bí mật"},
	{.adapter = &adapter_facebook,
		.id = PAGE_1,
		.app_id = OUR_APP,
		.app_secret = "bí mật",
		.verify_token = "xin chào"},
	{.adapter = &adapter_facebook, .id = PAGE_2, .app_id = OUR_APP, .app_secret = "bí mật"},
	{.adapter = &adapter_facebook, .id = "1178000000000000003", .app_secret = "bí mật khác"},
};
static const struct accounts accounts = {items, sizeof items / sizeof *items};
static const struct account *const page = &items[1];

struct expected {
	const char *file;
	const char *lines[4]; /* a line that ends with '|' is followed by a hash */
};

static const struct expected files[] = {
	{"batch.json", {"TEXT name=message account=" PAGE_1 " user=" PSID
			" msg=m_4 text=một time=1760000000000 dedupe=fb|" PAGE_1 "|m_4",
			       "TEXT name=message account=" PAGE_1 " user=" PSID
			       " msg=m_5 text=hai time=1760000000000 dedupe=fb|" PAGE_1 "|m_5",
			       "TEXT name=message account=" PAGE_2 " user=" PSID
			       " msg=m_6 text=ba time=1760000000001 dedupe=fb|" PAGE_2 "|m_6",
			       "unknown_account=3"}},
	{"changes.json", {"OTHER name=changes account=" PAGE_1 " time=1760000000000 dedupe=fb|" PAGE_1
			  "|changes|-|1760000000000|"}},
	{"control_passed.json",
		{"BOT_ON name=pass_thread_control account=" PAGE_1 " user=" PSID
		 " time=1760000000000 dedupe=fb|" PAGE_1 "|pass_thread_control|" PSID "|1760000000000|"}},
	{"control_passed_on.json",
		{"STAFF name=pass_thread_control account=" PAGE_1 " user=" PSID
		 " time=1760000000000 dedupe=fb|" PAGE_1 "|pass_thread_control|" PSID "|1760000000000|"}},
	{"control_taken.json",
		{"STAFF name=take_thread_control account=" PAGE_1 " user=" PSID
		 " time=1760000000000 dedupe=fb|" PAGE_1 "|take_thread_control|" PSID "|1760000000000|"}},
	{"deleted.json", {"DELETE name=message account=" PAGE_1 " user=" PSID
			  " msg=m_1 time=1760000000000 dedupe=fb|" PAGE_1 "|m_1|deleted"}},
	{"delivery.json",
		{"DELIVERED name=delivery account=" PAGE_1 " user=" PSID
		 " msg=m_12 time=1760000000500 dedupe=fb|" PAGE_1 "|delivery|" PSID "|1760000000500|"}},
	{"echo_ours.json", {"ECHO name=message_echo account=" PAGE_1 " user=" PSID
			    " msg=m_12 ref=41.0 time=1760000000000 dedupe=fb|" PAGE_1 "|m_12"}},
	{"echo_page_inbox.json", {"STAFF name=message_echo account=" PAGE_1 " user=" PSID
				  " msg=m_13 time=1760000000000 dedupe=fb|" PAGE_1 "|m_13"}},
	{"echo_without_app.json", {"STAFF name=message_echo account=" PAGE_1 " user=" PSID
				   " msg=m_14 time=1760000000000 dedupe=fb|" PAGE_1 "|m_14"}},
	{"edit.json", {"EDIT name=message_edit account=" PAGE_1 " user=" PSID
		       " msg=m_1 text=làm lại căn cước cho con time=1760000000000 dedupe=fb|" PAGE_1
		       "|m_1|edit|1"}},
	{"empty_members.json", {"OTHER name=message account=" PAGE_1 " time=1760000000500 dedupe=fb|" PAGE_1
				"|message|-|1760000000500|",
				       "OTHER name=message account=" PAGE_1 " user=" PSID
				       " msg=m_8 time=1760000000000 dedupe=fb|" PAGE_1 "|m_8"}},
	{"get_started.json", {"FOLLOW name=postback account=" PAGE_1 " user=" PSID
			      " msg=m_11 text=Bắt đầu time=1760000000000 dedupe=fb|" PAGE_1 "|m_11"}},
	{"half_an_emoji.json", {"TEXT name=message account=" PAGE_1 " user=" PSID
				" msg=m_3 text=phí � time=1760000000000 dedupe=fb|" PAGE_1 "|m_3"}},
	{"ids_are_numbers.json", {"TEXT name=message account=" PAGE_1 " user=" PSID
				  " msg=m_2 text=hi time=1760000000000 dedupe=fb|" PAGE_1 "|m_2"}},
	{"own_message_not_marked.json", {"OTHER name=message account=" PAGE_1 " user=" PSID
					 " msg=m_15 time=1760000000000 dedupe=fb|" PAGE_1 "|m_15"}},
	{"policy.json", {"POLICY name=policy_enforcement account=" PAGE_1
			 " time=1760000000000 dedupe=fb|" PAGE_1 "|policy_enforcement|-|1760000000000|"}},
	{"postback.json",
		{"PAYLOAD name=postback account=" PAGE_1 " user=" PSID
		 " msg=m_10 text=Giấy tờ payload=#tt:1.004194:papers time=1760000000000 dedupe=fb|" PAGE_1
		 "|m_10"}},
	{"quick_reply.json",
		{"PAYLOAD name=message account=" PAGE_1 " user=" PSID
		 " msg=m_9 text=Lệ phí payload=#tt:1.004194:fee time=1760000000000 dedupe=fb|" PAGE_1
		 "|m_9"}},
	{"reaction.json", {"OTHER name=reaction account=" PAGE_1 " user=" PSID
			   " time=1760000000000 dedupe=fb|" PAGE_1 "|reaction|" PSID "|1760000000000|"}},
	{"referral_payload.json", {"PAYLOAD name=referral account=" PAGE_1 " user=" PSID
				   " payload=#tt:1.001193 time=1760000000000 dedupe=fb|" PAGE_1
				   "|referral|" PSID "|1760000000000|"}},
	{"standby_text.json", {"OTHER name=standby account=" PAGE_1 " user=" PSID
			       " msg=m_16 time=1760000000000 dedupe=fb|" PAGE_1 "|standby|m_16"}},
	{"sticker.json", {"STICKER name=message account=" PAGE_1 " user=" PSID
			  " msg=m_17 text=👍 time=1760000000000 dedupe=fb|" PAGE_1 "|m_17"}},
	{"text.json",
		{"TEXT name=message account=" PAGE_1 " user=" PSID
		 " msg=m_1 text=Làm lại căn cước / CCCD 😀 time=1760000000000 dedupe=fb|" PAGE_1 "|m_1"}},
};

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, ARENA_MAX);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static struct bytes bytes(const char *s)
{
	return (struct bytes){s, strlen(s)};
}

static struct bytes golden(const char *file)
{
	struct bytes body = file_read(&arena, arena_printf(&arena, "tests/golden/webhooks/%s", file));

	assert_non_null(body.ptr);
	return body;
}

/* --- Reading ----------------------------------------------------------------------------------------- */

/* Written by hand after the platform's description; nobody recorded these shapes. */
static void each_hand_written_body_means_what_the_table_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct bytes body = golden(arena_printf(&arena, "facebook/%s", files[i].file));
		struct events events;

		assert_int_equal(adapter_facebook.parse(&arena, &accounts, page, body, &events), OK);
		assert_events_are(&arena, files[i].file, &events, files[i].lines, 4);
	}
}

static struct events parse(const struct account *signer, const char *body)
{
	struct events events;

	assert_int_equal(adapter_facebook.parse(&arena, &accounts, signer, bytes(body), &events), OK);
	return events;
}

#define BODY(element) "{\"object\":\"page\",\"entry\":[{\"id\":\"" PAGE_1 "\",\"messaging\":[" element "]}]}"
#define ECHO(members)                                                                                        \
	BODY("{\"sender\":{\"id\":\"" PAGE_1 "\"},\"recipient\":{\"id\":\"" PSID                             \
	     "\"},\"message\":{\"mid\":\"m\",\"is_echo\":true" members "}}")

static void without_our_app_id_only_our_reference_is_an_echo(void **state)
{
	struct account unknown = *page;
	struct accounts set = {&unknown, 1};
	struct events events;

	(void)state;
	unknown.app_id = NULL;
	assert_int_equal(adapter_facebook.parse(&arena, &set, &unknown,
				 bytes(ECHO(",\"app_id\":5,\"metadata\":\"12.3\"")), &events),
		OK);
	assert_int_equal(events.items[0].kind, EVENT_ECHO);
	assert_string_equal(events.items[0].echo_ref, "12.3");
	assert_int_equal(adapter_facebook.parse(&arena, &set, &unknown,
				 bytes(ECHO(",\"app_id\":5,\"metadata\":\"x\"")), &events),
		OK);
	assert_int_equal(events.items[0].kind, EVENT_STAFF);
}

static void an_echo_is_never_a_question_however_it_is_marked(void **state)
{
	static const char *const marks[] = {"true", "1", "\"true\"", "{}"};

	(void)state;
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		struct events events = parse(
			page, arena_printf(&arena,
				      BODY("{\"sender\":{\"id\":\"" PSID "\"},\"recipient\":{\"id\":\"" PAGE_1
					   "\"},\"message\":{\"mid\":\"m\",\"text\":\"a\",\"is_echo\":%s}}"),
				      marks[i]));

		assert_int_equal(events.items[0].kind, EVENT_STAFF);
	}
}

static void a_page_of_another_app_is_no_account_here(void **state)
{
	struct events events = parse(
		&items[3], BODY("{\"sender\":{\"id\":\"1\"},\"message\":{\"mid\":\"m\",\"text\":\"a\"}}"));

	(void)state;
	assert_int_equal(events.count, 0);
	assert_int_equal(events.unknown_account, 1);
}

static void bodies_that_are_not_about_pages_hold_nothing(void **state)
{
	static const char *const bodies[] = {"{}", "{\"object\":\"page\"}",
		"{\"object\":\"page\",\"entry\":[]}", "{\"object\":\"page\",\"entry\":{}}",
		"{\"object\":\"instagram\",\"entry\":[{\"id\":\"" PAGE_1 "\",\"messaging\":[{}]}]}",
		"{\"object\":null,\"entry\":null}",
		"{\"object\":\"page\",\"entry\":[{\"id\":\"" PAGE_1 "\"}]}"};

	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		assert_int_equal(parse(page, bodies[i]).count, 0);
		assert_false(parse(page, bodies[i]).probe);
	}
}

static void an_edit_and_a_deletion_are_no_repetitions_of_the_message(void **state)
{
	const char *keys[4];

	(void)state;
	keys[0] = parse(page, BODY("{\"sender\":{\"id\":\"1\"},\"message\":{\"mid\":\"m\",\"text\":\"a\"}}"))
			  .items[0]
			  .dedupe;
	keys[1] = parse(
		page, BODY("{\"sender\":{\"id\":\"1\"},\"message\":{\"mid\":\"m\",\"is_deleted\":true}}"))
			  .items[0]
			  .dedupe;
	keys[2] = parse(page, BODY("{\"sender\":{\"id\":\"1\"},\"message_edit\":{\"mid\":\"m\",\"text\":"
				   "\"b\",\"num_edit\":1}}"))
			  .items[0]
			  .dedupe;
	keys[3] = parse(page, BODY("{\"sender\":{\"id\":\"1\"},\"message_edit\":{\"mid\":\"m\",\"text\":"
				   "\"b\",\"num_edit\":\"2\"}}"))
			  .items[0]
			  .dedupe;
	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(keys[i], keys[k]);
}

static void a_thousand_updates_come_in_order(void **state)
{
	const size_t count = 1000;
	struct events events;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_add_string(&b, "{\"object\":\"page\",\"entry\":[{\"id\":\"" PAGE_1 "\",\"messaging\":[");
	for (size_t i = 0; i < count; i++)
		buf_printf(&b,
			"%s{\"sender\":{\"id\":\"1\"},\"message\":{\"mid\":\"m%zu\",\"text\":\"%zu\"}}",
			i ? "," : "", i, i);
	buf_add_string(&b, "]}]}");
	events = parse(page, buf_text(&b));
	buf_release(&b);
	assert_int_equal(events.count, count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(events.items[i].text, arena_printf(&arena, "%zu", i));
}

static void a_failed_allocation_is_no_malformed_body(void **state)
{
	struct bytes body = golden("facebook/batch.json");
	bool happened = true;

	(void)state;
	for (unsigned n = 1; happened; n++) {
		struct events events;
		struct arena a;
		enum err err;

		arena_init(&a, ARENA_MAX);
		fault_alloc_after(n);
		err = adapter_facebook.parse(&a, &accounts, page, body, &events);
		happened = fault_alloc_happened();
		fault_alloc_after(0);
		assert_int_equal(err, happened ? ERR_NOMEM : OK);
		arena_release(&a);
	}
}

/* --- Signature and greeting -------------------------------------------------------------------------- */

static enum err verify(
	struct bytes body, const char *name, const char *signature, const struct account **ret_account)
{
	struct http_header header = {name, signature};
	struct http_request req = {
		.method = "POST", .query = "", .headers = &header, .header_count = 1, .body = body};
	struct why why = {.text = ""};
	enum err err = adapter_facebook.verify(&accounts, &req, 0, ret_account, &why);

	assert_int_equal(err != OK, why.text[0] != '\0');
	return err;
}

/* Computed by another implementation (Python's hmac) with the key "bí mật". */
static const char text_mac[] = "sha256=afa53546f79b3476481d242af1a1a331cd5470f2e8e53eadeb338d3de771ca2c";

static void a_signed_body_names_its_account(void **state)
{
	struct bytes body = golden("facebook/text.json");
	const struct account *account = NULL;

	(void)state;
	assert_int_equal(verify(body, "X-Hub-Signature-256", text_mac, &account), OK);
	assert_ptr_equal(account, page);
	account = NULL;
	assert_int_equal(verify(body, "X-Hub-Signature", text_mac, &account), ERR_SIGNATURE);
	assert_int_equal(verify(body, "X-Hub-Signature-256", "sha256=", &account), ERR_SIGNATURE);
	assert_int_equal(verify(body, "X-Hub-Signature-256", "sha1=00", &account), ERR_SIGNATURE);
	assert_int_equal(
		verify((struct bytes){body.ptr, body.len - 1}, "X-Hub-Signature-256", text_mac, &account),
		ERR_SIGNATURE);
	assert_null(account);
}

static enum err greet(const char *query, const char **ret_body)
{
	struct http_request req = {.method = "GET", .query = query};

	return adapter_facebook.greet(&arena, &accounts, &req, ret_body);
}

static void the_challenge_comes_back_for_the_right_token_only(void **state)
{
	const char *body = NULL;

	(void)state;
	assert_int_equal(
		greet("hub.mode=subscribe&hub.verify_token=xin%20ch%c3%a0o&hub.challenge=11%2B58", &body),
		OK);
	assert_string_equal(body, "11+58");
	assert_int_equal(
		greet("hub.challenge=7&hub.verify_token=xin+ch%C3%A0o&hub.mode=subscribe", &body), OK);
	assert_string_equal(body, "7");
	assert_int_equal(
		greet("hub.mode=subscribe&hub.verify_token=xin&hub.challenge=1", &body), ERR_PERMISSION);
	assert_int_equal(
		greet("hub.mode=subscribe&hub.verify_token=&hub.challenge=1", &body), ERR_PERMISSION);
	assert_int_equal(
		greet("hub.mode=unsubscribe&hub.verify_token=xin%20ch%c3%a0o&hub.challenge=1", &body),
		ERR_PERMISSION);
	assert_int_equal(greet("hub.mode=subscribe&hub.verify_token=xin%20ch%c3%a0o", &body), ERR_PERMISSION);
	assert_int_equal(
		greet("xhub.mode=subscribe&hub.verify_token=%&hub.challenge=%4", &body), ERR_PERMISSION);
	assert_int_equal(greet("", &body), ERR_PERMISSION);
}

/* --- Sending ----------------------------------------------------------------------------------------- */

static const struct recipient to = {.user = PSID};

static cJSON *encode(const struct account *account, const struct part *part, enum part_form form)
{
	struct http_call call;
	cJSON *root;

	assert_int_equal(adapter_facebook.encode(&arena, account, &to, part, form, "tok", "41.0", &call), OK);
	root = cJSON_ParseWithLength(call.body.ptr, call.body.len);
	assert_non_null(root);
	assert_string_equal(cJSON_GetStringValue(json_get(root, "messaging_type")), "RESPONSE");
	assert_string_equal(cJSON_GetStringValue(json_get(json_get(root, "recipient"), "id")), PSID);
	assert_string_equal(cJSON_GetStringValue(json_get(json_get(root, "message"), "metadata")), "41.0");
	return root;
}

static const char *text_of(const cJSON *object, const char *name)
{
	return cJSON_GetStringValue(json_get(object, name));
}

static const struct part mixed = {.text = "Chọn mục:",
	.button_count = 3,
	.buttons = {{BUTTON_PAYLOAD, "Giấy tờ", "#a"},
		{BUTTON_URL, "Nộp trực tuyến", "https://dichvucong.gov.vn/"},
		{BUTTON_PHONE, "Gọi 0912 345 678", "0912 345 678"}}};

static void a_link_among_the_buttons_makes_a_template(void **state)
{
	cJSON *root = encode(page, &mixed, FORM_FULL);
	const cJSON *message = json_get(root, "message"),
		    *payload = json_get(json_get(message, "attachment"), "payload");
	const cJSON *buttons = json_get(payload, "buttons");

	(void)state;
	assert_null(json_get(message, "text"));
	assert_string_equal(text_of(payload, "text"), "Chọn mục:");
	assert_string_equal(text_of(cJSON_GetArrayItem(buttons, 1), "url"), "https://dichvucong.gov.vn/");
	assert_string_equal(text_of(cJSON_GetArrayItem(buttons, 2), "type"), "phone_number");
	assert_string_equal(text_of(cJSON_GetArrayItem(buttons, 2), "payload"), "+84912345678");
	cJSON_Delete(root);
}

static void a_long_text_keeps_its_links_as_lines(void **state)
{
	char *text = arena_alloc(&arena, 642);
	struct part part = mixed;
	const cJSON *message;
	cJSON *root;

	(void)state;
	memset(text, 'a', 641);
	part.text = text;
	root = encode(page, &part, FORM_FULL);
	message = json_get(root, "message");
	assert_null(json_get(message, "attachment"));
	assert_int_equal(cJSON_GetArraySize(json_get(message, "quick_replies")), 1);
	assert_non_null(strstr(text_of(message, "text"),
		"a\nNộp trực tuyến: https://dichvucong.gov.vn/\nGọi 0912 345 678: 0912 345 678"));
	cJSON_Delete(root);
}

static void a_plain_part_or_a_link_without_tls_is_text_with_a_numbered_menu(void **state)
{
	struct part part = mixed;
	cJSON *root = encode(page, &part, FORM_PLAIN);

	(void)state;
	assert_non_null(strstr(text_of(json_get(root, "message"), "text"), "\n\n1. Giấy tờ\n2. "));
	cJSON_Delete(root);
	part.buttons[1].value = "http://example.org/";
	root = encode(page, &part, FORM_FULL);
	assert_null(json_get(json_get(root, "message"), "quick_replies"));
	assert_non_null(
		strstr(text_of(json_get(root, "message"), "text"), "2. Nộp trực tuyến: http://example.org/"));
	cJSON_Delete(root);
}

static void titles_have_at_most_20_units_and_whole_words(void **state)
{
	static const struct {
		const char *title, *want;
	} rows[] = {
		{"Nơi nộp hồ sơ", "Nơi nộp hồ sơ"},
		{"12345678901234567890", "12345678901234567890"},
		{"Đăng ký khai sinh lưu động", "Đăng ký khai sinh…"},
		{"123456789012345678901", "1234567890123456789…"},
		{"👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧",
			"👨‍👩‍👧👨‍👩‍👧…"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct part part = {
			.text = "x", .button_count = 1, .buttons = {{BUTTON_PAYLOAD, rows[i].title, "#a"}}};
		cJSON *root = encode(page, &part, FORM_FULL);
		const char *title = text_of(
			cJSON_GetArrayItem(json_get(json_get(root, "message"), "quick_replies"), 0), "title");

		assert_string_equal(title, rows[i].want);
		assert_true(text_utf16_len(title, strlen(title)) <= 20);
		cJSON_Delete(root);
	}
}

static void the_page_is_in_the_path_and_the_token_is_escaped(void **state)
{
	struct account account = *page;
	struct part part = {.text = "x"};
	struct http_call call;

	(void)state;
	account.graph_base = "http://127.0.0.1:9";
	account.graph_version = "v26.0";
	assert_int_equal(
		adapter_facebook.encode(&arena, &account, &to, &part, FORM_FULL, "a&b=c/ả", "1.0", &call), OK);
	assert_string_equal(
		call.url, "http://127.0.0.1:9/v26.0/" PAGE_1 "/messages?access_token=a%26b%3Dc%2F%E1%BA%A3");
}

static void every_failed_allocation_of_a_call_is_reported(void **state)
{
	struct account account = *page;
	bool happened = true;

	(void)state;
	account.appsecret_proof = true;
	for (unsigned n = 1; happened; n++) {
		struct http_call call;
		struct arena a;
		enum err err;

		arena_init(&a, ARENA_MAX);
		fault_alloc_after(n);
		err = adapter_facebook.encode(&a, &account, &to, &mixed, FORM_FULL, "tok", "1.0", &call);
		happened = fault_alloc_happened();
		fault_alloc_after(0);
		assert_int_equal(err, happened ? ERR_NOMEM : OK);
		arena_release(&a);
	}
}

/* --- Verdicts ---------------------------------------------------------------------------------------- */

static struct verdict judge(long status, const char *body)
{
	struct http_result result = {
		.end = HTTP_ANSWERED, .status = status, .body = bytes(body), .retry_after_ms = 7000};
	struct verdict v;

	adapter_facebook.judge(&arena, &result, &v);
	return v;
}

static void a_sent_message_has_its_id(void **state)
{
	struct verdict v = judge(200, "{\"recipient_id\":\"1\",\"message_id\":\"m_1\"}");

	(void)state;
	assert_int_equal(v.class, VERDICT_SENT);
	assert_string_equal(v.message_id, "m_1");
}

static void each_error_has_its_class(void **state)
{
	static const struct {
		long code, subcode;
		enum verdict_class class;
		bool alarm, unreachable, outside, stop;
	} rows[] = {
		{1, 0, VERDICT_LATER, false, false, false, false},
		{1200, 0, VERDICT_LATER, false, false, false, false},
		{4, 2018022, VERDICT_SLOW_DOWN, false, false, false, false},
		{613, 0, VERDICT_SLOW_DOWN, false, false, false, false},
		{80006, 0, VERDICT_SLOW_DOWN, false, false, false, false},
		{10, 2018278, VERDICT_DEAD, false, false, true, false},
		{10, 2018065, VERDICT_DEAD, false, false, true, false},
		{10, 1893063, VERDICT_DEAD, true, false, false, false},
		{10, 0, VERDICT_DEAD, true, false, false, false},
		{200, 2018028, VERDICT_DEAD, true, false, false, false},
		{100, 2018001, VERDICT_DEAD, false, true, false, false},
		{100, 33, VERDICT_PLAIN, false, false, false, false},
		{100, 0, VERDICT_PLAIN, false, false, false, false},
		{100, 2018109, VERDICT_DEAD, false, false, false, false},
		{190, 463, VERDICT_DEAD, true, false, false, true},
		{551, 1545041, VERDICT_DEAD, false, true, false, false},
		{200, 1545041, VERDICT_DEAD, false, true, false, false},
		{368, 0, VERDICT_DEAD, true, false, false, true},
		{99999, 0, VERDICT_DEAD, true, false, false, false},
	};
	static const long statuses[] = {400, 403, 500, 200}; /* a mock somewhere answers errors with 200 */

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *body = arena_printf(&arena,
			"{\"error\":{\"message\":\"(#%ld) words\",\"code\":%ld,\"error_subcode\":%ld,"
			"\"fbtrace_id\":\"AbC\"}}",
			rows[i].code, rows[i].code, rows[i].subcode);

		for (size_t k = 0; k < sizeof statuses / sizeof *statuses; k++) {
			struct verdict v = judge(statuses[k], body);

			assert_int_equal(v.class, rows[i].class);
			assert_int_equal(v.code, rows[i].code);
			assert_int_equal(v.subcode, rows[i].subcode);
			assert_int_equal(v.alarm, rows[i].alarm);
			assert_int_equal(v.unreachable, rows[i].unreachable);
			assert_int_equal(v.outside_window, rows[i].outside);
			assert_int_equal(v.stop_account, rows[i].stop);
			assert_int_equal(v.wait_ms, 7000); /* what Retry-After asks for */
			assert_int_equal(strstr(v.words, "AbC") != NULL, v.alarm);
		}
	}
}

static void what_is_no_answer_of_facebook_is_judged_by_what_may_have_arrived(void **state)
{
	struct http_result refused = {.end = HTTP_NOT_SENT}, lost = {.end = HTTP_UNKNOWN};
	struct verdict v;

	(void)state;
	adapter_facebook.judge(&arena, &refused, &v);
	assert_int_equal(v.class, VERDICT_LATER);
	adapter_facebook.judge(&arena, &lost, &v);
	assert_int_equal(v.class, VERDICT_UNKNOWN);
	assert_int_equal(judge(502, "<html>").class, VERDICT_LATER);
	assert_int_equal(judge(200, "{\"recipient_id\":\"1\",\"mess").class, VERDICT_UNKNOWN);
	assert_int_equal(judge(200, "{}").class, VERDICT_UNKNOWN);
	assert_int_equal(judge(400, "{\"message_id\":\"m\"}").class, VERDICT_DEAD);
	assert_int_equal(judge(429, "").class, VERDICT_SLOW_DOWN);
}

static struct verdict judge_usage(const char *app, const char *use_case)
{
	struct http_result result = {.end = HTTP_ANSWERED,
		.status = 200,
		.body = bytes("{\"recipient_id\":\"1\",\"message_id\":\"m_1\"}"),
		.wanted = {app, use_case}};
	struct verdict v;

	adapter_facebook.judge(&arena, &result, &v);
	assert_int_equal(v.class, VERDICT_SENT);
	return v;
}

static void what_is_used_up_is_read_from_every_answer(void **state)
{
	static const char waits[] = "{\"1\":[{\"type\":\"messenger\",\"call_count\":100,"
				    "\"estimated_time_to_regain_access\":5}]}";

	(void)state;
	assert_int_equal(judge_usage(NULL, NULL).used_percent, 0);
	assert_int_equal(
		judge_usage("{\"call_count\":28,\"total_time\":25,\"total_cputime\":91}", NULL).used_percent,
		91);
	assert_int_equal(
		judge_usage("{\"call_count\":28}",
			"{\"1\":[{\"type\":\"messenger\",\"call_count\":85,\"total_time\":3}],\"2\":[]}")
			.used_percent,
		85);
	assert_int_equal(judge_usage(NULL, "{\"1\":[{\"type\":\"ads_insights\",\"call_count\":99},"
					   "{\"type\":\"pages\",\"call_count\":7}]}")
				 .used_percent,
		7);
	assert_int_equal(judge_usage(NULL, waits).wait_ms, 5 * 60000);
}

static void a_usage_that_cannot_be_read_is_none(void **state)
{
	static const char *const texts[] = {"", "{", "[]", "7", "{\"call_count\":-3}",
		"{\"call_count\":\"-9223372036854775808\"}", "{\"call_count\":{}}", "{\"1\":7}",
		"{\"1\":[7,null]}", "{\"estimated_time_to_regain_access\":-1}"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct verdict v = judge_usage(texts[i], texts[i]);

		assert_int_equal(v.used_percent, 0);
		assert_int_equal(v.wait_ms, 0);
	}
	assert_int_equal(judge_usage("{\"call_count\":2000000}", NULL).used_percent, 1000);
	assert_int_equal(
		judge_usage("{\"estimated_time_to_regain_access\":\"9223372036854775807\"}", NULL).wait_ms,
		24 * 3600000);
}

static void a_call_asks_for_what_is_used_up(void **state)
{
	const struct part part = {.text = "a"};
	struct http_call call;

	(void)state;
	assert_int_equal(
		adapter_facebook.encode(&arena, page, &to, &part, FORM_FULL, "tok", "1.0", &call), OK);
	assert_string_equal(call.wanted[0], "X-App-Usage");
	assert_string_equal(call.wanted[1], "X-Business-Use-Case-Usage");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			each_hand_written_body_means_what_the_table_says, setup, teardown),
		cmocka_unit_test_setup_teardown(
			without_our_app_id_only_our_reference_is_an_echo, setup, teardown),
		cmocka_unit_test_setup_teardown(
			an_echo_is_never_a_question_however_it_is_marked, setup, teardown),
		cmocka_unit_test_setup_teardown(a_page_of_another_app_is_no_account_here, setup, teardown),
		cmocka_unit_test_setup_teardown(
			bodies_that_are_not_about_pages_hold_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
			an_edit_and_a_deletion_are_no_repetitions_of_the_message, setup, teardown),
		cmocka_unit_test_setup_teardown(a_thousand_updates_come_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(a_failed_allocation_is_no_malformed_body, setup, teardown),
		cmocka_unit_test_setup_teardown(a_signed_body_names_its_account, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_challenge_comes_back_for_the_right_token_only, setup, teardown),
		cmocka_unit_test_setup_teardown(a_link_among_the_buttons_makes_a_template, setup, teardown),
		cmocka_unit_test_setup_teardown(a_long_text_keeps_its_links_as_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_plain_part_or_a_link_without_tls_is_text_with_a_numbered_menu, setup, teardown),
		cmocka_unit_test_setup_teardown(
			titles_have_at_most_20_units_and_whole_words, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_page_is_in_the_path_and_the_token_is_escaped, setup, teardown),
		cmocka_unit_test_setup_teardown(
			every_failed_allocation_of_a_call_is_reported, setup, teardown),
		cmocka_unit_test_setup_teardown(a_sent_message_has_its_id, setup, teardown),
		cmocka_unit_test_setup_teardown(each_error_has_its_class, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_is_no_answer_of_facebook_is_judged_by_what_may_have_arrived, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_used_up_is_read_from_every_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(a_usage_that_cannot_be_read_is_none, setup, teardown),
		cmocka_unit_test_setup_teardown(a_call_asks_for_what_is_used_up, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
