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

#define OA "5933000000000000001"
#define USER "3477000000000000001"
#define HOUR_MS (3600 * INT64_C(1000))
#define NOW INT64_C(1760000100000)

static const struct account items[] = {
	{.adapter = &adapter_facebook, .id = OA, .app_secret = "bí mật"},
	{.adapter = &adapter_zalo,
		.id = OA,
		.app_id = "900",
		.oa_secret = "khóa",
		.ignore_prefix = "Bạn đã gởi thông tin cho OA"},
	{.adapter = &adapter_zalo, .id = "5933000000000000002", .app_id = "901", .oa_secret = "khóa khác"},
};
static const struct accounts accounts = {items, sizeof items / sizeof *items};
static const struct account *const oa = &items[1];

struct expected {
	const char *file;
	const char *lines[4]; /* a line that ends with '|' is followed by a hash */
};

static const struct expected files[] = {
	{"anonymous_send_text.json", {"TEXT name=anonymous_send_text account=" OA
				      " user=anon-1 conversation=conv-1 msg=07 text=xin hỏi giờ làm việc "
				      "time=1760000000012 dedupe=zalo|" OA "|anonymous_send_text|07"}},
	{"follow.json", {"FOLLOW name=follow account=" OA " user=" USER " time=1760000000017 dedupe=zalo|" OA
			 "|follow|" USER "|1760000000017"}},
	{"foreign_oa.json", {"unknown_account=1"}},
	{"oa_send_text_by_staff.json", {"STAFF name=oa_send_text account=" OA " user=" USER
					" msg=08 time=1760000000015 dedupe=zalo|" OA "|oa_send_text|08"}},
	{"user_click_chatnow.json",
		{"FOLLOW name=user_click_chatnow account=" OA " user=" USER
		 " time=1760000000016 dedupe=zalo|" OA "|user_click_chatnow|" USER "|1760000000016"}},
	{"user_reacted_message.json",
		{"OTHER name=user_reacted_message account=" OA " user=" USER
		 " msg=aa01 time=1760000000014 dedupe=zalo|" OA "|user_reacted_message|aa01"}},
	{"user_received_message.json",
		{"DELIVERED name=user_received_message account=" OA " user=" USER
		 " msg=aa01 time=1760000000010 dedupe=zalo|" OA "|user_received_message|aa01"}},
	{"user_received_notification.json",
		{"OTHER name=user_received_message account=" OA " msg=aa03 time=1760000000011 dedupe=zalo|" OA
		 "|user_received_message|aa03"}},
	{"user_seen_message.json",
		{"SEEN name=user_seen_message account=" OA " user=" USER
		 " msg=aa01 time=1760000000009 dedupe=zalo|" OA "|user_seen_message|" USER "|1760000000009"}},
	{"user_send_audio.json", {"ATTACHMENT name=user_send_audio account=" OA " user=" USER
				  " msg=02 time=1760000000004 dedupe=zalo|" OA "|user_send_audio|02"}},
	{"user_send_business_card.json",
		{"OTHER name=user_send_business_card account=" OA " user=" USER
		 " msg=06 time=1760000000008 dedupe=zalo|" OA "|user_send_business_card|06"}},
	{"user_send_image_caption.json",
		{"ATTACHMENT name=user_send_image account=" OA " user=" USER
		 " msg=01 text=giấy này xin ở đâu time=1760000000003 dedupe=zalo|" OA "|user_send_image|01"}},
	{"user_send_link.json", {"ATTACHMENT name=user_send_link account=" OA " user=" USER
				 " msg=04 text=Cấp giấy phép xây dựng time=1760000000006 dedupe=zalo|" OA
				 "|user_send_link|04"}},
	{"user_send_location.json",
		{"ATTACHMENT name=user_send_location account=" OA " user=" USER
		 " msg=05 text=Chợ Bến Thành time=1760000000007 dedupe=zalo|" OA "|user_send_location|05"}},
	{"user_send_text.json",
		{"TEXT name=user_send_text account=" OA " user=" USER
		 " msg=96d3cdf3af150460909a text=Thủ tục cấp căn cước? time=1760000000000 dedupe=zalo|" OA
		 "|user_send_text|96d3cdf3af150460909a"}},
	{"user_send_text_contact_card.json", {"OTHER name=user_send_text account=" OA " user=" USER
					      " msg=96d3cdf3af150460909d time=1760000000002 dedupe=zalo|" OA
					      "|user_send_text|96d3cdf3af150460909d"}},
	{"user_send_text_ids_are_numbers.json",
		{"TEXT name=user_send_text account=" OA " user=" USER
		 " msg=96d3cdf3af150460909b text=lam lai cccd time=1760000000000 dedupe=zalo|" OA
		 "|user_send_text|96d3cdf3af150460909b"}},
	{"user_send_text_payload.json",
		{"PAYLOAD name=user_send_text account=" OA " user=" USER
		 " msg=96d3cdf3af150460909c payload=#tt:1.004194:fee time=1760000000001 dedupe=zalo|" OA
		 "|user_send_text|96d3cdf3af150460909c"}},
	{"user_send_video.json", {"ATTACHMENT name=user_send_video account=" OA " user=" USER
				  " msg=03 time=1760000000005 dedupe=zalo|" OA "|user_send_video|03"}},
	{"user_submit_info.json",
		{"OTHER name=user_submit_info account=" OA " user=" USER " time=1760000000013 dedupe=zalo|" OA
		 "|user_submit_info|" USER "|1760000000013"}},
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
		struct bytes body = golden(arena_printf(&arena, "zalo/%s", files[i].file));
		struct events events;

		assert_int_equal(adapter_zalo.parse(&arena, &accounts, oa, body, &events), OK);
		assert_events_are(&arena, files[i].file, &events, files[i].lines, 4);
	}
}

