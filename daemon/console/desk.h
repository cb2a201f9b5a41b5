/* desk.h - what a worker has, and what all workers share. For daemon/console/ only. */
#ifndef MOTCUA_CONSOLE_DESK_H
#define MOTCUA_CONSOLE_DESK_H

#include "daemon/console/console.h"
#include "daemon/console/findings.h"
#include "daemon/console/import_task.h"
#include "daemon/base/limit.h"
#include "daemon/base/sentences.h"
#include "daemon/console/upload.h"
#include "daemon/store/store.h"
#include "knowledge/columns.h"
#include "knowledge/refusals.h"

#include <stdatomic.h>

#define CONSOLE_SENTENCES "daemon/console/sentences.vi"

#define SIGN_IN_FAILURES 5            /* of one name, then locked */
#define ADDRESS_FAILURES 20           /* from one address: an office shares one */
#define LOCK_MS ((int64_t)15 * 60000) /* both */

struct console {
	struct console_options o;
	struct sentences *sentences, *report_words;
	const char *web_dir; /* realpath of daemon/console/web */
	struct arena arena;
	struct limit addresses, unknown_names;
	struct findings findings;
	struct columns *columns; /* of tables */
	struct refusals *refusals;
	struct holidays *holidays;
	struct uploads uploads;
	struct imports imports;
	pthread_mutex_t rehearsing, previewing, settling;
	bool deeds_unsure;                                /* deeds.c, under `settling` */
	struct loop_workers *workers, *slow, *background; /* slow: of the routes that are */
};

struct desk {
	struct console *console;
	struct store_reader *reader;
	struct browse *browse; /* these two: NULL until needed */
	struct edit *edit;
};

void console_give_back(void); /* after what needs much memory for a moment */

static inline const struct sentences *desk_sentences(const struct desk *d)
{
	return d->console->sentences;
}

#endif
