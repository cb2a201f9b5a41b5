/* fault.c - bad days: which fault comes next, and how the answer of the Send API or of OAuth goes out under it. */
#include "daemon/sandbox/sandbox_internal.h"

#include <stdlib.h>
#include <string.h>

enum { SILENCE_MS = 60000 }; /* longer than any client waits */

#define WHERE_OF(where) WHERE_##where
#define FAULT(name, where, words) {#name, WHERE_OF(where)},
static const struct {
	const char *name;
	enum fault_where where;
} faults[] = {
#include "daemon/sandbox/faults.def"
};
#undef FAULT

struct hanging { /* an answer that waits */
	struct hanging *next, **link;
	struct loop_timer *timer;
	struct http_exchange *exchange;
	char *json; /* NULL: there will be none */
	int status;
};

/* xorshift64*, so that a seed gives the same bad day again */
static double random_part(struct sandbox *s)
{
	s->random ^= s->random >> 12;
	s->random ^= s->random << 25;
	s->random ^= s->random >> 27;
	return (double)((s->random * 0x2545f4914f6cdd1dull) >> 11) / (double)(1ull << 53);
}

enum fault fault_pick(struct sandbox *s, enum fault_where where)
{
	for (int f = 0; f < FAULT_COUNT; f++) {
		struct fault_setting *setting = &s->faults[f];

		if (faults[f].where != where)
			continue;
		if (setting->next > 0)
			setting->next--;
		else if (setting->probability <= 0 || random_part(s) >= setting->probability)
			continue;
		setting->played++;
		return (enum fault)f;
	}
	return FAULT_NONE;
}

enum err sandbox_fault(struct sandbox *s, const char *name, double probability)
{
	for (int f = 0; f < FAULT_COUNT; f++)
		if (strcmp(faults[f].name, name) == 0) {
			s->faults[f].probability = probability;
			return OK;
		}
	return ERR_NOT_FOUND;
}

const char *fault_name(enum fault fault)
{
	return fault < FAULT_COUNT ? faults[fault].name : NULL;
}

bool fault_delivers(enum fault fault)
{
	switch (fault) {
	case FAULT_NONE:
	case FAULT_lost:
	case FAULT_silent:
	case FAULT_slow:
	case FAULT_truncated:
	case FAULT_drip: return true;
	default: return false;
	}
}

static void answer_json(struct http_exchange *x, int status, const char *json)
{
	http_answer(
		x, status, "application/json; charset=utf-8", (struct bytes){json, strlen(json)}, NULL, 0);
}

static void hanging_end(void *arg)
{
	static const struct http_trouble hang_up = {0};
	struct hanging *h = arg;

	if (h->json)
		answer_json(h->exchange, h->status, h->json);
	else
		http_answer_badly(h->exchange, 200, NULL, (struct bytes){NULL, 0}, &hang_up);
	*h->link = h->next;
	if (h->next)
		h->next->link = h->link;
	loop_timer_close(h->timer);
	free(h->json);
	free(h);
}

/* Answers with `json` after `wait_ms`; NULL: hangs up then. */
static void hang(struct sandbox *s, struct http_exchange *x, int64_t wait_ms, int status, const char *json)
{
	struct hanging *h = calloc(1, sizeof *h);

	if (!h || (json && !(h->json = strdup(json))) ||
		loop_timer_open(s->loop, hanging_end, h, &h->timer) != OK) {
		free(h ? h->json : NULL);
		free(h);
		http_answer_text(x, 500, "out of memory");
		return;
	}
	h->exchange = x;
	h->status = status;
	h->next = s->hanging;
	if (h->next)
		h->next->link = &h->next;
	h->link = &s->hanging;
	s->hanging = h;
	loop_timer_start(h->timer, wait_ms);
}

void fault_answer(struct sandbox *s, struct http_exchange *x, enum fault fault, int status, const char *json)
{
	static const char html[] =
		"<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1>"
		"</center><hr><center>nginx</center></body></html>";
	const struct http_trouble hang_up = {0}, drip = {.piece = 1, .cut = SIZE_MAX, .gap_ms = 1};

	switch (fault) {
	case FAULT_reset:
	case FAULT_lost:
	case FAULT_oauth_lost: http_answer_badly(x, 200, NULL, (struct bytes){NULL, 0}, &hang_up); break;
	case FAULT_html502:
	case FAULT_oauth_502:
		http_answer(x, 502, "text/html", (struct bytes){html, sizeof html - 1}, NULL, 0);
		break;
	case FAULT_no_answer:
	case FAULT_silent: hang(s, x, SILENCE_MS, 0, NULL); break;
	case FAULT_slow: hang(s, x, s->slow_ms, status, json); break;
	case FAULT_truncated:
		http_answer(x, status, "application/json", (struct bytes){json, strlen(json) / 2}, NULL, 0);
		break;
	case FAULT_drip:
		http_answer_badly(x, status, "application/json", (struct bytes){json, strlen(json)}, &drip);
		break;
	default: answer_json(x, status, json);
	}
}

void fault_cancel_all(struct sandbox *s)
{
	while (s->hanging)
		hanging_end(s->hanging);
}
