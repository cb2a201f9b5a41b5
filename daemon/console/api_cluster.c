/* api_cluster.c - what staff does with a cluster. Every act is in the audit trail, without a word a citizen wrote. */
#include "daemon/console/clusters.h"
#include "daemon/console/knowledge.h"
#include "daemon/console/whose.h"

#include <stdio.h>
#include <string.h>

enum err api_cluster_change(struct call *c);
enum err api_cluster_ask(struct call *c);
enum err api_cluster_draft(struct call *c);
enum err api_cluster_answer(struct call *c);
enum err api_cluster_approve(struct call *c);
enum err api_cluster_resolve(struct call *c);
enum err api_cluster_ignore(struct call *c);
enum err api_cluster_out_of_scope(struct call *c);
enum err api_cluster_reopen(struct call *c);
enum err api_cluster_merge(struct call *c);
enum err api_cluster_split(struct call *c);

enum { LABEL_MAX = 300, OWNER_MAX = 64, WORDS_MAX = 4000, ASK_MAX = 300, IDS_MAX = 500, ASKS_MAX = 200 };

struct act {
	const struct call *call;
	struct cluster cluster;
	struct cluster_change change;
	const char *text; /* record, answer, state */
	int64_t *ids;
	size_t id_count;
	int64_t into, ret_id;
	bool at_once;
};

/* --- Members of the body -------------------------------------------------------------------------------- */

static bool take_ids(struct call *c, const char *name, struct act *act)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(c->body, name), *item;

	act->ids = arena_array(&c->arena, IDS_MAX, sizeof *act->ids);
	cJSON_ArrayForEach(item, list)
	{
		bool fits = cJSON_IsArray(list) && cJSON_IsNumber(item) && item->valuedouble >= 1 &&
			    item->valuedouble <= 1e15 && act->ids && act->id_count < IDS_MAX;

		if (!fits) {
			call_refuse(c, 400, "invalid", name);
			return false;
		}
		act->ids[act->id_count++] = (int64_t)item->valuedouble;
	}
	if (!act->id_count)
		call_refuse(c, 400, list && !cJSON_IsArray(list) ? "invalid" : "missing", name);
	return act->id_count > 0;
}

/* A member that is there and empty takes away what was. */
static bool take_change(struct call *c, const char *name, size_t max, const char **ret_text)
{
	if (!take_text(c, name, max, ret_text))
		return false;
	if (!*ret_text && cJSON_HasObjectItem(c->body, name))
		*ret_text = "";
	return true;
}

/* A record that is in force; refuses. */
static enum err want_record(
	struct call *c, const char **ret_record, struct browse_record *ret_found, bool *ret_is)
{
	struct why why = {""};
	struct browse *b;
	enum err err;

	*ret_is = false;
	if (!want_text(c, "record", RECORD_MAX, ret_record))
		return OK;
	err = desk_browse(c, &b);
	if (!err)
		err = call_failed(
			c, browse_get(b, &c->arena, *ret_record, "", c->today, ret_found, &why), &why);
	if (err == ERR_NOT_FOUND)
		return call_refuse(c, 400, "invalid", "record");
	*ret_is = !err;
	return err;
}

/* --- Simple acts ---------------------------------------------------------------------------------------- */

static cJSON *detail_text(const char *name, const char *value)
{
	cJSON *detail = cJSON_CreateObject();

	put_text(detail, name, value);
	return detail;
}

/* What is not there any more, or is in another state by now. */
static enum err done(struct call *c, enum err err)
{
	if (err == ERR_NOT_FOUND)
		return call_refuse(c, 409, "cluster_state", NULL);
	return err;
}

static enum err change_job(struct store_tx *tx, void *arg)
{
	const struct act *act = arg;

	return store_cluster_change(tx, act->cluster.id, &act->change);
}

enum err api_cluster_change(struct call *c)
{
	struct act act = {.call = c};
	bool may;
	enum err err = clusters_take_mine(c, &act.cluster, &may);
	cJSON *detail;

