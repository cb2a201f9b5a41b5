/* console_fixture.h - the console without sockets, over a state.db and the knowledge of tests/golden in a folder of its own,
 * with the clock turned by hand. */
#ifndef MOTCUA_TEST_CONSOLE_FIXTURE_H
#define MOTCUA_TEST_CONSOLE_FIXTURE_H

#include "adapters/adapter.h"
#include "daemon/console/console.h"
#include "daemon/store/store.h"

#include <cjson/cJSON.h>

#define CONSOLE_NOW_MS 1795237200000 /* 2026-11-21 12:00 in Vietnam */
#define CONSOLE_PASSWORD "một cửa ở xã"
#define CONSOLE_HEADERS 12

struct console_fixture {
	char folder[64], state_path[96], knowledge_path[96], uploads_dir[96];
	struct words *words;
	struct phrases *phrases;
	struct account accounts[2];
	struct accounts account_list;
	struct console_options options;
	struct store *store;
	struct store_reader *reader;
	struct console *console;
	struct desk *desk;
	struct arena arena;

	/* Who calls: cookie and CSRF token of the last sign-in, "" for nobody. */
	char cookie[128], csrf[64];
	/* Put beside what a page sends, or in its place (value NULL: left out); forgotten by each call. */
	struct http_header headers[CONSOLE_HEADERS];
	size_t header_count;
	const char *peer; /* "127.0.0.1" */

	unsigned fail_after; /* the n-th allocation of each call fails; 0: none */
	bool failed;         /* it did, in the last call */

	/* The last answer. */
	struct console_answer answer;
	cJSON *json; /* NULL when it is no JSON */
};

int console_fixture_up(void **state);
int console_fixture_down(void **state);

/* The daemon's part of it: stopped, started, and both in turn. */
void console_fixture_stop(struct console_fixture *f);
void console_fixture_start(struct console_fixture *f);
void console_fixture_reopen(struct console_fixture *f);

/* Rows of JSONL become knowledge, as on the command line; `unit` NULL for the nation. */
void console_know(struct console_fixture *f, const char *rows, const char *unit);

/* Sends a request as a page would; `body` JSON or NULL; the status. "GET", "home?x=1" below /console/api/, or a path from "/". */
int console_call(struct console_fixture *f, const char *method, const char *path, const char *body);
int console_send(
	struct console_fixture *f, const char *method, const char *path, const void *octets, size_t len);
void console_header(struct console_fixture *f, const char *name, const char *value); /* of the next call */

/* A member of staff with CONSOLE_PASSWORD, not through the API. */
void console_staff(struct console_fixture *f, const char *name, const char *roles);
int console_sign_in(struct console_fixture *f, const char *name,
	const char *password); /* the status; keeps cookie and token */
void console_as(struct console_fixture *f, const char *name, const char *roles); /* both, and it must work */
void console_as_of(struct console_fixture *f, const char *name, const char *roles, const char *unit);
void console_nobody(struct console_fixture *f);

/* Members of the last answer, "error.code", "items.0.id"; "" or -1 when not there. */
const cJSON *console_at(const struct console_fixture *f, const char *path);
const char *console_text(const struct console_fixture *f, const char *path);
double console_number(const struct console_fixture *f, const char *path);
const char *console_answer_header(const struct console_fixture *f, const char *name); /* NULL: not there */

#endif
