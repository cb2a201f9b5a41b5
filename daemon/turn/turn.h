/* turn.h - one event on its way to one reply.
 * turn_think() is synchronous and has no side effects: `ask`, `eval` and the daemon's workers call the same code.
 * turn_deliver() writes what it decided, in one transaction: reply, conversation, unresolved question, event settled. */
#ifndef MOTCUA_TURN_H
#define MOTCUA_TURN_H

#include "adapters/adapter.h"
#include "daemon/base/message.h"
#include "daemon/store/store_question.h"
#include "daemon/turn/deed.h"
#include "daemon/turn/flow.h"
#include "knowledge/kb.h"
#include "knowledge/phrases.h"
#include "knowledge/unit.h"

struct store_reader;

struct tools { /* what a worker thread has; borrowed by its turns */
	struct kb *kb;
	const struct words *words;
	const struct phrases *phrases;
	struct store_reader *reader; /* of state.db, to look codes up; NULL: no code is known (`ask`, previews) */
	unsigned case_days;          /* working days in which a reflection is answered; 0: CASE_DAYS */
};
#define CASE_DAYS 10

/* OUTCOME(name, word): how a turn ended; the word is in --json, logs and reports. */
#define OUTCOMES(OUTCOME)                                                                                    \
	OUTCOME(ANSWER, "answer")                                                                            \
	OUTCOME(CHOICES, "choices")                                                                          \
	OUTCOME(UNRESOLVED, "unresolved")                                                                    \
	OUTCOME(SMALLTALK, "smalltalk")                                                                      \
	OUTCOME(CASE, "case")                                                                                \
	OUTCOME(EMERGENCY, "emergency")                                                                      \
	OUTCOME(STATUS, "status")                                                                            \
	OUTCOME(SILENT,                                                                                      \
		"silent") /* paused, unfollowed, nothing to say: the event is settled without a reply */
#define OUTCOME_ENUM(name, word) OUTCOME_##name,
enum outcome { OUTCOMES(OUTCOME_ENUM) OUTCOME_COUNT };
const char *outcome_word(enum outcome outcome);

struct turn {
	/* in */
	struct arena arena; /* owns every string below that the turn made */
	const struct tools *tools;
	int64_t event_id; /* 0 in `ask` */
	struct event event;
	const char *unit;  /* of the account */
	const char *as_of; /* day in Vietnam */
	int64_t now_ms;
	const char *conversation; /* JSON, as remembered; NULL: none or expired */
	bool silent;              /* paused or unfollowed: understand nothing, say nothing */
	bool known; /* was greeted before, also when the conversation has expired: no first-contact notice */

	/* between the steps */
	struct talk *talk; /* the conversation, parsed (conversation.h) */
	const char *
		target; /* id of the record, or code of the unit (SAY_UNIT), a payload, a number or the conversation points at; NULL: search */
	unsigned page;  /* of a long answer, from 1 */
	struct question question;
	struct answers answers;
	bool led_back;        /* nothing was understood but that it is about what we sent elsewhere before */
	const char *place;    /* the text a place was asked about with; NULL: not asked */
	struct units *units;  /* what bears that name; NULL: not asked */
	struct record record; /* the one the reply cites; record.id NULL: none */
	struct proof *proof;  /* what the numbers in the reply rest on (proof.h) */

	enum flow flow;         /* what is said is no question about a matter but about what is open (open.h) */
	const struct wait *owed; /* FLOW_CODE: whom the code belongs to; NULL: nobody */
	const struct case_file *filed; /* the same, when it is a case */
	int64_t rated; /* event whose answer the citizen may have just rated; 0: the reply before was none */
	bool wrong;    /* "sai rồi" to that answer */
	bool left;     /* a reflection was being taken down, and this is about something else */

	/* out */
	const char *field; /* of what the turn was about: the record it cites, else the one that came nearest; NULL: unknown */
	enum outcome outcome;
	struct deed deed;
	enum facet facet;     /* the first thing asked that the reply answers; FACET_NONE: the whole card */
	struct reply reply;   /* reply.text NULL: nothing is said */
	const char *remember; /* conversation JSON to keep */
	bool unresolved;      /* keep the question for the office: */
	enum question_reason reason;
};

void turn_init(struct turn *t, const struct tools *tools);
enum err turn_think(
	struct turn *t); /* ERR_NOMEM, ERR_STORE (knowledge.db unreadable): try the event again later */
void turn_release(struct turn *t);

/* Store job, arg is a struct turn_delivery. ERR_NOT_FOUND when the event was settled meanwhile: nothing is written. */
struct turn_delivery {
	struct turn *turn;
	const struct account *account;
	int64_t received_ms; /* the event */
	int64_t now_ms;
	int64_t expires_ms;    /* of the reply: the outbox does not send it later */
	int64_t ret_outbox_id; /* 0: nothing to send */
};
struct store_tx;
enum err turn_deliver(struct store_tx *tx, void *delivery);

#endif
