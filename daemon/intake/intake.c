#include "daemon/intake/intake.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/intake/webhook.h"

#include <stdlib.h>

#define PAUSE_DEFAULT_MS (12 * 60 * 60 * 1000LL)
#define ECHO_WITHIN_DEFAULT_MS (60 * 1000)
#define WEBHOOK_ARENA ((size_t)16 << 20) /* a body of 1 MiB may hold a thousand events */
#define SPARE_MAX 64
#define QUIET_MS (60 * 1000)

bool quiet_may_speak(struct quiet *q, int64_t now_ms)
{
	if (q->said_ms && now_ms - q->said_ms < QUIET_MS && now_ms >= q->said_ms) {
		q->held_back++;
		return false;
	}
	q->said_ms = now_ms;
	return true;
}

struct webhook *webhook_new(struct intake *i, const struct adapter *adapter, struct http_exchange *x)
{
	struct webhook *w = i->spare;

	if (w) {
		i->spare = w->next;
		i->spare_count--;
	} else {
		w = calloc(1, sizeof *w);
		if (!w)
			return NULL;
		arena_init(&w->arena, WEBHOOK_ARENA);
	}
	*w = (struct webhook){
		.arena = w->arena, .intake = i, .adapter = adapter, .x = x, .now_ms = clock_now_ms()};
	w->next = i->pending;
	if (w->next)
		w->next->prev = w;
	i->pending = w;
	return w;
}

static void webhook_free(struct webhook *w)
{
	arena_release(&w->arena);
	free(w);
}

void webhook_end(struct webhook *w, int status, const char *text)
{
	struct intake *i = w->intake;

	if (w->x)
		http_answer_text(w->x, status, text);
	*(w->prev ? &w->prev->next : &i->pending) = w->next;
	if (w->next)
		w->next->prev = w->prev;
	if (i->spare_count >= SPARE_MAX) {
		webhook_free(w);
		return;
	}
	arena_reset(&w->arena);
	w->next = i->spare;
	i->spare = w;
	i->spare_count++;
}

enum err intake_open(const struct intake_options *o, struct intake **ret_intake, struct why *why)
{
	struct intake *i = calloc(1, sizeof *i);

	if (!i)
		return why_set(why, ERR_NOMEM, "could not start the intake: out of memory");
	i->o = *o;
	i->o.pause_ms = o->pause_ms ? o->pause_ms : PAUSE_DEFAULT_MS;
	i->o.echo_within_ms = o->echo_within_ms ? o->echo_within_ms : ECHO_WITHIN_DEFAULT_MS;
	i->opened_ms = clock_now_ms();
	for (size_t n = 0; n < o->accounts->count; n++)
		if (o->accounts->items[n].signature_log_only)
			log_warning("account=%s signature=log_only: webhooks without a valid signature are "
				    "answered 200, "
				    "logged and thrown away; set signature = strict once one was verified",
				o->accounts->items[n].name);
	*ret_intake = i;
	return OK;
}

static void webhooks_free(struct webhook *w)
{
	struct webhook *next;

	for (; w; w = next) {
		next = w->next;
		webhook_free(w);
	}
}

void intake_close(struct intake *i)
{
	if (!i)
		return;
	webhooks_free(i->pending);
	webhooks_free(i->spare);
	free(i);
}
