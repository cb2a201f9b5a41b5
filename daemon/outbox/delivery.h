/* delivery.h - one attempt at one part of a reply, from its row to the row's next state. For outbox.c only.
 *   token ─▶ encode ─▶ `sending` is committed ─▶ call ─▶ judge ─▶ what came of it is committed ─▶ done_cb */
#ifndef MOTCUA_DELIVERY_H
#define MOTCUA_DELIVERY_H

#include "daemon/outbox/outbox.h"
#include "daemon/outbox/rate.h"
#include "daemon/outbox/retry.h"
#include "daemon/outbox/token.h"

struct entry;

struct sender {                        /* what is known of an account's sending */
	const struct account *account; /* NULL: not configured any more */
	struct rate rate;
	bool stopped; /* the platform wants an operator to act: rows stay due */
	int64_t buttons_refused_until_ms;
	int64_t alarm_ms;                 /* the last one in the log */
	int64_t near_ms;                  /* the same, of a limit that is near */
	struct entry *ready, **ready_end; /* may be sent now, in order; outbox.c */
};

struct delivery_means { /* borrowed by every delivery */
	struct store *store;
	struct store_reader *reader;
	struct http_client *client;
	struct tokens *tokens; /* NULL once closing */
};

struct delivery {
	const struct delivery_means *means;
	struct sender *sender;
	struct entry *entry; /* outbox.c's */
	void (*done_cb)(struct delivery *d);

	struct arena arena;    /* owns the row and all strings here */
	struct outbox_row row; /* as read; `state` and `due_ms` as they are after done_cb */
	enum part_form form;
	const char *token;
	struct http_call call;
	struct verdict verdict;
	struct retry retry;
	int64_t now_ms; /* when the last step was decided: for the jobs */
	const char *reason;
	store_job outcome; /* the job that settles the row */
	bool unsettled;    /* its commit failed or could not be queued: delivery_settle() again in a while */
	bool complained;   /* of that, in the log */
	struct delivery *next;
};

/* Both end in done_cb, with row.state one of OUTBOX_DUE (again at row.due_ms), OUTBOX_UNKNOWN (since
 * row.due_ms), OUTBOX_SENT, OUTBOX_DEAD: here also "no longer ours to send". */
void delivery_send(struct delivery *d);
void delivery_end_unknown(
	struct delivery *d, bool resend); /* nobody saw it arrive: send once more, or a dead letter */
void delivery_settle(struct delivery *d);

#endif
