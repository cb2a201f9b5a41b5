#include "daemon/console/route.h"

#include <string.h>

#define ROUTE(method, path, roles, handler) enum err api_##handler(struct call *c);
#define RAW_ROUTE ROUTE
#define SLOW_ROUTE ROUTE
#define UNIT_ROUTE(method, path, roles, whose, handler) ROUTE(method, path, roles, handler)
#include "daemon/console/routes.def"
#undef ROUTE
#undef RAW_ROUTE
#undef SLOW_ROUTE
#undef UNIT_ROUTE

#define ANY(method, path, roles, raw, slow, whose, handler)                                                  \
	{method, path, roles, raw, slow, WHOSE_##whose, api_##handler},
#define ROUTE(method, path, roles, handler) ANY(method, path, roles, false, false, NOBODYS, handler)
#define RAW_ROUTE(method, path, roles, handler) ANY(method, path, roles, true, false, NOBODYS, handler)
#define SLOW_ROUTE(method, path, roles, handler) ANY(method, path, roles, false, true, NOBODYS, handler)
#define UNIT_ROUTE(method, path, roles, whose, handler) ANY(method, path, roles, false, false, whose, handler)
const struct route routes[] = {
#include "daemon/console/routes.def"
	{NULL, NULL, 0, false, false, WHOSE_NOBODYS, NULL},
};
#undef ANY
#undef ROUTE
#undef RAW_ROUTE
#undef SLOW_ROUTE
#undef UNIT_ROUTE

/* One piece of each, up to the next slash. */
static bool piece_fits(const char *pattern, size_t pattern_len, const char *path, size_t len)
{
	if (pattern[0] == ':')
		return len > 0 && len <= PARAM_MAX;
	return pattern_len == len && memcmp(pattern, path, len) == 0;
}

static bool path_fits(
	struct arena *a, const char *pattern, const char *path, const char *ret_params[ROUTE_PARAMS])
{
	size_t count = 0;

	for (;;) {
		size_t pattern_len = strcspn(pattern, "/"), len = strcspn(path, "/");

		if (!piece_fits(pattern, pattern_len, path, len))
			return false;
		if (pattern[0] == ':')
			ret_params[count++] = arena_copy(a, path, len);
		pattern += pattern_len;
		path += len;
		if (!*pattern || !*path)
			return *pattern == *path;
		pattern++;
		path++;
	}
}

enum err route_find(struct arena *a, const char *method, const char *path, const struct route **ret_route,
	const char *ret_params[ROUTE_PARAMS])
{
	enum err err = ERR_NOT_FOUND;

	if (strcmp(method, "HEAD") == 0)
		method = "GET";
	for (const struct route *r = routes; r->path; r++) {
		const char *params[ROUTE_PARAMS] = {NULL, NULL};

		if (!path_fits(a, r->path, path, params))
			continue;
		err = ERR_FORMAT;
		if (strcmp(r->method, method) != 0)
			continue;
		memcpy(ret_params, params, sizeof params);
		*ret_route = r;
		return OK;
	}
	return err;
}
