/* http_client.c - one outbound HTTP call after the other: libcurl's multi interface driven by the loop.
 *
 * libcurl says which sockets it wants watched and when it wants to be woken; finished calls are collected
 * after each of both. Watches stay armed between calls on a kept connection, so such a call costs no
 * epoll_ctl. Easy handles are reused.
 *
 * How a call ends: HTTP_ANSWERED with a complete answer of any status. HTTP_NOT_SENT when not one byte of the
 * request went out: no name, refused, TLS failed, time ran out while connecting or waiting for a free
 * connection. HTTP_UNKNOWN for everything after that. libcurl sends a request again by itself when a kept
 * connection dies before the first byte of an answer; the pre-request callback stops that when the request is
 * no GET and bytes of it were sent already. */
#include "daemon/net/http_client.h"
#include "daemon/base/buf.h"
#include "daemon/base/metrics.h"
#include "daemon/net/loop_internal.h"

#include <curl/curl.h>
#include <unistd.h>

#include <stdlib.h>
#include <string.h>

enum { ANSWER_MAX = 1024 * 1024, KEEP_MAX = 64 * 1024, SPARE_MAX = 64, RETRY_AFTER_MAX_S = 24 * 60 * 60 };

struct watch { /* one socket of libcurl's */
	uv_poll_t uv;
	struct http_client *client;
	curl_socket_t fd;
	int armed;   /* uv events asked of the loop */
	bool wanted; /* by libcurl at this moment */
	bool kept;   /* a call was answered on it: from now on socket_close() tells when it ends */
};

struct call {
	struct http_client *client;
	struct call *next, **link; /* running, or spare (next only) */
	CURL *easy;
	struct curl_slist *headers;
	const char *wanted[HTTP_CALL_WANTED];
	struct buf body, answer;
	bool repeatable; /* a GET may be sent again */
	void (*done_cb)(void *arg, const struct http_result *result);
	void *arg;
};

struct http_client {
	struct http_client_options options;
	uv_loop_t *loop;
	uv_timer_t timer;
	CURLM *multi;
	struct watch **watches; /* by file descriptor */
	size_t watches_room;
	struct call *running, *spare;
	unsigned spare_count;
	bool unsettled; /* see watches_settle() */
	bool closing;
};

/* --- Sockets --- */

static void calls_collect(struct http_client *c);

static void watch_freed(uv_handle_t *handle)
{
	free(handle->data);
}

static void watch_ready(uv_poll_t *handle, int status, int events)
{
	struct watch *w = handle->data;
	struct http_client *c = w->client;
	int flags = status < 0 ? CURL_CSELECT_ERR : 0, running;

	if (!w->wanted) { /* the server closed a kept connection, or says something nobody asked for */
		uv_poll_stop(&w->uv);
		w->armed = 0;
		return;
	}
	flags |= events & UV_READABLE ? CURL_CSELECT_IN : 0;
	flags |= events & UV_WRITABLE ? CURL_CSELECT_OUT : 0;
	curl_multi_socket_action(c->multi, w->fd, flags, &running);
	calls_collect(c);
}

static struct watch *watch_open(struct http_client *c, curl_socket_t fd)
{
	size_t room = c->watches_room;
	struct watch *w;

	if ((size_t)fd >= room) {
		struct watch **more;

		room = (size_t)fd + 64;
		more = realloc(c->watches, room * sizeof *more);
		if (!more)
			return NULL;
		memset(more + c->watches_room, 0, (room - c->watches_room) * sizeof *more);
		c->watches = more;
		c->watches_room = room;
	}
	w = calloc(1, sizeof *w);
	if (!w)
		return NULL;
	if (uv_poll_init_socket(c->loop, &w->uv, fd) < 0) {
		free(w);
		return NULL;
	}
	w->uv.data = w;
	w->client = c;
	w->fd = fd;
	c->watches[fd] = w;
	return w;
}

static struct watch *watch_find(const struct http_client *c, curl_socket_t fd)
{
	return (size_t)fd < c->watches_room ? c->watches[fd] : NULL;
}

