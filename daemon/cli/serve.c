/* serve.c - start order: knowledge, store, loop's bell, words, client, outbox, turns, intake, console, tell, server. A part that comes later
 * may call what came before; what has to go the other way is a callback handed down here:
 *   intake ── event committed ──▶ turns ── reply committed ──▶ outbox ◀── echo committed ── intake
 * Stop order: server, tell, turns, outbox, console, client, store, the rest. The store stays until everybody's commits are done. */
#include "daemon/cli/serve.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/cli/monitor.h"
#include "daemon/cli/reporting.h"
#include "daemon/cli/retention.h"
#include "daemon/cli/sorting.h"
#include "daemon/cli/starter.h"
#include "daemon/console/console.h"
#include "daemon/intake/intake.h"
#include "daemon/public/public.h"
#include "daemon/turn/tell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define USER_AGENT "motcua/" MOTCUA_VERSION
#define ROUTES 14

struct serve {
	const struct config *config;
	struct loop *loop;
	struct loop_idle *idle;
	struct loop_bell *bell;
	struct store *store;
	struct store_reader *reader;
	struct words *words;
	struct phrases *phrases;
	struct http_client *client;
	struct outbox *outbox;
	struct turns *turns;
	struct tell *tell;
	struct public *public;
	struct intake *intake;
	struct retention *retention;
	struct sorting *sorting;
	struct reporting *reporting;
	struct console *console; /* NULL: switched off */
	struct http_server *server;
	struct monitor monitor;
	struct http_route routes[ROUTES];

	struct loop_timer *grace;
	void (*closed_cb)(void *arg, bool clean);
	void *closed_arg;
};

/* --- What hands over to what. --- */

static void event_committed(void *arg, const struct stored_event *event)
{
	struct serve *s = arg;

	turns_add(s->turns, event);
}

static void reply_committed(void *arg, int64_t outbox_id)
{
	struct serve *s = arg;

	if (s->outbox)
		outbox_wake(s->outbox, outbox_id);
}

static void bell_rang(void *arg)
{
	struct serve *s = arg;

	if (s->store)
		store_drain(s->store);
}

static void store_woke(void *arg) /* store thread */
{
	struct serve *s = arg;

	loop_bell_ring(s->bell);
}

/* What arrived in one turn of the loop is one commit. */
static void turn_of_loop_ended(void *arg)
{
	struct serve *s = arg;

	if (s->store)
		store_flush(s->store);
}

/* --- Start. --- */

static enum err data_open(struct serve *s, struct why *why)
{
	const struct config *c = s->config;
	struct store_options o = {.path = c->state_path,
		.queue_max = (size_t)c->queue_max,
		.wake_cb = store_woke,
		.wake_arg = s,
		.flushed_by_owner = true};
	enum err err = OK;

	if (mkdir(c->data_dir, 0700) != 0 && errno != EEXIST)
		return why_set(
			why, ERR_IO, "could not make the folder \"%s\": %s", c->data_dir, strerror(errno));
	err = loop_idle_open(s->loop, turn_of_loop_ended, s, &s->idle);
	if (err == OK)
		err = loop_bell_open(s->loop, bell_rang, s, &s->bell);
	if (err == OK)
		err = store_open(&o, &s->store, why);
	if (err == OK)
		err = store_reader_open(c->state_path, &s->reader, why);
	if (err == OK)
		err = starter_knowledge(c->knowledge_path, why);
	if (err == OK)
		err = words_load(&s->words, why);
	return err == OK ? phrases_load(&s->phrases, why) : err;
}

static enum err sending_open(struct serve *s, struct why *why)
{
	const struct config *c = s->config;
	enum err err = http_client_open(s->loop,
		&(struct http_client_options){.timeout_ms = c->timeout_ms,
			.connections_per_host = (long)c->in_flight_max,
			.user_agent = USER_AGENT},
		&s->client, why);

	if (err != OK)
		return err;
	return outbox_open(&(struct outbox_options){.loop = s->loop,
				   .store = s->store,
				   .state_path = c->state_path,
				   .client = s->client,
				   .accounts = &c->accounts,
				   .in_flight_max = (unsigned)c->in_flight_max,
				   .per_second_max = (unsigned)c->per_second_max,
				   .unknown_wait_ms = c->unknown_wait_ms,
				   .resend_unknown = c->resend_unknown},
		&s->outbox, why);
}

