/* public.c - from the loop to a thread with a reader and back.
 *   /public.css                          at once
 *   /cases, /cases/CODE, /answers        a thread reads; a code answered by a record: a search thread composes its answer
 *   too many unknown codes               429
 *   the queue is full                    503 */
#include "daemon/public/public.h"

#include "daemon/base/address.h"
#include "daemon/base/clock.h"
#include "daemon/base/code.h"
#include "daemon/base/limit.h"
#include "daemon/base/map.h"
#include "daemon/public/page.h"
#include "daemon/store/store_case.h"
#include "daemon/store/store_wait.h"
#include "daemon/turn/worker.h"
#include "knowledge/fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUEUE_MAX 64
#define ARENA_MAX ((size_t)16 << 20)
#define PAGE_MAX ((size_t)1 << 20)
#define ANSWERS 20 /* a page */
#define PAGES_MAX 1000
#define BATCH 200        /* answers looked through at a time */
#define LOOKED_MAX 20000 /* answers that are looked through for words */
#define ASKED_BYTES 200  /* of the words looked for */
#define FOLDED_MAX 8192

struct public
{
	struct public_options o;
	struct loop_workers *workers;
	bool stopping;
	struct limit codes;
};

struct job {
	struct public *public;
	const struct http_request *req;
	struct http_exchange *x;
	struct arena arena;
	struct page_html page;
	int status;
	struct wait wait;
	struct stored_event stored;
	struct account account;
	struct thought thought;
	bool thinking;
};

/* --- Codes ------------------------------------------------------------------------------------------- */

static void form_put(struct job *job)
{
	struct page_html *p = &job->page;

	page_markup(p, "<form action=\"/cases\" method=\"get\"><label for=\"code\">");
	page_text(p, page_words(p, "public_code"));
	page_markup(p,
		"</label><input id=\"code\" name=\"code\" required maxlength=\"20\" autocomplete=\"off\">"
		"<br><button>");
	page_text(p, page_words(p, "public_look"));
	page_markup(p, "</button></form>\n");
}

static void simple_put(struct job *job, int status, const char *phrase_name)
{
	job->status = status;
	page_begin(&job->page, page_words(&job->page, "public_cases"), false);
	if (phrase_name)
		page_phrase(&job->page, "note", phrase_name);
	form_put(job);
	page_end(&job->page);
}

static void answer_put(struct job *job, const char *answer)
{
	page_markup(&job->page, "<div class=\"answer\">");
	page_text(&job->page, answer);
	page_markup(&job->page, "</div>\n");
}

static const char *ms_day(struct job *job, int64_t ms)
{
	char day[11];

	clock_date(ms, day);
	return page_day(&job->page, day);
}

static void case_put(struct job *job, const struct case_file *one)
{
	static const char *const states[CASE_STATE_COUNT] = {"public_state_new", "public_state_working",
		"public_state_answered", "public_state_rejected", "public_state_withdrawn"};
	struct page_html *p = &job->page;

	page_phrase(p, "state", states[one->state]);
	page_phrase(p, "small", "public_received", {"day", ms_day(job, one->received_ms)}, );
	if (CASES_OPEN & 1u << one->state)
		page_phrase(p, "small", "public_due", {"day", page_day(p, one->due)}, );
	else if (one->answered_ms)
		page_phrase(p, "small", "public_answered", {"day", ms_day(job, one->answered_ms)}, );
	if (one->answer)
		answer_put(job, one->answer);
}

/* A record's answer is composed elsewhere: true. */
static bool wait_put(struct job *job)
{
	const struct wait *w = &job->wait;
	struct page_html *p = &job->page;

	page_phrase(p, "state",
		w->state == WAIT_WITHDRAWN ? "public_state_withdrawn"
		: w->answer || w->record   ? "public_state_answered"
					   : "public_state_open");
	page_phrase(p, "small", "public_received", {"day", ms_day(job, w->created_ms)}, );
	if (w->state == WAIT_WITHDRAWN)
		return false;
	if (w->answer)
		answer_put(job, w->answer);
	return w->record != NULL;
}

