/* http_internal.h - between http_server.c (listening, caps, deadlines, stopping) http_conn.c (one connection) and http_answer.c. */
#ifndef MOTCUA_HTTP_INTERNAL_H
#define MOTCUA_HTTP_INTERNAL_H

#include "daemon/base/buf.h"
#include "daemon/net/http_head.h"
#include "daemon/net/http_server.h"
#include "daemon/net/loop_internal.h"

#include <llhttp.h>

#include <netinet/in.h>
#include <stddef.h>

/* A head always fits, and as much again of what follows it. */
#define HTTP_IN_ROOM (2 * HTTP_HEAD_MAX)

struct http_server {
	struct http_server_options options;
	uv_loop_t *loop;
	union {
		uv_handle_t handle;
		uv_stream_t stream;
		uv_tcp_t tcp;
		uv_pipe_t pipe;
	} listener;
	uv_timer_t sweep; /* one for all deadlines; runs while there are connections */
	int64_t sweep_ms;
	unsigned handles; /* open: listener, sweep, connections */
	unsigned connections;
	struct http_conn *first; /* every open connection */
	size_t body_most;        /* what the most generous route takes */
	struct buf head;         /* the answer being written; kept for the next */
	bool stalled; /* a connection waits for memory; the sweep tries again */
	bool closing;
	int64_t close_by_ms;
	void (*closed_cb)(void *arg);
	void *closed_arg;
	char address[128];
};

enum conn_state {
	CONN_READ,   /* waits for a request or the rest of one */
	CONN_ANSWER, /* the handler has the request */
	CONN_WRITE,  /* the answer did not fit into the socket at once */
	CONN_LINGER, /* answered for the last time; throws away what still comes, so that the answer is not reset away */
	CONN_CLOSED, /* uv_close() was called */
};

struct http_exchange {
	struct http_request req;
	bool pending; /* the handler has it and did not answer yet */
};

/* One connection. Lives until its handle is closed and its exchange is answered, whichever is later. */
struct http_conn {
	struct http_exchange exchange; /* first: http_answer() casts */
	struct http_server *server;    /* NULL once the handle is closed */
	struct http_conn *next, **link;
	union {
		uv_handle_t handle;
		uv_stream_t stream;
		uv_tcp_t tcp;
		uv_pipe_t pipe;
	} socket;
	uv_shutdown_t shutdown;
	enum conn_state state;
	bool handle_open, reading, peer_done;
	bool in_advance; /* http_conn_advance() is running further up the stack */

	/* The request being read. */
	llhttp_t parser;
	size_t head_len;        /* 0 until the head is complete */
	size_t body_wire_len;   /* bytes of body and its chunk framing so far */
	bool complete, keep_alive, expects_continue;
	int refusal;            /* status a parser callback wants */
	char *target;
	size_t target_len;
	size_t header_count;
	struct http_header headers[HTTP_HEADERS_MAX];
	size_t body_len;        /* as announced; 0 when chunked */
	struct bytes body_here; /* the whole body, where it was read */
	struct buf body;        /* or collected here */

	int64_t deadline_ms, idle_deadline_ms; /* loop time; checked by the sweep */
	bool limited;                          /* counts for per_address_max */
	unsigned char address[8];
	char peer[INET6_ADDRSTRLEN];

	size_t in_len, in_used; /* bytes in `in`; how many the request in hand has taken */
	char in[HTTP_IN_ROOM];
};

bool http_conn_accept(struct http_server *s); /* false: out of memory, the connection still waits */
void http_conn_close(struct http_conn *c);
void http_conn_reset(struct http_conn *c);    /* the peer sees a reset, not an end */
void http_conn_free(struct http_conn *c);     /* once its handle is closed and its exchange answered */
void http_conn_answered(struct http_conn *c); /* the answer is written: on to the next request, or the end */
/* Lets an idle connection go; one with a request lives on until it is answered. */
void http_conn_stop(struct http_conn *c);
void http_conn_sweep(struct http_conn *c, int64_t now_ms);
static inline int64_t http_conn_now(const struct http_conn *c)
{
	return (int64_t)uv_now(c->server->loop);
}
void http_server_handle_closed(struct http_server *s); /* may free it */

/* http_answer.c */
bool http_conn_format_head(struct http_conn *c, int status, const char *content_type, size_t body_len,
	struct bytes *ret_head); /* valid until the next; false when out of memory */
void http_conn_answer_words(struct http_conn *c, int status); /* an answer of our own */

/* http_text.c */
const char *http_status_words(int status);
bool http_decode_path(char *path); /* in place; false when malformed, with control characters or ".." */
const char *http_date(void);       /* "Sat, 21 Nov 2026 23:59:59 GMT", remade once a second; loop thread */

#endif
