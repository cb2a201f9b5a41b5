#include "daemon/cli/monitor.h"

#include "daemon/base/buf.h"
#include "daemon/base/metrics.h"
#include "daemon/store/store_wait.h"

#include <inttypes.h>
#include <string.h>

#define BODY_MAX ((size_t)256 * 1024)

static bool is_loopback(const struct http_request *req)
{
	const char *peer = req->peer ? req->peer : "";

	if (http_header(req, "X-Forwarded-For") || http_header(req, "Forwarded") ||
		http_header(req, "X-Real-IP"))
		return false;
	return strncmp(peer, "127.", 4) == 0 || strcmp(peer, "::1") == 0 ||
	       strncmp(peer, "::ffff:127.", 11) == 0 || strncmp(peer, "unix", 4) == 0;
}

static bool allowed(const struct monitor *m, const struct http_request *req, struct http_exchange *x)
{
	bool all = m->config->monitoring && strcmp(m->config->monitoring, "all") == 0;

	if (all || is_loopback(req))
		return true;
	http_answer_text(x, 403, "for the daemon's own machine\n");
	return false;
}

void monitor_healthz(void *monitor, const struct http_request *req, struct http_exchange *x)
{
	if (allowed(monitor, req, x))
		http_answer_text(x, 200, "ok\n");
}

void monitor_readyz(void *monitor, const struct http_request *req, struct http_exchange *x)
{
	const struct monitor *m = monitor;
	const struct accounts *accounts = &m->config->accounts;
	bool ready = !m->stopping && store_waiting(m->store) < (size_t)m->config->queue_max;
	struct buf body;

	if (!allowed(m, req, x))
		return;
	buf_init(&body, BODY_MAX);
	buf_printf(&body, "%s\n", m->stopping ? "stopping" : ready ? "ready" : "busy");
	for (size_t i = 0; i < accounts->count && !m->stopping; i++)
		buf_printf(&body, "%s %s %s\n", accounts->items[i].adapter->name, accounts->items[i].name,
			outbox_account_state(m->outbox, &accounts->items[i]));
	http_answer_text(x, ready ? 200 : 503, buf_text(&body));
	buf_release(&body);
}

static void gauge(struct buf *out, const char *name, const char *help, int64_t value)
{
	buf_printf(out, "# HELP motcua_%s %s\n# TYPE motcua_%s gauge\nmotcua_%s %" PRId64 "\n", name, help,
		name, name, value);
}

static void outbox_gauges(const struct monitor *m, struct buf *out)
{
	int64_t by_state[OUTBOX_DEAD + 1];

	if (store_outbox_count(m->reader, by_state) != OK)
		return;
	buf_add_string(out, "# HELP motcua_outbox_rows replies by state\n# TYPE motcua_outbox_rows gauge\n");
	for (enum outbox_state state = OUTBOX_DUE; state <= OUTBOX_DEAD; state++)
		buf_printf(out, "motcua_outbox_rows{state=\"%s\"} %" PRId64 "\n", outbox_state_name(state),
			by_state[state]);
}

static void wait_gauges(const struct monitor *m, struct buf *out)
{
	int64_t by_state[WAIT_STATE_COUNT];

	if (store_wait_counts(m->reader, by_state) != OK)
		return;
	buf_add_string(
		out, "# HELP motcua_waits citizens with a code, by state\n# TYPE motcua_waits gauge\n");
	for (enum wait_state state = 0; state < WAIT_STATE_COUNT; state++)
		buf_printf(out, "motcua_waits{state=\"%s\"} %" PRId64 "\n", wait_state_word(state),
			by_state[state]);
}

static void account_gauges(const struct monitor *m, struct buf *out)
{
	const struct accounts *accounts = &m->config->accounts;

	buf_add_string(out, "# HELP motcua_account_sends whether replies can be sent for this account\n"
			    "# TYPE motcua_account_sends gauge\n");
	for (size_t i = 0; i < accounts->count; i++) {
		const char *state = outbox_account_state(m->outbox, &accounts->items[i]);

		buf_printf(out, "motcua_account_sends{channel=\"%s\",account=\"%s\",state=\"%s\"} %d\n",
			accounts->items[i].adapter->name, accounts->items[i].name, state,
			strcmp(state, "good") == 0);
	}
}

void monitor_metrics(void *monitor, const struct http_request *req, struct http_exchange *x)
{
	const struct monitor *m = monitor;
	struct buf body;

	if (!allowed(m, req, x))
		return;
	buf_init(&body, BODY_MAX);
	metrics_print(&body);
	gauge(&body, "store_waiting", "writes that wait for their commit", (int64_t)store_waiting(m->store));
	if (!m->stopping) {
		gauge(&body, "turns_waiting", "events in memory that wait for their turn or are in it",
			(int64_t)turns_waiting(m->turns));
		gauge(&body, "outbox_in_flight", "replies that are being sent",
			(int64_t)outbox_in_flight(m->outbox));
		gauge(&body, "outbox_held", "replies in memory that are due or unknown",
			(int64_t)outbox_held(m->outbox));
		account_gauges(m, &body);
	}
	outbox_gauges(m, &body);
	wait_gauges(m, &body);
	http_answer(x, body.failed ? 500 : 200, "text/plain; version=0.0.4; charset=utf-8",
		(struct bytes){body.ptr, body.len}, NULL, 0);
	buf_release(&body);
}

/* --- Domain check. --- */

static bool is_code(const char *code, size_t len)
{
	return len > 0 &&
	       strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") >= len;
}

static void domain_page(struct http_exchange *x, const char *code, size_t len)
{
	struct buf page;

	buf_init(&page, BODY_MAX);
	buf_printf(&page,
		"<!DOCTYPE html>\n<html lang=\"vi\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"zalo-platform-site-verification\" property=\"zalo-platform-site-verification\" "
		"content=\"%.*s\">\n<title>motcua</title>\n</head>\n<body></body>\n</html>\n",
		(int)len, code);
	http_answer(x, 200, "text/html; charset=utf-8", (struct bytes){page.ptr, page.len}, NULL, 0);
	buf_release(&page);
}

/* "zalo_verifierXYZ.html": the code is in the name. */
static const char *file_code(const char *file, size_t *ret_len)
{
	static const char prefix[] = "zalo_verifier", suffix[] = ".html";
	size_t len = strlen(file), around = sizeof prefix - 1 + sizeof suffix - 1;

	if (len <= around || strncmp(file, prefix, sizeof prefix - 1) != 0 ||
		strcmp(file + len - (sizeof suffix - 1), suffix) != 0)
		return NULL;
	*ret_len = len - around;
	return file + sizeof prefix - 1;
}

void monitor_domain_check(void *monitor, const struct http_request *req, struct http_exchange *x)
{
	const struct monitor *m = monitor;
	const char *meta = m->config->domain_check_meta, *file = m->config->domain_check_file, *code;
	size_t len;

	if (strcmp(req->method, "GET") != 0) {
		http_answer_text(x, 405, "GET\n");
	} else if (strcmp(req->path, "/") == 0 && meta && is_code(meta, strlen(meta))) {
		domain_page(x, meta, strlen(meta));
	} else if (file && strcmp(req->path + 1, file) == 0 && (code = file_code(file, &len)) &&
		   is_code(code, len)) {
		domain_page(x, code, len);
	} else {
		http_answer_text(x, 404, "not found\n");
	}
}
