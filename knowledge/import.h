/* import.h - JSONL, CSV and XLSX files → records, versions, ways of asking; streaming, a dry run first if wished, all or
 * nothing. Which of them a file is, its content says, not its name; how a table's columns become members: columns.h.
 *
 * A row is told by its members:
 *   "level" as text, or "new_code"     administrative units and their names of before (unit_import.h)
 *   {"codes",…}                       ways of asking: "title", "ask"[], "keywords"[]; kept also for codes that are not there yet
 *   {"id":"hotline:…"|"office:…"|"guide:…"|"faq:…"} or with "kind"   the others
 *   {"code","name",…}                 a procedure (record.h)
 * "everyday", "ask"[] and "keywords"[] inside a record's row are ours too; no row of the official list takes them away.
 * The version takes "unit", "valid_from" (else today), "valid_to", "change" (else new or amended), "replaced_by", "decision",
 * "decision_date", "source" (else, for a procedure, the national portal), "source_date"; what is left is its body.
 * "inherits" says that a unit's row holds only where it differs from what the unit inherits; a table's row always does.
 * A row with the body of the version in force changes nothing. {"partial":true} marks facts for a start: they take the
 * place of partial rows only, and may stand beside the whole row in one import. */
#ifndef MOTCUA_IMPORT_H
#define MOTCUA_IMPORT_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct import_cell {
	const char *column; /* "C" */
	const char *member; /* a key of columns.h */
	const char *header; /* as the table has it */
	const char *text;   /* as the cell shows it; "" for nothing */
};

struct import_refusal {
	const char *file;
	const char *sheet;  /* of an XLSX; "" else */
	size_t row;         /* as a spreadsheet numbers it; of JSONL the line, from 1 */
	const char *column; /* "C"; "" for the whole row, and in JSONL */
	const char *member; /* "name", "submission.fee", … or "" for the whole row */
	const char *reason; /* English; refusals.h has it in Vietnamese */
	const struct import_cell
		*cells; /* of a table: what stands in the columns that are known, mended or not */
	size_t cell_count;
};

enum import_what {
	IMPORT_ADDED,
	IMPORT_CHANGED,
	IMPORT_UNCHANGED,
	IMPORT_ENDED,
	IMPORT_SKIPPED, /* of a table: a row of headings or left out, or a whole sheet (row 0) whose columns nobody knows */
};

struct import_change {
	const char *member;         /* "name", "submission.fee": as in a refusal */
	const char *label;          /* what the column is called: "Phí nộp trực tiếp" */
	const char *before, *after; /* as its cell shows it; "" for nothing */
};

/* One row that was taken. A table's row with ways of asking alone has the first id. Strings live until the callback returns. */
struct import_report {
	const char *file, *sheet; /* as in a refusal */
	size_t row;
	const char *id, *name; /* "" where there is none */
	enum import_what what;
	bool hidden;                         /* by the spreadsheet's filter or by hand; taken all the same */
	bool left_out;                       /* skipped because a mend says so */
	const struct import_change *changes; /* against the version in force on the new one's first day */
	size_t change_count;
};

struct import_mapping {
	const char *header; /* as the table has it */
	const char *member; /* a key of columns.h; "": this column is not read */
};

struct import_mend {        /* a cell of a table put right, read in the place of the file's */
	const char *sheet;  /* "" of a CSV */
	size_t row;         /* these two as in a refusal */
	const char *column; /* "C"; "": the row is left out */
	const char *text;
};

struct import_deed { /* an import that is kept says so in its own transaction (deed.h), with its counts */
	const char *what, *object; /* "import.end", the file; what NULL: it says nothing */
	int64_t number;            /* "import" in the detail */
};

struct import_options {
	const char *database; /* …/knowledge.db; created when missing */
	const char *unit;     /* NULL: nation */
	const char *
		scope; /* refuses rows that this unit does not answer for (browse_scope_unit()); NULL: none */
	const char *author;
	bool dry_run;           /* everything is checked and counted, nothing is kept */
	bool brief;             /* the database goes again soon: nothing waits for the disk */
	bool as_drafts;         /* rows wait for review instead of being published (edit.h) */
	const char *valid_from; /* "2027-01-01": first day of rows that name none; NULL: today */
	const char *
		sheet; /* of an XLSX, the only one to read; NULL: every visible one whose columns are known */
	const struct import_mapping *mapping; /* stands before the words of columns.tsv */
	size_t mapping_count;
	const struct import_mend *mends;
	size_t mend_count;
	struct import_deed deed;
	int64_t now_ms;
	int64_t wait_ms;          /* for another import to end, then ERR_BUSY; 0: ten seconds */
	const _Atomic bool *stop; /* set by another thread: ERR_CANCELED, nothing kept; NULL is fine */
	void (*refused_cb)(
		void *arg, const struct import_refusal *refusal); /* each refused row; NULL is fine */
	void (*row_cb)(
		void *arg, const struct import_report *report); /* each row that was taken; NULL is fine */
	void (*progress_cb)(void *arg, size_t bytes_done, size_t bytes_all); /* now and then; NULL is fine */
	void *arg;
};

struct import_counts {
	size_t rows, added, changed, unchanged, ended, refused, asks_added;
	size_t skipped;      /* rows of headings in a table: in `rows`, but nothing was there to read */
	size_t unclear_fees; /* procedures with an amount of unknown currency */
};

/* {"import":number,"rows":…,"added":…}, number 0: left out. NULL: ERR_NOMEM. */
const char *import_counts_json(struct arena *a, const struct import_counts *counts, int64_t number);

/* Any refused row refuses the whole import: ERR_FORMAT, nothing kept, counts filled. A row may have at most 1
 * MiB. A table that cannot be read as a whole (an old .xls, a password, a zip bomb, another encoding than UTF-8, no known
 * columns) is refused the same way, and `why` says what to do about it. */
enum err import_files(const struct import_options *o, const char *const *paths, size_t path_count,
	struct import_counts *ret_counts, struct why *why);

#endif