static enum err code_found(struct job *job, struct store_reader *reader)
{
	struct page_html *p = &job->page;
	const struct phrase_value values[] = {{"code", job->wait.code}, {NULL, NULL}};
	const char *title = phrase(p->phrases, p->arena, "public_title", values);
	struct case_file one;
	enum err err = job->wait.case_id ? store_case_get(reader, &job->arena, job->wait.case_id, &one) : OK;

	if (err)
		return err;
	page_begin(p, title, false);
	if (job->wait.case_id)
		case_put(job, &one);
	else
		job->thinking = wait_put(job);
	if (!job->thinking)
		page_end(p);
	return OK;
}

static enum err code_look(struct job *job, struct store_reader *reader, const char *typed)
{
	struct limit *limit = &job->public->codes;
	const char *address = address_of(&job->arena, job->req);
	int64_t now_ms = clock_now_ms();
	char code[CODE_SIZE];
	bool alone;
	enum err err = ERR_NOT_FOUND;

	if (!address)
		return ERR_NOMEM;
	if (limit_blocked(limit, address, now_ms)) {
		simple_put(job, 429, "public_too_many");
		return OK;
	}
	if (code_find(typed, code, &alone))
		err = store_wait_get(reader, &job->arena, code, &job->wait);
	if (!err)
		err = code_found(job, reader);
	if (err != ERR_NOT_FOUND)
		return err;
	limit_failed(limit, address, now_ms);
	simple_put(job, 404, "public_unknown");
	return OK;
}

/* --- Published answers ------------------------------------------------------------------------------- */

static bool has_words(const char *folded, const char *words)
{
	while (*words) {
		size_t len = strcspn(words, " ");
		char word[FOLD_MAX];

		snprintf(word, sizeof word, "%.*s", (int)len, words);
		if (len && !strstr(folded, word))
			return false;
		words += len + (words[len] == ' ');
	}
	return true;
}

static bool is_asked(const struct case_file *one, const char *words)
{
	char text[FOLDED_MAX], folded[FOLDED_MAX];

	if (!*words)
		return true;
	snprintf(
		text, sizeof text, "%s %s", one->subject ? one->subject : "", one->answer ? one->answer : "");
	fold_plain(text, strlen(text), folded, sizeof folded);
	return has_words(folded, words);
}

static void published_put(struct job *job, const struct case_file *one)
{
	struct page_html *p = &job->page;
	const char *name = arena_printf(&job->arena, "case_%s", one->category);

	page_markup(p, "<article><h2>");
	page_text(p, one->subject);
	page_markup(p, "</h2>\n");
	page_phrase(p, "small", "public_line", {"category", name ? page_words(p, name) : NULL},
		{"received", ms_day(job, one->received_ms)}, {"answered", ms_day(job, one->answered_ms)}, );
	answer_put(job, one->answer);
	page_markup(p, "</article>\n");
}

static void search_put(struct job *job, const char *asked)
{
	struct page_html *p = &job->page;

	page_begin(p, page_words(p, "public_answers"), true);
	page_phrase(p, "note", "public_answers_note");
	page_markup(p, "<form action=\"/answers\" method=\"get\"><label for=\"q\">");
	page_text(p, page_words(p, "public_words"));
	page_markup(p, "</label><input id=\"q\" name=\"q\" maxlength=\"100\" value=\"");
	page_text(p, asked);
	page_markup(p, "\"><br><button>");
	page_text(p, page_words(p, "public_search"));
	page_markup(p, "</button></form>\n");
}

static void link_put(struct job *job, const char *asked, unsigned page, const char *words)
{
	struct page_html *p = &job->page;

	buf_printf(&p->body, "<a href=\"/answers?page=%u&amp;q=", page);
	for (; asked && *asked; asked++)
		buf_printf(&p->body, "%%%02X", (unsigned char)*asked);
	page_markup(p, "\">");
	page_text(p, page_words(p, words));
	page_markup(p, "</a> ");
}

