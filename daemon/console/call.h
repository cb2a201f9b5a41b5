/* call.h - what a handler sees of one request, and how it takes members from it and answers. One thread.
 *
 * A handler returns OK once it has answered, be it with a refusal; another error is answered for it (ERR_NOT_FOUND 404,
 * ERR_EXISTS 409, ERR_FORMAT 400, ERR_BUSY 503, …) and logged when it is ours. Members are added to call.json, an object;
 * the `take_` and `want_` functions refuse by themselves and then say false: the handler returns OK. */
#ifndef MOTCUA_CONSOLE_CALL_H
#define MOTCUA_CONSOLE_CALL_H

#include "daemon/console/console.h"
#include "daemon/console/route.h"
#include "daemon/store/store_audit.h"
#include "daemon/store/store_staff.h"

#include <cjson/cJSON.h>

#define CALL_ARENA ((size_t)64 << 20)
#define BODY_MAX CONSOLE_BODY_MAX
#define BODY_DEPTH 32
#define PAGE_SIZE_MAX 200

struct call {
	struct desk *desk;
	const struct console_options *o;
	struct store_reader *reader;
	const struct http_request *in;
	struct console_answer *out;
	const struct route *route;
	const char *param[ROUTE_PARAMS];
	cJSON *body;          /* an object; NULL with GET and raw routes */
	cJSON *json;          /* the answer, an object */
	struct arena arena;
	bool signed_in;
	struct session session;
	const char *token;    /* of the session's cookie: secret */
	unsigned roles;
	int64_t now_ms;
	char today[11];       /* in Vietnam */
};

/* --- Answers --- */

/* {"error":{"code","message","field"}}; the message is the sentence of that name. `field` may be NULL. Returns OK. */
enum err call_refuse(struct call *c, int status, const char *code, const char *field);
/* The same with other words than the code's. */
enum err call_refuse_with(struct call *c, int status, const char *code, const char *words, const char *field);
const char *call_sentence(const struct call *c, const char *name);
void call_header(struct call *c, const char *name, const char *value); /* borrowed, or in out->arena */

/* What cannot be put for want of memory is remembered, and the answer becomes a 500: nothing lacks silently. An object or list that
 * is NULL takes nothing. */
void put_text(cJSON *object, const char *name, const char *text); /* NULL: null */
void put_number(cJSON *object, const char *name, int64_t number);
void put_share(cJSON *object, const char *name, double share); /* 0…1 */
void put_bool(cJSON *object, const char *name, bool value);
void put_json(cJSON *object, const char *name, const char *json); /* as our databases have it; NULL: null */
cJSON *put_item(cJSON *object, const char *name, cJSON *item);    /* takes the item; NULL: it is gone */
cJSON *put_object(cJSON *object, const char *name);
cJSON *put_list(cJSON *object, const char *name);
cJSON *list_add(cJSON *list, cJSON *item); /* takes the item; NULL: it is gone */
cJSON *list_object(cJSON *list);           /* a new object at its end */
void list_text(cJSON *list, const char *text);
bool json_whole(void); /* since it was asked the last time, in this thread */

/* --- What was asked for --- */

const char *call_query(struct call *c, const char *name); /* clean text; NULL when absent or empty */

struct page {
	size_t number, size, skip;
};
bool take_page(struct call *c, struct page *ret_page); /* ?page=1&size=50 */
/* Adds "items" (its list is returned), "total", "page", "size". */
cJSON *put_page(struct call *c, const struct page *page, size_t total);

bool call_id(struct call *c, size_t param, int64_t *ret_id); /* a row's number in the path; refuses 404 */

/* --- Members of the body --- */

/* Clean, in NFC, blanks at its ends gone, at most `max` bytes. `want_`: it must be there and not empty. `take_`: NULL when
 * absent, null or empty. */
bool clean_text(struct call *c, const char *raw, const char **ret_text); /* any text so cleaned; false: out of memory */
bool want_text(struct call *c, const char *name, size_t max, const char **ret_text);
bool take_text(struct call *c, const char *name, size_t max, const char **ret_text);
bool take_bool(struct call *c, const char *name, bool fallback, bool *ret_value);
bool take_number(struct call *c, const char *name, int64_t min, int64_t max, int64_t fallback, int64_t *ret_value);
bool take_day(struct call *c, const char *name, const char **ret_day); /* "2026-07-01" */
bool is_day(const char *text);
#define DAY_MS ((int64_t)24 * 3600 * 1000)
int64_t day_begin_ms(const char *day); /* its first moment in Vietnam; of an is_day() */

/* JSON text → an object with at most BODY_DEPTH levels, valid UTF-8, no NUL. NULL when it is not. cJSON_Delete() it. */
cJSON *body_parse(const char *text, size_t len);

/* --- Writing state.db --- */

/* Runs the job and adds the line to the audit trail, in one transaction; `run` may be NULL. `detail` is taken and freed. */
enum err call_write(struct call *c, store_job run, void *arg, const char *what, const char *object, cJSON *detail);
/* Only the line, for what was done elsewhere: that it cannot be written is logged, the deed is done. */
void call_audit(struct call *c, const char *what, const char *object, cJSON *detail);

#endif