static enum err parse(const char *body, struct events *ret_events)
{
	return adapter_zalo.parse(&arena, &accounts, oa, bytes(body), ret_events);
}

static void what_is_no_object_is_refused(void **state)
{
	static const char *const bodies[] = {
		"", "[]", "null", "\"x\"", "{", "{\"a\":1}x", "{\"a\":01}", "{\"a\":\"\\x\"}"};
	struct events events;

	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
		assert_int_equal(parse(bodies[i], &events), ERR_FORMAT);
}

static void an_oa_of_another_app_is_no_account_here(void **state)
{
	struct events events;

	(void)state;
	assert_int_equal(parse("{\"app_id\":\"900\",\"event_name\":\"user_send_text\",\"timestamp\":\"1\","
			       "\"sender\":{\"id\":\"1\"},"
			       "\"recipient\":{\"id\":\"5933000000000000002\"},\"message\":{\"text\":\"a\","
			       "\"msg_id\":\"1\"}}",
				 &events),
		OK);
	assert_int_equal(events.count, 0);
	assert_int_equal(events.unknown_account, 1);
}

static void what_the_oa_says_is_never_a_question(void **state)
{
	struct events events;

	(void)state;
	assert_int_equal(
		parse("{\"app_id\":\"900\",\"event_name\":\"user_send_text\",\"timestamp\":\"1\",\"sender\":{"
		      "\"id\":\"" OA "\"},"
		      "\"recipient\":{\"id\":\"" USER "\"},\"message\":{\"text\":\"a\",\"msg_id\":\"1\"}}",
			&events),
		OK);
	assert_int_equal(events.items[0].kind, EVENT_OTHER);
}

static void a_strange_event_name_is_not_logged_as_it_is(void **state)
{
	struct events events;

	(void)state;
	assert_int_equal(
		parse("{\"app_id\":\"900\",\"event_name\":\"a\\nb=c\",\"timestamp\":\"1\",\"oa_id\":\"" OA
		      "\"}",
			&events),
		OK);
	assert_true(events.probe); /* no name at all */
	assert_int_equal(
		parse("{\"app_id\":\"900\",\"event_name\":\"a b=c\",\"timestamp\":\"1\",\"oa_id\":\"" OA
		      "\"}",
			&events),
		OK);
	assert_string_equal(events.items[0].name, "unknown");
}