static void watch_close(struct watch *w)
{
	w->client->watches[w->fd] = NULL;
	uv_close((uv_handle_t *)&w->uv, watch_freed);
}

/* libcurl wants `what` of `fd` from now on. */
static int socket_wanted(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
	struct http_client *c = arg;
	struct watch *w = watch_find(c, fd);
	int events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);

	(void)easy;
	(void)socket_arg;
	if (what == CURL_POLL_REMOVE) {
		if (w) {
			w->wanted = false;
			c->unsettled |= !w->kept;
		}
		return 0;
	}
	if (w && !w->wanted && !w->kept) { /* closed and opened anew since libcurl was called */
		watch_close(w);
		w = NULL;
	}
	if (!w && !(w = watch_open(c, fd)))
		return 0; /* the call ends at its deadline; an error here would end libcurl's handle for good */
	w->wanted = true;
	if (w->armed != events && uv_poll_start(&w->uv, events, watch_ready) == 0)
		w->armed = events;
	return 0;
}

/* The loop must forget a descriptor before it is closed. */
static int socket_close(void *arg, curl_socket_t fd)
{
	struct http_client *c = arg;
	struct watch *w = watch_find(c, fd);

	if (w)
		watch_close(w);
	return close(fd);
}

/* libcurl closes sockets of its resolver and of connections that never came about without a word: after it
 * has run, what it stopped watching and what carried no call yet must go before the descriptor is used for
 * something else. */
static void watches_settle(struct http_client *c)
{
	if (!c->unsettled)
		return;
	c->unsettled = false;
	for (size_t fd = 0; fd < c->watches_room; fd++)
		if (c->watches[fd] && !c->watches[fd]->wanted && !c->watches[fd]->kept)
			watch_close(c->watches[fd]);
}

static void timer_due(uv_timer_t *timer)
{
	struct http_client *c = timer->data;
	int running;

	curl_multi_socket_action(c->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	calls_collect(c);
}

static int timer_wanted(CURLM *multi, long after_ms, void *arg)
{
	struct http_client *c = arg;

	(void)multi;
	if (after_ms < 0)
		uv_timer_stop(&c->timer);
	else
		uv_timer_start(&c->timer, timer_due, (uint64_t)after_ms, 0);
	return 0;
}

/* --- Calls --- */

static size_t answer_came(char *ptr, size_t size, size_t count, void *arg)
{
	struct call *call = arg;

	buf_add(&call->answer, ptr, size * count);
	return call->answer.failed ? 0 : size * count;
}

static bool bytes_went_out(struct call *call)
{
	curl_off_t begun_us = 0;
	long head = 0;

	curl_easy_getinfo(call->easy, CURLINFO_PRETRANSFER_TIME_T, &begun_us);
	curl_easy_getinfo(call->easy, CURLINFO_REQUEST_SIZE, &head);
	return begun_us > 0 && head > 0;
}

/* Runs before each sending, a repeated one included. */
static int about_to_send(void *arg, char *remote, char *local, int remote_port, int local_port)
{
	struct call *call = arg;
	long head = 0;

	(void)remote, (void)local, (void)remote_port, (void)local_port;
	curl_easy_getinfo(call->easy, CURLINFO_REQUEST_SIZE, &head);
	return head > 0 && !call->repeatable ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static bool easy_prepare(struct call *call)
{
	const struct http_client_options *o = &call->client->options;
	CURL *easy = call->easy;
	bool ok = true;

#define SET(option, value) (ok = curl_easy_setopt(easy, option, value) == CURLE_OK && ok)
	SET(CURLOPT_PRIVATE, call);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_ACCEPT_ENCODING, "gzip");
	SET(CURLOPT_USERAGENT, o->user_agent);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)o->connect_ms);
	SET(CURLOPT_WRITEFUNCTION, answer_came);
	SET(CURLOPT_WRITEDATA, call);
	SET(CURLOPT_PREREQFUNCTION, about_to_send);
	SET(CURLOPT_PREREQDATA, call);
	SET(CURLOPT_CLOSESOCKETFUNCTION, socket_close);
	SET(CURLOPT_CLOSESOCKETDATA, call->client);
#undef SET
	return ok;
}

