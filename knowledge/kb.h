/* kb.h - search over the published records.
 * A kb is one read-only connection with its in-memory index, and belongs to one thread at a time; open
 * another rather than share. It notices a commit by another connection (import, publish) at the next call and
 * reads itself anew. */
#ifndef MOTCUA_KB_H
#define MOTCUA_KB_H

#include "knowledge/hours.h"
#include "knowledge/question.h"
#include "knowledge/record.h"

struct kb;

/* `words` is borrowed until kb_close(). On failure *ret_kb is untouched and `why` can be shown to the
 * operator. */
enum err kb_open(const char *path, const struct words *words, struct kb **ret_kb, struct why *why);
void kb_close(struct kb *kb); /* NULL is fine */

const struct holidays *kb_holidays(const struct kb *kb); /* for hours_now() */

/* What is read between the two is of one state of the knowledge, and cheaper than each call by itself; an import that
 * commits waits meanwhile. */
void kb_begin(struct kb *kb);
void kb_end(struct kb *kb);

struct search_scope {
	const char *
		unit; /* account's unit: sees its own versions, its province's and the nation's; NULL: the nation's only */
	const char *as_of; /* "2026-11-21": only versions in force that day */
	unsigned kinds;    /* bits (1u << enum record_kind); 0: all */
};

struct answer {
	const char *id, *code; /* code NULL for kinds without */
	enum record_kind kind;
	const char *title; /* everyday title when there is one, else the official */
	double score;      /* comparable within one search only */
	double confidence; /* 0…1: chance that this is what was meant; calibrated */
};

enum decision { DECIDE_ANSWER, DECIDE_CHOICES, DECIDE_NONE };

#define ANSWERS_MAX 10

struct answers {
	struct answer items[ANSWERS_MAX]; /* best first */
	size_t count;
	enum decision decision; /* answer the first; ask back among the first three; say we do not know */
	size_t open; /* so many of the first are different matters that may all be meant; 0: no such doubt */
};

/* Strings in `a`. An empty result is OK with count 0 and DECIDE_NONE. */
enum err kb_search(struct kb *kb, struct arena *a, const struct question *q, const struct search_scope *scope,
	struct answers *ret_answers);

struct kb_use {
	const char *record;
	uint32_t people; /* who were answered with it lately */
};

/* What is asked for most goes first among equals: replaces what was told before; until something is told, and the less people
 * there are the more, popular.tsv says it. ERR_NOMEM: as before. */
enum err kb_used(struct kb *kb, const struct kb_use *items, size_t count);

/* The record as in force on `as_of` for an account of `unit` (NULL: the nation): that unit's own version, else its
 * province's, else the nation's; a version that inherits says only some members otherwise (merge.h). ERR_NOT_FOUND; also when it ended: then *ret_record, if not NULL, is the
 * last version with change "abolished" or "replaced" when one says so, and the error is ERR_NOT_FOUND only
 * when there is none. */
enum err kb_get(struct kb *kb, struct arena *a, const char *id, const char *unit, const char *as_of,
	struct record *ret_record);

/* The JSON that `record` was read from, without what is ours; for the number guard. */
enum err kb_get_json(struct kb *kb, struct arena *a, const struct record *record, const char **ret_json);

#endif
