/* sandbox_internal.h - what the files of the sandbox share.
 *   sandbox.c   opening, closing, routes      memory.c   citizens and what was said, bounded
 *   zalo.c      Zalo's side                   webhook.c  deliveries to the daemon: signed, repeated, switched off
 *   graph.c     Messenger's side              fault.c    bad days: which fault, and how the answer goes out
 *   seal.c      signatures and tokens         api.c      JSON for the page and the tests; page.c: its files
 *   send.c      what both Send APIs share */
#ifndef MOTCUA_SANDBOX_INTERNAL_H
#define MOTCUA_SANDBOX_INTERNAL_H

#include "daemon/base/map.h"
#include "daemon/sandbox/sandbox.h"

#include <cjson/cJSON.h>

#define FAULT(name, where, words) FAULT_##name,
enum fault {
#include "daemon/sandbox/faults.def"
	FAULT_COUNT,
	FAULT_NONE = FAULT_COUNT
};
#undef FAULT

enum fault_where { WHERE_SEND, WHERE_BUTTONS, WHERE_OAUTH, WHERE_WEBHOOK };

struct fault_setting {
	double probability;
	unsigned next;   /* the next n are hit, whatever the probability */
	uint64_t played; /* since start or reset */
};

enum echo_when { ECHO_AFTER, ECHO_BEFORE, ECHO_OFF }; /* against the answer of the Send API */

struct place { /* one OA or page as the platform keeps it */
	struct sandbox *sandbox;
	struct sandbox_account conf; /* strings in the sandbox's arena; "" for what is not there */
	bool is_zalo;
	bool webhook_off; /* given up after the last repetition */
	uint64_t webhook_acked, webhook_repeated, webhook_given_up;
	unsigned webhook_pending;
	struct delivery *held; /* fault "reversed": waits for the next one */
	/* Zalo's tokens: each renewal is a generation; see seal.c */
	uint64_t generation, expired_up_to, revoked_up_to;
	int64_t rate_minute; /* calls are counted per minute */
	unsigned rate_count;
};

struct citizen {
	struct map_node node;
	struct place *place;
	char *id;
	char *conversation_id; /* anonymous visitors of Zalo; NULL */
	int64_t last_ms;       /* last interaction */
	bool following, unreachable;
};

enum said_by { BY_CITIZEN, BY_BOT, BY_STAFF };
enum said_state {
	SAID_SENDING,  /* the webhook is on its way */
	SAID_ACKED,    /* the daemon said 200 */
	SAID_REPEATED, /* it did not, and will be asked again */
	SAID_GIVEN_UP, /* no more repetitions; or the webhook is off */
	SAID_SHOWN,    /* a bot's message, delivered to the citizen */
};

struct said { /* one message, either way; allocated with its strings */
	uint64_t seq;
	int64_t time_ms;
	struct place *place;
	enum said_by by;
	enum said_state state;
	enum fault fault;   /* FAULT_NONE, or what happened to the answer */
	unsigned attempts;  /* deliveries of the webhook */
	const char *user, *id, *kind, *text, *payload, *buttons; /* buttons: a JSON array, or NULL */
	size_t size;
};

struct sandbox {
	struct loop *loop;
	struct arena arena; /* lives as long as the sandbox */
	struct http_server *server;
	struct http_client *client;
	const char *webhook_base;
	double time_scale;
	uint64_t random;
	struct place *places;
	size_t place_count;
	struct map citizens;
	struct citizen **citizen_list;
	size_t citizen_count;
	struct said **said; /* ring by seq % SAID_MAX */
	uint64_t said_first, said_next; /* seq of the oldest kept, seq of the next */
	size_t said_bytes;
	uint64_t id_count;
	struct fault_setting faults[FAULT_COUNT];
	int64_t slow_ms;
	enum echo_when echo;
	bool receipts, proof_required;
	unsigned rate_per_minute;  /* Zalo; 0: no limit */
	struct delivery *deliveries; /* all that are not settled */
	struct hanging *hanging;     /* answers that wait, for a while or for good */
	bool closing;
	void (*closed_cb)(void *arg);
	void *closed_arg;
};

