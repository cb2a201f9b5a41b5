/* load.h - webhooks with real signatures over kept loopback connections, each waiting for its answer. */
#ifndef MOTCUA_LOAD_H
#define MOTCUA_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct load {
	char **requests; /* complete HTTP requests, NUL-terminated; made before anything is measured */
	size_t count;
	int64_t *latency_us; /* of each; filled by load_run() */
	size_t answered;     /* with status 200 */
	int64_t wall_us;
};

#define LOAD_SECRET "5f1c0ffee5f1c0ffee5f1c0ffee5f1c0"
#define LOAD_PAGE "109876543210987"

/* `count` Facebook webhooks of one text message each, from as many citizens; message ids begin with `tag`. Written `age_ms`
 * ago: after a day the platform's window is over, and they are kept, acknowledged and not answered. */
bool load_make(struct load *l, size_t count, const char *const *texts, size_t text_count, const char *tag,
	int64_t age_ms);
void load_release(struct load *l);

/* Sends them all over `connections` to 127.0.0.1:port; returns when all are answered or the server hung up. */
bool load_run(struct load *l, unsigned port, unsigned connections);

#endif
