/* outbox_fixture.h - an outbox with its store, tokens and a platform of two lines: what is sent is the part's text, the HTTP status
 * is the verdict. One thread; every until_ turns the loop and fails the test when it never comes. */
#ifndef MOTCUA_TESTS_OUTBOX_FIXTURE_H
#define MOTCUA_TESTS_OUTBOX_FIXTURE_H

#include "daemon/base/clock.h"
#include "daemon/outbox/outbox.h"
#include "daemon/store/store_citizen.h"
#include "daemon/store/store_token.h"
#include "tests/support/platform.h"

enum { OUTBOX_NOBODY_ANSWERS_MS = 1000 }; /* long enough for a busy machine to answer */
#define OUTBOX_NOW_MS 1790000000000       /* where the clock begins */
#define MINUTE_MS (60 * 1000)

struct outbox_fixture {
	char dir[64], path[96];
	struct loop *loop;
	struct loop_bell *bell;
	struct store *store;
	struct store_reader *reader;
	struct http_client *client;
	struct platform platform;
	struct account account;
	struct accounts accounts;
	struct outbox_options options;
	struct outbox *outbox;
	struct arena arena;
	int64_t watched; /* the row that a condition looks at */
	enum outbox_state wanted;
	size_t wanted_sends;
};

/* Set-up and tear-down of a test: *state is the fixture, its outbox not open yet. */
int outbox_fixture_up(void **state);
int outbox_fixture_down(void **state);

void outbox_fixture_start(struct outbox_fixture *b); /* opens what is closed of store and outbox */
void outbox_fixture_stop(struct outbox_fixture *b);  /* closes the outbox and waits for that */

/* A reply of these parts ("a|b|c", '#' in it: with a button), committed; the outbox is told if it runs. */
int64_t outbox_add(struct outbox_fixture *b, const char *user, const char *texts);
struct outbox_row outbox_row_of(struct outbox_fixture *b, int64_t id);

void outbox_until_state(struct outbox_fixture *b, int64_t id, enum outbox_state state);
void outbox_until_sends(struct outbox_fixture *b, size_t count);
void assert_outbox_send(struct outbox_fixture *b, size_t n, const char *text); /* the body of the n-th call */

#endif
