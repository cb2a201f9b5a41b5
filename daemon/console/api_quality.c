/* api_quality.c - what in the knowledge a curator should look at; records whose names say nearly the same. */
#include "daemon/console/desk.h"
#include "daemon/console/findings.h"
#include "daemon/console/knowledge.h"
#include "knowledge/alike.h"

#include <stdlib.h>

enum err api_quality_list(struct call *c);
enum err api_duplicates_list(struct call *c);

#define PAIRS_MAX 2000 /* more are told as that many */

enum err api_quality_list(struct call *c)
{
	const char *word = call_query(c, "word");
	size_t count, total, counts[QUALITY_COUNT];
	struct finding *found;
	struct page page;
	cJSON *items;
	enum err err;

	if (!take_page(c, &page))
		return OK;
	err = findings_page(c, word, page.skip, page.size, &found, &count, &total);
	if (err == ERR_FORMAT)
		return call_refuse(c, 400, "invalid", "word");
	if (!err)
		err = findings_counts(c, counts);
	if (err)
		return err;
	items = put_page(c, &page, total);
	for (size_t i = 0; i < count; i++) {
		cJSON *item = list_object(items);

		put_text(item, "word", quality_word(found[i].quality));
		put_text(item, "says", quality_says(found[i].quality));
		put_text(item, "record", found[i].record);
		put_text(item, "unit", found[i].unit);
		put_text(item, "name", found[i].name);
		put_text(item, "detail", found[i].detail);
	}
	items = put_object(c->json, "counts");
	for (int quality = 0; quality < QUALITY_COUNT; quality++)
		put_number(items, quality_word((enum quality)quality), (int64_t)counts[quality]);
	return OK;
}

/* --- Nearly the same --- */

struct pairs {
	struct arena *arena;
	struct alike items[PAIRS_MAX];
	size_t count;
	bool failed;
};

static void pair_found(void *arg, const struct alike *pair)
{
	struct pairs *p = arg;
	struct alike *at = &p->items[p->count];

	if (p->count == PAIRS_MAX)
		return;
	*at = (struct alike){.id = arena_string(p->arena, pair->id),
		.other = arena_string(p->arena, pair->other),
		.name = arena_string(p->arena, pair->name),
		.other_name = arena_string(p->arena, pair->other_name),
		.likeness = pair->likeness};
	if (at->id && at->other)
		p->count++;
	else
		p->failed = true;
}

static int most_alike_first(const void *a, const void *b)
{
	const struct alike *one = a, *other = b;

	return (one->likeness < other->likeness) - (one->likeness > other->likeness);
}

/* With a catalog of its own for a moment, and one of them at a time. */
static enum err pairs_find(struct call *c, struct pairs *p)
{
	pthread_mutex_t *lock = &c->desk->console->rehearsing;
	struct kb *kb = NULL;
	struct why why = {""};
	enum err err;

	pthread_mutex_lock(lock);
	err = kb_open(c->o->knowledge_path, c->o->words, &kb, &why);
	if (!err)
		err = alike_find(kb, ALIKE_LIKELY, pair_found, p);
	kb_close(kb);
	console_give_back();
	pthread_mutex_unlock(lock);
	return call_failed(c, err ? err : p->failed ? ERR_NOMEM : OK, &why);
}

/* What the likeness was measured on: people know the records by our titles. NULL where nothing is in force. */
static const char *official_name(struct call *c, const char *id)
{
	struct browse_record record;
	struct browse *b;
	const char *name = NULL;
	cJSON *body;

	if (desk_browse(c, &b) != OK || browse_get(b, &c->arena, id, "", c->today, &record, NULL) != OK)
		return NULL;
	body = cJSON_Parse(record.body ? record.body : "{}");
	name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "name"));
	name = arena_string(&c->arena, name);
	cJSON_Delete(body);
	return name;
}

static void put_pairs(struct call *c, const struct page *page, const struct pairs *p)
{
	cJSON *items = put_page(c, page, p->count);

	for (size_t i = page->skip; i < p->count && i < page->skip + page->size; i++) {
		cJSON *item = list_object(items);

		put_text(item, "a", p->items[i].id);
		put_text(item, "b", p->items[i].other);
		put_text(item, "name_a", p->items[i].name);
		put_text(item, "official_a", official_name(c, p->items[i].id));
		put_text(item, "official_b", official_name(c, p->items[i].other));
		put_text(item, "name_b", p->items[i].other_name);
		put_share(item, "likeness", p->items[i].likeness);
	}
}

enum err api_duplicates_list(struct call *c)
{
	struct pairs *p = arena_alloc(&c->arena, sizeof *p);
	struct page page;
	enum err err;

	if (!take_page(c, &page))
		return OK;
	if (!p)
		return ERR_NOMEM;
	p->arena = &c->arena;
	err = pairs_find(c, p);
	if (err)
		return err;
	qsort(p->items, p->count, sizeof *p->items, most_alike_first);
	put_pairs(c, &page, p);
	return OK;
}
