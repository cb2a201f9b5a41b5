/* import_task.h - imports through the console: one at a time, in a thread of its own, in one transaction of knowledge.db; what each
 * row did goes into a file beside the uploads, for pages of it. Killed half way, all of it was done or nothing, and
 * the next start says so in the list. Any thread. */
#ifndef MOTCUA_CONSOLE_IMPORT_TASK_H
#define MOTCUA_CONSOLE_IMPORT_TASK_H

#include "daemon/console/call.h"
#include "daemon/store/store_import.h"
#include "knowledge/import.h"

#include <pthread.h>
#include <stdatomic.h>

#define IMPORT_MAPPING_MAX 256
#define IMPORT_MENDS_MAX 1000 /* cells put right in the page: who has more to mend goes back to the sheet */
#define IMPORT_KEPT 20        /* imports whose rows are kept */

struct import_task { /* strings are the task's own */
	struct arena arena;
	struct import_run run;
	struct import_options options;
	const char *path, *upload, *rows_path;
	bool waits, runs;
};

struct rows;

struct imports {
	pthread_mutex_t lock;
	struct import_task task;
	struct rows *rows;                    /* background thread only */
	_Atomic bool stop;                    /* the console is closing */
	_Atomic size_t bytes_done, bytes_all; /* of the one that runs */
};

enum err imports_open(struct console *c, struct why *why); /* says of what was cut short that it was */
void imports_close(struct imports *i);

/* Row in state.db, task in hand: console_background() runs it. ERR_BUSY: another runs. What `task` points to is copied. */
enum err import_task_begin(struct call *c, const struct import_run *run, const struct import_options *options,
	const char *path, const char *upload, int64_t *ret_id);
void import_task_run(struct console *c);

void put_import(struct call *c, cJSON *item, const struct import_run *run);

double import_task_progress(struct imports *i, int64_t id); /* 0…1 of the one that runs, else 1 */
const char *import_rows_path(struct arena *a, const struct console *c, int64_t id);

#endif