/* Those of the page, among all that have the words; *ret_more: others follow. */
static enum err answers_collect(struct job *job, struct store_reader *reader, const char *words, size_t skip,
	bool *ret_more, size_t *ret_shown)
{
	struct case_file *batch;
	size_t looked = 0, count = BATCH, fit = 0;
	enum err err = OK;

	*ret_more = false;
	*ret_shown = 0;
	while (!err && count == BATCH && looked < LOOKED_MAX && !*ret_more) {
		err = store_case_published(reader, &job->arena, looked, BATCH, &batch, &count);
		for (size_t i = 0; !err && i < count && !*ret_more; i++) {
			if (!is_asked(&batch[i], words) || fit++ < skip)
				continue;
			*ret_more = *ret_shown == ANSWERS;
			if (!*ret_more)
				published_put(job, &batch[i]);
			*ret_shown += !*ret_more;
		}
		looked += count;
	}
	return err;
}

static enum err answers_put(struct job *job, struct store_reader *reader)
{
	const char *asked = http_field(&job->arena, job->req->query, "q"),
		   *number = http_field(&job->arena, job->req->query, "page");
	unsigned long page = number ? strtoul(number, NULL, 10) : 1;
	char words[ASKED_BYTES] = "";
	bool more = false;
	size_t shown = 0;
	enum err err;

	page = page < 1 ? 1 : page > PAGES_MAX ? PAGES_MAX : page;
	if (asked && strlen(asked) > ASKED_BYTES)
		asked = NULL;
	if (asked)
		fold_plain(asked, strlen(asked), words, sizeof words);
	search_put(job, asked);
	err = answers_collect(job, reader, words, (size_t)(page - 1) * ANSWERS, &more, &shown);
	if (err)
		return err;
	if (!shown)
		page_phrase(&job->page, "note", "public_none");
	page_markup(&job->page, "<p>");
	if (page > 1)
		link_put(job, asked, (unsigned)page - 1, "public_newer");
	if (more)
		link_put(job, asked, (unsigned)page + 1, "public_older");
	page_markup(&job->page, "</p>\n");
	page_end(&job->page);
	return OK;
}

/* --- There and back ---------------------------------------------------------------------------------- */

static enum err page_make(struct job *job, struct store_reader *reader)
{
	const char *path = job->req->path, *typed = NULL;

	if (strcmp(path, "/answers") == 0)
		return answers_put(job, reader);
	if (strcmp(path, "/cases") == 0)
		typed = http_field(&job->arena, job->req->query, "code");
	else if (strncmp(path, "/cases/", 7) == 0)
		typed = path + 7;
	if (typed && *typed)
		return code_look(job, reader, typed);
	simple_put(job, 200, "public_note");
	return OK;
}

static void job_run(void *context, void *arg)
{
	struct job *job = arg;

	if (page_make(job, context) != OK)
		job->status = 500;
}

static void answer(struct job *job)
{
	static const struct http_header headers[] = {
		{"Content-Security-Policy",
			"default-src 'none'; style-src 'self'; form-action 'self'; base-uri "
			"'none'; frame-ancestors 'none'"},
		{"X-Content-Type-Options", "nosniff"},
		{"Referrer-Policy", "no-referrer"},
		{"Cache-Control", "no-store"},
	};
	struct buf *body = &job->page.body;
	int status = body->failed ? 500 : job->status;

	if (status == 500)
		http_answer_text(job->x, 500, phrase_template(job->public->o.phrases, "public_failed"));
	else
		http_answer(job->x, status, "text/html; charset=utf-8", (struct bytes){body->ptr, body->len},
			headers, sizeof headers / sizeof *headers);
	buf_release(body);
	arena_release(&job->arena);
	free(job);
}

