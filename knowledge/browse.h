/* browse.h - the knowledge as who edits it sees it: lists, one record with whose each member is, history, differences. Reads
 * only; each function sees one state of the knowledge. One thread at a time; texts are in the caller's arena. */
#ifndef MOTCUA_BROWSE_H
#define MOTCUA_BROWSE_H

#include "knowledge/version_row.h"

#include <stddef.h>

struct browse;
enum err browse_open(const char *database, struct browse **ret_browse, struct why *why); /* must exist */
void browse_close(struct browse *b);                                                     /* NULL is fine */

/* A number that is another one whenever anything was written since it was asked the last time, by whomever. */
enum err browse_generation(struct browse *b, int64_t *ret_generation, struct why *why);

/* --- Lists: one item a record and unit that says something of its own ------------------------------------- */

/* STATE(name, word): an item may be in several of them at once; its own is the first that fits. */
#define BROWSE_STATES(STATE)                                                                                 \
	STATE(PUBLISHED, "published") /* in force */                                                         \
	STATE(SCHEDULED, "scheduled") /* a published version lies ahead */                                   \
	STATE(REVIEW, "review")                                                                              \
	STATE(DRAFT, "draft")                                                                                \
	STATE(ENDED, "ended") /* nothing in force, or it says abolished or replaced */

#define BROWSE_STATE(name, word) BROWSE_##name,
enum browse_state { BROWSE_STATES(BROWSE_STATE) BROWSE_STATE_COUNT };
const char *browse_state_word(enum browse_state state);

struct browse_filter {                    /* NULL: any */
	const char *q;                    /* words of name, everyday title or code, with or without marks */
	const char *kind, *field, *level; /* level: "xã", "tỉnh", "bộ" */
	const char *unit;                 /* '' the nation's, else exactly that unit's */
	const char *state;                /* a word of BROWSE_STATES */
	const char *as_of;                /* NULL: today */
	const char *ends_by;              /* in force, and ends on or before that day */
	const char *const *ids;           /* only these records; id_count counts when ids is not NULL */
	size_t id_count;
	size_t skip, room; /* room 0: only the total */
};

struct browse_item {
	const char *id, *code, *kind, *name, *everyday, *field, *levels, *unit;
	enum browse_state state;
	int64_t version; /* the one in force, else the next, else the draft, else the last */
	int64_t draft;   /* the open draft or version in review; 0: none */
	const char *valid_from, *valid_to, *change;
	const char *planned; /* first day of the next published version; NULL: none */
	size_t overrides;    /* units that say members of it otherwise; for the nation's items */
};

struct browse_list {
	struct browse_item *items;
	size_t count, total;
};

/* By name without marks, then id, then unit. */
enum err browse_list(struct browse *b, struct arena *a, const struct browse_filter *filter,
	struct browse_list *ret_list, struct why *why);

struct browse_counts {
	size_t drafts_mine, review_waiting, scheduled, expiring, expired; /* expiring: within `days` */
};
enum err browse_count(struct browse *b, const char *who, const char *as_of, int days,
	struct browse_counts *ret_counts, struct why *why);

/* --- One record -------------------------------------------------------------------------------------------- */

struct browse_member {
	const char *name; /* "submission" */
	const char *unit; /* whose word it is: '' the nation's */
	int64_t version;
};

struct browse_record {
	const char *id, *kind, *unit;
	const char *body;              /* JSON as the unit has it that day; NULL: nothing is in force */
	struct version_row row;        /* the nearest version in force; id 0: none */
	struct version_row draft;      /* open for that unit; id 0: none */
	struct browse_member *members; /* whose each member of `body` is */
	size_t member_count;
	const char **heirs; /* units that say members of it otherwise, by code */
	size_t heir_count;
	const char *title; /* ours */
	const char **asks, **keywords;
	size_t ask_count, keyword_count;
};

/* As `unit` ('' the nation) has it on `as_of` (NULL: today). ERR_NOT_FOUND. */
enum err browse_get(struct browse *b, struct arena *a, const char *record, const char *unit,
	const char *as_of, struct browse_record *ret_record, struct why *why);

struct browse_rows {
	struct version_row *items;
	size_t count;
};

/* Every version of a record, newest first; unit NULL: of all units. */
enum err browse_history(struct browse *b, struct arena *a, const char *record, const char *unit,
	struct browse_rows *ret_rows, struct why *why);

/* One version with its own body. ERR_NOT_FOUND. */
enum err browse_version(
	struct browse *b, struct arena *a, int64_t version, struct version_row *ret_row, struct why *why);

/* What waits for a second person, earliest first day first; with bodies. */
enum err browse_review(struct browse *b, struct arena *a, struct browse_rows *ret_rows, struct why *why);

/* --- Administrative units ---------------------------------------------------------------------------------- */

struct browse_unit {
	const char *code, *name;              /* "30985", "Xã An Biên" */
	const char *province, *province_name; /* code and "Tỉnh An Giang"; NULL: it is one */
	size_t old_count;                     /* units of before that are in it today, or parts of them */
};

struct browse_units {
	struct browse_unit *items;
	size_t count, total;
};

/* Provinces first, then communes by province and name. q: words of its name or an old one, with or without marks, or the beginning
 * of its code; province: its code, "" provinces only, NULL any. room 0: only the total. */
enum err browse_units(struct browse *b, struct arena *a, const char *q, const char *province, size_t skip,
	size_t room, struct browse_units *ret_units, struct why *why);

struct browse_old {
	const char *name;     /* "Xã Bình An (huyện Châu Thành)" */
	const char *district; /* NULL: the source does not say */
	const char *note;     /* NULL */
	bool partial;         /* only a part of it went there */
};

struct browse_unit_page {
	struct browse_unit unit;
	struct browse_old *olds;
	size_t old_count;
};

/* ERR_NOT_FOUND. */
enum err browse_unit(struct browse *b, struct arena *a, const char *code, struct browse_unit_page *ret_page,
	struct why *why);

/* Whether `scope`, a unit's code, answers for `unit`: for itself and a province for its communes, nobody for the nation (''). */
enum err browse_scope_unit(
	struct browse *b, const char *scope, const char *unit, bool *ret_has, struct why *why);
/* Whether it answers for the record as a whole: it is there and says nothing for anybody else. */
enum err browse_scope_record(
	struct browse *b, const char *scope, const char *record, bool *ret_has, struct why *why);

/* --- Differences ------------------------------------------------------------------------------------------- */

struct browse_change {
	const char *path;           /* "submission[1].fee"; arrays by element */
	const char *before, *after; /* text, or JSON of what is none; NULL: not there */
};

struct browse_changes {
	struct browse_change *items;
	size_t count;
};

/* Between two bodies, member by member; NULL counts as {}. Pure. ERR_FORMAT: not JSON objects. */
enum err browse_compare(
	struct arena *a, const char *before, const char *after, struct browse_changes *ret_changes);

/* Between two versions: bodies, days, decision, source. `from` 0: against nothing. */
enum err browse_diff(struct browse *b, struct arena *a, int64_t from, int64_t to,
	struct browse_changes *ret_changes, struct why *why);

#endif
