/* console.c - from the loop to a worker and back, and what a worker does with a request, in order:
 *   a page          → its file
 *   path and method → a row of routes.def; 404, 405
 *   cookie          → a session; 401 where the route wants one
 *   anything but GET: from our own pages, CSRF token, content type; 403, 415
 *   a one-time password does nothing but change itself; 403
 *   roles           → 403
 *   body            → a JSON object; 400
 *   a route that writes knowledge → of the caller's unit; 403
 *   handler         → the answer; what it could not do is answered here and logged. */
#include "daemon/console/call.h"

#include "daemon/base/background.h"
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/share.h"
#include "daemon/console/desk.h"
#include "daemon/console/knowledge.h"
#include "daemon/console/page.h"
#include "daemon/console/session.h"
#include "daemon/console/whose.h"
#include "knowledge/hours.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define WORKERS 2
#define QUEUE_MAX 64 /* requests that may wait; beyond it 503 */
#define SLOW_MAX 12  /* the same of slow ones: each takes seconds, and browsers wait for CONSOLE_ANSWER_MS */
#define PATH_ARENA ((size_t)1 << 12)
#define UNKNOWN_NAME_FAILURES SIGN_IN_FAILURES

/* --- One request --- */

static const struct {
	enum err err;
	int status;
	const char *code;
} answers[] = {
	{ERR_NOT_FOUND, 404, "not_found"},
	{ERR_EXISTS, 409, "conflict"},
	{ERR_FORMAT, 400, "invalid"},
	{ERR_LIMIT, 413, "too_large"},
	{ERR_PERMISSION, 403, "forbidden"},
	{ERR_BUSY, 503, "busy"},
	{ERR_QUEUE_FULL, 503, "busy"},
	{ERR_DISK_FULL, 507, "disk_full"},
};

static void fail(struct call *c, enum err err)
{
	size_t i = 0, count = sizeof answers / sizeof *answers;

	while (i < count && answers[i].err != err)
		i++;
	if (i < count)
		call_refuse(c, answers[i].status, answers[i].code, NULL);
	else
		call_refuse(c, 500, "failed", NULL);
	if (c->out->status >= 500)
		log_error("console=%s route=%s status=%d: %s", c->in->method, c->route ? c->route->path : "-",
			c->out->status, err_words(err));
}

static bool may_call(struct call *c)
{
	if (c->route->roles == ROUTE_OPEN)
		return true;
	if (!c->signed_in)
		call_refuse(c, 401, "signed_out", NULL);
	else if (c->session.staff.must_change && c->route->roles != ROUTE_FIRST)
		call_refuse(c, 403, "must_change", NULL);
	else if (!(c->roles & c->route->roles))
		call_refuse(c, 403, "forbidden", NULL);
	else
		return true;
	return false;
}

static bool body_take(struct call *c)
{
	if (strcmp(c->route->method, "GET") == 0 || c->route->raw)
		return true;
	if (c->in->body.len > BODY_MAX)
		call_refuse(c, 413, "too_large", NULL);
	else if (!(c->body = body_parse(c->in->body.ptr, c->in->body.len)))
		call_refuse(c, 400, "json", NULL);
	return c->body != NULL;
}

static enum err route_run(struct call *c, const char *path)
{
	enum err err = route_find(&c->arena, c->in->method, path, &c->route, c->param);

	if (err)
		return call_refuse(
			c, err == ERR_FORMAT ? 405 : 404, err == ERR_FORMAT ? "method" : "not_found", NULL);
	err = session_find(c);
	if (err || !may_call(c) || (strcmp(c->route->method, "GET") != 0 && !session_allows(c)) ||
		!body_take(c))
		return err;
	err = whose_check(c);
	if (err || c->out->status >= 400)
		return err;
	return c->route->handler(c);
}

static void out_of_memory(struct console_answer *out)
{
	static const char words[] = "{\"error\":{\"code\":\"failed\",\"message\":\"\"}}";

	out->status = 500;
	buf_add(&out->body, words, sizeof words - 1);
}

static void body_print(struct call *c)
{
	char *text = json_whole() && c->json ? cJSON_PrintUnformatted(c->json) : NULL;

	c->out->type = "application/json; charset=utf-8";
	if (text)
		buf_add_string(&c->out->body, text);
	else
		out_of_memory(c->out);
	cJSON_free(text);
}

static void api_answer(
	struct desk *d, const char *path, const struct http_request *in, struct console_answer *out)
{
	struct call c = {.desk = d,
		.o = &d->console->o,
		.reader = d->reader,
		.in = in,
		.out = out,
		.json = cJSON_CreateObject(),
		.now_ms = clock_now_ms()};
	enum err err;

	json_whole(); /* whatever the call before left */
	out->status = 200;
	clock_date(c.now_ms, c.today);
	arena_init(&c.arena, CALL_ARENA);
	err = c.json ? route_run(&c, path) : ERR_NOMEM;
	if (err)
		fail(&c, err);
	call_header(&c, "Cache-Control", "no-store");
	if (!out->type) /* a download has its own */
		body_print(&c);
	cJSON_Delete(c.json);
	cJSON_Delete(c.body);
	arena_release(&c.arena);
}

