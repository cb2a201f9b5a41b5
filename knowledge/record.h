/* record.h - one record as its version's JSON holds it, in C. Pure.
 *
 * The JSON is the national database's shape (procedures.jsonl: code, name, field, level[], agency, steps,
 * submission[{mode, time_limit, fee, note}], documents[{group, name, originals, copies}], applicant, result,
 * legal_basis[], conditions, url, decision, …) plus `kind` for the others. Members we do not know are kept in
 * the JSON and ignored here. */
#ifndef MOTCUA_RECORD_H
#define MOTCUA_RECORD_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum record_kind { KIND_PROCEDURE, KIND_HOTLINE, KIND_OFFICE, KIND_GUIDE, KIND_FAQ, KIND_UNIT, KIND_COUNT };
const char *record_kind_name(enum record_kind kind); /* "procedure", … */
bool record_kind_from(const char *name, enum record_kind *ret_kind);

/* For an id that is new: ERR_FORMAT when it looks like a telephone or another personal number. A button carries the id, and
 * what comes back from a button is masked like what a citizen types, so it would not be found again. ERR_NOMEM. */
enum err record_id_check(const char *id);

struct fee {
	int64_t amount_vnd; /* first amount in đồng the text allows; 0 with `free`; -1: none could be read */
	bool free;          /* "Miễn phí": the portal says so; officials also leave 0 for "not entered" */
	bool unclear; /* "(không rõ đơn vị tiền)" or an amount without a unit: never shown as an amount */
};

struct submission {
	const char *mode;                    /* "trực tuyến", "trực tiếp", "bưu chính" */
	const char *time_limit, *fee, *note; /* NULL when the record says nothing */
	struct fee money;
	const char *
		fee_until; /* "2026-12-31": the last day the fee text itself names for what it says; NULL: none */
};

struct document {
	const char *group; /* the case it is for; NULL: every case */
	const char *name;
	int originals, copies;
	const char *form; /* name or link of the form, NULL */
};

struct record {
	enum record_kind kind;
	const char *id, *code; /* code is NULL for kinds that have none */
	const char *name;      /* official title; for a faq its question */
	const char *everyday;  /* ours: what citizens call it; NULL */
	const char *field;
	const char **levels;
	size_t level_count;
	const char *agency, *authority, *address, *applicant, *result, *conditions, *steps, *decision, *url;
	struct submission *submissions;
	size_t submission_count;
	struct document *documents;
	size_t document_count;
	const char **legal_basis;
	size_t legal_count;
	/* hotline, office, guide, faq */
	const char **phones;
	size_t phone_count;
	const char *email, *scope, *hours;
	const char *text; /* guide: the steps; faq: the answer */
	/* of the version it came from */
	int64_t version;
	int64_t bases[2]; /* the versions it inherits from, nearest first; 0: none */
	const char *valid_from,
		*valid_to; /* "2026-07-01"; valid_to is the first day it no longer holds; NULL: open */
	const char *decision_no, *decision_date, *source, *source_date;
	const char *change;      /* "new", "amended", "replaced", "abolished" */
	const char *replaced_by; /* record id */
};

/* JSON object → record; strings in `a`. `why` names the member that is wrong. Does not fill version and
 * validity. */
enum err record_parse(
	struct arena *a, const char *json, size_t len, struct record *ret_record, struct why *why);

/* A record of its own in `a`: it shares nothing with `record`. ERR_NOMEM only. */
enum err record_copy(struct arena *a, const struct record *record, struct record *ret_record);

/* What a fee text says, in numbers. */
struct fee fee_parse(const char *text);

/* "… đến hết ngày 31/12/2026 …" → true and "2026-12-31": the last day such a text names. */
bool fee_last_day(const char *text, char ret_day[11]);

/* What of a fee text holds on `as_of`: exemptions and discounts whose days have passed are taken out; *ret_text is NULL when
 * the fee itself held only until a day before. What cannot be told apart stays as it is, with its days. In `a`. ERR_NOMEM only. */
enum err fee_on(struct arena *a, const char *text, const char *as_of, const char **ret_text);

#endif
