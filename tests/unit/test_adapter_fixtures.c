/* Bodies and requests that nobody of this project wrote; the tests skip where the shared data is not at hand. */
#include "adapters/adapter.h"
#include "adapters/json.h"
#include "adapters/sign.h"
#include "tests/support/event_line.h"
#include "tests/support/files.h"

#include <ctype.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ARENA_MAX ((size_t)1 << 26)

struct expected {
	const char *file;
	const char *lines[2]; /* a line that ends with '|' is followed by a hash */
};

static const struct expected zalo_files[] = {
	{"console2020_follow.json",
		{"FOLLOW name=follow account=593337282659451155 user=3477491037657428713 time=1607316824892 "
		 "dedupe=zalo|593337282659451155|follow|3477491037657428713|1607316824892"}},
	{"console2020_oa_send_gif.json",
		{"ECHO name=oa_send_gif account=593337282659451155 user=3477491037657428713 msg=This is "
		 "message id text=This is testing message time=1607316855411 "
		 "dedupe=zalo|593337282659451155|oa_send_gif|3477491037657428713|1607316855411"}},
	{"console2020_shop_has_order.json",
		{"OTHER name=shop_has_order account=593337282659451155 time=1607316836907 "
		 "dedupe=zalo|593337282659451155|shop_has_order|-|1607316836907"}},
	{"console2020_unfollow.json",
		{"UNFOLLOW name=unfollow account=593337282659451155 user=3477491037657428713 "
		 "time=1607316829709 "
		 "dedupe=zalo|593337282659451155|unfollow|3477491037657428713|1607316829709"}},
	{"console2020_user_asking_product.json",
		{"TEXT name=user_asking_product account=593337282659451155 user=3477491037657428713 msg=This "
		 "is message id text=This is testing message time=1607316861955 "
		 "dedupe=zalo|593337282659451155|user_asking_product|3477491037657428713|1607316861955"}},
	{"console2020_user_received_message.json",
		{"DELIVERED name=user_received_message account=593337282659451155 user=3477491037657428713 "
		 "msg=This is message id time=1607316812273 "
		 "dedupe=zalo|593337282659451155|user_received_message|3477491037657428713|1607316812273"}},
	{"console2020_user_send_video.json",
		{"ATTACHMENT name=user_send_video account=593337282659451155 user=3477491037657428713 "
		 "msg=This is message id text=This is testing message time=1607316858753 "
		 "dedupe=zalo|593337282659451155|user_send_video|3477491037657428713|1607316858753"}},
	{"rec2020_oa_send_text.json",
		{"ECHO name=oa_send_text account=948302900104642662 "
		 "user=9573900956582311748 msg=eb953f9887671f7dcb2d text=abc time=1608262932945 "
		 "dedupe=zalo|948302900104642662|oa_send_text|eb953f9887671f7dcb2d"}},
	{"rec2020_user_send_sticker.json",
		{"STICKER name=user_send_sticker account=948302900104642662 user=9573900956582311748 "
		 "msg=5be3d59bf97e073fd2ca time=1608281841361 "
		 "dedupe=zalo|948302900104642662|user_send_sticker|5be3d59bf97e073fd2ca"}},
	{"rec2020_user_send_text.json",
		{"TEXT name=user_send_text account=948302900104642662 user=9573900956582311748 "
		 "msg=3211da6a13817e9645c2 text=abc time=1608262910311 "
		 "dedupe=zalo|948302900104642662|user_send_text|3211da6a13817e9645c2"}},
	{"rec2025_oa_send_file_by_admin.json",
		{"STAFF name=oa_send_file account=1486870752516978383 user=8155217479447340687 "
		 "msg=3a61c1086740bcfb5c22 time=1751272409784 "
		 "dedupe=zalo|1486870752516978383|oa_send_file|3a61c1086740bcfb5c22"}},
	{"vec2023_remove_user_from_tag.json",
		{"OTHER name=remove_user_from_tag account=oa_id time=1702095007436 "
		 "dedupe=zalo|oa_id|remove_user_from_tag|-|1702095007436"}},
};