	if (err || !may || !take_change(c, "label", LABEL_MAX, &act.change.label) ||
		!take_change(c, "owner", OWNER_MAX, &act.change.owner) ||
		!take_change(c, "due", 10, &act.change.due))
		return err;
	if (act.change.due && *act.change.due && !is_day(act.change.due))
		return call_refuse(c, 400, "invalid", "due");
	detail = detail_text("label", act.change.label);
	put_text(detail, "owner", act.change.owner);
	put_text(detail, "due", act.change.due);
	return done(c, call_write(c, change_job, &act, "cluster.change", c->param[0], detail));
}

static enum err ignore_job(struct store_tx *tx, void *arg)
{
	const struct act *act = arg;
	const struct call *c = act->call;

	return store_cluster_ignore(tx, act->cluster.id, act->text, c->session.staff.name, c->now_ms);
}

static enum err ignore(struct call *c, const char *state, const char *what)
{
	struct act act = {.call = c, .text = state};
	bool may;
	enum err err = clusters_take_mine(c, &act.cluster, &may);

	return err || !may ? err : done(c, call_write(c, ignore_job, &act, what, c->param[0], NULL));
}

enum err api_cluster_ignore(struct call *c)
{
	return ignore(c, "ignored", "cluster.ignore");
}

enum err api_cluster_out_of_scope(struct call *c)
{
	return ignore(c, "out_of_scope", "cluster.out_of_scope");
}

static enum err reopen_job(struct store_tx *tx, void *arg)
{
	return store_cluster_reopen(tx, ((const struct act *)arg)->cluster.id);
}

enum err api_cluster_reopen(struct call *c)
{
	struct act act = {.call = c};
	bool may;
	enum err err = clusters_take_mine(c, &act.cluster, &may);

	return err || !may ? err
			   : done(c, call_write(c, reopen_job, &act, "cluster.reopen", c->param[0], NULL));
}

static enum err merge_job(struct store_tx *tx, void *arg)
{
	const struct act *act = arg;

	return store_cluster_merge(tx, act->cluster.id, act->into, act->call->now_ms);
}

/* Both are the caller's. */
enum err api_cluster_merge(struct call *c)
{
	struct act act = {.call = c};
	struct cluster into;
	const char *id;
	cJSON *detail;
	bool may;
	enum err err = clusters_take_mine(c, &act.cluster, &may);

	if (err || !may || !take_number(c, "into", 1, (int64_t)1 << 52, 0, &act.into))
		return err;
	if (!act.into || act.into == act.cluster.id)
		return call_refuse(c, 400, act.into ? "invalid" : "missing", "into");
	id = c->param[0];
	c->param[0] = arena_printf(&c->arena, "%lld", (long long)act.into);
	err = c->param[0] ? clusters_take_mine(c, &into, &may) : ERR_NOMEM;
	c->param[0] = id;
	if (err || !may)
		return err;
	detail = cJSON_CreateObject();
	put_number(detail, "into", act.into);
	return done(c, call_write(c, merge_job, &act, "cluster.merge", c->param[0], detail));
}

static enum err split_job(struct store_tx *tx, void *arg)
{
	struct act *act = arg;

	return store_cluster_split(tx, act->cluster.id, act->ids, act->id_count, &act->ret_id);
}

enum err api_cluster_split(struct call *c)
{
	struct act act = {.call = c};
	cJSON *detail;
	bool may;
	enum err err = clusters_take_mine(c, &act.cluster, &may);

	if (err || !may || !take_ids(c, "questions", &act))
		return err;
	detail = cJSON_CreateObject();
	put_number(detail, "questions", (int64_t)act.id_count);
	err = call_write(c, split_job, &act, "cluster.split", c->param[0], detail);
	if (err == ERR_FORMAT) /* none of them is in it, or all */
		return call_refuse(c, 400, "invalid", "questions");
	if (!err && c->out->status < 400) {
		c->out->status = 201;
		put_number(c->json, "id", act.ret_id);
	}
	return done(c, err);
}

