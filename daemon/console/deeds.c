/* deeds.c - read in knowledge.db, written to state.db in one transaction, forgotten in knowledge.db. When the last step may have
 * failed, or the program was killed before it, what is read may stand in the trail already and is then not added again. */
#include "daemon/console/deeds.h"

#include "daemon/base/log.h"
#include "daemon/console/desk.h"
#include "daemon/store/store_audit.h"
#include "daemon/store/store_import.h"
#include "knowledge/deed.h"

#include <cjson/cJSON.h>
#include <string.h>

#define DEEDS_ARENA ((size_t)16 << 20)

struct taking {
	const struct deed *items;
	size_t count;
	bool again; /* some may have been taken before */
};

/* An import that is told here has been committed, whatever its row says. */
static enum err end_import(struct store_tx *tx, const struct deed *d)
{
	cJSON *detail = cJSON_Parse(d->detail);
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(detail, "import");
	struct import_run run = {.state = "done", .counts = d->detail, .ended_ms = d->time_ms};
	enum err err = detail ? OK : ERR_NOMEM;

	if (cJSON_IsNumber(id)) {
		run.id = (int64_t)id->valuedouble;
		err = store_import_end(tx, &run);
	}
	cJSON_Delete(detail);
	return err == ERR_NOT_FOUND ? OK : err; /* it ended before */
}

static enum err take_job(struct store_tx *tx, void *arg)
{
	const struct taking *t = arg;
	enum err err = OK;

	for (size_t i = 0; i < t->count && !err; i++) {
		const struct deed *d = &t->items[i];
		const struct audit entry = {.time_ms = d->time_ms,
			.who = d->who,
			.what = d->what,
			.object = d->object,
			.detail = d->detail};

		err = t->again ? store_audit_add_once(tx, &entry) : store_audit_add(tx, &entry);
		if (!err && strcmp(d->what, "import.end") == 0)
			err = end_import(tx, d);
	}
	return err;
}

/* *ret_count: how many there were, at most DEEDS_AT_ONCE. */
static enum err take(struct console *c, struct edit *e, struct arena *a, size_t *ret_count, struct why *why)
{
	struct taking t = {.again = c->deeds_unsure};
	struct deed *items;
	enum err err = deed_list(e, a, &items, &t.count, why);

	*ret_count = 0;
	if (err || t.count == 0)
		return err;
	t.items = items;
	c->deeds_unsure = true;
	err = store_do(c->o.store, take_job, &t);
	if (err)
		return why_set(why, err, "could not write to state.db: %s", err_words(err));
	*ret_count = t.count;
	if (deed_forget(e, items[t.count - 1].id, why) == OK) {
		c->deeds_unsure = false;
		return OK;
	}
	log_warning("console=audit: %s; it is tried again", why->text);
	*ret_count = 0;
	return OK;
}

static enum err take_all(struct console *c, struct edit *e, struct why *why)
{
	struct arena arena;
	size_t count = DEEDS_AT_ONCE;
	enum err err = OK;

	arena_init(&arena, DEEDS_ARENA);
	while (!err && count == DEEDS_AT_ONCE) {
		arena_reset(&arena);
		err = take(c, e, &arena, &count, why);
	}
	arena_release(&arena);
	return err;
}

enum err deeds_settle(struct console *c, struct edit *e)
{
	struct edit *own = NULL;
	struct why why = {""};
	enum err err = e ? OK : edit_open(c->o.knowledge_path, &own, &why);

	pthread_mutex_lock(&c->settling);
	if (!err)
		err = take_all(c, e ? e : own, &why);
	pthread_mutex_unlock(&c->settling);
	edit_close(own);
	if (err)
		log_error("console=audit: what was done to the knowledge is not in the audit trail yet: %s",
			why.text);
	return err;
}