static const struct expected messenger_files[] = {
	{"bottender_batch_two_pages.json",
		{"TEXT name=message account=1402280285905931 user=1686622651391059 "
		 "msg=mid.1486464322190:cb04e5a654 text=test 1 time=1486464322190 "
		 "dedupe=fb|1402280285905931|mid.1486464322190:cb04e5a654",
			"TEXT name=message account=110111056078691 user=1686622651391059 "
			"msg=mid.1486464322190:cb04e5a656 text=test 2 time=1486464322190 "
			"dedupe=fb|110111056078691|mid.1486464322190:cb04e5a656"}},
	{"bottender_standby_empty.json",
		{"OTHER name=standby account=<PAGE_ID> user=<USER_ID> time=1458692752478 "
		 "dedupe=fb|<PAGE_ID>|standby|<USER_ID>|1458692752478|"}},
	{"bottender_text.json", {"TEXT name=message account=1402280285905931 user=1686622651391059 "
				 "msg=mid.1486464322190:cb04e5a654 text=text time=1486464322190 "
				 "dedupe=fb|1402280285905931|mid.1486464322190:cb04e5a654"}},
	{"chatwoot_delivery_watermark_string.json",
		{"DELIVERED name=delivery account=147141362824905 user=3395174703489160 time=1648581633369 "
		 "dedupe=fb|147141362824905|delivery|3395174703489160|1648581633369|"}},
	{"chatwoot_text_no_timestamp.json",
		{"TEXT name=message account=147141362824905 user=3395174703489160 "
		 "msg=m_Gu70uMgo27Mjsix0qBrmYwClCEWiq7Amzy294YfGF_ZBCV0w5xxBu3A_"
		 "IcOzIEKg1nlAdMZnMWHGb349q8fKDi text=facebook message time=1648581633369 "
		 "dedupe=fb|147141362824905|m_Gu70uMgo27Mjsix0qBrmYwClCEWiq7Amzy294YfGF_ZBCV0w5xxBu3A_"
		 "IcOzIEKg1nlAdMZnMWHGb349q8fKDi"}},
	{"m4j_handle_account_linking_event_with_status_linked.json",
		{"OTHER name=account_linking account=PAGE_ID user=USER_ID time=1234567890000 "
		 "dedupe=fb|PAGE_ID|account_linking|USER_ID|1234567890000|"}},
	{"m4j_handle_account_linking_event_with_status_unlinked.json",
		{"OTHER name=account_linking account=PAGE_ID user=USER_ID time=1234567890000 "
		 "dedupe=fb|PAGE_ID|account_linking|USER_ID|1234567890000|"}},
	{"m4j_handle_ad_referral_event.json",
		{"FOLLOW name=referral account=<PAGE_ID> user=<USER_ID> time=1458692752478 "
		 "dedupe=fb|<PAGE_ID>|referral|<USER_ID>|1458692752478|"}},
	{"m4j_handle_attachment_message_event.json",
		{"ATTACHMENT name=message account=PAGE_ID user=USER_ID "
		 "msg=mid.1458696618141:b4ef9d19ec21086067 time=1458692752478 "
		 "dedupe=fb|PAGE_ID|mid.1458696618141:b4ef9d19ec21086067"}},
	{"m4j_handle_event_type_that_is_unsupported.json",
		{"OTHER name=EVENT_TYPE_THAT_IS_UNSUPPORTED account=PAGE_ID user=USER_ID time=1458692752478 "
		 "dedupe=fb|PAGE_ID|EVENT_TYPE_THAT_IS_UNSUPPORTED|USER_ID|1458692752478|"}},
	{"m4j_handle_instant_game_event.json",
		{"OTHER name=game_play account=1160227898149425 user=USER_ID time=1458668856463 "
		 "dedupe=fb|1160227898149425|game_play|USER_ID|1458668856463|"}},
	{"m4j_handle_message_delivered_event_without_mids.json",
		{"DELIVERED name=delivery account=PAGE_ID user=USER_ID time=1458692752478 "
		 "dedupe=fb|PAGE_ID|delivery|USER_ID|1458692752478|"}},
	{"m4j_handle_message_read_event.json",
		{"SEEN name=read account=PAGE_ID user=USER_ID time=1458668856463 "
		 "dedupe=fb|PAGE_ID|read|USER_ID|1458668856463|"}},
	{"m4j_handle_opt_in_event_with_sender_id.json",
		{"OTHER name=optin account=PAGE_ID user=USER_ID time=1234567890000 "
		 "dedupe=fb|PAGE_ID|optin|USER_ID|1234567890000|"}},
	{"m4j_handle_parametric_messenger_code_referral_event.json",
		{"FOLLOW name=referral account=<PAGE_ID> user=<USER_ID> time=1458692752478 "
		 "dedupe=fb|<PAGE_ID>|referral|<USER_ID>|1458692752478|"}},
	{"m4j_handle_postback_event.json",
		{"PAYLOAD name=postback account=PAGE_ID user=<PSID> text=<TITLE_FOR_THE_CTA> "
		 "payload=<USER_DEFINED_PAYLOAD> time=1458692752478 "
		 "dedupe=fb|PAGE_ID|postback|<PSID>|1458692752478|"}},
	{"m4j_handle_quick_reply_message_event.json",
		{"PAYLOAD name=message account=PAGE_ID user=USER_ID msg=mid.1457764197618:41d102a3e1ae206a38 "
		 "text=hello, world! payload=DEVELOPER_DEFINED_PAYLOAD time=1458692752478 "
		 "dedupe=fb|PAGE_ID|mid.1457764197618:41d102a3e1ae206a38"}},
	{"m4j_handle_template_echo_message_event.json",
		{"STAFF name=message_echo account=124066453442259096 user=1172351731831414 "
		 "msg=mid.1480199999925:83392d9f65 time=1480120402725 "
		 "dedupe=fb|124066453442259096|mid.1480199999925:83392d9f65"}},
	{"m4j_handle_text_echo_message_event.json",
		{"ECHO name=message_echo account=PAGE_ID user=USER_ID "
		 "msg=mid.1457764197618:41d102a3e1ae206a38 time=1480114700296 "
		 "dedupe=fb|PAGE_ID|mid.1457764197618:41d102a3e1ae206a38"}},
	{"m4j_handle_text_message_event.json",
		{"TEXT name=message account=PAGE_ID user=USER_ID msg=mid.1457764197618:41d102a3e1ae206a38 "
		 "text=hello, text message world! time=1458692752478 "
		 "dedupe=fb|PAGE_ID|mid.1457764197618:41d102a3e1ae206a38"}},
	{"m4j_handle_text_message_event_with_nlp.json",
		{"TEXT name=message account=PAGE_ID user=USER_ID msg=mid.1457764197618:41d102a3e1ae206a38 "
		 "text=hello, text message world! time=1458692752478 "
		 "dedupe=fb|PAGE_ID|mid.1457764197618:41d102a3e1ae206a38"}},
	{"m4j_handle_text_message_event_with_prior_message.json",
		{"TEXT name=message account=PAGE_ID user=<PSID> msg=mid.1457744567618:41d102a3e1ae206a38 "
		 "text=Thanks for messaging me! time=1458692752478 "
		 "dedupe=fb|PAGE_ID|mid.1457744567618:41d102a3e1ae206a38"}},
	{"restfb_messaging_accountlinking_linked.json",
		{"OTHER name=account_linking account=12345654332 user=987654321432 time=1458668856451 "
		 "dedupe=fb|12345654332|account_linking|987654321432|1458668856451|"}},
	{"restfb_messaging_accountlinking_unlinked.json",
		{"OTHER name=account_linking account=12345654332 user=987654321432 time=1458668856451 "
		 "dedupe=fb|12345654332|account_linking|987654321432|1458668856451|"}},
	{"restfb_messaging_message_basic.json",
		{"TEXT name=message account=12345654332 user=987654321432 "
		 "msg=mid.1457764197618:41d102a3e1ae206a38 text=hello, world! time=1457764197627 "
		 "dedupe=fb|12345654332|mid.1457764197618:41d102a3e1ae206a38"}},
	{"restfb_messaging_message_basic_echo.json",
		{"ECHO name=message_echo account=12345654332 user=987654321432 "
		 "msg=mid.1457764197618:41d102a3e1ae206a38 time=1457764197627 "
		 "dedupe=fb|12345654332|mid.1457764197618:41d102a3e1ae206a38"}},
	{"restfb_messaging_message_edits.json",
		{"EDIT name=message_edit account=12345654332 user=987654321432 "
		 "msg=mid.1457764197618:41d102a3e1ae206a38 text=hello, world! time=1457764197627 "
		 "dedupe=fb|12345654332|mid.1457764197618:41d102a3e1ae206a38|edit|37"}},
	{"restfb_messaging_message_isdeleted.json",
		{"DELETE name=message account=12345654332 user=987654321432 msg=message_id "
		 "time=1457764197627 dedupe=fb|12345654332|message_id|deleted"}},
	{"restfb_messaging_message_isunsupported.json",
		{"ATTACHMENT name=message account=12345654332 user=987654321432 msg=message_id "
		 "time=1457764197627 dedupe=fb|12345654332|message_id"}},
	{"restfb_messaging_message_location_attachment.json",
		{"ATTACHMENT name=message account=12345654332 user=987654321432 "
		 "msg=mid.1458696618141:b4ef9d19ec21086067 time=1458696618268 "
		 "dedupe=fb|12345654332|mid.1458696618141:b4ef9d19ec21086067"}},
	{"restfb_messaging_message_media_attachment.json",
		{"ATTACHMENT name=message account=12345654332 user=987654321432 "
		 "msg=mid.1458696618141:b4ef9d19ec21086067 time=1458696618268 "
		 "dedupe=fb|12345654332|mid.1458696618141:b4ef9d19ec21086067"}},
	{"restfb_messaging_message_nlp_error.json",
		{"TEXT name=message account=649778823163820 user=1618893061750140 "
		 "msg=m_oGXbKJl2W7MbBtxZNiOmz0QsLc2f1ELKEL5MBdIphZ9KXgS1s6qNv8ZCdE1qcPjy5FsH1m4t5u8LE8wDNf07 "
		 "text=For security reasons this isn't the actual text the chatbot application received. "
		 "Nontheless I counted the chars and it had more than 1024 chars like the error states. "
		 "time=1546532206372 "
		 "dedupe=fb|649778823163820|m_"
		 "oGXbKJl2W7MbBtxZNiOmz0QsLc2f1ELKEL5MBdIphZ9KXgS1s6qNv8ZCdE1qcPjy5FsH1m4t5u8LE8wDNf07"}},
	{"restfb_messaging_message_nlp_phone.json",
		{"TEXT name=message account=10355054583 user=946429495506 "
		 "msg=mid.$cAAFnKHM6z25j0QQm0ldn77eaCVEy text=my phonenumber is 12345654321 "
		 "time=1501623672530 dedupe=fb|10355054583|mid.$cAAFnKHM6z25j0QQm0ldn77eaCVEy"}},
	{"restfb_messaging_message_prior.json",
		{"TEXT name=message account=12345654332 user=987654321432 "
		 "msg=mid.1457744567618:41d102a3e1ae206a38 text=Thanks for messaging me! time=1457764197627 "
		 "dedupe=fb|12345654332|mid.1457744567618:41d102a3e1ae206a38"}},
	{"restfb_messaging_message_product_template_2.json", {"unknown_account=1"}},
	{"restfb_messaging_message_quickreply.json",
		{"PAYLOAD name=message account=1779255101180 user=987654321432 "
		 "msg=mid.1458696618141:b4ef9d19ec21086067 text=quick reply text payload=PAYLOAD_QUICK_REPLY "
		 "time=1470779510432 dedupe=fb|1779255101180|mid.1458696618141:b4ef9d19ec21086067"}},
	{"restfb_messaging_message_reply_1.json",
		{"TEXT name=message account=12345654332 user=987654321432 "
		 "msg=mid.1457764197618:41d102a3e1ae206a38 text=hello, world! time=1457764197627 "
		 "dedupe=fb|12345654332|mid.1457764197618:41d102a3e1ae206a38"}},
	{"restfb_messaging_message_sticker_thumbup.json",
		{"STICKER name=message account=10355054583 user=946429495506 "
		 "msg=mid.1487254148673:a082abc439 text=👍 time=1487254148673 "
		 "dedupe=fb|10355054583|mid.1487254148673:a082abc439"}},
	{"restfb_messaging_optin_basic.json",
		{"OTHER name=optin account=12345654332 user=987654321432 time=1234567890000 "
		 "dedupe=fb|12345654332|optin|987654321432|1234567890000|"}},
	{"restfb_messaging_optin_userref.json",
		{"OTHER name=optin account=12345654332 user=987654321432 time=1234567890000 "
		 "dedupe=fb|12345654332|optin|987654321432|1234567890000|"}},
	{"restfb_messaging_payment.json",
		{"OTHER name=payment account=1779255101180 user=USER_ID time=1473208792799 "
		 "dedupe=fb|1779255101180|payment|USER_ID|1473208792799|"}},
	{"restfb_messaging_policy_callback_block.json",
		{"POLICY name=policy-enforcement account=12345654332 time=1458692752478 "
		 "dedupe=fb|12345654332|policy-enforcement|-|1458692752478|"}},
	{"restfb_messaging_policy_callback_unblock.json",
		{"POLICY name=policy-enforcement account=12345654332 time=1458692752478 "
		 "dedupe=fb|12345654332|policy-enforcement|-|1458692752478|"}},
	{"restfb_messaging_postback_basic.json",
		{"PAYLOAD name=postback account=12345654332 user=987654321432 payload=USER_DEFINED_PAYLOAD "
		 "time=1458692752478 dedupe=fb|12345654332|postback|987654321432|1458692752478|"}},
	{"restfb_messaging_postback_chat.json",
		{"OTHER name=postback account=12345654332 time=1458692752478 "
		 "dedupe=fb|12345654332|postback|987654321432|1458692752478|"}},
	{"restfb_messaging_postback_referral.json",
		{"PAYLOAD name=postback account=12345654332 user=987654321432 payload=USER_DEFINED_PAYLOAD "
		 "time=1458692752478 dedupe=fb|12345654332|postback|987654321432|1458692752478|"}},
	{"restfb_messaging_read_basic.json",
		{"SEEN name=read account=12345654332 user=987654321432 time=1458668856463 "
		 "dedupe=fb|12345654332|read|987654321432|1458668856463|"}},
	{"restfb_messaging_referral_basic.json",
		{"FOLLOW name=referral account=12345654332 user=987654321432 time=1457764197627 "
		 "dedupe=fb|12345654332|referral|987654321432|1457764197627|"}},
	{"restfb_messaging_request_thread_control.json",
		{"OTHER name=request_thread_control account=1779255101180 user=USER_ID time=1473204787206 "
		 "dedupe=fb|1779255101180|request_thread_control|USER_ID|1473204787206|"}},
	{"restfb_messaging_take_thread_control.json",
		{"STAFF name=take_thread_control account=1779255101180 user=USER_ID time=1473204787206 "
		 "dedupe=fb|1779255101180|take_thread_control|USER_ID|1473204787206|"}},
	{"restfb_standby_message_basic_echo.json",
		{"ECHO name=standby account=12345654332 user=987654321432 "
		 "msg=mid.1457764197618:41d102a3e1ae206a38 time=1457764197627 "
		 "dedupe=fb|12345654332|standby|mid.1457764197618:41d102a3e1ae206a38"}},
};

