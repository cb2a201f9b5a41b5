/* http_conn.c - one connection: bytes → head check → llhttp → handler → answer → the next request.
 *
 * Everything of a request stays in `in` and in the tables of struct http_conn until it is answered, so the
 * usual request costs no allocation and no copy. While an answer is pending nothing further is parsed; what a
 * client pipelines meanwhile may fill `in`, then reading stops.
 *
 * Each way it can fail: the head or its framing is refused (answer, then linger so that the answer is read);
 * the peer goes away (before the request: forgotten; while the handler works: the exchange lives on, its
 * answer goes nowhere); a deadline passes (408 in the middle of a request, 503 without an answer, silence
 * between requests). */
#include "daemon/base/metrics.h"
#include "daemon/net/http_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINGER_MS = 2000, FRAMING_MAX = 16 * 1024 };

static const llhttp_settings_t parser_settings;
static void conn_advance(struct http_conn *c);

/* --- Letting go --- */

void http_conn_free(struct http_conn *c)
{
	if (c->handle_open || c->exchange.pending)
		return;
	buf_release(&c->body);
	free(c);
}

static void conn_closed(uv_handle_t *handle)
{
	struct http_conn *c = handle->data;
	struct http_server *s = c->server;

	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	s->connections--;
	c->server = NULL;
	c->handle_open = false;
	http_conn_free(c);
	http_server_handle_closed(s);
}

void http_conn_close(struct http_conn *c)
{
	if (c->state == CONN_CLOSED)
		return;
	c->state = CONN_CLOSED;
	uv_close(&c->socket.handle, conn_closed);
}

void http_conn_reset(struct http_conn *c)
{
	if (c->state != CONN_CLOSED && c->socket.handle.type == UV_TCP) {
		c->state = CONN_CLOSED;
		if (uv_tcp_close_reset(&c->socket.tcp, conn_closed) < 0)
			uv_close(&c->socket.handle, conn_closed);
		return;
	}
	http_conn_close(c);
}

/* --- Between requests --- */

static void request_forget(struct http_conn *c)
{
	c->in_len -= c->in_used;
	if (c->in_len > 0)
		memmove(c->in, c->in + c->in_used, c->in_len);
	c->in_used = c->head_len = c->body_wire_len = c->header_count = c->target_len = 0;
	c->complete = c->expects_continue = false;
	c->refusal = 0;
	llhttp_init(&c->parser, HTTP_REQUEST, &parser_settings);
	c->parser.data = c;
	c->body_here = (struct bytes){NULL, 0};
	if (c->body.room > HTTP_IN_ROOM)
		buf_release(&c->body);
	else
		buf_clear(&c->body);
	c->idle_deadline_ms = http_conn_now(c) + c->server->options.idle_ms;
	c->deadline_ms = c->in_len > 0 ? http_conn_now(c) + c->server->options.request_ms : INT64_MAX;
	c->state = CONN_READ;
}

/* Ends our side; what the peer still sends is read and dropped for a while. Closing at once would answer
 * those bytes with a reset, which can overtake the answer. */
static void conn_linger(struct http_conn *c)
{
	c->state = CONN_LINGER;
	c->deadline_ms = http_conn_now(c) + LINGER_MS;
	c->idle_deadline_ms = INT64_MAX;
	if (uv_shutdown(&c->shutdown, &c->socket.stream, NULL) < 0)
		http_conn_close(c);
	else
		conn_advance(c); /* reading may have stopped */
}

void http_conn_answered(struct http_conn *c)
{
	if (c->state == CONN_CLOSED)
		return;
	if (c->keep_alive && (!c->peer_done || c->in_len > c->in_used)) {
		request_forget(c);
		conn_advance(c);
	} else if (!c->peer_done && (!c->complete || c->in_len > c->in_used))
		conn_linger(c);
	else
		http_conn_close(c);
}

static void conn_refuse(struct http_conn *c, int status)
{
	metric_add(METRIC_http_refused, 1);
	c->keep_alive = false;
	http_conn_answer_words(c, status);
}

/* --- Parsing --- */

static int parser_refuses(llhttp_t *parser, int status)
{
	struct http_conn *c = parser->data;

	c->refusal = status;
	return HPE_USER;
}

static int target_came(llhttp_t *parser, const char *at, size_t len)
{
	struct http_conn *c = parser->data;

	if (c->target_len == 0)
		c->target = (char *)at;
	c->target_len += len;
	return 0;
}

