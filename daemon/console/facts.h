/* facts.h - what several handlers say: the state of an account, one message as the citizen sees it. */
#ifndef MOTCUA_CONSOLE_FACTS_H
#define MOTCUA_CONSOLE_FACTS_H

#include "daemon/console/call.h"

/* channel, account (the operator's name for it), id, unit, state, reason, expires_ms, last_error, webhooks_last_ms.
 * state: "good"; "none": nothing was sent yet; "pending": a renewal is under way; "consent_needed": an administrator of the
 * account must consent anew. */
enum err put_account(struct call *c, cJSON *object, const struct account *account);

const struct account *account_of(const struct accounts *accounts, const char *channel, const char *id); /* NULL: not configured */

void put_part(cJSON *object, const struct part *part); /* text, buttons [{kind, title, value}] */

#endif