#define ZALO_SECRET "oa-secret-cho-kiem-thu-01"
#define APP_SECRET "0123456789abcdef0123456789abcdef"
#define OA(oa, app)                                                                                          \
	{                                                                                                    \
		.adapter = &adapter_zalo, .id = oa, .app_id = app, .oa_secret = ZALO_SECRET                  \
	}
#define PAGE(page)                                                                                           \
	{                                                                                                    \
		.adapter = &adapter_facebook, .id = page, .app_secret = APP_SECRET,                          \
		.app_id = "1517776481860111"                                                                 \
	}

static const struct account accounts_items[] = {
	OA("593337282659451155", "1746058522947107174"),
	OA("948302900104642662", "1746058522947107174"),
	OA("1486870752516978383", "155909745034509826"),
	OA("oa_id", "app_id"),
	PAGE("12345654332"),
	PAGE("PAGE_ID"),
	PAGE("<PAGE_ID>"),
	PAGE("1402280285905931"),
	PAGE("110111056078691"),
	PAGE("147141362824905"),
	PAGE("1160227898149425"),
	PAGE("124066453442259096"),
	PAGE("649778823163820"),
	PAGE("10355054583"),
	PAGE("1779255101180"),
};
static const struct accounts accounts = {accounts_items, sizeof accounts_items / sizeof *accounts_items};