static void a_test_message_of_the_console_may_come_twice(void **state)
{
	static const char body[] = "{\"app_id\":\"900\",\"event_name\":\"user_send_text\",\"timestamp\":\"%"
				   "d\",\"sender\":{\"id\":\"1\"},"
				   "\"recipient\":{\"id\":\"" OA
				   "\"},\"message\":{\"text\":\"a\",\"msg_id\":\"This is message id\"}}";
	struct events first, second;

	(void)state;
	assert_int_equal(parse(arena_printf(&arena, body, 1), &first), OK);
	assert_int_equal(parse(arena_printf(&arena, body, 2), &second), OK);
	assert_string_not_equal(first.items[0].dedupe, second.items[0].dedupe);
}

static void a_failed_allocation_is_no_malformed_body(void **state)
{
	struct bytes body = golden("zalo/user_send_text_ids_are_numbers.json");
	bool happened = true;

	(void)state;
	for (unsigned n = 1; happened; n++) {
		struct events events;
		struct arena a;
		enum err err;

		arena_init(&a, ARENA_MAX);
		fault_alloc_after(n);
		err = adapter_zalo.parse(&a, &accounts, oa, body, &events);
		happened = fault_alloc_happened();
		fault_alloc_after(0);
		assert_int_equal(err, happened ? ERR_NOMEM : OK);
		arena_release(&a);
	}
}

/* --- Signature --------------------------------------------------------------------------------------- */

/* Computed by another implementation (hashlib) over "900", the body, its timestamp and "khóa". */
static const char text_mac[] = "mac=e16dabec17a7fe0852acf76954e89e66196a6249262af6a68ed9a42c209f504d";

static enum err verify(
	struct bytes body, const char *signature, int64_t now_ms, const struct account **ret_account)
{
	struct http_header header = {"x-zevent-signature", signature};
	struct http_request req = {.method = "POST",
		.query = "",
		.headers = &header,
		.header_count = signature ? 1 : 0,
		.body = body};
	struct why why = {.text = ""};
	enum err err = adapter_zalo.verify(&accounts, &req, now_ms, ret_account, &why);

	assert_int_equal(err != OK, why.text[0] != '\0');
	return err;
}

static void a_signed_body_names_its_account(void **state)
{
	struct bytes body = golden("zalo/user_send_text.json");
	const struct account *account = NULL;

	(void)state;
	assert_int_equal(verify(body, text_mac, NOW, &account), OK);
	assert_ptr_equal(account, oa);
	account = NULL;
	assert_int_equal(verify(body, strchr(text_mac, '=') + 1, NOW, &account), OK);
	assert_ptr_equal(account, oa);
}

static void a_timestamp_that_is_a_number_is_hashed_as_written(void **state)
{
	const struct account *account = NULL;

	(void)state;
	assert_int_equal(verify(golden("zalo/user_send_text_ids_are_numbers.json"),
				 "mac=be46d57fe26c15a3e4de957de2a8b87edb9072be696bf64fa85f3c05e1b3fee7", NOW,
				 &account),
		OK);
	assert_ptr_equal(account, oa);
}