static void thought_done(void *arg)
{
	struct job *job = OWNER_OF(arg, struct job, thought);
	const struct turn *turn = &job->thought.turn;

	if (job->thought.err == OK && turn->outcome == OUTCOME_ANSWER && turn->reply.text)
		answer_put(job, turn->reply.text);
	else
		page_phrase(&job->page, "note", "public_gone");
	page_end(&job->page);
	turn_release(&job->thought.turn);
	answer(job);
}

/* As if the record's button had been tapped, by nobody. */
static void record_think(struct job *job)
{
	const struct citizen_key *key = &job->wait.citizen;
	const struct accounts *all = job->public->o.accounts;

	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->items[i].id, key->account) == 0)
			job->account.unit = all->items[i].unit;
	job->stored = (struct stored_event){
		.event = {.kind = EVENT_PAYLOAD,
			.channel = key->channel,
			.account = key->account,
			.payload = arena_printf(&job->arena, "#tt:%s", job->wait.record)}};
	job->thought = (struct thought){.stored = &job->stored, .account = &job->account};
	if (job->stored.event.payload && !job->public->stopping &&
		turns_think(job->public->o.turns, thought_done, &job->thought) == OK)
		return;
	job->status = 500;
	answer(job);
}

static void job_done(void *arg)
{
	struct job *job = arg;

	if (job->thinking && job->status == 200 && !job->page.body.failed)
		record_think(job);
	else
		answer(job);
}

void public_http(void *public, const struct http_request *req, struct http_exchange *x)
{
	struct public *p = public;
	struct job *job = NULL;

	if (strcmp(req->path, "/public.css") == 0) {
		http_answer(x, 200, "text/css; charset=utf-8", (struct bytes){page_css, strlen(page_css)},
			NULL, 0);
		return;
	}
	if (strcmp(req->path, "/cases") == 0 || strncmp(req->path, "/cases/", 7) == 0 ||
		strcmp(req->path, "/answers") == 0)
		job = calloc(1, sizeof *job);
	else {
		http_answer_text(x, 404, "404\n");
		return;
	}
	if (job) {
		*job = (struct job){.public = p, .req = req, .x = x, .status = 200};
		arena_init(&job->arena, ARENA_MAX);
		buf_init(&job->page.body, PAGE_MAX);
		job->page.arena = &job->arena;
		job->page.phrases = p->o.phrases;
	}
	if (job && loop_work(p->workers, job_run, job_done, job) == OK)
		return;
	if (job) {
		buf_release(&job->page.body);
		arena_release(&job->arena);
	}
	free(job);
	http_answer_text(x, 503, phrase_template(p->o.phrases, "public_failed"));
}

/* --- Open and close ---------------------------------------------------------------------------------- */

static enum err worker_begin(void *arg, void **ret_context, struct why *why)
{
	struct public *p = arg;
	struct store_reader *reader;
	enum err err = store_reader_open(p->o.state_path, &reader, why);

	if (err == OK)
		*ret_context = reader;
	return err;
}

static void worker_end(void *context)
{
	store_reader_close(context);
}

enum err public_open(const struct public_options *o, struct public **ret_public, struct why *why)
{
	struct public *p = calloc(1, sizeof *p);
	enum err err;

	if (!p)
		return why_set(why, ERR_NOMEM, "could not open the public pages: out of memory");
	p->o = *o;
	limit_init(&p->codes, CODE_FAILURES, CODE_WINDOW_MS);
	err = loop_workers_open(o->loop,
		&(struct loop_workers_options){.threads = 1,
			.queue_max = QUEUE_MAX,
			.start_cb = worker_begin,
			.stop_cb = worker_end,
			.arg = p},
		&p->workers, why);
	if (err != OK) {
		public_close(p);
		return err;
	}
	*ret_public = p;
	return OK;
}

void public_stop(struct public *p)
{
	if (!p)
		return;
	p->stopping = true;
	if (p->workers)
		loop_workers_close(p->workers);
	p->workers = NULL;
}

void public_close(struct public *p)
{
	if (!p)
		return;
	public_stop(p);
	limit_release(&p->codes);
	free(p);
}
