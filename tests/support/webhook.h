/* webhook.h - webhooks as the platforms would send them: body, signature, and the POST from the test's own loop. */
#ifndef MOTCUA_TEST_WEBHOOK_H
#define MOTCUA_TEST_WEBHOOK_H

#include "daemon/net/http_client.h"

#define WEBHOOK_BODY_MAX 65536

struct webhook_post {
	char body[WEBHOOK_BODY_MAX];
	char header[160]; /* the signature's value; "" for none */
	const char *path;
	bool done;
	long status; /* 0: no answer */
	char answer[512];
};

void webhook_sign_zalo(
	struct webhook_post *p, const char *app_id, const char *timestamp, const char *oa_secret);
void webhook_sign_facebook(struct webhook_post *p, const char *app_secret);

/* One text of a citizen's, signed. */
void webhook_zalo_text(struct webhook_post *p, const char *app_id, const char *oa_secret, const char *oa,
	const char *user, const char *msg_id, int64_t time_ms, const char *text);
void webhook_facebook_text(struct webhook_post *p, const char *app_secret, const char *page, const char *user,
	const char *mid, int64_t time_ms, const char *text);

/* Begins the POST to `base`; `p->done` turns true on the loop. */
void webhook_begin(struct webhook_post *p, struct http_client *client, const char *base);
/* The same, and runs the loop until the answer: its status. */
long webhook_send(struct webhook_post *p, struct loop *loop, struct http_client *client, const char *base);

#endif
