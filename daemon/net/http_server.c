/* http_server.c - the listener: where we listen, who is let in, whose time is up, how we stop.
 * The happy path is in http_conn.c. Fails while opening (address wrong or taken, socket file of a living
 * server) and by closing connections: over a cap, past a deadline (one coarse sweep looks at all of them), at
 * the end of the grace. */
#include "daemon/net/http_internal.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void sweep(uv_timer_t *timer)
{
	struct http_server *s = timer->data;
	int64_t now_ms = (int64_t)uv_now(s->loop);
	struct http_conn *next;

	if (s->stalled && !s->closing)
		s->stalled = !http_conn_accept(s);
	for (struct http_conn *c = s->first; c; c = next) {
		next = c->next;
		if (s->closing && now_ms >= s->close_by_ms)
			http_conn_close(c);
		else
			http_conn_sweep(c, now_ms);
	}
}

static void connection_came(uv_stream_t *listener, int status)
{
	struct http_server *s = listener->data;

	if (status < 0)
		return; /* out of descriptors: libuv tries again with the next connection */
	s->stalled = !http_conn_accept(s);
	if ((s->first || s->stalled) && !uv_is_active((uv_handle_t *)&s->sweep))
		uv_timer_start(&s->sweep, sweep, (uint64_t)s->sweep_ms, (uint64_t)s->sweep_ms);
}

/* --- Where we listen --- */

/* A socket file nobody listens on is left over from a crash and goes away; anything else at that path stays.
 */
static enum err socket_file_clear(const char *path, struct why *why)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct stat st;
	int fd, code;

	if (strlen(path) >= sizeof address.sun_path)
		return why_set(why, ERR_CONFIG, "cannot listen on \"unix:%s\": the path is too long", path);
	if (lstat(path, &st) < 0)
		return OK;
	if (!S_ISSOCK(st.st_mode))
		return why_set(why, ERR_EXISTS, "cannot listen on \"unix:%s\": a file is there", path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return why_set(why, ERR_IO, "could not look at \"unix:%s\": %s", path, strerror(errno));
	code = connect(fd, (struct sockaddr *)&address, sizeof address) < 0 ? errno : 0;
	close(fd);
	if (code != ECONNREFUSED)
		return why_set(why, ERR_EXISTS, "cannot listen on \"unix:%s\": another program does", path);
	unlink(path);
	return OK;
}

static enum err listen_unix(struct http_server *s, const char *path, struct why *why)
{
	enum err err = socket_file_clear(path, why);
	int code;

	uv_pipe_init(s->loop, &s->listener.pipe, 0);
	if (err != OK)
		return err;
	code = uv_pipe_bind(&s->listener.pipe, path); /* closing the handle removes the file */
	if (code == 0 && chmod(path, 0660) < 0)
		code = -errno;
	if (code < 0)
		return why_set(why, ERR_IO, "could not listen on \"unix:%s\": %s", path, uv_strerror(code));
	snprintf(s->address, sizeof s->address, "unix:%s", path);
	return OK;
}

/* "127.0.0.1:8080", "[::1]:8080" */
static bool address_parse(const char *text, struct sockaddr_storage *ret_address)
{
	const char *colon = strrchr(text, ':');
	char host[64], *end;
	size_t len = colon ? (size_t)(colon - text) : 0;
	unsigned long port;

	if (len == 0 || len >= sizeof host || colon[1] < '0' || colon[1] > '9')
		return false;
	port = strtoul(colon + 1, &end, 10);
	if (*end || port > 65535)
		return false;
	memcpy(host, text, len);
	host[len] = '\0';
	if (host[0] != '[')
		return uv_ip4_addr(host, (int)port, (struct sockaddr_in *)ret_address) == 0;
	if (host[len - 1] != ']')
		return false;
	host[len - 1] = '\0';
	return uv_ip6_addr(host + 1, (int)port, (struct sockaddr_in6 *)ret_address) == 0;
}

static void address_print(struct http_server *s)
{
	struct sockaddr_storage bound;
	int len = sizeof bound;
	char host[INET6_ADDRSTRLEN] = "";

	uv_tcp_getsockname(&s->listener.tcp, (struct sockaddr *)&bound, &len);
	if (bound.ss_family == AF_INET6) {
		struct sockaddr_in6 *in = (struct sockaddr_in6 *)&bound;

		uv_ip6_name(in, host, sizeof host);
		snprintf(s->address, sizeof s->address, "[%s]:%u", host, ntohs(in->sin6_port));
	} else {
		struct sockaddr_in *in = (struct sockaddr_in *)&bound;

		uv_ip4_name(in, host, sizeof host);
		snprintf(s->address, sizeof s->address, "%s:%u", host, ntohs(in->sin_port));
	}
}