static int header_came(llhttp_t *parser, const char *at, size_t len)
{
	struct http_conn *c = parser->data;

	(void)len;                               /* it ends at its colon */
	if ((size_t)(at - c->in) >= c->head_len) /* a trailer: nobody needs one, and no filter looked at it */
		return parser_refuses(parser, 400);
	if (c->header_count == HTTP_HEADERS_MAX)
		return parser_refuses(parser, 431);
	c->headers[c->header_count++].name = at;
	return 0;
}

static int chunk_extension_came(llhttp_t *parser, const char *at, size_t len)
{
	(void)at;
	(void)len;
	return parser_refuses(parser, 400);
}

static int head_came(llhttp_t *parser)
{
	struct http_conn *c = parser->data;

	parser->upgrade = 0; /* we stay with HTTP/1.1 whatever is offered */
	if (parser->content_length > c->server->body_most)
		return parser_refuses(parser, 413);
	c->body_len = parser->content_length; /* 0 when chunked */
	return 0;
}

static int body_came(llhttp_t *parser, const char *at, size_t len)
{
	struct http_conn *c = parser->data;

	if (len == c->body_len) {
		c->body_here =
			(struct bytes){at, len}; /* the usual case: it came at once and stays where it is */
		return 0;
	}
	buf_add(&c->body, at, len);
	if (c->body.failed)
		return parser_refuses(parser, c->body.len + len > c->body.ceiling ? 413 : 503);
	return 0;
}

static int request_came(llhttp_t *parser)
{
	struct http_conn *c = parser->data;

	c->complete = true;
	c->keep_alive = llhttp_should_keep_alive(parser);
	return HPE_PAUSED;
}

static const llhttp_settings_t parser_settings = {
	.on_url = target_came,
	.on_header_field = header_came,
	.on_headers_complete = head_came,
	.on_body = body_came,
	.on_message_complete = request_came,
	.on_chunk_extension_name = chunk_extension_came,
	.on_chunk_extension_value = chunk_extension_came,
};

/* Feeds in[from, to) to the parser; 0, or the status to refuse with. */
static int conn_feed(struct http_conn *c, size_t from, size_t to)
{
	llhttp_errno_t code = llhttp_execute(&c->parser, c->in + from, to - from);

	if (c->complete) {
		c->in_used = (size_t)(llhttp_get_error_pos(&c->parser) - c->in);
		return 0;
	}
	if (code == HPE_OK)
		return 0;
	return c->refusal ? c->refusal : 400;
}

/* Puts the NULs behind names, values, path and query; the parser has read what they replace. */
static int head_finish(struct http_conn *c)
{
	struct http_request *req = &c->exchange.req;
	char *query;

	for (size_t i = 0; i < c->header_count; i++) {
		char *name = (char *)c->headers[i].name, *value = strchr(name, ':'), *end;

		*value++ = '\0';
		value += strspn(value, " \t");
		end = strchr(value, '\r');
		while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
			end--;
		*end = '\0';
		c->headers[i].value = value;
		if (strcasecmp(name, "expect") == 0) {
			if (strcasecmp(value, "100-continue") != 0)
				return 417;
			c->expects_continue = true;
		}
	}
	c->target[c->target_len] = '\0';
	query = strchr(c->target, '?');
	if (query)
		*query++ = '\0';
	*req = (struct http_request){
		.method = llhttp_method_name((llhttp_method_t)c->parser.method),
		.path = c->target,
		.query = query ? query : "",
		.headers = c->headers,
		.header_count = c->header_count,
		.peer = c->peer,
	};
	return http_decode_path(c->target) ? 0 : 400;
}

static const struct http_route *route_find(const struct http_conn *c, bool *ret_path_known)
{
	const struct http_request *req = &c->exchange.req;

	for (const struct http_route *r = c->server->options.routes; r->path; r++) {
		size_t len = strlen(r->path);
		bool prefix = len > 0 && r->path[len - 1] == '*';

		if (prefix ? strncmp(req->path, r->path, len - 1) : strcmp(req->path, r->path))
			continue;
		*ret_path_known = true;
		if (!r->method || strcmp(r->method, req->method) == 0 ||
			(c->parser.method == HTTP_HEAD && strcmp(r->method, "GET") == 0))
			return r;
	}
	return NULL;
}

/* What follows the head may be as long as its route allows. */
static int body_limit(struct http_conn *c)
{
	bool path_known = false;
	const struct http_route *route = route_find(c, &path_known);

	c->body.ceiling = route && route->body_max ? route->body_max : c->server->options.body_max;
	return c->body_len > c->body.ceiling ? 413 : 0;
}