/* --- Answers -------------------------------------------------------------------------------------------- */

static enum err resolve_job(struct store_tx *tx, void *arg)
{
	const struct act *act = arg;
	const struct call *c = act->call;

	return store_cluster_resolve(tx, act->cluster.id, act->text, c->session.staff.name, c->now_ms);
}

enum err api_cluster_resolve(struct call *c)
{
	struct act act = {.call = c};
	struct browse_record record;
	bool may, is;
	enum err err = clusters_take_mine(c, &act.cluster, &may);

	if (err || !may)
		return err;
	err = want_record(c, &act.text, &record, &is);
	if (err || !is)
		return err;
	if (!record.body)
		return call_refuse(c, 409, "cluster_record", "record");
	return done(c, call_write(c, resolve_job, &act, "cluster.resolve", c->param[0],
			       detail_text("record", act.text)));
}

static enum err answer_job(struct store_tx *tx, void *arg)
{
	const struct act *act = arg;
	const struct call *c = act->call;
	enum err err = store_cluster_answer(tx, act->cluster.id, act->text, c->session.staff.name);

	if (err || !act->at_once)
		return err;
	return store_cluster_approve(tx, act->cluster.id, c->session.staff.name, c->now_ms);
}

enum err api_cluster_answer(struct call *c)
{
	struct act act = {.call = c, .at_once = !c->o->two_persons};
	bool may;
	enum err err = clusters_take_mine(c, &act.cluster, &may);

	if (err || !may || !want_text(c, "text", WORDS_MAX, &act.text))
		return err;
	put_bool(c->json, "approved", act.at_once);
	return done(c, call_write(c, answer_job, &act, "cluster.answer", c->param[0], NULL));
}

static enum err approve_job(struct store_tx *tx, void *arg)
{
	const struct act *act = arg;
	const struct call *c = act->call;

	return store_cluster_approve(tx, act->cluster.id, c->session.staff.name, c->now_ms);
}

enum err api_cluster_approve(struct call *c)
{
	struct act act = {.call = c};
	const char *by;
	bool may;
	enum err err = clusters_take_mine(c, &act.cluster, &may);

	if (err || !may)
		return err;
	by = act.cluster.answered_by;
	if (c->o->two_persons && by && strcmp(by, c->session.staff.name) == 0)
		return call_refuse(c, 403, "own_answer", NULL);
	return done(c, call_write(c, approve_job, &act, "cluster.approve", c->param[0], NULL));
}

/* --- Teaching ------------------------------------------------------------------------------------------- */

/* A wording that names somebody's masked number teaches the mask. */
static bool is_teachable(const struct unresolved *q, int64_t cluster)
{
	return q->cluster == cluster && q->text && q->text[0] && strlen(q->text) <= ASK_MAX &&
	       !strchr(q->text, '[');
}

static bool is_known(const char **asks, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(asks[i], text) == 0)
			return true;
	return false;
}

/* What the record has, and the wordings behind it; *ret_added of them are new. */
static enum err asks_collect(struct call *c, const struct act *act, const struct browse_record *record,
	const char ***ret_asks, size_t *ret_count, size_t *ret_added)
{
	const char **asks = arena_array(&c->arena, record->ask_count + act->id_count + 1, sizeof *asks);
	size_t count = 0;

	if (!asks)
		return ERR_NOMEM;
	for (; count < record->ask_count; count++)
		asks[count] = record->asks[count];
	for (size_t i = 0; i < act->id_count && count < ASKS_MAX; i++) {
		struct unresolved q;
		const char *text;
		enum err err = store_question_get(c->reader, &c->arena, act->ids[i], &q);

		if (err && err != ERR_NOT_FOUND)
			return err;
		if (!err && is_teachable(&q, act->cluster.id) && clean_text(c, q.text, &text) &&
			!is_known(asks, count, text))
			asks[count++] = text;
	}
	*ret_asks = asks;
	*ret_count = count;
	*ret_added = count - record->ask_count;
	return OK;
}

