/* webhook.c - deliveries to the daemon, as the platforms make them: signed over the bytes, at least once, with the same
 * body at each repetition; when the last one failed too the webhook is switched off until someone switches it on.
 * Times between repetitions are divided by time_scale; how long an answer may take is not. */
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/sandbox/sandbox_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ZALO_ANSWER_MS = 2000, GRAPH_ANSWER_MS = 5000, HELD_MS = 2000 };

/* Zalo's page names its list; Meta says "at once, then less and less often". */
static const int zalo_waits_s[] = {30, 300, 900, 1800, 3600};
static const int graph_waits_s[] = {0, 20, 60, 300, 900, 1800};

struct delivery {
	struct delivery *next, **link;
	struct place *place;
	struct loop_timer *timer; /* the next repetition, or a held one's release */
	char *body;
	char timestamp[24]; /* Zalo signs it too */
	uint64_t seq;       /* what was said; for its state */
	unsigned attempts;
	bool in_flight;
	void (*done_cb)(void *arg);
	void *arg;
};

static void delivery_send(struct delivery *d);

static void delivery_free(struct delivery *d)
{
	*d->link = d->next;
	if (d->next)
		d->next->link = d->link;
	d->place->webhook_pending--;
	loop_timer_close(d->timer);
	free(d->body);
	free(d);
}

/* Tells whoever waits for the first result. */
static void delivery_tell(struct delivery *d)
{
	void (*done_cb)(void *arg) = d->done_cb;

	d->done_cb = NULL;
	if (done_cb)
		done_cb(d->arg);
}

static void state_set(struct delivery *d, enum said_state state)
{
	struct said *m = said_get(d->place->sandbox, d->seq);

	if (m && m->by != BY_BOT) {
		m->state = state;
		m->attempts = d->attempts;
	}
}

static void delivery_again(struct delivery *d)
{
	struct place *p = d->place;
	size_t waits = p->is_zalo ? sizeof zalo_waits_s / sizeof *zalo_waits_s
				  : sizeof graph_waits_s / sizeof *graph_waits_s;
	const int *waits_s = p->is_zalo ? zalo_waits_s : graph_waits_s;

	if (d->attempts > waits || p->webhook_off) {
		p->webhook_given_up++;
		if (!p->webhook_off)
			log_warning("sandbox=%s account=%s webhook=off attempts=%u", p->conf.channel,
				p->conf.id, d->attempts);
		p->webhook_off = true;
		state_set(d, SAID_GIVEN_UP);
		delivery_free(d);
		return;
	}
	p->webhook_repeated++;
	state_set(d, SAID_REPEATED);
	loop_timer_start(d->timer, (int64_t)(1000.0 * waits_s[d->attempts - 1] / p->sandbox->time_scale));
}

static void delivery_answered(void *arg, const struct http_result *result)
{
	struct delivery *d = arg;
	bool good = result->end == HTTP_ANSWERED && result->status == 200;

	d->in_flight = false;
	delivery_tell(d);
	if (good) {
		d->place->webhook_acked++;
		state_set(d, SAID_ACKED);
		delivery_free(d);
	} else if (d->place->sandbox->closing)
		delivery_free(d);
	else
		delivery_again(d);
}

static void add_header(struct http_call *call, const char *name, const char *value)
{
	call->headers[call->header_count++] = (struct http_header){name, value};
}

static void delivery_send(struct delivery *d)
{
	struct place *p = d->place;
	struct sandbox *s = p->sandbox;
	struct bytes body = {d->body, strlen(d->body)};
	char url[512], hex[HEX_SIZE], signature[HEX_SIZE + 8], retry[16];
	struct http_call call = {.method = "POST", .url = url, .body = body};

	snprintf(url, sizeof url, "%s/webhook/%s", s->webhook_base, p->conf.channel);
	add_header(&call, "Content-Type", "application/json");
	if (p->is_zalo) {
		seal_zalo(p, body, d->timestamp, hex);
		snprintf(signature, sizeof signature, "mac=%s", hex);
		add_header(&call, "X-ZEvent-Signature", signature);
		snprintf(retry, sizeof retry, "%u", d->attempts);
		if (d->attempts > 0)
			add_header(&call, "num_retry", retry);
	} else {
		seal_hmac(p->conf.app_secret, body, hex);
		snprintf(signature, sizeof signature, "sha256=%s", hex);
		add_header(&call, "X-Hub-Signature-256", signature);
	}
	call.timeout_ms = p->is_zalo ? ZALO_ANSWER_MS : GRAPH_ANSWER_MS;
	d->attempts++;
	d->in_flight = true;
	if (http_client_call(s->client, &call, delivery_answered, d) != OK) {
		d->in_flight = false;
		delivery_tell(d);
		delivery_again(d);
	}
}

