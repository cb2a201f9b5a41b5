/* facebook.h - the half of the Facebook adapter that reads webhook bodies; see adapter.h. */
#ifndef MOTCUA_FACEBOOK_H
#define MOTCUA_FACEBOOK_H

#include "adapters/adapter.h"

enum err facebook_parse(struct arena *a, const struct accounts *accounts, const struct account *signer,
	struct bytes body, struct events *ret_events);

#endif
