/* import_write.c - one row into the tables: a record's version or draft, an administrative unit, ways of asking. Fails with the
 * flaw of a row that cannot be; with ERR_STORE and its kin when the database does. */
#include "knowledge/cells.h"
#include "knowledge/import_internal.h"
#include "knowledge/index.h"
#include "knowledge/own.h"
#include "knowledge/scope.h"

#include <stdatomic.h>
#include <string.h>

/* --- What is there --------------------------------------------------------------------------------------- */

enum err import_base_read(
	struct import *im, const char *id, const char *unit, const char *day, struct import_base *ret_base)
{
	struct import_base b = {0};
	enum err err = lineage_read(im->kdb, &im->arena, id, unit, day, true, &b.lineage);

	if (err == OK)
		err = lineage_merge(&b.lineage, &b.object);
	if (err != OK && err != ERR_NOT_FOUND)
		return err;
	b.found = err == OK;
	*ret_base = b;
	return OK;
}

void import_base_release(struct import_base *b)
{
	cJSON_Delete(b->object);
	b->object = NULL;
}

/* Whether the unit has a version of its own in force. */
static const struct version_row *own_version(const struct import_base *b, const char *unit)
{
	const struct version_row *row = b && b->found ? &b->lineage.rows[0] : NULL;

	return row && strcmp(row->unit, unit) == 0 ? row : NULL;
}

static cJSON *parse_body(const struct import_row *row)
{
	return cJSON_ParseWithLength(row->body, row->body_len);
}

/* --- Reports --------------------------------------------------------------------------------------------- */

struct changes {
	struct import_change items[COLUMN_COUNT];
	size_t count;
};

static void add_change(
	const struct import *im, struct changes *c, enum column column, const char *before, const char *after)
{
	before = before ? before : "";
	after = after ? after : "";
	if (strcmp(before, after) != 0 && c->count < COLUMN_COUNT)
		c->items[c->count++] = (struct import_change){
			column_key(column), columns_label(im->columns, column), before, after};
}

static enum err body_changes(struct import *im, const cJSON *before, const cJSON *after, struct changes *c)
{
	struct cells old, new;
	enum err err = cells_from_json(im->columns, &im->arena, before, &old);

	if (err == OK)
		err = cells_from_json(im->columns, &im->arena, after, &new);
	for (int i = 0; i < COLUMN_COUNT && err == OK; i++)
		add_change(im, c, (enum column)i, old.text[i], new.text[i]);
	return err;
}

/* What of the version itself is another: it ends, it is abolished, something takes its place. */
static void version_changes(const struct import *im, const struct version_row *before,
	const struct import_row *row, struct changes *c)
{
	if (row->valid_to)
		add_change(im, c, COLUMN_VALID_TO, before->valid_to, row->valid_to);
	if (row->change && (strcmp(row->change, "abolished") == 0 || strcmp(row->change, "replaced") == 0))
		add_change(im, c, COLUMN_CHANGE, columns_shown(im->columns, "change", before->change),
			columns_shown(im->columns, "change", row->change));
	if (row->replaced_by)
		add_change(im, c, COLUMN_REPLACED_BY, before->replaced_by, row->replaced_by);
}

static const char *lines_of(struct arena *a, const char **texts, size_t count)
{
	const char *all = count ? texts[0] : "";

	for (size_t i = 1; i < count && all; i++)
		all = arena_printf(a, "%s\n%s", all, texts[i]);
	return all;
}

/* Ways of asking are only ever added. */
static void own_changes(struct import *im, const struct import_row *row, struct changes *c)
{
	add_change(im, c, COLUMN_EVERYDAY, "", row->title);
	add_change(im, c, COLUMN_ASK, "", lines_of(&im->arena, row->asks, row->ask_count));
	add_change(im, c, COLUMN_KEYWORDS, "", lines_of(&im->arena, row->keywords, row->keyword_count));
}

static enum err all_changes(struct import *im, const struct import_row *row, const struct import_base *base,
	bool own_added, struct changes *c)
{
	cJSON *after = base && base->found ? parse_body(row) : NULL;
	enum err err = OK;

	if (base && base->found && !after)
		return ERR_NOMEM;
	if (after) {
		err = body_changes(im, base->object, after, c);
		version_changes(im, &base->lineage.rows[0], row, c);
	}
	cJSON_Delete(after);
	if (own_added)
		own_changes(im, row, c);
	return err;
}

static void say(struct import *im, const struct import_place *place, const char *id, const char *name,
	enum import_what what, const struct changes *c)
{
	struct import_report report = {.file = place->file,
		.sheet = place->sheet,
		.row = place->row,
		.id = id ? id : "",
		.name = name ? name : "",
		.what = what,
		.hidden = place->hidden,
		.left_out = place->left_out,
		.changes = c ? c->items : NULL,
		.change_count = c ? c->count : 0};