static enum err teach(struct call *c, const struct act *act, const struct browse_record *record)
{
	struct edit_own own = {
		.title = record->title, .keywords = record->keywords, .keyword_count = record->keyword_count};
	struct edit_by by = call_by(c, "record.own");
	struct edit_trouble trouble = {0};
	struct why why = {""};
	const char **asks = NULL;
	size_t added = 0;
	struct edit *e;
	cJSON *detail;
	enum err err = asks_collect(c, act, record, &asks, &own.ask_count, &added);

	own.asks = asks;
	if (!err)
		err = desk_edit(c, &e);
	if (!err && added)
		err = edit_own(e, record->id, &own, &by, &trouble, &why);
	if (err)
		return call_trouble(c, err, &trouble, &why);
	put_number(c->json, "added", (int64_t)added);
	detail = detail_text("record", record->id);
	put_number(detail, "added", (int64_t)added);
	call_audit(c, "cluster.ask", c->param[0], detail);
	return OK;
}

enum err api_cluster_ask(struct call *c)
{
	struct act act = {.call = c};
	struct browse_record record;
	bool may, is;
	enum err err = clusters_take_mine(c, &act.cluster, &may);

	if (err || !may)
		return err;
	err = want_record(c, &act.text, &record, &is);
	if (err || !is || !take_ids(c, "wordings", &act))
		return err;
	if (!whose_record(c, record.id))
		return call_refuse(c, 403, "other_unit", NULL);
	return teach(c, &act, &record);
}

/* The matter's name and what was answered once; the rest is the curator's. */
static char *draft_body(struct call *c, const struct act *act, const char *kind)
{
	bool faq = strcmp(kind, "faq") == 0, guide = strcmp(kind, "guide") == 0;
	const char *label = act->cluster.label, *answer = act->cluster.answer;
	cJSON *body = cJSON_CreateObject();
	char *printed;

	put_text(body, faq ? "question" : "name", label ? label : "");
	if (faq || guide)
		put_text(body, faq ? "answer" : "text",
			answer ? answer : call_sentence(c, "cluster_draft_text"));
	printed = cJSON_PrintUnformatted(body);
	cJSON_Delete(body);
	return printed;
}

static enum err draft(struct call *c, const struct act *act, const char *kind, const char *id)
{
	const char *unit = c->session.staff.unit ? c->session.staff.unit : "";
	struct edit_by by = call_by(c, "version.create");
	struct edit_trouble trouble = {0};
	struct version_row row = {0};
	struct edit_text text = {0};
	struct why why = {""};
	struct edit *e;
	char *body = draft_body(c, act, kind);
	enum err err = body ? desk_edit(c, &e) : ERR_NOMEM;

	text.body = body;
	if (!err)
		err = edit_create(e, kind, id, unit, &text, &by, &row, &trouble, &why);
	cJSON_free(body);
	if (err)
		return call_trouble(c, err, &trouble, &why);
	c->out->status = 201;
	put_number(c->json, "version", row.id);
	put_text(c->json, "record", row.record);
	call_audit(c, "cluster.draft", c->param[0], detail_text("record", row.record));
	return OK;
}

enum err api_cluster_draft(struct call *c)
{
	struct act act = {.call = c};
	const char *kind, *id;
	bool may;
	enum err err = clusters_take_mine(c, &act.cluster, &may);

	if (err || !may || !take_text(c, "kind", 16, &kind) || !take_text(c, "id", RECORD_MAX, &id))
		return err;
	kind = kind ? kind : "faq";
	if (!id)
		id = arena_printf(&c->arena, "%s:cum-%lld", kind, (long long)act.cluster.id);
	return id ? draft(c, &act, kind, id) : ERR_NOMEM;
}