struct data {
	struct arena a;
	cJSON *vectors;
};

static int setup(void **state)
{
	static struct data d;
	const char *path;

	arena_init(&d.a, ARENA_MAX);
	path = data_path(&d.a, "webhooks/signature_vectors.json");
	d.vectors = path ? cJSON_Parse(file_read(&d.a, path).ptr) : NULL;
	*state = &d;
	return 0;
}

static int teardown(void **state)
{
	struct data *d = *state;

	cJSON_Delete(d->vectors);
	arena_release(&d->a);
	return 0;
}

static void need(const void *thing)
{
	if (!thing)
		skip();
}

static const char *text_of(const cJSON *object, const char *name)
{
	const char *s = cJSON_GetStringValue(json_get(object, name));

	assert_non_null(s);
	return s;
}

/* --- Events ------------------------------------------------------------------------------------------ */

/* The account whose app sent the body. */
static const struct account *signer_for(const struct adapter *adapter, struct bytes body)
{
	struct json_member app = {.name = "app_id"};

	assert_int_equal(json_scan(body, &app, 1), OK);
	for (size_t i = 0; i < accounts.count; i++) {
		const struct account *account = &accounts.items[i];

		if (account->adapter == adapter &&
			(!app.value.ptr || strncmp(app.value.ptr, account->app_id, app.value.len) == 0))
			return account;
	}
	fail_msg("%s", "no account for this body");
	return NULL;
}