static bool header_is_there(const struct console_answer *answer, const char *name)
{
	for (size_t i = 0; i < answer->header_count; i++)
		if (strcmp(answer->headers[i].name, name) == 0)
			return true;
	return false;
}

static void headers_add(struct console_answer *answer)
{
	static const struct http_header headers[] = {
		{"Content-Security-Policy",
			"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
			"connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"},
		{"X-Content-Type-Options", "nosniff"},
		{"Referrer-Policy", "no-referrer"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
	};

	for (size_t i = 0; i < sizeof headers / sizeof *headers && answer->header_count < ANSWER_HEADERS; i++)
		if (!header_is_there(answer, headers[i].name))
			answer->headers[answer->header_count++] = headers[i];
}

static void text_answer(struct console_answer *answer, const char *text)
{
	answer->type = "text/plain; charset=utf-8";
	buf_clear(&answer->body);
	buf_add_string(&answer->body, text);
}

static void page_or_words(struct desk *d, const struct http_request *in, struct console_answer *answer)
{
	const struct sentences *s = d->console->sentences;

	if (strcmp(in->method, "GET") != 0 && strcmp(in->method, "HEAD") != 0) {
		answer->status = 405;
		text_answer(answer, sentence(s, "method"));
	} else if (strcmp(in->path, "/console") == 0) {
		answer->status = 308;
		answer->headers[answer->header_count++] = (struct http_header){"Location", "/console/"};
		text_answer(answer, "/console/");
	} else {
		bool ours = strncmp(in->path, "/console/", 9) == 0;

		answer->status = 404;
		if (ours)
			page_answer(d->console->web_dir, in->path + 9, in, answer);
		if (answer->status >= 400)
			text_answer(answer, sentence(s, answer->status == 404 ? "not_found" : "failed"));
	}
}

void console_answer(struct desk *d, const struct http_request *in, struct console_answer *ret_answer)
{
	size_t prefix = sizeof API_PREFIX - 1;

	memset(ret_answer, 0, sizeof *ret_answer);
	arena_init(&ret_answer->arena, 1 << 20);
	buf_init(&ret_answer->body, ANSWER_MAX);
	if (strncmp(in->path, API_PREFIX, prefix) == 0)
		api_answer(d, in->path + prefix, in, ret_answer);
	else
		page_or_words(d, in, ret_answer);
	if (ret_answer->body.failed) {
		ret_answer->status = 500;
		buf_release(&ret_answer->body);
	}
	headers_add(ret_answer);
}

/* Rehearsals, exports and imports need some ten MB for seconds; the allocator would keep them for the next. */
void console_give_back(void)
{
	malloc_trim(0);
}

void console_answer_release(struct console_answer *answer)
{
	buf_release(&answer->body);
	arena_release(&answer->arena);
}

/* --- Desks --- */

enum err desk_open(struct console *c, struct desk **ret_desk, struct why *why)
{
	struct desk *d = calloc(1, sizeof *d);
	enum err err;

	if (!d)
		return why_set(why, ERR_NOMEM, "could not start a console thread: out of memory");
	d->console = c;
	err = store_reader_open(c->o.state_path, &d->reader, why);
	if (err)
		desk_close(d);
	else
		*ret_desk = d;
	return err;
}

void desk_close(struct desk *d)
{
	if (!d)
		return;
	browse_close(d->browse);
	edit_close(d->edit);
	store_reader_close(d->reader);
	free(d);
}

/* --- Between the loop and the workers --- */

struct job {
	struct console *console;
	const struct http_request *req; /* valid until http_answer() */
	struct http_exchange *x;
	struct console_answer answer;
};

static void job_run(void *context, void *arg)
{
	struct job *job = arg;

	console_answer(context, job->req, &job->answer);
}

static void background_run(void *context, void *arg)
{
	(void)context;
	background_thread();
	console_background(arg);
}

static void background_done(void *arg)
{
	(void)arg;
}

static void job_done(void *arg)
{
	struct job *job = arg;
	struct console *c = job->console;
	struct console_answer *a = &job->answer;

	http_answer(job->x, a->status, a->type, (struct bytes){a->body.ptr, a->body.len}, a->headers,
		a->header_count);
	if (a->wake_outbox_id && c->o.outbox_cb)
		c->o.outbox_cb(c->o.arg, a->wake_outbox_id);
	if (a->background && loop_work(c->background, background_run, background_done, c) != OK)
		log_error("console=import: could not be begun: %s", err_words(ERR_QUEUE_FULL));
	console_answer_release(a);
	free(job);
}

static bool is_slow(const struct http_request *req)
{
	const struct route *route = NULL;
	const char *params[ROUTE_PARAMS];
	size_t prefix = sizeof API_PREFIX - 1;
	struct arena arena;
	enum err err = ERR_NOT_FOUND;

	arena_init(&arena, PATH_ARENA);
	if (strncmp(req->path, API_PREFIX, prefix) == 0)
		err = route_find(&arena, req->method, req->path + prefix, &route, params);
	arena_release(&arena);
	return err == OK && route->slow;
}

void console_http(void *console, const struct http_request *req, struct http_exchange *x)
{
	static const struct http_header later[] = {{"Retry-After", "5"}};
	struct console *c = console;
	struct job *job = calloc(1, sizeof *job);
	const char *words = sentence(c->sentences, "busy");

	if (job)
		*job = (struct job){.console = c, .req = req, .x = x};
	if (job && loop_work(is_slow(req) ? c->slow : c->workers, job_run, job_done, job) == OK)
		return;
	free(job);
	http_answer(x, 503, "text/plain; charset=utf-8", (struct bytes){words, strlen(words)}, later, 1);
}

static enum err worker_start(void *arg, void **ret_context, struct why *why)
{
	struct desk *d;
	enum err err = desk_open(arg, &d, why);

	if (!err)
		*ret_context = d;
	return err;
}

static void worker_stop(void *context)
{
	desk_close(context);
}

/* --- Life --- */

static enum err web_find(struct console *c, struct why *why)
{
	const char *path;
	char *real;
	enum err err = share_path(&c->arena, "daemon/console/web", &path, why);

	if (err)
		return err;
	real = realpath(path, NULL);
	if (!real)
		return why_set(why, ERR_IO, "could not open the folder \"%s\": %s", path, strerror(errno));
	c->web_dir = arena_string(&c->arena, real);
	free(real);
	return c->web_dir ? OK : why_set(why, ERR_NOMEM, "could not start the console: out of memory");
}

static enum err threads_open(struct console *c, struct why *why)
{
	struct loop_workers_options desks = {.threads = WORKERS,
		.queue_max = QUEUE_MAX,
		.start_cb = worker_start,
		.stop_cb = worker_stop,
		.arg = c};
	enum err err;

	if (!c->o.loop)
		return OK;
	err = loop_workers_open(c->o.loop, &desks, &c->workers, why);
	desks.threads = 1;
	desks.queue_max = SLOW_MAX;
	if (!err)
		err = loop_workers_open(c->o.loop, &desks, &c->slow, why);
	return err ? err
		   : loop_workers_open(c->o.loop,
			     &(struct loop_workers_options){.threads = 1, .queue_max = 4}, &c->background,
			     why);
}

enum err console_open(const struct console_options *o, struct console **ret_console, struct why *why)
{
	struct console *c = calloc(1, sizeof *c);
	enum err err;

	if (!c)
		return why_set(why, ERR_NOMEM, "could not start the console: out of memory");
	c->o = *o;
	arena_init(&c->arena, 1 << 20);
	findings_init(&c->findings);
	pthread_mutex_init(&c->rehearsing, NULL);
	pthread_mutex_init(&c->previewing, NULL);
	pthread_mutex_init(&c->settling, NULL);
	c->deeds_unsure = true; /* nobody knows where the run before ended */
	limit_init(&c->addresses, ADDRESS_FAILURES, LOCK_MS);
	limit_init(&c->unknown_names, UNKNOWN_NAME_FAILURES, LOCK_MS);
	err = sentences_load(CONSOLE_SENTENCES, &c->sentences, why);
	if (!err)
		err = sentences_load(REPORT_WORDS, &c->report_words, why);
	if (!err)
		err = web_find(c, why);
	if (!err)
		err = columns_open(&c->columns, why);
	if (!err)
		err = refusals_open(&c->refusals, why);
	if (!err)
		err = holidays_load(&c->holidays, why);
	if (!err)
		err = uploads_open(&c->uploads, o->uploads_dir, why);
	if (!err)
		err = imports_open(c, why);
	if (!err)
		err = threads_open(c, why);
	if (err)
		console_close(c);
	else
		*ret_console = c;
	return err;
}

void console_close(struct console *c)
{
	if (!c)
		return;
	atomic_store(&c->imports.stop, true);
	loop_workers_close(c->slow);
	loop_workers_close(c->workers); /* its answers may begin something in the background */
	loop_workers_close(c->background);
	findings_release(&c->findings);
	pthread_mutex_destroy(&c->rehearsing);
	pthread_mutex_destroy(&c->previewing);
	pthread_mutex_destroy(&c->settling);
	imports_close(&c->imports);
	uploads_close(&c->uploads);
	limit_release(&c->addresses);
	limit_release(&c->unknown_names);
	holidays_free(c->holidays);
	columns_close(c->columns);
	refusals_close(c->refusals);
	sentences_free(c->sentences);
	sentences_free(c->report_words);
	arena_release(&c->arena);
	free(c);
}

void console_background(struct console *c)
{
	import_task_run(c);
}
