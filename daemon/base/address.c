#include "daemon/base/address.h"

#include <string.h>

bool address_is_local(const struct http_request *in)
{
	const char *peer = in->peer ? in->peer : "";

	return strncmp(peer, "127.", 4) == 0 || strcmp(peer, "::1") == 0 ||
	       strncmp(peer, "::ffff:127.", 11) == 0 || strncmp(peer, "unix", 4) == 0;
}

const char *address_of(struct arena *a, const struct http_request *in)
{
	const char *forwarded = address_is_local(in) ? http_header(in, "X-Forwarded-For") : NULL;
	const char *last = forwarded ? strrchr(forwarded, ',') : NULL;

	if (!forwarded)
		return in->peer ? in->peer : "";
	last = last ? last + 1 : forwarded;
	last += strspn(last, " \t");
	return arena_copy(a, last, strcspn(last, " \t"));
}
