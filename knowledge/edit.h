/* edit.h - a version on its way: draft → in review → published, or given up. What the console writes with; import.h has a way
 * of its own. Nothing is deleted: a draft given up and a version replaced on its first day stay as "withdrawn".
 *
 *   edit_create, edit_draft, edit_rollback   begin a draft; one open draft a record and unit
 *   edit_save                                again and again; each save counts `revision` on
 *   edit_submit, edit_return, edit_withdraw  to review; back with a note; given up
 *   edit_approve                             published: in force from its first day on, planned when that lies ahead
 *
 * A unit's draft on a record it inherits keeps only what differs from its province's or the nation's (merge.h); an empty one
 * goes back to inheriting everything. Each function is one transaction with the index in it: killed at any moment, it has
 * happened wholly or not at all. One thread at a time. Handed-out texts live until the next call with the same edit. */
#ifndef MOTCUA_EDIT_H
#define MOTCUA_EDIT_H

#include "knowledge/version_row.h"

struct edit;
enum err edit_open(const char *database, struct edit **ret_edit, struct why *why); /* created when missing */
void edit_close(struct edit *e);                                                   /* NULL is fine */

struct kdb;
enum err edit_attach(struct kdb *k, struct edit **ret_edit, struct why *why); /* edit_close() closes `k` */

struct edit_by {
	const char *who; /* account of the person */
	int64_t now_ms;
	bool two_persons; /* nobody publishes what they wrote */
	const char
		*what; /* "version.save": kept with the deed for the audit trail (deed.h); NULL: nothing is */
	const char *detail; /* of edit_own(), a JSON object; of a version it is made */
};

/* TROUBLE(name, word): why it was refused, in a word the console has a sentence for. */
#define EDIT_TROUBLES(TROUBLE)                                                                               \
	TROUBLE(NONE, "none")                                                                                \
	TROUBLE(INVALID, "invalid")       /* `member` is wrong: `detail` */                                  \
	TROUBLE(NOT_FOUND, "not_found")   /* no such record, version or unit */                              \
	TROUBLE(EXISTS, "exists")         /* a record of that id is there already */                         \
	TROUBLE(OPEN_DRAFT, "open_draft") /* `version`: the draft that is open already */                    \
	TROUBLE(CONFLICT, "conflict")     /* `version` was saved meanwhile: look at its difference */        \
	TROUBLE(STATE, "state")           /* the version is in another state than this needs */              \
	TROUBLE(OWN_DRAFT, "own_draft")   /* two persons are required */                                     \
	TROUBLE(STALE, "stale")         /* written from another version than `version`, in force that day */ \
	TROUBLE(OVERLAP, "overlap")     /* `version`, planned, begins (`detail`) before the end asked for */ \
	TROUBLE(INHERITED, "inherited") /* units say members of it otherwise: `detail` names them */         \
	TROUBLE(UNCHANGED, "unchanged") /* says what is in force already */

#define EDIT_TROUBLE(name, word) EDIT_##name,
enum edit_trouble_kind { EDIT_TROUBLES(EDIT_TROUBLE) EDIT_TROUBLE_COUNT };
const char *edit_trouble_word(enum edit_trouble_kind kind);

struct edit_trouble {
	enum edit_trouble_kind kind;
	int64_t version;  /* 0: none */
	char member[48];  /* "valid_from", "documents.name"; "" for the whole */
	char detail[160]; /* for the operator's eye, in English; days and unit codes for the sentence */
};

struct edit_text {          /* NULL or 0: nothing said */
	const char *body;   /* JSON object of official members (record.h); NULL: as `base` has it */
	const char *change; /* NULL: "new" without a base, else "amended" */
	const char *valid_from, *valid_to; /* "2027-01-01"; valid_from NULL: the day it is published */
	const char *replaced_by;           /* record id, with change "replaced" */
	const char *decision, *decision_date, *source, *source_date, *note;
	int64_t base;          /* the version it was written from; 0: the one in force on its first day */
	bool though_inherited; /* ends the record although units say members of it otherwise */
};

/* All return ERR_REFUSED with the trouble; ERR_BUSY, ERR_DISK_FULL, ERR_NOMEM, ERR_IO, ERR_STORE with `why`. On success
 * *ret_row (NULL is fine) is the version as it stands now. */

/* A record that is not there yet, for the nation ('') or a unit. `kind`: "procedure", "office", … */
enum err edit_create(struct edit *e, const char *kind, const char *id, const char *unit,
	const struct edit_text *text, const struct edit_by *by, struct version_row *ret_row,
	struct edit_trouble *ret_trouble, struct why *why);

enum err edit_draft(struct edit *e, const char *record, const char *unit, const struct edit_text *text,
	const struct edit_by *by, struct version_row *ret_row, struct edit_trouble *ret_trouble,
	struct why *why);

/* `revision` as read. On EDIT_CONFLICT *ret_row is what stands there now, and nothing is written. A version in review or
 * published cannot be saved. text->base 0 keeps the draft's. */
enum err edit_save(struct edit *e, int64_t version, int64_t revision, const struct edit_text *text,
	const struct edit_by *by, struct version_row *ret_row, struct edit_trouble *ret_trouble,
	struct why *why);

enum edit_step {
	EDIT_SUBMIT,  /* draft → review */
	EDIT_APPROVE, /* review (or draft, when one person is enough) → published */
	EDIT_RETURN,  /* review → draft, with a note */
	EDIT_WITHDRAW, /* review → draft by its author; draft → withdrawn; planned and not yet in force → withdrawn */
};
enum err edit_step(struct edit *e, int64_t version, enum edit_step step, const char *note,
	const struct edit_by *by, struct version_row *ret_row, struct edit_trouble *ret_trouble,
	struct why *why);

/* A new draft that says what the version `old` of that record said. */
enum err edit_rollback(struct edit *e, int64_t old, const char *note, const struct edit_by *by,
	struct version_row *ret_row, struct edit_trouble *ret_trouble, struct why *why);

struct edit_own {          /* what is ours of a record; takes the place of what was there */
	const char *title; /* NULL: none */
	const char *const *asks, *const *keywords;
	size_t ask_count, keyword_count;
};
enum err edit_own(struct edit *e, const char *record, const struct edit_own *own, const struct edit_by *by,
	struct edit_trouble *ret_trouble, struct why *why);

#endif
