/* http_answer.c - an answer on its way out: head and body in one write, straight to the socket when it takes
 * them. Fails by closing the connection: the peer is gone, or no memory for what the socket did not take. */
#include "daemon/base/log.h"
#include "daemon/net/http_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct pending_write {
	uv_write_t uv;
	struct http_conn *conn;
	char rest[];
};

static void rest_written(uv_write_t *req, int status)
{
	struct pending_write *w = (struct pending_write *)req;
	struct http_conn *c = w->conn;

	free(w);
	if (status < 0)
		http_conn_close(c);
	else
		http_conn_answered(c);
}

/* What the socket does not take at once is copied and follows; the next request waits for it. */
static void conn_write(struct http_conn *c, struct bytes head, struct bytes body)
{
	uv_buf_t bufs[2] = {uv_buf_init((char *)head.ptr, (unsigned)head.len),
		uv_buf_init((char *)body.ptr, (unsigned)body.len)};
	int written = uv_try_write(&c->socket.stream, bufs, body.len > 0 ? 2 : 1);
	size_t done = written > 0 ? (size_t)written : 0, rest = head.len + body.len - done;
	struct pending_write *w;

	if (rest == 0) {
		http_conn_answered(c);
		return;
	}
	w = written < 0 && written != UV_EAGAIN ? NULL : malloc(sizeof *w + rest);
	if (!w) {
		http_conn_close(c);
		return;
	}
	w->conn = c;
	if (done < head.len) {
		memcpy(w->rest, head.ptr + done, head.len - done);
		memcpy(w->rest + head.len - done, body.ptr ? body.ptr : "", body.len);
	} else
		memcpy(w->rest, body.ptr + (done - head.len), rest);
	c->state = CONN_WRITE;
	c->deadline_ms = http_conn_now(c) + c->server->options.idle_ms;
	bufs[0] = uv_buf_init(w->rest, (unsigned)rest);
	if (uv_write(&w->uv, &c->socket.stream, bufs, 1, rest_written) < 0) {
		free(w);
		http_conn_close(c);
	}
}

static void add_number(struct buf *b, uint64_t number)
{
	char digits[20];
	size_t at = sizeof digits;

	do
		digits[--at] = (char)('0' + number % 10);
	while (number /= 10);
	buf_add(b, digits + at, sizeof digits - at);
}

static void add_header(struct buf *b, const char *name, const char *value)
{
	if (strpbrk(value, "\r\n")) {
		log_error("net=http_server header=%s end=dropped reason=\"line break in its value\"", name);
		return;
	}
	buf_add_string(b, name);
	buf_add(b, ": ", 2);
	buf_add_string(b, value);
	buf_add(b, "\r\n", 2);
}

/* Everything but other headers and the empty line. */
static void head_begin(struct http_conn *c, int status, const char *content_type, size_t body_len)
{
	struct buf *head = &c->server->head;
	bool old = c->parser.http_major == 1 && c->parser.http_minor == 0;

	if (c->server->closing)
		c->keep_alive = false;
	buf_clear(head);
	buf_add_string(head, "HTTP/1.1 ");
	add_number(head, (unsigned)status);
	buf_add(head, " ", 1);
	buf_add_string(head, http_status_words(status));
	buf_add(head, "\r\n", 2);
	add_header(head, "Date", http_date());
	if (status != 204 && status != 304) {
		buf_add_string(head, "Content-Length: ");
		add_number(head, body_len);
		buf_add(head, "\r\n", 2);
	}
	if (content_type)
		add_header(head, "Content-Type", content_type);
	if (!c->keep_alive)
		buf_add_string(head, "Connection: close\r\n");
	else if (old)
		buf_add_string(head, "Connection: keep-alive\r\n");
}

static bool head_end(struct http_conn *c, struct bytes *ret_head)
{
	struct buf *head = &c->server->head;

	buf_add(head, "\r\n", 2);
	*ret_head = (struct bytes){head->ptr, head->len};
	return !head->failed;
}

bool http_conn_format_head(
	struct http_conn *c, int status, const char *content_type, size_t body_len, struct bytes *ret_head)
{
	head_begin(c, status, content_type, body_len);
	return head_end(c, ret_head);
}

static void conn_answer(struct http_conn *c, int status, const char *content_type, struct bytes body,
	const struct http_header *headers, size_t header_count)
{
	struct bytes head;

	head_begin(c, status, content_type, body.len);
	for (size_t i = 0; i < header_count; i++)
		add_header(&c->server->head, headers[i].name, headers[i].value);
	if (c->parser.method == HTTP_HEAD || status == 204 || status == 304)
		body = (struct bytes){NULL, 0};
	if (head_end(c, &head))
		conn_write(c, head, body);
	else
		http_conn_close(c); /* the peer sees no answer, as if we had gone */
}

void http_conn_answer_words(struct http_conn *c, int status)
{
	const char *words = http_status_words(status);

	conn_answer(c, status, "text/plain; charset=utf-8", (struct bytes){words, strlen(words)}, NULL, 0);
}

void http_answer(struct http_exchange *x, int status, const char *content_type, struct bytes body,
	const struct http_header *headers, size_t header_count)
{
	struct http_conn *c = (struct http_conn *)x;

	assert(x->pending);
	x->pending = false;
	if (c->state == CONN_ANSWER)
		conn_answer(c, status, content_type, body, headers, header_count);
	else
		http_conn_free(c); /* the peer has gone or was told 503 */
}

void http_answer_text(struct http_exchange *x, int status, const char *text)
{
	http_answer(x, status, "text/plain; charset=utf-8", (struct bytes){text, strlen(text)}, NULL, 0);
}
