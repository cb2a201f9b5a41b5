/* api_reports.c - the figures of a period, the rows they were counted from, files of them, the dashboard, and what is due. Staff of
 * a unit see what is their unit's and below. */
#include "daemon/console/desk.h"
#include "daemon/console/knowledge.h"
#include "daemon/console/whose.h"
#include "knowledge/day.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum err api_reports_periods(struct call *c);
enum err api_reports_get(struct call *c);
enum err api_reports_tables(struct call *c);
enum err api_reports_rows(struct call *c);
enum err api_reports_file(struct call *c);
enum err api_reports_reminders(struct call *c);
enum err api_dashboard_get(struct call *c);

#define STEPS_MAX 366
#define TOPS_SHOWN 8

static const struct console_reports *options(const struct call *c)
{
	return &c->o->reports;
}

static int month_begins(const struct call *c)
{
	return options(c)->month_begins ? options(c)->month_begins : 1;
}

static const struct sentences *words_of(const struct call *c)
{
	return c->desk->console->report_words;
}

static enum err source_of(struct call *c, struct report_source *ret_source)
{
	*ret_source = (struct report_source){.reader = c->reader, .words = words_of(c)};
	return desk_browse(c, &ret_source->browse);
}

/* Refuses what is no period, or another's unit. A person's own unit is meant when none is named. */
static bool take_request(struct call *c, struct report_request *ret_request)
{
	const char *own = c->session.staff.unit, *unit = call_query(c, "unit");

	*ret_request = (struct report_request){.unit = unit ? unit : own,
		.channel = call_query(c, "channel"),
		.field = call_query(c, "field"),
		.now_ms = c->now_ms,
		.fresh = call_query(c, "fresh") != NULL};
	if (!period_read(call_query(c, "period"), month_begins(c), &ret_request->period)) {
		call_refuse(c, 400, "invalid", "period");
		return false;
	}
	if (unit && own && !whose_unit(c, unit)) {
		call_refuse(c, 403, "other_unit", "unit");
		return false;
	}
	return true;
}

/* --- Figures --- */

static void put_value(cJSON *object, const char *name, double value)
{
	put_item(object, name, isnan(value) ? cJSON_CreateNull() : cJSON_CreateNumber(value));
}

/* A text that was made just now: NULL is a want of memory. */
static void put_made(cJSON *object, const char *name, const char *text)
{
	put_item(object, name, text ? cJSON_CreateString(text) : NULL);
}

static void put_day(cJSON *object, const char *name, int day)
{
	char text[11];

	day_text(day, text);
	put_text(object, name, text);
}

static void put_period(struct call *c, cJSON *object, const struct period *p)
{
	put_text(object, "period", p->word[0] ? p->word : NULL);
	put_made(object, "title", report_period_title(words_of(c), &c->arena, p));
	put_day(object, "from", p->from);
	put_day(object, "last", p->to - 1);
}

/* The sentence of that name; NULL when there is none. */
static const char *said(struct call *c, const char *kind, const char *id, const char *more)
{
	char name[96];

	snprintf(name, sizeof name, "%s.%s%s", kind, id, more);
	return sentence_known(words_of(c), name) ? sentence(words_of(c), name) : NULL;
}

static void put_figure_words(struct call *c, cJSON *item, enum figure figure)
{
	static const char *const forms[] = {"number", "ms", "share"};

	put_text(item, "id", figure_id(figure));
	put_text(item, "name", said(c, "figure", figure_id(figure), ""));
	put_text(item, "form", forms[figure_form(figure)]);
}

static void put_figures(struct call *c, const struct report_column *columns)
{
	cJSON *list = put_list(c->json, "figures");

	for (const struct figure_shown *shown = figures_shown; shown->section; shown++) {
		cJSON *item = list_object(list);

		put_figure_words(c, item, shown->figure);
		put_text(item, "section", said(c, "section", shown->section, ""));
		put_text(item, "definition", said(c, "figure", figure_id(shown->figure), ".about"));
		put_text(item, "index", said(c, "figure", figure_id(shown->figure), ".index"));
		put_text(item, "rows", figure_id(figure_rows(shown->figure)));
		for (int i = 0; i < (int)REPORT_COLUMN_COUNT; i++)
			put_value(item, report_column_word((enum report_column_id)i),
				columns[i].shown ? columns[i].values[shown->figure] : NAN);
	}
}

