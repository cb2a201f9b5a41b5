/* daemon.h - the daemon in memory: all of `motcua serve` in the test's own thread and folder, on free ports, against a platform
 * that answers as told (platform.h). One Zalo account and one Facebook page; knowledge from tests/golden/knowledge.jsonl. */
#ifndef MOTCUA_TEST_DAEMON_H
#define MOTCUA_TEST_DAEMON_H

#include "config/config.h"
#include "daemon/cli/serve.h"
#include "daemon/store/store_outbox.h"
#include "tests/support/platform.h"
#include "tests/support/webhook.h"

#define DAEMON_OA "579745863508352884"
#define DAEMON_PAGE "104857600000001"

struct daemon {
	char dir[64], base[80]; /* "http://127.0.0.1:PORT", while it runs */
	struct loop *loop;
	struct http_client *client; /* the test's own */
	struct platform platform;
	struct account accounts[2]; /* Zalo, Facebook */
	struct config config;       /* may be changed before daemon_start() */
	struct serve *serve;        /* NULL while stopped */
	struct store_reader *reader;
	struct arena arena;
	struct webhook_post post; /* the last one of daemon_zalo() and daemon_facebook() */
};

/* The folder, the platform and a knowledge.db; nothing runs yet. */
void daemon_open(struct daemon *d);
void daemon_close(struct daemon *d); /* stops it when it runs; the folder goes */

void daemon_start(struct daemon *d);
bool daemon_stop(struct daemon *d); /* as SIGTERM does; false: not all had ended in time */

/* A signed text of a citizen's; the HTTP status of the answer. */
long daemon_zalo(struct daemon *d, const char *user, const char *msg_id, const char *text);
long daemon_facebook(struct daemon *d, const char *user, const char *mid, const char *text);
long daemon_repeat(struct daemon *d); /* the last one again, byte for byte */
long daemon_get(struct daemon *d, const char *path, char *ret_body, size_t size);

/* Runs the loop until the platform was sent to that often; asserts that it happens. */
void daemon_until_sent(struct daemon *d, size_t sends);
/* Runs the loop until no event waits for its turn and no reply is due or being sent. */
void daemon_settle(struct daemon *d);

size_t daemon_waiting(struct daemon *d);                           /* events without their turn */
int64_t daemon_replies(struct daemon *d, enum outbox_state state); /* rows in that state */

#endif
