/* address.h - who sent a request. Pure. */
#ifndef MOTCUA_ADDRESS_H
#define MOTCUA_ADDRESS_H

#include "daemon/base/message.h"

/* By a process of this machine, a proxy for instance: only then what it says in X-Forwarded-… is believed. */
bool address_is_local(const struct http_request *in);

/* Behind a proxy on this machine the last address it was forwarded for. In `a` or the request; NULL: out of memory. */
const char *address_of(struct arena *a, const struct http_request *in);

#endif
