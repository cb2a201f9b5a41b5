/* sandbox.h - plays Zalo and Facebook on this machine: Send APIs, OAuth, signed webhooks, faults on demand, and a page with
 * both chat windows. A training and test tool: loopback only, its own port. Signs and checks with code of its own
 * (platforms.md 5.2), never the adapters'. */
#ifndef MOTCUA_SANDBOX_H
#define MOTCUA_SANDBOX_H

#include "daemon/net/http_server.h"
#include "daemon/net/http_client.h"

struct sandbox;

struct sandbox_account { /* what the emulated platform knows of one OA or page */
	const char *channel, *id, *app_id, *app_secret, *oa_secret, *page_token, *verify_token, *refresh_token;
};

struct sandbox_options {
	const char *listen;      /* "127.0.0.1:8081"; anything but loopback is refused */
	const char *webhook_base; /* "http://127.0.0.1:8080": deliveries go to <base>/webhook/<channel> */
	const struct sandbox_account *accounts;
	size_t account_count;
	double time_scale;       /* 1: real retry schedule; 1000: 30 s become 30 ms */
	uint32_t seed;           /* for faults */
};

enum err sandbox_open(struct loop *loop, const struct sandbox_options *o, struct sandbox **ret_sandbox, struct why *why);
const char *sandbox_address(const struct sandbox *s);

/* Plays the fault `name` (faults.def) with that probability; ERR_NOT_FOUND. */
enum err sandbox_fault(struct sandbox *s, const char *name, double probability);
void sandbox_close(struct sandbox *s, void (*closed_cb)(void *arg), void *arg);

#endif
