/* api_clusters.c - unresolved questions by what they ask for: lists, one of them, its questions, and whether it would be found now. */
#include "daemon/console/clusters.h"
#include "daemon/console/desk.h"
#include "daemon/console/facts.h"
#include "daemon/console/knowledge.h"
#include "daemon/console/whose.h"
#include "daemon/store/store_wait.h"
#include "knowledge/kb.h"

#include <stdlib.h>
#include <string.h>

enum err api_clusters_list(struct call *c);
enum err api_clusters_get(struct call *c);
enum err api_clusters_questions(struct call *c);
enum err api_clusters_found(struct call *c);

enum {
	SAMPLES = 20,
	NEAREST = 5,
	NEAREST_ROOM = SAMPLES * NEAREST,
	NEAREST_LISTED = 3,
	WAITS = 200,
	HISTORY = 50,
	FOUND = 50
};

/* --- Nearest records ------------------------------------------------------------------------------------ */

struct near { /* a record that came near to several wordings */
	const char *id, *title, *why;
	double score, confidence;
	int64_t count;
};

static const char *text_of(const cJSON *row, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, name));
}

static double number_of(const cJSON *row, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(row, name);

	return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

/* What is kept of the best of its appearances. */
static void near_add(struct call *c, struct near *all, size_t *count, const cJSON *row, int64_t times)
{
	const char *id = text_of(row, "id");
	double confidence = number_of(row, "confidence");
	size_t i = 0;

	while (id && i < *count && strcmp(all[i].id, id) != 0)
		i++;
	if (!id || i == NEAREST_ROOM)
		return;
	if (i == *count) {
		all[i] = (struct near){.id = arena_string(&c->arena, id), .confidence = -1};
		if (!all[i].id)
			return;
		(*count)++;
	}
	all[i].count += times;
	if (confidence <= all[i].confidence)
		return;
	all[i].title = arena_string(&c->arena, text_of(row, "title"));
	all[i].why = arena_string(&c->arena, text_of(row, "why"));
	all[i].score = number_of(row, "score");
	all[i].confidence = confidence;
}

static int by_count(const void *a, const void *b)
{
	const struct near *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return x->confidence < y->confidence ? 1 : x->confidence > y->confidence ? -1 : strcmp(x->id, y->id);
}

static void put_nearest(
	struct call *c, cJSON *object, const struct cluster_wording *wordings, size_t count, size_t max)
{
	struct near *all = arena_array(&c->arena, NEAREST_ROOM, sizeof *all);
	cJSON *list = put_list(object, "nearest");
	size_t found = 0;

	for (size_t i = 0; all && i < count; i++) {
		cJSON *rows = wordings[i].question.nearest ? cJSON_Parse(wordings[i].question.nearest) : NULL;
		const cJSON *row;

		cJSON_ArrayForEach(row, rows) near_add(c, all, &found, row, wordings[i].count);
		cJSON_Delete(rows);
	}
	if (all)
		qsort(all, found, sizeof *all, by_count);
	for (size_t i = 0; i < found && i < max; i++) {
		cJSON *item = list_object(list);

		put_text(item, "id", all[i].id);
		put_text(item, "title", all[i].title);
		put_share(item, "score", all[i].score);
		put_share(item, "confidence", all[i].confidence);
		put_text(item, "why", all[i].why);
		put_number(item, "count", all[i].count);
	}
}

/* --- Lists ---------------------------------------------------------------------------------------------- */

static bool take_filter(struct call *c, struct cluster_filter *ret_filter)
{
	struct cluster_filter f = {.state = call_query(c, "state"),
		.owner = call_query(c, "owner"),
		.reason = call_query(c, "reason"),
		.text = call_query(c, "q"),
		.now_ms = c->now_ms};
	const char *sort = call_query(c, "sort"), *wrong = NULL;
	enum question_reason reason;

	if (f.state && !cluster_state_known(f.state))
		wrong = "state";
	if (f.reason && !question_reason_from(f.reason, &reason))
		wrong = "reason";
	if (sort && !cluster_sort_from(sort, &f.sort))
		wrong = "sort";
	if (wrong) {
		call_refuse(c, 400, "invalid", wrong);
		return false;
	}
	if (f.owner && strcmp(f.owner, "-") == 0)
		f.owner = ""; /* nobody's */
	*ret_filter = f;
	return true;
}

static enum err put_listed(struct call *c, cJSON *item, const struct cluster *cluster, const char *units)
{
	struct unresolved *newest;
	struct cluster_facts facts;
	size_t count = 0, total;
	enum err err = store_cluster_facts(c->reader, &c->arena, cluster->id, units, c->now_ms, &facts);

	if (!err)
		err = store_cluster_questions(
			c->reader, &c->arena, cluster->id, units, 0, 1, &newest, &count, &total);
	if (err)
		return err;
	put_cluster(c, item, cluster, &facts);
	put_nearest(c, item,
		&(struct cluster_wording){.question = count ? newest[0] : (struct unresolved){0}, .count = 1},
		count, NEAREST_LISTED);
	return OK;
}

enum err api_clusters_list(struct call *c)
{
	struct cluster_filter filter;
	struct cluster *clusters;
	size_t count, total;
	struct page page;
	cJSON *items;
	enum err err;

	if (!take_page(c, &page) || !take_filter(c, &filter))
		return OK;
	err = clusters_units(c, call_query(c, "unit"), &filter.units);
	if (!err)
		err = store_cluster_list(
			c->reader, &c->arena, &filter, page.skip, page.size, &clusters, &count, &total);
	if (err)
		return err;
	items = put_page(c, &page, total);
	for (size_t i = 0; i < count && !err; i++)
		err = put_listed(c, list_object(items), &clusters[i], filter.units);
	return err;
}

/* --- One ------------------------------------------------------------------------------------------------ */

static void put_samples(struct call *c, const struct cluster_wording *wordings, size_t count)
{
	cJSON *list = put_list(c->json, "samples");

	for (size_t i = 0; i < count; i++) {
		cJSON *item = list_object(list);

		put_asked(c, item, &wordings[i].question);
		put_number(item, "count", wordings[i].count);
	}
}

static enum err put_waits(struct call *c, int64_t id)
{
	const struct wait_filter filter = {.cluster = id};
	cJSON *list = put_list(c->json, "waits");
	struct wait *waits;
	size_t count, total;
	enum err err = store_wait_list(c->reader, &c->arena, &filter, 0, WAITS, &waits, &count, &total);

	for (size_t i = 0; i < count && !err; i++) {
		const struct account *account =
			account_of(c->o->accounts, waits[i].citizen.channel, waits[i].citizen.account);
		cJSON *item = list_object(list);

		put_text(item, "code", waits[i].code);
		put_text(item, "state", wait_state_word(waits[i].state));
		put_bool(item, "consent", waits[i].consent);
		put_number(item, "created_ms", waits[i].created_ms);
		if (account && waits[i].last_ms)
			put_number(item, "window_ms", waits[i].last_ms + account->adapter->window_ms);
		else
			put_text(item, "window_ms", NULL);
		put_text(item, "reason", waits[i].reason);
	}
	return err;
}

static enum err put_history(struct call *c)
{
	const struct audit_filter filter = {.object = c->param[0], .what = "cluster."};
	cJSON *list = put_list(c->json, "history");
	struct audit *entries;
	size_t count, total;
	enum err err = store_audit_list(c->reader, &c->arena, &filter, 0, HISTORY, &entries, &count, &total);

	for (size_t i = 0; i < count && !err; i++) {
		cJSON *item = list_object(list);

		put_number(item, "time_ms", entries[i].time_ms);
		put_text(item, "who", entries[i].who);
		put_text(item, "what", entries[i].what);
		put_json(item, "detail", entries[i].detail);
	}
	return err;
}

enum err api_clusters_get(struct call *c)
{
	struct cluster_wording *wordings;
	struct cluster_facts facts;
	struct cluster cluster;
	const char *units;
	size_t count;
	enum err err = clusters_take(c, &cluster, &facts, &units);

	if (!err)
		err = store_cluster_wordings(
			c->reader, &c->arena, cluster.id, units, SAMPLES, &wordings, &count);
	if (err)
		return err;
	put_cluster(c, c->json, &cluster, &facts);
	if (cluster.merged_into)
		put_number(c->json, "merged_into", cluster.merged_into);
	put_text(c->json, "answer", cluster.answer);
	put_text(c->json, "answered_by", cluster.answered_by);
	put_text(c->json, "approved_by", cluster.approved_by);
	put_samples(c, wordings, count);
	put_nearest(c, c->json, wordings, count, NEAREST);
	err = put_waits(c, cluster.id);
	return err ? err : put_history(c);
}

enum err api_clusters_questions(struct call *c)
{
	struct unresolved *questions;
	struct cluster_facts facts;
	struct cluster cluster;
	size_t count, total;
	const char *units;
	struct page page;
	cJSON *items;
	enum err err;

	if (!take_page(c, &page))
		return OK;
	err = clusters_take(c, &cluster, &facts, &units);
	if (!err)
		err = store_cluster_questions(c->reader, &c->arena, cluster.id, units, page.skip, page.size,
			&questions, &count, &total);
	if (err)
		return err;
	items = put_page(c, &page, total);
	for (size_t i = 0; i < count; i++) {
		cJSON *item = list_object(items);

		put_asked(c, item, &questions[i]);
		put_json(item, "nearest", questions[i].nearest);
	}
	return OK;
}

/* --- Would it be found? --------------------------------------------------------------------------------- */

static const char *decision_word(enum decision decision)
{
	return decision == DECIDE_ANSWER ? "answer" : decision == DECIDE_CHOICES ? "choices" : "none";
}

static enum err put_first(struct call *c, struct kb *kb, cJSON *item, const struct unresolved *q)
{
	const struct search_scope scope = {.unit = q->unit, .as_of = c->today};
	struct answers found = {.decision = DECIDE_NONE};
	struct question asked;
	enum err err = question_parse(c->o->words, &c->arena, q->text, &asked);

	if (!err && asked.says == SAY_QUESTION)
		err = kb_search(kb, &c->arena, &asked, &scope, &found);
	if (err)
		return err;
	put_number(item, "id", q->id);
	put_text(item, "text", q->text);
	put_text(item, "decision", decision_word(found.decision));
	put_text(item, "record", found.count ? found.items[0].id : NULL);
	put_text(item, "title", found.count ? found.items[0].title : NULL);
	put_share(item, "confidence", found.count ? found.items[0].confidence : 0);
	return OK;
}

enum err api_clusters_found(struct call *c)
{
	struct cluster_wording *wordings;
	struct cluster_facts facts;
	struct cluster cluster;
	struct why why = {""};
	struct kb *kb = NULL;
	const char *units;
	size_t count;
	cJSON *items;
	enum err err = clusters_take(c, &cluster, &facts, &units);

	if (!err)
		err = store_cluster_wordings(
			c->reader, &c->arena, cluster.id, units, FOUND, &wordings, &count);
	if (!err)
		err = call_failed(c, kb_open(c->o->knowledge_path, c->o->words, &kb, &why), &why);
	if (err)
		return err;
	items = put_list(c->json, "items");
	for (size_t i = 0; i < count && !err; i++)
		err = put_first(c, kb, list_object(items), &wordings[i].question);
	kb_close(kb);
	console_give_back();
	return err;
}