static void put_columns(struct call *c, const struct report_column *columns)
{
	cJSON *list = put_list(c->json, "columns");

	for (int i = 0; i < (int)REPORT_COLUMN_COUNT; i++) {
		const char *word = report_column_word((enum report_column_id)i);
		cJSON *item;

		if (!columns[i].shown)
			continue;
		item = list_object(list);
		put_text(item, "id", word);
		put_text(item, "name", said(c, "column", word, ""));
		put_period(c, item, &columns[i].period);
		put_bool(item, "kept", columns[i].kept);
		put_number(item, "made_ms", columns[i].made_ms);
	}
}

static void put_head(struct call *c, const struct report_source *source, const struct report_request *request)
{
	put_period(c, c->json, &request->period);
	put_made(c->json, "calendar", report_calendar(words_of(c), &c->arena, &request->period));
	put_bool(c->json, "running", request->period.to > period_day(c->now_ms));
	put_text(c->json, "unit", request->unit);
	put_made(c->json, "unit_name",
		request->unit ? report_unit_name(source, &c->arena, request->unit)
			      : sentence(words_of(c), "all_units"));
	put_text(c->json, "channel", request->channel);
}

enum err api_reports_get(struct call *c)
{
	struct report_column *columns = arena_array(&c->arena, REPORT_COLUMN_COUNT, sizeof *columns);
	struct report_request request;
	struct report_source source;
	struct why why = {""};
	enum err err;

	if (!take_request(c, &request))
		return OK;
	err = columns ? source_of(c, &source) : ERR_NOMEM;
	if (!err)
		err = call_failed(c, report_figures(&source, &request, &c->arena, columns, &why), &why);
	if (err)
		return err;
	put_head(c, &source, &request);
	put_bool(c->json, "few", report_few(columns[REPORT_COLUMN_value].values));
	put_columns(c, columns);
	put_figures(c, columns);
	return OK;
}

/* --- Breakdowns and tables, one at a time --- */

static enum err put_cells(struct call *c, const struct report_source *source,
	const struct report_request *request, enum report_by by)
{
	struct report_cells cells;
	struct why why = {""};
	enum err err = call_failed(c, report_cells(source, request, &c->arena, by, &cells, &why), &why);
	cJSON *items;

	if (err)
		return err;
	items = put_list(c->json, "items");
	for (size_t i = 0; i < cells.count; i++) {
		cJSON *item = list_object(items), *values;

		put_text(item, "key", cells.items[i].key);
		put_text(item, "name", cells.items[i].name);
		put_bool(item, "few", cells.items[i].few);
		values = put_object(item, "values");
		for (int f = 0; f < (int)FIGURE_COUNT; f++)
			put_value(values, figure_id((enum figure)f), cells.items[i].values[f]);
	}
	return OK;
}

static enum err put_table(struct call *c, cJSON *object, const char *name, const struct report_source *source,
	const struct report_request *request, enum report_top top, size_t max)
{
	struct report_table table;
	struct why why = {""};
	enum err err = call_failed(c, report_table(source, request, &c->arena, top, max, &table, &why), &why);
	cJSON *items;

	if (err)
		return err;
	items = put_list(object, name);
	for (size_t i = 0; i < table.count; i++) {
		cJSON *item = list_object(items);

		put_text(item, "key", table.items[i].key);
		put_text(item, "name", table.items[i].name);
		put_text(item, "state", table.items[i].state);
		put_number(item, "count", table.items[i].count);
	}
	return OK;
}

static bool by_from(const char *word, enum report_by *ret_by)
{
	static const char *const words[] = {
		[REPORT_BY_UNIT] = "unit", [REPORT_BY_CHANNEL] = "channel", [REPORT_BY_FIELD] = "field"};

	for (int by = REPORT_BY_UNIT; by <= REPORT_BY_FIELD; by++)
		if (word && strcmp(word, words[by]) == 0) {
			*ret_by = (enum report_by)by;
			return true;
		}
	return false;
}