static void check_files(struct data *d, const struct adapter *adapter, const char *folder,
	const struct expected *rows, size_t count)
{
	const char *path = data_path(&d->a, folder);
	size_t files = 0;
	struct dirent *entry;
	DIR *dir;

	need(path);
	for (size_t i = 0; i < count; i++) {
		struct bytes body = file_read(&d->a, arena_printf(&d->a, "%s/%s", path, rows[i].file));
		struct events events;

		assert_non_null(body.ptr);
		assert_int_equal(
			adapter->parse(&d->a, &accounts, signer_for(adapter, body), body, &events), OK);
		assert_events_are(&d->a, rows[i].file, &events, rows[i].lines, 2);
	}
	dir = opendir(path);
	while ((entry = readdir(dir)))
		files += entry->d_name[0] != '.';
	closedir(dir);
	assert_int_equal(files, count); /* no file without a row */
}

static void each_zalo_body_means_what_the_table_says(void **state)
{
	check_files(
		*state, &adapter_zalo, "webhooks/zalo", zalo_files, sizeof zalo_files / sizeof *zalo_files);
}

static void each_messenger_body_means_what_the_table_says(void **state)
{
	check_files(*state, &adapter_facebook, "webhooks/messenger", messenger_files,
		sizeof messenger_files / sizeof *messenger_files);
}