static void call_free(struct call *call)
{
	if (call->easy)
		curl_easy_cleanup(call->easy);
	curl_slist_free_all(call->headers);
	buf_release(&call->body);
	buf_release(&call->answer);
	free(call);
}

static void buf_forget(struct buf *b)
{
	if (b->room > KEEP_MAX)
		buf_release(b);
	else
		buf_clear(b);
}

static void call_spare(struct call *call)
{
	struct http_client *c = call->client;

	if (c->closing || c->spare_count >= SPARE_MAX) {
		call_free(call);
		return;
	}
	curl_slist_free_all(call->headers);
	call->headers = NULL;
	buf_forget(&call->body);
	buf_forget(&call->answer);
	call->next = c->spare;
	c->spare = call;
	c->spare_count++;
}

static struct call *call_take(struct http_client *c)
{
	struct call *call = c->spare;

	if (call) {
		c->spare = call->next;
		c->spare_count--;
		return call;
	}
	call = calloc(1, sizeof *call);
	if (!call)
		return NULL;
	call->client = c;
	buf_init(&call->body, SIZE_MAX / 2);
	buf_init(&call->answer, ANSWER_MAX);
	call->easy = curl_easy_init();
	if (!call->easy || !easy_prepare(call)) {
		call_free(call);
		return NULL;
	}
	return call;
}

static bool headers_set(struct call *call, const struct http_call *wanted)
{
	struct buf line;
	bool ok = true;

	buf_init(&line, 16 * 1024);
	for (size_t i = 0; i <= wanted->header_count && ok; i++) {
		struct curl_slist *longer;

		buf_clear(&line);
		buf_add_string(&line, i < wanted->header_count ? wanted->headers[i].name : "Expect");
		buf_add_string(&line, ": ");
		if (i < wanted->header_count)
			buf_add_string(&line, wanted->headers[i].value);
		else if (!line.failed)
			line.ptr[--line.len] = '\0'; /* "Expect:" alone: do not send one */
		longer = line.failed || strpbrk(line.ptr, "\r\n")
				 ? NULL
				 : curl_slist_append(call->headers, line.ptr);
		ok = longer != NULL;
		if (ok)
			call->headers = longer;
	}
	buf_release(&line);
	return ok;
}

static bool call_set(struct call *call, const struct http_call *wanted)
{
	CURL *easy = call->easy;
	int64_t timeout_ms = wanted->timeout_ms > 0 ? wanted->timeout_ms : call->client->options.timeout_ms;
	bool get = strcmp(wanted->method, "GET") == 0, post = strcmp(wanted->method, "POST") == 0;
	bool ok = headers_set(call, wanted);

	buf_add(&call->body, wanted->body.ptr, wanted->body.len);
	call->repeatable = get;
#define SET(option, value) (ok = curl_easy_setopt(easy, option, value) == CURLE_OK && ok)
	SET(CURLOPT_URL, wanted->url);
	SET(CURLOPT_HTTPHEADER, call->headers);
	SET(CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	SET(CURLOPT_CUSTOMREQUEST, get || post ? NULL : wanted->method);
	if (get)
		SET(CURLOPT_HTTPGET, 1L);
	else {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.len);
		SET(CURLOPT_POSTFIELDS, buf_text(&call->body));
	}
#undef SET
	return ok && !call->body.failed;
}

static void call_unlink(struct call *call)
{
	*call->link = call->next;
	if (call->next)
		call->next->link = call->link;
}

/* The values belong to the handle until its next transfer. */
static void wanted_take(struct call *call, struct http_result *result)
{
	for (size_t i = 0; i < HTTP_CALL_WANTED && call->wanted[i]; i++) {
		struct curl_header *header;

		if (curl_easy_header(call->easy, call->wanted[i], 0, CURLH_HEADER, -1, &header) == CURLHE_OK)
			result->wanted[i] = header->value;
	}
}