static int conn_take_head(struct http_conn *c)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
	uv_buf_t words = uv_buf_init((char *)go_on, sizeof go_on - 1);
	long len = http_head_check(c->in, c->in_len);
	int status;

	if (len <= 0)
		return (int)-len;
	c->head_len = c->in_used = (size_t)len;
	status = conn_feed(c, 0, c->head_len);
	if (status == 0)
		status = head_finish(c);
	if (status == 0 && !c->complete)
		status = body_limit(c);
	/* The client waits until told to send its body; when the socket is full it goes ahead by itself. */
	if (status == 0 && c->expects_continue && !c->complete && c->in_len == c->head_len &&
		c->parser.http_minor == 1)
		uv_try_write(&c->socket.stream, &words, 1);
	return status;
}

static int conn_take_body(struct http_conn *c)
{
	size_t len = c->in_len - c->head_len, body_len;
	int status;

	if (len == 0)
		return 0;
	status = conn_feed(c, c->head_len, c->in_len);
	if (status || c->complete)
		return status;
	c->in_len = c->head_len;
	c->body_wire_len += len;
	body_len = c->body.len;
	/* Chunks of one byte with sizes of many digits are no client's habit. */
	return c->body_wire_len > FRAMING_MAX + 8 * body_len ? 400 : 0;
}

static void conn_handle(struct http_conn *c)
{
	bool path_known = false;
	const struct http_route *route = route_find(c, &path_known);

	c->exchange.req.body = c->body_here.ptr ? c->body_here : (struct bytes){c->body.ptr, c->body.len};
	c->state = CONN_ANSWER;
	c->deadline_ms = http_conn_now(c) + c->server->options.answer_ms;
	c->idle_deadline_ms = INT64_MAX;
	if (!route) {
		http_conn_answer_words(c, path_known ? 405 : 404);
		return;
	}
	if (route->answer_ms)
		c->deadline_ms = http_conn_now(c) + route->answer_ms;
	c->exchange.pending = true;
	route->handler(route->arg, &c->exchange.req, &c->exchange);
}

/* Takes one request out of `in`; false when more bytes are needed or the connection is ending. */
static bool conn_take(struct http_conn *c)
{
	int status = 0;
	bool complete;

	if (c->in_len == 0)
		return false;
	if (c->head_len == 0)
		status = conn_take_head(c);
	if (status == 0 && c->head_len > 0 && !c->complete)
		status = conn_take_body(c);
	complete = c->complete && status == 0;
	if (status)
		conn_refuse(c, status);
	else if (complete)
		conn_handle(c);
	return complete;
}

/* --- Reading --- */

static void room_for_read(uv_handle_t *handle, size_t hint, uv_buf_t *ret_room)
{
	static char nowhere[16 * 1024]; /* what is thrown away may share it */
	struct http_conn *c = handle->data;

	(void)hint;
	if (c->state == CONN_LINGER)
		*ret_room = uv_buf_init(nowhere, sizeof nowhere);
	else
		*ret_room = uv_buf_init(c->in + c->in_len, (unsigned)(sizeof c->in - c->in_len));
}

static void conn_stop_reading(struct http_conn *c)
{
	uv_read_stop(&c->socket.stream);
	c->reading = false;
}

static void peer_ended(struct http_conn *c)
{
	c->peer_done = true;
	if (c->state == CONN_ANSWER || c->state == CONN_WRITE)
		conn_stop_reading(c); /* it may have closed one direction only and wait for its answer */
	else
		http_conn_close(c);
}

static void bytes_came(uv_stream_t *stream, ssize_t len, const uv_buf_t *room)
{
	struct http_conn *c = stream->data;

	(void)room;
	if (len == 0 || c->state == CONN_CLOSED)
		return;
	if (len == UV_ENOBUFS)
		conn_stop_reading(c);
	else if (len == UV_EOF)
		peer_ended(c);
	else if (len < 0)
		http_conn_close(c);
	else if (c->state != CONN_LINGER) {
		c->in_len += (size_t)len;
		if (c->state != CONN_READ) { /* pipelined: it waits for its turn, and its sender too */
			conn_stop_reading(c);
			return;
		}
		c->idle_deadline_ms = http_conn_now(c) + c->server->options.idle_ms;
		if (c->deadline_ms == INT64_MAX)
			c->deadline_ms = http_conn_now(c) + c->server->options.request_ms;
		conn_advance(c);
	}
}