/* --- Signatures -------------------------------------------------------------------------------------- */

/* `header` is a whole line: "X-Hub-Signature-256: sha256=…". */
static enum err verify(struct data *d, const struct adapter *adapter, const struct accounts *set,
	const char *header, struct bytes body, int64_t now_ms)
{
	const char *colon = strchr(header, ':');
	struct http_header h = {arena_copy(&d->a, header, (size_t)(colon - header)), colon + 2};
	struct http_request req = {
		.method = "POST", .query = "", .headers = &h, .header_count = 1, .body = body};
	const struct account *account = NULL;
	struct why why;
	enum err err = adapter->verify(set, &req, now_ms, &account, &why);

	assert_int_equal(err == OK, account != NULL);
	return err;
}

static const char *upper_hex(struct arena *a, const char *header, const char *behind)
{
	char *copy = arena_string(a, header);

	for (char *p = strstr(copy, behind) + strlen(behind); *p; p++)
		*p = (char)toupper((unsigned char)*p);
	return copy;
}

static const char *without(struct arena *a, const char *header, const char *prefix)
{
	const char *at = strstr(header, prefix);

	return arena_printf(a, "%.*s%s", (int)(at - header), header, at + strlen(prefix));
}

/* The header fits the body, in any case and without the prefix, and no other body. */
static void check_vector(struct data *d, const struct adapter *adapter, const struct accounts *set,
	const char *header, struct bytes body, int64_t now_ms)
{
	const char *prefix = adapter == &adapter_zalo ? "mac=" : "sha256=";
	char *copy = arena_copy(&d->a, body.ptr, body.len), *last = strrchr(copy, '"');

	assert_int_equal(verify(d, adapter, set, header, body, now_ms), OK);
	assert_int_equal(verify(d, adapter, set, upper_hex(&d->a, header, prefix), body, now_ms), OK);
	assert_int_equal(verify(d, adapter, set, without(&d->a, header, prefix), body, now_ms), OK);
	last = last ? last - 1 : copy;
	*last ^= 1;
	assert_int_equal(
		verify(d, adapter, set, header, (struct bytes){copy, body.len}, now_ms), ERR_SIGNATURE);
}

static struct bytes vector_body(struct data *d, const cJSON *vector)
{
	struct bytes body = file_read(
		&d->a, data_path(&d->a, arena_printf(&d->a, "webhooks/%s", text_of(vector, "file"))));

	assert_non_null(body.ptr);
	return body;
}

static void zalo_headers_made_elsewhere_verify(void **state)
{
	struct data *d = *state;
	const cJSON *vector;

	need(d->vectors);
	cJSON_ArrayForEach(vector, json_get(d->vectors, "zalo_files"))
		check_vector(d, &adapter_zalo, &accounts, text_of(vector, "header"), vector_body(d, vector),
			json_time_ms(vector, "timestamp"));
}

