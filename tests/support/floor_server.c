#include "tests/support/floor_server.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#define IN_MAX 16384

struct floor_server {
	uv_loop_t loop;
	uv_tcp_t tcp;
	uv_async_t stop;
	pthread_t thread;
	unsigned port;
	char answer[1024];
	unsigned answer_len;
	_Atomic uint64_t requests, connections;
};

struct conn {
	uv_tcp_t tcp;
	uv_write_t write;
	struct floor_server *server;
	size_t len;
	char in[IN_MAX];
};

static void closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void room_cb(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buf)
{
	struct conn *c = handle->data;

	(void)suggested;
	*ret_buf = uv_buf_init(c->in + c->len, (unsigned)(IN_MAX - c->len));
}

/* Length of the first request in the buffer, 0 while it is incomplete. */
static size_t request_len(struct conn *c)
{
	char *end = memmem(c->in, c->len, "\r\n\r\n", 4), *length;
	size_t body = 0;

	if (!end)
		return 0;
	*end = '\0';
	length = strcasestr(c->in, "\r\nContent-Length:");
	if (length)
		body = strtoul(length + 17, NULL, 10);
	*end = '\r';
	body += (size_t)(end - c->in) + 4;
	return c->len >= body ? body : 0;
}

static void read_cb(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
	struct conn *c = stream->data;
	uv_buf_t out = uv_buf_init(c->server->answer, c->server->answer_len);
	size_t request;

	(void)buf;
	if (len < 0) {
		uv_close((uv_handle_t *)stream, closed);
		return;
	}
	c->len += (size_t)len;
	while ((request = request_len(c)) > 0) {
		atomic_fetch_add(&c->server->requests, 1);
		memmove(c->in, c->in + request, c->len - request);
		c->len -= request;
		if (uv_try_write(stream, &out, 1) != (int)out.len) {
			uv_close((uv_handle_t *)stream, closed); /* such a peer is none of ours */
			return;
		}
	}
}

static void connection_cb(uv_stream_t *listener, int status)
{
	struct floor_server *s = listener->data;
	struct conn *c = status == 0 ? malloc(sizeof *c) : NULL;

	if (!c)
		return;
	c->server = s;
	c->len = 0;
	uv_tcp_init(&s->loop, &c->tcp);
	c->tcp.data = c;
	if (uv_accept(listener, (uv_stream_t *)&c->tcp) != 0) {
		uv_close((uv_handle_t *)&c->tcp, closed);
		return;
	}
	atomic_fetch_add(&s->connections, 1);
	uv_tcp_nodelay(&c->tcp, 1);
	uv_read_start((uv_stream_t *)&c->tcp, room_cb, read_cb);
}

static void close_each(uv_handle_t *handle, void *arg)
{
	struct floor_server *s = arg;

	if (!uv_is_closing(handle))
		uv_close(handle, handle == (uv_handle_t *)&s->tcp || handle == (uv_handle_t *)&s->stop
					 ? NULL
					 : closed);
}

static void stop_cb(uv_async_t *async)
{
	uv_walk(async->loop, close_each, async->data);
}

static void *serve(void *arg)
{
	struct floor_server *s = arg;

	uv_run(&s->loop, UV_RUN_DEFAULT);
	return NULL;
}

struct floor_server *floor_server_open(const char *answer_body)
{
	struct floor_server *s = calloc(1, sizeof *s);
	struct sockaddr_in address;
	int size = sizeof address;

	if (!s)
		return NULL;
	s->answer_len = (unsigned)snprintf(s->answer, sizeof s->answer,
		"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
		strlen(answer_body), answer_body);
	uv_loop_init(&s->loop);
	uv_tcp_init(&s->loop, &s->tcp);
	uv_async_init(&s->loop, &s->stop, stop_cb);
	s->tcp.data = s->stop.data = s;
	uv_ip4_addr("127.0.0.1", 0, &address);
	if (uv_tcp_bind(&s->tcp, (struct sockaddr *)&address, 0) != 0 ||
		uv_listen((uv_stream_t *)&s->tcp, 1024, connection_cb) != 0 ||
		uv_tcp_getsockname(&s->tcp, (struct sockaddr *)&address, &size) != 0 ||
		pthread_create(&s->thread, NULL, serve, s) != 0) {
		free(s);
		return NULL;
	}
	s->port = ntohs(address.sin_port);
	return s;
}

unsigned floor_server_port(const struct floor_server *s)
{
	return s->port;
}

pthread_t floor_server_thread(const struct floor_server *s)
{
	return s->thread;
}

uint64_t floor_server_requests(const struct floor_server *s)
{
	return atomic_load(&s->requests);
}

uint64_t floor_server_connections(const struct floor_server *s)
{
	return atomic_load(&s->connections);
}

void floor_server_close(struct floor_server *s)
{
	uv_async_send(&s->stop);
	pthread_join(s->thread, NULL);
	uv_loop_close(&s->loop);
	free(s);
}
