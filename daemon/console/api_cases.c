/* api_cases.c - reflections and suggestions, who waits for an answer, ratings. Staff of a unit sees what is its unit's and below; a
 * citizen's id on the platform is shown to nobody. What is saved names the revision it was made from: another one is a 409. */
#include "daemon/console/call.h"
#include "daemon/console/desk.h"
#include "daemon/console/facts.h"
#include "daemon/console/whose.h"
#include "daemon/base/clock.h"
#include "daemon/store/store_case.h"
#include "daemon/store/store_rating.h"
#include "daemon/store/store_wait.h"
#include "knowledge/case_words.h"
#include "knowledge/day.h"
#include "knowledge/hours.h"

#include <string.h>

enum err api_cases_list(struct call *c);
enum err api_cases_get(struct call *c);
enum err api_cases_change(struct call *c);
enum err api_cases_note(struct call *c);
enum err api_cases_answer(struct call *c);
enum err api_cases_reject(struct call *c);
enum err api_waits_list(struct call *c);
enum err api_ratings_list(struct call *c);

#define UNITS_MAX 5000
#define ANSWER_BYTES 4000
#define SUBJECT_BYTES 300
#define NAME_BYTES 64
#define SOON_DAYS 2 /* working days */

/* --- Whose they are ---------------------------------------------------------------------------------- */

static bool is_within(struct call *c, const char *unit, const char *asked)
{
	return unit && (!asked || strcmp(unit, asked) == 0) && whose_unit(c, unit);
}

/* The units the caller may see, of those that have anything, as JSON; NULL: all. ?unit= narrows it down to one. */
static enum err units_take(struct call *c, const char **ret_units)
{
	const char *asked = call_query(c, "unit"), **units, *text;
	bool all = (!c->session.staff.unit || !*c->session.staff.unit) && !asked;
	cJSON *list = all ? NULL : cJSON_CreateArray();
	size_t count = 0;
	enum err err = all ? OK : store_case_units(c->reader, &c->arena, UNITS_MAX, &units, &count);
	char *printed;

	*ret_units = NULL;
	for (size_t i = 0; i < count && !err; i++)
		if (is_within(c, units[i], asked))
			list_text(list, units[i]);
	for (size_t i = 0; list && i < c->o->accounts->count; i++)
		if (is_within(c, c->o->accounts->items[i].unit, asked))
			list_text(list, c->o->accounts->items[i].unit);
	if (!list || err) {
		cJSON_Delete(list);
		return all || err ? err : ERR_NOMEM;
	}
	printed = cJSON_PrintUnformatted(list);
	text = printed ? arena_string(&c->arena, printed) : NULL;
	cJSON_free(printed);
	cJSON_Delete(list);
	*ret_units = text;
	return text ? OK : ERR_NOMEM;
}

/* The case of the path; refuses another unit's. False: answered, or *ret_err says why not. */
static bool want_case(struct call *c, struct case_file *ret_case, enum err *ret_err)
{
	int64_t id;

	*ret_err = OK;
	if (!call_id(c, 0, &id))
		return false;
	*ret_err = store_case_get(c->reader, &c->arena, id, ret_case);
	if (*ret_err)
		return false;
	if (whose_unit(c, ret_case->unit ? ret_case->unit : ""))
		return true;
	call_refuse(c, 403, "other_unit", NULL);
	return false;
}

/* --- Showing ----------------------------------------------------------------------------------------- */

static void put_due(struct call *c, cJSON *item, const struct case_file *one)
{
	bool open = CASES_OPEN & 1u << one->state;
	char ended[11];
	int left;

	clock_date(one->answered_ms ? one->answered_ms : c->now_ms, ended);
	left = working_days_between(c->desk->console->holidays, ended, one->due);
	put_text(item, "due", one->due);
	put_bool(item, "late", strcmp(ended, one->due) > 0);
	if (open)
		put_number(item, "days_left", left);
}