	if (im->options->row_cb)
		im->options->row_cb(im->options->arg, &report);
}

void import_skip(struct import *im, const struct import_place *place)
{
	im->counts.skipped++;
	say(im, place, "", "", IMPORT_SKIPPED, NULL);
}

void import_refuse(
	struct import *im, const struct import_place *place, const char *column, const struct flaw *flaw)
{
	struct import_refusal refusal = {place->file, place->sheet, place->row, column, flaw->member,
		flaw->reason, place->cells, place->cell_count};

	if (im->counts.refused++ == 0)
		why_set(&im->first_refusal, ERR_FORMAT, "%s:%s%s%s%zu: %s%s%s", place->file, place->sheet,
			*place->sheet ? ":" : "", column, place->row, flaw->member, *flaw->member ? ": " : "",
			flaw->reason);
	if (im->options->refused_cb)
		im->options->refused_cb(im->options->arg, &refusal);
}

/* --- Records --------------------------------------------------------------------------------------------- */

/* The unit the row is for: the option's, or its own when there is none. */
static enum err row_unit(
	const struct import *im, const struct import_row *row, const char **ret_unit, struct flaw *flaw)
{
	const char *option = im->options->unit ? im->options->unit : "";

	if (row->unit && *option && strcmp(row->unit, option) != 0)
		return flaw_set(flaw, "unit", "says %s, but the import is for %s", row->unit, option);
	*ret_unit = row->unit ? row->unit : option;
	return OK;
}

/* Who imports for one unit writes what it answers for, and nothing of the others'. */
static enum err check_scope(const struct import *im, struct flaw *flaw)
{
	const char *scope = im->options->scope;
	bool has = true;
	enum err err = scope ? scope_has_unit(im->kdb, scope, im->origin.unit, &has) : OK;

	if (err != OK || has)
		return err;
	return *im->origin.unit ? flaw_set(flaw, "unit", "is another unit than yours")
				: flaw_set(flaw, "unit",
					  "is missing: the whole country's rows are not yours to write");
}

/* Ways of asking hold wherever the record does. */
static enum err check_own(const struct import *im, const char *record, struct flaw *flaw)
{
	bool has = true;
	enum err err = im->options->scope ? scope_has_record(im->kdb, im->options->scope, record, &has) : OK;

	return err != OK || has ? err : flaw_set(flaw, "ask", "is for a record that others answer for, too");
}

static void count_fees(struct import *im, const struct record *record)
{
	for (size_t i = 0; i < record->submission_count; i++) {
		if (record->submissions[i].money.unclear) {
			im->counts.unclear_fees++;
			return;
		}
	}
}

static enum import_what count(struct import_counts *c, enum version_done done)
{
	switch (done) {
	case VERSION_UNCHANGED: c->unchanged++; return IMPORT_UNCHANGED;
	case VERSION_ADDED: c->added++; return IMPORT_ADDED;
	case VERSION_CHANGED: c->changed++; return IMPORT_CHANGED;
	case VERSION_ENDED: c->ended++; break;
	}
	return IMPORT_ENDED;
}

/* A table's row brings its members in the order of its columns. Told equal to the version in force it is that version; and the
 * source stays until another is named. */
static enum err settle_body(struct import_row *row, const struct import_base *base,
	const struct version_row *own, bool table, bool *ret_same)
{
	const struct version_row *before = base->found ? &base->lineage.rows[0] : NULL;
	cJSON *object = parse_body(row);

	if (!object)
		return ERR_NOMEM;
	*ret_same = before && cJSON_Compare(base->object, object, true);
	cJSON_Delete(object);
	if (*ret_same && own && !own->inherits) {
		row->body = own->body;
		row->body_len = strlen(own->body);
	}
	if (table && before && before->source && (row->source_assumed || !row->source)) {
		row->source = before->source;
		row->source_date = row->source_date ? row->source_date : before->source_date;
	}
	return OK;
}

static bool says_ended(const char *change)
{
	return strcmp(change, "abolished") == 0 || strcmp(change, "replaced") == 0;
}

static struct version_new new_version(const struct import *im, const struct import_row *row,
	const char *state, const struct import_base *base)
{
	const struct version_row *before = base && base->found ? &base->lineage.rows[0] : NULL;

	return (struct version_new){.unit = im->origin.unit,
		.state = state,
		.change = row->change ? row->change
			  : before    ? "amended"
				      : "new",
		.replaced_by = row->replaced_by,
		.valid_from = row->valid_from ? row->valid_from : im->origin.today,
		.until = row->valid_to,
		.decision = row->decision,
		.decision_date = row->decision_date,
		.source = row->source,
		.source_date = row->source_date,
		.author = im->origin.author,
		.now_ms = im->origin.now_ms,
		.base = before ? before->id : 0,
		.body = row->body,
		.record = &row->record};
}