/* --- seal.c --- */
#define HEX_SIZE 65 /* a SHA-256 as text */
void seal_zalo(const struct place *p, struct bytes body, const char *timestamp, char ret_mac[HEX_SIZE]);
void seal_hmac(const char *key, struct bytes data, char ret_hex[HEX_SIZE]);
enum token_state { TOKEN_GOOD, TOKEN_EXPIRED, TOKEN_INVALID };
char *token_access(struct arena *a, const struct place *p, int64_t now_ms);
char *token_refresh(struct arena *a, const struct place *p);
enum token_state token_access_check(struct place *p, const char *token, int64_t now_ms);
bool token_refresh_take(struct place *p, const char *token); /* each works once; begins the next generation */

/* --- memory.c --- */
enum { SAID_MAX = 100000 };
struct citizen *citizen_find(const struct place *p, const char *id);
struct citizen *citizen_meet(struct place *p, const char *id); /* made when new; NULL when out of memory */
void citizens_free(struct sandbox *s);
struct said *said_add(struct place *p, enum said_by by, const struct said *what); /* NULL when out of memory */
struct said *said_get(const struct sandbox *s, uint64_t seq);                     /* NULL when forgotten */
void said_free_all(struct sandbox *s);
const char *sandbox_new_id(struct sandbox *s, struct arena *a, const char *prefix);
struct place *place_find(struct sandbox *s, const char *channel, const char *id); /* id NULL: the first of that channel */

/* --- webhook.c --- */
/* Takes `body` (malloc). done_cb (may be NULL) runs once it is settled for the first time: answered or failed. */
void webhook_deliver(struct place *p, char *body, const char *timestamp, uint64_t seq, void (*done_cb)(void *arg), void *arg);
void webhook_deliver_json(struct place *p, cJSON *event, uint64_t seq, void (*done_cb)(void *arg), void *arg); /* takes it */
void webhook_greet(struct place *p); /* as when the URL is saved: Zalo's `{}`, Facebook's challenge */
void webhook_cancel_all(struct sandbox *s);

/* --- fault.c --- */
enum fault fault_pick(struct sandbox *s, enum fault_where where);
const char *fault_name(enum fault fault);
bool fault_delivers(enum fault fault); /* false: the message does not reach the citizen */
void fault_answer(struct sandbox *s, struct http_exchange *x, enum fault fault, int status, const char *json);
void fault_cancel_all(struct sandbox *s);

/* --- send.c: what both Send APIs share --- */
struct sending { /* a message that passed every check */
	struct place *place;
	struct http_exchange *exchange;
	enum fault fault;
	struct said said;
	cJSON *answer;                 /* of the Send API; taken */
	cJSON *echo, *received, *seen; /* webhooks that follow; taken */
};
/* Records it, answers and echoes, in the order the sandbox is set to. */
void send_deliver(struct sending *m);
/* A button as the page shows it: appended to `buttons`. kind: "payload", "url", "phone". */
void send_button(cJSON *buttons, const char *kind, const char *title, const char *value);
void send_json(struct http_exchange *x, int status, cJSON *json); /* takes it */

/* --- zalo.c, graph.c --- */
struct saying { /* what a citizen or a staff member does, from the page or a test */
	const char *kind, *user, *text, *payload;
	bool quick_reply;
};
void zalo_routes_message(void *arg, const struct http_request *req, struct http_exchange *x);
void zalo_routes_anonymous(void *arg, const struct http_request *req, struct http_exchange *x);
void zalo_routes_token(void *arg, const struct http_request *req, struct http_exchange *x);
void graph_routes(void *arg, const struct http_request *req, struct http_exchange *x);
/* Delivers it to the daemon; ERR_FORMAT for a kind the platform does not have. */
enum err zalo_say(struct place *p, const struct saying *what, uint64_t *ret_seq);
enum err graph_say(struct place *p, const struct saying *what, uint64_t *ret_seq);
char *graph_escape(const char *json); /* as Meta writes JSON; malloc */

/* --- api.c, page.c --- */
void api_routes(void *arg, const struct http_request *req, struct http_exchange *x);
void page_routes(void *arg, const struct http_request *req, struct http_exchange *x);

static inline const char *json_text(const cJSON *object, const char *name) /* NULL when absent or no string */
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

#endif