static void put_case(struct call *c, cJSON *item, const struct case_file *one)
{
	const struct account *account =
		account_of(c->o->accounts, one->citizen.channel, one->citizen.account);
	const char *name = arena_printf(&c->arena, "case_%s", one->category);

	put_number(item, "id", one->id);
	put_text(item, "code", one->code);
	put_text(item, "kind", one->suggestion ? "suggestion" : "reflection");
	put_text(item, "category", one->category);
	put_text(item, "category_name", name ? phrase(c->o->phrases, &c->arena, name, NULL) : NULL);
	put_text(item, "what", one->what);
	put_text(item, "place", one->place);
	put_text(item, "happened", one->happened);
	put_text(item, "channel", one->citizen.channel);
	put_text(item, "account", account ? account->name : one->citizen.account);
	put_text(item, "unit", one->unit);
	put_text(item, "owner", one->owner);
	put_text(item, "state", case_state_word(one->state));
	put_number(item, "received_ms", one->received_ms);
	put_due(c, item, one);
	put_number(item, "revision", one->revision);
}

static enum err put_told(struct call *c, const char *code)
{
	struct wait wait;
	enum err err = store_wait_get(c->reader, &c->arena, code, &wait);

	if (err)
		return err == ERR_NOT_FOUND ? OK : err;
	put_text(c->json, "wait", wait_state_word(wait.state));
	put_bool(c->json, "consent", wait.consent);
	put_text(c->json, "wait_reason", wait.reason);
	return OK;
}

static enum err put_steps(struct call *c, int64_t id)
{
	cJSON *list = put_list(c->json, "steps");
	struct case_step *steps;
	size_t count;
	enum err err = store_case_steps(c->reader, &c->arena, id, &steps, &count);

	for (size_t i = 0; !err && i < count; i++) {
		cJSON *item = list_object(list);

		put_number(item, "time_ms", steps[i].time_ms);
		put_text(item, "who", steps[i].who);
		put_text(item, "what", steps[i].what);
		put_text(item, "text", steps[i].text);
	}
	return err;
}

enum err api_cases_get(struct call *c)
{
	struct case_file one;
	enum err err;

	if (!want_case(c, &one, &err))
		return err;
	put_case(c, c->json, &one);
	put_text(c->json, "answer", one.answer);
	put_text(c->json, "subject", one.subject);
	put_bool(c->json, "published", one.published);
	put_text(c->json, "answered_by", one.answered_by);
	put_number(c->json, "answered_ms", one.answered_ms);
	err = put_told(c, one.code);
	return err ? err : put_steps(c, one.id);
}

/* ?state= one state, "open" (the default) or "all". */
static bool take_states(struct call *c, unsigned *ret_states)
{
	const char *word = call_query(c, "state");
	enum case_state state;

	if (!word || strcmp(word, "open") == 0)
		*ret_states = CASES_OPEN;
	else if (strcmp(word, "all") == 0)
		*ret_states = 0;
	else if (case_state_read(word, &state))
		*ret_states = 1u << state;
	else {
		call_refuse(c, 400, "invalid", "state");
		return false;
	}
	return true;
}

/* ?due=late, or soon: today and the next working days. */
static bool take_due(struct call *c, struct case_filter *filter, char soon[11])
{
	const char *due = call_query(c, "due");

	if (due && strcmp(due, "late") == 0) {
		filter->due_before = c->today;
	} else if (due && strcmp(due, "soon") == 0) {
		working_days_after(c->desk->console->holidays, c->today, SOON_DAYS, soon);
		day_text(day_number(soon) + 1, soon);
		filter->due_from = c->today;
		filter->due_before = soon;
	} else if (due) {
		call_refuse(c, 400, "invalid", "due");
		return false;
	}
	return true;
}

enum err api_cases_list(struct call *c)
{
	struct case_filter filter = {.category = call_query(c, "category"),
		.owner = call_query(c, "owner"),
		.text = call_query(c, "q")};
	struct case_file *cases;
	size_t count, total;
	struct page page;
	char soon[11];
	cJSON *items;
	enum err err;

	if (!take_page(c, &page) || !take_states(c, &filter.states) || !take_due(c, &filter, soon))
		return OK;
	err = units_take(c, &filter.units);
	if (!err)
		err = store_case_list(
			c->reader, &c->arena, &filter, page.skip, page.size, &cases, &count, &total);
	if (err)
		return err;
	items = put_page(c, &page, total);
	for (size_t i = 0; i < count; i++)
		put_case(c, list_object(items), &cases[i]);
	return OK;
}