static void a_signature_that_does_not_fit_is_refused(void **state)
{
	struct bytes body = golden("zalo/user_send_text.json");
	const struct account *account = NULL;
	char mac[sizeof text_mac];

	(void)state;
	for (size_t i = strlen("mac="); i < sizeof text_mac - 1; i++) {
		memcpy(mac, text_mac, sizeof mac);
		mac[i] = mac[i] == '0' ? '1' : '0';
		assert_int_equal(verify(body, mac, NOW, &account), ERR_SIGNATURE);
	}
	memcpy(mac, text_mac, sizeof mac);
	mac[sizeof mac - 2] = '\0';
	assert_int_equal(verify(body, mac, NOW, &account), ERR_SIGNATURE);
	assert_int_equal(verify(body, arena_printf(&arena, "%s0", text_mac), NOW, &account), ERR_SIGNATURE);
	assert_int_equal(verify(body, "mac=", NOW, &account), ERR_SIGNATURE);
	assert_int_equal(verify(body, "", NOW, &account), ERR_SIGNATURE);
	assert_int_equal(verify(body, NULL, NOW, &account), ERR_SIGNATURE);
	assert_int_equal(verify((struct bytes){body.ptr, body.len - 1}, text_mac, NOW, &account), ERR_FORMAT);
	assert_null(account);
}

static void a_repetition_after_a_day_is_accepted_and_older_is_not(void **state)
{
	struct bytes body = golden("zalo/user_send_text.json");
	const int64_t sent_ms = 1760000000000;
	const struct account *account;

	(void)state;
	assert_int_equal(verify(body, text_mac, sent_ms + 25 * HOUR_MS, &account), OK);
	assert_int_equal(verify(body, text_mac, sent_ms + 27 * HOUR_MS, &account), ERR_SIGNATURE);
	assert_int_equal(verify(body, text_mac, sent_ms - HOUR_MS / 10, &account), OK);
	assert_int_equal(verify(body, text_mac, sent_ms - HOUR_MS / 5, &account), ERR_SIGNATURE);
}

static void a_probe_needs_no_signature(void **state)
{
	const struct account *account = oa;
	struct events events;

	(void)state;
	assert_int_equal(verify(bytes("{}"), NULL, NOW, &account), OK);
	assert_null(account);
	account = oa;
	assert_int_equal(verify(bytes("{\"test\":\"x\"}"), "mac=00", NOW, &account), OK);
	assert_null(account);
	assert_int_equal(adapter_zalo.parse(&arena, &accounts, NULL, bytes("{}"), &events), OK);
	assert_true(events.probe);
	assert_int_equal(events.count, 0);
	assert_int_equal(verify(bytes("[]"), NULL, NOW, &account), ERR_FORMAT);
}

static void a_body_without_a_time_is_refused(void **state)
{
	const struct account *account = NULL;

	(void)state;
	assert_int_equal(
		verify(bytes("{\"event_name\":\"follow\"}"), text_mac, NOW, &account), ERR_SIGNATURE);
	assert_int_equal(
		verify(bytes("{\"event_name\":\"follow\",\"timestamp\":\"soon\"}"), text_mac, NOW, &account),
		ERR_SIGNATURE);
	assert_null(account);
}

static void somebody_who_looks_is_told_ok(void **state)
{
	struct http_request req = {.method = "GET", .query = ""};
	const char *body;

	(void)state;
	assert_int_equal(adapter_zalo.greet(&arena, &accounts, &req, &body), OK);
	assert_string_equal(body, "ok");
}

/* --- Sending ----------------------------------------------------------------------------------------- */

static const struct recipient to = {.user = USER};

static const struct part with_buttons = {.text = "Chọn \"mục\":\n",
	.button_count = 2,
	.buttons = {{BUTTON_PAYLOAD, "Giấy tờ", "#tt:1.001193:papers"},
		{BUTTON_URL, "Nộp trực tuyến", "https://dichvucong.gov.vn/"}}};

static const char *message_text(const struct http_call *call)
{
	cJSON *root = cJSON_ParseWithLength(call->body.ptr, call->body.len);
	const char *text = cJSON_GetStringValue(json_get(json_get(root, "message"), "text"));

	assert_non_null(text);
	text = arena_string(&arena, text);
	cJSON_Delete(root);
	return text;
}

static struct http_call encode(const struct account *account, const struct recipient *recipient,
	const struct part *part, enum part_form form)
{
	struct http_call call;

	assert_int_equal(
		adapter_zalo.encode(&arena, account, recipient, part, form, "tok", "1.0", &call), OK);
	return call;
}