static void delivery_due(void *arg)
{
	struct delivery *d = arg;

	if (d->place->held == d)
		d->place->held = NULL;
	delivery_send(d);
}

static struct delivery *delivery_new(struct place *p, const char *body, const char *timestamp, uint64_t seq)
{
	struct sandbox *s = p->sandbox;
	struct delivery *d = calloc(1, sizeof *d);

	if (!d || !(d->body = strdup(body)) || loop_timer_open(s->loop, delivery_due, d, &d->timer) != OK) {
		free(d ? d->body : NULL);
		free(d);
		return NULL;
	}
	snprintf(d->timestamp, sizeof d->timestamp, "%s", timestamp);
	d->place = p;
	d->seq = seq;
	d->next = s->deliveries;
	if (d->next)
		d->next->link = &d->next;
	d->link = &s->deliveries;
	s->deliveries = d;
	p->webhook_pending++;
	return d;
}

static void deliver_once(struct place *p, const char *body, const char *timestamp, uint64_t seq,
	enum fault fault, void (*done_cb)(void *arg), void *arg)
{
	struct delivery *d = delivery_new(p, body, timestamp, seq), *held = p->held;

	if (!d) {
		if (done_cb)
			done_cb(arg);
		return;
	}
	d->done_cb = done_cb;
	d->arg = arg;
	if (fault == FAULT_reversed && !held) {
		p->held = d;
		loop_timer_start(d->timer, HELD_MS); /* nothing else may come */
		return;
	}
	if (held) /* a little later, so that the newer one is there first */
		loop_timer_start(held->timer, 20);
	p->held = NULL;
	delivery_send(d);
}

void webhook_deliver(struct place *p, char *body, const char *timestamp, uint64_t seq,
	void (*done_cb)(void *arg), void *arg)
{
	enum fault fault;

	if (!body || p->webhook_off) {
		struct said *m = said_get(p->sandbox, seq);

		if (m && m->by != BY_BOT)
			m->state = SAID_GIVEN_UP;
		free(body);
		if (done_cb)
			done_cb(arg);
		return;
	}
	fault = fault_pick(p->sandbox, WHERE_WEBHOOK);
	deliver_once(p, body, timestamp, seq, fault, done_cb, arg);
	if (fault == FAULT_duplicate)
		deliver_once(p, body, timestamp, seq, FAULT_NONE, NULL, NULL);
	free(body);
}

void webhook_deliver_json(struct place *p, cJSON *event, uint64_t seq, void (*done_cb)(void *arg), void *arg)
{
	const char *timestamp = json_text(event, "timestamp");
	char *plain = cJSON_PrintUnformatted(event), *body = plain;

	if (plain && !p->is_zalo) {
		body = graph_escape(plain);
		free(plain);
	}
	webhook_deliver(p, body, timestamp ? timestamp : "", seq, done_cb, arg);
	cJSON_Delete(event);
}

/* --- Saving the URL --- */

static void greeted(void *arg, const struct http_result *result)
{
	struct place *p = arg;

	if (result->end == HTTP_ANSWERED && result->status == 200)
		log_info("sandbox=%s account=%s webhook=verified", p->conf.channel, p->conf.id);
	else
		log_warning("sandbox=%s account=%s webhook=\"not verified\" status=%ld reason=\"%s\"",
			p->conf.channel, p->conf.id, result->status, result->reason);
}

void webhook_greet(struct place *p)
{
	char url[1024];
	struct http_call call = {
		.method = p->is_zalo ? "POST" : "GET", .url = url, .timeout_ms = ZALO_ANSWER_MS};

	snprintf(url, sizeof url, "%s/webhook/%s", p->sandbox->webhook_base, p->conf.channel);
	if (p->is_zalo) {
		call.body = (struct bytes){"{}", 2};
		add_header(&call, "Content-Type", "application/json");
	} else
		snprintf(url + strlen(url), sizeof url - strlen(url),
			"?hub.mode=subscribe&hub.verify_token=%s&hub.challenge=%" PRIu64,
			p->conf.verify_token, (uint64_t)clock_now_ms());
	(void)!http_client_call(p->sandbox->client, &call, greeted, p);
}

void webhook_cancel_all(struct sandbox *s)
{
	struct delivery *next;

	for (struct delivery *d = s->deliveries; d; d = next) { /* those in flight end with the client */
		next = d->next;
		if (!d->in_flight) {
			delivery_tell(d);
			delivery_free(d);
		}
	}
}
