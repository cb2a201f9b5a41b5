/* kb_record.c - one record as in force on a day: the official JSON with our everyday title. */
#include "daemon/base/clock.h"
#include "knowledge/kb_internal.h"
#include "knowledge/record_json.h"

#include <string.h>

/* Ours before an official one. */
static enum err everyday_read(struct kb *kb, struct arena *a, const char *id, struct record *record)
{
	sqlite3_stmt *s = kb->statements[KB_OWN];
	enum err err = OK;
	int rc;

	sqlite3_bind_text(s, 1, id, -1, SQLITE_STATIC);
	rc = sqlite3_step(s); /* the title comes first */
	if (rc == SQLITE_ROW && kb_column(s, 0)[0] == 't') {
		record->everyday = arena_string(a, kb_column(s, 1));
		err = record->everyday ? OK : ERR_NOMEM;
	} else if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
		err = ERR_STORE;
	}
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return err;
}

struct layer { /* a version's row */
	const char *body;
	const char *texts[8]; /* from, to, change, replaced by, decision, its date, source, its date */
};

enum { FROM, TO, CHANGE, REPLACED_BY, DECISION, DECISION_DATE, SOURCE, SOURCE_DATE };

static enum err layer_read(struct kb *kb, struct arena *a, int64_t version, struct layer *ret_layer)
{
	sqlite3_stmt *s = kb->statements[KB_GET_VERSION];
	struct layer layer = {0};
	enum err err;
	int rc;

	sqlite3_bind_int64(s, 1, version);
	rc = sqlite3_step(s);
	err = rc == SQLITE_DONE ? ERR_NOT_FOUND : ERR_STORE;
	if (rc == SQLITE_ROW) {
		layer.body = arena_copy(a, kb_column(s, 0), (size_t)sqlite3_column_bytes(s, 0));
		err = layer.body ? OK : ERR_NOMEM;
		for (int i = 0; i < 8 && err == OK; i++)
			if (kb_column(s, i + 1) && !(layer.texts[i] = arena_string(a, kb_column(s, i + 1))))
				err = ERR_NOMEM;
	}
	sqlite3_reset(s);
	if (err == OK)
		*ret_layer = layer;
	return err;
}

static enum err layers_read(
	struct kb *kb, struct arena *a, const struct kb_layers *l, struct layer rows[LAYERS_MAX])
{
	enum err err = OK;

	for (size_t i = 0; i < l->count && err == OK; i++)
		err = layer_read(kb, a, l->ids[i], &rows[i]);
	return err;
}

static enum err layers_json(const struct layer *rows, size_t count, cJSON **ret_object)
{
	const char *bodies[LAYERS_MAX];

	for (size_t i = 0; i < count; i++)
		bodies[i] = rows[i].body;
	return merge_bodies(bodies, count, ret_object);
}

/* A number and its day come from the nearest that names the number. */
static void take_pair(const struct layer *rows, size_t count, int text, const char **number, const char **day)
{
	for (size_t i = 0; i < count; i++) {
		if (!rows[i].texts[text])
			continue;
		*number = rows[i].texts[text];
		*day = rows[i].texts[text + 1];
		return;
	}
}

/* All layers hold from the latest first day to the earliest last one. */
static void take_version(const struct layer *rows, size_t count, struct record *r)
{
	r->change = rows[count - 1].texts[CHANGE];
	r->replaced_by = rows[count - 1].texts[REPLACED_BY];
	for (size_t i = 0; i < count; i++) {
		const char *from = rows[i].texts[FROM], *to = rows[i].texts[TO];

		if (!r->valid_from || strcmp(from, r->valid_from) > 0)
			r->valid_from = from;
		if (to && (!r->valid_to || strcmp(to, r->valid_to) < 0))
			r->valid_to = to;
	}
	take_pair(rows, count, DECISION, &r->decision_no, &r->decision_date);
	take_pair(rows, count, SOURCE, &r->source, &r->source_date);
}

static enum err record_read_layers(
	struct kb *kb, struct arena *a, const char *id, const struct kb_layers *l, struct record *ret_record)
{
	struct layer rows[LAYERS_MAX];
	struct record record = {0};
	cJSON *object = NULL;
	enum err err = layers_read(kb, a, l, rows);

	if (err == OK)
		err = layers_json(rows, l->count, &object);
	if (err == OK)
		err = record_read(a, object, &record, NULL); /* only what is readable was let in */
	cJSON_Delete(object);
	if (err == OK)
		err = everyday_read(kb, a, id, &record);
	if (err != OK)
		return err;
	take_version(rows, l->count, &record);
	record.version = l->ids[0];
	record.bases[0] = l->ids[1];
	record.bases[1] = l->ids[2];
	record.id = arena_string(a, id);
	if (!record.id)
		return ERR_NOMEM;
	*ret_record = record;
	return OK;
}

