/* message.h - the plain data that travels: HTTP in and out, event, reply. No functions that do anything but look up.
 * Strings are UTF-8, NUL-terminated, borrowed from the arena or row they came with; NULL means "not there". */
#ifndef MOTCUA_MESSAGE_H
#define MOTCUA_MESSAGE_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <strings.h>

/* --- HTTP ------------------------------------------------------------------------------------------- */

struct http_header {
	const char *name, *value;
};

struct http_request { /* one request, read completely */
	const char *method; /* "GET", "POST", … */
	const char *path;   /* decoded, begins with "/", no query */
	const char *query;  /* as sent, without "?"; "" when there is none */
	const struct http_header *headers;
	size_t header_count;
	struct bytes body;
	const char *peer; /* address of the other side, for limits and logs */
};

/* First header of that name, letter case ignored; NULL when absent. */
static inline const char *http_header(const struct http_request *req, const char *name)
{
	for (size_t i = 0; i < req->header_count; i++)
		if (strcasecmp(req->headers[i].name, name) == 0)
			return req->headers[i].value;
	return NULL;
}

#define HTTP_CALL_HEADERS 6
#define HTTP_CALL_WANTED 2

struct http_call { /* one outbound call */
	const char *method;
	const char *url; /* may hold a token: never logged */
	struct http_header headers[HTTP_CALL_HEADERS];
	size_t header_count;
	struct bytes body;
	int64_t timeout_ms; /* total; 0: the client's default */
	const char *wanted[HTTP_CALL_WANTED]; /* headers of the answer to hand back: literals; NULL: no more */
};

enum http_end {        /* how an outbound call ended, as far as the wire tells */
	HTTP_ANSWERED, /* a complete answer came */
	HTTP_NOT_SENT, /* the request cannot have arrived: refused, no route, no name, TLS handshake failed */
	HTTP_UNKNOWN,  /* the request may have arrived and no complete answer came */
};

struct http_result {
	enum http_end end;
	long status;       /* valid when HTTP_ANSWERED */
	struct bytes body; /* NUL-terminated; valid when HTTP_ANSWERED */
	int64_t retry_after_ms; /* from Retry-After, else 0 */
	const char *wanted[HTTP_CALL_WANTED]; /* what the call asked for, same order; NULL: not there */
	char reason[96];   /* for logs: libcurl's words, never the URL */
};

/* --- Events ----------------------------------------------------------------------------------------- */

enum event_kind {
	EVENT_TEXT,       /* a citizen wrote; text is there */
	EVENT_PAYLOAD,    /* a citizen tapped; payload is there, text is the button's title or NULL */
	EVENT_EDIT,       /* a citizen changed an earlier message; msg_id names it, text is the new one */
	EVENT_DELETE,     /* a citizen took a message back; msg_id names it */
	EVENT_ATTACHMENT, /* picture, file, voice, place, link; text is the caption or NULL */
	EVENT_STICKER,    /* sticker, GIF, thumbs-up */
	EVENT_FOLLOW,     /* follows, opens the chat, taps "get started" without payload */
	EVENT_UNFOLLOW,   /* do not write to this citizen any more */
	EVENT_ECHO,       /* our own message came back; echo_ref or msg_id tells which */
	EVENT_STAFF,      /* a person or another app wrote to the citizen: the bot is silent for a while */
	EVENT_BOT_ON,     /* control came back to the bot */
	EVENT_DELIVERED,  /* receipt */
	EVENT_SEEN,       /* receipt */
	EVENT_POLICY,     /* the platform warns or blocks the page: alarm */
	EVENT_OTHER,      /* known or unknown, needs nothing: counted */
};

struct event {
	enum event_kind kind;
	const char *channel;         /* "zalo", "facebook" */
	const char *name;            /* the platform's own word for it, for logs and counters */
	const char *account;         /* OA id or page id */
	const char *user;            /* the citizen's id for this account; NULL for EVENT_OTHER and EVENT_POLICY at most */
	const char *conversation_id; /* anonymous Zalo visitors: answer through this */
	const char *dedupe;          /* unique key, as platforms.md 2.4 and 3.4 build it */
	const char *msg_id;
	const char *text, *payload;
	const char *echo_ref; /* EVENT_ECHO on Facebook: our metadata, "outbox-id.part" */
	int64_t time_ms;      /* the platform's time; 0 when it gave none */
};

struct events {
	struct event *items;
	size_t count;
	size_t unknown_account; /* events dropped because no configured account is in them */
	bool probe;             /* the body is a platform's probe: answer 200, do nothing */
};

/* --- Replies ---------------------------------------------------------------------------------------- */

enum button_kind { BUTTON_PAYLOAD, BUTTON_URL, BUTTON_PHONE };

struct button {
	enum button_kind kind;
	const char *title; /* what the citizen reads */
	const char *value; /* payload ("#tt:1.004194:fee"), https URL, or phone digits */
};

#define REPLY_BUTTONS 6

struct reply {
	const char *text; /* plain text; as long as it needs to be */
	struct button buttons[REPLY_BUTTONS];
	size_t button_count;
};

struct part { /* one platform message: a piece of a reply's text, the buttons only on the last */
	const char *text;
	struct button buttons[REPLY_BUTTONS];
	size_t button_count;
};

struct parts {
	struct part *items;
	size_t count;
};

#endif
