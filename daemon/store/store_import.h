/* store_import.h - imports through the console: how each went, and which member a column's heading meant the last time. The rows
 * themselves are in knowledge.db; an import writes there in one transaction, whatever stands here. */
#ifndef MOTCUA_STORE_IMPORT_H
#define MOTCUA_STORE_IMPORT_H

#include "daemon/store/store.h"

struct import_run {
	int64_t id;
	const char *who, *file; /* file: as the browser named it */
	const char *unit;       /* NULL: the nation */
	const char *mode;       /* "dry", "draft", "publish" */
	const char *state;      /* "running", "done", "refused", "failed" */
	const char *counts;     /* JSON object; NULL while it runs */
	const char *error;      /* a sentence for staff; NULL: none */
	int64_t created_ms, ended_ms; /* ended 0: not yet */
};

/* Jobs. */
enum err store_import_begin(struct store_tx *tx, const struct import_run *run, int64_t *ret_id); /* as "running" */
enum err store_import_end(struct store_tx *tx, const struct import_run *run); /* state, counts, error, ended_ms; ERR_NOT_FOUND: it did not run */
/* Start-up: what still "runs" was cut short, and failed with `error`. */
enum err store_import_cut(struct store_tx *tx, const char *error, int64_t now_ms);

enum err store_import_get(struct store_reader *r, struct arena *a, int64_t id, struct import_run *ret_run); /* ERR_NOT_FOUND */
/* Newest first, from the `skip`th on; *ret_total of all. Strings in `a`. */
enum err store_import_list(struct store_reader *r, struct arena *a, size_t skip, size_t max, struct import_run **ret_runs,
	size_t *ret_count, size_t *ret_total);

/* Job. `member` "": the column is left out. */
enum err store_mapping_put(struct store_tx *tx, const char *header, const char *member, int64_t now_ms);
/* NULL: never mapped by hand. */
enum err store_mapping_get(struct store_reader *r, struct arena *a, const char *header, const char **ret_member);

#endif