static enum err listen_tcp(struct http_server *s, const char *text, struct why *why)
{
	struct sockaddr_storage address;
	int code;

	uv_tcp_init(s->loop, &s->listener.tcp);
	if (!address_parse(text, &address))
		return why_set(why, ERR_CONFIG,
			"cannot listen on \"%s\": write it as 127.0.0.1:8080, [::1]:8080 or unix:/path",
			text);
	code = uv_tcp_bind(&s->listener.tcp, (struct sockaddr *)&address, 0);
	if (code < 0)
		return why_set(why, ERR_NETWORK, "could not listen on \"%s\": %s", text, uv_strerror(code));
	return OK;
}

/* --- Life --- */

static int64_t or_default(int64_t value, int64_t fallback)
{
	return value > 0 ? value : fallback;
}

static void options_take(struct http_server *s, const struct http_server_options *o)
{
	int64_t shortest;

	s->options = *o;
	s->options.body_max = o->body_max ? o->body_max : (size_t)1024 * 1024;
	s->body_most = s->options.body_max;
	for (const struct http_route *r = o->routes; r && r->path; r++)
		s->body_most = r->body_max > s->body_most ? r->body_max : s->body_most;
	s->options.connections_max = o->connections_max ? o->connections_max : 1024;
	s->options.per_address_max = o->per_address_max ? o->per_address_max : 256;
	s->options.idle_ms = or_default(o->idle_ms, 30000);
	s->options.request_ms = or_default(o->request_ms, 10000);
	s->options.answer_ms = or_default(o->answer_ms, 10000);
	shortest = s->options.idle_ms < s->options.request_ms ? s->options.idle_ms : s->options.request_ms;
	if (s->options.answer_ms < shortest)
		shortest = s->options.answer_ms;
	s->sweep_ms = shortest / 8 < 5 ? 5 : shortest / 8 > 500 ? 500 : shortest / 8;
}

enum err http_server_open(struct loop *loop, const struct http_server_options *o,
	struct http_server **ret_server, struct why *why)
{
	struct http_server *s = calloc(1, sizeof *s);
	bool is_unix = strncmp(o->listen, "unix:", 5) == 0;
	enum err err;
	int code;

	if (!s)
		return why_set(why, ERR_NOMEM, "could not listen on \"%s\": out of memory", o->listen);
	options_take(s, o);
	s->loop = loop_uv(loop);
	buf_init(&s->head, 64 * 1024);
	uv_timer_init(s->loop, &s->sweep);
	err = is_unix ? listen_unix(s, o->listen + 5, why) : listen_tcp(s, o->listen, why);
	s->handles = 2;
	s->listener.handle.data = s->sweep.data = s;
	if (err != OK)
		goto out;
	code = uv_listen(&s->listener.stream, 511, connection_came);
	if (code < 0) {
		err = why_set(
			why, ERR_NETWORK, "could not listen on \"%s\": %s", o->listen, uv_strerror(code));
		goto out;
	}
	if (!is_unix)
		address_print(s);
	*ret_server = s;
	return OK;
out:
	http_server_close(s, 0, NULL, NULL);
	return err;
}

const char *http_server_address(const struct http_server *s)
{
	return s->address;
}

static void handle_closed(uv_handle_t *handle)
{
	http_server_handle_closed(handle->data);
}

void http_server_handle_closed(struct http_server *s)
{
	void (*closed_cb)(void *arg) = s->closed_cb;
	void *closed_arg = s->closed_arg;

	s->handles--;
	if (s->connections == 0 && !s->stalled && !s->closing)
		uv_timer_stop(&s->sweep);
	/* While stopping, the sweep watches the grace as long as connections are left, and goes last. */
	if (s->connections == 0 && s->closing && !uv_is_closing((uv_handle_t *)&s->sweep))
		uv_close((uv_handle_t *)&s->sweep, handle_closed);
	if (s->handles > 0)
		return;
	buf_release(&s->head);
	free(s);
	if (closed_cb)
		closed_cb(closed_arg);
}

void http_server_close(struct http_server *s, int64_t grace_ms, void (*closed_cb)(void *arg), void *arg)
{
	struct http_conn *next;

	assert(!s->closing);
	s->closing = true;
	s->close_by_ms = (int64_t)uv_now(s->loop) + grace_ms;
	s->closed_cb = closed_cb;
	s->closed_arg = arg;
	uv_close(&s->listener.handle, handle_closed);
	for (struct http_conn *c = s->first; c; c = next) {
		next = c->next;
		http_conn_stop(c);
	}
	if (s->connections > 0)
		uv_timer_start(&s->sweep, sweep, 0, grace_ms / 8 < s->sweep_ms ? 5 : (uint64_t)s->sweep_ms);
}
