/* console.h - the staff console: JSON API and pages under /console/.
 *   loop ─ request ─▶ worker: route → session → role → handler ─ answer ─▶ loop
 * The loop only hands over and answers; handlers run in a few threads of their own and may block. Routes and who may call
 * them: routes.def. Handlers: api_*.c, one noun a file. What they say to staff: sentences.vi. */
#ifndef MOTCUA_CONSOLE_H
#define MOTCUA_CONSOLE_H

#include "adapters/adapter.h"
#include "daemon/base/buf.h"
#include "daemon/base/message.h"
#include "daemon/console/reports.h"
#include "daemon/net/http_server.h"
#include "daemon/store/store.h"
#include "knowledge/phrases.h"
#include "knowledge/question.h"

struct console;

struct console_options { /* all borrowed until console_close() */
	struct loop *loop;   /* NULL in tests that call desks themselves */
	struct store *store;
	const char *state_path, *knowledge_path;
	const char *uploads_dir; /* made when missing; emptied of what an earlier run left */
	const struct words *words;
	const struct phrases *phrases;
	const struct accounts *accounts;
	const char *origin;   /* "https://motcua.example.gov.vn": what browsers call us; NULL: whatever Host says */
	bool two_persons;     /* nobody approves what they wrote themselves */
	int64_t idle_ms;      /* a session ends after this long without a request */
	int64_t absolute_ms;  /* and after this long whatever happens */
	struct console_reports reports;
	void (*outbox_cb)(void *arg, int64_t outbox_id); /* loop thread: staff made that row due again */
	void *arg;
};

enum err console_open(const struct console_options *o, struct console **ret_console, struct why *why);
/* Finishes what runs and answers it; an import that runs is undone. NULL is fine. */
void console_close(struct console *c);

#define CONSOLE_BODY_MAX ((size_t)1 << 20) /* bytes of a request; whatever webhooks may have */
#define CONSOLE_ANSWER_MS 60000            /* a rehearsal over the national knowledge takes seconds */
void console_http(void *console, const struct http_request *req, struct http_exchange *x); /* an http_handler for /console* */

/* --- Below: what a worker does with one request; tests call it without sockets. --- */

struct desk; /* a worker's own connections; one thread at a time */

enum err desk_open(struct console *c, struct desk **ret_desk, struct why *why);
void desk_close(struct desk *d); /* NULL is fine */

#define ANSWER_HEADERS 10
#define ANSWER_MAX ((size_t)64 << 20) /* a download; JSON stays far below */

struct console_answer {
	int status;
	const char *type;
	struct buf body;
	struct http_header headers[ANSWER_HEADERS];
	size_t header_count;
	struct arena arena;     /* owns strings above */
	int64_t wake_outbox_id; /* 0: none */
	bool background;        /* something waits for console_background() */
};

void console_answer(struct desk *d, const struct http_request *req, struct console_answer *ret_answer);
void console_answer_release(struct console_answer *answer);

/* Runs the import that waits, if any, to its end. In the daemon a thread of its own does. */
void console_background(struct console *c);

#endif
