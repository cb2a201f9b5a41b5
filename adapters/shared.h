/* shared.h - what every platform's adapter needs beside its wire format. Pure. */
#ifndef MOTCUA_ADAPTERS_SHARED_H
#define MOTCUA_ADAPTERS_SHARED_H

#include "adapters/adapter.h"
#include "daemon/base/buf.h"

/* The platform's word for an event, if it is fit for logs and counters, else "unknown". */
const char *adapter_event_name(const char *name);

/* "#tt:1.004194": one of our buttons, tapped or typed. */
bool adapter_is_payload(const char *text);

size_t adapter_text_limit(const struct account *account, size_t max);

/* At most `max` UTF-16 units, cut behind a word and ended with "…"; NULL without memory. */
const char *adapter_title(struct arena *a, const char *title, size_t max);

/* "0912 345 678" → "84912345678" in quotes, behind `plus` ("+" or ""); short numbers stay as they are. */
void adapter_quote_phone(struct buf *b, const char *phone, const char *plus);

/* The finished buffer as a body in the arena; releases the buffer. */
enum err adapter_body(struct arena *a, struct buf *b, struct bytes *ret_body);

/* One row of a platform's table of errors. */
struct adapter_error {
	long code, subcode; /* subcode 0: any */
	enum verdict_class class;
	enum { ALARM = 1, STOP = 2, UNREACHABLE = 4, OUTSIDE = 8 } flags;
	unsigned tries_max;
	int64_t wait_ms;
};

/* Fills the verdict from the first row that fits, else a dead letter with alarm. */
void adapter_judge(
	const struct adapter_error *rows, size_t count, long code, long subcode, struct verdict *v);

/* What came instead of an answer of the platform: connection, time, gateway. */
void adapter_judge_transport(const struct http_result *result, struct verdict *v);

/* The platform's own words: printable, cut, and without anything long enough to be a token. */
void adapter_words(struct verdict *v, const char *message);

#endif
