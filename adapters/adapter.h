/* adapter.h - what a chat platform has to do. Pure: bytes in, bytes out, no clock, socket or file; a recorded
 * payload is a full test. Facts and their sources: the tables at the top of zalo.c and facebook.c. */
#ifndef MOTCUA_ADAPTER_H
#define MOTCUA_ADAPTER_H

#include "daemon/base/message.h"

enum buttons_mode { BUTTONS_AUTO, BUTTONS_ON, BUTTONS_OFF };

struct account { /* one OA or page, as configured; secrets are in memory only */
	const char *name; /* the operator's: [zalo NAME] */
	const struct adapter *adapter;
	const char *id;     /* OA id or page id */
	const char *app_id; /* Zalo: required. Facebook: optional, tells our echoes from those of other apps */
	const char *app_secret;
	const char *oa_secret;      /* Zalo: key of the webhook MAC; never the app secret by default */
	const char *verify_token;   /* Facebook: hub.verify_token */
	const char *page_token;     /* Facebook */
	const char *refresh_token;  /* Zalo: first one; the database has the newer */
	const char *api_base, *oauth_base; /* Zalo */
	const char *anonymous_path;        /* Zalo: "/v2.0/oa/message" */
	const char *graph_base, *graph_version; /* Facebook */
	const char *unit;                  /* administrative unit the account speaks for; NULL: nation */
	const char *ignore_prefix; /* Zalo: texts beginning so follow a shared contact card and are no question */
	bool signature_log_only;   /* first connection only: bad signatures get 200, are logged, and are not processed */
	bool appsecret_proof;      /* add the proof to each call */
	enum buttons_mode buttons;
	size_t text_limit;          /* UTF-16 units a part may have; default 1,900 */
	int64_t max_event_age_ms;   /* default 26 h */
};

struct accounts {
	const struct account *items;
	size_t count;
};

struct recipient {
	const char *user;
	const char *conversation_id; /* anonymous Zalo visitors, else NULL */
};

enum part_form {
	FORM_FULL,  /* buttons as the platform has them */
	FORM_PLAIN, /* text only; buttons become a numbered menu at the end of the text */
};

enum verdict_class {
	VERDICT_SENT,
	VERDICT_LATER,     /* back off, then again */
	VERDICT_SLOW_DOWN, /* the same, and slow every send of this account */
	VERDICT_RENEW,     /* renew the access token, then once more */
	VERDICT_PLAIN,     /* the platform refuses this shape: once more as FORM_PLAIN; remember it for the account */
	VERDICT_UNKNOWN,   /* it may have arrived: never blindly again */
	VERDICT_DEAD,      /* dead letter */
};

struct verdict {
	enum verdict_class class;
	const char *message_id; /* VERDICT_SENT: the platform's id; may be NULL */
	long code, subcode;     /* the platform's error, 0 for none */
	bool alarm;             /* an operator must act (token, permission, package, wrong parameter) */
	bool stop_account;      /* stop sending for this account until someone acted (token invalid) */
	bool unreachable;       /* this citizen cannot be written to */
	bool outside_window;
	int64_t wait_ms;        /* VERDICT_LATER, VERDICT_SLOW_DOWN: at least this long; 0: the usual back-off */
	unsigned used_percent;  /* of the calls the platform allows in a while, as it says with each answer; 0: it did not */
	unsigned tries_max;     /* VERDICT_LATER, VERDICT_SLOW_DOWN: attempts in all; 0: the usual five */
	char words[160];        /* for the log and the dead letter; no token, no citizen's words */
};

struct adapter {
	const char *name;  /* "zalo"; also the path, /webhook/zalo, and the configuration section */
	const char *title; /* "Zalo" */
	int64_t window_ms; /* a citizen may be answered this long after the last interaction */
	size_t buttons_max;  /* that a message can show; more become a numbered menu */
	unsigned per_second_max;   /* sends a second and account that the platform surely takes (platforms.md 2.11, 3.8) */
	int64_t answer_max_age_ms; /* bot answers older than this are dropped by default (platforms.md 2.9, 3.6) */

	/* Before parse(). OK: *ret_account is one whose secret signed it; only accounts of the same app may stand in the body.
	 * ERR_SIGNATURE; ERR_FORMAT for what no platform sends (no JSON object). Probes (Zalo's `{}`) are OK with
	 * *ret_account NULL. `now_ms` is for the age limit. */
	enum err (*verify)(const struct accounts *accounts, const struct http_request *req, int64_t now_ms,
		const struct account **ret_account, struct why *why);

	/* The GET that saves the webhook URL. OK and *ret_body is what to answer with 200; ERR_PERMISSION: 403. */
	enum err (*greet)(struct arena *a, const struct accounts *accounts, const struct http_request *req,
		const char **ret_body);

	/* Body → events in order. Unknown members and events are EVENT_OTHER, never an error. `signer` is what verify()
	 * gave. ERR_FORMAT: no JSON object; ERR_NOMEM. */
	enum err (*parse)(struct arena *a, const struct accounts *accounts, const struct account *signer, struct bytes body,
		struct events *ret_events);

	/* Reply → parts by the platform's limits: NFC, UTF-16 units, never inside a word, URL or number; buttons and their
	 * numbered form fit on the last part. At least one part; ERR_FORMAT for an empty text. */
	enum err (*split)(struct arena *a, const struct account *account, const struct reply *reply, struct parts *ret_parts);

	/* Part → call. `ref` ("outbox-id.part") comes back in the echo where the platform allows it. */
	enum err (*encode)(struct arena *a, const struct account *account, const struct recipient *to, const struct part *part,
		enum part_form form, const char *access_token, const char *ref, struct http_call *ret_call);

	/* What the platform said about a call. */
	void (*judge)(struct arena *a, const struct http_result *result, struct verdict *ret_verdict);
};

extern const struct adapter adapter_zalo, adapter_facebook;

/* The table of platforms, ends with NULL. */
extern const struct adapter *const adapters[];
const struct adapter *adapter_by_name(const char *name); /* NULL when unknown */

#endif
