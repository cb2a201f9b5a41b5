#include "daemon/console/facts.h"

#include "daemon/store/store_event.h"
#include "daemon/store/store_outbox.h"
#include "daemon/store/store_token.h"

#include <string.h>

static const char *token_word(const struct account *account, const struct token *token)
{
	if (account->page_token && token->state != TOKEN_CONSENT_NEEDED)
		return "good"; /* a page's token does not expire and is not renewed */
	switch (token->state) {
	case TOKEN_GOOD: return "good";
	case TOKEN_PENDING: return "pending";
	case TOKEN_CONSENT_NEEDED: return "consent_needed";
	default: return "none";
	}
}

enum err put_account(struct call *c, cJSON *object, const struct account *account)
{
	const char *channel = account->adapter->name, *failure = NULL;
	int64_t failure_ms = 0, webhook_ms = 0;
	struct token token = {0};
	enum err err = store_token_get(c->reader, &c->arena, channel, account->id, &token);

	if (!err)
		err = store_outbox_last_failure(
			c->reader, &c->arena, channel, account->id, &failure, &failure_ms);
	if (!err)
		err = store_event_last(c->reader, channel, account->id, &webhook_ms);
	if (err)
		return err;
	put_text(object, "channel", channel);
	put_text(object, "account", account->name);
	put_text(object, "id", account->id);
	put_text(object, "unit", account->unit);
	put_text(object, "state", token_word(account, &token));
	put_text(object, "reason", token.reason);
	put_number(object, "expires_ms", token.expires_ms);
	put_text(object, "last_error", failure);
	put_number(object, "last_error_ms", failure_ms);
	put_number(object, "webhooks_last_ms", webhook_ms);
	put_bool(object, "signature_log_only", account->signature_log_only);
	return OK;
}

const struct account *account_of(const struct accounts *accounts, const char *channel, const char *id)
{
	for (size_t i = 0; i < accounts->count; i++)
		if (strcmp(accounts->items[i].adapter->name, channel) == 0 &&
			strcmp(accounts->items[i].id, id) == 0)
			return &accounts->items[i];
	return NULL;
}

void put_part(cJSON *object, const struct part *part)
{
	static const char *const kinds[] = {
		[BUTTON_PAYLOAD] = "payload", [BUTTON_URL] = "url", [BUTTON_PHONE] = "phone"};
	cJSON *buttons;

	put_text(object, "text", part->text);
	buttons = put_list(object, "buttons");
	for (size_t i = 0; i < part->button_count; i++) {
		cJSON *button = list_object(buttons);

		put_text(button, "kind", kinds[part->buttons[i].kind]);
		put_text(button, "title", part->buttons[i].title);
		put_text(button, "value", part->buttons[i].value);
	}
}