static void buttons_are_sent_once_as_buttons_and_once_as_numbers(void **state)
{
	struct http_call full = encode(oa, &to, &with_buttons, FORM_FULL),
			 plain = encode(oa, &to, &with_buttons, FORM_PLAIN);

	(void)state;
	assert_string_equal(message_text(&full), with_buttons.text);
	assert_non_null(strstr(full.body.ptr,
		"{\"title\":\"Giấy tờ\",\"type\":\"oa.query.hide\",\"payload\":\"#tt:1.001193:papers\"}"));
	assert_non_null(strstr(full.body.ptr,
		"\"type\":\"oa.open.url\",\"payload\":{\"url\":\"https://dichvucong.gov.vn/\"}"));
	assert_null(strstr(plain.body.ptr, "attachment"));
	assert_non_null(
		strstr(message_text(&plain), "\n1. Giấy tờ\n2. Nộp trực tuyến: https://dichvucong.gov.vn/"));
}

static void buttons_off_or_too_many_become_a_numbered_menu(void **state)
{
	struct account off = *oa;
	struct part six = with_buttons;
	struct http_call call;

	(void)state;
	off.buttons = BUTTONS_OFF;
	call = encode(&off, &to, &with_buttons, FORM_FULL);
	assert_null(strstr(call.body.ptr, "attachment"));
	assert_non_null(strstr(message_text(&call), "1. Giấy tờ"));
	for (; six.button_count < 6; six.button_count++)
		six.buttons[six.button_count] = six.buttons[0];
	call = encode(oa, &to, &six, FORM_FULL);
	assert_null(strstr(call.body.ptr, "attachment"));
	assert_non_null(strstr(message_text(&call), "6. Giấy tờ"));
}

static void a_long_title_is_cut_behind_a_word(void **state)
{
	struct part part = {.text = "x", .button_count = 1, .buttons = {{BUTTON_PAYLOAD, NULL, "#a"}}};
	struct http_call call;

	(void)state;
	part.buttons[0].title = "Đăng ký biến động quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất "
				"trong các trường hợp chuyển đổi";
	call = encode(oa, &to, &part, FORM_FULL);
	assert_non_null(strstr(call.body.ptr, "\"Đăng ký biến động quyền sử dụng đất, quyền sở hữu tài sản "
					      "gắn liền với đất trong các trường hợp…\""));
}

static void an_anonymous_visitor_is_answered_through_the_conversation(void **state)
{
	const struct recipient visitor = {.user = "anon-1", .conversation_id = "conv-1"};
	struct account account = *oa;
	struct http_call call = encode(&account, &visitor, &with_buttons, FORM_FULL);

	(void)state;
	assert_string_equal(call.url, "https://openapi.zalo.me/v2.0/oa/message");
	assert_non_null(strstr(call.body.ptr,
		"{\"recipient\":{\"anonymous_id\":\"anon-1\",\"conversation_id\":\"conv-1\"}"));
	assert_null(strstr(call.body.ptr, "attachment"));
	account.anonymous_path = "/v3.0/oa/message/cs";
	account.api_base = "http://127.0.0.1:9";
	assert_string_equal(encode(&account, &visitor, &with_buttons, FORM_FULL).url,
		"http://127.0.0.1:9/v3.0/oa/message/cs");
}

static void the_proof_is_sent_when_it_is_asked_for(void **state)
{
	struct account account = *oa;
	struct http_call call;

	(void)state;
	account.appsecret_proof = true;
	account.app_secret = "shhhhh!is.my.secret";
	assert_int_equal(adapter_zalo.encode(
				 &arena, &account, &to, &with_buttons, FORM_FULL, "foo_token", "1.0", &call),
		OK);
	assert_int_equal(call.header_count, 3);
	assert_string_equal(call.headers[2].name, "appsecret_proof");
	assert_string_equal(
		call.headers[2].value, "796ba0d8a6b339e476a7b166a9e8ac0a395f7de736dc37de5f2f4397f5854eb8");
}