/* Handles what has come, request by request. Answers given inside a handler come back here through
 * http_conn_answered(); they only change the state and the loop goes on, so a pipeline does not deepen the
 * stack.
 */
static void conn_advance(struct http_conn *c)
{
	if (c->in_advance)
		return;
	c->in_advance = true;
	while (c->state == CONN_READ && conn_take(c))
		;
	c->in_advance = false;
	if (c->state == CONN_READ && c->peer_done)
		http_conn_close(c);
	else if ((c->state == CONN_READ || c->state == CONN_LINGER) && !c->reading)
		c->reading = uv_read_start(&c->socket.stream, room_for_read, bytes_came) == 0;
}

/* --- The server's side --- */

void http_conn_sweep(struct http_conn *c, int64_t now_ms)
{
	if (c->state == CONN_CLOSED || (now_ms < c->deadline_ms && now_ms < c->idle_deadline_ms))
		return;
	if (c->state != CONN_LINGER)
		metric_add(METRIC_http_timeout, 1);
	c->keep_alive = false;
	if (c->state == CONN_READ && c->in_len > 0)
		http_conn_answer_words(c, 408);
	else if (c->state == CONN_ANSWER)
		http_conn_answer_words(c, 503);
	else
		http_conn_close(c);
}

void http_conn_stop(struct http_conn *c)
{
	if (c->state == CONN_READ && c->in_len == 0)
		http_conn_close(c);
}

/* Who is on the other side; IPv6 hosts own a /64, so that much of their address counts. */
static void peer_look(struct http_conn *c)
{
	struct sockaddr_storage address;
	int len = sizeof address;

	snprintf(c->peer, sizeof c->peer, "unix");
	if (c->socket.handle.type != UV_TCP ||
		uv_tcp_getpeername(&c->socket.tcp, (struct sockaddr *)&address, &len) < 0)
		return;
	if (address.ss_family == AF_INET6) {
		const struct in6_addr *in6 = &((struct sockaddr_in6 *)&address)->sin6_addr;
		bool mapped = IN6_IS_ADDR_V4MAPPED(in6);

		uv_ip6_name((struct sockaddr_in6 *)&address, c->peer, sizeof c->peer);
		memcpy(c->address, in6->s6_addr + (mapped ? 8 : 0), sizeof c->address);
		c->limited = !IN6_IS_ADDR_LOOPBACK(in6) && !(mapped && in6->s6_addr[12] == 127);
	} else {
		const struct in_addr *in = &((struct sockaddr_in *)&address)->sin_addr;

		uv_ip4_name((struct sockaddr_in *)&address, c->peer, sizeof c->peer);
		memcpy(c->address, in, sizeof *in);
		c->limited = ntohl(in->s_addr) >> 24 != 127;
	}
}

static bool over_a_cap(const struct http_conn *c)
{
	const struct http_server *s = c->server;
	unsigned same = 0;

	if (c->limited)
		for (const struct http_conn *other = s->first; other; other = other->next)
			same += other->limited && memcmp(other->address, c->address, sizeof c->address) == 0;
	return s->closing || s->connections > s->options.connections_max || same > s->options.per_address_max;
}

bool http_conn_accept(struct http_server *s)
{
	struct http_conn *c = malloc(sizeof *c);

	if (!c)
		return false;
	memset(c, 0,
		offsetof(struct http_conn, in)); /* the buffer stays untouched, and unpaged, until used */
	if (s->listener.handle.type == UV_TCP)
		uv_tcp_init(s->loop, &c->socket.tcp);
	else
		uv_pipe_init(s->loop, &c->socket.pipe, 0);
	c->socket.handle.data = c->parser.data = c;
	c->server = s;
	c->handle_open = true;
	buf_init(&c->body, s->options.body_max);
	c->next = s->first;
	if (c->next)
		c->next->link = &c->next;
	c->link = &s->first;
	s->first = c;
	s->connections++;
	s->handles++;
	if (uv_accept(&s->listener.stream, &c->socket.stream) < 0) {
		http_conn_close(c);
		return true;
	}
	peer_look(c);
	if (over_a_cap(c)) {
		metric_add(METRIC_http_refused, 1);
		http_conn_close(c);
		return true;
	}
	if (c->socket.handle.type == UV_TCP)
		uv_tcp_nodelay(&c->socket.tcp, 1);
	request_forget(c);
	conn_advance(c);
	return true;
}
