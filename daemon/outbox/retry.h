/* retry.h - attempt and verdict → when next, or dead letter. Pure. Classes and tries: platforms.md 2.10, 3.7. */
#ifndef MOTCUA_RETRY_H
#define MOTCUA_RETRY_H

#include "adapters/adapter.h"

enum retry_action { RETRY_DONE, RETRY_AGAIN, RETRY_RENEW, RETRY_PLAIN, RETRY_UNKNOWN, RETRY_DEAD };

struct retry {
	enum retry_action action;
	int64_t wait_ms; /* RETRY_AGAIN */
};

/* `attempts` made so far, this one included (1…); `random` any 32 bits, for jitter; `plain`, `renewed`:
 * already done once. */
struct retry retry_after(
	const struct verdict *v, unsigned attempts, bool plain, bool renewed, uint32_t random);

#endif
