/* http_client.h - outbound HTTP calls: libcurl multi on the loop, connections kept. Loop thread only.
 * HTTP/1.1; only http and https; no redirects; no proxy from the environment; answers larger than 1 MiB are cut off as HTTP_UNKNOWN. */
#ifndef MOTCUA_HTTP_CLIENT_H
#define MOTCUA_HTTP_CLIENT_H

#include "daemon/base/message.h"
#include "daemon/net/loop.h"

struct http_client;

struct http_client_options {
	int64_t timeout_ms;       /* default 10,000 */
	int64_t connect_ms;       /* default 5,000 */
	long connections_per_host; /* default 16 */
	const char *user_agent;
};

enum err http_client_open(struct loop *loop, const struct http_client_options *o, struct http_client **ret_client,
	struct why *why);

/* Starts `call` (copied). done_cb runs exactly once, never from inside http_client_call(); `result` is valid inside it only.
 * ERR_NOMEM: done_cb will not run. */
enum err http_client_call(struct http_client *c, const struct http_call *call,
	void (*done_cb)(void *arg, const struct http_result *result), void *arg);

/* Ends running calls with HTTP_UNKNOWN (HTTP_NOT_SENT when not begun), then frees. */
void http_client_close(struct http_client *c);

#endif
