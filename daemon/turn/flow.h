/* flow.h - messages that are about something open between us (open.h) and no question about a matter: codes, consent, reflections,
 * ratings, what is kept. Between understanding and searching; what is said is composed in compose_wait.c, compose_case.c and
 * compose_rating.c. */
#ifndef MOTCUA_FLOW_H
#define MOTCUA_FLOW_H

#include "daemon/base/err.h"

#include <stdbool.h>

enum flow {
	FLOW_NONE,
	FLOW_STAFF,       /* the question goes to staff, the citizen gets a code */
	FLOW_CODE,        /* a code was typed */
	FLOW_CONSENT_YES, /* may be written to */
	FLOW_CONSENT_NO,
	FLOW_CASE,        /* a reflection is taken down: talk->open says how far */
	FLOW_CASE_ASKED,  /* how long it will take was asked while it was */
	FLOW_CASE_PHOTO,  /* a picture came while it was */
	FLOW_CASE_SENT,
	FLOW_CASE_STOPPED,
	FLOW_RATE,        /* 👍 or 👎? */
	FLOW_RATE_GOOD,
	FLOW_RATE_BAD,    /* what was wrong? */
	FLOW_RATE_REASON, /* it was said */
	FLOW_RATE_TEXT,   /* something was added */
	FLOW_WITHDRAW,    /* consent is taken back */
	FLOW_FORGET,      /* all that is kept goes */
};

struct turn;

/* A button's payload. False: it is none of these. */
bool flow_payload(struct turn *t, const char *payload, enum err *ret_err);

/* What t->question was understood to be, or was typed: sets t->flow when it is about what is open. A question about a matter ends
 * what was open. ERR_NOMEM, ERR_STORE. */
enum err flow_take(struct turn *t, const char *text);

/* Behind flow_payload() and other buttons of ours: a hand-over or a reflection begins. */
enum err flow_begin(struct turn *t);

#endif
