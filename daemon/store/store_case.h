/* store_case.h - reflections and suggestions (phản ánh, kiến nghị): from the citizen who sent it to the answer, with what happened
 * in between. A case's code is that of its wait (store_wait.h): by it the citizen is told, or comes for the answer. */
#ifndef MOTCUA_STORE_CASE_H
#define MOTCUA_STORE_CASE_H

#include "daemon/store/store_citizen.h"

#define CASE_STATES(STATE)                                                                                   \
	STATE(NEW, "new")           /* nobody took it yet */                                                 \
	STATE(WORKING, "working")   /* somebody did */                                                       \
	STATE(ANSWERED, "answered")                                                                          \
	STATE(REJECTED, "rejected") /* not for this office, or nothing to act on: `answer` says why */       \
	STATE(WITHDRAWN, "withdrawn") /* the citizen took it back, with their data */
#define CASE_STATE_ENUM(name, word) CASE_IS_##name,
enum case_state { CASE_STATES(CASE_STATE_ENUM) CASE_STATE_COUNT };
const char *case_state_word(enum case_state state);
bool case_state_read(const char *word, enum case_state *ret_state);
#define CASES_OPEN (1u << CASE_IS_NEW | 1u << CASE_IS_WORKING)

struct case_file {
	int64_t id;
	const char *code;
	struct citizen_key citizen; /* user NULL: erased */
	const char *conversation_id; /* adding only */
	bool suggestion;            /* kiến nghị; else phản ánh */
	const char *category;       /* a word of knowledge/words/cases.tsv */
	const char *what, *place, *happened; /* masked, as told; NULL: not told, erased */
	const char *unit, *owner;
	enum case_state state;
	int64_t received_ms;
	const char *due; /* day */
	const char *answer, *subject;
	bool published;
	const char *answered_by;
	int64_t answered_ms;
	int64_t revision;
};

struct case_step {
	int64_t id, time_ms;
	const char *who, *what, *text; /* what: 'received', 'changed', 'taken', 'note', 'answered', 'rejected', 'published', 'erased' */
};

/* --- Jobs: ERR_NOT_FOUND no such case; ERR_EXISTS the revision is not the newest; ERR_REFUSED its state does not allow it. ---- */

/* With its first step and its citizen's wait. ERR_EXISTS: that code is taken, draw another. */
enum err store_case_add(struct store_tx *tx, const struct case_file *one, int64_t *ret_id);

struct case_change {
	int64_t id, revision; /* revision 0: whatever it is (command line) */
	const char *who;      /* staff.name */
	int64_t now_ms;
	const char *category, *unit, *owner; /* store_case_change(): NULL leaves as it is */
	const char *answer, *subject;        /* store_case_answer(): subject NULL with publish false */
	bool publish;
};
enum err store_case_change(struct store_tx *tx, const struct case_change *change); /* a new one with an owner is being worked on */
enum err store_case_note(struct store_tx *tx, int64_t id, const char *who, const char *text, int64_t now_ms);

/* Open → answered, and whoever waits for it is told; answered already: the same answer, put into the public list or taken out. */
enum err store_case_answer(struct store_tx *tx, const struct case_change *change);
enum err store_case_reject(struct store_tx *tx, const struct case_change *change); /* open → rejected; `answer` is the reason */

/* --- Reading ----------------------------------------------------------------------------------------- */

enum err store_case_get(struct store_reader *r, struct arena *a, int64_t id, struct case_file *ret_case);
enum err store_case_by_code(struct store_reader *r, struct arena *a, const char *code, struct case_file *ret_case);

struct case_filter {
	unsigned states; /* bits (1u << enum case_state); 0: all */
	const char *category, *owner; /* NULL: any; owner "": nobody's */
	const char *units;            /* JSON array of codes; NULL: any */
	const char *due_before; /* open ones due before that day; NULL: any */
	const char *due_from;   /* … due on that day or later; NULL: any */
	const char *text;       /* in code, what, place or answer; NULL: any */
};
/* By what is due first, then by age. */
enum err store_case_list(struct store_reader *r, struct arena *a, const struct case_filter *filter, size_t skip, size_t max,
	struct case_file **ret_items, size_t *ret_count, size_t *ret_total);
/* The units that have cases. */
enum err store_case_units(
	struct store_reader *r, struct arena *a, size_t max, const char ***ret_units, size_t *ret_count);
enum err store_case_steps(struct store_reader *r, struct arena *a, int64_t id, struct case_step **ret_items, size_t *ret_count);

/* The public list: newest answer first. Of each only what anybody may read: category, unit, subject, answer, days. No code: it is the citizen's. */
enum err store_case_published(struct store_reader *r, struct arena *a, size_t skip, size_t max,
	struct case_file **ret_items, size_t *ret_count);

#endif
