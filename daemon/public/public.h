/* public.h - pages anybody may read, without script: the state of a case or of a question by its code, and the answers that were
 * published. No personal data is on them: of a case its days, its state and staff's words. Loop thread.
 *   GET /cases            a form for a code, and with ?code= what it stands for
 *   GET /cases/K7M4XR     the same
 *   GET /answers?q=&page= published answers, newest first; words are found with and without their marks
 * Whoever tries codes is told to wait: CODE_FAILURES unknown ones from an address within CODE_WINDOW_MS. */
#ifndef MOTCUA_PUBLIC_H
#define MOTCUA_PUBLIC_H

#include "daemon/net/http_server.h"
#include "daemon/turn/turns.h"

#define CODE_FAILURES 20
#define CODE_WINDOW_MS ((int64_t)15 * 60 * 1000)

struct public;

struct public_options {
	struct loop *loop;
	const char *state_path;
	struct turns *turns; /* whose search threads compose a record's answer; closed after this */
	const struct phrases *phrases;
	const struct accounts *accounts;
};

enum err public_open(const struct public_options *o, struct public **ret_public, struct why *why);
/* After the server, before the turns: what is under way is answered, nothing is asked of the search threads any more. */
void public_stop(struct public *p);  /* NULL is fine, as below */
void public_close(struct public *p); /* after the turns */

void public_http(void *public, const struct http_request *req, struct http_exchange *x); /* an http_handler, for all of them */

#endif