/* It is signed for one app and names another: the hash is right, the receiver refuses it all the same. */
static void a_zalo_body_that_names_another_app_is_refused(void **state)
{
	struct data *d = *state;
	const cJSON *vector;

	need(d->vectors);
	cJSON_ArrayForEach(vector, json_get(d->vectors, "zalo_published"))
	{
		const char *body = text_of(vector, "body");
		struct account account = {.adapter = &adapter_zalo,
			.id = "oa_id",
			.app_id = text_of(vector, "app_id"),
			.oa_secret = text_of(vector, "oa_secret")};
		struct accounts set = {&account, 1};
		const char *header =
			arena_printf(&d->a, "X-ZEvent-Signature: mac=%s", text_of(vector, "mac_hex"));

		assert_int_equal(verify(d, &adapter_zalo, &set, header, (struct bytes){body, strlen(body)},
					 json_time_ms(vector, "timestamp")),
			ERR_SIGNATURE);
	}
}

static void messenger_headers_made_elsewhere_verify(void **state)
{
	static const char *const lists[] = {"messenger_files", "messenger_escapes", "messenger_published"};
	struct data *d = *state;

	need(d->vectors);
	for (size_t i = 0; i < 3; i++) {
		const cJSON *vector;

		cJSON_ArrayForEach(vector, json_get(d->vectors, lists[i]))
		{
			const char *text = cJSON_GetStringValue(json_get(vector, "body"));
			struct bytes body =
				text ? (struct bytes){text, strlen(text)} : vector_body(d, vector);
			struct account account = {.adapter = &adapter_facebook,
				.id = "1",
				.app_secret = text_of(vector, i == 2 ? "key" : "app_secret")};
			struct accounts set = {&account, 1};

			if (strstr(text_of(vector, "header"), "sha256="))
				check_vector(d, &adapter_facebook, &set, text_of(vector, "header"), body, 0);
			else /* the legacy header alone is worth nothing */
				assert_int_equal(verify(d, &adapter_facebook, &set, text_of(vector, "header"),
							 body, 0),
					ERR_SIGNATURE);
		}
	}
}

static void proofs_made_elsewhere_are_ours(void **state)
{
	struct data *d = *state;
	const cJSON *vector;

	need(d->vectors);
	cJSON_ArrayForEach(vector, json_get(d->vectors, "appsecret_proof"))
	{
		char proof[SIGN_HEX];

		sign_proof(text_of(vector, "app_secret"), text_of(vector, "access_token"), proof);
		assert_string_equal(proof, text_of(vector, "appsecret_proof"));
	}
}

/* --- Requests ---------------------------------------------------------------------------------------- */

static cJSON *requests(struct data *d, const char *name)
{
	const char *path = data_path(&d->a, name);
	cJSON *root;

	need(path);
	root = cJSON_Parse(file_read(&d->a, path).ptr);
	assert_non_null(root);
	return root;
}

static const cJSON *request(const cJSON *root, const char *name)
{
	const cJSON *r;

	cJSON_ArrayForEach(r, json_get(root, "requests")) if (strcmp(text_of(r, "case"), name) == 0) return r;
	fail_msg("no case %s", name);
	return NULL;
}

static const char *header_of(const struct http_call *call, const char *name)
{
	for (size_t i = 0; i < call->header_count; i++)
		if (strcasecmp(call->headers[i].name, name) == 0)
			return call->headers[i].value;
	return NULL;
}

static void assert_same_body(const struct http_call *call, const cJSON *want)
{
	cJSON *got = cJSON_ParseWithLength(call->body.ptr, call->body.len);

	if (!got || !cJSON_Compare(got, want, true))
		fail_msg("got %s\nwant %s", call->body.ptr, cJSON_Print(want));
	cJSON_Delete(got);
	assert_string_equal(call->method, "POST");
	assert_string_equal(header_of(call, "Content-Type"), "application/json");
}