/* --- Doing ------------------------------------------------------------------------------------------- */

struct doing {
	struct case_change change;
	enum err (*run)(struct store_tx *tx, const struct case_change *change);
};

static enum err doing_job(struct store_tx *tx, void *arg)
{
	const struct doing *d = arg;

	return d->run(tx, &d->change);
}

static enum err do_it(struct call *c, struct doing *d, const char *what, cJSON *detail)
{
	enum err err;

	d->change.who = c->session.staff.name;
	d->change.now_ms = c->now_ms;
	err = call_write(c, doing_job, d, what, c->param[0], detail);
	return err == ERR_REFUSED ? call_refuse(c, 409, "case_state", NULL) : err;
}

/* The case of the path and the revision of the body. */
static bool want_change(struct call *c, struct doing *d, enum err *ret_err)
{
	struct case_file one;

	if (!want_case(c, &one, ret_err) ||
		!take_number(c, "revision", 1, INT64_MAX / 2, one.revision, &d->change.revision))
		return false;
	d->change.id = one.id;
	return true;
}

/* Somebody else's desk must exist; "" takes it from everybody. */
static enum err owner_check(struct call *c, const char *owner, bool *ret_ok)
{
	struct staff staff;
	enum err err;

	*ret_ok = true;
	if (!owner || !*owner)
		return OK;
	err = store_staff_get(c->reader, &c->arena, owner, &staff);
	if (err == ERR_NOT_FOUND || (!err && staff.disabled)) {
		*ret_ok = false;
		return call_refuse(c, 400, "case_owner", "owner");
	}
	return err;
}

static const char *owner_of_body(const struct call *c)
{
	const cJSON *owner = cJSON_GetObjectItemCaseSensitive(c->body, "owner");

	return cJSON_IsNull(owner) ? "" : NULL;
}

enum err api_cases_change(struct call *c)
{
	struct doing d = {.run = store_case_change};
	cJSON *detail;
	bool ok;
	enum err err;

	if (!want_change(c, &d, &err) || !take_text(c, "category", NAME_BYTES, &d.change.category) ||
		!take_text(c, "unit", NAME_BYTES, &d.change.unit) ||
		!take_text(c, "owner", NAME_BYTES, &d.change.owner))
		return err;
	if (d.change.category && !case_category_is(d.change.category))
		return call_refuse(c, 400, "case_category", "category");
	if (d.change.unit && !whose_unit(c, d.change.unit))
		return call_refuse(c, 403, "other_unit", "unit");
	if (!d.change.owner)
		d.change.owner = owner_of_body(c);
	err = owner_check(c, d.change.owner, &ok);
	if (err || !ok)
		return err;
	detail = cJSON_CreateObject();
	put_text(detail, "category", d.change.category);
	put_text(detail, "unit", d.change.unit);
	put_text(detail, "owner", d.change.owner);
	return do_it(c, &d, "case.change", detail);
}

static enum err note_run(struct store_tx *tx, const struct case_change *change)
{
	return store_case_note(tx, change->id, change->who, change->answer, change->now_ms);
}

enum err api_cases_note(struct call *c)
{
	struct doing d = {.run = note_run};
	enum err err;

	if (!want_change(c, &d, &err) || !want_text(c, "text", ANSWER_BYTES, &d.change.answer))
		return err;
	return do_it(c, &d, "case.note", NULL);
}

enum err api_cases_answer(struct call *c)
{
	struct doing d = {.run = store_case_answer};
	cJSON *detail;
	enum err err;

	if (!want_change(c, &d, &err) || !want_text(c, "answer", ANSWER_BYTES, &d.change.answer) ||
		!take_text(c, "subject", SUBJECT_BYTES, &d.change.subject) ||
		!take_bool(c, "publish", false, &d.change.publish))
		return err;
	if (d.change.publish && !d.change.subject)
		return call_refuse(c, 400, "case_subject", "subject");
	detail = cJSON_CreateObject();
	put_bool(detail, "publish", d.change.publish);
	return do_it(c, &d, "case.answer", detail);
}

