/* http_trouble.c - answers as a platform gives them on a bad day: in small pieces, cut off, or none at all.
 * The exchange stays pending until the last piece, so the connection's memory outlives a peer that goes away. */
#include "daemon/net/http_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct troubled {
	uv_timer_t timer;
	struct http_server *server; /* counts the timer among its handles */
	struct http_conn *conn;
	size_t len, sent, piece;
	bool cut; /* reset the connection behind the last piece */
	char text[];
};

static void troubled_closed(uv_handle_t *handle)
{
	struct troubled *t = handle->data;
	struct http_server *s = t->server;

	free(t);
	http_server_handle_closed(s);
}

static void troubled_end(struct troubled *t)
{
	struct http_conn *c = t->conn;

	c->exchange.pending = false;
	uv_close((uv_handle_t *)&t->timer, troubled_closed);
	if (c->state != CONN_ANSWER)
		http_conn_free(c);
	else if (t->cut)
		http_conn_reset(c);
	else
		http_conn_answered(c);
}

static void next_piece(uv_timer_t *timer)
{
	struct troubled *t = timer->data;
	size_t left = t->len - t->sent;
	uv_buf_t piece = uv_buf_init(t->text + t->sent, (unsigned)(left < t->piece ? left : t->piece));
	int written;

	if (left == 0 || t->conn->state != CONN_ANSWER) {
		troubled_end(t);
		return;
	}
	written = uv_try_write(&t->conn->socket.stream, &piece, 1);
	if (written > 0)
		t->sent += (size_t)written;
	else if (written != UV_EAGAIN)
		troubled_end(t);
}

void http_answer_badly(struct http_exchange *x, int status, const char *content_type, struct bytes body,
	const struct http_trouble *trouble)
{
	struct http_conn *c = (struct http_conn *)x;
	struct http_server *s = c->server;
	struct troubled *t = NULL;
	struct bytes head;
	size_t len;

	assert(x->pending);
	if (c->state == CONN_ANSWER && http_conn_format_head(c, status, content_type, body.len, &head) &&
		(t = malloc(sizeof *t + head.len + body.len))) {
		memcpy(t->text, head.ptr, head.len);
		memcpy(t->text + head.len, body.ptr ? body.ptr : "", body.len);
		len = head.len + body.len;
		t->cut = trouble->cut < len;
		t->len = t->cut ? trouble->cut : len;
		t->sent = 0;
		t->piece = trouble->piece ? trouble->piece : len;
		t->conn = c;
		t->server = s;
		uv_timer_init(s->loop, &t->timer);
		t->timer.data = t;
		s->handles++;
		uv_timer_start(&t->timer, next_piece, 0, trouble->gap_ms > 0 ? (uint64_t)trouble->gap_ms : 1);
		return;
	}
	x->pending = false;
	if (c->state == CONN_ANSWER)
		http_conn_reset(c);
	else
		http_conn_free(c);
}