static void messenger_requests_equal_those_of_another_client(void **state)
{
	static const struct account account = {
		.adapter = &adapter_facebook, .app_secret = "APP_SECRET", .appsecret_proof = true};
	static const struct {
		const char *name;
		struct part part;
	} cases[] = {
		{"text", {.text = "Xin chào! Bạn cần hỗ trợ thủ tục gì?"}},
		{"text_quick_replies", {.text = "Bạn ở tỉnh nào?",
					       .button_count = 2,
					       .buttons = {{BUTTON_PAYLOAD, "Hà Nội", "P:01"},
						       {BUTTON_PAYLOAD, "Khác", "P:99"}}}},
		{"button_template", {.text = "Chọn mục",
					    .button_count = 2,
					    .buttons = {{BUTTON_PAYLOAD, "Hồ sơ", "DOC"},
						    {BUTTON_URL, "Xem", "https://dichvucong.gov.vn/"}}}},
	};
	static const struct recipient to = {.user = "PSID_1"};
	struct data *d = *state;
	cJSON *root = requests(d, "sendapi/messenger_requests.json");

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const cJSON *want = request(root, cases[i].name), *query = json_get(want, "query");
		struct http_call call;

		assert_int_equal(adapter_facebook.encode(&d->a, &account, &to, &cases[i].part, FORM_FULL,
					 "PAGE_TOKEN", NULL, &call),
			OK);
		assert_same_body(&call, json_get(want, "body"));
		assert_string_equal(call.url,
			arena_printf(&d->a, "https://graph.facebook.com%s?access_token=%s&appsecret_proof=%s",
				text_of(want, "path"), text_of(query, "access_token"),
				text_of(query, "appsecret_proof")));
	}
	cJSON_Delete(root);
}

static void zalo_requests_equal_the_official_samples(void **state)
{
	static const struct account account = {.adapter = &adapter_zalo, .id = "1", .app_id = "2"};
	static const struct {
		const char *name;
		struct recipient to;
	} cases[] = {
		{"text", {.user = "2468458835296197922"}},
		{"anonymous_text", {.user = "anonymous_id", .conversation_id = "conversation_id"}},
	};
	static const struct part part = {.text = "text_message"};
	struct data *d = *state;
	cJSON *root = requests(d, "sendapi/zalo_requests.json");

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const cJSON *want = request(root, cases[i].name);
		struct http_call call;

		assert_int_equal(adapter_zalo.encode(&d->a, &account, &cases[i].to, &part, FORM_FULL, "token",
					 "1.0", &call),
			OK);
		assert_same_body(&call, json_get(want, "body"));
		assert_string_equal(call.url, text_of(want, "url"));
		assert_string_equal(header_of(&call, "access_token"), "token");
		assert_null(header_of(&call, "Authorization"));
	}
	cJSON_Delete(root);
}

/* The sample has each kind of button; we use three of them. */
static void zalo_buttons_equal_a_provider_s_sample(void **state)
{
	static const struct account account = {.adapter = &adapter_zalo, .id = "1", .app_id = "2"};
	static const struct recipient to = {.user = "2468458835296197922"};
	static const struct part part = {.text = "…",
		.button_count = 3,
		.buttons = {{BUTTON_URL, "Link url", "https://example.com/"},
			{BUTTON_PAYLOAD, "QUERY HIDE", "#callback_data"},
			{BUTTON_PHONE, "OPEN PHONE", "0900000000"}}};
	struct data *d = *state;
	cJSON *root = requests(d, "sendapi/zalo_requests.json");
	const cJSON *want = json_get(request(root, "text_with_buttons"), "body");
	const cJSON *attachment = json_get(json_get(want, "message"), "attachment");
	cJSON *buttons = (cJSON *)(uintptr_t)json_get(json_get(attachment, "payload"), "buttons");
	struct http_call call;

	assert_int_equal(cJSON_GetArraySize(buttons), 5);
	cJSON_DeleteItemFromArray(buttons, 3); /* SMS */
	cJSON_DeleteItemFromArray(buttons, 1); /* a payload shown as message */
	assert_int_equal(
		adapter_zalo.encode(&d->a, &account, &to, &part, FORM_FULL, "token", "1.0", &call), OK);
	assert_same_body(&call, want);
	cJSON_Delete(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_zalo_body_means_what_the_table_says, setup, teardown),
		cmocka_unit_test_setup_teardown(
			each_messenger_body_means_what_the_table_says, setup, teardown),
		cmocka_unit_test_setup_teardown(zalo_headers_made_elsewhere_verify, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_zalo_body_that_names_another_app_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(messenger_headers_made_elsewhere_verify, setup, teardown),
		cmocka_unit_test_setup_teardown(proofs_made_elsewhere_are_ours, setup, teardown),
		cmocka_unit_test_setup_teardown(
			messenger_requests_equal_those_of_another_client, setup, teardown),
		cmocka_unit_test_setup_teardown(zalo_requests_equal_the_official_samples, setup, teardown),
		cmocka_unit_test_setup_teardown(zalo_buttons_equal_a_provider_s_sample, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