enum err api_cases_reject(struct call *c)
{
	struct doing d = {.run = store_case_reject};
	enum err err;

	if (!want_change(c, &d, &err) || !want_text(c, "reason", ANSWER_BYTES, &d.change.answer))
		return err;
	return do_it(c, &d, "case.reject", NULL);
}

/* --- Who waits --------------------------------------------------------------------------------------- */

static void put_wait(struct call *c, cJSON *item, const struct wait *wait)
{
	const struct account *account =
		account_of(c->o->accounts, wait->citizen.channel, wait->citizen.account);

	put_text(item, "code", wait->code);
	put_text(item, "state", wait_state_word(wait->state));
	if (wait->question)
		put_number(item, "question", wait->question);
	if (wait->case_id)
		put_number(item, "case", wait->case_id);
	put_text(item, "channel", wait->citizen.channel);
	put_text(item, "account", account ? account->name : wait->citizen.account);
	put_bool(item, "consent", wait->consent);
	put_number(item, "created_ms", wait->created_ms);
	put_number(item, "answered_ms", wait->answered_ms);
	if (account && wait->last_ms)
		put_number(item, "window_ms", wait->last_ms + account->adapter->window_ms);
	put_text(item, "reason", wait->reason);
}

enum err api_waits_list(struct call *c)
{
	const char *word = call_query(c, "state");
	enum wait_state state = WAIT_UNREACHABLE;
	struct wait_filter filter = {0};
	struct wait *waits;
	size_t count, total;
	struct page page;
	cJSON *items;
	enum err err;

	if (!take_page(c, &page))
		return OK;
	if (word && strcmp(word, "all") != 0 && !wait_state_read(word, &state))
		return call_refuse(c, 400, "invalid", "state");
	if (!word || strcmp(word, "all") != 0)
		filter.states = 1u << state;
	err = units_take(c, &filter.units);
	if (!err)
		err = store_wait_list(
			c->reader, &c->arena, &filter, page.skip, page.size, &waits, &count, &total);
	if (err)
		return err;
	items = put_page(c, &page, total);
	for (size_t i = 0; i < count; i++)
		put_wait(c, list_object(items), &waits[i]);
	return OK;
}

/* --- Ratings ----------------------------------------------------------------------------------------- */

static void put_rating(cJSON *item, const struct rating *rating)
{
	put_number(item, "id", rating->event_id);
	put_number(item, "time_ms", rating->time_ms);
	put_text(item, "channel", rating->citizen.channel);
	put_text(item, "unit", rating->unit);
	put_text(item, "record", rating->record);
	put_number(item, "version", rating->version);
	put_text(item, "facet", rating->facet);
	put_bool(item, "good", rating->good);
	put_text(item, "reason", rating_reason_word(rating->reason));
	put_text(item, "text", rating->text);
}

enum err api_ratings_list(struct call *c)
{
	const char *good = call_query(c, "good");
	struct rating_filter filter = {
		.record = call_query(c, "record"), .bad_only = good && strcmp(good, "0") == 0};
	struct rating_count *counts;
	struct rating *ratings;
	size_t count, total, versions = 0;
	struct page page;
	cJSON *items;
	enum err err;

	if (!take_page(c, &page))
		return OK;
	err = units_take(c, &filter.units);
	if (!err)
		err = store_rating_list(
			c->reader, &c->arena, &filter, page.skip, page.size, &ratings, &count, &total);
	if (!err && filter.record)
		err = store_rating_counts(
			c->reader, &c->arena, filter.record, PAGE_SIZE_MAX, &counts, &versions);
	if (err)
		return err;
	items = put_page(c, &page, total);
	for (size_t i = 0; i < count; i++)
		put_rating(list_object(items), &ratings[i]);
	items = filter.record ? put_list(c->json, "versions") : NULL;
	for (size_t i = 0; i < versions; i++) {
		cJSON *item = list_object(items);

		put_number(item, "version", counts[i].version);
		put_number(item, "good", counts[i].good);
		put_number(item, "bad", counts[i].bad);
	}
	return OK;
}