/* What a unit says otherwise than it would inherit, as the body of its version; NULL: it inherits nothing, or its version in
 * force is a whole one. */
static enum err inherited_body(struct import *im, const struct import_row *row, const struct version_row *own,
	const char *day, const char **ret_body)
{
	cJSON *inherited = NULL, *whole, *difference;
	struct lineage l;
	char *json;
	enum err err;

	*ret_body = NULL;
	if (!*im->origin.unit || (own && !own->inherits) || (row->change && says_ended(row->change)))
		return OK;
	err = lineage_read(im->kdb, &im->arena, row->record.id, im->origin.unit, day, false, &l);
	if (err != OK || says_ended(l.rows[l.count - 1].change))
		return err == ERR_NOT_FOUND ? OK : err;
	err = lineage_merge(&l, &inherited);
	if (err != OK)
		return err;
	whole = parse_body(row);
	difference = whole ? merge_difference(inherited, whole) : NULL;
	json = difference ? cJSON_PrintUnformatted(difference) : NULL;
	*ret_body = arena_string(&im->arena, json);
	cJSON_free(json);
	cJSON_Delete(difference);
	cJSON_Delete(whole);
	cJSON_Delete(inherited);
	return *ret_body ? OK : ERR_NOMEM;
}

static enum version_done done_of(const struct import_base *base, const char *change)
{
	if (!base || !base->found)
		return VERSION_ADDED;
	return says_ended(change) ? VERSION_ENDED : VERSION_CHANGED;
}

/* A version that inherits is in no index; searchers see it through what it inherits from. */
static enum err put_inheriting(struct import *im, const struct import_row *row,
	const struct import_base *base, const char *body, enum version_done *ret_done)
{
	struct version_new n = new_version(im, row, "published", base);
	int64_t id = 0;
	enum err err = version_record(im->kdb, &row->record, im->origin.now_ms);

	n.body = body;
	n.inherits = true;
	if (err == OK)
		err = version_add(im->kdb, &n, &id);
	if (err == OK)
		err = version_settle(im->kdb, row->record.id, n.unit, n.valid_from, id);
	*ret_done = done_of(base, n.change);
	return err;
}

static enum err put_draft(struct import *im, const struct import_row *row, const struct import_base *base,
	const char *body, enum version_done *ret_done, struct flaw *flaw)
{
	struct version_new n = new_version(im, row, "review", base);
	struct version_row open;
	int64_t id = 0;
	enum err err = lineage_row(
		im->kdb, &im->arena, kdb_bind(im->kdb, KDB_ROW_OPEN, "ss", row->record.id, n.unit), &open);

	if (err == OK)
		return flaw_set(
			flaw, "", "there is a draft of this record already: publish it or give it up first");
	if (err != ERR_NOT_FOUND)
		return err;
	if (!row->valid_from && !im->options->valid_from)
		n.valid_from = ""; /* the day it is published */
	n.body = body ? body : row->body;
	n.inherits = body != NULL;
	err = version_record(im->kdb, &row->record, im->origin.now_ms);
	if (err == OK)
		err = version_add(im->kdb, &n, &id);
	*ret_done = done_of(base, n.change);
	return err;
}

/* A row that says what is in force and ends nothing. */
static bool brings_nothing(const struct import_row *row, const struct version_row *own, bool same)
{
	return same && !(row->change && own && strcmp(row->change, own->change) != 0) &&
	       !(row->valid_to && (!own || !own->valid_to || strcmp(row->valid_to, own->valid_to) != 0));
}

static enum err put(struct import *im, struct import_row *row, bool table, const struct import_base *base,
	enum version_done *ret_done, struct flaw *flaw)
{
	const struct version_row *own = own_version(base, im->origin.unit);
	const char *body = NULL;
	bool same = false;
	enum err err = OK;

	if (base) {
		err = settle_body(row, base, own, table, &same);
		if (err == OK && (table || row->inherits))
			err = inherited_body(
				im, row, own, row->valid_from ? row->valid_from : im->origin.today, &body);
		if (err != OK)
			return err;
	}
	if (base && brings_nothing(row, own, same) && (body || im->options->as_drafts)) {
		*ret_done = VERSION_UNCHANGED;
		return OK;
	}
	if (im->options->as_drafts)
		return put_draft(im, row, base, body, ret_done, flaw);
	return body ? put_inheriting(im, row, base, body, ret_done)
		    : version_put(im->kdb, row, &im->origin, ret_done);
}

static enum err add_own(struct import *im, const struct import_row *row, bool *ret_added, struct flaw *flaw)
{
	enum err err = OK;

