/* send.c - a message that passed a Send API's checks: into memory, answered, echoed, received and seen. The echo comes
 * after the answer or, as platforms do now and then, before it. */
#include "daemon/sandbox/sandbox_internal.h"

#include <stdlib.h>
#include <string.h>

struct answer_later { /* the echo goes first */
	struct sandbox *sandbox;
	struct http_exchange *exchange;
	enum fault fault;
	char *json;
};

void send_button(cJSON *buttons, const char *kind, const char *title, const char *value)
{
	cJSON *button = cJSON_CreateObject();

	cJSON_AddStringToObject(button, "kind", kind);
	cJSON_AddStringToObject(button, "title", title);
	cJSON_AddStringToObject(button, "value", value);
	cJSON_AddItemToArray(buttons, button);
}

void send_json(struct http_exchange *x, int status, cJSON *json)
{
	char *text = cJSON_PrintUnformatted(json);

	http_answer(x, text ? status : 500, "application/json; charset=utf-8",
		(struct bytes){text, text ? strlen(text) : 0}, NULL, 0);
	free(text);
	cJSON_Delete(json);
}

static void echoed(void *arg)
{
	struct answer_later *later = arg;

	fault_answer(later->sandbox, later->exchange, later->fault, 200, later->json);
	free(later->json);
	free(later);
}

static void receipts_deliver(struct sending *m)
{
	if (m->place->sandbox->receipts) {
		webhook_deliver_json(m->place, m->received, m->said.seq, NULL, NULL);
		webhook_deliver_json(m->place, m->seen, m->said.seq, NULL, NULL);
	} else {
		cJSON_Delete(m->received);
		cJSON_Delete(m->seen);
	}
}

void send_deliver(struct sending *m)
{
	struct sandbox *s = m->place->sandbox;
	char *json = cJSON_PrintUnformatted(m->answer);
	struct answer_later *later = NULL;
	struct said *said;

	cJSON_Delete(m->answer);
	m->said.state = SAID_SHOWN;
	m->said.fault = m->fault;
	said = said_add(m->place, BY_BOT, &m->said);
	m->said.seq = said ? said->seq : UINT64_MAX;
	if (s->echo == ECHO_BEFORE && json && (later = malloc(sizeof *later))) {
		*later = (struct answer_later){s, m->exchange, m->fault, json};
		webhook_deliver_json(m->place, m->echo, m->said.seq, echoed, later);
	} else {
		fault_answer(s, m->exchange, m->fault, json ? 200 : 500, json ? json : "{}");
		free(json);
		if (s->echo == ECHO_OFF)
			cJSON_Delete(m->echo);
		else
			webhook_deliver_json(m->place, m->echo, m->said.seq, NULL, NULL);
	}
	receipts_deliver(m);
}
