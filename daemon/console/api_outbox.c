/* api_outbox.c - accounts and delivery: what could not be sent is read, sent again or dropped. A citizen's id on the platform
 * is shown by its last characters only: enough to tell two rows apart. */
#include "daemon/console/call.h"
#include "daemon/console/facts.h"
#include "daemon/base/text.h"
#include "daemon/store/store_outbox.h"

#include <string.h>

enum err api_accounts_list(struct call *c);
enum err api_outbox_list(struct call *c);
enum err api_outbox_get(struct call *c);
enum err api_outbox_retry(struct call *c);
enum err api_outbox_drop(struct call *c);

#define RETRY_FOR_MS ((int64_t)15 * 60 * 1000) /* a person wants it sent now, not tomorrow */
#define EXCERPT_UNITS 160

enum err api_accounts_list(struct call *c)
{
	const struct accounts *all = c->o->accounts;
	struct page page;
	cJSON *items;
	enum err err = OK;

	if (!take_page(c, &page))
		return OK;
	items = put_page(c, &page, all->count);
	for (size_t i = page.skip; i < all->count && i < page.skip + page.size && !err; i++)
		err = put_account(c, list_object(items), &all->items[i]);
	return err;
}

/* --- Replies --- */

static const char *tail_of(struct call *c, const char *id)
{
	size_t len = strlen(id);

	return len > 8 ? arena_printf(&c->arena, "…%s", id + len - 4) : "…";
}

static void put_row(struct call *c, cJSON *item, const struct outbox_row *row)
{
	const struct account *account = account_of(c->o->accounts, row->channel, row->account);

	put_number(item, "id", row->id);
	put_text(item, "state", outbox_state_name(row->state));
	put_text(item, "channel", row->channel);
	put_text(item, "account", account ? account->name : row->account);
	put_text(item, "user", tail_of(c, row->user));
	put_number(item, "part_next", (int64_t)row->part_next);
	put_number(item, "part_count", (int64_t)row->parts.count);
	put_number(item, "attempts", row->attempts);
	put_number(item, "created_ms", row->created_ms);
	put_number(item, "due_ms", row->due_ms);
	put_number(item, "expires_ms", row->expires_ms);
	put_text(item, "reason", row->reason);
}

static void put_excerpt(struct call *c, cJSON *item, const struct outbox_row *row)
{
	const char *text = row->parts.count ? row->parts.items[0].text : "";
	size_t len = text_utf16_prefix(text, EXCERPT_UNITS);

	put_text(item, "text", arena_printf(&c->arena, "%.*s%s", (int)len, text, text[len] ? "…" : ""));
}

static bool state_from(const char *word, enum outbox_state *ret_state)
{
	for (enum outbox_state state = OUTBOX_DUE; state <= OUTBOX_DEAD; state++)
		if (strcmp(outbox_state_name(state), word) == 0) {
			*ret_state = state;
			return true;
		}
	return false;
}

enum err api_outbox_list(struct call *c)
{
	const char *word = call_query(c, "state");
	enum outbox_state state = OUTBOX_DEAD;
	struct outbox_row *rows;
	size_t count, total;
	struct page page;
	cJSON *items;
	enum err err;

	if (!take_page(c, &page))
		return OK;
	if (word && !state_from(word, &state))
		return call_refuse(c, 400, "invalid", "state");
	err = store_outbox_page(c->reader, &c->arena, state, page.skip, page.size, &rows, &count, &total);
	if (err)
		return err;
	items = put_page(c, &page, total);
	for (size_t i = 0; i < count; i++) {
		cJSON *item = list_object(items);

		put_row(c, item, &rows[i]);
		put_excerpt(c, item, &rows[i]);
	}
	return OK;
}

enum err api_outbox_get(struct call *c)
{
	struct outbox_row row;
	cJSON *parts;
	int64_t id;
	enum err err;

	if (!call_id(c, 0, &id))
		return OK;
	err = store_outbox_get(c->reader, &c->arena, id, &row);
	if (err)
		return err;
	put_row(c, c->json, &row);
	parts = put_list(c->json, "parts");
	for (size_t i = 0; i < row.parts.count; i++)
		put_part(list_object(parts), &row.parts.items[i]);
	return OK;
}

struct arrow {
	const struct call *call;
	int64_t id;
};

static enum err retry_job(struct store_tx *tx, void *arg)
{
	const struct arrow *a = arg;

	return store_outbox_retry(tx, a->id, a->call->now_ms + RETRY_FOR_MS, a->call->now_ms);
}

static enum err drop_job(struct store_tx *tx, void *arg)
{
	const struct arrow *a = arg;

	return store_outbox_drop(tx, a->id, a->call->session.staff.name, a->call->now_ms);
}

static enum err arrow(struct call *c, store_job job, const char *what, int64_t *ret_id)
{
	struct arrow a = {.call = c};
	struct outbox_row row;
	enum err err;

	if (!call_id(c, 0, &a.id))
		return OK;
	err = store_outbox_get(c->reader, &c->arena, a.id, &row);
	if (!err)
		err = call_write(c, job, &a, what, c->param[0], NULL);
	else if (err == ERR_NOT_FOUND)
		return err;
	if (err == ERR_NOT_FOUND) /* it is there, but in another state */
		return call_refuse(c, 409, "outbox_state", NULL);
	if (!err)
		*ret_id = a.id;
	return err;
}

enum err api_outbox_retry(struct call *c)
{
	return arrow(c, retry_job, "outbox.retry", &c->out->wake_outbox_id);
}

enum err api_outbox_drop(struct call *c)
{
	int64_t id;

	return arrow(c, drop_job, "outbox.drop", &id);
}