	*ret_added = false;
	for (size_t i = 0; i < row->id_count && err == OK; i++) {
		size_t added = 0;

		err = own_add(im->kdb, &im->arena, row->ids[i], row, im->options->author, &added);
		im->counts.asks_added += added;
		*ret_added |= added > 0;
		if (err == OK && added)
			err = check_own(im, row->ids[i], flaw);
	}
	return err;
}

static enum err check_record(struct import *im, const struct import_row *row, struct flaw *flaw)
{
	enum err err = row_unit(im, row, &im->origin.unit, flaw);

	if (err == OK)
		err = check_scope(im, flaw);
	if (err != OK)
		return err;
	if (!row->valid_from && row->valid_to && strcmp(row->valid_to, im->today) <= 0)
		return flaw_set(flaw, "valid_to", "has passed, and valid_from is missing");
	err = kdb_run(im->kdb, KDB_SEEN_ADD, "ssi", row->record.id, im->origin.unit, (int64_t)row->partial);
	if (err == ERR_EXISTS)
		return flaw_set(flaw, row->record.code ? "code" : "id", "stands twice in this import");
	return err;
}

/* Whether the row has to be held against what is there, beyond its hash. */
static bool wants_base(const struct import *im, const struct import_row *row)
{
	return im->options->row_cb || im->options->as_drafts || row->inherits;
}

static enum err write_record(struct import *im, const struct import_place *place, struct import_row *row,
	const struct import_base *base, struct flaw *flaw)
{
	enum version_done done;
	struct changes changes = {.count = 0};
	struct import_base looked = {0};
	bool own_added = false;
	enum err err = check_record(im, row, flaw);

	if (err == OK && !base && wants_base(im, row)) {
		err = import_base_read(im, row->record.id, im->origin.unit,
			row->valid_from ? row->valid_from : im->origin.today, &looked);
		base = &looked;
	}
	if (err == OK)
		err = put(im, row, place->table, base, &done, flaw);
	if (err == ERR_EXISTS)
		err = flaw_set(flaw, "id", "is there as a record of another kind");
	if (err == OK)
		err = add_own(im, row, &own_added, flaw);
	if (err == OK && im->options->row_cb && (done != VERSION_UNCHANGED || own_added))
		err = all_changes(im, row, base, own_added, &changes);
	if (err == OK) {
		count_fees(im, &row->record);
		say(im, place, row->record.id, row->record.name, count(&im->counts, done), &changes);
	}
	import_base_release(&looked);
	return err;
}

/* --- Units and ways of asking ---------------------------------------------------------------------------- */

/* A unit may stand twice in an import, with the starter content, but must say the same. */
static enum err write_unit(
	struct import *im, const struct import_place *place, const struct unit_row *unit, struct flaw *flaw)
{
	const char *id = arena_printf(&im->arena, "unit:%s", unit->code);
	enum unit_done done;
	enum err seen, err;

	if (!id)
		return ERR_NOMEM;
	seen = kdb_run(im->kdb, KDB_SEEN_ADD, "ssi", id, unit->old ? unit->old : "", (int64_t)0);
	if (seen != OK && seen != ERR_EXISTS)
		return seen;
	err = unit_put(im->kdb, &im->arena, unit, &done, flaw);
	if (err != OK)
		return err;
	if (seen == ERR_EXISTS && done != UNIT_UNCHANGED)
		return flaw_set(flaw, unit->old ? "old" : "code", "stands twice in this import, and differs");
	im->counts.added += done == UNIT_ADDED;
	im->counts.changed += done == UNIT_CHANGED;
	im->counts.unchanged += done == UNIT_UNCHANGED;
	say(im, place, id, unit->old ? unit->old : unit->name,
		done == UNIT_ADDED     ? IMPORT_ADDED
		: done == UNIT_CHANGED ? IMPORT_CHANGED
				       : IMPORT_UNCHANGED,
		NULL);
	return OK;
}

static enum err write_asks(
	struct import *im, const struct import_place *place, const struct import_row *row, struct flaw *flaw)
{
	struct changes changes = {.count = 0};
	bool added;
	enum err err = add_own(im, row, &added, flaw);

	if (err == OK && added && im->options->row_cb)
		err = all_changes(im, row, NULL, true, &changes);
	if (err == OK)
		say(im, place, row->ids[0], row->title, added ? IMPORT_CHANGED : IMPORT_UNCHANGED, &changes);
	return err;
}

enum err import_write(struct import *im, const struct import_place *place, struct import_row *row,
	const struct import_base *base, struct flaw *flaw)
{
	if (im->options->stop && atomic_load(im->options->stop))
		return ERR_CANCELED;
	if (row->is_place && im->options->scope)
		return flaw_set(flaw, "",
			"is an administrative unit: the whole country's rows are not yours to write");
	if (row->is_place)
		return write_unit(im, place, &row->place, flaw);
	if (row->asks_only)
		return write_asks(im, place, row, flaw);
	return write_record(im, place, row, base, flaw);
}
