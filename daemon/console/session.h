/* session.h - cookie, CSRF token, where a request comes from. The token is 32 random bytes and lives in the cookie only;
 * state.db has its hash, and the CSRF token is another hash of it, so that neither can be made from the other. */
#ifndef MOTCUA_CONSOLE_SESSION_H
#define MOTCUA_CONSOLE_SESSION_H

#include "daemon/console/call.h"

#define SESSION_COOKIE "motcua_session"
#define TOKEN_SIZE 44 /* base64url of 32 bytes, NUL */

/* Fills signed_in, session, roles, token when the cookie names a session that has not expired. ERR_STORE and such only. */
enum err session_find(struct call *c);

/* What a request that writes must show; refuses and says false: right content type, from our own pages, with the session's
 * CSRF token (when signed in). */
bool session_allows(struct call *c);

enum err session_begin(struct call *c, const char *name); /* a new one: row, cookie, call.session */
void session_cookie_end(struct call *c);                  /* the browser forgets it */
const char *session_csrf(struct call *c, const char *token); /* in the call's arena; NULL: out of memory */

const char *cookie_value(struct arena *a, const char *header, const char *name); /* NULL when it is not there */

#endif