static enum err record_from(struct kb *kb, struct arena *a, const char *id, const struct kb_layers *layers,
	struct record *ret_record)
{
	const struct record *kept = kb_kept_find(kb, layers);
	enum err err;

	if (kept)
		return record_copy(a, kept, ret_record);
	err = record_read_layers(kb, a, id, layers, ret_record);
	if (err == OK)
		kb_kept_add(kb, ret_record);
	return err;
}

/* A fee that held until a day before `as_of` is no fact of that day. */
static enum err fees_on(struct arena *a, struct record *record, const char *as_of)
{
	enum err err = OK;

	for (size_t i = 0; i < record->submission_count && err == OK; i++) {
		struct submission *s = &record->submissions[i];

		if (!s->fee_until)
			continue;
		err = fee_on(a, s->fee, as_of, &s->fee);
		s->money = fee_parse(s->fee);
	}
	return err;
}

static bool says_ended(const char *change)
{
	return strcmp(change, "abolished") == 0 || strcmp(change, "replaced") == 0;
}

/* Down to the first that is whole; what has ended there has ended for all above. ERR_NOT_FOUND. */
static enum err layers_find(struct kb *kb, enum kb_statement which, const char *id, const struct whose *whose,
	const char *as_of, struct kb_layers *ret_layers)
{
	sqlite3_stmt *s = kb->statements[which];
	struct kb_layers l = {0};
	enum err err = ERR_NOT_FOUND;
	int rc = SQLITE_DONE;

	sqlite3_bind_text(s, 1, id, -1, SQLITE_STATIC);
	sqlite3_bind_text(s, 2, as_of, -1, SQLITE_STATIC);
	sqlite3_bind_text(s, 3, whose->unit, -1, SQLITE_STATIC);
	sqlite3_bind_text(s, 4, whose->province, -1, SQLITE_STATIC);
	while (err == ERR_NOT_FOUND && l.count < LAYERS_MAX && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		l.ids[l.count++] = sqlite3_column_int64(s, 0);
		if (sqlite3_column_int(s, 1) == 0)
			err = OK;
		if (err == OK && says_ended(kb_column(s, 2)))
			l = (struct kb_layers){{sqlite3_column_int64(s, 0)}, 1};
	}
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		err = ERR_STORE;
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	if (err == OK)
		*ret_layers = l;
	return err;
}

static enum err get_one(struct kb *kb, struct arena *a, enum kb_statement which, const char *id,
	const struct whose *whose, const char *as_of, struct record *ret_record)
{
	struct kb_layers layers;
	enum err err = layers_find(kb, which, id, whose, as_of, &layers);

	if (err == OK)
		err = record_from(kb, a, id, &layers, ret_record);
	return err == OK ? fees_on(a, ret_record, as_of) : err;
}

enum err kb_get(struct kb *kb, struct arena *a, const char *id, const char *unit, const char *as_of,
	struct record *ret_record)
{
	struct whose whose;
	struct record last;
	char now[11];
	enum err err = kb_whose(kb, unit, &whose);

	clock_date(clock_now_ms(), now);
	as_of = as_of ? as_of : now;
	if (err == OK)
		err = get_one(kb, a, KB_GET, id, &whose, as_of, ret_record ? ret_record : &last);
	if (err != ERR_NOT_FOUND)
		return err;
	err = get_one(kb, a, KB_GET_LAST, id, &whose, as_of, &last);
	if (err != OK)
		return err;
	if (!last.change || !says_ended(last.change))
		return ERR_NOT_FOUND;
	if (ret_record)
		*ret_record = last;
	return OK;
}

enum err kb_get_json(struct kb *kb, struct arena *a, const struct record *record, const char **ret_json)
{
	struct kb_layers l = {{record->version, record->bases[0], record->bases[1]}, 0};
	struct layer rows[LAYERS_MAX];
	cJSON *object = NULL;
	char *printed = NULL;
	enum err err;

	while (l.count < LAYERS_MAX && l.ids[l.count])
		l.count++;
	err = l.count ? layers_read(kb, a, &l, rows) : ERR_NOT_FOUND;
	if (err == OK && l.count == 1) {
		*ret_json = rows[0].body;
		return OK;
	}
	if (err == OK)
		err = layers_json(rows, l.count, &object);
	if (err == OK)
		printed = cJSON_PrintUnformatted(object);
	if (err == OK && !(printed && (*ret_json = arena_string(a, printed))))
		err = ERR_NOMEM;
	cJSON_free(printed);
	cJSON_Delete(object);
	return err;
}