static bool top_from(const char *word, enum report_top *ret_top)
{
	for (int top = 0; top < (int)REPORT_TOP_COUNT; top++)
		if (word && strcmp(word, report_top_word((enum report_top)top)) == 0) {
			*ret_top = (enum report_top)top;
			return true;
		}
	return false;
}

/* Whether the whole is of too few people to be broken down. */
static enum err is_few(struct call *c, const struct report_source *source,
	const struct report_request *request, bool *ret_few)
{
	struct report_counts *counts;
	struct report_scope scope;
	struct why why = {""};
	size_t count;
	enum err err = call_failed(
		c, report_scope(source, request, &request->period, &c->arena, &scope, &why), &why);

	if (!err)
		err = store_report_counts(
			c->reader, &c->arena, &scope, REPORT_OF_TURNS, REPORT_BY_NOTHING, &counts, &count);
	if (!err)
		*ret_few = counts[0].people < REPORT_FEW;
	return err;
}

enum err api_reports_tables(struct call *c)
{
	const char *word = call_query(c, "table");
	struct report_request request;
	struct report_source source;
	enum report_top top = REPORT_TOP_COUNT;
	enum report_by by = REPORT_BY_NOTHING;
	bool few = false;
	enum err err;

	if (!take_request(c, &request))
		return OK;
	if (!by_from(word, &by) && !top_from(word, &top))
		return call_refuse(c, 400, "invalid", "table");
	err = source_of(c, &source);
	if (!err)
		err = is_few(c, &source, &request, &few);
	if (err)
		return err;
	put_head(c, &source, &request);
	put_bool(c->json, "few", few);
	if (few) {
		put_list(c->json, "items");
		return OK;
	}
	if (by != REPORT_BY_NOTHING)
		return put_cells(c, &source, &request, by);
	return put_table(
		c, c->json, "items", &source, &request, top, top == REPORT_TOP_hours ? 24 : REPORT_TOP_ROWS);
}

/* --- The rows behind a figure --- */

static enum err put_store_rows(
	struct call *c, const struct report_scope *scope, enum figure figure, const struct page *page)
{
	struct report_row *rows;
	size_t count, total;
	enum err err = store_report_rows(c->reader, &c->arena, scope, (enum store_figure)figure, page->skip,
		page->size, &rows, &count, &total);
	cJSON *items;

	if (err)
		return err;
	items = put_page(c, page, total);
	for (size_t i = 0; i < count; i++) {
		cJSON *item = list_object(items);

		put_number(item, "id", rows[i].id);
		put_number(item, "time_ms", rows[i].time_ms);
		put_text(item, "unit", rows[i].unit);
		put_text(item, "channel", rows[i].channel);
		put_text(item, "field", rows[i].field);
		put_text(item, "record", rows[i].record);
		put_text(item, "word", rows[i].word);
		put_text(item, "text", rows[i].text);
		put_value(item, "ms", rows[i].value == FIGURE_NONE ? NAN : (double)rows[i].value);
	}
	return OK;
}

static enum err put_change_rows(struct call *c, const struct report_source *source,
	const struct change_scope *scope, enum figure figure, const struct page *page)
{
	struct change_row *rows;
	struct why why = {""};
	size_t count, total;
	enum err err = call_failed(c,
		change_rows(source->browse, &c->arena, scope,
			(enum change_figure)((int)figure - (int)STORE_FIGURE_COUNT), page->skip, page->size,
			&rows, &count, &total, &why),
		&why);
	cJSON *items;

	if (err)
		return err;
	items = put_page(c, page, total);
	for (size_t i = 0; i < count; i++) {
		cJSON *item = list_object(items);

		put_number(item, "id", rows[i].version);
		put_text(item, "day", rows[i].day);
		put_text(item, "unit", rows[i].unit);
		put_text(item, "field", rows[i].field);
		put_text(item, "record", rows[i].record);
		put_text(item, "word", rows[i].change);
		put_text(item, "text", rows[i].name);
	}
	return OK;
}

enum err api_reports_rows(struct call *c)
{
	struct report_request request;
	struct change_scope change_scope;
	struct report_source source;
	struct report_scope scope;
	struct why why = {""};
	enum figure figure;
	struct page page;
	enum err err;