static enum err thinking_open(struct serve *s, struct why *why)
{
	const struct config *c = s->config;
	enum err err = turns_open(&(struct turns_options){.loop = s->loop,
					  .store = s->store,
					  .state_path = c->state_path,
					  .knowledge_path = c->knowledge_path,
					  .words = s->words,
					  .phrases = s->phrases,
					  .accounts = &c->accounts,
					  .workers = (unsigned)c->workers,
					  .answer_max_age_ms = c->answer_max_age_ms,
					  .conversation_ms = c->conversation_age_ms,
					  .burst_wait_ms = c->burst_wait_ms,
					  .case_days = (unsigned)c->case_days,
					  .reply_cb = reply_committed,
					  .arg = s},
		&s->turns, why);

	return err == OK ? turns_recover(s->turns, why) : err;
}

static enum err telling_open(struct serve *s, struct why *why)
{
	const struct config *c = s->config;

	return tell_open(&(struct tell_options){.loop = s->loop,
				 .store = s->store,
				 .state_path = c->state_path,
				 .turns = s->turns,
				 .phrases = s->phrases,
				 .accounts = &c->accounts,
				 .reply_cb = reply_committed,
				 .arg = s},
		&s->tell, why);
}

static enum err desks_open(struct serve *s, struct why *why)
{
	const struct config *c = s->config;

	if (!c->console_enabled)
		return OK;
	return console_open(&(struct console_options){.loop = s->loop,
				    .store = s->store,
				    .state_path = c->state_path,
				    .knowledge_path = c->knowledge_path,
				    .uploads_dir = c->uploads_dir,
				    .words = s->words,
				    .phrases = s->phrases,
				    .accounts = &c->accounts,
				    .origin = c->origin,
				    .two_persons = c->two_persons,
				    .idle_ms = c->session_idle_ms,
				    .absolute_ms = c->session_absolute_ms,
				    .reports = {(int)c->report.month_begins, (int)c->report.monthly_by,
					    (int)c->report.longer_by, (int)c->report.remind_days,
					    {c->report.parent_agency, c->report.agency, c->report.symbol,
						    c->report.place, c->report.signer}},
				    .outbox_cb = reply_committed,
				    .arg = s},
		&s->console, why);
}

static void routes_set(struct serve *s)
{
	struct monitor *m = &s->monitor;
	const struct http_route routes[ROUTES] = {
		{NULL, "/webhook/zalo", intake_zalo, s->intake, 0, 0},
		{NULL, "/webhook/facebook", intake_facebook, s->intake, 0, 0},
		{"GET", "/healthz", monitor_healthz, m, 0, 0},
		{"GET", "/readyz", monitor_readyz, m, 0, 0},
		{"GET", "/metrics", monitor_metrics, m, 0, 0},
		{NULL, "/", monitor_domain_check, m, 0, 0},
		{NULL, "/zalo_verifier*", monitor_domain_check, m, 0, 0},
		{"GET", "/cases", public_http, s->public, 0, 0},
		{"GET", "/cases/*", public_http, s->public, 0, 0},
		{"GET", "/answers", public_http, s->public, 0, 0},
		{"GET", "/public.css", public_http, s->public, 0, 0},
		{"GET", "/open-data/*", reporting_open_data, s->reporting, 0, 0},
		{NULL, s->console ? "/console*" : NULL, console_http, s->console, CONSOLE_BODY_MAX,
			CONSOLE_ANSWER_MS},
		{NULL, NULL, NULL, NULL, 0, 0},
	};

	*m = (struct monitor){.config = s->config,
		.store = s->store,
		.reader = s->reader,
		.turns = s->turns,
		.outbox = s->outbox};
	memcpy(s->routes, routes, sizeof routes);
}

static enum err listening_open(struct serve *s, struct why *why)
{
	const struct config *c = s->config;
	enum err err = intake_open(&(struct intake_options){.store = s->store,
					   .accounts = &c->accounts,
					   .waiting_max = (size_t)c->queue_max,
					   .pause_ms = c->staff_pause_ms,
					   .event_cb = event_committed,
					   .outbox_cb = reply_committed,
					   .arg = s},
		&s->intake, why);

	if (err == OK)
		err = retention_open(s->loop, s->store, &s->retention);
	if (err == OK)
		err = sorting_open(s->loop, s->store, c->state_path, s->words, &s->sorting, why);
	if (err == OK)
		err = reporting_open(&(struct reporting_options){.loop = s->loop,
					     .store = s->store,
					     .state_path = c->state_path,
					     .knowledge_path = c->knowledge_path,
					     .month_begins = (int)c->report.month_begins,
					     .open_data = c->report.open_data},
			&s->reporting, why);
	if (err == OK)
		err = desks_open(s, why);
	if (err == OK)
		err = telling_open(s, why);
	if (err == OK)
		err = public_open(&(struct public_options){.loop = s->loop,
					  .state_path = c->state_path,
					  .turns = s->turns,
					  .phrases = s->phrases,
					  .accounts = &c->accounts},
			&s->public, why);
	if (err != OK)
		return err;
	routes_set(s);
	return http_server_open(s->loop,
		&(struct http_server_options){.listen = c->listen,
			.routes = s->routes,
			.body_max = (size_t)c->body_max,
			.connections_max = (unsigned)c->connections_max},
		&s->server, why);
}

