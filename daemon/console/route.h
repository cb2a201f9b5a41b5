/* route.h - the table of routes (routes.def), and which one a request means. Pure. */
#ifndef MOTCUA_CONSOLE_ROUTE_H
#define MOTCUA_CONSOLE_ROUTE_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"
#include "daemon/console/role.h"

#define API_PREFIX "/console/api/"
#define ROUTE_PARAMS 2
#define PARAM_MAX 128                     /* bytes of an id in a path */
#define ROUTE_OPEN 0                      /* roles: also for who is not signed in */
#define ROUTE_FIRST (ROLE_ANY | 1u << 31) /* roles: any, and also with a one-time password */

struct call;

/* Where it stands whose a thing that a route writes is (whose.h). */
enum whose {
	WHOSE_NOBODYS, /* it writes no knowledge */
	WHOSE_UNIT,    /* "unit" in the body */
	WHOSE_RECORD,  /* the record in the path, as a whole */
	WHOSE_VERSION, /* the version in the path */
	WHOSE_NAMED,   /* "version" in the body */
};

struct route {
	const char *method,
		*path;  /* "records/:id/history": ":…" stands for one piece, handed over as call.param */
	unsigned roles; /* any of these; ROUTE_OPEN */
	bool raw;       /* the body is octets, no JSON */
	bool slow;      /* takes seconds: one after the other, in a thread of their own */
	enum whose whose;
	enum err (*handler)(struct call *c);
};

extern const struct route routes[]; /* ends with a NULL path */

/* `path` behind API_PREFIX. HEAD is GET. ERR_NOT_FOUND: no such path; ERR_FORMAT: not with that method. Params in `a`. */
enum err route_find(struct arena *a, const char *method, const char *path, const struct route **ret_route,
	const char *ret_params[ROUTE_PARAMS]);

#endif
