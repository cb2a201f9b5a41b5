/* import.h - JSONL files → records, versions, ways of asking; streaming, a dry run first if wished, all or
 * nothing.
 *
 * A row is told by its members:
 *   "level" as text, or "new_code"     administrative units and their names of before (unit_import.h)
 *   {"codes",…}                       ways of asking: "title", "ask"[], "keywords"[]; kept also for codes that are not there yet
 *   {"id":"hotline:…"|"office:…"|"guide:…"|"faq:…"} or with "kind"   the others
 *   {"code","name",…}                 a procedure (record.h)
 * "everyday", "ask"[] and "keywords"[] inside a record's row are ours too; no row of the official list takes them away.
 * The version takes "unit", "valid_from" (else today), "valid_to", "change" (else new or amended), "replaced_by", "decision",
 * "decision_date", "source" (else, for a procedure, the national portal), "source_date"; what is left is its body.
 * A row with the body of the version in force changes nothing. {"partial":true} marks facts for a start: they take the
 * place of partial rows only, and may stand beside the whole row in one import. */
#ifndef MOTCUA_IMPORT_H
#define MOTCUA_IMPORT_H

#include "daemon/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct import_refusal {
	const char *file;
	size_t row;         /* line, from 1 */
	const char *member; /* "name", "fee", … or "" for the whole row */
	const char *reason;
};

struct import_options {
	const char *database; /* …/knowledge.db; created when missing */
	const char *unit;     /* NULL: nation */
	const char *author;
	bool dry_run; /* everything is checked and counted, nothing is kept */
	int64_t now_ms;
	int64_t wait_ms;      /* for another import to end, then ERR_BUSY; 0: ten seconds */
	void (*refused_cb)(
		void *arg, const struct import_refusal *refusal); /* each refused row; NULL is fine */
	void (*progress_cb)(void *arg, size_t bytes_done, size_t bytes_all); /* now and then; NULL is fine */
	void *arg;
};

struct import_counts {
	size_t rows, added, changed, unchanged, ended, refused, asks_added;
	size_t unclear_fees; /* procedures with an amount of unknown currency */
};

/* Any refused row refuses the whole import: ERR_FORMAT, nothing kept, counts filled. A row may have at most 1
 * MiB. */
enum err import_files(const struct import_options *o, const char *const *paths, size_t path_count,
	struct import_counts *ret_counts, struct why *why);

#endif