	if (!take_request(c, &request) || !take_page(c, &page))
		return OK;
	if (!figure_from(call_query(c, "figure"), &figure))
		return call_refuse(c, 400, "invalid", "figure");
	figure = figure_rows(figure);
	err = source_of(c, &source);
	if (!err)
		err = call_failed(
			c, report_scope(&source, &request, &request.period, &c->arena, &scope, &why), &why);
	if (err)
		return err;
	put_head(c, &source, &request);
	put_figure_words(c, put_object(c->json, "figure"), figure);
	if (figure_of_store(figure))
		return put_store_rows(c, &scope, figure, &page);
	err = report_change_scope(&scope, &request.period, request.now_ms, &c->arena, &change_scope, NULL);
	return err ? err : put_change_rows(c, &source, &change_scope, figure, &page);
}

/* --- Files --- */

static void audit_file(struct call *c, const struct report_request *request, enum report_format format)
{
	cJSON *detail = cJSON_CreateObject();

	put_text(detail, "format", report_format_word(format));
	put_text(detail, "unit", request->unit);
	call_audit(c, "report", request->period.word, detail);
}

enum err api_reports_file(struct call *c)
{
	struct report_request request;
	struct report_source source;
	enum report_format format;
	struct report *report;
	struct why why = {""};
	enum err err;

	if (!take_request(c, &request))
		return OK;
	if (!report_format_from(call_query(c, "format"), &format))
		return call_refuse(c, 400, "invalid", "format");
	err = source_of(c, &source);
	if (!err)
		err = call_failed(c, report_make(&source, &request, &c->arena, &report, &why), &why);
	if (!err)
		err = call_failed(c,
			report_write(report, format, words_of(c), &options(c)->head, &c->out->body, &why),
			&why);
	if (err)
		return err;
	c->out->type = report_format_type(format);
	if (format == REPORT_HTML) /* is looked at, and printed; its styles are in it, nothing else is let in */
		call_header(c, "Content-Security-Policy",
			"default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
			"frame-ancestors 'none'");
	else
		call_header(c, "Content-Disposition",
			arena_printf(&c->out->arena, "attachment; filename=\"motcua-%s.%s\"",
				request.period.word, report_format_word(format)));
	audit_file(c, &request, format);
	return OK;
}

/* --- What there is, and what is due --- */

static void list_periods(struct call *c, cJSON *items, enum period_kind kind, int count)
{
	int day = period_day(c->now_ms);
	struct period p;

	for (int i = 0; i < count; i++) {
		cJSON *item = list_object(items);

		period_holding(day, kind, month_begins(c), &p);
		put_period(c, item, &p);
		put_bool(item, "running", p.to > period_day(c->now_ms));
		day = p.from - 1;
	}
}

enum err api_reports_periods(struct call *c)
{
	cJSON *items = put_list(c->json, "items");

	list_periods(c, items, PERIOD_MONTH, 14);
	list_periods(c, items, PERIOD_QUARTER, 6);
	list_periods(c, items, PERIOD_HALF, 4);
	list_periods(c, items, PERIOD_NINE, 2);
	list_periods(c, items, PERIOD_YEAR, 3);
	put_number(c->json, "month_begins", month_begins(c));
	return OK;
}

enum err api_reports_reminders(struct call *c)
{
	struct report_due due[REPORTS_DUE_MAX];
	size_t count = reports_due(options(c), period_day(c->now_ms), due);
	cJSON *items = put_list(c->json, "items");

	for (size_t i = 0; i < count; i++) {
		cJSON *item = list_object(items);

		put_period(c, item, &due[i].period);
		put_day(item, "due", due[i].day);
		put_number(item, "days_left", due[i].left);
	}
	return OK;
}

/* --- The dashboard --- */

static void put_step(cJSON *item, const struct report_step *s)
{
	put_number(item, "contacts", s->contacts);
	put_number(item, "questions", s->questions);
	put_number(item, "answered", s->answered);
	put_number(item, "asked_back", s->asked_back);
	put_number(item, "unresolved", s->unresolved);
}

/* Days of a month, weeks of what is longer; the funnel is their sum. */
static enum err put_trend(struct call *c, const struct report_scope *scope, const struct period *p)
{
	int days = p->months == 1 ? 1 : 7;
	struct report_step *steps, all = {0};
	size_t count;
	enum err err = store_report_trend(c->reader, &c->arena, scope, days, STEPS_MAX, &steps, &count);
	cJSON *list;