static void call_end(struct call *call, CURLcode code)
{
	struct http_result result = {.end = HTTP_UNKNOWN};
	long opened = 0;
	curl_off_t retry_after_s = 0;
	curl_socket_t fd = CURL_SOCKET_BAD;
	struct watch *w;

	curl_easy_getinfo(call->easy, CURLINFO_NUM_CONNECTS, &opened);
	metric_add(METRIC_http_out_new, (uint64_t)opened);
	metric_add(METRIC_http_out_calls, 1);
	if (code == CURLE_OK) {
		result.end = HTTP_ANSWERED;
		curl_easy_getinfo(call->easy, CURLINFO_ACTIVESOCKET, &fd);
		w = fd == CURL_SOCKET_BAD ? NULL : watch_find(call->client, fd);
		if (w)
			w->kept = true;
		curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &result.status);
		curl_easy_getinfo(call->easy, CURLINFO_RETRY_AFTER, &retry_after_s);
		result.retry_after_ms =
			(retry_after_s < RETRY_AFTER_MAX_S ? retry_after_s : RETRY_AFTER_MAX_S) * 1000;
		result.body = (struct bytes){buf_text(&call->answer), call->answer.len};
		wanted_take(call, &result);
	} else {
		result.end = bytes_went_out(call) ? HTTP_UNKNOWN : HTTP_NOT_SENT;
		snprintf(result.reason, sizeof result.reason, "%s",
			call->answer.failed ? "answer is too large" : curl_easy_strerror(code));
	}
	call_unlink(call);
	curl_multi_remove_handle(call->client->multi, call->easy);
	call->done_cb(call->arg, &result);
	call_spare(call);
}

static void calls_collect(struct http_client *c)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(c->multi, &left))) {
		struct call *call;
		char *private;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
		call = (struct call *)private;
		call_end(call, message->data.result);
	}
	watches_settle(c);
}

enum err http_client_call(struct http_client *c, const struct http_call *call,
	void (*done_cb)(void *arg, const struct http_result *result), void *arg)
{
	struct call *new = c->closing ? NULL : call_take(c);

	if (!new)
		return ERR_NOMEM;
	memcpy(new->wanted, call->wanted, sizeof new->wanted);
	new->done_cb = done_cb;
	new->arg = arg;
	if (!call_set(new, call) || curl_multi_add_handle(c->multi, new->easy) != CURLM_OK) {
		call_free(new);
		return ERR_NOMEM;
	}
	new->next = c->running;
	if (new->next)
		new->next->link = &new->next;
	new->link = &c->running;
	c->running = new;
	return OK;
}

/* --- Life --- */

enum err http_client_open(struct loop *loop, const struct http_client_options *o,
	struct http_client **ret_client, struct why *why)
{
	struct http_client *c = calloc(1, sizeof *c);

	if (!c || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(c->multi = curl_multi_init())) {
		free(c);
		return why_set(why, ERR_NOMEM, "could not start the HTTP client: out of memory");
	}
	c->options = *o;
	c->options.timeout_ms = o->timeout_ms > 0 ? o->timeout_ms : 10000;
	c->options.connect_ms = o->connect_ms > 0 ? o->connect_ms : 5000;
	c->options.connections_per_host = o->connections_per_host > 0 ? o->connections_per_host : 16;
	c->loop = loop_uv(loop);
	uv_timer_init(c->loop, &c->timer);
	c->timer.data = c;
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, socket_wanted);
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, timer_wanted);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
	curl_multi_setopt(c->multi, CURLMOPT_MAX_HOST_CONNECTIONS, c->options.connections_per_host);
	curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, 4 * c->options.connections_per_host);
	*ret_client = c;
	return OK;
}

static void client_freed(uv_handle_t *handle)
{
	free(handle->data);
}

void http_client_close(struct http_client *c)
{
	if (!c)
		return;
	c->closing = true;
	while (c->running)
		call_end(c->running, CURLE_ABORTED_BY_CALLBACK);
	while (c->spare) {
		struct call *call = c->spare;

		c->spare = call->next;
		call_free(call);
	}
	curl_multi_cleanup(c->multi); /* closes the kept connections, through socket_close() */
	c->unsettled = true;
	watches_settle(c);
	free(c->watches);
	curl_global_cleanup();
	uv_close((uv_handle_t *)&c->timer, client_freed);
}