/* What is left when server, turns and outbox are closed, or never were open. */
static void rest_close(struct serve *s)
{
	loop_idle_close(s->idle);
	sorting_stop(s->sorting);
	public_close(s->public);
	console_close(s->console); /* it writes through the store */
	reporting_stop(s->reporting);
	loop_timer_close(s->grace);
	if (s->client)
		http_client_close(s->client);
	store_reader_close(s->reader); /* the store's writer is the last: it takes the WAL away */
	store_close(s->store);
	s->store = NULL;
	retention_close(s->retention);
	sorting_close(s->sorting);
	reporting_close(s->reporting);
	intake_close(s->intake);
	phrases_free(s->phrases);
	words_free(s->words);
	if (s->bell)
		loop_bell_close(s->bell);
	free(s);
}

static void part_closed(void *arg)
{
	bool *closed = arg;

	*closed = true;
}

/* A start that failed: turns may have begun something already. The outbox is closed before the loop turns, so that nothing is
 * sent and no token renewed. */
static void open_undo(struct serve *s)
{
	bool turns_closed = !s->turns, outbox_closed = !s->outbox, tell_closed = !s->tell;

	if (s->outbox)
		outbox_close(s->outbox, part_closed, &outbox_closed);
	s->outbox = NULL;
	public_stop(s->public);
	if (s->tell)
		tell_close(s->tell, part_closed, &tell_closed);
	while (!tell_closed)
		loop_run_once(s->loop);
	if (s->turns)
		turns_close(s->turns, part_closed, &turns_closed);
	while (!turns_closed || !outbox_closed)
		loop_run_once(s->loop);
	rest_close(s);
}

enum err serve_open(struct loop *loop, const struct config *config, struct serve **ret_serve, struct why *why)
{
	struct serve *s = calloc(1, sizeof *s);
	enum err err;

	if (!s)
		return why_set(why, ERR_NOMEM, "could not start: out of memory");
	s->loop = loop;
	s->config = config;
	err = data_open(s, why);
	if (err == OK)
		err = sending_open(s, why);
	if (err == OK)
		err = thinking_open(s, why);
	if (err == OK)
		err = listening_open(s, why);
	if (err != OK) {
		if (why && !why->text[0])
			why_set(why, err, "could not start: %s", err_words(err));
		open_undo(s);
		return err;
	}
	*ret_serve = s;
	return OK;
}

const char *serve_address(const struct serve *s)
{
	return http_server_address(s->server);
}

/* --- Stop. --- */

static void outbox_closed_cb(void *arg)
{
	struct serve *s = arg;
	void (*closed_cb)(void *arg, bool clean) = s->closed_cb;
	void *closed_arg = s->closed_arg;

	s->outbox = NULL;
	rest_close(s);
	closed_cb(closed_arg, true);
}

static void turns_closed_cb(void *arg)
{
	struct serve *s = arg;
	struct outbox *outbox = s->outbox;

	s->turns = NULL;
	outbox_close(outbox, outbox_closed_cb, s);
}

static void tell_closed_cb(void *arg)
{
	struct serve *s = arg;

	s->tell = NULL;
	turns_close(s->turns, turns_closed_cb, s);
}

static void server_closed_cb(void *arg)
{
	struct serve *s = arg;

	s->server = NULL;
	public_stop(s->public);
	tell_close(s->tell, tell_closed_cb, s);
}

/* Everything that was committed is safe; the next start takes it up. */
static void grace_over(void *arg)
{
	struct serve *s = arg;

	log_warning("not everything under way has ended in time: the next start takes it up");
	store_close(s->store);
	s->store = NULL;
	s->closed_cb(s->closed_arg, false);
}

void serve_close(struct serve *s, int64_t grace_ms, void (*closed_cb)(void *arg, bool clean), void *arg)
{
	s->closed_cb = closed_cb;
	s->closed_arg = arg;
	s->monitor.stopping = true;
	if (loop_timer_open(s->loop, grace_over, s, &s->grace) == OK)
		loop_timer_start(s->grace, grace_ms);
	http_server_close(s->server, grace_ms / 2, server_closed_cb, s);
}