static void every_part_fits_what_zalo_takes(void **state)
{
	struct account account = *oa;
	char *text = arena_alloc(&arena, 30001);
	struct reply reply = {.text = text};
	struct parts parts;

	(void)state;
	memset(text, 'a', 30000);
	account.text_limit = 100000; /* a slip of the operator */
	assert_int_equal(adapter_zalo.split(&arena, &account, &reply, &parts), OK);
	for (size_t i = 0; i < parts.count; i++)
		assert_true(strlen(parts.items[i].text) <= 2000);
	account.text_limit = 0;
	assert_int_equal(adapter_zalo.split(&arena, &account, &reply, &parts), OK);
	assert_int_equal(strlen(parts.items[0].text), 1900);
}

/* --- Verdicts ---------------------------------------------------------------------------------------- */

static struct verdict judge(long status, const char *body)
{
	struct http_result result = {.end = HTTP_ANSWERED, .status = status, .body = bytes(body)};
	struct verdict v;

	adapter_zalo.judge(&arena, &result, &v);
	return v;
}

static void a_sent_message_has_its_id(void **state)
{
	struct verdict v = judge(200,
		"{\"error\":0,\"message\":\"Success\",\"data\":{\"message_id\":\"ab12\",\"user_id\":\"1\"}}");

	(void)state;
	assert_int_equal(v.class, VERDICT_SENT);
	assert_string_equal(v.message_id, "ab12");
	assert_int_equal(judge(200, "{\"error\":\"0\",\"message\":\"Success\"}").class, VERDICT_SENT);
}

