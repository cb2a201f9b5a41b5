#include "tests/support/load.h"

#include "daemon/base/clock.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <sodium.h>

#define ANSWER_MAX 4096

struct conn {
	int fd;
	size_t request; /* the one it waits for */
	int64_t begun_us;
	size_t len;
	char in[ANSWER_MAX];
};

/* --- Making ------------------------------------------------------------------------------------------ */

static char *body_make(size_t n, const char *text, const char *tag, int64_t time_ms)
{
	cJSON *quoted = cJSON_CreateString(text);
	char *json = cJSON_PrintUnformatted(quoted), *body = NULL;

	if (json &&
		asprintf(&body,
			"{\"object\":\"page\",\"entry\":[{\"id\":\"" LOAD_PAGE "\",\"time\":%" PRId64
			",\"messaging\":[{\"sender\":{\"id\":\"7%015zu\"},\"recipient\":{\"id\":\"" LOAD_PAGE
			"\"},\"timestamp\":%" PRId64 ",\"message\":{\"mid\":\"m_%s%zu\",\"text\":%s}}]}]}",
			time_ms, n, time_ms, tag, n, json) < 0)
		body = NULL;
	cJSON_free(json);
	cJSON_Delete(quoted);
	return body;
}

static char *request_make(size_t n, const char *text, const char *tag, int64_t time_ms)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;
	char hex[2 * sizeof mac + 1], *body = body_make(n, text, tag, time_ms), *request = NULL;

	if (!body)
		return NULL;
	crypto_auth_hmacsha256_init(&state, (const unsigned char *)LOAD_SECRET, strlen(LOAD_SECRET));
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)body, strlen(body));
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_bin2hex(hex, sizeof hex, mac, sizeof mac);
	if (asprintf(&request,
		    "POST /webhook/facebook HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: facebookexternalua\r\n"
		    "Content-Type: application/json\r\nX-Hub-Signature-256: sha256=%s\r\nContent-Length: "
		    "%zu\r\n\r\n%s",
		    hex, strlen(body), body) < 0)
		request = NULL;
	free(body);
	return request;
}

bool load_make(struct load *l, size_t count, const char *const *texts, size_t text_count, const char *tag,
	int64_t age_ms)
{
	int64_t time_ms = clock_now_ms() - age_ms;

	*l = (struct load){.requests = calloc(count, sizeof *l->requests),
		.latency_us = calloc(count, sizeof *l->latency_us)};
	if (!l->requests || !l->latency_us)
		return false;
	for (; l->count < count; l->count++) {
		l->requests[l->count] = request_make(l->count, texts[l->count % text_count], tag, time_ms);
		if (!l->requests[l->count])
			return false;
	}
	return true;
}

void load_release(struct load *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->requests[i]);
	free(l->requests);
	free(l->latency_us);
	memset(l, 0, sizeof *l);
}

/* --- Sending ----------------------------------------------------------------------------------------- */

static int dial(unsigned port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
		return -1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	return fd;
}

/* Blocking, as requests are far smaller than a socket's buffer. */
static bool send_next(struct load *l, struct conn *c, size_t *next)
{
	size_t len;

	if (*next >= l->count)
		return true;
	c->request = (*next)++;
	c->len = 0;
	c->begun_us = clock_monotonic_us();
	len = strlen(l->requests[c->request]);
	return send(c->fd, l->requests[c->request], len, MSG_NOSIGNAL) == (ssize_t)len;
}

static bool answer_complete(struct conn *c)
{
	char *end, *length;

	c->in[c->len] = '\0';
	end = strstr(c->in, "\r\n\r\n");
	length = end ? strcasestr(c->in, "\r\nContent-Length:") : NULL;
	return length && c->len >= (size_t)(end - c->in) + 4 + strtoul(length + 17, NULL, 10);
}

/* False when the connection is of no more use. */
static bool take_answer(struct load *l, struct conn *c, size_t *next, size_t *done)
{
	ssize_t len = recv(c->fd, c->in + c->len, ANSWER_MAX - 1 - c->len, 0);

	if (len <= 0)
		return false;
	c->len += (size_t)len;
	if (!answer_complete(c))
		return true;
	l->latency_us[c->request] = clock_monotonic_us() - c->begun_us;
	l->answered += strncmp(c->in, "HTTP/1.1 200", 12) == 0;
	++*done;
	return send_next(l, c, next);
}

static bool dial_all(
	struct load *l, struct conn *conns, unsigned count, unsigned port, int poll, size_t *next)
{
	for (unsigned i = 0; i < count; i++) {
		struct epoll_event event = {.events = EPOLLIN, .data.ptr = &conns[i]};

		conns[i].fd = dial(port);
		if (conns[i].fd < 0 || epoll_ctl(poll, EPOLL_CTL_ADD, conns[i].fd, &event) != 0 ||
			!send_next(l, &conns[i], next))
			return false;
	}
	return true;
}

bool load_run(struct load *l, unsigned port, unsigned connections)
{
	struct conn *conns = calloc(connections, sizeof *conns);
	int poll = epoll_create1(EPOLL_CLOEXEC);
	size_t next = 0, done = 0;
	int64_t begun = clock_monotonic_us();
	bool fine = conns && poll >= 0 && dial_all(l, conns, connections, port, poll, &next);

	while (fine && done < l->count) {
		struct epoll_event events[64];
		int count = epoll_wait(poll, events, 64, 10000);

		fine = count > 0;
		for (int i = 0; i < count && fine; i++)
			fine = take_answer(l, events[i].data.ptr, &next, &done);
	}
	l->wall_us = clock_monotonic_us() - begun;
	for (unsigned i = 0; conns && i < connections; i++)
		if (conns[i].fd > 0)
			close(conns[i].fd);
	if (poll >= 0)
		close(poll);
	free(conns);
	return fine;
}
