/* findings.h - what in the knowledge should be looked at (quality.h), kept in memory for all desks: looked for anew after a change,
 * whoever made it, and on a new day. Any thread. */
#ifndef MOTCUA_CONSOLE_FINDINGS_H
#define MOTCUA_CONSOLE_FINDINGS_H

#include "daemon/console/call.h"
#include "knowledge/browse.h"
#include "knowledge/quality.h"

#include <pthread.h>

struct finding {
	enum quality quality;
	const char *record, *unit, *name, *detail;
};

struct findings {
	pthread_mutex_t lock;
	struct arena arena;
	struct finding *items;
	size_t count, room;
	size_t counts[QUALITY_COUNT];
	struct browse *watch; /* says whether the knowledge changed; NULL until needed */
	int64_t generation;   /* of `watch`, when they were made */
	char day[11];         /* "": they never were */
	bool failed;          /* out of memory while collecting */
};

void findings_init(struct findings *f);
void findings_release(struct findings *f);

/* All of that word (NULL: all), from the `skip`th on, copied into the call's arena; ERR_FORMAT: no such word. */
enum err findings_page(struct call *c, const char *word, size_t skip, size_t max, struct finding **ret_items,
	size_t *ret_count, size_t *ret_total);
/* The records they are about, each once. */
enum err findings_ids(struct call *c, const char *word, const char *const **ret_ids, size_t *ret_count);
enum err findings_counts(struct call *c, size_t ret_counts[QUALITY_COUNT]);

#endif