static void each_error_has_its_class(void **state)
{
	static const struct {
		long code;
		enum verdict_class class;
		bool alarm, unreachable, outside, stop;
	} rows[] = {
		{-32, VERDICT_SLOW_DOWN, false, false, false, false},
		{-200, VERDICT_LATER, false, false, false, false},
		{-201, VERDICT_PLAIN, false, false, false, false},
		{-204, VERDICT_DEAD, true, false, false, true},
		{-209, VERDICT_DEAD, true, false, false, false},
		{-210, VERDICT_PLAIN, false, false, false, false},
		{-211, VERDICT_DEAD, true, false, false, false},
		{-213, VERDICT_DEAD, false, true, false, false},
		{-216, VERDICT_RENEW, false, false, false, false},
		{-220, VERDICT_RENEW, false, false, false, false},
		{-224, VERDICT_DEAD, true, false, false, false},
		{-230, VERDICT_DEAD, false, false, true, false},
		{-232, VERDICT_DEAD, false, false, true, false},
		{-233, VERDICT_PLAIN, false, false, false, false},
		{-240, VERDICT_PLAIN, true, false, false, false},
		{-242, VERDICT_DEAD, true, false, false, false},
		{-244, VERDICT_DEAD, false, true, false, false},
		{-9999, VERDICT_DEAD, true, false, false, false},
		{10000, VERDICT_LATER, false, false, false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct verdict v = judge(
			200, arena_printf(&arena, "{\"error\":%ld,\"message\":\"words\"}", rows[i].code));
		struct verdict w = judge(
			200, arena_printf(&arena, "{\"error\":\"%ld\",\"message\":\"words\"}", rows[i].code));

		assert_int_equal(v.class, rows[i].class);
		assert_int_equal(w.class, rows[i].class);
		assert_int_equal(v.code, rows[i].code);
		assert_int_equal(v.alarm, rows[i].alarm);
		assert_int_equal(v.unreachable, rows[i].unreachable);
		assert_int_equal(v.outside_window, rows[i].outside);
		assert_int_equal(v.stop_account, rows[i].stop);
		assert_string_equal(v.words, "words");
	}
}

static void words_about_the_token_renew_it_whatever_the_code(void **state)
{
	(void)state;
	assert_int_equal(
		judge(200, "{\"error\":216,\"message\":\"Access token has expired\"}").class, VERDICT_RENEW);
	assert_int_equal(
		judge(200, "{\"error\":-401,\"message\":\"ACCESS TOKEN is invalid\"}").class, VERDICT_RENEW);
}

static void a_token_in_the_words_is_not_kept(void **state)
{
	struct verdict v = judge(200, "{\"error\":-1,\"message\":\"bad "
				      "key=0123456789abcdef0123456789abcdef0123456789abcdef here\"}");

	(void)state;
	assert_string_equal(v.words, "bad key=... here");
}

static void what_is_no_answer_of_zalo_is_judged_by_what_may_have_arrived(void **state)
{
	struct http_result refused = {.end = HTTP_NOT_SENT, .reason = "connection refused"},
			   lost = {.end = HTTP_UNKNOWN};
	struct verdict v;

	(void)state;
	adapter_zalo.judge(&arena, &refused, &v);
	assert_int_equal(v.class, VERDICT_LATER);
	adapter_zalo.judge(&arena, &lost, &v);
	assert_int_equal(v.class, VERDICT_UNKNOWN);
	assert_int_equal(judge(502, "<html>bad gateway</html>").class, VERDICT_LATER);
	assert_int_equal(judge(500, "{\"error\":-32}").class, VERDICT_LATER);
	assert_int_equal(judge(200, "{\"error\":0,\"mess").class, VERDICT_UNKNOWN);
	assert_int_equal(judge(200, "{\"message\":\"?\"}").class, VERDICT_UNKNOWN);
	assert_int_equal(judge(404, "empty api").class, VERDICT_DEAD);
	assert_true(judge(404, "empty api").alarm);
	assert_int_equal(judge(429, "").class, VERDICT_SLOW_DOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			each_hand_written_body_means_what_the_table_says, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_object_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(an_oa_of_another_app_is_no_account_here, setup, teardown),
		cmocka_unit_test_setup_teardown(what_the_oa_says_is_never_a_question, setup, teardown),
		cmocka_unit_test_setup_teardown(a_strange_event_name_is_not_logged_as_it_is, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_test_message_of_the_console_may_come_twice, setup, teardown),
		cmocka_unit_test_setup_teardown(a_failed_allocation_is_no_malformed_body, setup, teardown),
		cmocka_unit_test_setup_teardown(a_signed_body_names_its_account, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_timestamp_that_is_a_number_is_hashed_as_written, setup, teardown),
		cmocka_unit_test_setup_teardown(a_signature_that_does_not_fit_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_repetition_after_a_day_is_accepted_and_older_is_not, setup, teardown),
		cmocka_unit_test_setup_teardown(a_probe_needs_no_signature, setup, teardown),
		cmocka_unit_test_setup_teardown(a_body_without_a_time_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(somebody_who_looks_is_told_ok, setup, teardown),
		cmocka_unit_test_setup_teardown(
			buttons_are_sent_once_as_buttons_and_once_as_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(
			buttons_off_or_too_many_become_a_numbered_menu, setup, teardown),
		cmocka_unit_test_setup_teardown(a_long_title_is_cut_behind_a_word, setup, teardown),
		cmocka_unit_test_setup_teardown(
			an_anonymous_visitor_is_answered_through_the_conversation, setup, teardown),
		cmocka_unit_test_setup_teardown(the_proof_is_sent_when_it_is_asked_for, setup, teardown),
		cmocka_unit_test_setup_teardown(every_part_fits_what_zalo_takes, setup, teardown),
		cmocka_unit_test_setup_teardown(a_sent_message_has_its_id, setup, teardown),
		cmocka_unit_test_setup_teardown(each_error_has_its_class, setup, teardown),
		cmocka_unit_test_setup_teardown(
			words_about_the_token_renew_it_whatever_the_code, setup, teardown),
		cmocka_unit_test_setup_teardown(a_token_in_the_words_is_not_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_is_no_answer_of_zalo_is_judged_by_what_may_have_arrived, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