	if (err)
		return err;
	list = put_list(c->json, "trend");
	for (size_t i = 0; i < count; i++) {
		cJSON *item = list_object(list);

		put_day(item, "day", p->from + steps[i].step * days);
		put_step(item, &steps[i]);
		all.contacts += steps[i].contacts;
		all.questions += steps[i].questions;
		all.answered += steps[i].answered;
		all.asked_back += steps[i].asked_back;
		all.unresolved += steps[i].unresolved;
	}
	put_number(c->json, "trend_days", days);
	put_step(put_object(c->json, "funnel"), &all);
	return OK;
}

static void put_counts(cJSON *object, const struct report_counts *counts, enum figure first, enum figure last)
{
	for (int i = (int)first; i <= (int)last; i++)
		put_number(object, figure_id((enum figure)i), counts->values[i]);
}

/* Ratings into the funnel, waits and the clock of the cases. */
static enum err put_rest(struct call *c, const struct report_scope *scope)
{
	struct report_counts *counts;
	size_t count;
	enum err err = store_report_counts(c->reader, &c->arena, scope,
		REPORT_OF_ALL & ~(unsigned)REPORT_OF_TURNS, REPORT_BY_NOTHING, &counts, &count);

	if (err)
		return err;
	put_counts(cJSON_GetObjectItem(c->json, "funnel"), counts, FIGURE_ratings, FIGURE_unhelpful);
	put_counts(put_object(c->json, "questions"), counts, FIGURE_handed, FIGURE_handed_open);
	put_counts(put_object(c->json, "waits"), counts, FIGURE_waits, FIGURE_waits_open);
	put_counts(put_object(c->json, "cases"), counts, FIGURE_cases_received, FIGURE_cases_overdue);
	return OK;
}

/* Next week as this one went on: half of the rise is carried forward. */
static enum err put_rising(struct call *c, struct report_scope *scope)
{
	struct report_rising *rows;
	int64_t until = scope->to_ms;
	size_t count;
	enum err err;
	cJSON *list;

	if (scope->to_ms > c->now_ms)
		scope->to_ms = c->now_ms;
	err = store_report_rising(c->reader, &c->arena, scope, TOPS_SHOWN, &rows, &count);
	scope->to_ms = until;
	if (err)
		return err;
	list = put_list(c->json, "rising");
	for (size_t i = 0; i < count; i++) {
		cJSON *item = list_object(list);

		put_number(item, "cluster", rows[i].cluster);
		put_text(item, "label", rows[i].label);
		put_number(item, "last_week", rows[i].last_week);
		put_number(item, "week_before", rows[i].week_before);
		put_number(
			item, "expected", rows[i].last_week + (rows[i].last_week - rows[i].week_before) / 2);
	}
	return OK;
}

static enum err put_tops(
	struct call *c, const struct report_source *source, const struct report_request *request)
{
	static const struct {
		const char *name;
		enum report_top top;
	} shown[] = {{"unresolved_fields", REPORT_TOP_question_fields},
		{"unresolved_units", REPORT_TOP_question_units}, {"clusters", REPORT_TOP_clusters},
		{"reasons", REPORT_TOP_reasons}};
	enum err err = OK;

	for (size_t i = 0; i < sizeof shown / sizeof *shown && !err; i++)
		err = put_table(c, c->json, shown[i].name, source, request, shown[i].top, TOPS_SHOWN);
	return err;
}

enum err api_dashboard_get(struct call *c)
{
	struct report_request request;
	struct report_source source;
	struct report_scope scope;
	struct why why = {""};
	enum err err;

	if (!take_request(c, &request))
		return OK;
	err = source_of(c, &source);
	if (!err)
		err = call_failed(
			c, report_scope(&source, &request, &request.period, &c->arena, &scope, &why), &why);
	if (err)
		return err;
	put_head(c, &source, &request);
	err = put_trend(c, &scope, &request.period);
	if (!err)
		err = put_rest(c, &scope);
	if (!err)
		err = put_tops(c, &source, &request);
	return err ? err : put_rising(c, &scope);
}
