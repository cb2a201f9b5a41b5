/* facebook.h - parts of the Facebook adapter, a file each: facebook_events.c, facebook_usage.c; see adapter.h. */
#ifndef MOTCUA_FACEBOOK_H
#define MOTCUA_FACEBOOK_H

#include "adapters/adapter.h"

enum err facebook_parse(struct arena *a, const struct accounts *accounts, const struct account *signer,
	struct bytes body, struct events *ret_events);

/* Asks for the headers that tell how much of what the platform allows is used, and reads them: used_percent, wait_ms. */
void facebook_usage_wanted(struct http_call *call);
void facebook_usage(const struct http_result *result, struct verdict *v);

#endif
