/* grant.h - Zalo's OAuth v4 as bytes (platforms.md 2.13): the renewal, and what its answer means. Pure. */
#ifndef MOTCUA_GRANT_H
#define MOTCUA_GRANT_H

#include "adapters/adapter.h"

enum grant_end {
	GRANT_GIVEN,   /* tokens came */
	GRANT_LATER,   /* the same refresh token may be tried again */
	GRANT_LOST,    /* the same, but the answer is lost: perhaps the platform has spent it already */
	GRANT_REFUSED, /* an administrator has to consent again */
};

struct grant {
	enum grant_end end;
	const char *access, *refresh; /* GRANT_GIVEN; refresh NULL: the old one stays */
	int64_t life_ms;              /* of the access token */
	char words[160];              /* otherwise: why, without secrets */
};

enum err grant_encode(struct arena *a, const struct account *account, const char *refresh_token,
	struct http_call *ret_call);
void grant_judge(struct arena *a, const struct http_result *result, struct grant *ret_grant);

#endif
